"""What configures a run beside its inputs: files of the base commit, never of a change."""

from ai_coder.domain.source import RepoPath, decode
from ai_coder.pipeline.run import Run
from ai_coder.ports import SourceTree
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
