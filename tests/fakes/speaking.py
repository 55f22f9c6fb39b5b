"""A model that keeps nothing: what it says depends on what it is asked alone, since a second run asks again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ai_coder.loopback.model import Call, Say

if TYPE_CHECKING:
    from collections.abc import Callable

    from ai_coder.loopback import Request
    from ai_coder.loopback.model_script import Speaker


def edit(old: str, new: str, path: str = "src/greet.py") -> Call:
    """The agent's edit of one line."""
    return Call("edit_file", {"path": path, "old_text": f"    return '{old}'\n", "new_text": f"    return '{new}'\n"})


def finish(**arguments: object) -> Call:
    """The agent's last call."""
    return Call("finish", {"outcome": "changed", "title": "Greet", "summary": "Greets now.", **arguments})


def steps(*turns: Say) -> Callable[[int], Say]:
    """A conversation: what the model says once it has spoken n times; the last turn goes on for ever."""
    return lambda spoken: turns[min(spoken, len(turns) - 1)]


def model(*rules: tuple[str, Callable[[int], Say]]) -> Speaker:
    """Speaks by the first rule whose words stand in what is asked, and by how often it has spoken: it keeps nothing."""

    def speak(request: Request) -> Say:
        asked = request.body
        assert isinstance(asked, dict)
        text = "\n".join(str(message.get("content") or "") for message in asked["messages"])
        spoken = sum(message["role"] == "assistant" for message in asked["messages"])
        return next(
            (script(spoken) for words, script in rules if words in text), Say("NO CHANGE: I was not asked this.")
        )

    return speak


def says(*calls: Call) -> Say:
    """One turn with tool calls."""
    return Say(calls=calls)
