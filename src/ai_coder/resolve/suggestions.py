"""Words that ask for suggestions to be applied, and for nothing else. Pure."""

import re

_APPLY = re.compile(
    r"(?:please )?(?:do )?(?:apply|accept|commit|take)(?: (?:it|this|that|the|this one))?(?: suggestions?)?"
    r"|yes|yes,? please|yep|ok|okay|sure|do it|go ahead|\+1|👍",
    re.IGNORECASE,
)
_APPLY_ALL = re.compile(r"(?:please )?apply(?: all)?(?: of)?(?: the| your| my)?(?: open)? suggestions?", re.IGNORECASE)
_ENDS = " \t\n.!"


def asks_to_apply(text: str) -> bool:
    """Whether the text does nothing but ask for the suggestion above it to be applied."""
    return bool(_APPLY.fullmatch(text.strip(_ENDS))) or asks_to_apply_all(text)


def asks_to_apply_all(text: str) -> bool:
    """Whether the text does nothing but ask for all suggestions to be applied."""
    return bool(_APPLY_ALL.fullmatch(text.strip(_ENDS)))
