"""Files that tools run or obey without being asked. Source: the project's catalogue of abuse, C13, and its like."""

from pathspec import GitIgnoreSpec

from ai_coder.domain.source import RepoPath

RUN_UNASKED = (
    *(
        "conftest.py",
        "makefile",
        "gnumakefile",
        "*.mk",
        "tox.ini",
        "noxfile.py",
        "/dodo.py",
        "/tasks.py",
        "/fabfile.py",
    ),
    *(".pre-commit-config.yaml", ".npmrc", ".yarnrc*", "pip.conf", "pip.ini", ".pypirc", ".netrc", ".envrc", ".env"),
    *(".devcontainer/", ".devcontainer.json", ".vscode/", ".idea/", ".husky/", "lefthook.yml", ".lintstagedrc*"),
    *("sitecustomize.py", "usercustomize.py", "*.pth", ".cargo/config*", "build.rs", ".mvn/", "gradle-wrapper.*"),
    *("jenkinsfile", ".circleci/", ".travis.yml", "azure-pipelines*.yml", ".gitlab-ci.yml", ".buildkite/"),
)
"""Patterns as in .gitignore, in lower case. In their own folders `tasks.py` and its like are ordinary modules."""
_RUN_UNASKED = GitIgnoreSpec.from_lines(RUN_UNASKED)


def is_run_unasked(path: RepoPath) -> bool:
    """Whether programs run the file by themselves; case does not matter."""
    return _RUN_UNASKED.match_file(path.text.casefold())
