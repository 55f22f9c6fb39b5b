"""Mode `agent`: the model looks around, edits with tools and finishes; whole runs through the real entry point."""

import json
from itertools import pairwise

import pytest

from ai_coder.loopback import Answer
from ai_coder.loopback.model import Call, Say
from fakes.peers import aimock, turns

FILES = {
    "src/greet.py": "def greet():\n    return 'hello'\n",
    "src/other.py": "1\n",
    "docs/guide.md": "# Guide\n\nSays hello.\n",
    "logo.png": b"\x89PNG\0",
}
BRANCH = "ai_coder/issue-1"
LOOK = Call("search", {"pattern": r"return '\w+'"})
EDIT = Call(
    "edit_file", {"path": "src/greet.py", "old_text": "    return 'hello'\n", "new_text": "    return 'salut'\n"}
)
DONE = Call("finish", {"outcome": "changed", "title": "Greet in French", "summary": "Says salut now."})


def says(*calls, text=""):
    """One turn of the model with tool calls."""
    return Say(text, calls=calls)


@pytest.fixture(name="scene")
def _scene(stage):
    """Makes a stage in mode `agent`, with an issue that links nothing."""

    def make(*replies, **inputs):
        scene = stage(*replies, files=FILES, mode="agent", **inputs)
        scene.open(body="Greet in French.")
        return scene

    return make


def results(scene, request=-1):
    """What the tools answered, as the model saw it in that request."""
    return [m["content"] for m in scene.model.asked[request]["messages"] if m["role"] == "tool"]


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_look_edit_finish(scene, api):
    """The model searches, edits, sees its whole diff once, and finishes: one commit, with its words quoted."""
    scene = scene(says(LOOK), says(EDIT), says(DONE), says(DONE), api=api)

    ran = scene.label(1)

    assert (ran.outputs["status"], ran.outputs["steps"]) == ("changed", "4"), ran.log
    assert scene.text(BRANCH, "src/greet.py") == "def greet():\n    return 'salut'\n"
    [pull] = scene.repo.pull_requests
    assert "> Says salut now." in pull.body
    assert scene.repo.log(BRANCH)[0].message.startswith("Greet in French")
    assert "search return" in ran.log


def test_what_the_tools_answer(scene):
    """Search names path and line, the edit shows its diff, and the finish shows the whole change before it counts."""
    scene = scene(says(LOOK), says(EDIT), says(DONE), says(DONE))
    scene.label(1)

    found, edited, whole = results(scene)
    assert found == "src/greet.py:2: return 'hello'"
    assert edited.startswith("Written.")
    assert "+    return 'salut'" in edited
    assert whole.startswith("This is the whole change.")
    assert "-    return 'hello'" in whole


def test_every_difference_is_shown(scene):
    """An edit after the diff was shown is shown again, also one that no line of a diff tells, such as an empty file."""
    empty = Call("edit_file", {"path": "empty.txt", "file_text": ""})
    scene = scene(says(EDIT), says(DONE), says(empty), says(DONE), says(DONE))

    ran = scene.label(1)

    assert "new and empty: empty.txt" in results(scene)[-1]
    assert (ran.outputs["status"], ran.outputs["steps"]) == ("changed", "5")


def test_many_files_in_one_turn(scene):
    """Parallel calls create, change, move and delete; a later look sees all of it."""
    calls = (
        EDIT,
        Call("edit_file", {"path": "docs/languages.md", "new_text": "# Languages\n"}),
        Call("edit_file", {"path": "src/other.py", "move_to": "src/one.py"}),
        Call("edit_file", {"path": "docs/guide.md", "delete": True}),
    )
    scene = scene(says(*calls), says(Call("list_files")), says(DONE), says(DONE))
    scene.label(1)

    assert results(scene, 2)[-1].splitlines() == ["docs/languages.md", "logo.png", "src/greet.py", "src/one.py"]
    assert sorted(scene.repo.files(BRANCH)) == ["docs/languages.md", "logo.png", "src/greet.py", "src/one.py"]
    assert scene.text(BRANCH, "src/one.py") == "1\n"


def test_a_new_file_is_exact(stage):
    """A file that is new, or was empty, holds what was sent to the byte: no line more, none ended that was not."""
    texts = {"ended.py": "1\n2\n", "open.py": "1\n2", "blank.py": "\n1\n\n", "nothing.py": "", "was_empty.py": "1\n"}
    calls = [Call("edit_file", {"path": path, "old_text": "", "new_text": text}) for path, text in texts.items()]
    scene = stage(says(*calls), says(DONE), says(DONE), files={"was_empty.py": ""}, mode="agent")

    scene.label(scene.open(body="Make them."))

    assert {path: content.decode() for path, content in scene.repo.files(BRANCH).items()} == texts


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (Call("read_file", {"path": "no/such.py"}), "There is no file `no/such.py`."),
        (Call("read_file", {"path": "src"}), "`src` is a folder."),
        (Call("read_file", {"path": "logo.png"}), "binary"),
        (Call("read_file", {"path": "../etc/passwd"}), "`..`"),
        (Call("read_file", "{not json"), "not valid JSON"),
        (Call("read_file", "[1]"), "not a JSON object"),
        (Call("read_file", {"path": 1}), "has to be a text"),
        (Call("read_file", {"path": "src/greet.py", "first_line": "9" * 5000}), "has to be a whole number"),
        (Call("edit_file", {"path": "new.txt", "new_text": "half \ud83d\n"}), "half of a character"),
        (Call("search", {"pattern": "\ud83d"}), "half of a character"),
        (Call("search", {"pattern": "("}), "The pattern is refused"),
        (Call("search", {"pattern": "(?=x)"}), "RE2"),
        (Call("search", {"pattern": "nowhere"}), "No line matches."),
        (Call("run_shell", {"command": "ls"}), "There is no tool `run_shell`"),
        (Call("edit_file", {"path": "src/greet.py", "old_text": "nope\n", "new_text": "x\n"}), "not_found"),
        (Call("edit_file", {"path": ".github/workflows/x.yml", "new_text": "x\n"}), "is protected"),
        (Call("edit_file", {"path": "logo.png", "old_text": "a", "new_text": "b"}), "cannot be edited"),
        (Call("edit_file", {"path": "src/greet.py", "move_to": "src/other.py"}), "exists already"),
        (Call("edit_file", {"path": "src/greet.py", "new_path": "src/other.py"}), "`src/other.py` exists already"),
        (
            Call("edit_file", {"path": "new.py", "edits": [{"path": "src/other.py", "new_text": "0\n"}]}),
            "`src/other.py` exists already",
        ),
        (Call("edit_file", {"path": "src/greet.py", "move_to": "AGENTS.md"}), "is protected"),
        (Call("edit_file", {"path": "src", "new_text": "x\n"}), "the folder `src` stands in its way"),
        (Call("edit_file", {"path": "src/greet.py", "move_to": "src"}), "the folder `src` stands in its way"),
        (Call("edit_file", {"path": "src/greet.py/x.py", "new_text": "x\n"}), "`src/greet.py` stands in its way"),
        (Call("edit_file", {"path": "SRC/greet.py", "new_text": "x\n"}), "`src/greet.py` stands in its way"),
        (Call("finish", {"outcome": "changed", "summary": ""}), "No file differs yet."),
        (Call("finish", {"outcome": "need_info", "summary": ""}), "questions"),
        (Call("finish", {"outcome": "done", "summary": ""}), "`outcome` has to be"),
    ],
)
def test_what_cannot_be_done_is_told(scene, call, words):
    """A call that cannot be carried out is answered in words, and the work goes on."""
    scene = scene(says(call), says(Call("finish", {"outcome": "cannot", "summary": "It cannot be done."})))

    ran = scene.label(1)

    assert ran.outputs["status"] == "cannot"
    [told] = results(scene)
    assert words in told


def test_an_edit_may_break_a_file_until_the_next_mends_it(scene):
    """An edit after which a file does not parse is written with a warning; `finish` is refused until it is mended."""
    opened = Call(
        "edit_file", {"path": "src/greet.py", "old_text": "    return 'hello'\n", "new_text": "    return (\n"}
    )
    closed = Call(
        "edit_file", {"path": "src/greet.py", "old_text": "    return (\n", "new_text": "    return (\n        1)\n"}
    )
    scene = scene(says(opened), says(DONE), says(closed), says(DONE), says(DONE))

    ran = scene.label(1)

    assert ran.outputs["status"] == "changed", ran.log
    assert scene.text(BRANCH, "src/greet.py") == "def greet():\n    return (\n        1)\n"
    warned, refused = results(scene)[:2]
    assert "no longer parses: it breaks at line 2" in warned
    assert "Mend that, then call `finish` again." in refused


def test_what_lands_broken_says_so(scene):
    """A draft that lands at a limit names the files that do not parse among what is left to do."""
    opened = Call(
        "edit_file", {"path": "src/greet.py", "old_text": "    return 'hello'\n", "new_text": "    return (\n"}
    )
    scene = scene(says(opened), says(LOOK), says(LOOK), max_steps="3")

    ran = scene.label(1)

    assert ran.outputs["status"] == "parked", ran.log
    [pull] = scene.repo.pull_requests
    assert pull.draft
    assert "- [ ] `src/greet.py` no longer parses" in pull.body


def test_scope_holds_inside_the_tool(stage):
    """With linked files the tool refuses every other file, and the model is told which command would allow it."""
    scene = stage(
        says(Call("edit_file", {"path": "src/other.py", "old_text": "1\n", "new_text": "2\n"})),
        says(Call("finish", {"outcome": "cannot", "summary": "src/other.py would have to change."})),
        files=FILES,
        mode="agent",
    )
    scene.label(scene.open(body="In [it](../blob/main/src/greet.py)."))

    assert "is not linked in the issue" in results(scene)[0]


@pytest.mark.parametrize(
    ("finish", "status", "words"),
    [
        ({"outcome": "no_change", "summary": "It is French already."}, "no_change", "It is French already."),
        ({"outcome": "cannot", "summary": "No such word."}, "cannot", "No such word."),
        (
            {"outcome": "need_info", "summary": "Two ways.", "questions": ["Tu or vous?"]},
            "need_info",
            "**1.** Tu or vous?",
        ),
    ],
)
def test_outcomes_without_a_change(scene, finish, status, words):
    """No change, a refusal and a question end with exit 0 and no branch; the status comment says which."""
    scene = scene(says(Call("finish", finish)))

    ran = scene.label(1)

    assert (ran.exit_status, ran.outputs["status"]) == (0, status)
    assert words in scene.status_comment(1)
    assert list(scene.repo.branches) == ["main"]


def test_an_answer_to_a_question_resumes(scene):
    """After a question, a comment goes on with the work."""
    ask = {"outcome": "need_info", "summary": "Two ways.", "questions": ["Tu or vous?"]}
    scene = scene(says(Call("finish", ask)), says(EDIT), says(DONE), says(DONE))
    scene.label(1)
    scene.repo.add_label(1, "ai_coder", actor="mona")

    ran = scene.comment(1, "/ai_coder vous")

    assert ran.outputs["status"] == "changed"
    assert "vous" in scene.prompts[1]


@pytest.mark.parametrize(
    ("inputs", "limit"),
    [
        ({"max_steps": "3"}, "max_steps"),
        ({"max_input_tokens": "2500"}, "input tokens"),
        ({"max_cost_usd": "0.5", "price_input_per_mtok": "1", "price_output_per_mtok": "30.5"}, "$0.5"),
    ],
)
def test_a_limit_lands_what_holds(scene, inputs, limit):
    """At a limit what is written becomes a draft that says what it lacks, with exit 0; a comment goes on from there."""
    looks = [says(Call("read_file", {"path": "docs/guide.md", "last_line": n})) for n in range(1, 50)]
    scene = scene(says(EDIT), *looks, **inputs)

    ran = scene.label(1)

    assert (ran.exit_status, ran.outputs["status"]) == (0, "parked"), ran.log
    assert scene.text(BRANCH, "src/greet.py").endswith("'salut'\n")
    [pull] = scene.repo.pull_requests
    assert pull.draft
    assert "**Not finished:**" in pull.body
    assert limit in scene.status_comment(1)


def test_the_last_turn_may_list_what_is_left(scene):
    """Before the last step the model is told, and what it lists as left stands as a checklist."""
    left = {"outcome": "changed", "title": "Half", "summary": "Half of it.", "remaining": ["The guide"]}
    scene = scene(says(EDIT), says(Call("finish", left)), max_steps="2")

    ran = scene.label(1)

    assert ran.outputs["status"] == "parked"
    assert "This is the last turn" in scene.prompts[1]
    assert "- [ ] The guide" in scene.status_comment(1)
    assert "- [ ] The guide" in scene.repo.pull_requests[0].body


def test_a_limit_with_nothing_written(scene):
    """At a limit without a change nothing is published, and the answer says what to raise."""
    scene = scene(*[says(LOOK), says(Call("list_files"))] * 3, max_steps="3")

    ran = scene.label(1)

    assert (ran.exit_status, ran.outputs["status"]) == (0, "parked")
    assert "parked" in scene.status_comment(1)
    assert scene.repo.pull_requests == []


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (says(LOOK), "same call 4 times"),
        (says(Call("read_file", "{broken")), "could not be read"),
        (Say("I am thinking."), "stopped calling tools"),
    ],
)
def test_a_model_that_goes_in_circles_is_stopped(scene, reply, words):
    """The same call four times, three unreadable calls or three turns without one end the run honestly."""
    scene = scene(*[reply] * 20)

    ran = scene.label(1)

    assert (ran.exit_status, ran.outputs["status"]) == (0, "cannot")
    assert words in scene.status_comment(1)
    assert len(scene.model.asked) <= 4


@pytest.mark.parametrize(
    ("calls", "ending"),
    [
        ([Call("read_file", {"path": f"docs/{n}.md"}) for n in range(3)], "length"),
        ([Call("read_file", {"path": "no/such.md", "first_line": n}) for n in range(3)], "stop"),
        ([Call("read_file", "{broken" + " " * n) for n in range(3)], "stop"),
    ],
)
def test_one_turn_of_bad_calls_is_no_circle(scene, calls, ending):
    """What fails in several calls of one turn is told first; only turn after turn of it ends the work."""
    scene = scene(Say("", calls=calls, ending=ending), says(EDIT), says(DONE), says(DONE))

    ran = scene.label(1)

    assert ran.outputs["status"] == "changed", ran.log
    assert len(results(scene, 1)) == len(calls)


def test_looking_again_after_an_edit_is_no_circle(scene):
    """The same look counts anew after every edit that was written."""
    words = ["hello", "salut", "bom dia", "hola", "ciao"]
    edits = [
        Call("edit_file", {"path": "src/greet.py", "old_text": old, "new_text": new}) for old, new in pairwise(words)
    ]
    scene = scene(*(says(edit, LOOK) for edit in edits), says(DONE), says(DONE))

    assert scene.label(1).outputs["status"] == "changed"
    assert scene.text(BRANCH, "src/greet.py").endswith("'ciao'\n")


@pytest.mark.parametrize("words", ["no", "this model does not support tools"])
def test_an_endpoint_that_fails_later_keeps_what_holds(scene, words):
    """Edits that were paid for are not thrown away when the endpoint fails afterwards, or forgets its tools."""
    scene = scene(says(EDIT))
    scene.model.interceptors.append(
        lambda request: Answer(400, {"error": {"message": words}}) if "Written." in request.raw.decode() else None
    )

    ran = scene.label(1)

    assert ran.outputs["status"] == "parked"
    assert scene.text(BRANCH, "src/greet.py").endswith("'salut'\n")


def test_a_look_that_fails_later_keeps_what_holds(stage):
    """Nor when GitHub cannot show a file any more."""
    scene = stage(says(EDIT), says(Call("read_file", {"path": "src/other.py"})), files=FILES, mode="agent")
    scene.open(body="Greet in French in src/greet.py.")
    gone = Answer(404, {"message": "Not Found"})
    scene.github.interceptors.append(
        lambda request: gone if "/git/blobs/" in request.path and len(scene.model.asked) > 1 else None
    )

    ran = scene.label(1)

    assert ran.outputs["status"] == "parked", ran.log
    assert scene.text(BRANCH, "src/greet.py").endswith("'salut'\n")


def test_auto_takes_one_reply_where_tools_are_refused(stage):
    """An endpoint that knows no tools is asked for all edits in one reply instead."""
    reply = "src/greet.py\n<<<<<<< SEARCH\n    return 'hello'\n=======\n    return 'salut'\n>>>>>>> REPLACE\n"
    scene = stage(reply, files=FILES, mode="auto")
    refusal = {"error": {"message": "this model does not support tools", "type": "invalid_request_error"}}
    scene.model.interceptors.append(lambda request: Answer(400, refusal) if b'"tools"' in request.raw else None)

    ran = scene.label(scene.open(body="Greet in French."))

    assert ran.outputs["status"] == "changed", ran.log
    assert scene.text(BRANCH, "src/greet.py").endswith("'salut'\n")


@pytest.mark.parametrize(("body", "has_tools"), [("In [it](../blob/main/src/greet.py).", False), ("Somewhere.", True)])
def test_auto_takes_tools_unless_one_small_file_is_linked(stage, body, has_tools):
    """One linked file of up to 400 lines is changed in one reply; anything wider with tools."""
    scene = stage(
        "NO CHANGE: Fine.", says(Call("finish", {"outcome": "no_change", "summary": "x"})), files=FILES, mode="auto"
    )
    scene.label(scene.open(body=body))

    assert ("tools" in scene.model.asked[0]) is has_tools


def test_a_linked_file_of_any_length(stage):
    """A linked file that is too long for the prompt is left to `read_file`, and can be changed all the same."""
    long = "".join(f"line {n} {'x' * 90}\n" for n in range(5_000))
    look = Call("read_file", {"path": "long.txt", "first_line": 4_000, "last_line": 4_001})
    edit = Call("edit_file", {"path": "long.txt", "old_text": "line 3999 " + "x" * 90 + "\n", "new_text": "short\n"})
    scene = stage(says(look), says(edit), says(DONE), says(DONE), files={"long.txt": long}, mode="auto")

    ran = scene.label(scene.open(body="Shorten line 4000 of [it](../blob/main/long.txt)."))

    assert ran.outputs["status"] == "changed", ran.log
    assert len(scene.prompts[0]) < 20_000
    assert "line 3999" in results(scene, 1)[0]
    assert scene.text(BRANCH, "long.txt").splitlines()[3_999] == "short"


@pytest.mark.node
@pytest.mark.parametrize("api", ["chat", "responses"])
def test_tools_with_aimock(stage, api):
    """The loop runs against a model server that nobody here wrote, over both APIs.

    Parallel calls on chat only: for responses it counts each call as a turn of its own.
    """
    first = [LOOK, Call("list_files")] if api == "chat" else [LOOK]

    def call(one):
        return {"name": one.name, "arguments": dict(one.arguments)}

    script = turns(
        {"toolCalls": [call(one) for one in first]},
        {"toolCalls": [call(EDIT)]},
        {"toolCalls": [call(DONE)]},
        {"toolCalls": [call(DONE)]},
    )
    scene = stage(files=FILES, mode="agent")
    with aimock(*script) as url:
        ran = scene.label(scene.open(body="Greet in French."), openai_base_url=f"{url}/v1", api=api)

    assert (ran.outputs["status"], ran.outputs["steps"]) == ("changed", "4"), ran.log
    assert json.loads(ran.outputs["changed_files"]) == ["src/greet.py"]


def test_the_page_of_a_run(scene):
    """Beside the JSON report stands a page of the same run: its steps, what was refused, and the change."""
    ci = Call("edit_file", {"path": ".github/workflows/ci.yml", "new_text": "on: push\n"})
    scene = scene(says(LOOK, text="I look first."), says(ci), says(EDIT), says(DONE), says(DONE))

    ran = scene.label(1)

    [page] = scene.folder.rglob("report.html")
    text = page.read_text(encoding="utf-8")
    for words in (
        "I look first.",
        "edit_file src/greet.py",
        "is protected",
        "the repository is small",
        "Says salut now.",
    ):
        assert words in text, words
    assert [turn["tools"] for turn in ran.report["turns"]] == [
        ["search"],
        ["edit_file"],
        ["edit_file"],
        ["finish"],
        ["finish"],
    ]
    assert [turn["refused"] for turn in ran.report["turns"]] == [0, 1, 0, 0, 0]
    assert [room["room"] for room in ran.report["rooms"]] == ["Resolve", "Prompt", "Generate", "Commit"]


def test_a_skipped_event_has_no_page(stage):
    """Where nothing was asked, there is nothing to look at: the JSON report stands alone."""
    scene = stage()
    scene.label(scene.open(), by="reed")

    assert [path.name for path in scene.folder.rglob("report.*")] == ["report.json"]
