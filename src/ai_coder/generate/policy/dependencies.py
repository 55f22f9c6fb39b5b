"""Manifests and lock files: the names that a change brings in, and addresses that packages would come from. Pure."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from pathspec import GitIgnoreSpec

_MANIFEST_NAMES = (
    *("package.json", "setup.py", "setup.cfg", "pyproject.toml", "*requirements*.txt", "requirements/**/*.txt"),
    *("requirements*.in", "constraints*.txt", "pipfile", "gemfile", "*.gemspec", "cargo.toml", "go.mod", "pom.xml"),
    *("build.gradle*", "settings.gradle*", "composer.json", "*.csproj", "*.fsproj", "packages.config", "mix.exs"),
    *("directory.packages.props", "pubspec.yaml", "environment.yml", "environment.yaml", "podfile", "package.swift"),
    *(".npmrc", "pip.conf", "pip.ini", ".yarnrc*", ".cargo/config*", "nuget.config", "bunfig.toml", "uv.toml"),
)
_LOCK_NAMES = (
    *("*.lock", "*.lockb", "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "go.sum", "gradle.lockfile"),
    *("packages.lock.json", "package.resolved", "cartfile.resolved"),
)
_MANIFESTS, _LOCKS = GitIgnoreSpec.from_lines(_MANIFEST_NAMES), GitIgnoreSpec.from_lines(_LOCK_NAMES)
_SOURCE = re.compile(
    r"index|--find-links|--trusted-host|^\s*-[if]\s|registr|\bsource\b|replace-with|repositor(?:y|ies)\b|maven|resolved"
    r"|<add\s|git\+|@\s*https?:|\burl\s*=|\bgit\s*=|\btarball\b",
    re.IGNORECASE,
)
"""Lines that say where packages come from."""
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]{1,20}:)?//[^\s\"'<>,;|\\]+", re.IGNORECASE)
_TRUSTED = re.compile(r"--trusted-host[ =]+([\w.-]+)|--(?:extra-)?index-url[ =]+(?!\w+:)([\w.-]+)", re.IGNORECASE)
_NAMES = (
    re.compile(r"\s*[\"'](?:node_modules/)?(@?[A-Za-z0-9][\w./-]*)[\"']\s*:\s*[\"'{]"),
    re.compile(r"\s*name\s*=\s*\"([^\"]{1,100})\""),
    re.compile(r"\s*[\"']([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*(?:[<>=!~;@ ][^\"']*)?[\"'],?\s*(?:#.*)?"),
    re.compile(r"\s*([\w-]+)\s*=\s*(?:\"[^\"]*\"|\{).*"),
    re.compile(r"\s*(?:require\s+)?([\w-]+(?:\.[\w-]+)+/[\w./-]+)\s+v\d.*"),
    re.compile(r"\s*gem\s+[\"']([\w-]+).*"),
    re.compile(r".*<artifactId>([^<]{1,100})</artifactId>.*"),
    re.compile(r".*\bInclude=\"([^\"]{1,100})\".*"),
    re.compile(r"\s*([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*(?:[<>=!~;@].*)?"),
)
_NO_NAMES = frozenset(
    {"version", "resolved", "integrity", "checksum", "hash", "license", "description", "main", "type"}
)
_MAX_CHARS = 80


def is_manifest(path: str) -> bool:
    """Whether the file says what a project is built from."""
    return _MANIFESTS.match_file(path.casefold()) or is_lock(path)


def is_lock(path: str) -> bool:
    """Whether a program writes the file from a manifest."""
    return _LOCKS.match_file(path.casefold())


def strange_sources(path: str, before: str, after: str) -> tuple[str, ...]:
    """Hosts that the file does not name yet and that packages would come from, in order.

    No host is known from elsewhere: on the best known ones everybody may publish.
    """
    known = {host for line in before.splitlines() for host in _hosts(line)}
    lines = (line for line in _added(before, after) if is_lock(path) or _SOURCE.search(line))
    found = (host for line in lines for host in _hosts(line))
    return tuple(dict.fromkeys(host for host in found if host not in known))


def added_names(before: str, after: str) -> tuple[str, ...]:
    """What the new lines name, in order; a line that cannot be read stands for itself."""
    return tuple(dict.fromkeys(name for line in _added(before, after) if (name := _name(line))))


def _added(before: str, after: str) -> Iterator[str]:
    known = {line.strip() for line in before.splitlines()}
    return (line for line in after.splitlines() if line.strip() and line.strip() not in known)


def _hosts(line: str) -> Iterator[str]:
    for address in _ADDRESS.findall(line[:10_000]):
        try:
            host = urlsplit(address).hostname
        except ValueError:
            host = address
        yield host or address
    yield from (found[1] or found[2] for found in _TRUSTED.finditer(line[:10_000]))


def _name(line: str) -> str:
    text = line.strip()
    if not any(char.isalnum() for char in text) or text.startswith(("#", "//")):
        return ""
    for pattern in _NAMES:
        found = (
            pattern.fullmatch(text) or pattern.match(f"{text} ") if pattern is _NAMES[0] else pattern.fullmatch(text)
        )
        if found:
            return "" if found[1].lower() in _NO_NAMES else found[1]
    return text[:_MAX_CHARS]
