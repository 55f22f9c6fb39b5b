"""One request to the model's endpoint: sent, repeated where that may help, ended before the deadline."""

import json
import ssl
import weakref
from collections.abc import Callable, Mapping
from concurrent.futures import wait
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol, cast

from ai_coder.adapters.background import begun
from ai_coder.adapters.line import Line, OpenLine
from ai_coder.adapters.openai_answer import Json
from ai_coder.adapters.openai_refusals import Call, Fault, HttpAnswer, refusal
from ai_coder.domain.cassette import Asked, Given
from ai_coder.domain.chat import Prompt, Reply, Usage
from ai_coder.errors import ModelError, ModelLimited
from ai_coder.ports import Clock
from ai_coder.settings import ModelSettings

if TYPE_CHECKING:
    from openai import OpenAI

OPENAI_URL = "https://api.openai.com/v1"
_CALL_TIMEOUT_S = 300.0
_CONNECT_TIMEOUT_S = 20.0
_MAX_WAIT_S = 120.0
"""Longest wait that an endpoint may ask for; a longer one ends the run."""
_UNKNOWN_WAIT_S = 600.0
"""After a limit that says nothing and has not passed."""
_TRIES = {"fault": 3, "rate": 6}
_MIN_HIDDEN_CHARS = 8
"""Shorter keys and hosts are placeholders, and ordinary words."""
_NO_KEY = "no-key"
"""Servers of one's own want none; the SDK does."""


class Dialect(Protocol):
    """One of the two APIs: pure translation."""

    @property
    def name(self) -> str:
        """As the input `api` has it."""
        ...

    @property
    def route(self) -> str:
        """Below the base URL."""
        ...

    def method(self, client: "OpenAI") -> Callable[..., Any]:
        """The SDK's way to send it, with the answer left as it came."""
        ...

    def request(self, prompt: Prompt, settings: ModelSettings) -> Json:
        """The body to send."""
        ...

    def usage(self, answer: Json) -> Usage:
        """What the endpoint counted; the calls are counted by the caller."""
        ...

    def reply(self, answer: Json) -> Reply:
        """The assistant's turn. Raises: BadAnswer."""
        ...


class Caller:
    """Sends requests with the SDK, and knows when one more is worth it. The SDK itself repeats nothing."""

    def __init__(
        self,
        settings: ModelSettings,
        clock: Clock,
        deadline_s: float,
        hidden: tuple[str, ...],
        line: Line | None = None,
    ) -> None:
        self.calls = 0
        """Requests sent so far."""
        self._settings = settings
        self._clock = clock
        self._line = line or OpenLine()
        self._deadline_s = deadline_s
        self._hidden = [word for word in hidden if len(word) >= _MIN_HIDDEN_CHARS]
        self._opened: OpenAI | None = None

    def call(self, dialect: Dialect, body: Json, asked: Call) -> HttpAnswer:
        """A success, or a refusal that is final. Raises: ModelError when faults, limits or time leave neither."""
        seen = {"fault": 0, "rate": 0}
        while True:
            answer = self._send(dialect, body)
            if answer.kind in {"answer", "refusal"}:
                return answer
            seen[answer.kind] += 1
            wait_s = answer.retry_after_s(self._clock.now())
            pause_s = wait_s if wait_s is not None else 2.0 ** (seen[answer.kind] - 1)
            is_last = seen[answer.kind] >= _TRIES[answer.kind] or pause_s > _MAX_WAIT_S
            if is_last or pause_s >= self._left_s:
                raise self._final(refusal(answer, asked, wait_s), wait_s)
            self._clock.sleep(pause_s)

    def _final(self, error: ModelError, wait_s: float | None) -> ModelError:
        """The error; of a limit, with the moment at which it is worth to try again."""
        if isinstance(error, ModelLimited):
            error.resumes_at = self._clock.now() + timedelta(seconds=wait_s if wait_s is not None else _UNKNOWN_WAIT_S)
        return error

    @property
    def _left_s(self) -> float:
        return self._deadline_s - self._clock.monotonic_s()

    def _send(self, dialect: Dialect, body: Json) -> HttpAnswer:
        timeout_s = min(_CALL_TIMEOUT_S, self._left_s)
        if timeout_s <= 0:
            raise ModelError(
                "the run's time is up, so the model was not asked again",
                hint="Raise `timeout_minutes`, or set a faster `model`.",
            )
        self.calls += 1

        def send() -> Given:
            method = dialect.method(self._client)
            answer = _within(timeout_s, lambda: _sent(method, body, timeout_s))
            return Given(answer.status, answer.headers, answer.text, fault=answer.fault)

        given = self._line.exchange(Asked("model", "POST", dialect.route, json.dumps(body)), send)
        answer = HttpAnswer(given.status, given.text, given.headers, cast(Fault, given.fault))
        return answer if answer.kind == "answer" else replace(answer, text=self.hide(answer.text))

    def hide(self, text: str) -> str:
        """The endpoint's words without key and host: some endpoints repeat them."""
        for word in self._hidden:
            text = text.replace(word, "***")
        return text

    @property
    def _client(self) -> "OpenAI":
        """The SDK's client; opened late, since its import takes most of a second."""
        if self._opened is None:
            import openai  # noqa: PLC0415  see above

            url = self._settings.base_url or OPENAI_URL
            self._opened = openai.OpenAI(
                api_key=self._settings.api_key.reveal() or _NO_KEY,
                base_url=url,
                max_retries=0,
                http_client=openai.DefaultHttpx2Client(follow_redirects=False, verify=_trusted(url)),
            )
            weakref.finalize(self, self._opened.close)
        return self._opened


def _trusted(url: str) -> ssl.SSLContext | bool:
    """The machine's certificates; none where no TLS is spoken, since reading them takes longer than a small answer."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if url.lower().startswith("http://") else True


def _sent(send: Callable[..., Any], body: Mapping[str, Any], timeout_s: float) -> HttpAnswer:
    """What came back, or why nothing did."""
    import openai  # noqa: PLC0415  the client was opened with it

    timeout = openai.Timeout(timeout_s, connect=min(timeout_s, _CONNECT_TIMEOUT_S))
    # The SDK goes through every item of a parameter by its type, a second of CPU for a long conversation; not in here.
    lists = {name: value for name, value in body.items() if isinstance(value, list)}
    try:
        raw = send(**{**body, **dict.fromkeys(lists, ())}, extra_body=lists, timeout=timeout)
    except openai.APIStatusError as error:
        return HttpAnswer(error.status_code, error.response.text, _lower(error.response.headers))
    except openai.APITimeoutError as error:
        is_reached = type(error.__cause__).__name__ != "ConnectTimeout"
        return HttpAnswer(fault="timeout" if is_reached else "unreachable")
    except openai.APIConnectionError as error:
        return HttpAnswer(fault="certificate" if _is_certificate(error) else "unreachable")
    return HttpAnswer(raw.status_code, raw.text, _lower(raw.headers))


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _is_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _within(timeout_s: float, send: Callable[[], HttpAnswer]) -> HttpAnswer:
    """The answer, if the whole of it is there in time.

    The SDK's timeouts start again with every byte, and some endpoints send blanks to keep the line open.
    """
    answer = begun(send, "model-call")
    wait([answer], timeout_s)
    return answer.result() if answer.done() else HttpAnswer(fault="timeout")
