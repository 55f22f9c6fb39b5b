"""`Settings` in frozen sections: a room is handed its own section, never all of them."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A value that never prints itself. Empty is no secret."""

    _value: str = ""

    def reveal(self) -> str:
        """The value, for the one call that needs it."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Secret(***)" if self._value else "Secret()"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class TriggerPolicy:
    """What starts a run."""

    label: str = "ai_coder"
    title_prefix: str = "[ai_coder]"
    phrase: str = "/ai_coder"
    assignee: str = ""
    comments: Literal["any", "command"] = "any"
    allowed_bots: frozenset[int] = frozenset()
    """Account ids."""
    max_hourly_per_issue: int = 30
    max_hourly_per_person: int = 60
    max_bot_turns: int = 5
    """Requests of bots that are answered on one issue before a person has to say something."""
    branch_prefix: str = "ai_coder/"
    """Tells which branches are ours, for events that name no issue."""
    fix_ci: bool = False
    """Whether a check that fails on our branch starts a run."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Where the model is and how it is spoken to."""

    api_key: Secret = field(default_factory=Secret)
    base_url: str = ""
    """Empty is OpenAI's own."""
    model: str = ""
    api: Literal["auto", "responses", "chat"] = "auto"
    reasoning_effort: str = ""
    """Empty is not sent."""


@dataclass(frozen=True, slots=True)
class WritePolicy:
    """What may be changed."""

    scope: Literal["auto", "linked", "repo"] = "auto"
    allowed_paths: tuple[str, ...] = ()
    protected_paths: tuple[str, ...] = ()
    max_files: int = 100
    max_file_bytes: int = 1_000_000
    max_total_bytes: int = 4_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use."""

    max_rounds: int = 3
    """Times that refused edits are told back before giving up, the first reply not counted."""
    max_steps: int = 60
    """Replies of one run in mode `agent`."""
    max_input_tokens: int = 2_000_000
    max_cost_usd: float = 2.0
    max_issue_cost_usd: float = 10.0
    timeout_s: float = 1_500.0
    price_input_per_mtok: float | None = None
    price_output_per_mtok: float | None = None
    max_prompt_chars: int = 400_000
    """Characters of repository text in one prompt, about 110,000 tokens."""


@dataclass(frozen=True, slots=True)
class CommitPolicy:
    """How a change is proposed."""

    base_branch: str = ""
    branch_prefix: str = "ai_coder/"
    draft: Literal["auto", "always", "never"] = "auto"
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    dispatch_workflows: tuple[str, ...] = ()
    """File names of workflows that are started on the branch after a commit: its own pushes start none."""
    title_prefix: str = "[ai_coder]"
    """Taken off the issue's title to make the pull request's."""


@dataclass(frozen=True, slots=True)
class VerifyPolicy:
    """How a change is verified. All of it comes from the workflow or the base commit, never from a change."""

    setup_command: str = ""
    test_command: str = ""
    """Empty: nothing is run."""
    test_image: str = ""
    """Container image of the box; empty: another user of this container, or bubblewrap."""
    network: bool = False
    """Whether the test command may use the network. The set-up command always may."""
    working_directory: str = ""
    """Folder of the repository that the commands start in; empty is its root."""
    setup_timeout_s: float = 600.0
    test_timeout_s: float = 600.0


@dataclass(frozen=True, slots=True)
class Settings:
    """All sections; only the corridor, the entry and the wiring see the whole."""

    token: Secret = field(default_factory=Secret)
    trigger: TriggerPolicy = field(default_factory=TriggerPolicy)
    model: ModelSettings = field(default_factory=ModelSettings)
    write: WritePolicy = field(default_factory=WritePolicy)
    limits: Limits = field(default_factory=Limits)
    commit: CommitPolicy = field(default_factory=CommitPolicy)
    verify: VerifyPolicy = field(default_factory=VerifyPolicy)
    mode: Literal["auto", "agent", "single"] = "auto"
    instructions: str = ""
    issue: int = 0
    """For manual and scheduled starts; 0 is none."""
    dry_run: bool = False
    record: bool = False
    """Whether to leave a cassette of the run."""
    warnings: tuple[str, ...] = ()
    """What was set and has no effect, one sentence each."""
