"""Check runs, their remarks and logs, and workflows started by hand. Source: https://docs.github.com/rest/checks."""

from ai_coder.loopback.http import Answer, Json
from ai_coder.loopback.refusals import not_found, unprocessable
from ai_coder.loopback.repository import Repository
from ai_coder.loopback.routing import REPO, Call, Route
from ai_coder.loopback.shapes import node_id, time
from ai_coder.loopback.state import CheckRun

LOG_PATH = "/_logs"
"""Where the logs are kept: another place than the API, as on GitHub."""


def list_check_runs(call: Call) -> Answer:
    """Of a commit, newest first; with `filter=latest` the last of each name."""
    sha = call.repo.store.resolve(call.params["ref"])
    if sha is None:
        raise unprocessable(f"No commit found for SHA: {call.params['ref']}")
    runs = [run for run in reversed(call.repo.checks) if run.commit == sha]
    if call.request.query.get("filter", "latest") == "latest":
        runs = list({run.name: run for run in reversed(runs)}.values())
    page = call.page([_check_run(call.repo, run) for run in runs])
    return Answer(200, {"total_count": len(runs), "check_runs": page.body}, page.headers)


def list_annotations(call: Call) -> Answer:
    """The remarks of one check run."""
    return call.page([_annotation(call.repo, one) for one in _run(call).annotations])


def get_log(call: Call) -> Answer:
    """Where the log is."""
    run = _run(call)
    if not run.log:
        raise not_found()
    return Answer(302, None, {"Location": f"{call.world.api_url}{LOG_PATH}/{call.repo.full_name}/{run.id}"})


def get_log_text(call: Call) -> Answer:
    """The log itself, for whoever has its address."""
    repo = call.world.repository(f"{call.params['owner']}/{call.params['name']}")
    run = next((run for run in repo.checks if run.id == call.number), None)
    if run is None:
        raise not_found()
    return Answer(200, run.log.encode(), {"Content-Type": "text/plain; charset=utf-8"})


def dispatch(call: Call) -> Answer:
    """Start a workflow of the default branch that allows it. It runs nothing here, and is remembered."""
    name, ref = call.params["workflow"], call.required("ref")
    workflow = _workflow(call.repo, name)
    if workflow is None:
        raise not_found()
    if "workflow_dispatch" not in workflow:
        raise unprocessable("Workflow does not have 'workflow_dispatch' trigger")
    if call.repo.head(ref) is None:
        raise unprocessable(f"No ref found for: {ref}")
    call.repo.dispatched.append((name, ref))
    return Answer(204)


def _workflow(repo: Repository, name: str) -> str | None:
    """The text of the workflow file on the default branch."""
    commit = repo.store.commit(repo.head(repo.default_branch) or "")
    files = repo.store.contents(commit.tree) if commit else {}
    text = files.get(f".github/workflows/{name}")
    return text.decode("utf-8", "replace") if text is not None else None


def _run(call: Call) -> CheckRun:
    """Raises: Refused (404)."""
    for run in call.repo.checks:
        if run.id == call.number:
            return run
    raise not_found()


def _check_run(repo: Repository, run: CheckRun) -> Json:
    url = f"{repo.api}/check-runs/{run.id}"
    page = f"{repo.html}/actions/runs/1/job/{run.id}"
    return {
        "id": run.id,
        "node_id": node_id("CR", run.id),
        "head_sha": run.commit,
        "external_id": "",
        "name": run.name,
        "url": url,
        "html_url": page,
        "details_url": page,
        "status": "completed",
        "conclusion": run.conclusion,
        "started_at": time(run.at),
        "completed_at": time(run.at),
        "output": {
            "title": run.title or None,
            "summary": run.summary or None,
            "text": None,
            "annotations_count": len(run.annotations),
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": {"id": 1},
        "app": None,
        "pull_requests": [],
    }


def _annotation(repo: Repository, one: tuple[str, int, str | None]) -> Json:
    path, line, message = one
    return {
        "path": path,
        "blob_href": f"{repo.html}/blob/main/{path}",
        "start_line": line,
        "end_line": line,
        "start_column": None,
        "end_column": None,
        "annotation_level": "failure",
        "title": None,
        "message": message,
        "raw_details": None,
    }


ROUTES = (
    Route("GET", f"{REPO}/commits/{{ref*}}/check-runs", list_check_runs, "checks"),
    Route("GET", f"{REPO}/check-runs/{{number}}/annotations", list_annotations, "checks"),
    Route("GET", f"{REPO}/actions/jobs/{{number}}/logs", get_log, "actions"),
    Route("GET", f"{LOG_PATH}/{{owner}}/{{name}}/{{number}}", get_log_text, "none"),
    Route("POST", f"{REPO}/actions/workflows/{{workflow}}/dispatches", dispatch, "actions", "write"),
)
