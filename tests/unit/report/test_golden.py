"""What GitHub shows of each ending, word by word; `UPDATE_GOLDEN=1` writes the files anew.

The files are read by people: whoever changes a sentence sees here what it looks like in its place.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from ai_coder.commit import plan
from ai_coder.domain.outcome import Parked, Planned, Question, Questions, Reviewed
from ai_coder.domain.plan import Place
from ai_coder.domain.report import Cancelled, Cannot, Failed, NothingToChange, Report, Spent
from ai_coder.domain.verification import Verdict, Verification
from ai_coder.egress import Egress
from ai_coder.report.status import Progress, render_progress, render_receipt
from ai_coder.report.verification import render_verification
from ai_coder.settings import CommitPolicy
from fakes.reports import VERIFICATION, a_proposal, a_published, a_report, a_task

GOLDEN = Path(__file__).parents[2] / "golden"
RUN_URL = "https://github.com/octo/hello/actions/runs/1001"
EGRESS = Egress(link_prefix="https://github.com/octo/hello")
BROKEN = Verification(
    Verdict.FAILED,
    "One test that passed before fails now.",
    "pytest -q",
    VERIFICATION.base,
    VERIFICATION.head,
    broken=("tests/test_hello.py::test_shout",),
    fixed=VERIFICATION.fixed,
    still_passing=1,
    weakened=("`tests/test_hello.py` skips `test_moon`.",),
)
NOT_RUN = Verification(reason="No `test_command` is set.")
QUESTIONS = Questions(
    "The issue names a list, and there are two.",
    (
        Question("Which list is meant?", ("`docs/languages.md`", "the one in `README.md`")),
        Question("Is the order of the list by name or by code?", ("by name", "by code")),
    ),
)
PLAN = Planned(
    "1. Add Portuguese to `GREETINGS` in `hello.py`.\n2. Begin `docs/languages.md`.\n3. Test the fallback.",
    ("docs/languages.md", "hello.py", "tests/test_hello.py"),
    48_000,
    0.09,
)
UNFINISHED = {"parked": "the run may take 60 steps (`max_steps`)", "remaining": ("Test the fallback.",)}
PROGRESS = Progress(
    ("2 linked file(s)", "3,860 characters"),
    tuple(f"read_file src/module_{number}.py" for number in range(14)),
)
REFUSED = (
    "`.github/workflows/ci.yml` is protected. Comment `/ai_coder scope repo` does not change that.",
    "`setup.py` is not linked. Comment `/ai_coder scope repo` to let the whole repository be changed.",
)


def published(**fields):
    """The pull request, with a proposal of these fields."""
    return a_published(proposal=replace(a_proposal(), **fields))


REPORTS = {
    "changed": a_report(),
    "changed-broken": a_report(outcome=published(verification=BROKEN)),
    "changed-untested": a_report(outcome=published(verification=NOT_RUN)),
    "changed-unfinished": a_report(outcome=published(**UNFINISHED)),
    "no-change": a_report(outcome=NothingToChange("`greet` knows Portuguese already, since commit 1a2b3c4.")),
    "question": a_report(outcome=QUESTIONS),
    "planned": a_report(outcome=PLAN),
    "reviewed": a_report(outcome=Reviewed("Two things stand out.", "940b0b8f7a40", f"{RUN_URL}#review", 2, 1, 1)),
    "parked": a_report(outcome=Parked("the issue may cost $10.00", "Comment `/ai_coder budget 20` to go on.")),
    "cannot": a_report(outcome=Cannot("the change is not allowed", "Link the files it needs.", REFUSED)),
    "failed": a_report(
        outcome=Failed("the endpoint refused the key (401)", "Check the input `openai_api_key`.", 4), spent=Spent()
    ),
    "cancelled": a_report(outcome=Cancelled("The job was cancelled before the work was done."), spent=Spent()),
}


def compare(name, text):
    """The file and the text are the same."""
    path = GOLDEN / f"{name}.md"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(f"{text}\n", encoding="utf-8")
    assert path.read_text(encoding="utf-8") == f"{text}\n", "run: UPDATE_GOLDEN=1 .venv/bin/pytest tests/unit/report"


@pytest.mark.parametrize("name", REPORTS)
def test_the_receipt(name):
    """The status comment of every ending is what its file holds."""
    compare(f"comment-{name}", render_receipt(REPORTS[name], Progress(before_usd=0.11), RUN_URL, EGRESS))


def test_the_progress():
    """The status comment while the model works."""
    compare("comment-working", render_progress(PROGRESS, RUN_URL, EGRESS))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("verified", {}),
        ("broken", {"verification": BROKEN}),
        ("untested", {"verification": NOT_RUN}),
        ("unfinished", UNFINISHED),
    ],
)
def test_the_pull_request(name, fields):
    """The body of the pull request is what its file holds."""
    proposal = replace(a_proposal(), **fields)
    place = Place("ai_coder/issue-7", "main", "0" * 40, is_new_branch=True, base_commit="0" * 40)
    tests = render_verification(proposal.verification, EGRESS)
    compare(f"pull-request-{name}", plan(a_task(), proposal, place, CommitPolicy(), EGRESS, tests).body)


def test_every_file_is_compared():
    """No file is left from an ending that there is no more."""
    names = {f"comment-{name}" for name in REPORTS} | {"comment-working"}
    names |= {f"pull-request-{name}" for name in ("verified", "broken", "untested", "unfinished")}
    assert {path.stem for path in GOLDEN.glob("*.md")} == names


def test_every_ending_has_a_file():
    """Whatever a run can come to is among them; a skipped event writes no comment."""
    seen = {type(report.outcome).__name__ for report in REPORTS.values()}
    kinds = {kind.__name__ for kind in Report.__dataclass_fields__["outcome"].type.__args__}
    assert kinds - seen == {"Skip"}
