"""GitHub's settings: the token's permissions, the switches of Actions, the rules for branches.

A permission is asked for by a write that lacks everything a write needs: whoever lacks the permission is refused for
that (403), whoever has it for the missing fields (422), and nothing is ever changed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

from ai_coder.adapters.github_api import GithubApi
from ai_coder.adapters.github_shape import OddAnswer, flag, nothing, number, record, records, text
from ai_coder.domain.finding import Finding, Level
from ai_coder.errors import AnswerLost, ForgeError, ForgeLimited, NotAllowed, NotFound

_RULES = "Settings > Rules > Rulesets"
_ACTIONS = "Settings > Actions > General > Workflow permissions"
_PERMISSIONS = (
    ("contents: write", "/git/refs", "branches and commits"),
    ("pull-requests: write", "/pulls", "pull requests"),
    ("issues: write", "/issues", "comments and reactions"),
)
_OF_PERSONS = ("ghp_", "github_pat_", "gho_", "ghu_")
"""Tokens whose commits are not signed: GitHub signs those of apps. Source: its page on signature verification."""
_BYPASSES = frozenset({"always", "exempt"})
"""Who is let past a ruleset by a push; `pull_requests_only` is for merging.

Source: https://docs.github.com/en/rest/repos/rules
"""
_ENDS = {"starts_with": str.startswith, "ends_with": str.endswith, "contains": str.__contains__}


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule that holds for a branch, and the pattern of one that is about names."""

    kind: str
    ruleset: int
    source: str
    operator: str
    pattern: str
    is_negated: bool

    @property
    def place(self) -> str:
        """Where a person finds it."""
        return f"{_RULES} > {self.source} (ruleset {self.ruleset or ''})"

    def fits(self, branch: str) -> bool:
        """Whether its pattern lets the name pass; of a regular expression that is not known: it does."""
        test = _ENDS.get(self.operator)
        return test is None or bool(test(branch, self.pattern)) is not self.is_negated


class GithubSwitches:
    """Port `Switches` over one repository."""

    def __init__(self, api: GithubApi, token: str) -> None:
        self._api = api
        self._is_persons = token.startswith(_OF_PERSONS)

    def all(self, branch: str) -> tuple[Finding, ...]:
        """Repository first: where it cannot be read, nothing else is asked."""
        found = self._repository()
        if found.level is Level.BLOCKER:
            return (found,)
        return (found, *self._permissions(), self._pull_requests(), *self._rules(branch), self._workflows())

    def require_commits(self) -> None:
        """A merge of nothing into nothing is refused for the permission (403), or because there is no such branch."""
        try:
            self._api.write("POST", "/merges", {"base": "", "head": ""}, nothing)
        except (ForgeLimited, NotAllowed):
            raise
        except ForgeError:
            return

    def against(self, branch: str) -> tuple[Finding, ...]:
        """The rules alone; one that nobody can be held to is none, nor is one that we are excepted from."""
        excepted = cache(self._is_excepted)
        rules = self._api.get(f"/rules/branches/{quote(branch)}", _rules)
        found = ((rule, self._rule(rule, branch)) for rule in rules)
        return tuple(one for rule, one in found if one and not excepted(rule.ruleset))

    def _is_excepted(self, ruleset: int) -> bool:
        """Whether the ruleset lets us past, which the list of rules does not tell; no, where the forge does not say."""
        try:
            return self._api.get(f"/rulesets/{ruleset}", _lets_us_past)
        except ForgeLimited:
            raise
        except ForgeError:
            return False

    def _repository(self) -> Finding:
        try:
            return self._api.get("", _repository)
        except ForgeError as error:
            return Finding(Level.BLOCKER, "repository", str(error), error.hint)

    def _permissions(self) -> Iterator[Finding]:
        for name, path, what in _PERMISSIONS:
            try:
                self._api.write("POST", path, {}, _never)
            except (AnswerLost, ForgeLimited) as error:
                yield Finding(Level.UNKNOWN, f"permission {name}", str(error), error.hint)
            except ForgeError as error:
                is_granted = " with 422: " in str(error)
                hint = "" if is_granted else f"Give the job `{name}` under `permissions:` in the workflow."
                level = Level.FINE if is_granted else Level.BLOCKER
                said = f"The token may write {what}" if is_granted else f"The token may not write {what}"
                yield Finding(level, f"permission {name}", said, hint)

    def _pull_requests(self) -> Finding:
        about = "pull requests by Actions"
        try:
            may_open = self._api.get("/actions/permissions/workflow", _may_open)
        except AnswerLost as error:
            return Finding(Level.UNKNOWN, about, str(error), error.hint)
        except ForgeError:
            hint = f"Look at {_ACTIONS}; a token of an administrator can read it."
            return Finding(Level.UNKNOWN, about, "This token may not read the switch", hint)
        if may_open:
            return Finding(Level.FINE, about, "The workflow's token may open pull requests")
        hint = f"Switch on {_ACTIONS} > `Allow GitHub Actions to create and approve pull requests`."
        return Finding(Level.BLOCKER, about, "The workflow's token may not open pull requests", hint)

    def _rules(self, branch: str) -> Iterator[Finding]:
        try:
            found = self.against(branch)
        except NotFound:
            return
        except ForgeError as error:
            yield Finding(Level.UNKNOWN, "rules", str(error), error.hint)
            return
        yield from found or (Finding(Level.FINE, "rules", f"No rule keeps us from making `{branch}`"),)

    def _rule(self, rule: _Rule, branch: str) -> Finding | None:
        """What the rule has against us; None for nothing."""
        if rule.kind == "required_signatures" and self._is_persons:
            said = f"A rule wants signed commits on `{branch}`, and GitHub signs none that a person's token makes"
            hint = f"Set the input `github_token` to the workflow's own token or an app's: {rule.place}."
            return Finding(Level.BLOCKER, "rule required_signatures", said, hint)
        return _of_names(rule, branch)

    def _workflows(self) -> Finding:
        said = "Checks of a pull request that the workflow's own token made wait for `Approve workflows to run`"
        hint = "Set `dispatch_workflows` to have them started, or give `github_token` the token of an app."
        return Finding(Level.WARNING, "checks", said, hint)


def _repository(data: object) -> Finding:
    """What the repository's own settings have against us."""
    if record(data).get("archived"):
        hint = "Unarchive it: Settings > General > Danger Zone."
        return Finding(Level.BLOCKER, "repository", "It is archived, so nothing can be written", hint)
    if record(data).get("has_issues") is False:
        hint = "Switch them on: Settings > General > Features > Issues."
        return Finding(Level.BLOCKER, "repository", "It has no issues", hint)
    said = f"{text(data, 'full_name')}, default branch `{text(data, 'default_branch')}`"
    return Finding(Level.FINE, "repository", said)


def _may_open(data: object) -> bool:
    return flag(data, "can_approve_pull_request_reviews")


def _lets_us_past(ruleset: object) -> bool:
    return text(ruleset, "current_user_can_bypass", absent="") in _BYPASSES


def _never(_: object) -> None:
    """Raises: OddAnswer, since GitHub takes no write that lacks everything."""
    raise OddAnswer("it took a write that lacks everything")


def _rules(data: object) -> tuple[_Rule, ...]:
    return tuple(
        _Rule(
            kind=text(rule, "type"),
            ruleset=number(rule, "ruleset_id", absent=0),
            source=text(rule, "ruleset_source", absent=""),
            operator=text(rule, "parameters", "operator", absent=""),
            pattern=text(rule, "parameters", "pattern", absent=""),
            is_negated=record(rule, "parameters", absent={}).get("negate") is True,
        )
        for rule in records(data)
    )


def _of_names(rule: _Rule, branch: str) -> Finding | None:
    """What the rule has against the branch, whoever makes it."""
    if rule.kind == "creation":
        said = f"A rule keeps everybody but its exceptions from making `{branch}`"
        return Finding(Level.BLOCKER, "rule creation", said, f"Let it except GitHub Actions: {rule.place}.")
    if rule.kind == "update":
        said = f"A rule keeps everybody but its exceptions from pushing to `{branch}` once it is there"
        return Finding(Level.WARNING, "rule update", said, f"Let it except GitHub Actions: {rule.place}.")
    if rule.kind == "branch_name_pattern" and not rule.fits(branch):
        said = f"`{branch}` does not fit the pattern {rule.pattern!r}"
        hint = f"Set the input `branch_prefix`: {rule.place}."
        return Finding(Level.BLOCKER, "rule branch_name_pattern", said, hint)
    return None
