"""The default of the input `model`, which stands in action.yml and nowhere else."""

import re
from pathlib import Path

_PACKAGE = Path(__file__).parent.parent
_PLACES = (_PACKAGE / "action.yml", _PACKAGE.parent.parent / "action.yml")
"""Inside an installed package; at the top of a checkout."""
_MODEL_DEFAULT = re.compile(r"^  model:\n(?:    .*\n)*?    default: ['\"]?([^'\"\n]+)", re.MULTILINE)


def default_model() -> str:
    """The model's name; empty where no action.yml is found."""
    for path in _PLACES:
        if path.is_file():
            found = _MODEL_DEFAULT.search(path.read_text(encoding="utf-8"))
            return found[1].strip() if found else ""
    return ""
