"""Faults of the embedded GitHub, scripted: which request, how often, and what is answered, with or without effect."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ai_coder.loopback import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ai_coder.loopback import GithubServer, Request
    from fakes.stage import Stage

HTML = b"<html><body>502 Bad Gateway</body></html>"


def said(message: str, status: int = 403, **headers: str) -> Answer:
    """GitHub's own form of a refusal."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, {"message": message, "documentation_url": "https://docs.github.com"}, names)


BAD_GATEWAY = Answer(502, HTML, {"Content-Type": "text/html"})
HANG_UP = Answer(0)
CUT = Answer(200, b'{"id": 1, "na', {"Content-Length": "400"}, hang_up=True)
PAGE = Answer(200, HTML, {"Content-Type": "text/html"})
EMPTY = Answer(200, b"")


@dataclass
class Fault:
    """From the `after`-th request that fits on, `times` requests get `answer`."""

    method: str
    path: str
    """A regular expression that the end of the path fits."""
    answer: Answer
    times: int = 1
    after: int = 0
    has_effect: bool = False
    """Whether the request does what it asks before the answer is lost."""
    seen: int = field(default=0, init=False)

    def fits(self, request: Request) -> bool:
        """Whether this request is the one; counts it."""
        if request.method != self.method or not re.search(f"{self.path}$", request.path):
            return False
        self.seen += 1
        return self.after < self.seen <= self.after + self.times


def inject(stage: Stage, *faults: Fault) -> None:
    """Let the forge fail so."""

    def intercept(request: Request) -> Answer | None:
        fault = next((fault for fault in faults if fault.fits(request)), None)
        if fault is None:
            return None
        if fault.has_effect:
            stage.github.perform(request)
        return fault.answer

    stage.github.interceptors.append(intercept)


def reset_in(seconds: float, github: GithubServer) -> Mapping[str, str]:
    """The headers of a primary limit that is used up for so long."""
    moment = int(github.world.now().timestamp() + seconds)
    return {"X-RateLimit-Remaining": "0", "X-RateLimit-Limit": "1000", "X-RateLimit-Reset": str(moment)}
