"""An embedded OpenAI-compatible endpoint on 127.0.0.1: says what a script says, and remembers what it was asked."""

import threading
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

from ai_coder.loopback.http import Answer, Exchange, HttpServer, Json, Request
from ai_coder.loopback.model_script import CREATED, Call, Say, Speaker, Turn

__all__ = ["Call", "ModelServer", "Say"]

Interceptor = Callable[[Request], Answer | None]
"""Sees a request first. An answer ends it; None lets the script speak."""


class ModelServer:
    """Serves `/v1/chat/completions`, `/v1/responses` and `/v1/models`, from `with` until its end.

    The replies are said in order; a `Speaker` in their place answers every request. When nothing is left
    to say, the answer is status 400 and says so.
    """

    def __init__(self, replies: Iterable[Say | str] | Speaker = (), model: str = "scripted") -> None:
        self.model = model
        self.interceptors: list[Interceptor] = []
        self.requests: list[Exchange] = []
        """Every exchange, in the order of the answers."""
        self._speak = replies if callable(replies) else _Script(replies)
        self._lock = threading.RLock()
        self._http = HttpServer(self._answer)

    def __enter__(self) -> Self:
        self._http.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    @property
    def url(self) -> str:
        """The base URL for a client; it ends in `/v1`."""
        return f"{self._http.url}/v1"

    @property
    def asked(self) -> list[Json]:
        """The bodies of the requests that asked the model to speak."""
        return [one.body for one in self.requests if one.method == "POST" and isinstance(one.body, dict)]

    def _answer(self, request: Request) -> Answer:
        with self._lock:
            scripted = (interceptor(request) for interceptor in tuple(self.interceptors))
            answer = next((one for one in scripted if one is not None), None) or self._perform(request)
            self.requests.append(Exchange(request, answer))
        return answer

    def _perform(self, request: Request) -> Answer:
        if (request.method, request.path) == ("GET", "/v1/models"):
            entry = {"id": self.model, "object": "model", "created": CREATED, "owned_by": "loopback"}
            return Answer(200, {"object": "list", "data": [entry]})
        if request.method != "POST" or request.path not in _ENTRIES:
            return _refused(404, f"Invalid URL ({request.method} {request.path})")
        asked = request.body
        missing = {"model", _ENTRIES[request.path]} - asked.keys() if isinstance(asked, dict) else {"a JSON object"}
        if not isinstance(asked, dict) or missing:
            return _refused(400, f"Missing required parameter: {', '.join(sorted(missing))}.")
        said = self._speak(request)
        if said is None:
            return _refused(400, "the script has nothing left to say", "script_ended")
        say = Say(said) if isinstance(said, str) else said
        turn = Turn(say, asked, len(self.requests) + 1, len(request.raw))
        return Answer(200, turn.chat if request.path.endswith("/completions") else turn.response)


class _Script:
    """Says one reply after the other."""

    def __init__(self, replies: Iterable[Say | str]) -> None:
        self._replies = iter(replies)

    def __call__(self, _: Request) -> Say | str | None:
        return next(self._replies, None)


_ENTRIES = {"/v1/chat/completions": "messages", "/v1/responses": "input"}
"""The two ways in, and what must stand in a request."""


def _refused(status: int, message: str, code: str | None = None) -> Answer:
    return Answer(status, {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": code}})
