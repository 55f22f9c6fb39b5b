"""Reports of every kind, filled as a long and eventful run fills them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ai_coder.domain.change import ChangeSet, FileChange
from ai_coder.domain.chat import ToolCall, Usage
from ai_coder.domain.plan import ChangedFile
from ai_coder.domain.pull_request import PullRequest
from ai_coder.domain.report import Proposal, Published, Report, Spent
from ai_coder.domain.source import Ranked, RepoPath
from ai_coder.domain.task import Command, Task, Verb
from ai_coder.domain.trajectory import Trajectory, Turn, Used, Visit
from ai_coder.domain.verification import CaseResult, Ran, TestRun, Verdict, Verification
from builders import MONA, NOON, a_comment, an_issue

if TYPE_CHECKING:
    from collections.abc import Mapping

OLD = '''"""Greets people."""

GREETINGS = {
    "de": "Hallo",
    "en": "Hello",
}


def greet(name, language="en"):
    """The greeting for one person."""
    return f"{GREETINGS[language]}, {name}!"


def shout(name):
    # Louder than `greet`.
    return greet(name).upper()


def main():
    for name in ("world", "moon"):
        print(greet(name))


if __name__ == "__main__":
    main()
'''
NEW = OLD.replace('    "en": "Hello",\n', '    "en": "Hello",\n    "pt": "Olá",\n').replace(
    '    return f"{GREETINGS[language]}, {name}!"',
    '    hello = GREETINGS.get(language, GREETINGS["en"])\n    return f"{hello}, {name}!"',
)
LANGUAGES = "# Languages\n\n- English (en)\n- German (de)\n- Portuguese (pt)\n"
BODY = """\
Our users in Lisbon miss their language. Please add it to [hello.py](../blob/main/hello.py), and begin a list of
all languages in [docs/languages.md](../blob/main/docs/languages.md), which does not exist yet.

1. An unknown language falls back to English.
2. `greet("Ana", "pt")` is `Olá, Ana!`

```python
assert greet("Ana", "xx") == "Hello, Ana!"
```
"""
SUMMARY = (
    "`greet` knows Portuguese and falls back to English for a language it does not know. "
    "The list of languages is new, in alphabetical order."
)
VERIFICATION = Verification(
    Verdict.PASSED,
    "Nothing that passed before fails now, and one test that failed passes.",
    "pytest -q",
    TestRun(Ran(1, "F..\n1 failed, 2 passed in 0.31s\n", seconds=1.4), {"t": CaseResult.FAILED}, format="pytest"),
    TestRun(Ran(0, "...\n3 passed in 0.29s\n", seconds=1.3), {"t": CaseResult.PASSED}, format="pytest"),
    fixed=("tests/test_hello.py::test_unknown_language_falls_back",),
    still_passing=2,
)


def a_task(**fields: object) -> Task:
    """Mona labelled an issue."""
    issue = an_issue(**{"title": "Greet people in Portuguese", "body": BODY, **fields})
    return Task(issue, MONA, Command(Verb.WORK), a_comment("", id=0), NOON)


def a_change_set() -> ChangeSet:
    """One file changed, one new."""
    return ChangeSet.of(
        "0" * 40,
        [FileChange(RepoPath("hello.py"), OLD, NEW), FileChange(RepoPath("docs/languages.md"), None, LANGUAGES)],
    )


def a_proposal() -> Proposal:
    """The change with its verification."""
    return Proposal(a_change_set(), "Greet people in Portuguese", SUMMARY, verification=VERIFICATION)


def a_published(**fields: object) -> Published:
    """The pull request is open and its change verified."""
    filled: dict[str, object] = {
        "branch": "ai_coder/issue-7",
        "commit": "940b0b8f7a40c6a5bdc7f1d5a8a0c1f2b3d4e5f6",
        "pull_request": PullRequest(8, "https://github.com/octo/hello/pull/8", base_branch="main"),
        "is_new_pull_request": True,
        "files": (ChangedFile("docs/languages.md", "added", 5, 0), ChangedFile("hello.py", "modified", 3, 1)),
        "commit_url": "https://github.com/octo/hello/commit/940b0b8f7a40c6a5bdc7f1d5a8a0c1f2b3d4e5f6",
        "proposal": a_proposal(),
    }
    return Published(**filled | fields)  # type: ignore[arg-type]  # fields by name


def a_turn(number: int, name: str, arguments: Mapping[str, object], result: str, **more: object) -> Turn:
    """The model calls one tool, and is told what came of it."""
    usage = Usage(1_800 + 640 * number, 90 + 7 * (number % 5), 1_200 + 600 * number if number else 0, 1)
    is_refused = bool(more.pop("is_refused", False))
    used = Used(ToolCall(f"call-{number}", name, json.dumps(arguments)), result, is_refused)
    text = str(more.pop("text", ""))
    return Turn(2.0 + 4.0 * number, 2.6, usage, 0.0021 + 0.0004 * number, text, (used,))


def a_trajectory() -> Trajectory:
    """The model looks, is refused once, edits, and finishes after it saw its diff."""
    edit = {
        "path": "hello.py",
        "old_text": '    "en": "Hello",\n',
        "new_text": '    "en": "Hello",\n    "pt": "Olá",\n',
    }
    found = 'hello.py:3: GREETINGS = {\nhello.py:11:     return f"…"'
    words = ("words of the issue stand in it: language, greet", "is a test")
    done = {"outcome": "changed", "title": "Greet people in Portuguese", "summary": SUMMARY}
    ci = {"path": ".github/workflows/ci.yml", "old_text": "", "new_text": "on: push\n"}
    turns = (
        a_turn(0, "search", {"pattern": "GREETINGS"}, found, text="I look first."),
        a_turn(1, "read_file", {"path": "hello.py"}, OLD),
        a_turn(2, "edit_file", ci, "Not allowed: `.github/workflows/ci.yml` is protected", is_refused=True),
        a_turn(3, "edit_file", edit, 'Written.\n--- hello.py\n+++ hello.py\n@@ -3,4 +3,5 @@\n+    "pt": "Olá",'),
        a_turn(4, "edit_file", {"path": "docs/languages.md", "new_text": LANGUAGES}, "Written."),
        a_turn(5, "run_tests", {}, "3 passed in 0.29s"),
        a_turn(6, "finish", done, "This is the whole change."),
        a_turn(7, "finish", done, ""),
    )
    return Trajectory(
        datetime(2026, 3, 1, 12, 0, tzinfo=UTC),
        38.4,
        (
            Visit("Resolve", "2 linked file(s)", 0.0, 1.2),
            Visit("Prompt", "3,860 characters", 1.2, 0.1),
            Visit("Generate", "8 replies of `gpt-6.1-terra`", 1.3, 35.0),
            Visit("Commit", "commit 940b0b8f7a40", 36.3, 2.1),
        ),
        turns,
        (
            Ranked(RepoPath("hello.py"), ("the issue links it",)),
            Ranked(RepoPath("tests/test_hello.py"), words, 2.31),
            Ranked(RepoPath("docs/guide.md"), ("its path holds `docs`", "is documentation"), 0.84, is_shown=False),
        ),
        "You edit files of a repository …",
    )


def a_report(**fields: object) -> Report:
    """A change with everything that a page can show."""
    filled: dict[str, object] = {
        "outcome": a_published(),
        "task": a_task(),
        "spent": Spent(Usage(32_320, 822, 25_200, 8), 0.028, "gpt-6.1-terra", 8, 0.11, 10.0),
        "context_paths": (RepoPath("hello.py"),),
        "trajectory": a_trajectory(),
    }
    return Report(**filled | fields)  # type: ignore[arg-type]  # fields by name
