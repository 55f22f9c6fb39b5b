"""Two texts that grew from one -> one text; where both changed the same lines, both stand there between markers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ai_coder.edits.line_diff import diff_lines
from ai_coder.edits.operations import Step
from ai_coder.edits.text import common_ends

_OURS, _DIVIDER, _THEIRS = "<<<<<<<", "=======", ">>>>>>>"


@dataclass(frozen=True, slots=True)
class Labels:
    """What the two sides are called in the markers."""

    ours: str
    theirs: str

    @property
    def markers(self) -> tuple[str, ...]:
        """The lines around and between two sides, without their endings. Source: `git help merge`."""
        return f"{_OURS} {self.ours}", _DIVIDER, f"{_THEIRS} {self.theirs}"


@dataclass(frozen=True, slots=True)
class Merged:
    """The text, and how many of its places are left to a person or a model."""

    text: str
    conflicts: int = 0


@dataclass(frozen=True, slots=True)
class _Region:
    """Lines `start` to `end` of the base that at least one side changed; changes that touch are in one region."""

    start: int
    end: int
    ours: tuple[Step, ...]
    theirs: tuple[Step, ...]

    def side(self, lines: Sequence[str], steps: tuple[Step, ...]) -> list[str]:
        """What a side that changed the region has there."""
        first, last = steps[0], steps[-1]
        return list(lines[first.new_start - (first.start - self.start) : last.new_end + (self.end - last.end)])


def merge_texts(base: str, ours: str, theirs: str, labels: Labels) -> Merged:
    """Each side's changes in one text. The same change on both sides is none; changes that touch are a conflict.

    The ending is a part of the line. Where one side changed nothing but all line ends, that is a change of its own,
    so that the other side's lines still find their places.
    """
    ending = _new_ending(base, ours, theirs)
    if ending:
        base, ours, theirs = (text.replace("\r\n", "\n") for text in (base, ours, theirs))
    merged = _merge(_lines(base), _lines(ours), _lines(theirs), labels)
    return Merged(merged.text.replace("\n", ending), merged.conflicts) if ending else merged


def unresolved(text: str, marks: Sequence[str]) -> tuple[str, ...]:
    """Those of the marker lines that stand in the text."""
    lines = {line.removesuffix("\r") for line in text.split("\n")}
    return tuple(mark for mark in marks if mark in lines)


def marks_of(labels: Labels, *sides: str) -> tuple[str, ...]:
    """The markers that no side holds as a line of its own, so that one that stands there is left from the merge."""
    own = {line.removesuffix("\r") for side in sides for line in side.split("\n")}
    return tuple(mark for mark in labels.markers if mark not in own)


def _merge(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str], labels: Labels) -> Merged:
    out: list[str] = []
    at = conflicts = 0
    for region in _regions(diff_lines(base, ours), diff_lines(base, theirs)):
        out += base[at : region.start]
        at = region.end
        mine = region.side(ours, region.ours) if region.ours else []
        yours = region.side(theirs, region.theirs) if region.theirs else []
        if not region.theirs or (region.ours and mine == yours):
            out += mine
        elif not region.ours:
            out += yours
        else:
            out += _conflict(mine, yours, labels, out[-1:])
            conflicts += 1
    return Merged("".join([*out, *base[at:]]), conflicts)


def _regions(ours: Sequence[Step], theirs: Sequence[Step]) -> Iterator[_Region]:
    """In order and apart: between two of them stands at least one line that no side changed."""
    steps = [(step.start, step.end, False, step) for step in ours]
    steps += [(step.start, step.end, True, step) for step in theirs]
    group: list[tuple[int, int, bool, Step]] = []
    end = -1
    for step in sorted(steps, key=lambda item: item[:3]):
        if group and step[0] > end:
            yield _region(group, end)
            group = []
        end = max(end, step[1]) if group else step[1]
        group.append(step)
    if group:
        yield _region(group, end)


def _region(group: Sequence[tuple[int, int, bool, Step]], end: int) -> _Region:
    ours = tuple(step for *_, is_theirs, step in group if not is_theirs)
    theirs = tuple(step for *_, is_theirs, step in group if is_theirs)
    return _Region(group[0][0], end, ours, theirs)


def _conflict(ours: Sequence[str], theirs: Sequence[str], labels: Labels, above: Sequence[str]) -> list[str]:
    """Both sides between markers; what they have in common at the ends stands outside."""
    head, tail = common_ends(ours, theirs)
    like = next((line for line in (*ours, *theirs, *above) if line.endswith("\n")), "")
    ending = "\r\n" if like.endswith("\r\n") else "\n"
    begin, divider, close = (f"{marker}{ending}" for marker in labels.markers)
    mine, yours = (_ended(side[head : len(side) - tail], ending) for side in (ours, theirs))
    return [*ours[:head], begin, *mine, divider, *yours, close, *ours[len(ours) - tail :]]


def _ended(lines: Sequence[str], ending: str) -> list[str]:
    """The lines, the last one ended, since a marker follows."""
    return [line if line.endswith("\n") else line + ending for line in lines]


def _lines(text: str) -> list[str]:
    """The lines with their endings; only a line feed ends one."""
    *ended, rest = text.split("\n")
    return [*(f"{line}\n" for line in ended), *([rest] if rest else [])]


def _new_ending(base: str, ours: str, theirs: str) -> str:
    """The ending of all lines of the merge, where each text keeps to one and a side chose another; else empty."""
    styles = [_style(text) for text in (base, ours, theirs)]
    if "" in styles or len(set(styles)) == 1:
        return ""
    before, mine, yours = styles
    return yours if mine == before else mine


def _style(text: str) -> str:
    """The ending of every line; empty where they differ or there is none."""
    crlf, ended = text.count("\r\n"), text.count("\n")
    if not ended or crlf not in {0, ended}:
        return ""
    return "\r\n" if crlf else "\n"
