"""`FileText`: a file as lines that can be replaced without touching the bytes of the others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines `start` to `end` (from 0, end excluded) of a file, and the lines that take their place."""

    start: int
    end: int
    new: tuple[str, ...]


@dataclass(frozen=True)
class FileText:
    """The text of a file; only LF and CRLF end a line, and each line keeps its own ending."""

    text: str

    @cached_property
    def raw(self) -> Sequence[str]:
        """The lines, without BOM and LF; that of a CRLF line ends in CR."""
        lines = self.text.removeprefix(BOM).split("\n")
        if not lines[-1]:
            lines.pop()
        return lines

    @cached_property
    def lines(self) -> Sequence[str]:
        """The lines without BOM and endings."""
        if "\r" not in self.text:
            return self.raw
        bare = [line.removesuffix("\r") for line in self.raw]
        if not self.ends_with_newline:
            bare[-1] = self.raw[-1]
        return bare

    @cached_property
    def is_empty(self) -> bool:
        """Whether nothing but white space stands in it."""
        return not self.text.removeprefix(BOM).strip()

    @property
    def ends_with_newline(self) -> bool:
        """Whether the last line is ended; so is that of a file without lines."""
        return not self.raw or self.text.endswith("\n")

    @cached_property
    def _endings(self) -> tuple[int, int]:
        """How many lines end in CRLF, and how many are ended at all."""
        return self.text.count("\r\n"), self.text.count("\n")

    def _cr(self, neighbour: int) -> str:
        """What a new line has before its LF: as all lines of the file have, else as the neighbouring line."""
        crlf, ended = self._endings
        if not crlf:
            return ""
        if crlf == ended or neighbour >= ended:
            return "\r" if 2 * crlf >= ended else ""
        return "\r" if self.raw[neighbour].endswith("\r") else ""

    def replaced(self, hunks: Iterable[Hunk]) -> str:
        """The text with the hunks, which are in order and apart; all other lines byte for byte.

        A last line without an ending keeps the file without one, unless it is removed and nothing takes its place.
        """
        raw = self.raw
        out: list[str] = []
        at, ended = 0, self.ends_with_newline
        for hunk in hunks:
            out += raw[at : hunk.start]
            if hunk.start == len(raw) and hunk.new and out and not self.ends_with_newline:
                out[-1] += self._cr(len(raw))
            span = hunk.end - hunk.start
            for index, line in enumerate(hunk.new):
                out.append(line + self._cr(hunk.start + min(index, span - 1) if span else max(hunk.start - 1, 0)))
            if hunk.end == len(raw) and not self.ends_with_newline:
                ended = bool(span) and not hunk.new
            at = hunk.end
        out += raw[at:]
        return self._joined(out, ended=ended, last_is_new=at == len(raw) and not ended)

    def rewritten(self, lines: Sequence[str], *, is_ended: bool = True) -> str:
        """The text with all its lines changed to `lines`; equal ones at the start and the end keep their bytes.

        A text that had no lines gets its last line ended where `is_ended`; any other stays as it was there.
        """
        if not self.raw:
            return self._joined(list(lines), ended=is_ended, last_is_new=False)
        head, tail = common_ends(self.lines, lines)
        hunk = Hunk(head, len(self.lines) - tail, tuple(lines[head : len(lines) - tail]))
        return self.replaced([hunk]) if hunk.new or hunk.start < hunk.end else self.text

    def _joined(self, raw: list[str], *, ended: bool, last_is_new: bool) -> str:
        bom = BOM if self.text.startswith(BOM) else ""
        if not raw:
            return bom
        if last_is_new:
            raw[-1] = raw[-1].removesuffix("\r")
        return bom + "\n".join(raw) + ("\n" if ended else "")


def common_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many lines are equal at the start, and how many of the others at the end."""
    shorter = min(len(old), len(new))
    head = 0
    while head < shorter and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < shorter - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return head, tail
