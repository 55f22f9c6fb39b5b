"""`Asked` and `Context` -> half of them, for a model that refused the whole as too long. Pure; says what it dropped."""

from dataclasses import dataclass, replace

from ai_coder.domain.source import Context, Source
from ai_coder.prompt.render import Asked


@dataclass(frozen=True, slots=True)
class Shrunk:
    """What is left, and what is not."""

    asked: Asked
    context: Context
    dropped: tuple[str, ...]
    """One name each, in the order in which they went; empty where nothing could go."""

    @property
    def note(self) -> str:
        """What was dropped, as a sentence."""
        return f"The request was too long for the model, so it was not shown: {', '.join(self.dropped)}."


def shrunk(asked: Asked, context: Context) -> Shrunk:
    """At most half of the text: answered comments go first, oldest first, then files, the last in rank first.

    What waits for an answer stays, and so does the first file: without them there is nothing to work on.
    """
    dropped: list[str] = []
    comments, sources = list(asked.comments), list(context.sources)
    room = _length(comments, sources) // 2
    for comment in asked.comments:
        if _length(comments, sources) <= room:
            break
        login, _, is_request = comment
        if not is_request:
            comments.remove(comment)
            dropped.append(f"an earlier comment of {login}")
    while len(sources) > 1 and _length(comments, sources) > room:
        dropped.append(f"`{sources.pop().path}`")
    gone = tuple(source.path for source in context.sources[len(sources) :])
    shorter = replace(context, sources=tuple(sources), listing=(*gone, *context.listing))
    return Shrunk(replace(asked, comments=tuple(comments)), shorter, tuple(dropped))


def _length(comments: list[tuple[str, str, bool]], sources: list[Source]) -> int:
    return sum(len(text) for _, text, _ in comments) + sum(len(source.text or "") for source in sources)
