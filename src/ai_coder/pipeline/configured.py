"""What configures a run beside its inputs: files of the base commit, never of a change. And the money of its issue."""

from ai_coder.domain.source import RepoPath, decode
from ai_coder.domain.status_mark import StatusMark
from ai_coder.generate.budget import Purse
from ai_coder.pipeline.run import Run
from ai_coder.ports import SourceTree
from ai_coder.resolve.conversation import Conversation
from ai_coder.settings import Settings

SETTINGS_FILE = RepoPath(".github/ai_coder.yml")
INSTRUCTIONS_FILE = RepoPath("AGENTS.md")


def configured(base: SourceTree, run: Run) -> Settings:
    """The settings with the file of the base commit under the inputs. Raises: ConfigurationError."""
    text = _text(base, SETTINGS_FILE)
    return run.merge(text) if text else run.settings


def instructions_of(base: SourceTree, run: Run) -> str:
    """What the repository and the workflow tell every run."""
    return "\n\n".join(filter(None, (_text(base, INSTRUCTIONS_FILE), run.settings.instructions)))


def _text(tree: SourceTree, path: RepoPath) -> str:
    if path not in tree.entries():
        return ""
    return decode(tree.read([path]).get(path, b"")) or ""


def purse_of(conversation: Conversation, run: Run) -> Purse:
    """What the issue has cost, and what it may cost."""
    limit_usd = max(run.settings.limits.max_issue_cost_usd, conversation.budget_usd)
    return Purse(StatusMark.parse(conversation.status_text).spent_usd, limit_usd)
