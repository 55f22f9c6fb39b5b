"""Checks of a commit on GitHub, and workflows that are started by hand."""

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any
from urllib.parse import quote

import requests

from ai_coder.adapters.github_api import GithubApi
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
        data = self._api.get(f"/commits/{commit}/check-runs", filter="latest", per_page=100)
        failed = [run for run in data["check_runs"] if run.get("conclusion") in _FAILED]
        return tuple(self._check(run) for run in failed[:_MAX_CHECKS])

    def start(self, workflow: str, branch: str) -> None:
        """Start the workflow file of that name on the branch, by `workflow_dispatch`."""
        self._api.write("POST", f"/actions/workflows/{quote(workflow, safe='')}/dispatches", {"ref": branch})

    def _check(self, run: Mapping[str, Any]) -> FailedCheck:
        output = run.get("output") or {}
        words = (str(output.get(key) or "") for key in ("title", "summary", "text"))
        return FailedCheck(
            name=str(run["name"]),
            conclusion=str(run["conclusion"]),
            url=str(run.get("html_url") or ""),
            summary="\n".join(filter(None, words)),
            annotations=tuple(self._annotations(run)),
            log=self._log(run),
        )

    def _annotations(self, run: Mapping[str, Any]) -> Iterator[str]:
        if not (run.get("output") or {}).get("annotations_count"):
            return
        path = f"/check-runs/{run['id']}/annotations"
        for item in self._api.get(path, per_page=_MAX_ANNOTATIONS):
            yield f"{item['path']}:{item['start_line']}: {item['message']}"

    def _log(self, run: Mapping[str, Any]) -> str:
        """The end of the job's log; empty for a check that is no workflow's job, or whose log is gone.

        The check run of a job has the job's id. Source: https://docs.github.com/en/rest/actions/workflow-jobs
        """
        try:
            url = self._api.redirect(f"/actions/jobs/{run['id']}/logs")
            self._api.requests_made += 1
            with closing(requests.get(url, stream=True, timeout=_TIMEOUT_S)) as answer:
                answer.raise_for_status()
                return _tail(answer)
        except (ForgeError, requests.RequestException):
            return ""


def _tail(answer: requests.Response) -> str:
    kept: deque[bytes] = deque(maxlen=_KEPT_LOG_BYTES // _CHUNK_BYTES)
    read = 0
    for chunk in answer.iter_content(_CHUNK_BYTES):
        kept.append(chunk)
        read += len(chunk)
        if read > _MAX_LOG_BYTES:
            break
    return b"".join(kept).decode("utf-8", "replace")
