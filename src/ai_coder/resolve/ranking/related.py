"""What files say of each other: who imports whom, and which test belongs to which source."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ai_coder.domain.source import RepoPath
from ai_coder.resolve.ranking.evidence import Related
from ai_coder.resolve.ranking.kinds import Kind, kind_of
from ai_coder.resolve.ranking.places import PathIndex

_IMPORTERS = 10
"""How many of the best files are asked what they import."""
_MAX_IMPORTS = 200
_DOTTED = re.compile(
    rb"^[ \t]*(?:pub )?(?:from[ \t]+(?P<python>[\w.]+)[ \t]+import[ \t]+(?P<names>[\w, \t]*)"
    rb"|import[ \t]+(?:static[ \t]+)?(?P<module>[\w.]+)|use[ \t]+(?P<rust>[\w:]+))",
    re.MULTILINE,
)
_QUOTED = re.compile(
    rb"(?:\bfrom|\brequire\(|\bimport\(?|#[ \t]*include|^\t)[ \t]*[\"'<](?P<path>[\w@./\-]{2,200})[\"'>]", re.MULTILINE
)
_TEST_MARKS = re.compile(r"^tests?_|_tests?$|_spec$|tests?$|spec$")


def relations(ordered: Sequence[tuple[RepoPath, float]], texts: Mapping[RepoPath, bytes]) -> dict[RepoPath, Related]:
    """For files that a better one imports, or whose test ranks well; `ordered` is best first, with the figures."""
    most = ordered[0][1] if ordered and ordered[0][1] else 1.0
    parts = {path: score / most for path, score in ordered}
    index = PathIndex(parts)
    imported: dict[RepoPath, tuple[float, str]] = {}
    for path, _ in ordered[:_IMPORTERS]:
        if kind_of(path.text) is Kind.SOURCE:
            for target in _imported_by(texts.get(path, b""), index):
                if target != path and target not in imported:
                    imported[target] = (parts[path], path.text)
    tested = _tested(parts)
    return {path: Related(*_one(imported, tested, path)) for path in parts if path in imported or path in tested}


def _one(
    imported: Mapping[RepoPath, tuple[float, str]], tested: Mapping[RepoPath, tuple[float, str]], path: RepoPath
) -> tuple[float, float, str, str]:
    by_import, importer = imported.get(path, (0.0, ""))
    by_test, test = tested.get(path, (0.0, ""))
    return by_import, by_test, importer, test


def _imported_by(data: bytes, index: PathIndex) -> Iterator[RepoPath]:
    for number, wanted in enumerate(_imports(data)):
        if number >= _MAX_IMPORTS:
            return
        paths, _ = index.by_module(wanted)
        if len(paths) == 1:
            yield paths[0]


def _imports(data: bytes) -> Iterator[tuple[str, ...]]:
    """The parts of every imported name, as written."""
    for match in _DOTTED.finditer(data):
        base = (match["python"] or match["module"] or match["rust"]).decode().lower()
        parts = tuple(part for part in re.split(r"\.|::", base) if part)
        if parts:
            yield parts
        for name in (match["names"] or b"").decode().lower().replace(",", " ").split():
            yield (*parts, name)
    for match in _QUOTED.finditer(data):
        parts = tuple(part for part in match["path"].decode().lower().split("/") if part.strip("."))
        if parts:
            yield (*parts[:-1], parts[-1].split(".")[0])


def _tested(parts: Mapping[RepoPath, float]) -> dict[RepoPath, tuple[float, str]]:
    """The sources by the best of their tests."""
    by_stem: dict[str, list[RepoPath]] = {}
    for path in parts:
        if kind_of(path.text) is Kind.SOURCE:
            by_stem.setdefault(_stem(path), []).append(path)
    found: dict[RepoPath, tuple[float, str]] = {}
    for path, part in parts.items():
        if kind_of(path.text) is Kind.TEST:
            sources = by_stem.get(_TEST_MARKS.sub("", _stem(path)).strip("_.-"), [])
            for source in _nearest(path, sources):
                if part > found.get(source, (0.0, ""))[0]:
                    found[source] = (part, path.text)
    return found


def _stem(path: RepoPath) -> str:
    return path.name.split(".")[0].lower()


def _nearest(test: RepoPath, sources: Iterable[RepoPath]) -> list[RepoPath]:
    """The sources that share most folders with the test."""
    folders = set(test.folder.split("/"))
    shared = {source: len(folders.intersection(source.folder.split("/"))) for source in sources}
    most = max(shared.values(), default=0)
    return [source for source, count in shared.items() if count == most]
