"""Room 2: `Context` -> `Prompt`."""

from ai_coder.prompt.render import (
    Asked,
    AskedThread,
    Manner,
    agent_manner,
    plan_manner,
    render_prompt,
    review_manner,
    single_manner,
)

__all__ = [
    "Asked",
    "AskedThread",
    "Manner",
    "agent_manner",
    "plan_manner",
    "render_prompt",
    "review_manner",
    "single_manner",
]
