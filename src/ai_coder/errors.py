"""The failure tree: one class per exit status, each with the hint that a person needs.

    AiCoderError                 1  ai_coder itself could not go on
    ├── ConfigurationError       2  an input, the event file or a local argument is wrong
    ├── ForgeError               3  the forge refused, or could not be reached
    │   ├── NotFound             3  the forge says that there is no such thing
    │   ├── NotAllowed           3  the token is not good for it
    │   ├── BranchMoved          3  somebody else moved the branch meanwhile
    │   ├── EmptyRepository      3  there is no first commit to build on
    │   ├── AnswerLost           3  it may have done what was asked: its answer never came
    │   └── ForgeLimited         0  a rate limit ends the run for now: it is parked
    ├── SandboxError             1  the tests could not be run where they cannot get out
    └── ModelError               4  the model endpoint refused, or answered nonsense
        ├── BadAnswer            4  an answer of status 200 that is no answer
        ├── PromptTooLong        4  more text than the model takes
        ├── ToolsRefused         4  the model or its endpoint knows no tools
        └── ModelLimited         0  a rate limit ends the run for now: it is parked

The message names the thing and quotes the value; the hint says what to do. An ending that the user
asked for (skipped, no change, cannot) is a value and stands in `domain.report`.
"""

from datetime import datetime


class AiCoderError(Exception):
    """ai_coder could not go on."""

    exit_status = 1
    hint = "Run the job again; if it ends like this again, report it with the log."

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        if hint:
            self.hint = hint

    @property
    def told(self) -> str:
        """Message and hint, each a sentence, to stand behind other words."""
        return f"{str(self).rstrip('.')}. {self.hint}"


class ConfigurationError(AiCoderError):
    """An input, the event file or an argument is missing or wrong."""

    exit_status = 2
    hint = "Correct the `with:` block of the workflow step; README.md lists every input."


class ForgeError(AiCoderError):
    """The forge refused the request or could not be reached."""

    exit_status = 3
    hint = "Check the job's `permissions:` (contents: write, issues: write, pull-requests: write)."


class NotFound(ForgeError):
    """The forge knows no such issue, branch, file or repository, or hides it from this token."""

    hint = "Check that it exists, and that the token may see it."


class NotAllowed(ForgeError):
    """The token is not known to the forge, or may not do this."""


class BranchMoved(ForgeError):
    """The branch is no longer where it was read: somebody pushed meanwhile. Nothing was overwritten."""

    hint = "Comment `/ai_coder retry` on the issue to work on the branch as it is now."


class EmptyRepository(ForgeError):
    """The repository holds no commit, so there is no tree to change and no branch to propose to."""

    hint = "Push a first commit (a README is enough), then comment `/ai_coder retry` on the issue."


class AnswerLost(ForgeError):
    """The request was sent and no sound answer came: it may have had its effect. Look before it is sent again."""

    hint = "Try again later; https://www.githubstatus.com tells when GitHub itself is in trouble."


class ForgeLimited(ForgeError):
    """A rate limit of the forge lets nothing through for longer than a run should wait."""

    exit_status = 0
    hint = "The next scheduled run goes on from here; so does a comment `/ai_coder retry`."

    def __init__(self, message: str, *, hint: str = "", resumes_at: datetime | None = None) -> None:
        super().__init__(message, hint=hint)
        self.resumes_at = resumes_at


class SandboxError(AiCoderError):
    """A box could not be made, filled or run."""

    hint = "Set the input `test_image`, and check that the runner can start containers."


class ModelError(AiCoderError):
    """The model endpoint refused the request or could not be reached."""

    exit_status = 4
    hint = "Check the inputs `openai_api_key`, `openai_base_url` and `model`."


class BadAnswer(ModelError):
    """The endpoint answered with status 200 and something that is not an answer."""

    hint = "Check that `openai_base_url` points at an OpenAI-compatible API (it usually ends in `/v1`)."


class PromptTooLong(ModelError):
    """The conversation is longer than the model's context."""

    hint = "Link fewer or smaller files, or set `model` to one with a longer context."


class ToolsRefused(ModelError):
    """The endpoint refuses requests that offer tools."""

    hint = "Set the input `mode` to `single`, or `model` to one that can call tools."


class ModelLimited(ModelError):
    """A rate limit of the endpoint lets nothing through for longer than a run should wait."""

    exit_status = 0
    hint = "The next scheduled run goes on from here; so does a comment `/ai_coder retry`."

    def __init__(self, message: str, *, hint: str = "", resumes_at: datetime | None = None) -> None:
        super().__init__(message, hint=hint)
        self.resumes_at = resumes_at
