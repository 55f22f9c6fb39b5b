"""Stories on a pull request that stands already: threads, suggestions, a base branch that moves, checks that fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ai_coder.loopback.model import Call, Say
from builders import a_block
from fakes.crash import Delivery, Story
from fakes.pull_requests import on_lines
from fakes.speaking import finish, model, says, steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from fakes.stage import Stage

LINES = "".join(f"line {n}\n" for n in range(1, 41))
HELLO = "def hello():\n    print('hello')\n\n\ndef bye():\n    print('bye')\n"
FILES = {"a.txt": LINES, "hello.py": HELLO, "b.txt": "b\n"}
BRANCH = "ai_coder/issue-1"
PULL = 2


def open_and_label(body: str) -> Callable[[Stage], Delivery]:
    """Mona opens an issue and labels it."""

    def do(stage: Stage) -> Delivery:
        number = stage.open(body=body, title="Say it otherwise")
        stage.repo.add_label(number, "ai_coder", actor="mona")
        payload = stage.repo.payload("issues", "labeled", sender="mona", issue=number, label="ai_coder")
        return Delivery("issues", payload)

    return do


def review(*lines: tuple[str, str], body: str = "") -> Callable[[Stage], Delivery]:
    """Mona submits a review of the pull request with comments on lines, each (place, text)."""

    def do(stage: Stage) -> Delivery:
        made = stage.repo.review(PULL, author="mona", body=body, lines=on_lines(*lines))
        payload = stage.repo.payload("pull_request_review", "submitted", sender="mona", issue=PULL, review=made.id)
        return Delivery("pull_request_review", payload)

    return do


def answer(text: str) -> Callable[[Stage], Delivery]:
    """Mona answers in the second thread."""

    def do(stage: Stage) -> Delivery:
        _, [first, *_] = stage.repo.threads(PULL)
        made = stage.repo.reply(first.id, author="mona", body=text)
        payload = stage.repo.payload("pull_request_review_comment", "created", sender="mona", comment=made.id)
        return Delivery("pull_request_review_comment", payload)

    return do


def comment(text: str, number: int = 1) -> Callable[[Stage], Delivery]:
    """Mona comments on the issue, or on the pull request."""

    def do(stage: Stage) -> Delivery:
        made = stage.repo.comment(number, author="mona", body=text)
        payload = stage.repo.payload("issue_comment", "created", sender="mona", issue=number, comment=made.id)
        return Delivery("issue_comment", payload)

    return do


def meanwhile(text: str, path: str, content: str) -> Callable[[Stage], Delivery]:
    """Somebody pushes to main, then Mona comments on the issue."""

    def do(stage: Stage) -> Delivery:
        stage.repo.commit("main", {path: content}, author="mona", message="Go on")
        return comment(text)(stage)

    return do


def failing(text: str) -> Callable[[Stage], Delivery]:
    """A check of our branch fails, then Mona comments on the issue."""

    def do(stage: Stage) -> Delivery:
        stage.repo.add_check(BRANCH, "test", log="E   assert 'line ten' == 'Line ten'\n")
        return comment(text)(stage)

    return do


def change(old: str, new: str) -> Call:
    """The agent's edit of one line of a.txt."""
    return Call("edit_file", {"path": "a.txt", "old_text": f"{old}\n", "new_text": f"{new}\n"})


NUMBERS = a_block("a.txt", "line 10\n", "line ten\n") + a_block("a.txt", "line 30\n", "line thirty\n")
SPELLED = steps(says(change("line 10", "line ten"), change("line 30", "line thirty")), says(finish()))
SHOUTED = """\
Title: Shout

Thread T1: fixed: In capitals.
Thread T2: not changed: It is right.
Thread T3: question: How loud?

"""
SPELLING = model(
    (
        "Whisper",
        steps(Say("Title: Whisper\n\nThread T1: fixed: Lower.\n\n" + a_block("a.txt", "line thirty\n", "l\n"))),
    ),
    ("Shout", steps(Say(SHOUTED + a_block("a.txt", "line ten\n", "LINE TEN\n")))),
    ("Line ten", steps(Say("Title: Mend\n\n" + a_block("a.txt", "line ten\n", "Line ten\n")))),
    ("Spell", steps(Say(NUMBERS))),
)
SALUT = a_block("hello.py", "    print('hello')\n", "    print('salut')\n")
LOUD = a_block("hello.py", "    print('salut')\n", "    print('salut!')\n")
BOTH = HELLO.replace("'hello'", "'salut, good day'")
GREETING = model(
    (">>>>>>> main", steps(Say(f"Title: Resolve\n\nBoth.\n\nhello.py\n```\n{BOTH}```\n"))),
    ("Louder.", steps(Say(LOUD))),
    ("French", steps(Say(SALUT))),
)
FINDINGS = ("a.txt:10 | Small letters.\n```suggestion\nLine ten\n```", "a.txt:30 | Here, too.")
SPELL = open_and_label("Spell numbers in [a.txt](../blob/main/a.txt).")
GREET = open_and_label("Greet in French, in [hello.py](../blob/main/hello.py).")
SINGLE = {"mode": "single"}
SUGGESTED = "```suggestion\n{}\n```".format
THREADS = review(("a.txt:10", "Shout this."), ("a.txt:30", "Is this right?"), ("a.txt:8", "And here?"))
PULL_STORIES = (
    Story("review threads", SPELLING, (THREADS,), FILES, SINGLE, before=(SPELL,)),
    Story(
        "review with a text, then an answer",
        SPELLING,
        (review(("a.txt:10", "Here."), ("a.txt:30", "Not here."), body="Shout."), answer("Whisper the other.")),
        FILES,
        SINGLE,
        before=(SPELL,),
    ),
    Story(
        "threads step by step",
        model(
            (
                "Shout this.",
                steps(
                    says(change("line ten", "LINE TEN")),
                    says(finish(threads=["T1 | fixed | Capitals.", "T2 | not_changed | Right.", "T3 | question | ?"])),
                ),
            ),
            ("Spell", SPELLED),
        ),
        (THREADS,),
        FILES,
        before=(SPELL,),
    ),
    Story(
        "suggestions",
        SPELLING,
        (
            review(
                ("a.txt:10", SUGGESTED("LINE TEN")),
                ("a.txt:30", SUGGESTED("LINE 30")),
                ("a.txt:8", SUGGESTED("line 8")),
            ),
        ),
        FILES,
        SINGLE,
        before=(SPELL,),
    ),
    Story(
        "a suggestion and more",
        SPELLING,
        (review(("a.txt:30", SUGGESTED("LINE 30")), ("a.txt:10", "Shout this.")),),
        FILES,
        SINGLE,
        before=(SPELL,),
    ),
    Story(
        "base refresh",
        GREETING,
        (meanwhile("Louder.", "hello.py", HELLO.replace("'bye'", "'bye now'")),),
        FILES,
        SINGLE,
        before=(GREET,),
    ),
    Story(
        "base refresh with a conflict",
        GREETING,
        (meanwhile("Merge that.", "hello.py", HELLO.replace("'hello'", "'good day'")),),
        FILES,
        SINGLE,
        before=(GREET,),
    ),
    Story("fix ci", SPELLING, (failing("/ai_coder fix ci"),), FILES, SINGLE, before=(SPELL,)),
    Story(
        "review by us",
        model(
            ("look closely", steps(says(finish(outcome="reviewed", summary="Fine.", findings=list(FINDINGS))))),
            ("Spell", SPELLED),
        ),
        (comment("/ai_coder review look closely", PULL),),
        FILES,
        before=(SPELL,),
    ),
)
