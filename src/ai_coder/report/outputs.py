"""`Report` -> the action's outputs and the report file. From what the forge says and from counters only."""

import json
from typing import Any

from ai_coder.domain.outcome import Parked, Planned, Questions, Reviewed
from ai_coder.domain.pull_request import PullRequest
from ai_coder.domain.report import Cancelled, Cannot, Failed, NothingToChange, Proposal, Published, Report
from ai_coder.domain.task import Skip
from ai_coder.domain.trajectory import Turn, Visit
from ai_coder.domain.verification import TestRun, Verification
from ai_coder.report.patch import render_patch
from ai_coder.settings import OUTPUTS


def render_outputs(report: Report) -> dict[str, str]:
    """Every output but `report_path`, which the place of the run knows; empty where there is nothing to say."""
    published = report.outcome if isinstance(report.outcome, Published) else None
    pull_request, shown_in = report.pull_request, report.shown_in or PullRequest()
    spent = report.spent
    values = dict.fromkeys((output.name for output in OUTPUTS), "") | {
        "status": report.status.value,
        "issue_number": str(report.task.issue.number) if report.task else "",
        "pull_request_number": str(pull_request.number or "") if pull_request else "",
        "pull_request_url": pull_request.url if pull_request else "",
        "branch": published.branch if published else shown_in.branch,
        "commit_sha": published.commit if published else shown_in.head,
        "changed_files": json.dumps([file.path for file in published.files] if published else []),
        "verified": report.verdict.value,
        "steps": str(spent.rounds),
        "input_tokens": str(spent.usage.input_tokens),
        "output_tokens": str(spent.usage.output_tokens),
        "cost_usd": f"{spent.cost_usd:.6f}" if spent.cost_usd is not None else "",
    }
    values.pop("report_path")
    return values


def render_report(report: Report) -> str:
    """The report file: JSON, one object, stable names."""
    outputs = render_outputs(report)
    data: dict[str, Any] = {"version": 1, **outputs, "changed_files": json.loads(outputs["changed_files"])}
    data |= {
        "model": report.spent.model,
        "requester": report.task.requester.login if report.task else "",
        "context_files": [path.text for path in report.context_paths],
        "reason": reason(report),
        "notes": list(report.notes),
    }
    if report.threads:
        data["threads"] = [
            {"place": one.thread.place, "verdict": one.verdict.value, "commit": one.commit, "resolved": one.is_resolved}
            for one in report.threads
        ]
    if report.task:
        data |= {
            "rooms": list(map(_room, report.trajectory.visits)),
            "turns": list(map(_turn, report.trajectory.turns)),
        }
    if report.unpublished:
        data["patch"] = render_patch(report.unpublished)
    if isinstance(report.outcome, Published):
        data["tests"] = _tests(report.outcome.verification)
        data["files"] = [
            {"path": f.path, "status": f.status, "added": f.added_lines, "removed": f.removed_lines}
            for f in report.outcome.files
        ]
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _room(visit: Visit) -> dict[str, Any]:
    return {
        "room": visit.room,
        "start_s": round(visit.start_s, 3),
        "seconds": round(visit.seconds, 3),
        "said": visit.said,
    }


def _turn(turn: Turn) -> dict[str, Any]:
    """One reply in figures; what was said stands on the page."""
    return {
        "start_s": round(turn.start_s, 3),
        "seconds": round(turn.seconds, 3),
        "input_tokens": turn.usage.input_tokens,
        "cached_input_tokens": turn.usage.cached_input_tokens,
        "output_tokens": turn.usage.output_tokens,
        "cost_usd": turn.cost_usd,
        "tools": [use.call.name for use in turn.uses],
        "refused": len(turn.refusals),
        "error": turn.error,
    }


def _tests(verification: Verification) -> dict[str, Any]:
    """What the tests said, with the output of both runs."""
    runs = {"base": verification.base, "head": verification.head}
    return {
        "verdict": verification.verdict.value,
        "reason": verification.reason,
        "command": verification.command,
        **{name: list(getattr(verification, name)) for name in _KINDS_OF_TESTS},
        "still_passing": verification.still_passing,
        **{name: _run(run) for name, run in runs.items() if run},
    }


_KINDS_OF_TESTS = ("fixed", "broken", "still_failing", "flaky", "weakened")


def _run(run: TestRun) -> dict[str, Any]:
    ran = run.ran
    return {
        "exit_status": ran.exit_status,
        "seconds": round(ran.seconds, 1),
        "format": run.format,
        "cut_bytes": ran.cut_bytes,
        "output": ran.output,
    }


def reason(report: Report) -> str:
    """Why it ended as it did, one sentence; empty for a change, which speaks for itself."""
    match report.outcome:
        case Skip(reason=text) | NothingToChange(reason=text) | Cannot(reason=text):
            return text
        case Failed(reason=text) | Cancelled(reason=text) | Parked(reason=text) | Questions(summary=text):
            return text
        case Planned(plan=text):
            return text
        case Reviewed(summary=text):
            return text
        case Published(proposal=Proposal(parked=text)):
            return text
    return ""
