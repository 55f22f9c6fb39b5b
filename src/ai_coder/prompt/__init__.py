"""Room 2: `Context` -> `Prompt`."""

from ai_coder.prompt.render import Asked, render_prompt

__all__ = ["Asked", "render_prompt"]
