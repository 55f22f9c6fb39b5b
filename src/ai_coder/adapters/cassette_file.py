"""A cassette as a zip of JSON: written without secrets, read back with suspicion."""

import io
import json
import platform
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ai_coder import __version__
from ai_coder.adapters.line import Recorder
from ai_coder.domain.cassette import Asked, Cassette, Exchange, Given, Occasion
from ai_coder.egress import Egress
from ai_coder.errors import ConfigurationError

FORMAT = 1
_SPEAKERS = ("openai", "PyGithub")
_MAX_BYTES = 1_000_000_000
"""Most that a cassette may unpack to."""
_DAMAGES = (
    *(ValueError, LookupError, TypeError, AttributeError, RuntimeError, EOFError),
    *(zipfile.BadZipFile, zlib.error, struct.error),
)
"""What reading a damaged zip, or JSON of another shape, raises."""
_ALL_ALIKE = (1980, 1, 1, 0, 0, 0)
"""The time of every member, so that the same run makes the same file."""


def versions() -> dict[str, str]:
    """What runs here."""
    return {"ai_coder": __version__, "python": platform.python_version()} | {name: _version(name) for name in _SPEAKERS}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def render_cassette(occasion: Occasion, recorder: Recorder, outputs: Mapping[str, str], egress: Egress) -> bytes:
    """The file's bytes. Every text passes `egress`; archives of the repository are kept as they are."""
    manifest = {
        "format": FORMAT,
        "versions": versions(),
        "event": occasion.event,
        "inputs": dict(occasion.inputs),
        "place": dict(occasion.place),
        "run_url": occasion.run_url,
        "nonces": recorder.nonces,
        "outputs": dict(outputs),
    }
    archives = [one.given.content for one in recorder.exchanges if one.given.content]
    rows = "".join(f"{json.dumps(_row(one, egress.redact), ensure_ascii=False)}\n" for one in recorder.exchanges)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:

        def add(name: str, data: bytes) -> None:
            file.writestr(zipfile.ZipInfo(name, _ALL_ALIKE), data, zipfile.ZIP_DEFLATED)

        add(
            "manifest.json",
            egress.redact(json.dumps(manifest, indent=1, ensure_ascii=False)).encode("utf-8", "replace"),
        )
        add("event.json", egress.redact(occasion.payload).encode("utf-8", "replace"))
        add("exchanges.jsonl", egress.redact(rows).encode("utf-8", "replace"))
        for number, data in enumerate(archives):
            add(f"archives/{number}.tar.gz", data)
    return content.getvalue()


def _row(one: Exchange, redact: Callable[[str], str]) -> dict[str, Any]:
    """One line. Its texts are JSON themselves: a secret in them is looked for before it is quoted once more."""
    asked, given = one.asked, one.given
    row: dict[str, Any] = {"kind": asked.kind, "method": asked.method, "target": asked.target}
    row |= {"asked": redact(asked.body), "status": given.status, "headers": dict(given.headers)}
    row |= {"given": redact(given.text), "fault": given.fault}
    return row | {"is_archive": bool(given.content)}


def read_cassette(path: str) -> Cassette:
    """The cassette in the file. Raises: ConfigurationError."""
    hint = "Name the file `run.zip` that a run with the input `record` has left beside its report."
    try:
        with zipfile.ZipFile(Path(path)) as file:
            if sum(member.file_size for member in file.infolist()) > _MAX_BYTES:
                msg = f"the cassette {path!r} unpacks to more than {_MAX_BYTES:,} bytes"
                raise ConfigurationError(msg, hint=hint)
            manifest = json.loads(file.read("manifest.json"))
            if manifest["format"] != FORMAT:
                msg = f"the cassette {path!r} has the format {manifest['format']!r}, and this version reads {FORMAT}"
                raise ConfigurationError(msg, hint="Use the version of ai_coder that made it: its manifest names it.")
            return _cassette(manifest, file)
    except OSError as error:
        msg = f"the cassette {path!r} cannot be read: {error.strerror or error}"
        raise ConfigurationError(msg, hint=hint) from error
    except _DAMAGES as error:
        msg = f"{path!r} is no cassette ({type(error).__name__}: {error})"
        raise ConfigurationError(msg, hint=hint) from error


def _cassette(manifest: Mapping[str, Any], file: zipfile.ZipFile) -> Cassette:
    return Cassette(
        Occasion(
            str(manifest["event"]),
            file.read("event.json").decode(),
            {str(name): str(value) for name, value in manifest["inputs"].items()},
            {str(name): str(value) for name, value in manifest["place"].items()},
            str(manifest["run_url"]),
        ),
        tuple(_exchanges(file)),
        tuple(map(str, manifest["nonces"])),
        {str(name): str(value) for name, value in manifest["outputs"].items()},
        {str(name): str(value) for name, value in manifest["versions"].items()},
    )


def _exchanges(file: zipfile.ZipFile) -> Iterator[Exchange]:
    archives = 0
    for line in file.read("exchanges.jsonl").decode().split("\n"):
        if not line:
            continue
        row = json.loads(line)
        content = b""
        if row["is_archive"]:
            content, archives = file.read(f"archives/{archives}.tar.gz"), archives + 1
        yield Exchange(
            Asked(row["kind"], row["method"], row["target"], row["asked"]),
            Given(row["status"], row["headers"], row["given"], content, row["fault"]),
        )
