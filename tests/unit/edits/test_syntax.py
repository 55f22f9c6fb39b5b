"""The syntax gate: a file that parsed before an edit parses after it."""

import pytest

from ai_coder.edits import Code, apply_answer
from builders import a_block

GOOD = {
    "a.py": "def f():\n    return [1]\n",
    "a.json": '{\n  "a": [1]\n}\n',
    "a.toml": "[table]\na = [1]\n",
    "a.js": "function f() {\n  return [1];\n}\n",
    "a.jsx": "const a = () => <p>{[1]}</p>;\n",
    "a.ts": "function f(): number[] {\n  return [1];\n}\n",
    "a.tsx": "const a = (): A => <p>{[1]}</p>;\n",
    "a.c": "int f(void) {\n  int a[] = {1}; return a[1];\n}\n",
    "a.cpp": "auto f() {\n  return std::vector<int>{a[1]};\n}\n",
    "a.rs": "fn f() -> [i32; 1] {\n    [1]\n}\n",
    "a.go": "package a\n\nfunc f() []int {\n\treturn a[1]\n}\n",
    "A.java": "class A {\n  int f(int[] a) {\n    return a[1];\n  }\n}\n",
}


def edited(path, before, after):
    """The outcome of an answer with the whole text."""
    return apply_answer({path: before}, f"{path}\n````\n{after}````\n")


@pytest.mark.parametrize("path", GOOD)
def test_what_breaks_a_file_is_refused(path):
    """One bracket too few, and nothing is changed; the line is named."""
    applied = edited(path, GOOD[path], GOOD[path].replace("[1]", "[1", 1))
    assert [refusal.code for refusal in applied.refusals] == [Code.SYNTAX]
    assert "no longer parse" in applied.refusals[0].message
    assert edited(path, GOOD[path], GOOD[path].replace("[1]", "[2]")).refusals == ()


@pytest.mark.parametrize("path", GOOD)
def test_what_was_broken_may_stay_so(path):
    """The gate judges the edit, not the file."""
    broken = GOOD[path].replace("[1]", "[1", 1)
    assert edited(path, broken, broken.replace("1", "2")).refusals == ()


def test_files_of_unknown_languages_pass():
    """There is no grammar for everything."""
    assert edited("a.txt", "(1)\n", "(1\n").refusals == ()


METHODS = "class A:\n" + "".join(f"\n    def m{n}(self):\n        return {n}\n" for n in range(2_000))


@pytest.mark.parametrize(
    ("new", "codes"),
    [("        return -7\n", []), ("        return (-7\n", [Code.SYNTAX]), ("return -7\n", [Code.SYNTAX])],
)
def test_a_long_file_is_judged_by_the_part_around_the_edit(new, codes):
    """The statements around an edit are enough to see whether it breaks them."""
    text = f"import a\n\n{METHODS[: METHODS.index('    def m900')]}\n\ndef last():\n    return 1\n"
    applied = apply_answer({"a.py": text}, a_block("a.py", "        return 7\n", new))
    assert [refusal.code for refusal in applied.refusals] == codes


def test_invalid_escapes_are_not_reported():
    """A warning of Python's own parser is none of ours."""
    assert edited("a.py", "x = 1\n", "x = '\\d'\n").refusals == ()
