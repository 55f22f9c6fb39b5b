"""Which adapter stands at which door. Imports what it opens when it opens it: a skipped event opens nothing."""

# ruff: noqa: PLC0415  each import here is a door, and costs time that a skipped event must not pay

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ai_coder.domain.chat import Usage
from ai_coder.domain.report import Report
from ai_coder.domain.task import Issue, Skip
from ai_coder.errors import ConfigurationError
from ai_coder.ports import ChatModel, Clock, Forge, Host, Ports, Reviews, Sandbox, Tracker
from ai_coder.resolve.event import parse_event
from ai_coder.resolve.trigger import decide
from ai_coder.settings import ModelSettings, Settings, VerifyPolicy, parse_settings, parse_settings_file

if TYPE_CHECKING:
    from ai_coder.adapters.line import Line
    from ai_coder.pipeline import Run

GITHUB_API_URL, GITHUB_SERVER_URL = "https://api.github.com", "https://github.com"

_REPOSITORY = re.compile(r"(?!\.\.?/)[A-Za-z0-9_.-]+/(?!\.\.?$)[A-Za-z0-9_.-]+")
"""`owner/name`, neither of which leads anywhere else in the API."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a run works on."""

    repository: str = ""
    """`owner/name` on GitHub; empty for a local repository."""
    root: str = ""
    """Folder of a local repository."""
    issue_file: str = ""
    """The Markdown file that is the issue of a local run."""
    is_unsafe_accepted: bool = False
    """Whether tests may run unconfined where nothing confines them: `--unsafe-local-tests`."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The doors of one run, and what its place is called."""

    ports: Ports
    repository: str = ""
    server_url: str = ""
    slug: str = ""


Wire = Callable[[Place, Settings, Mapping[str, str], Host, "Line | None"], Opened]
"""Opens the doors of a place. The entry is handed one, so that a test can hand another."""


@dataclass(frozen=True, slots=True)
class Session:
    """What a runner or a person handed over, read once."""

    environ: Mapping[str, str]
    values: Mapping[str, str]
    """The inputs as texts."""
    settings: Settings
    host: Host
    wire: Wire
    line: "Line | None" = None
    """Where what leaves the machine goes; None is straight out."""

    def answer(self, event_name: str, event_text: str) -> Report:
        """The report on an event of GitHub. Doors are opened only for one that asks for something.

        Raises: AiCoderError.
        """
        event = parse_event(event_name, event_text)
        if self.environ.get("GITHUB_RUN_ATTEMPT", "1") != "1":
            event = replace(event, rerun_by=self.environ.get("GITHUB_TRIGGERING_ACTOR", "") or "nobody known")
        if self.settings.issue and not event.issue.number:
            event = replace(event, issue=Issue(number=self.settings.issue))
        decision = decide(event, self.settings.trigger)
        is_sweep = event.kind == "schedule" and not event.issue.number
        if isinstance(decision, Skip) and not is_sweep and not decision.is_refused_command:
            return Report(decision)
        from ai_coder.pipeline import refuse, run, run_waiting

        opened = self.open(Place(self.environ.get("GITHUB_REPOSITORY", "")))
        if isinstance(decision, Skip):
            return run_waiting(opened) if is_sweep else Report(refuse(decision, event, opened))
        return run(decision, opened)

    def open(self, place: Place) -> "Run":
        """The run on `place`, its doors open. Raises: ConfigurationError."""
        from ai_coder.pipeline import Run

        opened = self.wire(place, self.settings, self.environ, self.host, self.line)
        return Run(
            self.settings,
            opened.ports,
            lambda text: parse_settings(self.values, parse_settings_file(text)),
            opened.repository,
            opened.server_url,
            opened.slug,
            opened.ports.clock.monotonic_s(),
        )


def wire(
    place: Place,
    settings: Settings,
    environ: Mapping[str, str],
    host: Host,
    line: "Line | None",
    *,
    clock: Clock | None = None,
) -> Opened:
    """The real doors: GitHub, or a local repository. What leaves the machine goes over `line`.

    Raises: ConfigurationError.
    """
    from ai_coder.adapters.clock import HurriedClock, SystemClock
    from ai_coder.adapters.line import OpenLine

    line = line or OpenLine()
    clock = clock or (SystemClock() if line.waits else HurriedClock())
    common = _Common(settings, environ, host, clock, line, place.is_unsafe_accepted)
    if place.root:
        return _local(place, common)
    if not settings.token:
        msg = "there is no token for GitHub"
        raise ConfigurationError(msg, hint="Set the input `github_token`, or GITHUB_TOKEN outside of a workflow.")
    if not _REPOSITORY.fullmatch(place.repository):
        msg = f"{place.repository!r} is no repository of the form owner/name"
        raise ConfigurationError(msg, hint="A runner sets GITHUB_REPOSITORY; elsewhere use `--repo owner/name`.")
    return _on_github(place, common)


def _on_github(place: Place, common: "_Common") -> Opened:
    from ai_coder.adapters.github_api import GithubApi
    from ai_coder.adapters.github_checks import GithubChecks
    from ai_coder.adapters.github_forge import GithubForge
    from ai_coder.adapters.github_reviews import GithubReviews
    from ai_coder.adapters.github_switches import GithubSwitches
    from ai_coder.adapters.github_tracker import GithubTracker

    settings, environ = common.settings, common.environ
    api_url = environ.get("GITHUB_API_URL") or GITHUB_API_URL
    is_own = place.repository == environ.get("GITHUB_REPOSITORY")
    number = environ.get("GITHUB_REPOSITORY_ID", "") if is_own else ""
    api = GithubApi(api_url, settings.token.reveal(), place.repository, common.clock, common.line, number)
    ports = common.ports(GithubTracker(api), GithubForge(api))
    reviews: Reviews = GithubReviews(api)
    if settings.dry_run:
        from ai_coder.adapters.dry_run import DryRunReviews

        reviews = DryRunReviews(reviews, common.host.say)
    checks = None if settings.dry_run else GithubChecks(api)
    ports = replace(ports, switches=GithubSwitches(api, settings.token.reveal()), reviews=reviews, checks=checks)
    return Opened(ports, place.repository, environ.get("GITHUB_SERVER_URL") or GITHUB_SERVER_URL)


def _local(place: Place, common: "_Common") -> Opened:
    from ai_coder.adapters.local_forge import LocalForge
    from ai_coder.adapters.local_tracker import LocalTracker

    tracker = LocalTracker(Path(place.issue_file), common.host.say)
    return Opened(common.ports(tracker, LocalForge(Path(place.root))), slug=tracker.slug)


@dataclass(frozen=True, slots=True)
class _Common:
    """What every place has."""

    settings: Settings
    environ: Mapping[str, str]
    host: Host
    clock: Clock
    line: "Line"
    is_unsafe_accepted: bool

    def ports(self, tracker: Tracker, forge: Forge) -> Ports:
        """The doors around these two."""
        if self.settings.dry_run:
            from ai_coder.adapters.dry_run import DryRunForge, DryRunTracker

            tracker, forge = DryRunTracker(tracker, self.host.say), DryRunForge(forge, self.host.say)
        nonce = partial(self.line.nonce, partial(secrets.token_hex, 8))
        return Ports(tracker, forge, self._open_sandbox, self._open_model, self.host, self.clock, _cost_usd, nonce)

    def _open_sandbox(self, policy: VerifyPolicy) -> Sandbox:
        from ai_coder.adapters.sandbox.choice import Surroundings, open_sandbox
        from ai_coder.adapters.sandbox.taped import TapedSandbox

        keys = (self.settings.token.reveal(), self.settings.model.api_key.reveal())
        is_runner = self.environ.get("GITHUB_ACTIONS") == "true"
        place = Surroundings(self.environ, is_runner, tuple(filter(None, keys)), self.is_unsafe_accepted)
        really = partial(open_sandbox, policy, place, partial(self.host.annotate, "warning"))
        return TapedSandbox(really, self.line) if self.line.keeps else really()

    def _open_model(self, model: ModelSettings, deadline_s: float) -> ChatModel:
        from ai_coder.adapters.openai_client import open_model

        return open_model(model, self.clock, deadline_s, self.line)


def _cost_usd(model: str, usage: Usage) -> float | None:
    from ai_coder.adapters.prices import cost_usd

    return cost_usd(model, usage)
