"""Texts -> `Settings`. Every wrong input is named at once."""

import ipaddress
import re
from collections.abc import Mapping
from typing import Any, Literal, cast
from urllib.parse import urlsplit

from ai_coder.settings.file import file_texts
from ai_coder.settings.inputs import BY_NAME, INPUTS
from ai_coder.settings.reader import Reader
from ai_coder.settings.sections import (
    CommitPolicy,
    Limits,
    ModelSettings,
    Secret,
    Settings,
    TriggerPolicy,
    VerifyPolicy,
    WritePolicy,
)

_BRANCH_PREFIX = re.compile(r"(?![-./])[A-Za-z0-9._/-]+")
_WORKFLOW_FILE = re.compile(r"[A-Za-z0-9._-]+\.ya?ml")
_NO_REF = ("..", "//", "/.", ".lock/")
"""What git takes in no name. Source: `git help check-ref-format`."""


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
    reader = Reader(_merged(values, file_texts(file_values or {})))
    settings = Settings(
        token=Secret(values.get("github_token", "")),
        trigger=_trigger(reader),
        model=_model(reader),
        write=WritePolicy(
            scope=cast(Literal["auto", "linked", "repo"], reader.choice("scope")),
            allowed_paths=reader.patterns("allowed_paths"),
            protected_paths=reader.patterns("protected_paths"),
        ),
        limits=_limits(reader),
        commit=_commit(reader),
        verify=_verify(reader),
        mode=cast(Literal["auto", "agent", "single"], reader.choice("mode")),
        instructions=reader.text("instructions"),
        issue=reader.whole("issue") if reader.text("issue") else 0,
        dry_run=reader.flag("dry_run"),
        record=reader.flag("record"),
    )
    reader.finish()
    return settings


def _merged(values: Mapping[str, str], file_texts: Mapping[str, str]) -> dict[str, str]:
    merged = {row.name: row.default for row in INPUTS} | dict(file_texts)
    return merged | {
        name: value for name, value in values.items() if name not in file_texts or value != BY_NAME[name].default
    }


def _trigger(reader: Reader) -> TriggerPolicy:
    return TriggerPolicy(
        label=reader.text("trigger_label"),
        title_prefix=reader.text("title_prefix"),
        phrase=reader.word("trigger_phrase"),
        assignee=reader.text("trigger_assignee").removeprefix("@"),
        comments=cast(Literal["any", "command"], reader.choice("comment_trigger")),
        allowed_bots=reader.ids("allowed_bots"),
        branch_prefix=reader.text("branch_prefix"),
        fix_ci=reader.flag("fix_ci"),
    )


def _model(reader: Reader) -> ModelSettings:
    base_url = reader.text("openai_base_url")
    if base_url and not _is_safe_url(base_url):
        reader.object_to(
            "openai_base_url", f"{base_url!r} is not an https:// address (http:// is for your own network)"
        )
    return ModelSettings(
        api_key=Secret(reader.text("openai_api_key")),
        base_url=base_url,
        model=reader.text("model"),
        api=cast(Literal["auto", "responses", "chat"], reader.choice("api")),
        reasoning_effort=reader.text("reasoning_effort"),
    )


def _limits(reader: Reader) -> Limits:
    return Limits(
        max_steps=reader.whole("max_steps"),
        max_input_tokens=reader.whole("max_input_tokens"),
        max_cost_usd=reader.number("max_cost_usd") or 0.0,
        max_issue_cost_usd=reader.number("max_issue_cost_usd") or 0.0,
        timeout_s=reader.whole("timeout_minutes") * 60.0,
        price_input_per_mtok=reader.number("price_input_per_mtok"),
        price_output_per_mtok=reader.number("price_output_per_mtok"),
    )


def _commit(reader: Reader) -> CommitPolicy:
    prefix = reader.text("branch_prefix")
    if not _BRANCH_PREFIX.fullmatch(prefix) or any(part in prefix for part in _NO_REF):
        reader.object_to("branch_prefix", f"{prefix!r} cannot begin a branch name")
    return CommitPolicy(
        base_branch=reader.text("base_branch"),
        branch_prefix=prefix,
        draft=cast(Literal["auto", "always", "never"], reader.choice("draft")),
        labels=reader.items("labels"),
        reviewers=reader.items("reviewers"),
        assignees=reader.items("assignees"),
        dispatch_workflows=_workflows(reader),
        title_prefix=reader.text("title_prefix"),
    )


def _workflows(reader: Reader) -> tuple[str, ...]:
    names = tuple(name.removeprefix(".github/workflows/") for name in reader.items("dispatch_workflows"))
    for name in names:
        if not _WORKFLOW_FILE.fullmatch(name):
            reader.object_to("dispatch_workflows", f"{name!r} is not the file name of a workflow, such as test.yml")
    return names


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


def _verify(reader: Reader) -> VerifyPolicy:
    folder = reader.text("working_directory").removeprefix("./").rstrip("/")
    if folder.startswith("/") or ".." in folder.split("/"):
        reader.object_to("working_directory", f"{folder!r} is no folder inside the repository")
    return VerifyPolicy(
        setup_command=reader.text("setup_command"),
        test_command=reader.text("test_command"),
        test_image=reader.text("test_image"),
        network=reader.flag("test_network"),
        working_directory=folder,
    )
