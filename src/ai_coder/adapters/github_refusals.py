"""What a refusal of GitHub means: one table, status and words -> an error, and a hint that names what to switch.

Sources: troubleshooting-the-rest-api and rate-limits-for-the-rest-api below https://docs.github.com/en/rest/using-the-rest-api
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ai_coder.errors import EmptyRepository, ForgeError, NotAllowed, NotFound

Kind = Literal["answer", "fault", "limit", "lag", "refusal"]
_BAD_REQUEST, _FORBIDDEN, _UNPROCESSABLE, _TOO_MANY_REQUESTS, _SERVER_ERROR = 400, 403, 422, 429, 500
_SECONDARY_S = 60.0
"""To be waited after a secondary limit that names no time."""
_TIME = re.compile(r"[0-9]{1,11}")
"""Seconds that a header gives; of more digits no date can be made."""
_SECONDARY = re.compile(r"secondary rate limit|abuse detection")
_LAG = re.compile(
    r"could not resolve to a node|(tree|parent) sha does not exist|object does not exist|reference does not exist"
    r"|git ?rpc::badobjectstate"
)
"""What is said of something that was written a moment ago, and not yet everywhere."""
_GRAPHQL_HINT = "Give the job the permissions `contents: write` and `pull-requests: write` in the workflow."
_ACTIONS_SETTINGS = "Settings > Actions > General"


@dataclass(frozen=True, slots=True)
class GithubAnswer:
    """What came back for one request."""

    verb: str
    path: str
    status: int
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""

    @property
    def kind(self) -> Kind:
        """What is to be done about it."""
        if self.status < _BAD_REQUEST:
            return "answer"
        if self.status >= _SERVER_ERROR:
            return "fault"
        if self.wait_s(0.0) is not None:
            return "limit"
        return "lag" if self.status == _UNPROCESSABLE and _LAG.search(self.said.lower()) else "refusal"

    def wait_s(self, now_s: float) -> float | None:
        """Seconds until a rate limit lets us go on; None where the answer is no rate limit. `now_s` is Unix time."""
        if self.status not in {_FORBIDDEN, _TOO_MANY_REQUESTS}:
            return None
        after, reset = self.headers.get("retry-after", ""), self.headers.get("x-ratelimit-reset", "")
        if _TIME.fullmatch(after):
            return float(after)
        if self.headers.get("x-ratelimit-remaining") == "0":
            return max(float(reset) - now_s, 1.0) if _TIME.fullmatch(reset) else _SECONDARY_S
        is_secondary = self.status == _TOO_MANY_REQUESTS or _SECONDARY.search(self.said.lower())
        return _SECONDARY_S if is_secondary else None

    @property
    def said(self) -> str:
        """GitHub's own words, on one line."""
        try:
            data = json.loads(self.text)
        except ValueError:
            return "no reason given"
        if not isinstance(data, dict):
            return "no reason given"
        details = data.get("errors")
        words = [
            str(data.get("message", "no reason given")),
            *map(_detail, details if isinstance(details, list) else ()),
        ]
        return re.sub(r"\s+", " ", "; ".join(words))[:500]

    @property
    def asked(self) -> str:
        """What was asked for, below the repository."""
        return f"{self.verb} {self.path or '/'}"

    @property
    def sentence(self) -> str:
        """What was refused, in GitHub's words."""
        sentence = f"GitHub refused {self.asked} with {self.status}: {self.said}"
        request_id = self.headers.get("x-github-request-id", "")
        return f"{sentence} (request {request_id})" if request_id else sentence


def _detail(detail: object) -> str:
    if not isinstance(detail, dict):
        return str(detail)
    named = " ".join(str(detail[key]) for key in ("field", "code") if detail.get(key))
    return str(detail.get("message") or named)


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the table."""

    statuses: tuple[int, ...]
    words: re.Pattern[str] | None
    hint: str = ""
    error: type[ForgeError] = ForgeError
    sentence: str = ""
    """Said in place of GitHub's words."""

    def fits(self, answer: GithubAnswer) -> bool:
        return answer.status in self.statuses and (self.words is None or bool(self.words.search(answer.said.lower())))


_TABLE = (
    _Row((401,), None, "The token is wrong or has expired: check the input `github_token`.", NotAllowed),
    _Row(
        (403, 422),
        re.compile(r"not permitted to create"),
        f"Switch on {_ACTIONS_SETTINGS} > `Allow GitHub Actions to create and approve pull requests`.",
    ),
    _Row(
        (403, 404, 422),
        re.compile(r"refusing to allow|without `?workflows?`? (scope|permission)"),
        "The workflow's token may not write workflow files: leave `.github/workflows` out of the request.",
    ),
    _Row(
        (403,),
        re.compile(r"is locked"),
        "Unlock the conversation: on the issue's page, `Unlock conversation`.",
    ),
    _Row((403,), re.compile(r"archived"), "Unarchive the repository: Settings > General > Danger Zone."),
    _Row(
        (403,),
        re.compile(r"saml"),
        "Authorize the token for the organization's single sign-on, or use the workflow's own token.",
    ),
    _Row(
        (403,),
        re.compile(r"ip allow list"),
        "Add the runner's address to the organization's IP allow list: organization Settings > Security.",
    ),
    _Row((409,), re.compile(r"empty"), error=EmptyRepository, sentence="the repository has no commit yet"),
    _Row(
        (410,),
        re.compile(r"disabled"),
        "Switch issues on: Settings > General > Features > Issues.",
    ),
    _Row((404, 410, 301), None, error=NotFound),
    _Row(
        (403, 409, 422),
        re.compile(r"rule violation|gh013|gh006|protected (ref|branch)|ruleset|verified signature|repository rule"),
        "A rule of the repository stands in the way (Settings > Rules > Rulesets, or Settings > Branches): let it "
        "except GitHub Actions, or set the input `branch_prefix` to names that it allows.",
    ),
    _Row((422,), re.compile(r"too long"), "Shorten the issue's title or the request."),
)


_OF_CONTENTS = ("/git/", "/contents", "/tarball", "/commits", "/compare", "/merges")
"""Paths that the permission `contents` is for."""


def graphql_refusal(errors: Iterable[object]) -> ForgeError:
    """The error for the errors that GraphQL lists in an answer of status 200."""
    errors = tuple(errors)
    said = re.sub(r"\s+", " ", "; ".join(map(_detail, errors)))[:500]
    kinds = {str(error.get("type")) for error in errors if isinstance(error, dict)}
    sentence = f"GitHub refused a GraphQL request: {said}"
    if "NOT_FOUND" in kinds:
        return NotFound(sentence)
    return NotAllowed(sentence, hint=_GRAPHQL_HINT) if "FORBIDDEN" in kinds else ForgeError(sentence)


def refusal(answer: GithubAnswer) -> ForgeError:
    """The error for an answer that is none, with its hint."""
    for row in _TABLE:
        if row.fits(answer):
            return row.error(row.sentence or answer.sentence, hint=row.hint)
    if answer.status == _FORBIDDEN:
        return NotAllowed(answer.sentence, hint=_permission_hint(answer))
    return ForgeError(answer.sentence)


def _permission_hint(answer: GithubAnswer) -> str:
    """The missing permission by name: GitHub's header says it, the path where the header is missing."""
    accepted = answer.headers.get("x-accepted-github-permissions", "").replace("_", "-").replace("=", ": ")
    if not accepted:
        path = answer.path
        area = "contents" if path.startswith(_OF_CONTENTS) else "issues"
        area = "pull-requests" if path.startswith("/pulls") else area
        accepted = f"{area}: {'read' if answer.verb == 'GET' else 'write'}"
    return f"Give the job the permission `{accepted}` under `permissions:` in the workflow."
