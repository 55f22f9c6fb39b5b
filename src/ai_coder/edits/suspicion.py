"""New text that no careful person would write: placeholders for code, conflict markers, most of a file gone."""

import re
from collections.abc import Collection, Container, Sequence

from ai_coder.edits.applied import Code
from ai_coder.edits.paths import Unresolved

_COMMENT = re.compile(r"^(?:#|//|/\*|<!--|--|;|%|\{/\*|\*)[ \t]*|[ \t]*(?:\*/\}?|-->)$")
_DOTS = re.compile(r"^\[?(?:\.\.\.|…)|(?:\.\.\.|…)\]?\.?$")
_STARTS_WITH_DOTS = re.compile(r"\[?(?:\.\.\.|…)")
_HINT = re.compile(r"\b(?:rest|existing|unchanged|remain\w*|omitted|previous|same|other|before|truncated|elided)\b")
_THING = (
    r"(?:code|file|function|class|method|module|implementation|content|contents|methods|functions|imports|lines|tests)"
)
_PHRASE = re.compile(
    rf"(?:the )?(?:rest|remainder) of (?:the |this |your )?(?:\w+ )?{_THING}"
    rf"(?: (?:here|goes here|unchanged|omitted|(?:remains?|is|stays?) (?:the same|unchanged|as before|as is)))?"
    rf"|(?:your |the |all )?(?:existing|previous|original|unchanged|remaining|other) {_THING}"
    rf"(?: (?:here|goes here|unchanged|omitted|(?:remains?|is|stays?) (?:the same|unchanged|as before|as is)))?"
)
_BARE_PHRASE_NEEDS = ("rest of", "remainder of", "here", "unchanged", "omitted", "same", "as before", "as is")
_MAX_CHARS = 120
_MARKUP = (
    ".html",
    ".htm",
    ".xml",
    ".svg",
    ".xhtml",
    ".vue",
    ".svelte",
    ".jsx",
    ".tsx",
    ".md",
    ".markdown",
    ".mdx",
    ".rst",
    ".erb",
    ".ejs",
    ".hbs",
    ".jinja",
    ".j2",
    ".php",
    ".xsl",
    ".plist",
    ".csproj",
)
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|apos);")
_PLAIN_QUOTE = re.compile(r'(?<!\\)"')
_PROSE = (".md", ".markdown", ".mdx", ".rst", ".txt", ".adoc")
_MARKER = re.compile(
    r"(?:<{7}|>{7}|\|{7})(?: .*)?|(?:<{5,9}|>{5,9}|-{5,9}|\+{5,9}) (?:SEARCH|REPLACE|ORIGINAL|UPDATED)>?[ \t]*"
    r"|:(?:start|end)_line:[ \t]*\d+",
    re.IGNORECASE,
)
_DIVIDER = re.compile(r"={5,9}[ \t]*")
_MIN_INDENTED = 5
_SHRUNK_FROM_LINES = 30
_SHRUNK_BELOW = 0.4


def is_placeholder(line: str, path: str) -> bool:
    """Whether the line stands for code that was left out: `# ... rest unchanged ...`, `// existing code here`."""
    text = line.strip()
    if len(text) > _MAX_CHARS:
        return False
    bare = _COMMENT.sub("", text).strip()
    is_comment = bare != text
    folded = bare.lower()
    if _DOTS.search(bare):
        words = folded.strip(". …[]()")
        if not _STARTS_WITH_DOTS.match(bare):
            return bool(_PHRASE.fullmatch(words))
        return (is_comment and not words and not path.endswith(_PROSE)) or (
            bool(_HINT.search(words)) and (is_comment or bool(_PHRASE.fullmatch(words)))
        )
    words = folded.strip("()[]. ")
    return is_comment and bool(_PHRASE.fullmatch(words)) and any(need in words for need in _BARE_PHRASE_NEEDS)


def suspect(new: Sequence[str], known: Container[str], path: str) -> Unresolved | None:
    """What is wrong with new lines; `known` are those of the file, without blanks around them: they are no news."""
    odd = [line for line in new if is_placeholder(line, path)]
    marks = [line for line in new if _MARKER.fullmatch(line)] + _stray_dividers(new, path)
    if not odd and not marks:
        return None
    odd = [line for line in odd if line.strip() not in known]
    if odd:
        message = (
            f"The new text holds `{odd[0].strip()}`, which stands for code that was left out. Write every line, or "
            "send SEARCH/REPLACE blocks of only the lines that change."
        )
        return Unresolved(Code.ELIDED, message)
    marks = [line for line in marks if line.strip() not in known]
    if marks:
        message = f"The new text holds the marker line `{marks[0].strip()}`. Check where the block begins and ends."
        return Unresolved(Code.CONFLICT_MARKERS, message)
    return None


def _stray_dividers(new: Sequence[str], path: str) -> list[str]:
    """Dividers in new text; in prose one may underline a heading, but not as first or last line."""
    looked_at = [*new[:1], *new[-1:]] if path.lower().endswith(_PROSE) else new
    return [line for line in looked_at if _DIVIDER.fullmatch(line)]


def suspect_size(new: Sequence[str], before: Sequence[str]) -> Unresolved | None:
    """A whole text that keeps so little of a file that it is rather a piece of it."""
    size, old_size = sum(map(len, new)), sum(map(len, before))
    if (len(before) > _SHRUNK_FROM_LINES and size < _SHRUNK_BELOW * old_size) or (old_size and not size):
        message = (
            f"The file has {len(before)} lines, the text sent for it has {len(new)}. Send the whole text, or "
            "SEARCH/REPLACE blocks of the lines that change; to remove a file, use `*** Delete File:`."
        )
        return Unresolved(Code.SHRUNK, message)
    return None


def suspect_encoding(new: Sequence[str], known: Collection[str], path: str) -> Unresolved | None:
    """New lines that look encoded once too often, in a file that holds nothing of the kind."""
    quotes = [line for line in new if '"' in line]
    if quotes and not any(_PLAIN_QUOTE.search(line) for line in quotes) and not any('\\"' in line for line in known):
        message = (
            f"In the new text every quote is escaped, as in `{quotes[0].strip()[:_MAX_CHARS]}`. Write quotes without "
            "backslashes before them."
        )
        return Unresolved(Code.ENCODED, message)
    if path.lower().endswith(_MARKUP):
        return None
    odd = [line for line in new if _ENTITY.search(line) and line.strip() not in known]
    if not odd:
        return None
    message = (
        f"The new text holds `{odd[0].strip()[:_MAX_CHARS]}`, in which characters are written as HTML entities. Write "
        "`<`, `>`, `&` and quotes as they are."
    )
    return Unresolved(Code.ENCODED, message)


def suspect_indentation(new: Sequence[str], before: Sequence[str]) -> Unresolved | None:
    """New lines that are indented by tabs where the file has only blanks, or all by blanks where it has tabs."""
    indented = [line for line in new if line[:1] in {" ", "\t"} and line.strip()]
    with_tabs = [line for line in indented if line[0] == "\t"]
    with_blanks = [line for line in indented if line.startswith("  ")]
    if not with_tabs and (not indented or len(with_blanks) < len(indented)):
        return None
    ours, theirs = ("\t", "  ") if with_tabs else ("  ", "\t")
    if any(line.startswith(ours) for line in before):  # asked first: it mostly ends at one of the first lines
        return None
    if sum(line.startswith(theirs) for line in before) < _MIN_INDENTED:
        return None
    names = ("tabs", "blanks") if with_tabs else ("blanks", "tabs")
    message = f"The new lines are indented by {names[0]}, the file by {names[1]}. Indent as the file does."
    return Unresolved(Code.INDENTATION, message)
