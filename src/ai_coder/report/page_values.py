"""`Report` -> the values that the page shows, bounded in size. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from markupsafe import Markup

from ai_coder import __version__
from ai_coder.domain.chat import ToolCall
from ai_coder.domain.pull_request import PullRequest
from ai_coder.domain.report import Cannot, Published, Report
from ai_coder.domain.source import Ranked
from ai_coder.domain.task import NEVER
from ai_coder.domain.trajectory import Trajectory, Turn, Visit
from ai_coder.egress import Egress
from ai_coder.report.chart import Bar, Chart, time_bars, token_chart
from ai_coder.report.ending import Ending, ending_of
from ai_coder.report.page_proof import Proof, proof_of
from ai_coder.report.page_steps import KINDS, Refused, Step, prompt_of, refused_of, steps_of
from ai_coder.report.page_text import markdown
from ai_coder.report.side_by_side import FileDiff, side_by_side


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure of the head."""

    name: str
    value: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """What the reader sees first."""

    title: str
    place: str
    """`host/owner/name`; empty for a local repository."""
    ending: Ending
    words: Markup
    pull_request: PullRequest | None
    facts: tuple[Fact, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """Who asked for what."""

    requester: str
    number: int
    url: str
    body: Markup
    comment: Markup
    """Empty where the issue itself asks."""


@dataclass(frozen=True, slots=True)
class Course:
    """How the run went."""

    visits: tuple[Visit, ...]
    time: tuple[Bar, ...]
    chart: Chart
    steps: tuple[Step, ...]
    prompt: str
    kinds: tuple[tuple[str, str], ...] = KINDS


@dataclass(frozen=True, slots=True)
class Page:
    """Everything on the page."""

    head: Head
    request: Request
    course: Course
    diffs: tuple[FileDiff, ...]
    proof: Proof
    ranked: tuple[Ranked, ...]
    refused: tuple[Refused, ...]
    run_url: str
    version: str = __version__

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """Anchor and name of every part that there is."""
        parts = (
            ("Request", True),
            ("Time", self.course.visits),
            ("Cost", self.course.steps),
            ("Steps", self.course.steps),
            ("Changes", self.diffs),
            ("Verification", True),
            ("Context", self.ranked),
            ("Refused", self.refused),
        )
        return tuple((name.lower(), name) for name, is_there in parts if is_there)


def page_of(report: Report, run_url: str, egress: Egress) -> Page:
    """The page of a run. What becomes markup here is cleaned here; everything else where it is written."""
    published = report.outcome if isinstance(report.outcome, Published) else None
    refusals = report.outcome.refusals if isinstance(report.outcome, Cannot) else ()
    trajectory = _shown(report.trajectory, egress.page)
    change_set = published.proposal.change_set if published and published.proposal else None
    return Page(
        _head(report, published, egress),
        _request(report, egress),
        _course(trajectory),
        side_by_side(change_set, egress.page) if change_set else (),
        proof_of(report),
        trajectory.ranked,
        refused_of(trajectory, refusals),
        run_url,
    )


def _head(report: Report, published: Published | None, egress: Egress) -> Head:
    issue = report.task.issue if report.task else None
    url = issue.url if issue else ""
    ending = ending_of(report)
    pull_request = report.pull_request if report.pull_request and report.pull_request.url else None
    return Head(
        (issue.title if issue else "") or "Report",
        url.partition("://")[2].partition("/issues/")[0],
        ending,
        markdown(egress.page(ending.words), url),
        pull_request,
        _facts(report, published),
        report.notes,
    )


def _request(report: Report, egress: Egress) -> Request:
    task = report.task
    if task is None:
        return Request("nobody", 0, "", Markup(), Markup())
    issue, url = task.issue, task.issue.url
    body = issue.body or "*The issue has no text.*"
    comment = task.comment.body or task.command.argument
    bodies = (markdown(egress.page(text), url) for text in (body, comment))
    return Request(task.requester.login, issue.number, url, *bodies)


def _shown(trajectory: Trajectory, shown: Callable[[str], str]) -> Trajectory:
    """The trajectory without secrets: they go before a text is cut, since half of a secret is not found any more."""

    def turn(one: Turn) -> Turn:
        uses = tuple(
            replace(use, call=ToolCall("", shown(use.call.name), shown(use.call.arguments)), result=shown(use.result))
            for use in one.uses
        )
        told = tuple(map(shown, one.told))
        return replace(one, text=shown(one.text), uses=uses, told=told, error=shown(one.error))

    return replace(trajectory, turns=tuple(map(turn, trajectory.turns)), prompt=shown(trajectory.prompt))


def _course(trajectory: Trajectory) -> Course:
    return Course(
        trajectory.visits,
        time_bars(trajectory),
        token_chart(trajectory.turns),
        steps_of(trajectory),
        prompt_of(trajectory),
    )


def _facts(report: Report, published: Published | None) -> tuple[Fact, ...]:
    spent, trajectory = report.spent, report.trajectory
    usage = spent.usage
    began = "" if trajectory.started_at == NEVER else f"{trajectory.started_at:%Y-%m-%d %H:%M} UTC"
    minutes, seconds = divmod(trajectory.seconds, 60)
    took = f"{minutes:.0f} min {seconds:.0f} s" if minutes else f"{seconds:.1f} s"
    cached = f"{usage.cached_input_tokens:,} from the cache" if usage.cached_input_tokens else ""
    cost = "not known" if spent.cost_usd is None else f"${spent.cost_usd:.4f}"
    total = "" if spent.cost_usd is None else f"${spent.before_usd + spent.cost_usd:.2f} for the issue"
    facts = [Fact("Took", took, began)]
    if spent.rounds:
        facts += [
            Fact("Model", spent.model or "not named", f"{spent.rounds} {'reply' if spent.rounds == 1 else 'replies'}"),
            Fact("Input tokens", f"{usage.input_tokens:,}", cached),
            Fact("Output tokens", f"{usage.output_tokens:,}"),
            Fact("Cost", cost, total),
        ]
    if published:
        added, removed = (sum(getattr(f, name) for f in published.files) for name in ("added_lines", "removed_lines"))
        count = len(published.files)
        facts.append(Fact("Files", f"{count} changed", f"+{added} −{removed}"))
    return (*facts, Fact("Tests", report.verdict.value.replace("_", " ")))
