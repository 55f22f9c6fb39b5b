"""TAP 12, 13 and 14, with subtests as node, Perl and Vitest write them, and the headings of tape.

Source: https://testanything.org/tap-version-14-specification.html
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ai_coder.domain.verification import CaseResult
from ai_coder.verify.results.tally import Tally

_PASSED, _FAILED, _SKIPPED = CaseResult.PASSED, CaseResult.FAILED, CaseResult.SKIPPED
_POINT = re.compile(r"(?P<no>not )?ok\b(?: (?P<number>\d+))?(?P<dash> +-)? *(?P<rest>.*)$")
_PLAN = re.compile(r"1\.\.\d+(?: |$)")
_DIRECTIVE = re.compile(r"(?:^| )# *(skip|todo|time=|duration)", re.IGNORECASE)
_SEPARATOR = " > "


@dataclass(slots=True)
class _Point:
    """One test point; its parents are written behind it, or before it with a brace."""

    depth: int
    path: list[str]
    result: CaseResult


@dataclass(slots=True)
class _Stream:
    """A document as far as it is read."""

    points: list[_Point] = field(default_factory=list)
    parents: list[tuple[int, str]] = field(default_factory=list)
    """Those whose brace is open."""
    yaml_depth: int | None = None
    """Indentation of the diagnostic block that is open."""
    is_sure: bool = False
    has_version: bool = False
    heading: str = ""
    """The comment above, where tape writes the name of a test; its points, without a dash, are single assertions."""
    is_explained: bool = False
    """Whether a comment would be about a point that failed, as bats writes it."""

    def comment(self, text: str) -> None:
        """A comment at the left edge may be a heading."""
        if self.has_version and not self.is_explained:
            self.heading = text

    def close_parent(self) -> None:
        """The innermost brace ends; what stood in it belongs to no later parent."""
        depth, _ = self.parents.pop()
        for point in reversed(self.points):
            if point.depth <= depth:
                break
            point.depth = depth


def read_tap(lines: Sequence[str]) -> Tally:
    """The test points by their descriptions; subtests behind those of their parents."""
    stream = _Stream()
    for line in lines:
        text = line.lstrip()
        if text:
            _read(text, len(line) - len(text), stream)
    tally = Tally()
    for point in stream.points if stream.is_sure else ():
        tally.add(_SEPARATOR.join(point.path), point.result)
    return tally


def _read(text: str, depth: int, stream: _Stream) -> None:
    if stream.yaml_depth is not None:
        if text == "..." or depth < stream.yaml_depth:
            stream.yaml_depth = None
        if text == "..." or depth >= (stream.yaml_depth or 0) > 0:
            return
    if text.startswith(("ok", "not ok")) and (found := _POINT.match(text)):
        _add(found, depth, stream)
    elif text.startswith("# ") and not depth:
        stream.comment(text[2:].strip())
    elif text == "---" and depth and stream.points:
        stream.yaml_depth, stream.is_explained = depth, False
    elif text == "}" and stream.parents:
        stream.close_parent()
    elif not depth and (text.startswith("TAP version ") or _PLAN.match(text)):
        stream.is_sure = True
        stream.has_version = stream.has_version or text.startswith("TAP version ")
    elif not depth and text.startswith("Bail out!"):
        stream.points.append(_Point(0, [text], _FAILED))


def _add(found: re.Match[str], depth: int, stream: _Stream) -> None:
    rest = found["rest"]
    is_open = rest == "{" or rest.endswith(" {")
    description, directive = _parts(rest.removesuffix("{").rstrip())
    name = description or f"test {found['number'] or len(stream.points) + 1}"
    result = _SKIPPED if directive in {"skip", "todo"} else _FAILED if found["no"] else _PASSED
    while stream.parents and stream.parents[-1][0] >= depth:
        stream.close_parent()
    for point in reversed(stream.points):
        if point.depth <= depth:
            break
        point.path.insert(len(stream.parents), name)
        point.depth = depth
    headed = [stream.heading] if stream.heading and not depth and not found["dash"] else []
    stream.is_explained = result is _FAILED
    stream.points.append(_Point(depth, [*headed, *(parent for _, parent in stream.parents), name], result))
    if is_open:
        stream.parents.append((depth, name))


def _parts(rest: str) -> tuple[str, str]:
    """Description and directive; an escaped number sign is none."""
    found = _DIRECTIVE.search(rest)
    if found is None:
        return rest.replace("\\#", "#"), ""
    return rest[: found.start()].strip().replace("\\#", "#"), found[1].lower()
