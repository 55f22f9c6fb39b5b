"""A long conversation is masked in one go, and only where nothing else changes."""

from ai_coder.domain.chat import Message, Prompt
from ai_coder.generate.history import MASK, masked


def a_talk(results, size):
    """System, user, and that many tool results of that many characters."""
    turns = [
        message
        for n in range(results)
        for message in (Message("assistant", f"turn {n}"), Message("tool", f"{n} ".ljust(size, "x"), call_id=str(n)))
    ]
    return Prompt((Message("system", "s"), Message("user", "u"), *turns))


def test_short_conversations_stay():
    """Below the limit nothing is touched, so that the provider's cache stays warm."""
    prompt = a_talk(30, 1_000)
    assert masked(prompt) is prompt


def test_all_but_the_last_ten_results():
    """Above it, every result but the last ten is masked; everything else stays as it was said."""
    prompt = a_talk(40, 10_000)
    after = masked(prompt)
    shown = [message.text for message in after.messages if message.role == "tool"]
    assert shown[:30] == [MASK] * 30
    assert all(text != MASK for text in shown[30:])
    assert [m for m in after.messages if m.role != "tool"] == [m for m in prompt.messages if m.role != "tool"]
    assert [m.call_id for m in after.messages] == [m.call_id for m in prompt.messages]


def test_masking_twice_is_masking_once():
    """The second time changes nothing until ten more results have come."""
    once = masked(a_talk(40, 10_000))
    assert masked(once) == once
