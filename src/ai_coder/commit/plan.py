"""`Proposal` + task -> `CommitPlan`. Pure: the same task gives the same branch; facts are written by code."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from ai_coder.domain.change import ChangeSet, FileChange
from ai_coder.domain.plan import CommitPlan, Place
from ai_coder.domain.report import Proposal
from ai_coder.domain.task import Issue, Person, Task
from ai_coder.domain.verification import Verdict
from ai_coder.egress import Egress
from ai_coder.settings import CommitPolicy

_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}(\[bot\])?")
_MAX_LISTED_FILES = 50
REVIEW_LABEL = "look-closely"
"""Put on a pull request that changes what is installed, or what tools run by themselves."""


def branch_name(issue: Issue, policy: CommitPolicy, slug: str = "") -> str:
    """The branch of the issue; `slug` names it where issues have no numbers (a local file)."""
    return f"{policy.branch_prefix}{slug or f'issue-{issue.number}'}"


def plan(
    task: Task, proposal: Proposal, place: Place, policy: CommitPolicy, egress: Egress, tests: Iterable[str] = ()
) -> CommitPlan:
    """One commit and one pull request. What the model says is a quoted section, everything else is ours.

    `tests` are the lines that tell what the project's tests say of the change. Somebody else's pull request keeps its
    labels and people.
    """
    title = _title(task.issue, policy.title_prefix, egress)
    is_theirs = task.issue.is_pull_request
    return CommitPlan(
        branch=place.branch,
        base_branch=place.base_branch,
        parent=place.parent,
        is_new_branch=place.is_new_branch,
        message=_message(task, egress.commit_message(proposal.title) or title, place),
        change_set=proposal.change_set,
        title=title,
        body=egress.finish("\n".join(_body(task, proposal, place, egress, tests))),
        is_draft=bool(proposal.parked or proposal.cautions)
        or policy.draft == "always"
        or (policy.draft == "auto" and not is_proved(proposal)),
        is_withdrawn=policy.draft == "auto" and _is_broken(proposal),
        labels=() if is_theirs else (*policy.labels, *((REVIEW_LABEL,) if proposal.cautions else ())),
        reviewers=() if is_theirs else policy.reviewers,
        assignees=() if is_theirs else policy.assignees,
    )


def is_proved(proposal: Proposal) -> bool:
    """Whether the tests passed, and none of them was made weaker for it."""
    verification = proposal.verification
    return verification is not None and verification.verdict is Verdict.PASSED and not verification.weakened


def _is_broken(proposal: Proposal) -> bool:
    return proposal.verification is not None and proposal.verification.verdict is Verdict.FAILED


def _title(issue: Issue, prefix: str, egress: Egress) -> str:
    """The issue's title without the prefix that started the run."""
    title = issue.title.strip()
    if prefix and title.casefold().startswith(prefix.casefold()):
        title = title[len(prefix) :].lstrip(" :")
    return egress.title(title) or f"Solve issue {issue.number}"


def _message(task: Task, subject: str, place: Place) -> str:
    """Subject, the merge, the issue, and the person who asked as co-author; trailers come from nowhere else."""
    lines = [subject.splitlines()[0][:72]]
    if place.merged:
        lines += ["", f"Merges {place.base_branch} ({place.merged[:7]}) into the branch."]
    if task.issue.url:
        lines += ["", f"Requested in #{task.issue.number}."]
    trailer = _co_author(task.requester, task.issue.url)
    return "\n".join([*lines, "", trailer] if trailer else lines)


def _co_author(person: Person, url: str) -> str:
    """The trailer that names the person who asked; empty for nobody.

    Source: https://docs.github.com/en/pull-requests/committing-changes-to-your-project/creating-and-editing-commits
    """
    host = urlsplit(url).hostname or ""
    if not host or not person.id or not _LOGIN.fullmatch(person.login):
        return ""
    return f"Co-authored-by: {person.login} <{person.id}+{person.login}@users.noreply.{host}>"


def _body(task: Task, proposal: Proposal, place: Place, egress: Egress, tests: Iterable[str]) -> Iterator[str]:
    if task.issue.url:
        yield f"Closes #{task.issue.number}"
        yield ""
    if proposal.summary:
        yield "**What the model says about its change** (nobody checked this):"
        yield ""
        yield from (f"> {line}".rstrip() for line in egress.prose(proposal.summary).splitlines())
        yield ""
    if proposal.cautions:
        yield "**Look at this first:**"
        yield from (f"- {egress.line(caution.text)}" for caution in proposal.cautions)
        yield ""
    if place.merged:
        yield f"The last commit merges {egress.code(place.base_branch)} ({place.merged[:7]}) into the branch."
        yield ""
    if proposal.change_set:
        yield "| file of the last commit | change |"
        yield "|---|---|"
        yield from _rows(proposal.change_set, egress)
        yield ""
    if proposal.parked:
        yield f"**Not finished:** {egress.line(proposal.parked)}."
        yield from (f"- [ ] {egress.line(item)}" for item in proposal.remaining)
        yield ""
    yield from tests
    if task.issue.url:
        yield ""
        yield (
            "Workflows of this repository may wait for `Approve workflows to run`, or not start at all, "
            "because this pull request was made with the workflow's own token."
        )
        yield ""
        yield "To change something, comment on the issue; the next commit lands on this branch."


def _rows(change_set: ChangeSet, egress: Egress) -> Iterator[str]:
    for change in change_set.changes[:_MAX_LISTED_FILES]:
        yield f"| {egress.code(change.path.text)} | {_verb(change)} |"
    more = len(change_set.changes) - _MAX_LISTED_FILES
    if more > 0:
        yield f"| and {more} more | |"


def _verb(change: FileChange) -> str:
    if change.before is None:
        return "added"
    return "deleted" if change.after is None else "modified"
