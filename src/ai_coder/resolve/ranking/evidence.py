"""What speaks for a file: figures between 0 and 1, and the words a person reads about them."""

from dataclasses import dataclass, field

from ai_coder.domain.source import LineRange, RepoPath
from ai_coder.resolve.ranking.chunks import Chunk
from ai_coder.resolve.ranking.kinds import Kind


@dataclass(slots=True)
class Named:
    """How the issue names one file; filled while the mentions are read."""

    path: float = 0.0
    """1 for a path with its folder, less where several files end so."""
    name: float = 0.0
    """The same for a file name alone."""
    module: float = 0.0
    """The same for a dotted name."""
    frame: float = 0.0
    """1 for the traceback's frame nearest to the failure, less for those further away."""
    lines: list[LineRange] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outside:
    """What is known of a file without cutting its text."""

    path: RepoPath
    kind: Kind
    words: float = 0.0
    path_words: float = 0.0
    exact: float = 0.0
    """Identifiers of several words that stand in it as the issue writes them."""
    stem: float = 0.0
    """1 where the title says the file's own name as a word, less for the text below it."""
    length: float = 0.0
    """1 for a long file in which any word stands: more of what a program does is in it than in a short one."""
    named: Named = field(default_factory=Named)
    terms: tuple[str, ...] = ()
    """The words that count most."""
    path_terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A chunk and how well it answers, between 0 and 1."""

    chunk: Chunk
    score: float


@dataclass(frozen=True, slots=True)
class Inside:
    """What the text of one file says."""

    pieces: tuple[Piece, ...] = ()
    best: float = 0.0
    mean: float = 0.0
    """Of the best three."""
    symbols: float = 0.0
    """How well the words in the names it defines answer."""
    defined: float = 0.0
    """How many names that the issue writes it defines, rare ones counted more."""
    said: float = 0.0
    names: tuple[str, ...] = ()
    """Names that the issue writes and the file defines, the rarest first."""
    phrases: tuple[str, ...] = ()
    """Pieces of quoted messages that it holds, the rarest first."""


@dataclass(frozen=True, slots=True)
class Related:
    """What other files say of this one."""

    imported: float = 0.0
    tested: float = 0.0
    importer: str = ""
    test: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that speaks for one file."""

    outside: Outside
    inside: Inside = field(default_factory=Inside)
    related: Related = field(default_factory=Related)

    @property
    def path(self) -> RepoPath:
        """The file."""
        return self.outside.path
