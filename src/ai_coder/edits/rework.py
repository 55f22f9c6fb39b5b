"""The blocks of one file -> its new text. All are located in the file as it was; chained ones in sequence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ai_coder.domain.source import LineRange
from ai_coder.edits.applied import Code, Refusal
from ai_coder.edits.closest import find_closest
from ai_coder.edits.line_diff import diff_lines
from ai_coder.edits.locate import MAX_PLACES, RUNGS, Haystack, Place
from ai_coder.edits.operations import Replace
from ai_coder.edits.suspicion import suspect
from ai_coder.edits.text import FileText, Hunk

_MIN_EVIDENCE = 10
"""Characters of new lines that must stand in the file before a block counts as already applied."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A block with the place where it stands and what it changes there."""

    block: Replace
    place: Place
    hunks: tuple[Hunk, ...]


@dataclass(slots=True)
class Rework:
    """One file while its blocks are laid onto it."""

    path: str
    text: str | None
    refusals: list[Refusal] = field(default_factory=list)
    idle: list[Refusal] = field(default_factory=list)
    """Blocks that change nothing: refused only where nothing else is changed either."""
    notes: list[str] = field(default_factory=list)

    def apply(self, blocks: Sequence[Replace]) -> None:
        """Lays all blocks onto the text; where one is refused, the text is of no use."""
        blocks = [block for block in blocks if not self._is_idle(block)]
        file = FileText(self.text or "")
        if blocks and file.is_empty and blocks[0].readings[0].is_blank:
            self._create(blocks[0])
            self._in_sequence(blocks[1:])
            return
        haystack = Haystack(file)
        placed: list[_Placed] = []
        deferred: list[tuple[Replace, Refusal]] = []
        for block in blocks:
            found = self._placed(block, haystack)
            if isinstance(found, _Placed):
                placed.append(found)
            elif found.code is Code.NOT_FOUND and placed:
                deferred.append((block, found))
            else:
                self.refusals.append(found)
        placed.sort(key=lambda item: (item.place.start, item.place.end))
        self._refuse_overlaps(placed)
        if self.refusals:
            self.refusals += [refusal for _, refusal in deferred]
            return
        if placed:
            self.text = file.replaced(hunk for item in placed for hunk in item.hunks)
        self._in_sequence([block for block, _ in deferred], {block.block: refusal for block, refusal in deferred})

    def _is_idle(self, block: Replace) -> bool:
        if any(reading.old != reading.new for reading in block.readings):
            return False
        self.idle.append(self._refusal(block, Code.NO_CHANGE, "SEARCH and REPLACE are equal. Leave the block out."))
        return True

    def _create(self, block: Replace) -> None:
        new = block.readings[0].new
        if objection := suspect(new, (), self.path):
            self.refusals.append(self._refusal(block, objection.code, objection.message))
        self.text = FileText(self.text or "").rewritten(new)

    def _in_sequence(self, blocks: Iterable[Replace], told: dict[int, Refusal] | None = None) -> None:
        """Each block over the result of those before it."""
        for block in blocks:
            file = FileText(self.text or "")
            found = self._placed(block, Haystack(file))
            if isinstance(found, _Placed):
                self.notes.append(f"Block {block.block} ({self.path}) is found after the blocks before it.")
                self.text = file.replaced(found.hunks)
            else:
                self.refusals.append((told or {}).get(block.block, found))

    def _placed(self, block: Replace, haystack: Haystack) -> _Placed | Refusal:
        """Where the block stands, exactly once, and its hunks there; or why it cannot be applied."""
        places = haystack.places(block.readings)
        if not places:
            return self._not_found(block, haystack)
        if len(places) > 1:
            return self._ambiguous(block, places)
        [place] = places
        old, new = place.reading.old, place.reading.new
        if old == new:
            return self._refusal(block, Code.NO_CHANGE, "SEARCH and REPLACE are equal. Leave the block out.")
        if len(new) > len(old):
            for start in haystack.starts(new, place.rung):
                if start <= place.start and start + len(new) >= place.end:
                    return self._already_applied(block, start, len(new))
        hunks = tuple(Hunk(place.start + hunk.start, place.start + hunk.end, hunk.new) for hunk in diff_lines(old, new))
        if objection := suspect([line for hunk in hunks for line in hunk.new], haystack.file.lines, self.path):
            return self._refusal(block, objection.code, objection.message, _range(place.start, len(old)))
        if place.rung:
            self.notes.append(f"Block {block.block} ({self.path}) is found {RUNGS[place.rung]}.")
        if len(block.readings) > 1:
            self.notes.append(f"Block {block.block} ({self.path}): divider {block.readings.index(place.reading) + 1}.")
        return _Placed(block, place, hunks)

    def _not_found(self, block: Replace, haystack: Haystack) -> Refusal:
        reading = next((reading for reading in block.readings if not reading.is_blank), None)
        if reading is None:
            message = (
                f"SEARCH is empty, which creates a file, but `{self.path}` exists and is not empty. Quote the lines "
                "that are to be replaced, or send the whole text in a fence."
            )
            return self._refusal(block, Code.EMPTY_SEARCH, message)
        if found := self._applied_before(block, haystack):
            return found
        divergence = find_closest(haystack.file.lines, reading.old)
        message = f"The SEARCH lines do not stand in `{self.path}`."
        if divergence is None:
            message += " Nothing in the file resembles them. Check the path, and quote the file as it is now."
            return self._refusal(block, Code.NOT_FOUND, message)
        message += f" {divergence} Quote the file as it is now."
        return self._refusal(block, Code.NOT_FOUND, message, divergence.lines)

    def _applied_before(self, block: Replace, haystack: Haystack) -> Refusal | None:
        for reading in block.readings:
            added = "".join(line.strip() for hunk in diff_lines(reading.old, reading.new) for line in hunk.new)
            if len(added) < _MIN_EVIDENCE:
                continue
            for rung in range(len(RUNGS)):
                if starts := haystack.starts(reading.new, rung):
                    return self._already_applied(block, starts[0], len(reading.new))
        return None

    def _already_applied(self, block: Replace, start: int, length: int) -> Refusal:
        lines = _range(start, length)
        message = f"The REPLACE lines stand in `{self.path}` already, at line {lines.first}. Leave this block out."
        return self._refusal(block, Code.ALREADY_APPLIED, message, lines)

    def _ambiguous(self, block: Replace, places: Sequence[Place]) -> Refusal:
        numbers = ", ".join(str(place.start + 1) for place in places)
        times = f"{len(places)} times or more" if len(places) == MAX_PLACES else f"{len(places)} times"
        message = (
            f"The SEARCH lines stand {times} in `{self.path}`, at lines {numbers}. Quote more lines around the one "
            "that is meant, so that they stand there only."
        )
        ranges = [_range(place.start, len(place.reading.old)) for place in places]
        return self._refusal(block, Code.AMBIGUOUS, message, *ranges)

    def _refuse_overlaps(self, placed: Sequence[_Placed]) -> None:
        """Blocks may share context lines; what one of them changes, no other may quote."""
        last: _Placed | None = None
        for item in placed:
            if last and _clash(last, item):
                numbers = sorted((last.block.block, item.block.block))
                message = f"Blocks {numbers[0]} and {numbers[1]} change the same lines. Make one block of them."
                ranges = [_range(other.place.start, len(other.place.reading.old)) for other in (last, item)]
                self.refusals.append(self._refusal(item.block, Code.OVERLAP, message, *ranges))
            if last is None or item.place.end >= last.place.end:
                last = item

    def _refusal(self, block: Replace, code: Code, message: str, *places: LineRange) -> Refusal:
        return Refusal(block.block, self.path, code, message, places)


def _range(start: int, length: int) -> LineRange:
    return LineRange(start + 1, start + max(length, 1))


def _clash(first: _Placed, second: _Placed) -> bool:
    """Whether one of two overlapping blocks changes or inserts inside the lines that the other quotes."""
    if second.place.start >= first.place.end:
        return False
    shared = range(second.place.start, min(first.place.end, second.place.end))
    return any(
        (hunk.start < shared.stop and hunk.end > shared.start) or (hunk.start == hunk.end and hunk.start in shared)
        for item in (first, second)
        for hunk in item.hunks
    )
