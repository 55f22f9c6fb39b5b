"""Branches and commits of a repository on this machine. Checked-out files, index and HEAD are never touched."""

import re
from collections.abc import Mapping
from pathlib import Path

from ai_coder.adapters.git_program import GitProgram, Identity
from ai_coder.adapters.local_commit import CommitFacts, changed_files, read_commit, wanted_commit, write_commit
from ai_coder.adapters.local_tree import LocalTree
from ai_coder.domain.kept import Keep, forget
from ai_coder.domain.plan import CommitPlan
from ai_coder.domain.pull_request import PullRequest
from ai_coder.domain.report import Published
from ai_coder.errors import BranchMoved, EmptyRepository, ForgeError

_NOBODY = Identity("ai_coder", "ai_coder@localhost")
"""Who commits where git knows no user."""
_HEADS = "refs/heads/"
_COMMIT_NAME = re.compile(r"[0-9a-f]{7,64}")
_NO_ARGUMENT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_REF_FORMAT = "%(refname)%00%(objectname)%00%(objecttype)%00%(*objectname)%00%(*objecttype)"
_AGAIN = "Run the command again; it builds on the branch as it is now."


class LocalForge:
    """Port `Forge` over an ordinary or bare repository. It has branches and no pull requests."""

    def __init__(self, folder: Path, environ: Mapping[str, str] | None = None) -> None:
        """`environ` is where the person's git configuration is looked for; without it, the home folder is."""
        self._git = GitProgram(folder)
        self._environ = environ

    def default_branch(self) -> str:
        """The branch that HEAD names, born or not. Raises: ForgeError when HEAD is detached."""
        name = self._git.ask("symbolic-ref", "--quiet", "HEAD") or ""
        if not name.startswith(_HEADS):
            msg = f"no branch is checked out in {str(self._git.folder)!r} (HEAD is detached)"
            raise ForgeError(msg, hint="Say what to build on: `--base-branch main`, or check a branch out.")
        return name.removeprefix(_HEADS)

    def head(self, branch: str) -> str | None:
        """The commit of a branch, else of a tag, a remote's branch (`origin/main`) or a commit of that name.

        Raises: EmptyRepository, ForgeError.
        """
        found = self._look_up(branch)
        if found is None and self._git.ask("rev-parse", "--quiet", "--verify", "HEAD") is None and self._is_empty():
            msg = f"the repository {str(self._git.folder)!r} has no commit yet"
            raise EmptyRepository(msg, hint="Make a first commit (a README is enough), then run the command again.")
        return found

    def pull_request(self, branch: str) -> PullRequest | None:  # noqa: ARG002  the port's question, one answer
        """None: a folder has no pull requests."""
        return None

    def tree(self, commit: str) -> LocalTree:
        """The files of `commit`."""
        return LocalTree(self._git, commit)

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor; None, too, where one of them was thrown away meanwhile."""
        names = [self._git.ask("rev-parse", "--quiet", "--verify", f"{name}^{{commit}}") for name in (one, other)]
        return self._git.ask("merge-base", *filter(None, names)) if all(names) else None

    def publish(self, plan: CommitPlan, keep: Keep = forget) -> Published:  # noqa: ARG002  a local run is not resumed
        """Write the commit and move the branch to it, unless it moved meanwhile; then read both back."""
        self._require_branch_name(plan.branch)
        wanted = wanted_commit(self._git, plan)
        expected = None if plan.is_new_branch else plan.parent
        head = self._branch(plan.branch)
        commit = self._move(plan, wanted) if head == expected else self._adopt(plan, wanted, head)
        return Published(
            branch=plan.branch,
            commit=commit,
            pull_request=PullRequest(head=commit, base_branch=plan.base_branch),
            is_new_pull_request=False,
            files=plan.own_files(changed_files(self._git, plan.parent, commit)),
        )

    def _move(self, plan: CommitPlan, wanted: CommitFacts) -> str:
        """The new head, compared and swapped by git itself."""
        self._require_free(plan.branch)
        identity = self._git.identity(self._persons_environ()) or _NOBODY
        commit = write_commit(self._git, wanted, identity)
        old = "" if plan.is_new_branch else plan.parent
        ref = f"{_HEADS}{plan.branch}"
        try:
            self._git.run("update-ref", "--no-deref", "-m", "ai_coder: commit", ref, commit, old, identity=identity)
        except ForgeError as error:
            head = self._branch(plan.branch)
            if head == (old or None):
                raise
            return self._adopt(plan, wanted, head, error)
        return commit

    def _adopt(self, plan: CommitPlan, wanted: CommitFacts, head: str | None, cause: ForgeError | None = None) -> str:
        """`head`, when it is just what the plan wants. Raises: BranchMoved."""
        if head is not None and read_commit(self._git, head) == wanted:
            return head
        where = f"moved to {head[:12]}" if head else "was removed"
        msg = f"branch `{plan.branch}` {where} while the change was made; nothing was overwritten"
        raise BranchMoved(msg, hint=_AGAIN) from cause

    def _require_branch_name(self, branch: str) -> None:
        is_argument = not branch.startswith("-") and not _NO_ARGUMENT.search(branch)
        if not is_argument or self._git.ask("check-ref-format", f"{_HEADS}{branch}") is None:
            msg = f"{branch!r} is no name for a branch"
            raise ForgeError(msg, hint="Correct the input `branch_prefix`.")

    def _require_free(self, branch: str) -> None:
        """Raises: ForgeError when moving the branch would pull the files away under somebody, or move another one."""
        ref = f"{_HEADS}{branch}"
        if self._git.ask("symbolic-ref", "--quiet", ref) is not None:
            msg = f"branch `{branch}` is an alias of another branch"
            raise ForgeError(msg, hint=f"Remove it with `git symbolic-ref --delete {ref}`, then run the command again.")
        worktrees = self._git.run("worktree", "list", "--porcelain").splitlines()
        if f"branch {ref}".encode() in worktrees:
            msg = f"branch `{branch}` is checked out, and checked-out files are never touched"
            raise ForgeError(msg, hint="Check out another branch, then run the command again.")

    def _branch(self, branch: str) -> str | None:
        """The head of the branch, and of nothing else of that name."""
        return self._refs([f"{_HEADS}{branch}"])

    def _look_up(self, name: str) -> str | None:
        if not name or _NO_ARGUMENT.search(name):
            return None
        found = self._refs([f"{_HEADS}{name}", f"refs/tags/{name}", f"refs/remotes/{name}"])
        if found is None and _COMMIT_NAME.fullmatch(name):
            return self._git.ask("rev-parse", "--quiet", "--verify", "--end-of-options", f"{name}^{{commit}}")
        return found

    def _refs(self, names: list[str]) -> str | None:
        """The commit of the first of these full names that is there. Names are compared whole."""
        found = {}
        lines = self._git.run("for-each-ref", f"--format={_REF_FORMAT}", *names).decode("utf-8", "replace").split("\n")
        for line in lines[:-1]:
            name, direct, kind, peeled, peeled_kind = line.split("\0")
            found[name] = direct if kind == "commit" else peeled if peeled_kind == "commit" else None
        return next((commit for commit in map(found.get, names) if commit), None)

    def _is_empty(self) -> bool:
        return not self._git.run("for-each-ref", "--count=1")

    def _persons_environ(self) -> Mapping[str, str]:
        if self._environ is not None:
            return self._environ
        try:
            return {"HOME": str(Path.home())}
        except RuntimeError:
            return {}
