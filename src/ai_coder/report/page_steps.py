"""The turns of a run as a page shows them: folded, filtered by kind, cut so that sixty of them stay small."""

from collections.abc import Iterator
from dataclasses import dataclass

from ai_coder.domain.trajectory import Trajectory, Turn, Used
from ai_coder.report.page_text import cut, named_arguments

KINDS = (
    ("all", "All"),
    ("look", "Looks"),
    ("edit", "Edits"),
    ("test", "Tests"),
    ("words", "Words"),
    ("refused", "Refused"),
)
"""What the filter of steps offers."""
_KIND_OF = {"list_files": "look", "search": "look", "read_file": "look", "edit_file": "edit", "run_tests": "test"}
_MAX_CHARS = 700_000
"""Of all steps together; what remains for one text falls with their number."""
_MOST, _FEWEST = 12_000, 800
_MAX_PROMPT_CHARS = 20_000
_MAX_TITLE_CHARS = 120


@dataclass(frozen=True, slots=True)
class Call:
    """One tool call."""

    name: str
    arguments: tuple[tuple[str, str], ...]
    result: str
    is_refused: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One reply of the model, with what came of it."""

    title: str
    cost: str
    kinds: str
    """Those of `KINDS` that it belongs to, between blanks."""
    text: str
    uses: tuple[Call, ...]
    told: tuple[str, ...]
    error: str
    is_refused: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that was not let through."""

    name: str
    text: str


def steps_of(trajectory: Trajectory) -> tuple[Step, ...]:
    """The steps in their order."""
    texts = sum(1 + len(turn.told) + 3 * len(turn.uses) for turn in trajectory.turns)
    room = max(_FEWEST, min(_MOST, _MAX_CHARS // max(texts, 1)))
    return tuple(_step(turn, room) for turn in trajectory.turns)


def prompt_of(trajectory: Trajectory) -> str:
    """What the model was told first, cut."""
    return cut(trajectory.prompt, _MAX_PROMPT_CHARS)


def refused_of(trajectory: Trajectory, refusals: tuple[str, ...]) -> tuple[Refused, ...]:
    """What the model was refused, step by step, and what was refused in the end."""
    found = [
        Refused(f"Step {number}: {name}", cut(text, _FEWEST * 2))
        for number, turn in enumerate(trajectory.turns, 1)
        for name, text in _refusals(turn)
    ]
    return (*found, *(Refused("In the end", text) for text in refusals))


def _refusals(turn: Turn) -> Iterator[tuple[str, str]]:
    yield from ((use.call.name, use.result) for use in turn.uses if use.is_refused)
    if not turn.uses:
        yield from (("told back", text) for text in turn.told)


def _step(turn: Turn, room: int) -> Step:
    uses = tuple(_call(use, room) for use in turn.uses)
    is_refused = any(use.is_refused for use in uses) or bool(turn.told and not uses)
    kinds = {_KIND_OF.get(use.name, "words") for use in uses} or {"words"}
    return Step(
        _title(turn),
        _cost(turn),
        " ".join(sorted(kinds | ({"refused"} if is_refused else set()))),
        cut(turn.text, room),
        uses,
        tuple(cut(text, room) for text in turn.told),
        turn.error,
        is_refused,
    )


def _call(use: Used, room: int) -> Call:
    arguments = tuple((name, cut(text, room)) for name, text in named_arguments(use.call.arguments))
    return Call(use.call.name, arguments, cut(use.result, room), use.is_refused)


def _title(turn: Turn) -> str:
    """The calls with what they are about; the first line of a reply in words."""
    if turn.error:
        return "no reply"
    if not turn.uses:
        said = next((line.strip() for line in turn.text.splitlines() if line.strip()), "an empty reply")
        return said[:_MAX_TITLE_CHARS]
    return ", ".join(map(_words, turn.uses))[:_MAX_TITLE_CHARS]


def _words(use: Used) -> str:
    values = dict(named_arguments(use.call.arguments))
    about = next((values[key] for key in ("path", "pattern", "glob", "folder", "outcome") if values.get(key)), "")
    return f"{use.call.name} {about}".strip()


def _cost(turn: Turn) -> str:
    if turn.error:
        return f"{turn.seconds:.1f} s"
    dollars = f" · ${turn.cost_usd:.4f}" if turn.cost_usd is not None else ""
    return f"{turn.usage.input_tokens:,} in · {turn.usage.output_tokens:,} out{dollars} · {turn.seconds:.1f} s"
