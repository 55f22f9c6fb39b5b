"""When the set-up command has to run again in a box that is kept."""

import pytest

from ai_coder.domain.source import RepoPath
from ai_coder.verify.setup import needs_setup


@pytest.mark.parametrize(
    ("command", "changed", "again"),
    [
        ("", "requirements.txt", False),
        ("pip install -r requirements.txt", "src/a.py", False),
        ("pip install -r requirements.txt", "requirements.txt", True),
        ("pip install -r requirements/dev.txt", "requirements/dev.txt", True),
        ("python -m pip install -e .[test]", "src/a.py", False),
        ("python -m pip install -e .[test]", "pyproject.toml", True),
        ("pip install .", "src/a.py", True),
        ("pip install ./lib", "src/a.py", True),
        ("pip install .[test]", "src/a.py", True),
        ("npm ci", "src/a.js", False),
        ("npm ci", "web/package-lock.json", True),
        ("cd web && npm ci", "web/src/a.js", False),
        ("npm ci && npm run build", "src/a.js", True),
        ("apt-get update\napt-get install -y jq", "src/a.py", False),
        ("make deps", "src/a.c", True),
        ("go mod download", "go.sum", True),
        ("./prepare", "README.md", True),
        ("./prepare", "", False),
    ],
)
def test_set_up_again(command, changed, again):
    """Always when something changed, unless the command only fetches packages and no manifest did."""
    assert needs_setup(command, [RepoPath(changed)] if changed else []) is again
