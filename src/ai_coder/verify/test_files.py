"""Which files hold tests, by their names."""

import re

from ai_coder.domain.source import RepoPath

_NAME = re.compile(
    r"^tests?_\w+\.\w+$|^tests?\.(?:py|js|ts|rs|go|rb)$|[_.-](?:tests?|spec|specs)\.\w+$"
    r"|^Test[A-Z]\w*\.\w+$|(?:Tests?|TestCase|Spec|IT)\.\w+$|\.t$"
)
_FOLDER = re.compile(r"(?:^|/)(?:tests?|__tests__|specs?|e2e|testing)/")
_CODE = frozenset(
    [
        "py",
        "pyi",
        "js",
        "jsx",
        "ts",
        "tsx",
        "mjs",
        "cjs",
        "mts",
        "cts",
        "go",
        "rs",
        "java",
        "kt",
        "kts",
        "scala",
        "groovy",
        "rb",
        "php",
        "cs",
        "c",
        "cc",
        "cpp",
        "swift",
        "sh",
        "pl",
        "t",
        "lua",
        "exs",
    ]
)


def is_test_file(path: RepoPath) -> bool:
    """Whether the file is code of tests, or lies among it."""
    ending = path.name.rpartition(".")[2].lower()
    return ending in _CODE and bool(_NAME.search(path.name) or _FOLDER.search(f"{path.folder.lower()}/"))
