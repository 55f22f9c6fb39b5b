"""What holds for every answer: right or refused, all or nothing, inside the tree, and never an exception."""

from __future__ import annotations

import json

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ai_coder.edits import FORMATS, apply_answer
from fakes.marker_soup import LINES, MARKERS, PATH, TREE, check_whole
from fakes.noisy_answers import PATCH, PLAIN, bend, edited_files, layouts, noises

often = settings(max_examples=3 * settings().max_examples)
"""Where much can be combined."""
FEW_LINES, ANY_MARKER = st.sampled_from(LINES), st.sampled_from(MARKERS)
EVIL_PARTS = st.sampled_from(
    [
        "..",
        ".",
        "",
        "~",
        ".git",
        ".GIT",
        "git~1",
        "C:",
        "a",
        "src",
        "\\",
        "..\\",
        "con",
        "x ",
        "\u200b",
        "\u202e",
        ".git\u200c",
    ]
)


@given(edited_files(), st.sampled_from([PLAIN, PATCH]))
def test_what_is_quoted_exactly_is_applied(edited, layout):
    """Lines that stand once and are quoted as they are lead to exactly the file that was meant."""
    files = TREE | {PATH: edited.before}
    applied = apply_answer(files, layout.answer(edited.hunks))
    check_whole(files, applied)
    assert applied.refusals == ()
    assert applied.files[PATH] == edited.after


@given(edited_files(), layouts(), noises(), st.data())
@often
def test_noise_never_leads_elsewhere(edited, layout, names, data):
    """However an answer is laid out and badly quoted, the file that was meant comes out, or a refusal."""
    bent = data.draw(st.integers(0, len(edited.hunks) - 1))
    hunks = list(edited.hunks)
    hunks[bent] = bend(hunks[bent], names)
    files = TREE | {PATH: edited.before}
    applied = apply_answer(files, layout.answer(hunks))
    check_whole(files, applied)
    if not applied.refusals:
        assert applied.files[PATH] == edited.after


@given(edited_files(), layouts())
def test_a_second_time_changes_nothing(edited, layout):
    """An answer that is applied already is refused, or finds nothing to change."""
    assume(all(text or op != "-" for hunk in edited.hunks for op, text in hunk))  # of many blank lines one more can go
    answer = layout.answer(edited.hunks)
    once = apply_answer(TREE | {PATH: edited.before}, answer)
    assume(not once.refusals)
    twice = apply_answer(once.files, answer)
    assert dict(twice.files) == dict(once.files)


@given(st.lists(FEW_LINES, min_size=1, max_size=12), st.data(), st.sampled_from(["\n", "\r\n"]), st.booleans())
@often
def test_text_that_repeats_is_never_mistaken(lines, data, eol, is_patch):
    """Lines quoted from a file that holds them several times are changed where they were quoted, or not at all."""
    start = data.draw(st.integers(0, len(lines) - 1))
    end = data.draw(st.integers(start + 1, len(lines)))
    new = data.draw(st.lists(st.sampled_from(["new", "    new", "", *lines]), max_size=4))
    old = lines[start:end]
    assume(any(line.strip() for line in lines))  # a file of nothing but blanks counts as an empty one
    hunk = (*(("-", line) for line in old), *(("+", line) for line in new))
    answer = (PATCH if is_patch else PLAIN).answer([hunk])
    files = TREE | {PATH: "".join(line + eol for line in lines)}
    applied = apply_answer(files, answer)
    check_whole(files, applied)
    if not applied.refusals:
        assert applied.files[PATH] == "".join(line + eol for line in [*lines[:start], *new, *lines[end:]])


@given(edited_files(), layouts(), st.data())
def test_untouched_lines_are_untouched(edited, layout, data):
    """What stands before and after the lines that are quoted keeps every byte, with whatever line ends and blanks."""
    ends = data.draw(st.lists(st.sampled_from(["\n", "\r\n", " \n", "\t\r\n"]), min_size=6, max_size=6))
    above = "\ufeff" + "".join(f"above {n}{end}" for n, end in enumerate(ends))
    below = "".join(f"below {n}{end}" for n, end in enumerate(ends)) + "the end"
    before = edited.before.removeprefix("\ufeff")
    middle = before if before.endswith("\n") else before + "\n"
    files = {PATH: above + middle + below}
    applied = apply_answer(files, layout.answer(edited.hunks))
    check_whole(files, applied)
    assert applied.files[PATH].startswith(above)
    assert applied.files[PATH].endswith(below)


@given(
    st.lists(st.one_of(ANY_MARKER, FEW_LINES, st.text(max_size=8)), max_size=20), st.sampled_from(FORMATS), st.data()
)
@often
def test_marker_soup_never_raises(pieces, edit_format, data):
    """Markers of all formats in any order are applied as a whole or refused; nothing else can happen."""
    text = "\n".join(data.draw(st.lists(FEW_LINES, max_size=8)))
    files = TREE | {PATH: text}
    check_whole(files, apply_answer(files, "\n".join(pieces), edit_format=edit_format))


@given(st.one_of(st.text(max_size=200), st.binary(max_size=200).map(lambda noise: noise.decode("latin-1"))), st.text())
@often
def test_random_text_is_refused(answer, text):
    """Characters at random are no edit, whatever the file holds; also where the answer names the file."""
    files = {"a.txt": text}
    check_whole(files, apply_answer(files, answer))
    check_whole(files, apply_answer(files, f"a.txt\n<<<<<<< SEARCH\n{answer}\n=======\n{answer}x\n>>>>>>> REPLACE\n"))


@given(st.lists(EVIL_PARTS, min_size=1, max_size=4).map("/".join), st.sampled_from(range(7)))
@often
def test_no_path_leaves_the_tree(path, form):
    """Whatever path an answer names, in whatever format: each path that comes out is safe, or it was there before."""
    answer = [
        f"{path}\n<<<<<<< SEARCH\n=======\nx\n>>>>>>> REPLACE\n",
        f"*** Begin Patch\n*** Add File: {path}\n+x\n*** End Patch\n",
        f"*** Begin Patch\n*** Update File: README.md\n*** Move to: {path}\n-# Notes\n+x\n*** End Patch\n",
        f"--- /dev/null\n+++ b/{path}\n@@ -0,0 +1 @@\n+x\n",
        f"diff --git a/README.md b/{path}\nrename from README.md\nrename to {path}\n",
        f"{path}\n```\nx\n```\n",
        json.dumps({"command": "create", "path": path, "file_text": "x\n"}),
    ][form]
    applied = apply_answer(TREE, answer)
    check_whole(TREE, applied)
