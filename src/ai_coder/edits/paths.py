"""From a path as a model writes it to a file that exists, or to a new path that is safe."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property

from ai_coder.domain.source import RepoPath
from ai_coder.edits.applied import Code

_PREFIXES = ("./", "a/", "b/", "/")
_PLACEHOLDER = "path/to/"
_MAX_COMPARED = 2_000
_MAX_NAMED = 3
_MAX_ASKED = 5


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Why a path cannot be used."""

    code: Code
    message: str


@dataclass(frozen=True)
class PathBook:
    """The paths of the tree, to be found by what a model writes."""

    paths: frozenset[str]
    _asked: list[str] = field(default_factory=list, compare=False)
    """Paths for which close ones were looked for, which takes long."""

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        names: dict[str, list[str]] = {}
        for path in self.paths:
            names.setdefault(_name(path), []).append(path)
        return names

    def known(self, written: str) -> str:
        """The existing path that `written` spells, with or without a prefix; empty when there is none."""
        for text in (written, written.replace("\\", "/")):
            if text in self.paths:
                return text
            for prefix in _PREFIXES:
                if text.startswith(prefix) and text.removeprefix(prefix) in self.paths:
                    return text.removeprefix(prefix)
        return ""

    def existing(self, written: str) -> str | Unresolved:
        """The one file that is meant: by its path, the end of its path, or its name."""
        found = self.known(written)
        if not found:
            bare = written.replace("\\", "/").removeprefix("./").removeprefix("/")
            if objection := _objection(bare):
                return Unresolved(Code.BAD_PATH, objection)
            alike = self._by_name.get(_name(bare), [])
            longer = [path for path in alike if path.endswith(f"/{bare}")]
            candidates = longer or alike
            if len(candidates) != 1:
                return Unresolved(Code.UNKNOWN_PATH, self._unknown(written, candidates))
            found = candidates[0]
        objection = _objection(found)
        return Unresolved(Code.BAD_PATH, objection) if objection else found

    def creatable(self, written: str) -> str | Unresolved:
        """The path of a file that may be new: an existing one as it is, else the checked path."""
        found = self.known(written) or written.removeprefix("./")
        if objection := _objection(found):
            return Unresolved(Code.BAD_PATH, objection)
        if found.startswith(_PLACEHOLDER) and not any(path.startswith(_PLACEHOLDER) for path in self.paths):
            return Unresolved(Code.UNKNOWN_PATH, self._unknown(written, self._by_name.get(_name(found), [])))
        return found

    def _unknown(self, written: str, candidates: list[str]) -> str:
        if len(candidates) > 1:
            return f"The path `{written}` fits several files: {_named(candidates)}. Write the full path."
        close = candidates or self._close(written)
        hint = f" Did you mean {_named(close)}?" if close else ""
        return f"There is no file `{written}`.{hint} To create it, send its whole text or an empty SEARCH part."

    def _close(self, written: str) -> list[str]:
        self._asked.append(written)
        if len(self._asked) > _MAX_ASKED:
            return []
        ending = _name(written).rpartition(".")[2]
        pool = [path for path in sorted(self.paths) if path.endswith(ending)] or sorted(self.paths)
        return get_close_matches(written, pool[:_MAX_COMPARED], n=_MAX_NAMED, cutoff=0.5)


def _objection(path: str) -> str:
    try:
        RepoPath.parse(path)
    except ValueError as error:
        sentence = str(error)
        return f"{sentence[0].upper()}{sentence[1:]}. Use a path that is relative to the repository."
    return ""


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _named(paths: Iterable[str]) -> str:
    return ", ".join(f"`{path}`" for path in sorted(paths)[:_MAX_NAMED])
