"""Checks of a commit on GitHub, and workflows that are started by hand."""

from collections import deque
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import requests

from ai_coder.adapters.github_api import GithubApi
from ai_coder.adapters.github_shape import nothing, number, record, records, text
from ai_coder.domain.checks import FailedCheck
from ai_coder.errors import ForgeError

_FAILED = frozenset({"failure", "timed_out"})
_MAX_CHECKS = 10
"""Failed checks that are read: each costs three requests."""
_MAX_ANNOTATIONS = 30
_MAX_LOG_BYTES = 50_000_000
_KEPT_LOG_BYTES = 60_000
_CHUNK_BYTES = 20_000
_TIMEOUT_S = 60


class GithubChecks:
    """Port `Checks` over one repository."""

    def __init__(self, api: GithubApi) -> None:
        self._api = api

    def failed(self, commit: str) -> tuple[FailedCheck, ...]:
        """The checks whose latest run on the commit failed."""
        failed = self._api.get(f"/commits/{commit}/check-runs", _failed, filter="latest", per_page=100)
        return tuple(self._whole(run, check, remarks) for run, check, remarks in failed[:_MAX_CHECKS])

    def start(self, workflow: str, branch: str) -> None:
        """Start the workflow file of that name on the branch, by `workflow_dispatch`."""
        self._api.write("POST", f"/actions/workflows/{quote(workflow, safe='')}/dispatches", {"ref": branch}, nothing)

    def _whole(self, run: int, check: FailedCheck, remarks: int) -> FailedCheck:
        """The check with what has to be asked for."""
        annotations: tuple[str, ...] = ()
        if remarks:
            path = f"/check-runs/{run}/annotations"
            annotations = self._api.get(path, _annotations, per_page=_MAX_ANNOTATIONS)
        return replace(check, annotations=annotations, log=self._log(run))

    def _log(self, run: int) -> str:
        """The end of the job's log; empty for a check that is no workflow's job, or whose log is gone.

        The check run of a job has the job's id. Source: https://docs.github.com/en/rest/actions/workflow-jobs
        """
        try:
            url = self._api.redirect(f"/actions/jobs/{run}/logs")
            self._api.requests_made += 1
            with closing(requests.get(url, stream=True, timeout=_TIMEOUT_S)) as answer:
                answer.raise_for_status()
                return _tail(answer)
        except (ForgeError, requests.RequestException):
            return ""


def _failed(data: object) -> list[tuple[int, FailedCheck, int]]:
    """Each failed run: its id, what the list tells of it, and how many annotations it has."""
    runs = [run for run in records(data, "check_runs") if text(run, "conclusion", absent="") in _FAILED]
    return [(number(run, "id"), _check(run), number(run, "output", "annotations_count", absent=0)) for run in runs]


def _check(run: Mapping[str, Any]) -> FailedCheck:
    output = record(run, "output", absent={})
    words = (text(output, key, absent="") for key in ("title", "summary", "text"))
    return FailedCheck(
        name=text(run, "name"),
        conclusion=text(run, "conclusion"),
        url=text(run, "html_url", absent=""),
        summary="\n".join(filter(None, words)),
    )


def _annotations(data: object) -> tuple[str, ...]:
    """Those that say something: GitHub allows a message to be null."""
    said = [(one, text(one, "message", absent="")) for one in records(data)]
    return tuple(f"{text(one, 'path')}:{number(one, 'start_line')}: {message}" for one, message in said if message)


def _tail(answer: requests.Response) -> str:
    kept: deque[bytes] = deque(maxlen=_KEPT_LOG_BYTES // _CHUNK_BYTES)
    read = 0
    for chunk in answer.iter_content(_CHUNK_BYTES):
        kept.append(chunk)
        read += len(chunk)
        if read > _MAX_LOG_BYTES:
            break
    return b"".join(kept).decode("utf-8", "replace")
