"""Whether the set-up command has to run again after a change."""

import re
from collections.abc import Iterable

from ai_coder.domain.source import RepoPath

_PARTS = re.compile(r"&&|\|\||[;\n|&]")
_FETCHES = re.compile(
    r"(?:sudo )?(?:npm|pnpm|yarn|bun) (?:ci|i|install)\b|yarn$|(?:python3? -m )?(?:uv )?pip3? install\b"
    r"|(?:poetry|pdm|bundle|composer) install\b|pipenv (?:install|sync)\b|uv sync\b|go mod download\b|cargo fetch\b"
    r"|(?:sudo )?apt(?:-get)? |apk add |cd |export |true$"
)
"""Commands whose outcome depends on manifests and lock files only, and not on the sources."""
_INSTALLS_TREE = re.compile(r"\s\.(?:/|\[|\s|$)")
_EDITABLE = re.compile(r"\s(?:-e|--editable)[ =]")
_MANIFEST = re.compile(
    r"(?:^|/)(?:package(?:-lock)?\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|pnpm-workspace\.yaml|yarn\.lock|bun\.lockb?"
    r"|pyproject\.toml|setup\.(?:py|cfg)|(?:[\w.-]*requirements|constraints)[\w.-]*\.(?:txt|in)|requirements/.*"
    r"|Pipfile(?:\.lock)?|(?:poetry|pdm|uv|Cargo|composer|Gemfile)\.lock|Gemfile|[\w.-]+\.gemspec|composer\.json"
    r"|go\.(?:mod|sum|work)|Cargo\.toml|MANIFEST\.in)$"
)


def needs_setup(command: str, changed: Iterable[RepoPath]) -> bool:
    """Whether a change of these files may change what the command does: always, unless it only fetches packages."""
    if not command:
        return False
    parts = [" ".join(part.split()) for part in _PARTS.split(command) if part.strip()]
    only_fetches = all(_FETCHES.match(part) and not _builds(part) for part in parts)
    return any(_MANIFEST.search(path.text) for path in changed) if only_fetches else any(True for _ in changed)


def _builds(part: str) -> bool:
    """Whether the command copies the project itself somewhere, where later changes would not be seen."""
    return bool(_INSTALLS_TREE.search(part)) and not _EDITABLE.search(part)
