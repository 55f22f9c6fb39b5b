"""Port `ChatModel` over any OpenAI-compatible endpoint. Importing this imports no SDK: the first completion does."""

from dataclasses import replace
from urllib.parse import urlsplit

from ai_coder.adapters.line import Line
from ai_coder.adapters.openai_answer import json_object
from ai_coder.adapters.openai_caller import OPENAI_URL, Caller, Dialect
from ai_coder.adapters.openai_chat import ChatDialect
from ai_coder.adapters.openai_refusals import Call, HttpAnswer, refusal, refuses_reasoning, wants_other_route
from ai_coder.adapters.openai_responses import ResponsesDialect
from ai_coder.domain.chat import Prompt, Reply, Usage
from ai_coder.errors import BadAnswer, ConfigurationError
from ai_coder.ports import ChatModel, Clock
from ai_coder.settings import ModelSettings


def open_model(model: ModelSettings, clock: Clock, deadline_s: float, line: Line | None = None) -> ChatModel:
    """The endpoint of the settings; `deadline_s` is the moment of `clock.monotonic_s()` at which all calls have ended.

    Raises: ConfigurationError.
    """
    key = model.api_key.reveal()
    if not (key.isascii() and key.isprintable()) or key != key.strip():
        msg = "`openai_api_key` holds a character that no key has (a blank, a line end, a letter with an accent)"
        raise ConfigurationError(msg, hint="Copy the key again and store it as a secret, without anything around it.")
    return OpenAiModel(model, clock, deadline_s, line)


class OpenAiModel:
    """Speaks one of the two APIs, and changes to the other once when the endpoint asks for it."""

    def __init__(self, settings: ModelSettings, clock: Clock, deadline_s: float, line: Line | None = None) -> None:
        self._settings = settings
        self._host = urlsplit(settings.base_url or OPENAI_URL).hostname or ""
        self._caller = Caller(settings, clock, deadline_s, (settings.api_key.reveal(), self._host), line)
        self._may_switch = settings.api == "auto"
        speaks_responses = settings.api == "responses" or (self._may_switch and _is_openai(self._host))
        self._dialect: Dialect = ResponsesDialect() if speaks_responses else ChatDialect()

    def complete(self, prompt: Prompt) -> Reply:
        """The next assistant turn; a bad answer is asked for once more. Raises: ModelError."""
        calls, usage = self._caller.calls, Usage()
        for is_last in (False, True):
            text = self._ask(prompt)
            try:
                answer = json_object(text)
                usage += self._dialect.usage(answer)
                reply = self._dialect.reply(answer)
            except BadAnswer as error:
                if is_last:
                    raise BadAnswer(self._caller.hide(str(error)), hint=error.hint) from None
            else:
                return replace(reply, usage=replace(usage, calls=self._caller.calls - calls))
        raise AssertionError  # the last round returns or raises

    def _ask(self, prompt: Prompt) -> str:
        """The body of a success. Raises: ModelError."""
        answer = self._call(prompt)
        if self._may_switch and answer.kind == "refusal" and wants_other_route(answer, self._dialect.route):
            first, self._may_switch = self._dialect, False
            self._dialect = ChatDialect() if first.name == "responses" else ResponsesDialect()
            other = self._call(prompt)
            if other.kind == "refusal" and wants_other_route(other, self._dialect.route):
                self._dialect = first
            else:
                answer = other
        if answer.kind != "answer":
            raise refusal(answer, self._asked(prompt))
        return answer.text

    def _call(self, prompt: Prompt) -> HttpAnswer:
        dialect = self._dialect
        answer = self._caller.call(dialect, dialect.request(prompt, self._settings), self._asked(prompt))
        if isinstance(dialect, ResponsesDialect) and dialect.keeps_reasoning and refuses_reasoning(answer):
            self._dialect = ResponsesDialect(keeps_reasoning=False)
            return self._call(prompt)
        return answer

    def _asked(self, prompt: Prompt) -> Call:
        settings = self._settings
        return Call(settings.model, self._dialect.route, self._host, bool(settings.api_key), bool(prompt.tools))


def _is_openai(host: str) -> bool:
    """Whether OpenAI's newer API is at home there: its own hosts (regional ones too) and Azure's."""
    return host == "api.openai.com" or host.endswith((".api.openai.com", ".openai.azure.com"))
