"""Whether a text parses in the language of its file. Parsers are imported when a file asks for them."""

# ruff: noqa: PLC0415  a grammar costs time and memory that most runs need not spend

import ast
import json
import tomllib
import warnings
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Tree

_MAX_CHARS = 50_000
"""A longer text is not parsed: it takes longer than it is worth."""
_MAX_PAUSES = 300
"""How often a parser asks whether to go on before it is stopped; about 10 ms."""
_PIECE = 1 << 16

Verdict = int | None
"""0: it parses; else the number of the first line that does not, or None where nobody knows."""


def first_error(path: str, text: str) -> Verdict:
    """Where the text breaks the rules of its language, by the ending of its path."""
    parse = _PARSERS.get(path.rpartition(".")[2].lower())
    return parse(text) if parse and len(text) <= _MAX_CHARS else None


def is_known(path: str) -> bool:
    """Whether there is a parser for files of this name."""
    return path.rpartition(".")[2].lower() in _PARSERS


def has_parts(path: str) -> bool:
    """Whether statements at the left margin can be parsed apart from each other."""
    return path.rpartition(".")[2].lower() not in {"json", "toml"}


def _python(text: str) -> Verdict:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except SyntaxError as error:
        return error.lineno or 1
    except (ValueError, RecursionError, MemoryError):
        return None
    return 0


def _json(text: str) -> Verdict:
    try:
        json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        return error.lineno
    except (ValueError, RecursionError):  # a number of too many digits is well-formed
        return None
    return 0


def _toml(text: str) -> Verdict:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return 1
    except (ValueError, RecursionError):
        return None
    return 0


@cache
def _language(name: str) -> "Language":
    from tree_sitter import Language

    return Language(_GRAMMARS[name]())


def _javascript() -> object:
    import tree_sitter_javascript

    return tree_sitter_javascript.language()


def _typescript() -> object:
    import tree_sitter_typescript

    return tree_sitter_typescript.language_typescript()


def _tsx() -> object:
    import tree_sitter_typescript

    return tree_sitter_typescript.language_tsx()


def _c() -> object:
    import tree_sitter_c

    return tree_sitter_c.language()


def _cpp() -> object:
    import tree_sitter_cpp

    return tree_sitter_cpp.language()


def _rust() -> object:
    import tree_sitter_rust

    return tree_sitter_rust.language()


def _go() -> object:
    import tree_sitter_go

    return tree_sitter_go.language()


def _java() -> object:
    import tree_sitter_java

    return tree_sitter_java.language()


_GRAMMARS: dict[str, Callable[[], object]] = {
    "javascript": _javascript,
    "typescript": _typescript,
    "tsx": _tsx,
    "c": _c,
    "cpp": _cpp,
    "rust": _rust,
    "go": _go,
    "java": _java,
}


def _grammar(name: str) -> Callable[[str], Verdict]:
    def parse(text: str) -> Verdict:
        tree = _tree(name, text)
        if tree is None:
            return None
        return _first_line(tree.root_node) if tree.root_node.has_error else 0

    return parse


def _tree(name: str, text: str) -> "Tree | None":
    """The syntax tree; None where it takes too long."""
    from tree_sitter import Parser

    try:
        source = text.encode()
    except UnicodeEncodeError:
        return None
    pauses = iter(range(_MAX_PAUSES))
    try:
        return Parser(_language(name)).parse(
            lambda offset, _point: source[offset : offset + _PIECE],
            progress_callback=lambda _offset, _has_error: next(pauses, None) is None,
        )
    except ValueError:
        return None


def _first_line(node: "Node") -> int:
    """The line of the innermost node with an error that comes first."""
    while True:
        child = next((child for child in node.children if child.has_error or child.is_missing or child.is_error), None)
        if child is None:
            return node.start_point.row + 1
        node = child


_PARSERS: dict[str, Callable[[str], Verdict]] = {
    "py": _python,
    "pyi": _python,
    "json": _json,
    "toml": _toml,
    **dict.fromkeys(("js", "jsx", "mjs", "cjs"), _grammar("javascript")),
    **dict.fromkeys(("ts", "mts", "cts"), _grammar("typescript")),
    "tsx": _grammar("tsx"),
    **dict.fromkeys(("c", "h"), _grammar("c")),
    **dict.fromkeys(("cc", "cpp", "cxx", "hpp", "hh", "hxx"), _grammar("cpp")),
    "rs": _grammar("rust"),
    "go": _grammar("go"),
    "java": _grammar("java"),
}
