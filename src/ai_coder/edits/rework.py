"""The blocks of one file -> its new text. All are located in the file as it was; chained ones in sequence."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ai_coder.edits.applied import Code, Refusal
from ai_coder.edits.effort import Effort
from ai_coder.edits.haystack import Haystack
from ai_coder.edits.operations import Replace
from ai_coder.edits.places import Ambiguous, Placed
from ai_coder.edits.placing import Placing, line_range
from ai_coder.edits.suspicion import suspect
from ai_coder.edits.text import FileText, Hunk

_MAX_CHAINED = 8
_MAX_FAILURES = 3
"""After so many blocks that stand nowhere, the others are looked for only where their lines stand together."""


@dataclass(slots=True)
class Rework:
    """One file while its blocks are laid onto it."""

    path: str
    text: str | None
    effort: Effort
    refusals: list[Refusal] = field(default_factory=list)
    idle: list[Refusal] = field(default_factory=list)
    """Blocks that change nothing: refused only where nothing else is changed either."""
    notes: list[str] = field(default_factory=list)
    hunks: list[tuple[Hunk, int]] = field(default_factory=list)
    """What was changed in the text as it was, in order, with the block; empty where that is not known."""
    _placed: list[Placed] = field(default_factory=list)
    _twins: dict[tuple[Replace, int], Replace] = field(default_factory=dict)
    """The first of each of equal blocks, with its place."""

    def apply(self, blocks: Sequence[Replace]) -> None:
        """Lays all blocks onto the text; where one is refused, the text is of no use."""
        if FileText(self.text or "").is_empty:
            blocks = self._created(blocks)
        placing = self._placing(FileText(self.text or ""))
        missing = self._place(placing, blocks)
        chained = self._chained(missing)
        for block in missing if not chained else ():
            found = placing.place_apart(block) if len(self.refusals) < _MAX_FAILURES else None
            self._keep(placing, block, found)
        self._lay(chained)

    def _placing(self, file: FileText) -> Placing:
        return Placing(self.path, Haystack(file.lines, self.effort))

    def _created(self, blocks: Sequence[Replace]) -> Sequence[Replace]:
        """The blocks without the one that gives an empty file its text."""
        first = next((block for block in blocks if block.readings[0].is_blank), None)
        if first is None:
            return blocks
        new, is_ended = first.readings[0].new, True
        if first.is_inline and not first.ends_line:
            # its text goes to the last byte: an empty piece at the end stands for a final line break
            is_ended = not new[-1]
            new = new[:-1] if is_ended else new
        if objection := suspect(new, (), self.path):
            self.refusals.append(Refusal(first.block, self.path, objection.code, objection.message))
        self.text = FileText(self.text or "").rewritten(new, is_ended=is_ended)
        return [block for block in blocks if block is not first]

    def _place(self, placing: Placing, blocks: Sequence[Replace]) -> list[Replace]:
        """The blocks whose lines do not stand together in the text; the others are kept or refused."""
        missing: list[Replace] = []
        doubtful: list[Ambiguous] = []
        for block in blocks:
            found = placing.place(block)
            if isinstance(found, Ambiguous):
                doubtful.append(found)
            elif found is None:
                missing.append(block)
            else:
                self._keep(placing, block, found)
        groups: dict[Replace, list[Ambiguous]] = {}
        for doubt in doubtful:
            groups.setdefault(replace(doubt.block, block=0), []).append(doubt)
        for group in groups.values():
            for place, doubt in zip(group[0].places, group, strict=False):
                if len(group) == len(group[0].places):
                    self._keep(placing, doubt.block, placing.put(doubt.block, place))
            if len(group) != len(group[0].places):
                self.refusals += map(placing.ambiguous, group)
        return missing

    def _keep(self, placing: Placing, block: Replace, found: Placed | Ambiguous | Refusal | None) -> None:
        if isinstance(found, Placed):
            twin = self._twins.setdefault((replace(block, block=0), found.start), block)
            if twin is block:
                self._placed.append(found)
            else:
                self.notes.append(f"Block {block.block} repeats block {twin.block} and is passed over.")
        elif isinstance(found, Ambiguous):
            self.refusals.append(placing.ambiguous(found))
        elif found is None and len(self.refusals) < _MAX_FAILURES:
            self.refusals.append(placing.not_found(block))
        elif found is None:
            message = f"The lines to be replaced do not stand in `{self.path}`, nor do those of blocks before it."
            self.refusals.append(Refusal(block.block, self.path, Code.NOT_FOUND, message))
        elif found.code is Code.NO_CHANGE:
            self.idle.append(found)
        else:
            self.refusals.append(found)

    def _chained(self, missing: Sequence[Replace]) -> list[Replace]:
        """The missing blocks, where each of them is found in the text that the blocks before it leave."""
        if not missing or not self._placed or self.refusals or len(missing) > _MAX_CHAINED:
            return []
        text = self._result()
        for block in missing:
            file = FileText(text)
            found = self._placing(file).place(block)
            if not isinstance(found, Placed):
                return []
            text = file.replaced(found.hunks)
        return list(missing)

    def _result(self) -> str:
        ordered = sorted(self._placed, key=lambda item: (item.start, item.end))
        hunks = sorted((hunk for item in ordered for hunk in item.hunks), key=lambda hunk: (hunk.start, hunk.end))
        return FileText(self.text or "").replaced(hunks)

    def _lay(self, chained: Sequence[Replace]) -> None:
        self._refuse_overlaps()
        if self.refusals:
            return
        if self._placed:
            self.text = self._result()
        self.notes += [item.note for item in self._placed if item.note]
        if not chained:
            self.hunks = [(hunk, item.block.block) for item in self._placed for hunk in item.hunks]
            self.hunks.sort(key=lambda pair: (pair[0].start, pair[0].end))
        for block in chained:
            file = FileText(self.text or "")
            found = self._placing(file).place(block)
            if isinstance(found, Placed):
                self.notes.append(f"Block {block.block} ({self.path}) is found after the blocks before it.")
                self.text = file.replaced(found.hunks)

    def _refuse_overlaps(self) -> None:
        """Blocks may share context lines; what one of them changes, no other may quote."""
        last: Placed | None = None
        for item in sorted(self._placed, key=lambda item: (item.start, item.end)):
            if last and _clash(last, item):
                numbers = sorted((last.block.block, item.block.block))
                message = f"Blocks {numbers[0]} and {numbers[1]} change the same lines. Make one block of them."
                ranges = tuple(line_range(other.start, other.end) for other in (last, item))
                self.refusals.append(Refusal(item.block.block, self.path, Code.OVERLAP, message, ranges))
            if last is None or item.end >= last.end:
                last = item


def _clash(first: Placed, second: Placed) -> bool:
    """Whether one of two overlapping blocks changes or inserts inside the lines that the other quotes."""
    if second.start >= first.end and not (second.start == first.start == first.end):
        return False
    start, stop = second.start, min(first.end, second.end)
    return start == stop or any(
        (hunk.start < stop and hunk.end > start) or (hunk.start == hunk.end and start <= hunk.start < stop)
        for item in (first, second)
        for hunk in item.hunks
    )
