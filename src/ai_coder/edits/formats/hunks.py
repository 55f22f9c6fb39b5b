"""The hunks of a patch or a diff: lines that stay, go and come. Line numbers are not looked at."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ai_coder.edits.folding import indent
from ai_coder.edits.operations import Reading, Replace, Step

_NUMBERS = re.compile(r"-\d+(?:,\d+)?[ \t]+\+\d+(?:,\d+)?")
_END = "*** End of File"
_NO_NEWLINE = "\\ No newline at end of file"


@dataclass(slots=True)
class _Hunk:
    anchors: list[str] = field(default_factory=list)
    rows: list[tuple[str, str]] = field(default_factory=list)
    """Tag and the rest of the line; the tag of a line without one is empty."""
    at_end: bool = False

    def replace(self, path: str, number: int) -> Replace:
        while self.rows and self.rows[-1] == ("", ""):
            self.rows.pop()
        readings: tuple[Reading, ...] = (self._reading(" "),)
        if self._may_lack_tags():
            readings = (self._reading(""), *readings)
        return Replace(number, path, readings, tuple(self.anchors), at_end=self.at_end)

    def _may_lack_tags(self) -> bool:
        """Whether unchanged lines seem to be written without the blank that marks them.

        Either one begins with something else, or the lines that come and go are indented like the others only then.
        """
        kept = [text for tag, text in self.rows if tag == " " and text.strip()]
        if any(not tag and text.strip() for tag, text in self.rows):
            return bool(kept)
        changed = {indent(text) for tag, text in self.rows if tag in {"+", "-"} and text.strip()}
        tagged = {indent(text) for text in kept}
        return not changed & tagged and bool(changed & {" " + text for text in tagged})

    def _reading(self, cut: str) -> Reading:
        """The two sides; without `cut`, a blank that unchanged lines begin with belongs to them."""
        old: list[str] = []
        new: list[str] = []
        steps: list[Step] = []
        start = (0, 0)
        for tag, text in [*self.rows, (" ", "")]:
            if tag in {"+", "-"}:
                (new if tag == "+" else old).append(text)
                continue
            if start != (len(old), len(new)):
                steps.append(Step(start[0], len(old), start[1], len(new)))
            line = text if tag == cut or not tag else tag + text
            old.append(line)
            new.append(line)
            start = (len(old), len(new))
        return Reading(tuple(old[:-1]), tuple(new[:-1]), tuple(steps))


def read_hunks(body: Sequence[str], path: str, number: int) -> Iterator[Replace]:
    """The hunks that change something, numbered from `number`."""
    hunk = _Hunk()
    for line in [*body, "@@"]:
        if line.startswith("@@"):
            if any(tag in {"+", "-"} for tag, _ in hunk.rows):
                yield hunk.replace(path, number)
                number += 1
            hunk = _Hunk([] if hunk.rows else hunk.anchors)
            if anchor := _anchor(line):
                hunk.anchors.append(anchor)
        elif line.rstrip() == _END:
            hunk.at_end = True
        elif line.rstrip() != _NO_NEWLINE:
            tag = line[:1] if line[:1] in {" ", "+", "-"} else ""
            hunk.rows.append((tag, line[len(tag) :]))


def _anchor(line: str) -> str:
    text = line.strip().strip("@").strip()
    if _NUMBERS.match(text) or text in {"...", "…"}:
        return ""
    return text
