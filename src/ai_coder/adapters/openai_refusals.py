"""What an endpoint's refusal means: one table, status and words -> a sentence, and a hint that names the input.

No sentence quotes the key or the host: it may end in a public comment.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Literal

from ai_coder.adapters.openai_answer import error_fields
from ai_coder.errors import ModelError, ModelLimited, PromptTooLong, ToolsRefused

Kind = Literal["answer", "rate", "fault", "refusal"]
GITHUB_MODELS_HOSTS = ("models.github.ai", "models.inference.ai.azure.com")


Fault = Literal["", "unreachable", "certificate", "timeout"]
"""Why nothing came back."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back for one request."""

    status: int = 0
    """0 when nothing came back."""
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    fault: Fault = ""

    @property
    def words(self) -> str:
        """Code and message of the error, in lower case, for looking things up."""
        return " ".join(error_fields(self.text)).lower()

    @property
    def is_quota(self) -> bool:
        """Whether money is missing: waiting does not help. Gemini words its rate limits the same, and says when."""
        return _QUOTA.search(self.words) is not None and _RETRY_IN.search(self.words) is None

    @property
    def kind(self) -> Kind:
        """What is to be done about it."""
        if 200 <= self.status < 300:  # noqa: PLR2004  the class of success
            return "answer"
        if self.status == 429:  # noqa: PLR2004  Too Many Requests
            return "refusal" if self.is_quota else "rate"
        passing = self.status in {408, 409} or self.status >= 500 or self.fault in {"unreachable", "timeout"}  # noqa: PLR2004
        return "fault" if passing and not _NO_TOOLS.search(self.words) else "refusal"

    def retry_after_s(self, now: datetime) -> float | None:
        """Seconds that the endpoint asks us to wait; None when it does not say."""
        milliseconds, seconds = self.headers.get("retry-after-ms", ""), self.headers.get("retry-after", "")
        said = _RETRY_IN.search(self.words)
        for text, unit in ((milliseconds, 1000.0), (seconds, 1.0)):
            if _NUMBER.fullmatch(text.strip()):
                return float(text) / unit
        if said:
            return float(said[1])
        try:
            return max((parsedate_to_datetime(seconds) - now).total_seconds(), 0.0)
        except (TypeError, ValueError):  # no date, or one without a zone
            return None


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an endpoint, as far as its refusal may name it."""

    model: str
    route: str
    host: str = ""
    has_key: bool = True
    has_tools: bool = False


_NUMBER = re.compile(r"\d{1,9}(\.\d{1,9})?")
_QUOTA = re.compile(
    r"insufficient[ _](quota|balance|credit|fund)|exceeded your current quota|billing[ _]hard[ _]limit|credit balance"
)
_RETRY_IN = re.compile(r"(?:retry|try again) in (\d{1,6}(?:\.\d{1,9})?)s")
_NO_TOOLS = re.compile(
    r"^(?!.*schema).*((not|n't) support[a-z]* (the )?(tool|function call)"
    r"|(tool|function).{0,60}(not|n't|un)[ -]?support|no endpoints found that support tool"
    r"|tool.{0,40} requires? --|(unsupported|unknown|unrecognized).{0,40}tool)"
)
_CONTEXT = re.compile(
    r"context[_ ](length|window|size)|exceed_context|maximum context|(prompt|input|request) (is )?too (long|large)"
    r"|too many (input )?tokens|string_above_max_length|reduce the length"
)
_MODEL = re.compile(r"model|deployment|no endpoints")
_NO_MODEL = re.compile(
    r"(model|deployment).{0,80}(not found|not exist|n't exist|not available|invalid|unknown|no longer|deprecat)"
    r"|(invalid|unknown|no such|not a valid) model|model_not_found|deploymentnotfound"
)
_EFFORT = re.compile(r"reasoning[._ ]?effort|'reasoning'")
_NO_REASONING = re.compile(r"encrypted|'include|unknown[^.]{0,30}include")
_OTHER_ROUTE = {
    "/chat/completions": re.compile(r"v1/responses|responses (api|endpoint)"),
    "/responses": re.compile(r"v1/chat/completions|chat completions? (api|endpoint)"),
}


def wants_other_route(answer: HttpAnswer, route: str) -> bool:
    """Whether the endpoint names the other API, or does not know this one."""
    if answer.status in {400, 404} and _OTHER_ROUTE[route].search(answer.words):
        return True
    return answer.status in {404, 405} and not _MODEL.search(answer.words)


def refuses_reasoning(answer: HttpAnswer) -> bool:
    """Whether the endpoint cannot hand out the model's reasoning, encrypted."""
    return answer.status in {400, 422} and _NO_REASONING.search(answer.words) is not None


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the table."""

    statuses: tuple[int, ...]
    """Empty is any."""
    words: re.Pattern[str] | None
    sentence: str
    hint: str = ""
    error: type[ModelError] = ModelError
    applies: Callable[[HttpAnswer, Call], bool] = lambda *_: True

    def fits(self, answer: HttpAnswer, asked: Call) -> bool:
        if self.statuses and answer.status not in self.statuses:
            return False
        return self.applies(answer, asked) and (self.words is None or self.words.search(answer.words) is not None)


_QUOTED = ": {said}"
_TABLE = (
    _Row(
        (410,),
        None,
        "GitHub Models is no more: GitHub switched its endpoint off in July 2026",
        "Set `openai_base_url`, `openai_api_key` and `model` to those of another provider.",
        applies=lambda _, asked: asked.host in GITHUB_MODELS_HOSTS,
    ),
    _Row(
        (401,),
        None,
        "the model's endpoint wants a key, and `openai_api_key` is empty ({status})",
        "Set `openai_api_key` from a secret: `${{{{ secrets.OPENAI_API_KEY }}}}`.",
        applies=lambda _, asked: not asked.has_key,
    ),
    _Row(
        (401,),
        None,
        "the model's endpoint does not accept the key ({status})",
        "Check `openai_api_key`, and that it belongs to the endpoint of `openai_base_url`.",
    ),
    _Row(
        (402, 403, 429),
        _QUOTA,
        "the account behind the key has no credit left ({status})",
        "Add credit at the provider, or set `openai_api_key` to another key; waiting does not help.",
        applies=lambda answer, _: answer.is_quota,
    ),
    _Row(
        (403,),
        None,
        "the model's endpoint does not let this key use {model!r} ({status})",
        "Check what `openai_api_key` may use, or set `model` to another one.",
    ),
    _Row((402,), None, "the model's endpoint wants to be paid first ({status})", "Add credit at the provider."),
    _Row(
        (429,),
        None,
        "the rate limit of the model's endpoint is used up ({status}){wait}",
        "The next scheduled run goes on, and so does a comment `/ai_coder retry`; or raise the limits of the account "
        "behind `openai_api_key`.",
        error=ModelLimited,
    ),
    _Row(
        (),
        _NO_TOOLS,
        "{model!r} takes no tools at this endpoint ({status}" + _QUOTED + ")",
        error=ToolsRefused,
        applies=lambda _, asked: asked.has_tools,
    ),
    _Row((400, 422, 500), _CONTEXT, "the request is longer than {model!r} takes ({said})", error=PromptTooLong),
    _Row((413,), None, "the request is longer than the model's endpoint takes (413)", error=PromptTooLong),
    _Row(
        (400, 422),
        _EFFORT,
        "the model's endpoint refuses the reasoning effort ({said})",
        "Leave the input `reasoning_effort` empty, or set one that the model knows.",
    ),
    _Row(
        (400, 404),
        _NO_MODEL,
        "the model's endpoint does not know the model {model!r} ({status}" + _QUOTED + ")",
        "Check the input `model`; its name is the endpoint's own, not the vendor's.",
    ),
    _Row(
        (404, 405),
        None,
        "the model's endpoint has no {route} ({status})",
        "Check `openai_base_url` (it usually ends in `/v1`), and set the input `api` to `chat` or `responses`.",
    ),
    _Row(
        (301, 302, 303, 307, 308),
        None,
        "the model's endpoint has moved ({status}), and a request that carries a key is not sent after it",
        "Set `openai_base_url` to the address that it redirects to.",
    ),
)
_FAULTS = {
    "certificate": (
        "there is no secure connection to the model's endpoint: its certificate is not trusted, or it speaks no TLS",
        "Check `openai_base_url`; a certificate authority of your own has to be known where the job runs.",
    ),
    "unreachable": (
        "the model's endpoint could not be reached, or hung up",
        "Check `openai_base_url`, and that the job may reach it; then try again.",
    ),
    "timeout": (
        "the model's endpoint did not answer in time",
        "Try again later, set a smaller `reasoning_effort` or a faster `model`, or raise `timeout_minutes`.",
    ),
}


def refusal(answer: HttpAnswer, asked: Call, wait_s: float | None = None) -> ModelError:
    """The sentence and the hint for an answer that is none."""
    if answer.fault:
        sentence, hint = _FAULTS[answer.fault]
        return ModelError(sentence, hint=hint)
    said = error_fields(answer.text)[1] or "no reason given"
    wait = f", for {wait_s:.0f} s more" if wait_s else ""
    facts = {"status": answer.status, "model": asked.model, "route": asked.route, "said": said, "wait": wait}
    for row in _TABLE:
        if row.fits(answer, asked):
            return row.error(row.sentence.format(**facts), hint=row.hint.format(**facts))
    if answer.status >= 500:  # noqa: PLR2004  the class of server errors
        sentence = f"the model's endpoint failed ({answer.status}: {said})"
        return ModelError(sentence, hint="Try again later; the fault is at the endpoint of `openai_base_url`.")
    return ModelError(f"the model's endpoint refused the request ({answer.status}: {said})")
