"""The script that tags a release, against a stand-in for GitHub's own program."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DIGEST = f"sha256:{'a' * 64}"
IMAGE = f"ghcr.io/octo-org/ai_coder@{DIGEST}"
GH = f"""#!{sys.executable}
import os, sys
with open(os.environ["SAID"], "a", encoding="utf-8") as file:
    file.write(repr(sys.argv[1:]) + "\\n")
if "git/ref/tags/" in sys.argv[2]:
    sys.exit(0 if os.environ.get("STANDS") else 1)
print("0123abcd")
"""


@pytest.fixture(name="tag")
def _tag(tmp_path):
    """Runs the script on a copy of action.yml; its exit status and what it asked of GitHub."""
    program = tmp_path / "bin" / "gh"
    program.parent.mkdir()
    program.write_text(GH, encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "action.yml").write_bytes((ROOT / "action.yml").read_bytes())

    def run(version="v1.2.3", image=IMAGE, **more):
        environ = {"PATH": f"{program.parent}:{os.environ['PATH']}", "SAID": str(tmp_path / "said"), **more}
        environ |= {"GITHUB_REPOSITORY": "octo-org/ai_coder", "GITHUB_SHA": "c0ffee"}
        command = [str(ROOT / ".ci" / "tag_release"), version, image]
        done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, check=False)
        said = tmp_path / "said"
        return done.returncode, said.read_text("utf-8") if said.exists() else ""

    return run


def test_the_image_is_named_by_its_digest(tag):
    """The tagged commit is the released one with one line of action.yml different: the image, by digest."""
    status, said = tag()
    assert status == 0
    assert f"image: docker://{IMAGE}" in said
    assert "image: Dockerfile" not in said
    assert "parents[]=c0ffee" in said
    assert "ref=refs/tags/v1.2.3" in said
    assert "'force" not in said


def test_a_version_never_moves(tag):
    """A version that stands is not given out again."""
    status, said = tag(STANDS="1")
    assert status == 1
    assert "refs/tags" not in said


@pytest.mark.parametrize("image", ["ghcr.io/octo-org/ai_coder:v1.2.3", "evil.example/x@sha256:abc", ""])
def test_no_image_without_a_digest(tag, image):
    """A name that could mean another image tomorrow is not written down."""
    assert tag(image=image) == (1, "")
