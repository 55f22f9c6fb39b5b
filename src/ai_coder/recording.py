"""A recorded run -> its cassette, as a file beside the report."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from ai_coder.adapters.actions_host import ActionsHost
from ai_coder.adapters.event_file import read_event_text
from ai_coder.adapters.line import Recorder
from ai_coder.domain.cassette import Occasion
from ai_coder.domain.report import Report
from ai_coder.egress import Egress
from ai_coder.report.outputs import render_outputs
from ai_coder.settings import BY_NAME

FILE_NAME = "run.zip"
_PLACE = ("GITHUB_REPOSITORY", "GITHUB_SERVER_URL", "GITHUB_API_URL")
STAND_IN = "stand-in-for-a-secret"
"""In the place of a key that was set: that there was one decides how a run goes, what it was does not."""


def cassette_of(
    environ: Mapping[str, str], values: Mapping[str, str], recorder: Recorder, report: Report, egress: Egress
) -> dict[str, bytes]:
    """The file by its name; none where nobody was asked anything."""
    from ai_coder.adapters.cassette_file import render_cassette  # noqa: PLC0415  only a recorded run needs it

    if not recorder.exchanges:
        return {}
    occasion = Occasion(
        environ.get("GITHUB_EVENT_NAME", ""),
        read_event_text(environ),
        {name: _shown(name, value) for name, value in values.items()},
        {name: environ[name] for name in _PLACE if environ.get(name)},
        ActionsHost(environ).run_url,
    )
    return {FILE_NAME: render_cassette(occasion, recorder, render_outputs(report), egress)}


def _shown(name: str, value: str) -> str:
    """An input without what is secret about it: a key, or the user of an address."""
    if BY_NAME[name].kind == "secret":
        return STAND_IN
    parts = urlsplit(value) if name == "openai_base_url" else None
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl() if parts else value
