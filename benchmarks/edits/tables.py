"""Verdicts -> the tables that a person reads."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.edits.cases import Case
from benchmarks.edits.judge import Outcome, Verdict

_ORDER = ("text", "ambig", "refuse", "parse", "core", "lenient", "policy", "dialect")
_HEAD = ("", "cases", "right", "", "blanks", "WRONG", "refused", "crashed", "p50 ms", "p99 ms")


@dataclass(frozen=True, slots=True)
class Judged:
    """One case, what became of it, and what that is worth."""

    case: Case
    outcome: Outcome
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Row:
    """Some cases counted together."""

    name: str
    cases: int
    counts: dict[str, int]
    said_so: int
    """How many of the wrong ones came with a refusal: changed files, but nobody was deceived."""
    p50_ms: float
    p99_ms: float

    @property
    def right(self) -> float:
        """The share of right ones."""
        return self.counts[Verdict.RIGHT] / self.cases

    @property
    def wrong(self) -> float:
        """The share of silently wrong ones."""
        return self.counts[Verdict.WRONG] / self.cases


def row_of(name: str, judged: Sequence[Judged]) -> Row:
    """The cases counted; at least one."""
    verdicts = Counter(one.verdict for one in judged)
    times = sorted(one.outcome.ms for one in judged)
    counts = {str(verdict): verdicts[verdict] for verdict in Verdict}
    said_so = sum(one.verdict is Verdict.WRONG and one.outcome.is_refused for one in judged)
    return Row(name, len(judged), counts, said_so, _rank(times, 50), _rank(times, 99))


def rows_by_group(judged: Sequence[Judged]) -> list[Row]:
    """A row per family or tier, and under a family of several formats a row for each of them."""
    rows = []
    groups = {one.case.group: None for one in judged}
    for group in sorted(groups, key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name)):
        members = [one for one in judged if one.case.group == group]
        rows.append(row_of(group, members))
        formats = sorted({one.case.format_name for one in members})
        if len(formats) > 1:
            rows += [row_of(f"  {name}", [one for one in members if one.case.format_name == name]) for name in formats]
    return rows


def rows_by_noise(judged: Iterable[Judged]) -> list[Row]:
    """A row per noise and format; small cases, which have no noise, are left out."""
    members: dict[tuple[str, str, str], list[Judged]] = {}
    for one in judged:
        if one.case.noise:
            members.setdefault((one.case.group, one.case.noise, one.case.format_name), []).append(one)
    return [row_of(f"{group}/{noise} {name}", found) for (group, noise, name), found in sorted(members.items())]


def worst(rows: Iterable[Row], count: int) -> list[Row]:
    """The rows with the most silently wrong, then the fewest right."""
    return sorted(rows, key=lambda row: (-row.wrong, row.right, row.name))[:count]


def render_table(title: str, rows: Sequence[Row]) -> str:
    """The rows under a title, in columns."""
    cells = [_HEAD] + [
        (
            row.name,
            str(row.cases),
            str(row.counts[Verdict.RIGHT]),
            f"{100 * row.right:.1f} %",
            *(str(row.counts[v] or "-") for v in (Verdict.BLANKS, Verdict.WRONG, Verdict.REFUSED, Verdict.CRASHED)),
            f"{row.p50_ms:.1f}",
            f"{row.p99_ms:.1f}",
        )
        for row in rows
    ]
    widths = [max(len(line[column]) for line in cells) for column in range(len(_HEAD))]
    lines = [
        line[0].ljust(widths[0]) + "".join("  " + cell.rjust(w) for cell, w in zip(line[1:], widths[1:], strict=True))
        for line in cells
    ]
    said_so = sum(row.said_so for row in rows if not row.name.startswith(" "))
    if said_so:
        lines.append(f"Of the WRONG ones {said_so} came with a refusal that had left changed files behind.")
    return "\n".join([f"== {title}", *lines])


def _rank(ordered: Sequence[float], percent: int) -> float:
    """The smallest value that at least `percent` % do not exceed."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
