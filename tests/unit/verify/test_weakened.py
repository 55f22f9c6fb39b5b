"""Labelled changes: which make tests weaker, and which only look like it."""

import textwrap

import pytest

from ai_coder.domain.change import ChangeSet, FileChange
from ai_coder.domain.source import RepoPath
from ai_coder.verify import weakened_tests

PY = """\
    import pytest

    def test_adds():
        assert add(1, 2) == 3
        assert add(0, 0) == 0


    class TestGroup:
        def test_bad(self):
            with pytest.raises(ValueError, match="boom"):
                add("a", 1)
            self.assertEqual(add(2, 2), 4)
    """
JS = """\
    describe('sum', () => {
      it("doesn't overflow", () => {
        expect(sum(1, 2)).toBe(3);
        expect(sum(0, 0)).toBe(0);
      });
      test('is quick', async () => {
        await expect(sum(5, 5)).resolves.toBe(10);
      });
    });
    """
GO = """\
    package a

    func TestAdds(t *testing.T) {
    \tif got := Add(1, 2); got != 3 {
    \t\tt.Errorf("got %d", got)
    \t}
    \trequire.Equal(t, 4, Add(2, 2))
    }
    """
RUST = """\
    pub fn add(a: u32, b: u32) -> u32 { a + b }

    #[cfg(test)]
    mod tests {
        #[test]
        fn adds() {
            assert_eq!(add(1, 2), 3);
            assert!(add(0, 0) == 0);
        }
    }
    """
JAVA = """\
    class SumTest {
        @Test
        void adds() {
            assertEquals(3, Sum.add(1, 2));
            assertThat(Sum.add(0, 0)).isZero();
        }
    }
    """
FILES = {
    "tests/test_a.py": PY,
    "web/sum.test.ts": JS,
    "a_test.go": GO,
    "src/lib.rs": RUST,
    "src/test/java/SumTest.java": JAVA,
}


def said(*changes):
    """The sentences on changes given as (path, before, after)."""
    texts = [(path, *(text and textwrap.dedent(text) for text in pair)) for path, *pair in changes]
    return list(weakened_tests(ChangeSet.of("c0", [FileChange(RepoPath(path), *pair) for path, *pair in texts])))


def edited(path, *replacements):
    """The sentences on an edit of one of the files above."""
    after = FILES[path]
    for old, new in replacements:
        assert old in after
        after = after.replace(old, new, 1)
    return said((path, FILES[path], after))


PYT, JST, GOT, RST, JVT = FILES
LATER = '@pytest.mark.skip(reason="later")'
AROUND = "skips or singles out tests now: "
ONE_LESS = "        assert add(0, 0) == 0\n"
BOTH = f"        assert add(1, 2) == 3\n{ONE_LESS}"
COVERAGE = "[tool.coverage.report]\n"
CODECOV = "coverage:\n  status:\n    project:\n      target: "
JEST = "coverageThreshold: { global: { branches: 80, lines: "


@pytest.mark.parametrize(
    ("path", "old", "new", "words"),
    [
        (PYT, "def test_adds", f"{LATER}\n    def test_adds", "`test_adds` of `tests/test_a.py` is skipped"),
        (PYT, "def test_adds", "@pytest.mark.xfail\n    def test_adds", "is skipped"),
        (PYT, "def test_adds", "@pytest.mark.skipif(\n        True,\n    )\n    def test_adds", "is skipped"),
        (PYT, "    def test_bad", "    @unittest.skip('x')\n        def test_bad", "`TestGroup.test_bad` of"),
        (PYT, "        assert add(1", "        pytest.skip('x')\n        assert add(1", "is skipped"),
        (PYT, "    class TestGroup", "    @pytest.mark.skip\n    class TestGroup", AROUND + "`@pytest.mark.skip`"),
        (PYT, "    def test_adds", "    pytestmark = pytest.mark.skip\n\n    def test_adds", "skips or singles out"),
        (PYT, ONE_LESS, "", "asserts less: 2 times before, once now"),
        (PYT, ONE_LESS, "        # assert add(0, 0) == 0\n", "asserts less"),
        (PYT, "assert add(0, 0) == 0", "assert True", "asserts less"),
        (PYT, BOTH, "        pass\n", "is emptied"),
        (PYT, "test_adds", "helper", "`test_adds` of `tests/test_a.py` is deleted"),
        (JST, "it(", "it.skip(", "is skipped or singled out"),
        (JST, "it(", "xit(", "`doesn't overflow` of"),
        (JST, "test(", "test.only(", "`is quick` of `web/sum.test.ts` is skipped or singled out"),
        (JST, "describe(", "describe.skip(", AROUND + "`describe.skip("),
        (JST, "        expect(sum(0, 0)).toBe(0);\n", "", "asserts less"),
        (JST, "expect(sum(0, 0)).toBe(0)", "expect(true).toBe(true)", "asserts less"),
        (JST, "        await expect(sum(5, 5)).resolves.toBe(10);\n", "", "is emptied"),
        (GOT, "\tif got", '\tt.Skip("later")\n    \tif got', "`TestAdds` of `a_test.go` is skipped"),
        (GOT, "\trequire.Equal(t, 4, Add(2, 2))\n", "", "asserts less"),
        (RST, "        #[test]\n", "        #[test]\n        #[ignore]\n", "`adds` of `src/lib.rs` is skipped"),
        (RST, "            assert!(add(0, 0) == 0);\n", "", "asserts less"),
        (RST, "        #[test]\n", "", "`adds` of `src/lib.rs` is deleted"),
        (
            JVT,
            "        @Test\n",
            '        @Test\n        @Disabled("later")\n',
            "`adds` of `src/test/java/SumTest.java` is",
        ),
        (JVT, "            assertThat(Sum.add(0, 0)).isZero();\n", "", "asserts less"),
    ],
)
def test_what_makes_tests_weaker(path, old, new, words):
    """Skips, emptied bodies, assertions and tests that are gone are found in each language, and named once."""
    sentences = edited(path, (old, new))

    assert len(sentences) == 1
    assert words in sentences[0]


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (PYT, "add(1, 2) == 3", "add(1, 2) == 3.0"),
        (PYT, ONE_LESS, f"{ONE_LESS}        assert add(9, 9) == 18\n"),
        (PYT, "test_adds", "test_addition"),
        (PYT, BOTH, "        assert (add(1, 2), add(0, 0)) == (3, 0)\n"),
        (
            PYT,
            "    import pytest",
            "    import pytest\n\n    @pytest.mark.skip\n    def test_new():\n        assert add(7, 7) == 14\n",
        ),
        (PYT, "    import pytest", '    import pytest\n    TEXT = "it.skip(" + "@pytest.mark.skip"'),
        (PYT, "    import pytest", "    import pytest  # @pytest.mark.skip"),
        (
            PYT,
            "    def test_adds():",
            "    @pytest.fixture\n    def add():\n        return sum\n\n    def test_adds():",
        ),
        (JST, "doesn't overflow", "never overflows"),
        (JST, "toBe(3)", "toEqual(3)"),
        (JST, "      test('is quick'", "      // it.skip('is slow'\n      test('is quick'"),
        (GOT, "got != 3", "got != 3 || got < 0"),
        (RST, "fn adds()", "fn adds_up()"),
        (JVT, "void adds()", "public void adds() throws Exception"),
    ],
)
def test_what_only_looks_like_it(path, old, new):
    """Renamed and stricter tests, merged assertions, new tests, texts and comments are no weaker tests."""
    assert edited(path, (old, new)) == []


def test_deleted_file():
    """A file of tests that is deleted is named with the number of its tests."""
    assert said(("tests/test_a.py", PY, None)) == ["`tests/test_a.py` is deleted, with 2 tests"]
    assert said(("tests/helper_data.py", "x = 'quite unlike'\n", None)) == ["`tests/helper_data.py` is deleted"]


@pytest.mark.parametrize("path", ["src/a.py", "docs/tests.md", "tests/data.json", "testing.py"])
def test_deleted_files_without_tests(path):
    """Other files may go."""
    assert said((path, PY, None)) == []


def test_moved_file():
    """A file that moves with its tests weakens nothing; one that loses a test on the way does."""
    assert said(("tests/test_a.py", PY, None), ("tests/unit/test_a.py", None, PY)) == []

    data = "x = 'quite unlike'\n"
    assert said(("tests/helper.py", data, None), ("tests/unit/helper.py", None, data)) == []

    lost = PY.replace(ONE_LESS, "")
    assert said(("tests/test_a.py", PY, None), ("tests/unit/test_a.py", None, PY[: PY.index("    class")])) == [
        "`tests/test_a.py` is deleted, with 1 test"
    ]
    assert said(("tests/test_a.py", PY, "x = 1\n"), ("tests/unit/test_a.py", None, lost)) == [
        "`test_adds` of `tests/test_a.py` asserts less: 2 times before, once now"
    ]


def test_moved_skip():
    """A skip that moves with its test is not new."""
    skipped = PY.replace("def test_adds", "@pytest.mark.skip\n    def test_adds")

    assert said(("tests/test_a.py", skipped, "x = 1\n"), ("tests/test_b.py", "", skipped)) == []


def test_merge_into_a_table():
    """Tests that become rows of one table are kept: their assertions and values stand in the new one."""
    before = """\
        def test_one():
            assert double(1) == 2

        def test_two():
            assert double(2) == 4
        """
    after = """\
        @pytest.mark.parametrize(("given", "wanted"), [(1, 2), (2, 4)])
        def test_double(given, wanted):
            assert double(given) == wanted
        """
    assert said(("tests/test_a.py", before, after)) == []
    assert said(("tests/test_a.py", before, "x = 1\n")) == [
        "`test_one` of `tests/test_a.py` is deleted",
        "`test_two` of `tests/test_a.py` is deleted",
    ]


def test_dedented_text_in_a_test():
    """A text of several lines at the margin does not end its test."""
    before = 'def test_a():\n    text = """\nplain\n"""\n    assert f(text) == 1\n    assert f("") == 0\n'

    assert said(("test_a.py", before, before.replace('    assert f("") == 0\n', ""))) == [
        "`test_a` of `test_a.py` asserts less: 2 times before, once now"
    ]


def test_a_test_ends_where_the_next_begins():
    """However lines are indented, no test holds another: a deep file is read once, not once for each depth."""
    before = "".join(f"{' ' * depth}it('a{depth}', () => {{ expect({depth}).toBe(f()); }});\n" for depth in range(300))

    after = before.replace("expect(299).toBe(f());", "")
    assert said(("a.test.js", before, after)) == ["`a299` of `a.test.js` asserts less: once before, not at all now"]


@pytest.mark.parametrize(
    ("path", "before", "after", "words"),
    [
        (
            "pyproject.toml",
            f"{COVERAGE}fail_under = 90\n",
            f"{COVERAGE}fail_under = 80\n",
            "lowers `fail_under` from 90 to 80",
        ),
        ("pyproject.toml", f"{COVERAGE}fail_under = 90\n", COVERAGE, "no longer sets `fail_under` to 90"),
        (
            "tox.ini",
            "pytest --cov-fail-under=85\n",
            "pytest --cov-fail-under=0\n",
            "lowers `cov-fail-under` from 85 to 0",
        ),
        ("jest.config.js", JEST + "90 } }", JEST + "9 } }", "lowers `lines` from 90 to 9"),
        ("codecov.yml", f"{CODECOV}80%\n", f"{CODECOV}70%\n", "lowers `target`"),
        ("Makefile", "test:\n\tpytest\n", "test:\n\tpytest || true\n", "lets a check pass that fails: `|| true`"),
        ("ci/check.sh", "npm test\n", "npm test || :\n", "`|| :`"),
        (
            "package.json",
            '{"scripts": {"test": "jest"}}',
            '{"scripts": {"test": "jest --passWithNoTests"}}',
            "`--passWithNoTests`",
        ),
        (
            ".circleci/config.yml",
            "- run: make test\n",
            "- run: make test\n  continue-on-error: true\n",
            "`continue-on-error: true`",
        ),
        ("ci/test.sh", "pytest\n", "pytest\nexit 0\n", "`exit 0`"),
        ("tox.ini", "commands = pytest\n", "commands = pytest --deselect tests/test_a.py::test_x\n", "`--deselect`"),
    ],
)
def test_checks_that_are_lowered_or_switched_off(path, before, after, words):
    """Thresholds that fall, and commands whose failure no longer counts, are named."""
    [sentence] = said((path, before, after))

    assert words in sentence


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("pyproject.toml", f"{COVERAGE}fail_under = 80\n", f"{COVERAGE}fail_under = 90\n"),
        ("pyproject.toml", "[tool.x]\nlines = 90\n", "[tool.x]\nlines = 80\n"),
        ("Makefile", "clean:\n\trm -r build\n", "clean:\n\trm -r build || true\n"),
        ("Makefile", "test:\n\tpytest\n", "test:\n\tpytest  # || true is not for us\n\n# test || true\n"),
        ("ci/test.sh", "pytest || true\n", "pytest -q || true\n"),
        ("README.md", "Run the tests.\n", "Run the tests: `pytest || true`.\n"),
        ("src/a.py", "test()\n", "test(); exit 0\n"),
    ],
)
def test_checks_that_stay(path, before, after):
    """Thresholds that rise, other commands, comments, documents and sources say nothing of checks."""
    assert said((path, before, after)) == []
