"""The page of a run, as text: what it says, what it can never say, and how large it gets."""

import re

import pytest

from ai_coder.domain.change import ChangeSet, FileChange
from ai_coder.domain.chat import ToolCall, Usage
from ai_coder.domain.outcome import Parked, Planned, Question, Questions, Reviewed
from ai_coder.domain.report import Cancelled, Cannot, Failed, NothingToChange, Proposal, Report, Spent
from ai_coder.domain.source import Ranked, RepoPath
from ai_coder.domain.trajectory import Trajectory, Turn, Used
from ai_coder.egress import Egress
from ai_coder.report.html import render_html
from builders import MONA, NOON
from fakes.reports import a_published, a_report, a_task

KEY = "sk-page-0123456789abcdef"
HOSTILE = "</pre><script>alert(1)</script><img src=https://evil.example/x onerror=alert(1)>{{ 7 * 7 }}{% raw %}'\"&"


def page(report, **egress):
    """The page's text."""
    return render_html(report, "https://github.com/octo/hello/actions/runs/1", Egress(**egress))


@pytest.mark.parametrize(
    ("outcome", "label", "words"),
    [
        (a_published(), "changed", "Pull request #8 is open"),
        (NothingToChange("It is there already."), "no change", "It is there already."),
        (Questions("Which?", (Question("Tabs?", ("yes", "no")),)), "question", "Tabs? (yes / no)"),
        (Planned("1. Edit `a.py`.", ("a.py",)), "planned", "<code>/ai_coder go</code>"),
        (Reviewed("Looks right.", "0" * 40, "https://github.com/x", 2), "reviewed", "with 2 comments on lines"),
        (Parked("the budget is used up", "Raise it."), "parked", "The budget is used up; nothing was written."),
        (Cannot("it is protected", "Ask.", ("`a` is protected",)), "cannot", "<code>a</code> is protected"),
        (Failed("the endpoint is down", "Wait."), "failed", "The endpoint is down."),
        (Cancelled("The job was cancelled."), "cancelled", "The job was cancelled."),
    ],
)
def test_every_ending_has_its_page(outcome, label, words):
    """Label and sentence of each ending stand at the head of the page."""
    text = page(a_report(outcome=outcome))

    assert re.search(rf'<span class="badge \w+">{label}</span>', text)
    assert words in text


def test_everything_a_run_leaves_is_on_the_page():
    """Issue, rooms, steps, diff, tests, ranking and refusals are there."""
    text = page(a_report())
    for words in (
        'href="https://github.com/octo/hello/blob/main/hello.py"',
        "8 replies of <code>gpt-6.1-terra</code>",
        "search GREETINGS",
        "3,080 in · 104 out · $0.0029 · 2.6 s",
        "Not allowed: `.github/workflows/ci.yml` is protected",
        '<td class="new add">',
        "tests/test_hello.py::test_unknown_language_falls_back",
        "the issue links it",
        "Step 3: edit_file",
    ):
        assert words in text, words


def a_hostile_report():
    """Every text from outside tries to be markup, a template or a secret."""
    text = f"{HOSTILE} {KEY} \u202e"
    change = FileChange(RepoPath("a.py"), f"# {text}\n", f"# {text}\nx = '{KEY}'\n")
    used = Used(ToolCall("1", text, f'{{"path": "{text[:100]}", "a": "{KEY}"}}'), text, is_refused=True)
    turns = (Turn(0.0, 1.0, Usage(1, 1), None, text, (used,), (text,)), Turn(1.0, 1.0, text=f"{'x' * 105} {KEY}"))
    proposal = Proposal(ChangeSet.of("0" * 40, [change]), text, text, text, (text,))
    links = "![x](https://evil.example/x.png) [y](javascript:alert(1)) [z](//evil.example)"
    return Report(
        a_published(proposal=proposal, notes=(text,), branch=text),
        a_task(title=text, body=f"{text}\n\n{links}"),
        Spent(model=text, rounds=1),
        notes=(text,),
        trajectory=Trajectory(NOON, 1.0, (), turns, (Ranked(RepoPath("a"), (text,)),), text),
    )


def test_nothing_from_outside_becomes_markup():
    """Foreign text is shown: it makes no element, no picture, no script, and is no template."""
    text = page(a_hostile_report())

    assert text.count("<script") == 1
    assert "<img" not in text
    assert "javascript:" not in re.sub(r">[^<]*<", "><", text)
    assert "49" not in re.findall(r"evil\.example/x onerror=alert\(1\)&gt;(..)", text)
    assert "{{ 7 * 7 }}" in text


def test_no_secret_reaches_the_page():
    """A secret is gone from every corner, also from inside a highlighted diff; what is invisible gets a sign."""
    text = page(a_hostile_report(), secrets=(KEY,))

    assert KEY not in text
    assert KEY[:12] not in text
    assert "\u202e" not in text
    assert "[U+202E]" in text


def test_the_policy_lets_nothing_in():
    """The page's own policy allows its one style and its one script by their hashes, and no address anywhere."""
    text = page(a_report())
    [policy] = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)

    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert not re.search(r"<(?:link|script|iframe|object|embed)\b[^>]*(?:src|href)=\"(?!data:,)", text)
    assert " style=" not in text


def test_a_long_run_stays_small():
    """Sixty steps with long results and a large change make a page of less than two megabytes."""
    result = "".join(f"src/module_{n}.py:{n}: <value> & 'quoted' \"text\" {n}\n" for n in range(1_000))
    used = Used(ToolCall("1", "search", result), result)
    turns = tuple(Turn(float(n), 1.0, Usage(90_000, 400, 80_000), 0.02, "I look.", (used,)) for n in range(60))
    function = "def function_{0}(a, b={0}):\n    return '<{0}>' + a.get('x', \"y\") & b  # why\n"
    code = "".join(function.format(n) for n in range(800))
    changes = [FileChange(RepoPath(f"m{n}.py"), None if n % 2 else code.replace("why", "?"), code) for n in range(10)]
    report = a_report(
        outcome=a_published(proposal=Proposal(ChangeSet.of("0" * 40, changes), "T", "S")),
        trajectory=Trajectory(NOON, 60.0, (), turns, (), result * 10),
    )

    assert len(page(report).encode()) < 2_000_000


def test_who_asked_and_how():
    """A comment that asked stands beside the issue; a local run names no address."""
    assert "The comment that asked" not in page(a_report())
    local = page(a_report(task=a_task(url="")))
    assert f"Asked by {MONA.login}." in local
