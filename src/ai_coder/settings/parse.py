"""Texts -> `Settings`. Every wrong input is named at once."""

import difflib
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast
from urllib.parse import urlsplit

from ai_coder.errors import ConfigurationError
from ai_coder.settings.inputs import BY_NAME, INPUTS, Input
from ai_coder.settings.sections import (
    CommitPolicy,
    Limits,
    ModelSettings,
    Secret,
    Settings,
    TriggerPolicy,
    WritePolicy,
)

_BRANCH_PREFIX = re.compile(r"^(?!-)[A-Za-z0-9._/-]+$")


def inputs_of(environ: Mapping[str, str]) -> dict[str, str]:
    """The inputs that a runner or a shell hands over, by name; what is not set is missing.

    The runner writes `INPUT_` and the name in upper case, and keeps hyphens.
    Source: https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax#inputs
    """
    values = {}
    for key, value in environ.items():
        name = key.removeprefix("INPUT_").lower().replace("-", "_")
        if key.startswith("INPUT_") and name in BY_NAME and value.strip():
            values[name] = value.strip()
    fallbacks = {
        "openai_api_key": ("OPENAI_API_KEY", "OPENAI_KEY"),
        "openai_base_url": ("OPENAI_BASE_URL",),
        "github_token": ("GITHUB_TOKEN",),
    }
    for name, keys in fallbacks.items():
        found = next((environ[key].strip() for key in keys if environ.get(key, "").strip()), "")
        if found:
            values.setdefault(name, found)
    return values


def parse_settings(values: Mapping[str, str], file_values: Mapping[str, Any] | None = None) -> Settings:
    """The settings; an input that differs from its default wins over the repository's file.

    Raises: ConfigurationError, which names every wrong value.
    """
    reader = _Reader(_merged(values, _file_texts(file_values or {})))
    settings = Settings(
        token=Secret(values.get("github_token", "")),
        trigger=_trigger(reader),
        model=_model(reader),
        write=WritePolicy(
            scope=cast(Literal["auto", "linked", "repo"], reader.choice("scope")),
            allowed_paths=reader.lines("allowed_paths"),
            protected_paths=reader.lines("protected_paths"),
        ),
        limits=_limits(reader),
        commit=_commit(reader),
        instructions=reader.text("instructions"),
        issue=reader.whole("issue") if reader.text("issue") else 0,
        dry_run=reader.flag("dry_run"),
        warnings=reader.not_built(),
    )
    if reader.text("mode") == "agent":
        reader.object_to("mode", "`agent` is not in this version; use `auto` or `single`")
    reader.choice("mode")
    reader.check_rest()
    reader.finish()
    return settings


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


def _file_texts(file_values: Mapping[str, Any]) -> dict[str, str]:
    """What the file sets, as the texts that inputs are."""
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


def _merged(values: Mapping[str, str], file_texts: Mapping[str, str]) -> dict[str, str]:
    merged = {row.name: row.default for row in INPUTS} | dict(file_texts)
    return merged | {
        name: value for name, value in values.items() if name not in file_texts or value != BY_NAME[name].default
    }


def _trigger(reader: "_Reader") -> TriggerPolicy:
    return TriggerPolicy(
        label=reader.text("trigger_label"),
        title_prefix=reader.text("title_prefix"),
        phrase=reader.word("trigger_phrase"),
        assignee=reader.text("trigger_assignee").removeprefix("@"),
        comments=cast(Literal["any", "command"], reader.choice("comment_trigger")),
        allowed_bots=reader.ids("allowed_bots"),
    )


def _model(reader: "_Reader") -> ModelSettings:
    base_url = reader.text("openai_base_url")
    if base_url and not _is_safe_url(base_url):
        reader.object_to("openai_base_url", f"{base_url!r} is not an https:// address (http:// is for your own network)")
    return ModelSettings(
        api_key=Secret(reader.text("openai_api_key")),
        base_url=base_url,
        model=reader.text("model"),
        api=cast(Literal["auto", "responses", "chat"], reader.choice("api")),
        reasoning_effort=reader.text("reasoning_effort"),
    )


def _limits(reader: "_Reader") -> Limits:
    return Limits(
        max_input_tokens=reader.whole("max_input_tokens"),
        max_cost_usd=reader.number("max_cost_usd") or 0.0,
        timeout_s=reader.whole("timeout_minutes") * 60.0,
        price_input_per_mtok=reader.number("price_input_per_mtok"),
        price_output_per_mtok=reader.number("price_output_per_mtok"),
    )


def _commit(reader: "_Reader") -> CommitPolicy:
    prefix = reader.text("branch_prefix")
    if not _BRANCH_PREFIX.match(prefix) or ".." in prefix or "//" in prefix or prefix.startswith("/"):
        reader.object_to("branch_prefix", f"{prefix!r} cannot begin a branch name")
    return CommitPolicy(
        base_branch=reader.text("base_branch"),
        branch_prefix=prefix,
        draft=cast(Literal["auto", "always", "never"], reader.choice("draft")),
        labels=reader.items("labels"),
        reviewers=reader.items("reviewers"),
        assignees=reader.items("assignees"),
    )


def _is_safe_url(url: str) -> bool:
    """Whether a key may travel there: https, or plain http inside one's own network."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(host)
    if parts.scheme != "http":
        return False
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return bool(host) and ("." not in host or host.endswith((".local", ".internal", ".localhost")))


@dataclass
class _Reader:
    """Reads typed values out of texts and gathers every objection."""

    values: Mapping[str, str]
    problems: dict[str, str] = field(default_factory=dict)

    def object_to(self, name: str, why: str) -> None:
        self.problems.setdefault(name, why)

    def text(self, name: str) -> str:
        return self.values[name].strip()

    def word(self, name: str) -> str:
        text = self.text(name)
        if not text or len(text.split()) != 1:
            self.object_to(name, f"{text!r} is not one word")
        return text

    def choice(self, name: str) -> str:
        text, row = self.text(name).lower(), BY_NAME[name]
        if text not in row.choices:
            self.object_to(name, f"{text!r} is none of {', '.join(row.choices)}")
        return text

    def whole(self, name: str) -> int:
        text = self.text(name)
        if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) == 0:
            self.object_to(name, f"{text!r} is not a whole number above 0")
            return 1
        return int(text)

    def number(self, name: str) -> float | None:
        text = self.text(name)
        if text and not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text):
            self.object_to(name, f"{text!r} is not a number such as 2 or 0.5")
            return None
        return float(text) if text else None

    def flag(self, name: str) -> bool:
        text = self.text(name).lower()
        if text not in {"true", "false"}:
            self.object_to(name, f"{text!r} is neither true nor false")
        return text == "true"

    def lines(self, name: str) -> tuple[str, ...]:
        return tuple(line.strip() for line in self.text(name).splitlines() if line.strip())

    def items(self, name: str) -> tuple[str, ...]:
        return tuple(item.strip() for item in re.split(r"[,\n]", self.text(name)) if item.strip())

    def ids(self, name: str) -> frozenset[int]:
        wrong = [item for item in self.items(name) if not re.fullmatch(r"[0-9]{1,18}", item)]
        if wrong:
            self.object_to(name, f"{wrong[0]!r} is not a numeric account id (names can be taken over, `*` is everybody)")
            return frozenset()
        return frozenset(int(item) for item in self.items(name))

    def not_built(self) -> tuple[str, ...]:
        names = [row.name for row in INPUTS if not row.is_built and self.text(row.name) != row.default]
        return tuple(f"Input `{name}` has no effect in this version." for name in names)

    def check_rest(self) -> None:
        """Values that no section reads yet are still checked for their kind."""
        for row in INPUTS:
            if not row.is_built:
                self._check_kind(row)

    def _check_kind(self, row: Input) -> None:
        match row.kind:
            case "whole":
                self.whole(row.name)
            case "number":
                self.number(row.name)
            case "bool":
                self.flag(row.name)
            case _:
                self.text(row.name)

    def finish(self) -> None:
        if self.problems:
            noun = "input" if len(self.problems) == 1 else "inputs"
            rows = "; ".join(f"`{name}`: {why}" for name, why in self.problems.items())
            msg = f"wrong {noun}: {rows}"
            raise ConfigurationError(msg)
