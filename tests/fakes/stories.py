"""The stories that are cut at every request. A new one is a row of `STORIES`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ai_coder.loopback.model import Call, Say
from builders import a_block
from fakes.crash import BOT, Delivery, Story
from fakes.pull_stories import PULL_STORIES
from fakes.speaking import edit, finish, model, says, steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from fakes.stage import Stage

FILES = {
    "src/greet.py": "def greet():\n    return 'hello'\n",
    "docs/guide.md": "# Guide\n",
    "hello.py": "print('hello')\n",
}
LINK = "[hello.py](../blob/main/hello.py)"
PLAN = "1. Change `greet` in src/greet.py to say salut."


def label(stage: Stage) -> Delivery:
    """Mona opens an issue and labels it."""
    number = stage.open(body="Greet in French.")
    stage.repo.add_label(number, "ai_coder", actor="mona")
    payload = stage.repo.payload("issues", "labeled", sender="mona", issue=number, label="ai_coder")
    return Delivery("issues", payload)


def label_linked(stage: Stage) -> Delivery:
    """The same, with a linked file."""
    number = stage.open(body=f"Say it in French, in {LINK}.")
    stage.repo.add_label(number, "ai_coder", actor="mona")
    payload = stage.repo.payload("issues", "labeled", sender="mona", issue=number, label="ai_coder")
    return Delivery("issues", payload)


def comment(text: str) -> Callable[[Stage], Delivery]:
    """Mona comments on the issue."""

    def do(stage: Stage) -> Delivery:
        if not stage.repo.state.issues:
            stage.open(body="Greet in French.")
        made = stage.repo.comment(1, author="mona", body=text)
        payload = stage.repo.payload("issue_comment", "created", sender="mona", issue=1, comment=made.id)
        return Delivery("issue_comment", payload)

    return do


def tick(option: str) -> Callable[[Stage], Delivery]:
    """Mona ticks a box of the status comment."""

    def do(stage: Stage) -> Delivery:
        [status] = [one for one in stage.repo.comments(1) if one.author.login == BOT]
        before = status.body
        stage.repo.edit_comment(status.id, before.replace(f"- [ ] {option}", f"- [x] {option}"))
        changes = {"body": {"from": before}}
        payload = stage.repo.payload(
            "issue_comment", "edited", sender="mona", issue=1, comment=status.id, changes=changes
        )
        return Delivery("issue_comment", payload)

    return do


SINGLE = model(
    ("Say it louder.", steps(Say(a_block("hello.py", "print('salut')\n", "print('SALUT')\n")))),
    ("French", steps(Say(a_block("hello.py", "print('hello')\n", "print('salut')\n")))),
)
ASK = finish(outcome="need_info", summary="Two ways.", questions=["How formal? | Salut | Bonjour"])
MANY = (
    edit("hello", "salut"),
    Call("edit_file", {"path": "docs/french.md", "new_text": "# French\n"}),
    Call("edit_file", {"path": "hello.py", "move_to": "src/hello.py"}),
    Call("edit_file", {"path": "docs/guide.md", "delete": True}),
)
STORIES = (
    Story("first run", SINGLE, (label_linked,), FILES, {"mode": "single", "labels": "bot", "assignees": "mona"}),
    Story("follow-up", SINGLE, (label_linked, comment("Say it louder.")), FILES, {"mode": "single"}),
    Story(
        "plan then go",
        model(
            ("carry it out", steps(says(edit("hello", "salut")), says(finish()))),
            ("French", steps(says(finish(outcome="planned", plan=PLAN)))),
        ),
        (comment("/ai_coder plan"), comment("/ai_coder go")),
        FILES,
        is_swept=False,
    ),
    Story(
        "question then tick",
        model(
            ("- [x] Bonjour", steps(says(edit("hello", "bonjour")), says(finish()))),
            ("French", steps(says(ASK))),
        ),
        (label, tick("Bonjour")),
        FILES,
    ),
    Story(
        "question then answer",
        model(
            ("Formal, please.", steps(says(edit("hello", "bonjour")), says(finish()))),
            ("French", steps(says(ASK))),
        ),
        (label, comment("Formal, please.")),
        FILES,
    ),
    Story(
        "parked and resumed",
        model(
            (
                "Go on.",
                steps(says(Call("edit_file", {"path": "docs/french.md", "new_text": "# French\n"})), says(finish())),
            ),
            ("French", steps(says(edit("hello", "salut")), says(finish(remaining=["The guide"])))),
        ),
        (label, comment("Go on.")),
        FILES,
        {"max_steps": "2"},
    ),
    Story("many files", model(("French", steps(says(*MANY), says(finish())))), (label,), FILES),
    Story(
        "no change",
        model(("French", steps(says(finish(outcome="no_change", summary="Fine already."))))),
        (label, comment("/ai_coder help")),
        FILES,
    ),
    *PULL_STORIES,
)
