"""An order and the gold files -> figures; many of them -> their means."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.ranking.instances import Instance, Ranges

CUTS = (1, 3, 5, 10)
BUDGETS = (8_000, 16_000, 32_000)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a method says of one instance."""

    order: tuple[str, ...]
    seconds: float
    peak_mb: float
    shown: Mapping[int, Mapping[str, Ranges]] = field(default_factory=dict)
    """By budget; empty for a method that shows no lines."""


def measure(instance: Instance, answer: Answer) -> dict[str, float]:
    """Every figure of one instance, by name: parts of 1, seconds, megabytes."""
    gold, order = set(instance.gold_files), answer.order
    figures = {f"recall@{cut}": len(gold.intersection(order[:cut])) / len(gold) for cut in CUTS}
    figures["all@5"] = float(gold <= set(order[:5]))
    figures["MRR"] = next((1 / place for place, path in enumerate(order, 1) if path in gold), 0.0)
    if instance.gold_lines:
        figures |= {f"lines@{budget // 1000}k": _inside(instance, shown) for budget, shown in answer.shown.items()}
    return figures | {"seconds": answer.seconds, "MB": answer.peak_mb}


def _inside(instance: Instance, shown: Mapping[str, Ranges]) -> float:
    """The part of the changed ranges that lie whole inside what is shown."""
    ranges = [(path, one) for path, many in instance.gold_lines.items() for one in many]
    found = sum(any(first <= one[0] and one[1] <= last for first, last in shown.get(path, ())) for path, one in ranges)
    return found / len(ranges) if ranges else 0.0


def render_row(name: str, rows: Sequence[Mapping[str, float]]) -> str:
    """Means in per cent; of seconds the median and the 95th percentile, of memory the greatest."""
    if not rows:
        return f"{name:24} nothing measured"
    parts = [f"{_mean(row.get(figure) for row in rows):>8}" for figure in FIGURES]
    seconds = sorted(row["seconds"] for row in rows)
    middle, late = seconds[len(seconds) // 2], seconds[min(len(seconds) - 1, len(seconds) * 95 // 100)]
    return f"{name:24}{''.join(parts)} {middle:6.2f}/{late:5.2f} {max(row['MB'] for row in rows):6.0f}"


def render_head() -> str:
    """The names above the rows."""
    names = "".join(f"{_SHORT.get(name, name):>8}" for name in FIGURES)
    return f"{'':24}{names} s p50/p95   max MB"


FIGURES = (*(f"recall@{cut}" for cut in CUTS), "all@5", "MRR", *(f"lines@{budget // 1000}k" for budget in BUDGETS))
_SHORT = {name: name.replace("recall", "R").replace("lines", "L") for name in FIGURES}


def _mean(figures: Iterable[float | None]) -> str:
    known = [figure for figure in figures if figure is not None]
    return f"{100 * sum(known) / len(known):.1f}" if known else "-"
