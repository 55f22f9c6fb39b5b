"""Pull requests on GitHub: found, opened, brought up to date, made drafts or ready for review."""

from collections.abc import Iterator

from ai_coder.adapters.github_api import GithubApi
from ai_coder.adapters.github_nouns import person_at
from ai_coder.adapters.github_shape import nothing, number, record, text
from ai_coder.domain.plan import CommitPlan
from ai_coder.domain.pull_request import PullRequest
from ai_coder.errors import AnswerLost, ForgeError

SECTION_BEGIN, SECTION_END = "<!-- ai_coder:begin -->", "<!-- ai_coder:end -->"
"""Around the part of a pull request's body that is ours to replace; the rest is people's."""

_MARK_READY = """\
mutation ($pull: ID!) {
  markPullRequestReadyForReview(input: {pullRequestId: $pull}) { pullRequest { isDraft } }
}"""
_MAKE_DRAFT = """\
mutation ($pull: ID!) {
  convertPullRequestToDraft(input: {pullRequestId: $pull}) { pullRequest { isDraft } }
}"""


class GithubPulls:
    """The pull requests of one repository's own branches."""

    def __init__(self, api: GithubApi) -> None:
        self._api = api
        self._owner = api.repository.partition("/")[0]
        self._found: dict[str, PullRequest | None] = {}
        """Pull requests looked up in this run, by branch: one run asks once."""

    def of(self, branch: str) -> PullRequest | None:
        """The open pull request from `branch`, else the latest that was closed."""
        if not self._found.get(branch):
            self._found[branch] = self._look_up(branch)
        return self._found[branch]

    def _look_up(self, branch: str) -> PullRequest | None:
        items = self._api.pages("/pulls", parse_pull_request, head=f"{self._owner}:{branch}", state="all")
        found = [item for item in items if item.branch == branch and not item.is_from_fork]
        return next((pull_request for pull_request in found if pull_request.is_open), found[0] if found else None)

    def propose(self, found: PullRequest, plan: CommitPlan) -> tuple[PullRequest, tuple[str, ...]]:
        """The pull request as the plan wants it, as far as GitHub lets us; what it does not, one sentence each.

        `found` has the number 0 where there is none yet. What is missing is no end of the run: the commit stands.
        """
        try:
            pull_request = self._update(found, plan) if found.number else self._create(plan)
        except ForgeError as error:
            what = f"The branch `{plan.branch}` stands, but the pull request does not"
            if found.number:
                what = f"The commit is on pull request #{found.number}, whose text could not be brought up to date"
            return found, (f"{what}: {error.told}",)
        notes = []
        try:
            pull_request = self._turned(pull_request, plan)
        except ForgeError as error:
            kind = "made ready for review" if pull_request.is_draft else "made a draft"
            notes.append(f"Pull request #{pull_request.number} could not be {kind}: {error.told}")
        return pull_request, (*notes, *self._extras(pull_request.number, plan))

    def _create(self, plan: CommitPlan) -> PullRequest:
        body = {
            "title": plan.title,
            "head": plan.branch,
            "base": plan.base_branch,
            "body": f"{SECTION_BEGIN}\n{plan.body}\n{SECTION_END}",
            "draft": plan.is_draft,
        }
        try:
            return self._api.write("POST", "/pulls", body, parse_pull_request)
        except ForgeError as error:
            found = self.of(plan.branch)
            if found and found.is_open:
                return found
            is_without_drafts = plan.is_draft and "draft" in str(error).lower()
            if is_without_drafts or isinstance(error, AnswerLost):
                body["draft"] = plan.is_draft and not is_without_drafts
                return self._api.write("POST", "/pulls", body, parse_pull_request)
            raise

    def _update(self, found: PullRequest, plan: CommitPlan) -> PullRequest:
        """Replace our section of the body; title and everything outside the section are people's."""
        before, begin, rest = found.body.partition(SECTION_BEGIN)
        _, end, after = rest.partition(SECTION_END)
        if not (begin and end):
            return self._api.get(f"/pulls/{found.number}", parse_pull_request)
        body = f"{before}{SECTION_BEGIN}\n{plan.body}\n{SECTION_END}{after}"
        return self._api.write("PATCH", f"/pulls/{found.number}", {"body": body}, parse_pull_request)

    def _turned(self, pull_request: PullRequest, plan: CommitPlan) -> PullRequest:
        """Ready for review, or a draft again, as the plan wants it; REST cannot do either."""
        if pull_request.is_draft and not plan.is_draft:
            self._api.graphql(_MARK_READY, nothing, pull=pull_request.node_id)
        elif not pull_request.is_draft and plan.is_withdrawn:
            self._api.graphql(_MAKE_DRAFT, nothing, pull=pull_request.node_id)
        else:
            return pull_request
        return self._api.get(f"/pulls/{pull_request.number}", parse_pull_request)

    def _extras(self, number: int, plan: CommitPlan) -> Iterator[str]:
        """Labels, reviewers and assignees; a wrong name is a note, never the end of the run."""
        wishes = (
            ("labels", f"/issues/{number}/labels", "labels", plan.labels),
            ("reviewers", f"/pulls/{number}/requested_reviewers", "reviewers", plan.reviewers),
            ("assignees", f"/issues/{number}/assignees", "assignees", plan.assignees),
        )
        for what, path, key, names in wishes:
            try:
                if names:
                    self._api.write("POST", path, {key: list(names)}, nothing)
            except ForgeError as error:
                yield f"The {what} {', '.join(names)} could not be set: {error}"


def parse_pull_request(data: object) -> PullRequest:
    """A pull request in REST's shape; one whose fork is gone comes from a fork. Raises: OddAnswer."""
    return PullRequest(
        number=number(data, "number"),
        url=text(data, "html_url"),
        head=text(data, "head", "sha"),
        base_branch=text(data, "base", "ref"),
        base_commit=text(data, "base", "sha"),
        body=text(data, "body", absent=""),
        is_open=text(data, "state") == "open",
        is_merged=bool(text(data, "merged_at", absent="")),
        is_draft=record(data).get("draft") is True,
        node_id=text(data, "node_id", absent=""),
        branch=text(data, "head", "ref"),
        is_from_fork=_full_name(data, "head") != _full_name(data, "base"),
        title=text(data, "title", absent=""),
        author=person_at(data, "user"),
    )


def _full_name(data: object, side: str) -> str:
    """`owner/name` of a pull request's head or base, in small letters; empty when the fork is gone."""
    return text(data, side, "repo", "full_name", absent="").casefold()
