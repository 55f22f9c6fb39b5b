"""A model's remarks on a diff: read, and held against the lines that the diff shows. Pure."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ai_coder.domain.diff import FileDiff, ShownLine
from ai_coder.domain.review import Finding
from ai_coder.edits.suggestion import parse_suggestion

MAX_FINDINGS = 30
_MAX_CHARS = 3_000
_MAX_SUGGESTED_LINES = 20
"""A longer one is no small fix."""
_FINDING = re.compile(
    r"[\s`*-]{0,6}([^\s|:`][^|:\n]{0,999}):[Ll]?([0-9]{1,7})(?:-[Ll]?([0-9]{1,7}))?[`*]{0,3}\s*[|:]?(.*)", re.DOTALL
)
_HEADING = re.compile(r"^\W{0,4}FINDING\b[ \t:*]{1,4}", re.MULTILINE)


def parse_findings(texts: Iterable[str]) -> tuple[Finding, ...]:
    """The remarks that can be read, each `path:line | remark`."""
    return tuple(finding for text in texts if (finding := _parse(text)))


def parse_review(text: str) -> tuple[str, tuple[Finding, ...]]:
    """Summary and remarks of a whole reply, in which each remark begins with a line `FINDING path:line`."""
    summary, *rest = _HEADING.split(text)
    return summary.strip()[:_MAX_CHARS], parse_findings(rest)


def _parse(text: str) -> Finding | None:
    found = _FINDING.fullmatch(text.strip())
    if not found:
        return None
    first, last = int(found[2]), int(found[3] or found[2])
    said = found[4].strip()
    suggestion = parse_suggestion(said)
    words = suggestion.words if suggestion else said
    lines = suggestion.lines if suggestion else None
    return Finding(found[1].strip(), min(first, last), max(first, last), words[:_MAX_CHARS], lines)


@dataclass(frozen=True, slots=True)
class Checked:
    """What of the remarks may be posted."""

    findings: tuple[Finding, ...] = ()
    """In the order of the diff."""
    prints: tuple[str, ...] = ()
    """The fingerprint of each."""
    dropped: int = 0
    """Remarks on lines that the diff does not show or does not change, and those above the limit."""
    known: int = 0
    """Remarks that were made before."""


def check_findings(findings: Iterable[Finding], diff: Iterable[FileDiff], known: Iterable[str] = ()) -> Checked:
    """The remarks on changed lines that are new; their suggestions only where these are small and change something."""
    files = {file.path: file for file in diff}
    taken, kept = set(known), list[tuple[Finding, str]]()
    dropped = seen = 0
    for finding in sorted(set(findings), key=lambda one: (one.path, one.last_line, one.first_line)):
        lines = _lines(finding, files.get(finding.path))
        if not lines or not (finding.text or finding.suggestion is not None) or len(kept) == MAX_FINDINGS:
            dropped += 1
            continue
        mark = fingerprint(finding.path, lines)
        if mark in taken:
            seen += 1
            continue
        taken.add(mark)
        kept.append((_with_fitting_suggestion(finding, lines), mark))
    return Checked(tuple(one for one, _ in kept), tuple(mark for _, mark in kept), dropped, seen)


def _lines(finding: Finding, file: FileDiff | None) -> list[ShownLine]:
    """The lines that the remark is about, where one hunk shows all of them and one of them differs; else none."""
    shown = file.lines if file else ()
    at = [n for n, line in enumerate(shown) if line.new and finding.first_line <= line.new <= finding.last_line]
    if len(at) != finding.last_line - finding.first_line + 1 or len({shown[n].hunk for n in at}) != 1:
        return []
    around = (shown[n] for n in range(max(at[0] - 1, 0), min(at[-1] + 2, len(shown))))
    is_changed = any(line.is_changed and (not line.new or _is_in(line, finding)) for line in around)
    return [shown[n] for n in at] if is_changed else []


def _is_in(line: ShownLine, finding: Finding) -> bool:
    return finding.first_line <= line.new <= finding.last_line


def fingerprint(path: str, lines: Iterable[ShownLine]) -> str:
    """Names a remark by the lines it is about, wherever they stand now: words differ from review to review."""
    text = "\n".join((path, *(line.text.strip() for line in lines)))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def _with_fitting_suggestion(finding: Finding, lines: list[ShownLine]) -> Finding:
    if finding.suggestion is None:
        return finding
    is_same = finding.suggestion == tuple(line.text for line in lines)
    is_long = max(len(lines), len(finding.suggestion)) > _MAX_SUGGESTED_LINES
    return replace(finding, suggestion=None) if is_same or is_long else finding


def prints_in(bodies: Iterable[str]) -> Iterator[str]:
    """The fingerprints that earlier comments of ours carry."""
    for body in bodies:
        if found := _PRINT.match(body):
            yield found[1]


_PRINT = re.compile(r"<!-- ai_coder:review ([0-9a-f]{12}) -->")
