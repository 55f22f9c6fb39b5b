"""`RepoPath`, `Source`, `Context`: what of the repository is seen, and by which names."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Self

_DRIVE = re.compile(r"^[A-Za-z]:")
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"com{i}" for i in range(1, 10)}
    | {f"lpt{i}" for i in range(1, 10)}
)
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_IGNORABLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
"""Default-ignorable code points outside category Cf. Source: Unicode DerivedCoreProperties.txt."""
_MAX_PATH_BYTES = 1_000
_MAX_NAME_BYTES = 255

REGULAR, EXECUTABLE, SYMLINK, SUBMODULE = "100644", "100755", "120000", "160000"
"""Modes of a git tree entry, as git prints them. Source: `git help fast-import`, filemodify."""


@dataclass(frozen=True, slots=True, order=True)
class RepoPath:
    """A path inside the repository: relative, posix, never `..`, never `.git` in any spelling.

    Holding one is the proof that it was checked; make it with `parse`.
    """

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """The checked path. Raises: ValueError, with one sentence that quotes `text`."""
        reason = _objection(text)
        if reason:
            msg = f"path {text!r} {reason}"
            raise ValueError(msg)
        return cls(text)

    @property
    def name(self) -> str:
        """The last component."""
        return self.text.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """Everything before the last component; empty at the top."""
        return self.text.rpartition("/")[0]

    @property
    def folders(self) -> tuple[str, ...]:
        """Those above it, the outermost first."""
        parts = self.text.split("/")
        return tuple("/".join(parts[:count]) for count in range(1, len(parts)))

    def __str__(self) -> str:
        return self.text


def _objection(text: str) -> str:
    """Why `text` is not a safe path, as the rest of a sentence; empty when it is one."""
    if not text or text != text.strip():
        return "is empty or has blanks around it"
    if text.startswith(("/", "~")) or _DRIVE.match(text) or "\\" in text:
        return "is not relative to the repository"
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        return "is not valid Unicode"
    if size > _MAX_PATH_BYTES:
        return f"is longer than {_MAX_PATH_BYTES} bytes"
    for component in text.split("/"):
        reason = _component_objection(component)
        if reason:
            return reason
    return ""


def _component_objection(component: str) -> str:
    """The rules for one component, after the Windows and macOS file systems that fold names (CVE-2014-9390)."""
    if component in {"", ".", ".."}:
        return "has an empty, `.` or `..` component"
    if len(component.encode()) > _MAX_NAME_BYTES:
        return f"has a component longer than {_MAX_NAME_BYTES} bytes"
    if not (component.isascii() and component.isprintable()) and any(map(_is_unseen, component)):
        return "holds a control or invisible character"
    if component[-1] in ". " or component[0] == " " or ":" in component:
        return "has a component that Windows reads differently"
    folded = unicodedata.normalize("NFKC", component).casefold().rstrip(". ")
    if folded in {".git", "git~1"}:
        return "points into `.git`"
    if folded.partition(".")[0] in _DEVICES:
        return "names a Windows device"
    return ""


def _is_unseen(char: str) -> bool:
    return unicodedata.category(char) in _UNSEEN_CATEGORIES or _IGNORABLE.match(char) is not None


_NO_REF = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/\.|\.lock(?:/|$)|^[-./]|[./]$|^@$|^HEAD$")
"""Source: `git help check-ref-format`; a leading hyphen would be an option."""


def is_branch_name(text: str) -> bool:
    """Whether git takes the text for the name of a branch."""
    return bool(text) and not _NO_REF.search(text)


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One file of a commit's tree."""

    path: RepoPath
    mode: str
    """One of the mode constants of this module."""
    blob: str
    """Object name, 40 hex digits (64 in SHA-256 repositories)."""
    size_bytes: int


@dataclass(frozen=True, slots=True)
class LineRange:
    """Lines `first` to `last`, counted from 1, both included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class LinkedFile:
    """A file that the conversation links: a context file by the contract."""

    path: RepoPath
    ref: str = ""
    """Branch, tag or commit of a blob link; empty for a relative link."""
    lines: tuple[LineRange, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A file as the model sees it. `text` is None where the file does not exist yet."""

    path: RepoPath
    text: str | None
    mode: str = REGULAR
    lines: tuple[LineRange, ...] = ()
    """Where the conversation wants attention; empty means everywhere."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A file in which both sides of a merge changed the same lines, so that its text holds markers."""

    path: RepoPath
    marks: tuple[str, ...]
    """Lines that must be gone before the file is published."""


@dataclass(frozen=True, slots=True)
class WriteSet:
    """What may be changed by the scope; patterns of the settings tighten it further."""

    linked: frozenset[RepoPath] | None = None
    """The linked files, whose tests may be changed too; None is the whole repository."""
    request: str = ""
    """The words of those who ask: some files may be changed only where these name them."""

    def names(self, path: RepoPath) -> bool:
        """Whether the request links the file, or names it by path or name."""
        name = re.escape(path.name.casefold())
        found = re.search(rf"(?<![\w.-]){name}(?![\w-]|\.\w)", self.request.casefold())
        return path in (self.linked or ()) or found is not None

    conflicts: tuple[Conflict, ...] = ()
    """What has to be changed: the files that a merge left in conflict."""

    def holds(self, path: RepoPath) -> bool:
        """Whether the scope allows the path: a linked file, or a test that belongs to one."""
        if self.linked is None or path in self.linked:
            return True
        return any(is_test_of(path, linked) for linked in self.linked)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A file that was weighed for the prompt."""

    path: RepoPath
    reasons: tuple[str, ...]
    """Why it stands where it stands, the strongest first."""
    score: float | None = None
    """None for a file that needs no figure: it is linked, or the repository is small."""
    is_shown: bool = True
    """Whether its text is in the prompt; else only its name."""


@dataclass(frozen=True, slots=True)
class Context:
    """What of the repository the model sees; the texts together are within budget."""

    commit: str
    sources: tuple[Source, ...]
    """In full, linked ones first."""
    listing: tuple[RepoPath, ...] = ()
    """Names of other files."""
    unlisted: int = 0
    """How many more there are."""
    write_set: WriteSet = field(default_factory=WriteSet)
    instructions: str = ""
    """What the repository and the workflow tell every run."""
    notes: tuple[str, ...] = ()
    """What was left out, one sentence each."""
    ranked: tuple[Ranked, ...] = ()
    """What was weighed, best first."""


_TEST_AFFIX = re.compile(r"^(test|tests|spec)[_\-.]|[_\-.](test|tests|spec)$", re.IGNORECASE)
_CAMEL_TEST = re.compile(r"^Tests?(?=[A-Z])|(?<=[A-Za-z0-9])(Tests?|TestCase|Spec)$")


def is_test_of(path: RepoPath, source: RepoPath) -> bool:
    """Whether the names say so: `test_x.py`, `x.spec.ts`, `XTest.java` belong to `x.py`, `x.ts`, `X.java`."""
    stem, ending = _stem_and_ending(path)
    source_stem, source_ending = _stem_and_ending(source)
    bare = _TEST_AFFIX.sub("", _CAMEL_TEST.sub("", stem))
    return bare != stem and bare == source_stem and ending == source_ending


def _stem_and_ending(path: RepoPath) -> tuple[str, str]:
    stem, dot, ending = path.name.rpartition(".")
    return (stem, ending) if dot else (ending, "")


def decode(content: bytes) -> str | None:
    """The text, exactly; None for what is binary or not UTF-8. A byte-order mark stays as its character."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def is_lfs_pointer(text: str) -> bool:
    """Whether the text stands for a file that Git LFS keeps. Source: git-lfs, docs/spec.md."""
    return text.startswith("version https://git-lfs.github.com/spec/")
