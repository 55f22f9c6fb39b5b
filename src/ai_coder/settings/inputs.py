"""`INPUTS`: every input of the action, declared once. Parser, action.yml, README and `--help` come from these rows."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "secret", "choice", "whole", "number", "list", "ids", "bool"]


@dataclass(frozen=True, slots=True)
class Input:
    """One input: its name, the default as it is typed, and what it does in whole sentences."""

    name: str
    default: str
    description: str
    kind: Kind = "text"
    choices: tuple[str, ...] = ()
    in_file: bool = True
    """Whether the repository's own settings file may set it. What decides who may start a run, where
    keys go, or what one run is, may not: the file is read only after that was decided."""

    @property
    def help(self) -> str:
        """The description with the allowed values."""
        text = self.description
        if self.choices:
            text += " One of " + ", ".join(f"`{choice}`" for choice in self.choices) + "."
        return text


INPUTS: tuple[Input, ...] = (
    Input(
        "github_token",
        "${{ github.token }}",
        "Token that reads the repository and writes branch, pull request and comments.",
        "secret",
        in_file=False,
    ),
    Input(
        "openai_api_key",
        "",
        "Key of the model endpoint; may stay empty for a server of your own.",
        "secret",
        in_file=False,
    ),
    Input(
        "openai_base_url",
        "",
        "Base URL of an OpenAI-compatible endpoint; empty means OpenAI itself.",
        in_file=False,
    ),
    Input("model", "", "Name of the model, as the endpoint knows it."),
    Input(
        "api",
        "auto",
        "API of the endpoint: `auto` takes responses for OpenAI and Azure, and chat completions elsewhere.",
        "choice",
        ("auto", "responses", "chat"),
    ),
    Input(
        "mode",
        "auto",
        "How the model works: `agent` looks around and edits with tools, `single` sends all edits in one reply. "
        "`auto` is `single` for one linked file of up to 400 lines and for models without tools, else `agent`.",
        "choice",
        ("auto", "single", "agent"),
    ),
    Input("reasoning_effort", "", "Reasoning effort passed to the model; empty sends none."),
    Input("trigger_label", "ai_coder", "Label that starts a run when it is added to an issue.", in_file=False),
    Input(
        "title_prefix",
        "[ai_coder]",
        "Beginning of an issue's title that starts a run; upper and lower case are the same.",
        in_file=False,
    ),
    Input("trigger_phrase", "/ai_coder", "First word of a comment that makes it a command.", in_file=False),
    Input(
        "trigger_assignee", "", "Login whose assignment to an issue starts a run; empty means nobody's.", in_file=False
    ),
    Input(
        "comment_trigger",
        "any",
        "Comments that continue an accepted issue: `any` comment of an authorised person, or only a `command`.",
        "choice",
        ("any", "command"),
        in_file=False,
    ),
    Input(
        "allowed_bots",
        "",
        "Numeric account ids of bots that may start a run like a person with write permission.",
        "ids",
        in_file=False,
    ),
    Input(
        "base_branch",
        "",
        "Branch to build on where no link names one; empty means the default branch.",
        in_file=False,
    ),
    Input("branch_prefix", "ai_coder/", "Beginning of the name of every branch that ai_coder makes.", in_file=False),
    Input(
        "scope",
        "auto",
        "Files that may be changed: `auto` is `linked` when the issue links files, else `repo`.",
        "choice",
        ("auto", "linked", "repo"),
    ),
    Input(
        "allowed_paths",
        "",
        "Patterns like those of .gitignore, one a line; only files that match may be changed.",
        "list",
    ),
    Input(
        "protected_paths",
        "",
        "Patterns like those of .gitignore, one a line; files that match are never changed.",
        "list",
    ),
    Input(
        "draft",
        "auto",
        "Whether the pull request is a draft: `auto` makes it one unless tests verified the change.",
        "choice",
        ("auto", "always", "never"),
    ),
    Input("labels", "", "Labels put on the pull request, separated by commas or lines.", "list"),
    Input("reviewers", "", "Logins asked to review the pull request, separated by commas or lines.", "list"),
    Input("assignees", "", "Logins assigned to the pull request, separated by commas or lines.", "list"),
    Input(
        "setup_command",
        "",
        "Shell command that prepares the tests, such as `pip install -e .[test]`; it runs in the sandbox and may use "
        "the network.",
    ),
    Input(
        "test_command",
        "",
        "Shell command that runs the tests, in the sandbox, on the base and on the result. Empty: nothing is verified.",
    ),
    Input(
        "test_image",
        "",
        "Container image that the two commands run in, through the runner's Docker. "
        "Empty: they run as another user of ai_coder's own container.",
    ),
    Input("test_network", "false", "Whether `test_command` may use the network.", "bool"),
    Input("working_directory", "", "Folder of the repository that the two commands start in; empty is its root."),
    Input(
        "fix_ci",
        "false",
        "Whether a check that fails on a branch of ai_coder starts a run that mends it, up to three times in a row. "
        "The workflow has to be started by `check_suite` or `workflow_run`.",
        "bool",
        in_file=False,
    ),
    Input(
        "dispatch_workflows",
        "",
        "File names of workflows to start on the branch after every commit (`workflow_dispatch`), separated by commas "
        "or lines; needs the permission `actions: write`.",
        "list",
    ),
    Input("instructions", "", "Text added to the instructions that every request gives the model."),
    Input("max_steps", "60", "Most steps (replies of the model) of one run in mode `agent`.", "whole"),
    Input("max_input_tokens", "2000000", "Most input tokens of one run.", "whole"),
    Input(
        "max_cost_usd",
        "2",
        "Most US dollars of one run; enforced where the price of the model is known, or both `price_*` are set.",
        "number",
    ),
    Input(
        "max_issue_cost_usd",
        "10",
        "Most US dollars of all runs of an issue; `/ai_coder budget 20` raises it for one issue.",
        "number",
    ),
    Input(
        "timeout_minutes",
        "25",
        "Minutes after which the run stops by itself; keep it below the job's own limit.",
        "whole",
    ),
    Input("price_input_per_mtok", "", "Price of a million input tokens in US dollars.", "number"),
    Input("price_output_per_mtok", "", "Price of a million output tokens in US dollars.", "number"),
    Input("dry_run", "false", "Whether to print what would be written instead of writing it.", "bool", in_file=False),
    Input("issue", "", "Number of the issue to work on, for manual and scheduled starts.", in_file=False),
    Input(
        "record",
        "false",
        "Whether to leave `run.zip` beside the report, with which `ai_coder replay` repeats the run offline.",
        "bool",
        in_file=False,
    ),
)

BY_NAME = {row.name: row for row in INPUTS}


@dataclass(frozen=True, slots=True)
class Output:
    """One output of the action."""

    name: str
    description: str


OUTPUTS: tuple[Output, ...] = (
    Output(
        "status",
        "How the run ended: changed, no_change, need_info, planned, reviewed, parked, skipped, cannot, failed or "
        "cancelled.",
    ),
    Output("issue_number", "Number of the issue that was worked on; empty when the run was skipped."),
    Output("pull_request_number", "Number of the pull request; empty when there is none."),
    Output("pull_request_url", "Web address of the pull request; empty when there is none."),
    Output("branch", "Name of the branch that holds the change; empty when nothing was changed."),
    Output("commit_sha", "Full SHA of the commit; empty when nothing was changed."),
    Output("changed_files", "JSON list of the paths that the commit changed."),
    Output("verified", "Result of the tests: passed, failed or not_run."),
    Output("steps", "Number of replies that were asked of the model."),
    Output("input_tokens", "Number of input tokens, as the endpoint counted them."),
    Output("output_tokens", "Number of output tokens, as the endpoint counted them."),
    Output("cost_usd", "Cost of the run in US dollars; empty when the price of the model is not known."),
    Output(
        "report_path",
        "Path of the report file (JSON), relative to the workspace; `report.html` is beside it.",
    ),
)
