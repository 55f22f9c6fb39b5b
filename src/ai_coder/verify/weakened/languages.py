"""How tests, skips and assertions are written, language by language."""

import re
from dataclasses import dataclass

from ai_coder.domain.source import RepoPath


@dataclass(frozen=True, slots=True)
class Language:
    """Forms that are looked for, each in one line."""

    endings: frozenset[str]
    comment: str
    """Begins a line that is none of code."""
    header: re.Pattern[str]
    """The first line of a test; group `name`."""
    skips: re.Pattern[str]
    asserts: re.Pattern[str]
    needs: str = ""
    """What the lines before the header must hold, where the header alone is not enough."""
    fences: tuple[str, ...] = ("`",)
    """What opens and closes a text of several lines, whose indentation means nothing."""


PYTHON = Language(
    frozenset({"py"}),
    "#",
    re.compile(r"\s*(?:async )?def (?P<name>test\w*)\("),
    re.compile(
        r"@(?:\w+\.)*mark\.(?:skip|skipif|xfail)\b|@(?:unittest\.)?(?:skip|skipIf|skipUnless|expectedFailure)\b"
        r"|\bpytest\.(?:skip|xfail|importorskip)\(|\bself\.skipTest\(|\braise (?:unittest\.)?SkipTest\b"
        r"|\bpytestmark\b.*mark\.(?:skip|skipif|xfail)\b|\bcollect_ignore(?:_glob)?\b|\b__test__ = False\b"
    ),
    re.compile(r"(?:^|[;:]) *assert\b|\.assert\w+\(|\bassert_\w+\(|\bself\.fail\(|\bpytest\.(?:raises|warns|fail)\("),
    fences=('"""', "'''"),
)
JAVASCRIPT = Language(
    frozenset({"js", "jsx", "ts", "tsx", "mjs", "cjs", "mts", "cts"}),
    "//",
    re.compile(
        r"\s*(?:it|test|xit|xtest|fit|specify)(?:\.\w+)*(?:\([^'\"`]{0,80}\))?\((?P<quote>['\"`])(?P<name>(?:(?!(?P=quote)).)+)"
    ),
    re.compile(
        r"\b(?:it|test|describe|suite|context|specify)\.(?:skip|todo|only|failing|fails|skipIf|runIf)\b"
        r"|\b(?:xit|xtest|xdescribe|xcontext|fit|fdescribe)\(|\bthis\.skip\(|\bt\.skip\(|\b(?:skip|only): true\b"
    ),
    re.compile(
        r"\bexpect\w*[.(]|\bassert\w*[.(]|\.should\b|\bt\.(?:is|not|like|deepEqual|equal|ok|true|false|throws\w*)\("
    ),
)
GO = Language(
    frozenset({"go"}),
    "//",
    re.compile(r"func (?P<name>Test\w*|Fuzz\w*|Example\w*)\("),
    re.compile(r"\b[a-z]{1,3}\.(?:Skip|Skipf|SkipNow)\("),
    re.compile(r"\b\w{1,3}\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)\(|\b(?:assert|require|is)\.\w+\("),
)
RUST = Language(
    frozenset({"rs"}),
    "//",
    re.compile(r"\s*(?:pub )?(?:async )?fn (?P<name>\w+)\("),
    re.compile(r"#\[ignore\b"),
    re.compile(r"\bassert\w*!|#\[should_panic|\bpanic!"),
    needs="test",
)
JAVA = Language(
    frozenset({"java", "kt", "kts", "scala", "groovy", "cs"}),
    "//",
    re.compile(r"\s*(?:[\w<>\[\]]+ ){0,6}(?:`(?P<quoted>[^`]+)`|(?P<name>\w+))\("),
    re.compile(r"@(?:Disabled\w*|Ignore)\b|\[Ignore\b|\bSkip = \"|\bassume(?:True|False|That)\("),
    re.compile(r"\bassert\w*[ (]|\bAssert\w*\.\w+|\bverify\w*\(|\.should\w*\b|\bfail\("),
    needs="@Test|@ParameterizedTest|@RepeatedTest|[Test|[Fact|[Theory",
)
LANGUAGES = (PYTHON, JAVASCRIPT, GO, RUST, JAVA)
_TRIVIAL = re.compile(
    r"\bassert (?:True|1|not False)\s*(?:,.*)?$|\bassert\w*!?\( *(?:true|True|1) *\)"
    r"|\bexpect\( *(?:true|1) *\)\.\w+\( *(?:true|1)? *\)"
    r"|\b(?:assertEqual|assertEquals|assert_eq!|Equal)\( *(\w+), *\1 *\)"
)
"""Assertions that hold whatever the program does."""
_TEXT = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`")
_MAX_LINE_CHARS = 1_000
_NAME = re.compile(
    r"^tests?_\w+\.\w+$|^tests?\.\w+$|^conftest\.py$|[_.-](?:tests?|spec|specs)\.\w+$|^Test[A-Z]\w*\.\w+$"
    r"|(?:Tests?|TestCase|Spec|IT)\.\w+$"
)
_FOLDER = re.compile(r"(?:^|/)(?:tests?|__tests__|specs?|e2e|testing)/")


def language_of(path: RepoPath, text: str = "") -> Language | None:
    """The language of a file of tests; None for other files."""
    ending = path.name.rpartition(".")[2].lower()
    found = next((language for language in LANGUAGES if ending in language.endings), None)
    if found is RUST and "#[test]" in text:
        return RUST
    return found if found and (_NAME.search(path.name) or _FOLDER.search(f"{path.folder.lower()}/")) else None


def is_skip(line: str, language: Language) -> bool:
    """Whether the line keeps a test from running, or all others."""
    return bool(language.skips.search(_code(line, language)))


def count_asserts(line: str, language: Language) -> int:
    """How many things the line asserts; what always holds is none."""
    code = _code(line, language)
    return 0 if _TRIVIAL.search(code) else sum(1 for _ in language.asserts.finditer(code))


def _code(line: str, language: Language) -> str:
    """The line without its comment and without what stands in its texts."""
    return _TEXT.sub(lambda found: found.group()[0] * 2, line[:_MAX_LINE_CHARS]).partition(language.comment)[0]
