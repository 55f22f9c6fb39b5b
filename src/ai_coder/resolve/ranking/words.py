"""Text -> words: identifiers split at case and underscore and kept whole, and the plain forms of a word."""

import re
from collections.abc import Iterator
from itertools import pairwise

_PART = re.compile(rb"[A-Z]?[a-z\x80-\xff]+|[A-Z]+(?![a-z])|[A-Z]")
_KEPT = frozenset(range(128, 256)) | frozenset(b"_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_BLANKS = bytes(char if char in _KEPT else 32 for char in range(256))
_SUFFIXES = ("ing", "ed", "es", "s", "e")
_MIN_STEM = 4
MIN_WORD = 2

COMMON = frozenset(
    """
    about above actual actually after again all also although am an and any anyone are as at available be
    because been before behavior behaviour being below best better between both bug but by can cannot case code
    comment could currently describe description did different do does doesn doing don done either else enough
    etc even every example expected expecting far feature few file find first fix follow following for found
    from get gets getting give given go good got had happen happening happens has have having hello help here hi
    how however id if in info information instead into is isn issue it its just know last least let like line
    look looks made main make makes many may maybe me means might more most much must my need needs new no not
    note nothing now of off ok on one ones only or other otherwise our out over own particular please possible
    pr problem produce provide question really related reproduce request result run running same see seem seems
    self several should shouldn show shows simple since so some something steps still such sure system take than
    thank thanks that the their them then there therefore these they thing things think this those though
    through thus to too trying two up us use used user uses using version very via want wants was way we well
    were what when where whether which while who why will with within without won work working works would wrong
    yes yet you your ve re ll def var int str return true false none null void public static
    """.split()  # noqa: SIM905  a text of words reads better than a list
)
"""Words of every issue, and of every program, that point nowhere."""


def identifiers(data: bytes) -> list[bytes]:
    """Every run of letters, digits and underscores, in order."""
    return data.translate(_BLANKS).split()


def parts(identifier: bytes) -> list[bytes]:
    """The words an identifier is made of, lower case: `parseHTTPReply` -> parse, http, reply."""
    return [part.lower() for part in _PART.findall(identifier)]


def is_made_of_parts(identifier: str) -> bool:
    """Whether it is written as only programs write: `snake_case`, `camelCase`, `Name2`, `CONSTANT_NAME`."""
    inner = identifier.strip("_")
    has_hump = any(one.islower() and two.isupper() for one, two in pairwise(inner))
    has_acronym = inner[:2].isupper() and any(char.islower() for char in inner)
    return "_" in inner or has_hump or has_acronym or identifier != inner


def forms(word: str) -> Iterator[str]:
    """The word and how else it may be written: with and without an ending."""
    yield word
    if len(word) < _MIN_STEM or not word.isascii() or not word.isalpha():
        return
    stem = word
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _MIN_STEM - 1:
            stem = word.removesuffix(suffix)
            break
    yield stem
    yield from (stem + suffix for suffix in _SUFFIXES)
