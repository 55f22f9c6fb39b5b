"""The repository's own settings file, `.github/ai_coder.yml`: the names of inputs, and their values."""

import difflib
from collections.abc import Mapping
from typing import Any

from ai_coder.errors import ConfigurationError
from ai_coder.settings.inputs import BY_NAME


def parse_settings_file(text: str) -> dict[str, Any]:
    """The mapping that `.github/ai_coder.yml` holds. Raises: ConfigurationError."""
    import yaml  # noqa: PLC0415  a skipped event never needs it

    try:
        loaded = yaml.safe_load(text)
    except yaml.YAMLError as error:
        msg = f"`.github/ai_coder.yml` is not valid YAML: {str(error).splitlines()[0]}"
        raise ConfigurationError(msg, hint="Correct the file on the base branch.") from error
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        msg = "`.github/ai_coder.yml` is not a mapping of input names to values"
        raise ConfigurationError(msg, hint="Write lines such as `scope: repo`.")
    return {str(name): value for name, value in loaded.items()}


def file_texts(file_values: Mapping[str, Any]) -> dict[str, str]:
    """What the file sets, as the texts that inputs are. Raises: ConfigurationError, which names every wrong name."""
    problems, texts = [], {}
    for name, value in file_values.items():
        row = BY_NAME.get(name)
        if row is None:
            close = difflib.get_close_matches(name, list(BY_NAME), n=1)
            problems.append(f"`{name}` is no input" + (f"; did you mean `{close[0]}`?" if close else ""))
        elif not row.in_file:
            problems.append(f"`{name}` can be set in the workflow only")
        elif isinstance(value, list):
            texts[name] = "\n".join(str(item) for item in value)
        else:
            texts[name] = str(value).lower() if isinstance(value, bool) else str(value or "")
    if problems:
        msg = "`.github/ai_coder.yml`: " + "; ".join(problems)
        raise ConfigurationError(msg, hint="Correct the file on the base branch.")
    return texts
