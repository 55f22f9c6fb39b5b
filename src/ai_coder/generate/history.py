"""Old results out of a long conversation, in one go: what stays is sent again unchanged, so that prefix caches live."""

from dataclasses import replace

from ai_coder.domain.chat import Prompt
from ai_coder.generate.budget import CHARS_PER_TOKEN

_ABOVE_TOKENS = 100_000
_KEPT = 10
MASK = "(This result is left out to save room. Call the tool again if you need it.)"


def masked(prompt: Prompt, *, keep: int = _KEPT, above_tokens: int = _ABOVE_TOKENS) -> Prompt:
    """The conversation with all but the last `keep` results masked, when it is longer than `above_tokens`."""
    if prompt.chars / CHARS_PER_TOKEN <= above_tokens:
        return prompt
    results = [number for number, message in enumerate(prompt.messages) if message.role == "tool"]
    old = set(results[:-keep] if keep else results)
    messages = (
        replace(message, text=MASK) if number in old and len(message.text) > len(MASK) else message
        for number, message in enumerate(prompt.messages)
    )
    return replace(prompt, messages=tuple(messages))
