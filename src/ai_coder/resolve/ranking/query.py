"""The issue's text -> what is looked for: weighted words, exact names, quoted messages, paths, traceback frames."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ai_coder.resolve.comments import without_comments
from ai_coder.resolve.ranking import words
from ai_coder.resolve.ranking.mentions import Mention, mentions

_MAX_CHARS = 60_000
_MAX_TERMS = 400
_MAX_PHRASES = 60
_TITLE, _PROSE, _CODE = 4.0, 1.0, 0.5
"""What one occurrence adds, by where it stands; a term weighs the square root of its sum."""
_URL = re.compile(r"\b(?:https?|ftp)://[^\s)>\]\"'`]+")
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)
_INDENTED = re.compile(r"^(?: {4}|\t|>>> |\.\.\. |\$ ).*$", re.MULTILINE)
_HEADING = re.compile(r"[ \t]{0,3}(#{1,6}[ \t]+[^\n]{1,100}|\*\*[^*\n]{1,100}\*\*:?[ \t]*)$")
_ENVIRONMENT = re.compile(
    r"(?:(?:your |my |operating )?(?:environment|system|versions?|platform|setup|os\b|project)"
    r"|(?:\w+ )?versions?\b|checklist|before submitting|system info|desktop|smartphone)",
    re.IGNORECASE,
)
_INLINE = re.compile(r"`+([^`\n]+)`+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CALL = re.compile(r"\b([A-Za-z_][A-Za-z0-9_]{2,80})\(")
_QUOTED = re.compile(r"\"([^\"\n]{8,300})\"|'([^'\n]{8,300})'|“([^”\n]{8,300})”")
_MESSAGE = re.compile(r"(?:Error|Exception|Warning|error|panicked|fatal|FAILED)\b[^:\n]{0,40}: (.{8,300})$")
_MAX_MESSAGE_LINE = 500
_BREAK = re.compile(r"[\"'`“”<>{}\[\]()%=,;|\\]|\d+|(?<=\w)[.:](?= |$)")
_PHRASE_WORDS = 4
_PHRASE_MIN_CHARS = 10


@dataclass(frozen=True, slots=True)
class Query:
    """What an issue asks for, as a search."""

    terms: tuple[str, ...]
    """Lower-case words and whole identifiers."""
    weights: tuple[float, ...]
    """How much each term counts."""
    exact: Mapping[bytes, int]
    """Each term as it stands, to its number."""
    forms: Mapping[bytes, int]
    """Every way to write a term, to its number."""
    names: Mapping[str, float]
    """Names of symbols as the issue writes them: 1 where only a symbol is written so, less for a plain word."""
    phrases: tuple[bytes, ...]
    """Pieces of messages that the issue quotes."""
    mentions: tuple[Mention, ...]
    wholes: frozenset[int]
    """The terms that are identifiers of several words, kept whole."""
    spoken: Mapping[str, float]
    """Identifiers as they stand, lower case: 1 where the title says one, less for prose, least for code."""
    title: str = ""


def parse_query(title: str, body: str) -> Query:
    """What the issue looks for."""
    text = without_comments(f"{title}\n{body[:_MAX_CHARS]}".replace("\r\n", "\n"))
    found = tuple(mentions(text))
    text = _URL.sub(" ", text)
    head, _, rest = text.partition("\n")
    prose, code = _prose_and_code(rest)
    counted: dict[str, float] = defaultdict(float)
    for piece, weight in ((head, _TITLE), (prose, _PROSE), (code, _CODE)):
        for name in words.identifiers(piece.encode()):
            for term in _terms_of(name):
                counted[term] += weight
    chosen = sorted(counted, key=lambda term: (-counted[term], term))[:_MAX_TERMS]
    numbers = {term: number for number, term in enumerate(chosen)}
    return Query(
        tuple(chosen),
        tuple(counted[term] ** 0.5 for term in chosen),
        {term.encode(): number for term, number in numbers.items()},
        _forms(numbers),
        _names(head, prose, code),
        tuple(_phrases(text))[:_MAX_PHRASES],
        found,
        frozenset(numbers[whole] for whole in _wholes(text) if whole in numbers),
        _spoken(head, prose, code),
        head,
    )


def _without_environment(text: str) -> str:
    """Without the sections that list versions and machines."""
    kept, is_in = [], False
    for line in text.split("\n"):
        heading = _HEADING.match(line)
        if heading:
            is_in = _ENVIRONMENT.match(heading[1].strip("*#: ")) is not None
        if not is_in:
            kept.append(line)
    return "\n".join(kept)


def _prose_and_code(text: str) -> tuple[str, str]:
    """The text outside and inside code blocks."""
    pieces = _FENCE.split(_without_environment(text))
    prose, code = "\n".join(pieces[::2]), "\n".join(pieces[1::2])
    indented = "\n".join(match[0] for match in _INDENTED.finditer(prose))
    return _INDENTED.sub("", prose), f"{code}\n{indented}"


def _terms_of(identifier: bytes) -> Iterator[str]:
    pieces = words.parts(identifier)
    whole = identifier.lower()
    for piece in {whole, *pieces} if len(pieces) > 1 else {whole.strip(b"_"), *pieces}:
        text = piece.decode("utf-8", "replace")
        if len(text) >= words.MIN_WORD and text not in words.COMMON and not text.isdigit():
            yield text


def _wholes(text: str) -> Iterator[str]:
    for identifier in words.identifiers(text.encode()):
        if len(words.parts(identifier)) > 1:
            yield identifier.lower().decode("utf-8", "replace")


def _forms(numbers: Mapping[str, int]) -> dict[bytes, int]:
    """A term as it stands wins over another term's other form."""
    found: dict[bytes, int] = {}
    for term, number in numbers.items():
        for form in words.forms(term):
            if form not in words.COMMON:
                found.setdefault(form.encode(), number)
    return found | {term.encode(): number for term, number in numbers.items()}


def _names(head: str, prose: str, code: str) -> dict[str, float]:
    found: dict[str, float] = {}
    marked = {name for match in _INLINE.finditer(f"{head}\n{prose}") for name in _NAME.findall(match[1])}
    called = set(_CALL.findall(f"{head}\n{prose}\n{code}"))
    for text, plain in ((head, 0.5), (prose, 0.25), (code, 0.25)):
        for name in _NAME.findall(text):
            if len(name) <= words.MIN_WORD or name.lower() in words.COMMON:
                continue
            is_symbol = words.is_made_of_parts(name) or name in marked or name in called
            found[name] = max(found.get(name, 0), 1.0 if is_symbol else plain)
    return found


def _spoken(head: str, prose: str, code: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for text, weight in ((code, 0.25), (prose, 0.5), (head, 1.0)):
        said = {name.lower().strip("_") for name in _NAME.findall(text)}
        found |= dict.fromkeys(said - words.COMMON, weight)
    return found


def _phrases(text: str) -> Iterator[bytes]:
    """Runs of words out of quoted messages, without what a program fills in."""
    seen = set()
    quoted = [group for match in _QUOTED.finditer(text) for group in match.groups() if group]
    lines = [line.rstrip() for line in text.split("\n") if len(line) < _MAX_MESSAGE_LINE]
    said = [match[1] for line in lines if (match := _MESSAGE.search(line))]
    for message in [*said, *quoted]:
        for piece in _BREAK.split(message):
            run = piece.split()
            for start in range(max(1, len(run) - _PHRASE_WORDS + 1)):
                phrase = " ".join(run[start : start + _PHRASE_WORDS])
                if len(run) > 1 and len(phrase) >= _PHRASE_MIN_CHARS and phrase not in seen:
                    seen.add(phrase)
                    yield phrase.encode()
