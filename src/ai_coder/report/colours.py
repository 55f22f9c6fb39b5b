"""A file's text -> its lines in pieces of one colour. Pygments knows the languages; a page needs six classes of it."""

import importlib
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Protocol, cast

from pygments.token import Comment, Keyword, Name, Number, String

Piece = tuple[str, str]
"""(class of the style sheet or empty, text)."""

LEXERS = {
    **dict.fromkeys(("bash", "sh"), "shell:BashLexer"),
    **dict.fromkeys(("c", "h"), "c_cpp:CLexer"),
    **dict.fromkeys(("cc", "cpp", "hpp"), "c_cpp:CppLexer"),
    "cs": "dotnet:CSharpLexer",
    "css": "css:CssLexer",
    "go": "go:GoLexer",
    "html": "html:HtmlLexer",
    **dict.fromkeys(("cfg", "ini"), "configs:IniLexer"),
    "java": "jvm:JavaLexer",
    **dict.fromkeys(("cjs", "js", "jsx", "mjs"), "javascript:JavascriptLexer"),
    "json": "data:JsonLexer",
    **dict.fromkeys(("kt", "kts"), "jvm:KotlinLexer"),
    "php": "php:PhpLexer",
    **dict.fromkeys(("py", "pyi"), "python:PythonLexer"),
    "rb": "ruby:RubyLexer",
    "rs": "rust:RustLexer",
    "sql": "sql:SqlLexer",
    "toml": "configs:TOMLLexer",
    **dict.fromkeys(("ts", "tsx"), "javascript:TypeScriptLexer"),
    "xml": "html:XmlLexer",
    **dict.fromkeys(("yaml", "yml"), "data:YamlLexer"),
}
"""Module and class by the ending of a file's name. Of some 250 modules the image holds these and what they need."""
_CLASSES = (
    (Comment, "c"),
    (Keyword, "k"),
    (String, "s"),
    (Number, "m"),
    (Name.Function, "f"),
    (Name.Class, "f"),
    (Name.Decorator, "f"),
    (Name.Tag, "k"),
    (Name.Attribute, "m"),
    (Name.Builtin, "m"),
)
PLAIN = ""
"""The name of a file of no language."""


def colour(name: str, text: str) -> list[tuple[Piece, ...]]:
    """The lines of `text` without their ends, one more than there are ends; of an unknown language one piece each."""
    lines: list[list[Piece]] = [[]]
    for kind, value in _pieces(name, text):
        first, *rest = value.split("\n")
        if first and lines[-1] and lines[-1][-1][0] == kind:
            lines[-1][-1] = (kind, lines[-1][-1][1] + first)
        elif first:
            lines[-1].append((kind, first))
        lines.extend([(kind, line)] if line else [] for line in rest)
    return [tuple(line) for line in lines]


def _pieces(name: str, text: str) -> Iterator[Piece]:
    lexer = _lexer(name.rpartition(".")[2].lower())
    if lexer is None:
        yield "", text
        return
    for _, kind, value in lexer.get_tokens_unprocessed(text):
        yield _class_of(kind), value


@cache
def _class_of(kind: object) -> str:
    return next((short for family, short in _CLASSES if kind in family), "")


class _Lexer(Protocol):
    """As much of Pygments as is used."""

    def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, object, str]]:
        """Place, kind and text of every token; the texts together are `text`."""
        ...


def _lexer(ending: str) -> _Lexer | None:
    place = LEXERS.get(ending)
    if place is None:
        return None
    module, _, name = place.partition(":")
    return cast(_Lexer, getattr(importlib.import_module(f"pygments.lexers.{module}"), name)())


def marked(pieces: Sequence[Piece], first: int, last: int) -> tuple[Piece, ...]:
    """The pieces with the characters from `first` to before `last` in the class `x` as well."""
    found: list[Piece] = []
    at = 0
    for kind, text in pieces:
        cuts = sorted({0, len(text), *(cut - at for cut in (first, last) if 0 < cut - at < len(text))})
        for begin, end in pairwise(cuts):
            is_marked = first <= at + begin and at + end <= last
            found.append((f"{kind} x".strip() if is_marked else kind, text[begin:end]))
        at += len(text)
    return tuple(found)
