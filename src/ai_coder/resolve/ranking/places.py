"""Mentions -> files: which path of the tree each place in the issue means, and how surely."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from ai_coder.domain.source import LineRange, RepoPath
from ai_coder.resolve.ranking.evidence import Named
from ai_coder.resolve.ranking.mentions import Mention

_MAX_NAMESAKES = 12
"""A name that more files have says nothing."""
_AROUND = 12
"""Lines shown above and below a line that the issue gives."""
_FURTHER = 0.8
"""What each frame is worth of the one nearer to the failure."""
_FOLDER_HEADS = frozenset({"__init__", "index", "mod", "lib", "main"})
"""Stems of the file that stands for its folder."""


def stem_of(path: RepoPath) -> str:
    """The word a file is called by, lower case: its name without endings, or its folder's where it stands for that."""
    stem = path.name.split(".")[0].lower()
    return (path.folder.rpartition("/")[2].lower() if stem in _FOLDER_HEADS else stem).strip("_")


class PathIndex:
    """The tree by file name and by stem."""

    def __init__(self, paths: Iterable[RepoPath], asked: AbstractSet[str] | None = None) -> None:
        """With `asked`, only names and stems in it can be found: less memory for a large tree."""
        self._by_name: dict[str, list[tuple[tuple[str, ...], RepoPath]]] = defaultdict(list)
        self._by_stem: dict[str, list[tuple[tuple[str, ...], RepoPath]]] = defaultdict(list)
        for path in paths:
            *folders, name = path.text.lower().split("/")
            stem = name.split(".")[0]
            keys = [name, stem, *(folders[-1:] if stem in _FOLDER_HEADS else ())]
            if asked is not None and asked.isdisjoint(keys):
                continue
            self._by_name[name].append(((*folders, name), path))
            self._by_stem[stem].append(((*folders, stem), path))
            if stem in _FOLDER_HEADS and folders:
                self._by_stem[folders[-1]].append((tuple(folders), path))

    def by_path(self, wanted: tuple[str, ...]) -> tuple[list[RepoPath], int]:
        """The files whose ends agree longest with `wanted`, and how many components agree."""
        found, depth = _longest(self._by_name.get(wanted[-1], []), wanted)
        if not found and "." not in wanted[-1].strip("."):
            found, depth = _longest(self._by_stem.get(wanted[-1], []), wanted)
            return (found, depth) if depth > 1 else ([], 0)
        return found, depth

    def by_module(self, wanted: tuple[str, ...]) -> tuple[list[RepoPath], int]:
        """The same for a dotted name, whose last components may name something inside the file."""
        for end in range(len(wanted), 0, -1):
            found, depth = _longest(self._by_stem.get(wanted[end - 1], []), wanted[:end])
            if depth >= min(end, 2) and (depth > 1 or end == 1):
                return found, depth
        return [], 0


def _longest(
    candidates: Iterable[tuple[tuple[str, ...], RepoPath]], wanted: tuple[str, ...]
) -> tuple[list[RepoPath], int]:
    best: list[RepoPath] = []
    most = 0
    for parts, path in candidates:
        depth = 0
        for one, two in zip(reversed(parts), reversed(wanted), strict=False):
            if one != two:
                break
            depth += 1
        if depth > most:
            best, most = [], depth
        if depth == most and depth:
            best.append(path)
    return best, most


def named_files(mentions: Sequence[Mention], paths: Iterable[RepoPath]) -> dict[RepoPath, Named]:
    """What the issue says of single files."""
    index = PathIndex(paths, _asked(mentions))
    found: dict[RepoPath, Named] = {}
    frames: list[tuple[Mention, RepoPath]] = []
    for mention in mentions:
        wanted = tuple(part.lower() for part in mention.parts)
        targets, depth = index.by_module(wanted) if mention.is_module else index.by_path(wanted)
        if len(targets) > _MAX_NAMESAKES:
            continue
        for path in targets:
            if depth == 1 and len(wanted) > 1 and path.folder and not mention.is_module:
                continue  # a foreign file of the same name: `site-packages/other/utils.py`
            _note(found.setdefault(path, Named()), mention, depth, 1 / len(targets))
            if mention.is_frame:
                frames.append((mention, path))
    _weigh_frames(frames, found)
    return found


def _asked(mentions: Iterable[Mention]) -> frozenset[str]:
    names = {
        part.lower() for mention in mentions for part in (mention.parts if mention.is_module else mention.parts[-1:])
    }
    return frozenset(names)


def _note(named: Named, mention: Mention, depth: int, share: float) -> None:
    if mention.is_module:
        named.module = max(named.module, share if depth > 1 else share / 2)
        named.reasons.append(f"the issue names the module in `{'.'.join(mention.parts)}`")
    elif mention.is_frame:
        named.reasons.append(f"traceback frame at line {mention.line}")
    elif depth > 1:
        named.path = max(named.path, share)
        named.reasons.append("path is quoted in the issue")
    else:
        named.name = max(named.name, share)
        named.reasons.append("file name is quoted in the issue")
    if mention.line:
        named.lines.append(LineRange(max(1, mention.line - _AROUND), mention.line + _AROUND))


def _weigh_frames(frames: list[tuple[Mention, RepoPath]], found: Mapping[RepoPath, Named]) -> None:
    """Python's last frame is the nearest to the failure; elsewhere it is the first."""
    ordered = sorted(frames, key=lambda frame: frame[0].order)
    if ordered and ordered[0][1].name.endswith(".py"):
        ordered.reverse()
    nearness = 1.0
    for _, path in ordered:
        if not found[path].frame:
            found[path].frame = nearness
            nearness *= _FURTHER
