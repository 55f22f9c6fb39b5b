"""Evidence -> why a file is where it is, in short sentences that a person reads; the strongest first."""

from collections.abc import Iterable, Iterator

from ai_coder.resolve.ranking.evidence import Evidence
from ai_coder.resolve.ranking.kinds import Kind

_MAX_NAMES = 3
_MAX_PLACES = 3
_MAX_QUOTE_CHARS = 60
_FAINT = 0.3
"""Below this part of the best file's figure, words are not worth telling while there is something else."""


def reasons(evidence: Evidence) -> tuple[str, ...]:
    """At least one for every file that something speaks for."""
    return tuple(_all(evidence))


def _all(evidence: Evidence) -> Iterator[str]:
    outside, inside, related = evidence.outside, evidence.inside, evidence.related
    told = list(dict.fromkeys(outside.named.reasons))[:_MAX_PLACES]
    yield from told
    if inside.names:
        yield f"defines {_quoted(inside.names[:_MAX_NAMES])}, which the issue names"
    if inside.phrases:
        yield f"holds the quoted text `{_short(inside.phrases[0])}`"
    if outside.path_terms:
        yield f"its path holds {_quoted(outside.path_terms)}"
    if outside.terms and (outside.words >= _FAINT or not (told or inside.names or outside.path_terms)):
        yield f"words of the issue stand in it: {', '.join(map(_short, outside.terms))}"
    if related.importer:
        yield f"`{related.importer}` imports it"
    if related.test:
        yield f"`{related.test}` tests it"
    if outside.kind is not Kind.SOURCE:
        yield f"is {_KINDS[outside.kind]}"


_KINDS = {
    Kind.TEST: "a test",
    Kind.DOCUMENTATION: "documentation",
    Kind.EXAMPLE: "an example or a benchmark",
    Kind.VENDORED: "somebody else's code",
    Kind.CONFIGURATION: "configuration",
    Kind.ASIDE: "code beside the program",
}


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"`{_short(name)}`" for name in names)


def _short(text: str) -> str:
    return text if len(text) <= _MAX_QUOTE_CHARS else f"{text[:_MAX_QUOTE_CHARS]}…"
