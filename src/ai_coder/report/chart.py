"""`Trajectory` -> the geometry of its two pictures: tokens and dollars by step, and where the time went. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, log10

from ai_coder.domain.trajectory import Trajectory, Turn

WIDTH, HEIGHT = 960, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 64, 16, 28
_MAX_BAR = 44.0
_MAX_LABELS = 20


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle with the words that a pointer over it shows."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    """cached, fresh, out; model or tools; the name of a room."""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis and its label."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Tokens of each step as bars, dollars so far as a line."""

    bars: tuple[Bar, ...]
    line: tuple[tuple[float, float], ...]
    """Empty where the price of the model is not known."""
    tokens: tuple[Tick, ...]
    dollars: tuple[Tick, ...]
    steps: tuple[Tick, ...]


def token_chart(turns: tuple[Turn, ...]) -> Chart:
    """The chart; its sides are the widest step and the whole cost."""
    top = _round_up(max((turn.usage.input_tokens + turn.usage.output_tokens for turn in turns), default=0))
    width = (WIDTH - _LEFT - _RIGHT) / max(len(turns), 1)
    costs = [turn.cost_usd for turn in turns]
    line: list[tuple[float, float]] = []
    spent, total = 0.0, sum(cost or 0.0 for cost in costs)
    for number, cost in enumerate(costs):
        spent += cost or 0.0
        line.append((_middle(number, width), _y(spent, total)))
    every = max(1, ceil(len(turns) / _MAX_LABELS))
    return Chart(
        tuple(bar for number, turn in enumerate(turns) for bar in _bars(number, turn, width, top)),
        tuple(line) if total else (),
        tuple(Tick(_y(top * part, top), f"{top * part:,.0f}") for part in (0.0, 0.5, 1.0)),
        tuple(Tick(_y(total * part, total), f"${total * part:.4f}") for part in (0.0, 0.5, 1.0)) if total else (),
        tuple(Tick(_middle(number, width), str(number + 1)) for number in range(0, len(turns), every)),
    )


def _bars(number: int, turn: Turn, width: float, top: int) -> Iterator[Bar]:
    """From the bottom: what the endpoint had in its cache, the rest of the input, the output."""
    usage = turn.usage
    cost = f", ${turn.cost_usd:.4f}" if turn.cost_usd is not None else ""
    title = (
        f"Step {number + 1}: {usage.input_tokens:,} tokens in ({usage.cached_input_tokens:,} from the cache), "
        f"{usage.output_tokens:,} out{cost}, {turn.seconds:.1f} s"
    )
    size, below = min(width * 0.72, _MAX_BAR), 0
    fresh = max(usage.input_tokens - usage.cached_input_tokens, 0)
    for kind, tokens in (("cached", usage.cached_input_tokens), ("fresh", fresh), ("out", usage.output_tokens)):
        if tokens:
            high = _y(below + tokens, top)
            yield Bar(_middle(number, width) - size / 2, high, size, _y(below, top) - high, kind, title)
        below += tokens


def time_bars(trajectory: Trajectory) -> tuple[Bar, ...]:
    """The rooms in the first row, the model's and the tools' time in the second, on one scale."""
    end_s = max(trajectory.seconds, 0.001)

    def bar(start_s: float, seconds: float, row: int, kind: str, title: str) -> Bar:
        return Bar(WIDTH * start_s / end_s, row * 30, max(WIDTH * seconds / end_s, 1.5), 22, kind, title)

    rooms = [
        bar(visit.start_s, visit.seconds, 0, f"room{number % 4}", f"{visit.room}: {visit.seconds:.1f} s")
        for number, visit in enumerate(trajectory.visits)
    ]
    work = []
    for number, turn in enumerate(trajectory.turns):
        done_s = turn.start_s + turn.seconds
        work.append(bar(turn.start_s, turn.seconds, 1, "model", f"Step {number + 1}: model, {turn.seconds:.1f} s"))
        if number + 1 < len(trajectory.turns):
            rest_s = trajectory.turns[number + 1].start_s - done_s
            work.append(bar(done_s, rest_s, 1, "tools", f"Step {number + 1}: tools, {rest_s:.1f} s"))
    return (*rooms, *work)


def _middle(number: int, width: float) -> float:
    return _LEFT + (number + 0.5) * width


def _y(value: float, top: float) -> float:
    room = HEIGHT - _TOP - _BOTTOM
    return HEIGHT - _BOTTOM - (room * value / top if top else 0.0)


def _round_up(value: int) -> int:
    """The next figure that is easy to read."""
    if value <= 0:
        return 0
    power = int(10 ** int(log10(value)))
    return next(int(power * step) for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 20) if power * step >= value)
