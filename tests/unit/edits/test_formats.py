"""Every format and layout that models write: answer -> tree after."""

import json

import pytest

from ai_coder.edits import Code, apply_answer

BEFORE = {"src/a.py": "one = 1\ntwo = 2\nthree = 3\n", "b.txt": "bee\n"}
AFTER = BEFORE | {"src/a.py": "one = 1\ntwo = 22\nthree = 3\n"}
BLOCK = "<<<<<<< SEARCH\ntwo = 2\n=======\ntwo = 22\n>>>>>>> REPLACE\n"


def check(answer, after=AFTER, before=BEFORE):
    """The answer turns the tree into another one."""
    applied = apply_answer(before, answer)
    assert applied.refusals == ()
    assert applied.files == after


def check_refused(answer, *codes, before=BEFORE):
    """The answer is refused for these reasons."""
    applied = apply_answer(before, answer)
    assert [refusal.code for refusal in applied.refusals] == list(codes)
    assert applied.files == before


@pytest.mark.parametrize(
    "above",
    [
        "src/a.py\n",
        "./src/a.py\n",
        "a/src/a.py\n",
        "/src/a.py\n",
        "a.py\n",
        "src/a.py:\n",
        "File: src/a.py\n",
        "**src/a.py**\n",
        "### 1. `src/a.py`\n",
        "# src/a.py\n",
        "`src/a.py`\n\n",
        "Here is the change to `src/a.py`:\n",
        "*** Update File: src/a.py\n",
    ],
)
def test_the_line_above_names_the_file(above):
    """A path is found in whatever is put around it."""
    check(f"I change it.\n\n{above}{BLOCK}")
    check(f"I change it.\n\n{above}```python\n{BLOCK}```\n")


@pytest.mark.parametrize(
    "opening", ["```python src/a.py", "```src/a.py", "```python:src/a.py", "~~~ src/a.py", "````python\n# src/a.py"]
)
def test_the_fence_names_the_file(opening):
    """The path stands in the info string, or first in the fence."""
    fence = opening[:4].rstrip("psr ") if opening[0] == "`" else "~~~"
    check(f"{opening}\n{BLOCK}{fence}\n")


@pytest.mark.parametrize(
    ("head", "divider", "end"),
    [
        ("<<<<< SEARCH", "=====", ">>>>> REPLACE"),
        ("<<<<<<<<< SEARCH", "=========", ">>>>>>>>> REPLACE"),
        ("<<<<<<< search", "=======", ">>>>>>> replace"),
        ("<<<<<<< SEARCH>", "=======", ">>>>>>> REPLACE"),
        ("<<<<<<< SEARCH  ", "=======  ", ">>>>>>> REPLACE  "),
        ("------- SEARCH", "=======", "+++++++ REPLACE"),
        (">>>>>>> SEARCH", "=======", "<<<<<<< REPLACE"),
    ],
)
def test_markers_come_in_many_shapes(head, divider, end):
    """Markers are known by their words, at the left margin."""
    check(f"src/a.py\n{head}\ntwo = 2\n{divider}\ntwo = 22\n{end}\n")


def test_an_indented_divider_is_text():
    """A row of equals signs that is indented underlines a heading in somebody's docstring."""
    before = {"a.py": "def f():\n    '''\n    Title\n    =======\n    '''\n"}
    answer = "a.py\n<<<<<<< SEARCH\n    Title\n    =======\n=======\n    Name\n    =======\n>>>>>>> REPLACE\n"
    check(answer, {"a.py": before["a.py"].replace("Title", "Name")}, before)


def test_of_several_dividers_the_only_one_that_fits_is_taken():
    """Each split is tried; one SEARCH must then stand exactly once, and no other at all."""
    answer = "a.md\n<<<<<<< SEARCH\nOld\n=======\nNew\n=======\ntext\n>>>>>>> REPLACE\n"
    check(answer, {"a.md": "New\n=======\ntext\n"}, {"a.md": "Old\n"})
    check_refused(answer, Code.AMBIGUOUS, before={"a.md": "Old\n=======\nNew\n"})


def test_a_block_without_a_path_follows_the_one_before():
    """Or is for the only file there is."""
    check(
        f"b.txt\n{BLOCK}".replace("b.txt", "src/a.py")
        + BLOCK.replace("two", "three").replace("2", "3").replace("33", "9"),
        BEFORE | {"src/a.py": "one = 1\ntwo = 22\nthree = 9\n"},
    )
    check(BLOCK, {"a.py": "two = 22\n"}, {"a.py": "two = 2\n"})


def test_blocks_may_shield_each_other_from_order():
    """As many equal blocks as there are places change all of them."""
    twice = {"a.py": "x = 1\ny = 2\nx = 1\n"}
    block = "a.py\n<<<<<<< SEARCH\nx = 1\n=======\nx = 9\n>>>>>>> REPLACE\n"
    check(block * 2, {"a.py": "x = 9\ny = 2\nx = 9\n"}, twice)
    check_refused(block, Code.AMBIGUOUS, before=twice)
    check(block * 2, {"a.py": "x = 9\n"}, {"a.py": "x = 1\n"})


PATCH = "*** Begin Patch\n*** Update File: src/a.py\n@@\n one = 1\n-two = 2\n+two = 22\n three = 3\n*** End Patch\n"


@pytest.mark.parametrize(
    "answer",
    [
        PATCH,
        f"Here it is.\n\n```patch\n{PATCH}```\nDone.\n",
        f"```bash\napply_patch <<'EOF'\n{PATCH}EOF\n```\n",
        f"apply_patch <<EOF\n{PATCH}EOF\n",
        PATCH.replace("*** Begin Patch\n", "").replace("*** End Patch\n", ""),
        PATCH.replace("@@\n", ""),
        PATCH.replace("@@\n", "@@ -1,3 +1,3 @@ def f():\n"),
        PATCH.replace("@@\n", "@@ ... @@\n"),
        PATCH.replace("@@\n", "@@ one = 1\n").replace(" one = 1\n-", "-"),
        PATCH.replace("@@\n", "@@ is not there\n"),
        PATCH.replace(" one", "one").replace(" three", "three"),
        PATCH.replace("src/a.py", "`./src/a.py`"),
        PATCH.replace("\n", "\r\n"),
    ],
)
def test_patches_in_all_layouts(answer):
    """A V4A patch is read with or without its envelope, fences, headers and the blanks that mark unchanged lines."""
    check(answer)


@pytest.mark.parametrize(
    ("patch", "after"),
    [
        ("*** Add File: c.txt\n+1\n+\n+3\n", BEFORE | {"c.txt": "1\n\n3\n"}),
        ("*** Delete File: b.txt\n", {"src/a.py": BEFORE["src/a.py"]}),
        (
            "*** Update File: b.txt\n*** Move to: d/c.txt\n@@\n-bee\n+cee\n",
            {"src/a.py": BEFORE["src/a.py"], "d/c.txt": "cee\n"},
        ),
        ("*** Update File: b.txt\n*** Move to: c.txt\n", {"src/a.py": BEFORE["src/a.py"], "c.txt": "bee\n"}),
        ("*** Update File: b.txt\n@@\n+cee\n*** End of File\n", BEFORE | {"b.txt": "bee\ncee\n"}),
        ("*** Update File: b.txt\n@@ bee\n+cee\n", BEFORE | {"b.txt": "bee\ncee\n"}),
    ],
)
def test_patches_do_more_than_update(patch, after):
    """Sections add, delete and move files, and append at the end or below an anchor."""
    check(f"*** Begin Patch\n{patch}*** End Patch\n", after)


TWINS = {"a.py": "class A:\n    def f(self):\n        return 1\n\n\nclass B:\n    def f(self):\n        return 1\n"}


@pytest.mark.parametrize("anchors", ["@@ class B:\n", "@@ class B:\n@@ def f(self):\n", "@@ class B\n"])
def test_an_anchor_tells_twins_apart(anchors):
    """Of several places the one inside the anchor's block is meant; stacked anchors go from the outside in."""
    patch = f"*** Begin Patch\n*** Update File: a.py\n{anchors}-        return 1\n+        return 2\n*** End Patch\n"
    head, _, tail = TWINS["a.py"].rpartition("return 1")
    check(patch, {"a.py": f"{head}return 2{tail}"}, TWINS)
    check_refused(patch.replace("class B", "class C"), Code.ANCHOR_NOT_FOUND, before=TWINS)


DIFF = "--- a/src/a.py\n+++ b/src/a.py\n@@ -70,3 +70,3 @@\n one = 1\n-two = 2\n+two = 22\n three = 3\n"


@pytest.mark.parametrize(
    "answer",
    [
        DIFF,
        f"```diff\n{DIFF}```\n",
        f"diff --git a/src/a.py b/src/a.py\nindex 0123..4567 100644\n{DIFF}",
        DIFF.replace("a/src", "src").replace("b/src", "src").replace("-70,3 +70,3", "..."),
        "src/a.py\n```diff\n@@ -2 +2 @@\n-two = 2\n+two = 22\n```\n",
        DIFF + "\\ No newline at end of file\n",
    ],
)
def test_unified_diffs(answer):
    """A diff is applied by what its lines say; its line numbers are not looked at."""
    check(answer)


@pytest.mark.parametrize(
    ("answer", "after"),
    [
        ("--- /dev/null\n+++ b/c.txt\n@@ -0,0 +1,2 @@\n+1\n+2\n", BEFORE | {"c.txt": "1\n2\n"}),
        ("--- a/b.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-bee\n", {"src/a.py": BEFORE["src/a.py"]}),
        (
            "diff --git a/b.txt b/c.txt\nsimilarity index 100%\nrename from b.txt\nrename to c.txt\n",
            {"src/a.py": BEFORE["src/a.py"], "c.txt": "bee\n"},
        ),
    ],
)
def test_unified_diffs_do_more_than_update(answer, after):
    """A diff creates, deletes and renames."""
    check(answer, after)


@pytest.mark.parametrize(
    ("call", "after"),
    [
        ({"path": "src/a.py", "old_text": "two = 2\n", "new_text": "two = 22\n"}, AFTER),
        ({"path": "src/a.py", "old_str": "two = 2", "new_str": "two = 22"}, AFTER),
        ({"command": "str_replace", "path": "src/a.py", "old_str": "o = 2", "new_str": "o = 22"}, AFTER),
        ({"path": "b.txt", "file_text": "cee"}, BEFORE | {"b.txt": "cee\n"}),
        ({"command": "create", "path": "c.txt", "file_text": "cee"}, BEFORE | {"c.txt": "cee"}),
        ({"command": "delete", "path": "b.txt"}, {"src/a.py": BEFORE["src/a.py"]}),
        ({"command": "rename", "path": "b.txt", "new_path": "c"}, {"src/a.py": BEFORE["src/a.py"], "c": "bee\n"}),
        (
            {"path": "b.txt", "old_text": "", "new_text": "", "move_to": "c"},
            {"src/a.py": BEFORE["src/a.py"], "c": "bee\n"},
        ),
        ({"path": "src/a.py", "old_text": "two = 2", "new_text": "two = 22", "move_to": ""}, AFTER),
        ({"path": "c.txt", "new_text": "cee", "move_to": "", "command": "create"}, BEFORE | {"c.txt": "cee"}),
        (
            {"name": "edit_file", "arguments": {"path": "src/a.py", "old_text": "two = 2", "new_text": "two = 22"}},
            AFTER,
        ),
        ({"path": "src/a.py", "edits": [{"old_text": "two = 2", "new_text": "two = 22"}]}, AFTER),
    ],
)
def test_tool_calls(call, after):
    """The arguments of a tool call are an answer, alone or in a fence; its old text may begin within a line."""
    check(json.dumps(call), after)
    check(f"```json\n{json.dumps(call, indent=1)}\n```\n", after)


@pytest.mark.parametrize(
    ("before", "new", "after"),
    [
        ("two_more = 2\ntwo\n", "2\n", "two_more = 2\n2\n"),
        ("x = two\ntwo_more = 2\n", "2\n", "x = 2\ntwo_more = 2\n"),
        ("two_more = 2\ntwo\n", "", "two_more = 2\n"),
        ("two_more = 2\n", "2\n", None),
        ("two_more = 2\n", "", None),
        ("two_more = 2\nx = two", "2\n", "two_more = 2\nx = 2"),
    ],
)
def test_the_line_break_of_old_text_counts(before, new, after):
    """Old text that ends with a line break is not found where the line goes on."""
    call = json.dumps({"path": "a.txt", "old_text": "two\n", "new_text": new})
    if after is None:
        check_refused(call, Code.NOT_FOUND, before={"a.txt": before})
    else:
        check(call, {"a.txt": after}, {"a.txt": before})


def test_tool_calls_keep_line_endings():
    """A call's line breaks are those of the file."""
    call = {"path": "a", "old_str": "b\nc", "new_str": "B\nC\nX"}
    check(json.dumps(call), {"a": "a\r\nB\r\nC\r\nX\r\nd"}, {"a": "a\r\nb\r\nc\r\nd"})


def test_formats_mix():
    """An answer may edit one file by blocks, patch a second and write a third."""
    answer = f"src/a.py\n{BLOCK}\n*** Delete File: b.txt\n\nc.txt\n```\nsea\n```\n"
    check(answer, {"src/a.py": AFTER["src/a.py"], "c.txt": "sea\n"})


@pytest.mark.parametrize("before", [None, ""])
@pytest.mark.parametrize(
    ("old", "new"), [("", "x\n"), ("", "x"), ("", "x\n\n"), ("", ""), ("", "\n"), ("\n", "x\n"), ("\n", "")]
)
def test_a_new_file_of_a_tool_call_holds_what_was_sent(before, old, new):
    """Text for a file that is empty or not there is written to the byte, final line break or not."""
    files = {} if before is None else {"a.txt": before}
    call = json.dumps({"path": "a.txt", "old_text": old, "new_text": new})
    assert apply_answer(files, call, edit_format="tool_call").files == {"a.txt": new}
