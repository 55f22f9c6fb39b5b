"""Links + tree -> `Context`: the linked files in full, and of a whole repository what the request names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ai_coder.domain.report import Cannot
from ai_coder.domain.source import (
    EXECUTABLE,
    REGULAR,
    SUBMODULE,
    SYMLINK,
    Context,
    LinkedFile,
    Ranked,
    RepoPath,
    Source,
    TreeEntry,
    WriteSet,
    decode,
    is_lfs_pointer,
)
from ai_coder.ports import SourceTree
from ai_coder.resolve.ranking import Order, order, reasons, within

_MAX_NAMED_FILE_BYTES = 100_000
_MAX_LISTING = 400
_MAX_TESTS = 6
_MAX_RANKED = 40
"""As many weighed files are told of."""
_MAX_STARTING_CHARS = 60_000
"""Text of the repository that a model begins with that reads by itself: each step sends it again."""
_MAX_READ_BYTES = 100_000_000
"""Most text that is read to rank it; of a larger repository, the files whose paths answer best."""
_TEST, _ALL = "it is a test of a linked file", "the repository is small, so all of it is shown"
"""Why a file is shown that nothing ranks."""
_NO_TEXT_ENDINGS = frozenset(
    {"7z", "bmp", "class", "dll", "doc", "docx", "dylib", "eot", "exe", "gif", "gz", "ico", "jar", "jpeg", "jpg"}
    | {"lock", "min.css", "min.js", "mp3", "mp4", "o", "otf", "pdf", "png", "pyc", "so", "tar", "tif", "tiff", "ttf"}
    | {"wasm", "wav", "webm", "webp", "whl", "woff", "woff2", "xls", "xlsx", "xz", "zip"}
)
"""Endings of files that are no text, or no text that a person writes."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the request says about files."""

    links: tuple[LinkedFile, ...]
    text: str
    """Title, body and comments, to find the files that they name."""
    scope: str
    """auto, linked or repo."""
    can_read: bool = False
    """Whether the model can read further files by itself: then fewer are shown, and none is too long."""
    seen: tuple[LinkedFile, ...] = ()
    """Files that review threads stand on: they are shown, and may be changed whatever the issue links."""

    @property
    def is_linked(self) -> bool:
        """Whether only these files may be changed, and tests that belong to them."""
        return self.scope == "linked" or (self.scope == "auto" and bool(self.links))


def gather(wanted: Wanted, tree: SourceTree, max_chars: int) -> Context | Cannot:
    """The files for the prompt, or why there can be none. Raises: ForgeError."""
    if wanted.is_linked and not wanted.links:
        return Cannot(
            "the scope is `linked`, and the issue links no file of this repository",
            "Link the file, as in `[main.py](../blob/main/src/main.py)`, or comment `/ai_coder scope repo`.",
        )
    entries = tree.entries()
    sources, problems = _linked_sources(wanted.links, entries, tree)
    on_threads = [link for link in wanted.seen if link.path in entries and link.path not in sources]
    ranked, why = list[RepoPath](), Order((), 0)
    if wanted.links and not sources:
        return Cannot(" ".join(problems), "Link text files; a file that does not exist yet is created.")
    sources |= _linked_sources(on_threads, entries, tree)[0]
    write_set = WriteSet(frozenset(link.path for link in (*wanted.links, *on_threads)) if wanted.is_linked else None)
    if wanted.is_linked:
        sources |= _texts(_tests(write_set, [e for path, e in entries.items() if path not in sources]), tree)
    else:
        others = [entry for path, entry in entries.items() if path not in sources]
        room = min(max_chars, _MAX_STARTING_CHARS) if wanted.can_read else max_chars
        named, ranked, why = _named(wanted.text, others, max(room - _chars(sources), 0), tree)
        sources |= named
    if _chars(sources) > max_chars and not wanted.can_read:
        return Cannot(
            f"the files hold {_chars(sources)} characters, more than the {max_chars} that fit into one prompt",
            "Link fewer or smaller files.",
        )
    sources = _fitting(sources, max_chars)
    rest = [path for path in dict.fromkeys([*ranked, *entries]) if path not in sources]
    return Context(
        commit=tree.commit,
        sources=tuple(sources.values()),
        listing=tuple(rest[:_MAX_LISTING]),
        unlisted=max(0, len(rest) - _MAX_LISTING),
        write_set=write_set,
        notes=tuple(problems),
        ranked=_told(sources, [link.path for link in wanted.links], why, _TEST if wanted.is_linked else _ALL),
    )


def _told(
    sources: Mapping[RepoPath, Source], linked: Iterable[RepoPath], why: Order, because: str
) -> tuple[Ranked, ...]:
    """Why each file is shown, or comes next: linked ones first, then by rank, then the rest `because`."""
    weighed = {file.evidence.path: file for file in why.files[:_MAX_RANKED]}
    links = dict.fromkeys(path for path in linked if path in sources)
    told = [Ranked(path, ("the issue links it",)) for path in links]
    told += [
        Ranked(path, reasons(file.evidence), round(file.score, 3), path in sources)
        for path, file in weighed.items()
        if path not in links
    ]
    rest = [path for path in sources if path not in links and path not in weighed]
    return (*told, *(Ranked(path, (because,)) for path in rest[:_MAX_RANKED]))


def _fitting(sources: dict[RepoPath, Source], max_chars: int) -> dict[RepoPath, Source]:
    """The sources in their order, without those that go over the limit."""
    fitting: dict[RepoPath, Source] = {}
    for path, source in sources.items():
        if len(source.text or "") <= max_chars - _chars(fitting):
            fitting[path] = source
    return fitting


def _texts(entries: Iterable[TreeEntry], tree: SourceTree) -> dict[RepoPath, Source]:
    """Those of the files that are text, in full."""
    entries = tuple(entries)
    contents = tree.read(entry.path for entry in entries)
    return {
        entry.path: Source(entry.path, text, entry.mode)
        for entry in entries
        if entry.path in contents and (text := decode(contents[entry.path])) is not None
    }


def _tests(write_set: WriteSet, entries: Iterable[TreeEntry]) -> list[TreeEntry]:
    """The tests that belong to linked files, as far as they are few: what may be changed has to be seen."""
    found = [entry for entry in entries if _is_readable(entry) and write_set.holds(entry.path)]
    return found if len(found) <= _MAX_TESTS else []


def _linked_sources(
    links: Iterable[LinkedFile], entries: Mapping[RepoPath, TreeEntry], tree: SourceTree
) -> tuple[dict[RepoPath, Source], list[str]]:
    """The linked files that can be worked on, and a sentence for each that cannot."""
    links = tuple(links)
    texts = tree.read(link.path for link in links)
    sources, problems = {}, []
    for link in links:
        entry = entries.get(link.path)
        problem = _problem(link.path, entry, entries)
        text = decode(texts[link.path]) if link.path in texts else None
        if not problem and entry and text is None:
            problem = f"`{link.path}` is binary or not UTF-8."
        if not problem and text and is_lfs_pointer(text):
            problem = f"`{link.path}` is kept in Git LFS."
        if problem:
            problems.append(problem)
        else:
            sources[link.path] = Source(link.path, text, entry.mode if entry else REGULAR, link.lines)
    return sources, problems


def _problem(path: RepoPath, entry: TreeEntry | None, entries: Mapping[RepoPath, TreeEntry]) -> str:
    if entry is None:
        if any(other.text.startswith(f"{path}/") for other in entries):
            return f"`{path}` is a folder."
        above = [parent for parent in _parents(path) if parent in entries]
        return f"`{path}` lies below `{above[0]}`, which is no folder." if above else ""
    return {SYMLINK: f"`{path}` is a symbolic link.", SUBMODULE: f"`{path}` is a submodule."}.get(entry.mode, "")


def _parents(path: RepoPath) -> Iterable[RepoPath]:
    parts = path.text.split("/")
    return (RepoPath("/".join(parts[:count])) for count in range(1, len(parts)))


def _chars(sources: Mapping[RepoPath, Source]) -> int:
    return sum(len(source.text or "") for source in sources.values())


def _named(
    text: str, entries: Iterable[TreeEntry], max_chars: int, tree: SourceTree
) -> tuple[dict[RepoPath, Source], list[RepoPath], Order]:
    """The files to show, in full, best first, the names of those that come next, and why; all of a small repository."""
    readable = [entry for entry in entries if _is_readable(entry)]
    if sum(entry.size_bytes for entry in readable) <= max_chars // 4:
        return _texts(readable, tree), [], Order((), 0)
    title, _, body = text.partition("\n")
    asked = within(title, body, readable, _MAX_READ_BYTES)
    contents = tree.read(entry.path for entry in asked)
    ranked = order(title, body, asked, lambda paths: ((path, contents[path]) for path in paths if path in contents))
    modes = {entry.path: entry.mode for entry in asked}
    chosen, left = dict[RepoPath, Source](), max_chars // 2
    paths = [file.evidence.path for file in ranked.files]
    for path in paths:
        content = decode(contents[path])
        if content is not None and len(content) <= left:
            chosen[path] = Source(path, content, modes[path])
            left -= len(content)
    return chosen, [path for path in paths if path not in chosen], ranked


def _is_readable(entry: TreeEntry) -> bool:
    endings = {ending for count in (1, 2) if (ending := ".".join(entry.path.name.lower().split(".")[-count:]))}
    is_small = 0 < entry.size_bytes <= _MAX_NAMED_FILE_BYTES
    return entry.mode in {REGULAR, EXECUTABLE} and is_small and not endings & _NO_TEXT_ENDINGS
