"""One block and one text -> where the block stands, exactly once, and its hunks there; or why it cannot be applied."""

from collections.abc import Sequence
from dataclasses import dataclass

from ai_coder.domain.source import LineRange
from ai_coder.edits.anchors import scope_of
from ai_coder.edits.applied import Code, Refusal
from ai_coder.edits.closest import find_closest
from ai_coder.edits.folding import EXACT, fold
from ai_coder.edits.haystack import MAX_PLACES, Haystack
from ai_coder.edits.inline import find_inline
from ai_coder.edits.line_diff import diff_lines
from ai_coder.edits.locate import find_apart, find_places
from ai_coder.edits.operations import Reading, Replace
from ai_coder.edits.places import Ambiguous, Place, Placed
from ai_coder.edits.suspicion import suspect, suspect_encoding, suspect_indentation
from ai_coder.edits.text import Hunk
from ai_coder.edits.transplant import IndentationNotExplained, NotExplained, transplant

_MIN_EVIDENCE = 10
"""Characters of new lines that must stand in the file before a block counts as already applied."""
_MIN_KEPT_LINES = 2
_COST_OF_EVIDENCE = 200
"""What a line of the file costs, in characters compared."""


Outcome = Placed | Ambiguous | Refusal | None
"""None: the block's lines do not stand together anywhere."""


@dataclass(frozen=True, slots=True)
class Placing:
    """A text on which blocks are placed."""

    path: str
    haystack: Haystack

    @property
    def lines(self) -> Sequence[str]:
        """Those of the text, without endings."""
        return self.haystack.lines

    def place(self, block: Replace) -> Outcome:
        """Where the block's lines stand together."""
        if all(reading.is_blank for reading in block.readings):
            return self._at_anchor(block)
        if block.is_inline and (found := find_inline(self.lines, block)):
            if len(found) > 1:
                places = [Place(block.readings[0], tuple(range(hunk.start, hunk.end)), EXACT, "") for hunk in found]
                return Ambiguous(block, tuple(places))
            return self._checked(Placed(block, found[0].start, found[0].end, (found[0],)))
        places = find_places(self.haystack, block.readings)
        return (self._split_in_doubt(block, places) if places else None) or self._settled(block, places)

    def place_apart(self, block: Replace) -> Outcome:
        """Where they stand otherwise; call it for a block that `place` did not find."""
        return self._already_there(block) or self._settled(block, find_apart(self.haystack, block.readings))

    def not_found(self, block: Replace) -> Refusal:
        """The refusal of a block that stands nowhere, with the place that comes closest. Raises: TooMuch."""
        self.haystack.effort.spend(_COST_OF_EVIDENCE * len(self.lines))
        reading = next(reading for reading in block.readings if not reading.is_blank)
        divergence = find_closest(self.lines, reading.old)
        message = f"The lines to be replaced do not stand in `{self.path}`."
        if divergence is None:
            message += " Nothing in the file resembles them. Check the path, and quote the file as it is now."
            return self._refusal(block, Code.NOT_FOUND, message)
        message += f" {divergence} Quote the file as it is now."
        return self._refusal(block, Code.NOT_FOUND, message, divergence.lines)

    def ambiguous(self, found: Ambiguous) -> Refusal:
        """The refusal of a block that fits several places."""
        if found.block.anchors and scope_of(self.haystack, found.block.anchors) is None:
            anchor = found.block.anchors[-1].strip()
            message = f"The lines to be replaced stand several times in `{self.path}`, and their anchor `{anchor}` "
            message += "does not stand there exactly once. Quote more unchanged lines instead of an anchor."
            return self._refusal(found.block, Code.ANCHOR_NOT_FOUND, message, *_ranges(found))
        numbers = ", ".join(str(place.start + 1) for place in found.places)
        count = len(found.places)
        times = f"{count} times or more" if count == MAX_PLACES else f"{count} times"
        message = (
            f"The lines to be replaced fit `{self.path}` {times}, at lines {numbers}. Quote more lines around the "
            "place that is meant, so that they stand there only."
        )
        return self._refusal(found.block, Code.AMBIGUOUS, message, *_ranges(found))

    def _settled(self, block: Replace, places: Sequence[Place]) -> Outcome:
        """The only one of the places; where anchors or the end of the file leave only one, that one."""
        if not places:
            return None
        if len(places) > 1:
            places = self._narrowed(block, places)
            if len(places) > 1 and not places[0].is_aligned:
                return Ambiguous(block, tuple(places))
        outcomes: dict[tuple[Hunk, ...], Placed] = {}
        for place in places:
            try:
                hunks = transplant(place, self.lines)
            except NotExplained as error:
                if len(places) > 1:
                    return Ambiguous(block, tuple(places))
                is_shifted = isinstance(error, IndentationNotExplained) and not place.is_aligned
                found = self._settled(block, find_apart(self.haystack, block.readings)) if is_shifted else None
                return found if isinstance(found, Placed) else self._not_explained(block, place, error)
            outcomes.setdefault(hunks, Placed(block, place.start, place.end, hunks, self._note(block, place)))
        if len(outcomes) > 1:
            return Ambiguous(block, tuple(places))
        [placed] = outcomes.values()
        return self._covered(block, places[0]) or self._checked(placed)

    def _split_in_doubt(self, block: Replace, places: Sequence[Place]) -> Refusal | None:
        """The refusal where the sides of a block could be parted at another divider, too."""
        own = len(places[0].reading.old)
        others = [reading for reading in block.readings if len(reading.old) != own]
        if not any(other.is_blank or find_places(self.haystack, [other]) for other in others):
            return None
        message = (
            f"The block holds {len(block.readings)} lines that could be its divider `=======`, and more than one fits. "
            "Quote lines around those that look like a divider, or send the whole file."
        )
        return self._refusal(block, Code.AMBIGUOUS, message)

    def put(self, block: Replace, place: Place) -> Outcome:
        """The block at one of several places, where something else proves that it is meant."""
        return self._settled(block, [place])

    def _narrowed(self, block: Replace, places: Sequence[Place]) -> Sequence[Place]:
        if block.anchors and (scope := scope_of(self.haystack, block.anchors)):
            inside = [place for place in places if place.start in scope and place.end <= scope.stop]
            close = [place for place in places if place.start == scope.start + 1]
            return inside if len(inside) == 1 else close or places
        if block.at_end:
            last = max((index for index, line in enumerate(self.lines) if line.strip()), default=-1)
            return [place for place in places if place.end > last] or places
        return places

    def _at_anchor(self, block: Replace) -> Outcome:
        """The place of a block that quotes nothing: below its anchor, or at the end of the file."""
        new = block.readings[0].new
        if not any(line.strip() for line in self.lines) or block.at_end:
            at = len(self.lines)
        elif not block.anchors:
            message = (
                f"The block quotes no line of `{self.path}`, which is not empty. Quote the lines to be replaced, "
                "or those beside the new ones, or send the whole text."
            )
            return self._refusal(block, Code.EMPTY_SEARCH, message)
        else:
            scope = scope_of(self.haystack, block.anchors)
            if scope is None:
                message = f"The anchor `{block.anchors[-1].strip()}` does not stand exactly once in `{self.path}`."
                return self._refusal(block, Code.ANCHOR_NOT_FOUND, f"{message} Quote unchanged lines instead.")
            at = scope.start + 1
        if new and tuple(self.lines[at : at + len(new)]) == new:
            return self._applied(block, at, len(new))
        return self._checked(Placed(block, at, at, (Hunk(at, at, new),)))

    def _checked(self, placed: Placed) -> Outcome:
        """The placed block, unless it changes nothing or its new lines are suspicious."""
        block, start = placed.block, placed.start
        if all(tuple(self.lines[hunk.start : hunk.end]) == hunk.new for hunk in placed.hunks):
            message = "The block leaves every line as it is. Leave it out."
            return self._refusal(block, Code.NO_CHANGE, message, line_range(start, placed.end))
        new = [line for hunk in placed.hunks for line in hunk.new]
        objection = suspect(new, self.haystack.known, self.path)
        objection = objection or suspect_encoding(new, self.haystack.known, self.path)
        objection = objection or suspect_indentation(new, self.lines)
        if objection:
            return self._refusal(block, objection.code, objection.message, line_range(start, placed.end))
        return placed

    def _not_explained(self, block: Replace, place: Place, error: NotExplained) -> Refusal:
        lines = line_range(place.start, place.end)
        code = Code.INDENTATION if isinstance(error, IndentationNotExplained) else Code.NOT_PINNED
        message = (
            f"The block seems to be meant for lines {lines.first} to {lines.last} of `{self.path}`, but {error}. "
            "Quote the file as it is now."
        )
        return self._refusal(block, code, message, lines)

    def _covered(self, block: Replace, place: Place) -> Refusal | None:
        """The refusal where the new lines, which hold the old ones, stand at the place already."""
        reading = place.reading
        if len(reading.new) <= len(reading.old):
            return None
        for start in self.haystack.shelf(place.level).starts([_key(line, place.level) for line in reading.new]):
            if start <= place.start and start + len(reading.new) >= place.end:
                return self._applied(block, start, len(reading.new))
        return None

    def _already_there(self, block: Replace) -> Refusal | None:
        for reading in block.readings:
            if not reading.is_blank and _has_evidence(reading):
                for place in find_places(self.haystack, [Reading(reading.new, ())]):
                    return self._applied(block, place.start, place.end - place.start)
        return None

    def _applied(self, block: Replace, start: int, length: int) -> Refusal:
        lines = line_range(start, start + length)
        message = f"The new lines stand in `{self.path}` already, at line {lines.first}. Leave this block out."
        return self._refusal(block, Code.ALREADY_APPLIED, message, lines)

    def _note(self, block: Replace, place: Place) -> str:
        parts = [f"is found {place.how}"] if place.how else []
        if len({len(reading.old) for reading in block.readings}) > 1:
            parts.append(f"is read with {len(place.reading.old)} lines to be replaced")
        return f"Block {block.block} ({self.path}) {' and '.join(parts)}." if parts else ""

    def _refusal(self, block: Replace, code: Code, message: str, *places: LineRange) -> Refusal:
        return Refusal(block.block, self.path, code, message, places)


def _ranges(found: Ambiguous) -> list[LineRange]:
    return [line_range(place.start, place.end) for place in found.places]


def _has_evidence(reading: Reading) -> bool:
    """Whether the new side says enough to be recognised in the file."""
    steps = reading.steps if reading.steps is not None else diff_lines(reading.old, reading.new)
    added = "".join(line.strip() for step in steps for line in reading.new[step.new_start : step.new_end])
    kept = sum(bool(line.strip()) for line in reading.new)
    return len(added) >= _MIN_EVIDENCE or (not added and kept >= _MIN_KEPT_LINES)


def _key(line: str, level: int) -> str:
    return (line, line.rstrip(), line.strip(), fold(line))[level]


def line_range(start: int, end: int) -> LineRange:
    """Indexes from 0, the end excluded, as a range of line numbers."""
    return LineRange(start + 1, max(end, start + 1))
