"""How a model is told to write its edits."""

_INSTRUCTIONS = """\
placeholder
"""


def describe_format(no_change: str = "") -> str:
    """The part of a prompt that explains the formats; `no_change` is the caller's line for "nothing is to be done"."""
    return _INSTRUCTIONS + (f"\n{no_change.strip()}\n" if no_change else "")
