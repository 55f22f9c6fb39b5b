"""Where the report is written, and where it is not."""

import pytest

from ai_coder.adapters.report_files import write_report


def test_files_stand_in_the_folder(tmp_path):
    """Each file is written under its name, over the one that stood there."""
    write_report(tmp_path / "report", {"a": b"1"})
    write_report(tmp_path / "report", {"a": b"2", "b": b"3"})

    assert {path.name: path.read_bytes() for path in (tmp_path / "report").iterdir()} == {"a": b"2", "b": b"3"}


@pytest.mark.parametrize("linked", ["folder", "file"])
def test_no_link_is_followed(tmp_path, linked):
    """A link in a checkout leads nowhere: what it points to stays as it is."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a").write_bytes(b"theirs")
    folder = tmp_path / "report"
    if linked == "folder":
        folder.symlink_to(outside)
    else:
        folder.mkdir()
        (folder / "a").symlink_to(outside / "a")

    with pytest.raises(OSError, match="link"):
        write_report(folder, {"a": b"ours"})

    assert (outside / "a").read_bytes() == b"theirs"
