"""Markdown -> the files of the repository that it links, and the refs that the links name. Pure.

A link of GitHub holds ref and path behind one another, `blob/<ref>/<path>`, and a ref may hold slashes. A `LinkedFile`
keeps the first component as `ref` and the rest as `path`; `Links.refs` names every ref that could be meant, and
`resolve_refs` splits anew when it is known which of them are branches.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from ai_coder.domain.source import LineRange, LinkedFile, RepoPath, is_branch_name
from ai_coder.resolve.destinations import destinations

_FILE_PAGES = frozenset({"blob", "raw", "blame", "edit"})
_FOLDER_PAGES = frozenset({"tree"})
_OTHER_PAGES = re.compile(
    r"(?:issues|pulls?|discussions|commits?|compare|releases|actions|wiki|projects|milestones?|labels|security|tags"
    r"|branches|settings|assets|graphs|network|search|new|stargazers)(?:/|$)"
)
_CONVERSATION = re.compile(r"(?:issues|pull|discussions)/[0-9]+|commit/[0-9a-f]{7,64}")
_CLIMB = re.compile(r"^(?:\.{1,2}/)+")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_LINES = re.compile(r"L([0-9]{1,9})(?:C[0-9]+)?(?:-L?([0-9]{1,9})(?:C[0-9]+)?)?")
_MAX_REF_PARTS = 4
"""Components of a ref that are tried: each costs a question to the forge."""
_MAX_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Links:
    """What the links of a text name, in order of first appearance."""

    each: tuple[LinkedFile, ...] = ()
    """One for every link to a file."""
    folders: tuple[LinkedFile, ...] = ()
    """One for every link to a folder's page."""
    ignored: tuple[str, ...] = ()
    """One sentence for each link that looks like a file of this repository and is none."""

    @property
    def files(self) -> tuple[LinkedFile, ...]:
        """One for every file: the ref is the first that a link names, the lines are those of all links together."""
        merged: dict[RepoPath, LinkedFile] = {}
        for link in self.each:
            known = merged.get(link.path, LinkedFile(link.path))
            lines = _merged((*known.lines, *link.lines))
            merged[link.path] = replace(known, ref=known.ref or link.ref, lines=lines)
        return tuple(merged.values())

    @property
    def refs(self) -> tuple[str, ...]:
        """Every ref that could be meant and may be a branch: of `feature/x/a.py` both `feature` and `feature/x`.

        At most one of a link's candidates is a branch, since git keeps no `feature` beside a `feature/x`.
        """
        candidates = (ref for link in (*self.each, *self.folders) for ref in _candidates(link))
        return tuple(dict.fromkeys(candidates))


def linked_files(markdown: str, *, repository: str, server_url: str) -> Links:
    """The files that the links of `markdown` name; `repository` is `owner/name`, both are empty for a local one."""
    site = _Site(server_url.rstrip("/"), repository)
    each, folders, ignored = [], [], []
    for destination in destinations(markdown):
        match _read(destination, site):
            case LinkedFile() as file:
                each.append(file)
            case _Folder(link):
                folders.append(link)
                ignored.append(f"The link to the folder `{link.path}` is ignored: link its files.")
            case str(reason):
                ignored.append(reason)
            case None:
                pass
    return Links(tuple(each), tuple(folders), tuple(dict.fromkeys(ignored)))


def merge_links(parts: Iterable[Links]) -> Links:
    """The links of several texts, as those of one."""
    parts = tuple(parts)
    return Links(
        tuple(link for part in parts for link in part.each),
        tuple(link for part in parts for link in part.folders),
        tuple(dict.fromkeys(sentence for part in parts for sentence in part.ignored)),
    )


def resolve_refs(links: Links, branches: Collection[str]) -> Links:
    """The same links, each split where the name of a branch ends; one that names no branch stays as it is."""
    return replace(
        links,
        each=tuple(_resolved(link, branches) for link in links.each),
        folders=tuple(_resolved(link, branches) for link in links.folders),
    )


def split_ref(rest: str, branches: Collection[str] = ()) -> tuple[str, str]:
    """Ref and path of what stands behind `blob/`: the longest branch that it begins with, else one component."""
    parts = rest.split("/")
    for count in range(len(parts) - 1, 1, -1):
        ref = "/".join(parts[:count])
        if ref in branches:
            return ref, "/".join(parts[count:])
    return parts[0], "/".join(parts[1:])


@dataclass(frozen=True, slots=True)
class _Site:
    server_url: str
    repository: str


@dataclass(frozen=True, slots=True)
class _Folder:
    link: LinkedFile


def _candidates(link: LinkedFile) -> Iterator[str]:
    if not link.ref or link.ref == "HEAD":
        return
    if _COMMIT.fullmatch(link.ref):
        return
    parts = [link.ref, *link.path.text.split("/")[:-1]]
    names = ("/".join(parts[:count]) for count in range(1, min(len(parts), _MAX_REF_PARTS) + 1))
    yield from (name for name in names if is_branch_name(name))


def _resolved(link: LinkedFile, branches: Collection[str]) -> LinkedFile:
    if not link.ref:
        return link
    ref, path = split_ref(f"{link.ref}/{link.path}", branches)
    return replace(link, ref=ref, path=RepoPath.parse(path))


def _read(destination: str, site: _Site) -> LinkedFile | _Folder | str | None:
    """What one destination names: a file, a folder, a sentence why it is ignored, or None for what is no file."""
    where = _inside(destination, site)
    if where is None:
        return None
    kind, rest, fragment = where
    try:
        path_text = unquote(rest, errors="strict")
        ref, path_text = split_ref(path_text) if kind else ("", path_text)
        if kind and not path_text.strip("/"):
            return None
        path = RepoPath.parse(path_text.rstrip("/") if path_text.endswith("/") else path_text)
    except UnicodeDecodeError:
        return f"The link to `{_shown(rest)}` is ignored: it is not valid UTF-8."
    except ValueError as error:
        return f"The link to `{_shown(rest)}` is ignored: {error}."
    link = LinkedFile(path, ref, _lines(fragment))
    return _Folder(link) if kind in _FOLDER_PAGES or path_text.endswith("/") else link


def _inside(destination: str, site: _Site) -> tuple[str, str, str] | None:
    """Kind of page (empty for a plain path), what stands behind it, and the fragment; None for what is no file."""
    host = site.server_url.partition("://")[2]
    if host and destination.lower().startswith(f"{host}/".lower()):
        destination = f"https://{destination}"
    try:
        url = urlsplit(destination)
    except ValueError:
        return None
    if url.scheme or url.netloc:
        is_here = url.scheme in {"http", "https"} and f"{url.scheme}://{url.netloc}".lower() == site.server_url.lower()
        page = _page_of(url.path, site.repository) if is_here else None
    else:
        page = _page_of(url.path, site.repository) or _relative(url.path)
    return (*page, url.fragment) if page else None


def _page_of(path: str, repository: str) -> tuple[str, str] | None:
    """Kind of page and the rest, of the absolute path of a page of this repository that shows a file or a folder."""
    start = f"/{repository}/"
    if not repository or not path.lower().startswith(start.lower()):
        return None
    kind, _, rest = path[len(start) :].partition("/")
    return (kind, rest) if kind in _FILE_PAGES | _FOLDER_PAGES and rest else None


def _relative(path: str) -> tuple[str, str] | None:
    """The same of a link as it is typed in an issue: `../blob/main/a.py` is a page, `a.py` a plain path."""
    inner = _CLIMB.sub("", path)
    kind, _, rest = inner.partition("/")
    has_path = "/" in rest.strip("/")
    if path.startswith("../") and kind in _FILE_PAGES | _FOLDER_PAGES:
        return (kind, rest) if rest else None
    if path.startswith("../"):
        return None if _OTHER_PAGES.match(inner) else ("", path)
    if kind == "blob" and has_path:
        return kind, rest
    plain = inner.removeprefix("/")
    return None if not plain or plain.startswith("www.") or _CONVERSATION.fullmatch(plain) else ("", plain)


def _lines(fragment: str) -> tuple[LineRange, ...]:
    """The lines of `L10`, `L10-L20`, `L10C3-L20C5`; none for the name of a heading."""
    found = _LINES.fullmatch(fragment)
    if not found:
        return ()
    first, last = sorted((int(found[1]), int(found[2] or found[1])))
    return (LineRange(first, last),) if first else ()


def _merged(ranges: tuple[LineRange, ...]) -> tuple[LineRange, ...]:
    """The ranges in order, those that touch made one."""
    merged: list[LineRange] = []
    for lines in sorted(ranges, key=lambda lines: lines.first):
        if merged and lines.first <= merged[-1].last + 1:
            merged[-1] = LineRange(merged[-1].first, max(merged[-1].last, lines.last))
        else:
            merged.append(lines)
    return tuple(merged)


def _shown(text: str) -> str:
    return text[:_MAX_SHOWN].replace("`", "'")
