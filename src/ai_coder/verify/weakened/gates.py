"""Checks that a change lowers or switches off: coverage thresholds, `|| true`, `continue-on-error`."""

import re
from collections import Counter
from collections.abc import Iterator

from ai_coder.domain.change import FileChange

_MAX_LINE_CHARS = 1_000
_CONFIGURATION = re.compile(
    r"(?:^|/)(?:\w*[Mm]akefile\w*|Dockerfile[\w.]*|[Jj]ustfile|Rakefile|Jenkinsfile|\.coveragerc|\.nycrc\w*)$"
    r"|\.(?:cfg|gradle|ini|json|json5|mk|sh|bash|toml|xml|yaml|yml|kts)$|config\.[cm]?[jt]s$"
)
_THRESHOLD = re.compile(
    r"(?P<key>fail[_-]under|cov-fail-under|minimum_coverage|min_coverage|branches|functions|lines|statements|target|minimum)"
    r"[\"']?(?:\s*[:=]\s*|\s+)[\"']?(?P<number>\d{1,3}(?:\.\d+)?)"
)
_ABOUT_COVERAGE = re.compile(r"cov|threshold|nyc|c8|jacoco|istanbul", re.IGNORECASE)
_OFF = re.compile(
    r"\|\| *(?:true|:|exit 0|echo\b)|\bset \+e\b|--passWithNoTests\b|--no-verify\b|--deselect\b"
    r"|--(?:test-)?ignore(?:-glob)?[= ]"
    r"|\bcontinue-on-error: *true|\ballow_failure: *true|\bignore_errors\b|\bcheck-coverage\W+false|\bexit 0\b"
    r"|-k ['\"]?not\b|\bskipTests?\b|\bmaven\.test\.skip\b|--exit-zero\b|--no-fail\b"
)
_CHECK = re.compile(
    r"test|spec|jest|vitest|mocha|check|lint|coverage|cargo|\bgo |tox|nox|mypy|ruff|tsc|verify|\bmake\b|\bmvn\b|gradle"
    r"|continue-on-error|allow_failure|exit 0",
    re.IGNORECASE,
)


def weakened_gates(change: FileChange) -> Iterator[str]:
    """What the change of one file of configuration or commands does, a sentence each."""
    if change.before is None or change.after is None or not _CONFIGURATION.search(change.path.text):
        return
    old, new = change.before.splitlines(), change.after.splitlines()
    if _ABOUT_COVERAGE.search(change.before):
        yield from _lowered(change.path.text, _thresholds(old), _thresholds(new))
    known = Counter(found for line in old for found in _switched_off(line))
    for found in Counter(found for line in new for found in _switched_off(line)) - known:
        yield f"`{change.path}` lets a check pass that fails: `{found}`"


def _thresholds(lines: list[str]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for line in lines:
        for threshold in _THRESHOLD.finditer(line[:_MAX_LINE_CHARS]):
            found.setdefault(threshold["key"], []).append(float(threshold["number"]))
    return found


def _lowered(path: str, before: dict[str, list[float]], after: dict[str, list[float]]) -> Iterator[str]:
    for key, numbers in before.items():
        left = after.get(key, [])
        if len(left) < len(numbers):
            yield f"`{path}` no longer sets `{key}` to {max(numbers):g}"
            continue
        for old, new in zip(numbers, left, strict=False):
            if new < old:
                yield f"`{path}` lowers `{key}` from {old:g} to {new:g}"


def _switched_off(line: str) -> Iterator[str]:
    """What in the line lets a failure pass."""
    line = line[:_MAX_LINE_CHARS].partition(" #")[0]
    if not line.lstrip().startswith(("#", "//")) and _CHECK.search(line):
        yield from (" ".join(found.group().split()) for found in _OFF.finditer(line))
