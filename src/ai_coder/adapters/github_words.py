"""What GitHub says when it refuses, in words for people."""

import json
import re
from collections.abc import Mapping


def said_by(text: str) -> str:
    """GitHub's own words in an error answer, on one line."""
    try:
        data = json.loads(text)
    except ValueError:
        return "no reason given"
    if not isinstance(data, dict):
        return "no reason given"
    details = data.get("errors")
    words = [str(data.get("message", "no reason given")), *map(detail, details if isinstance(details, list) else ())]
    return re.sub(r"\s+", " ", "; ".join(words))[:500]


def detail(error: object) -> str:
    """One of several errors, in its own words."""
    return str(error.get("message") or error.get("code")) if isinstance(error, dict) else str(error)


def permission_hint(verb: str, path: str, headers: Mapping[str, str], said: str) -> str:
    """The missing permission by name: GitHub's header says it, the path where the header is missing."""
    if "not permitted to create" in said.lower():
        return "Switch on Settings > Actions > General > `Allow GitHub Actions to create and approve pull requests`."
    accepted = headers.get("x-accepted-github-permissions", "").replace("_", "-").replace("=", ": ")
    if not accepted:
        area = "contents" if path.startswith(("/git/", "/contents", "/tarball")) else "issues"
        area = "pull-requests" if path.startswith("/pulls") else area
        accepted = f"{area}: {'read' if verb == 'GET' else 'write'}"
    return f"Give the job the permission `{accepted}` under `permissions:` in the workflow."
