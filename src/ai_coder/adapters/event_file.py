"""The event file of a runner."""

from collections.abc import Mapping
from pathlib import Path

from ai_coder.errors import ConfigurationError


def read_event_text(environ: Mapping[str, str]) -> str:
    """The text of the event file. Raises: ConfigurationError."""
    path = environ.get("GITHUB_EVENT_PATH", "")
    if not path:
        msg = "GITHUB_EVENT_PATH is not set, so there is no event to answer"
        raise ConfigurationError(msg, hint="Run it as a step of a workflow; elsewhere see `ai_coder --help`.")
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError as error:
        msg = f"the event file {path!r} cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        msg = f"the event file {path!r} is not UTF-8"
    raise ConfigurationError(msg, hint="GITHUB_EVENT_PATH must name the file that the runner wrote.")
