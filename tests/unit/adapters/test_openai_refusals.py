"""The table of refusals: what an endpoint says -> what a person is told."""

import json
from datetime import UTC, datetime

import pytest

from ai_coder.adapters.openai_refusals import Call, HttpAnswer, refusal
from ai_coder.errors import ModelError, ModelLimited, PromptTooLong, ToolsRefused

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ASKED = Call("gpt-x", "/chat/completions", "llm.example", has_tools=True)


def an_error(message="No.", **fields):
    """The body of an error as OpenAI has it."""
    return {"error": {"message": message, **fields}}


RATE = (
    "Rate limit reached for gpt-x on tokens per min. Please try again in 6.5s. You can increase your rate limit by "
    "adding a payment method to your account at https://platform.openai.com/account/billing."
)
GEMINI = "You exceeded your current quota, please check your plan and billing details. Please retry in 31.2s."
QUOTA = an_error("You exceeded your current quota, please check your plan.", code="insufficient_quota")
CONTEXT = "This model's maximum context length is 4096 tokens. However, you requested 9000 tokens."
LLAMA = an_error("request (9000 tokens) exceeds the available context size", type="exceed_context_size_error")

TABLE = [
    # status, body, what is said, the input that the hint names
    (401, an_error("Incorrect API key provided: sk-a***z"), "does not accept the key (401)", "openai_api_key"),
    (403, an_error("Project has no access"), "does not let this key use 'gpt-x' (403)", "openai_api_key"),
    (403, an_error("insufficient balance"), "the account behind the key has no credit left (403)", "openai_api_key"),
    (402, an_error("Insufficient Balance"), "the account behind the key has no credit left (402)", "openai_api_key"),
    (402, "", "wants to be paid first (402)", "credit"),
    (429, QUOTA, "the account behind the key has no credit left (429)", "openai_api_key"),
    (429, an_error(RATE), "the rate limit of the model's endpoint is used up (429)", "openai_api_key"),
    (429, an_error(GEMINI), "the rate limit of the model's endpoint is used up (429)", "openai_api_key"),
    (404, an_error("The model `gpt-x` does not exist", code="model_not_found"), "does not know the model", "model"),
    (404, an_error('model "gpt-x" not found, try pulling it first'), "does not know the model 'gpt-x'", "model"),
    (404, an_error("The model `gpt-6.1` does not exist"), "does not know the model", "model"),
    (400, an_error("gpt-x is not a valid model ID"), "does not know the model", "model"),
    (400, an_error("This model does not support images."), "refused the request (400: This model does", "model"),
    (400, an_error("Invalid schema for tool 'f': 'oneOf' is not supported"), "refused the request (400: Inv", "model"),
    (400, an_error("invalid model: gpt-x"), "does not know the model 'gpt-x' (400", "model"),
    (404, {"detail": "Not Found"}, "has no /chat/completions (404)", "openai_base_url"),
    (404, "404 page not found", "has no /chat/completions (404)", "api"),
    (405, "", "has no /chat/completions (405)", "openai_base_url"),
    (308, "", "has moved (308)", "openai_base_url"),
    (400, an_error("Unsupported value: 'reasoning_effort' xhigh"), "refuses the reasoning effort", "reasoning_effort"),
    (410, "", "the model's endpoint refused the request (410: no reason given)", "openai_base_url"),
    (400, an_error("Messages have to alternate."), "refused the request (400: Messages have to alternate.)", "model"),
    (500, "<html>Oops</html>", "the model's endpoint failed (500: no reason given)", "openai_base_url"),
    (503, an_error("overloaded"), "the model's endpoint failed (503: overloaded)", "later"),
]
TOO_LONG = [
    (400, an_error(CONTEXT, code="context_length_exceeded")),
    (400, an_error(CONTEXT)),
    (400, LLAMA),
    (400, an_error("prompt is too long: 210000 tokens")),
    (413, "<html>Request Entity Too Large</html>"),
]
NO_TOOLS = [
    (400, an_error("registry.example/library/gemma:latest does not support tools")),
    (400, an_error('"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set')),
    (404, an_error("No endpoints found that support tool use. Try disabling 'read_file'.")),
    (500, an_error("tools param requires --jinja flag")),
    (400, an_error("`tool calling` is not supported with this model")),
    (400, an_error("deepseek-reasoner does not support Function Calling")),
    (400, an_error("Unsupported parameter: 'tools' is not supported with this model.", param="tools")),
    (400, an_error("Unrecognized request argument supplied: tools")),
]
FAULTS = [
    ("certificate", "there is no secure connection to the model's endpoint", "openai_base_url"),
    ("unreachable", "the model's endpoint could not be reached, or hung up", "openai_base_url"),
    ("timeout", "the model's endpoint did not answer in time", "timeout_minutes"),
]


def an_answer(status, body="", **headers):
    """What came back."""
    text = body if isinstance(body, str) else json.dumps(body)
    return HttpAnswer(status, text, {name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(("status", "body", "sentence", "named"), TABLE)
def test_a_refusal_is_a_sentence_with_a_hint(status, body, sentence, named):
    """Status and words decide the sentence; the hint names what to change."""
    error = refusal(an_answer(status, body), ASKED)

    assert type(error) is (ModelLimited if "rate limit" in sentence else ModelError)
    assert sentence in str(error)
    assert named in error.hint


@pytest.mark.parametrize(("fault", "sentence", "named"), FAULTS)
def test_no_answer_at_all(fault, sentence, named):
    """An endpoint that cannot be reached is told by what went wrong, never by its address."""
    error = refusal(HttpAnswer(fault=fault), ASKED)

    assert str(error).startswith(sentence)
    assert named in error.hint


@pytest.mark.parametrize(("status", "body"), TOO_LONG)
def test_a_prompt_that_is_too_long(status, body):
    """Endpoints say in many ways that a prompt is too long; it is one failure, whose hint is to link less."""
    error = refusal(an_answer(status, body), ASKED)

    assert type(error) is PromptTooLong
    assert "Link fewer" in error.hint


@pytest.mark.parametrize(("status", "body"), NO_TOOLS)
def test_tools_that_are_refused(status, body):
    """That a model takes no tools is recognised, not repeated, and only where tools were offered."""
    answer = an_answer(status, body)
    without = refusal(answer, Call("gpt-x", "/chat/completions"))

    assert type(refusal(answer, ASKED)) is ToolsRefused
    assert answer.kind == "refusal"
    assert type(without) is ModelError


@pytest.mark.parametrize("host", ["models.github.ai", "models.inference.ai.azure.com"])
def test_github_models_is_no_more(host):
    """For the endpoint that GitHub switched off there is a sentence of its own."""
    error = refusal(an_answer(410), Call("gpt-x", "/chat/completions", host))

    assert "GitHub Models is no more" in str(error)
    assert "openai_base_url" in error.hint


def test_a_missing_key_is_not_a_wrong_one():
    """Who has set no key is told to set one."""
    error = refusal(an_answer(401), Call("m", "/responses", has_key=False))

    assert "`openai_api_key` is empty" in str(error)
    assert "${{ secrets.OPENAI_API_KEY }}" in error.hint


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (an_answer(200), "answer"),
        (an_answer(204), "answer"),
        (an_answer(429), "rate"),
        (an_answer(429, an_error(RATE)), "rate"),
        (an_answer(429, an_error(GEMINI)), "rate"),
        (an_answer(429, QUOTA), "refusal"),
        (an_answer(402, an_error("Insufficient Balance")), "refusal"),
        (an_answer(400), "refusal"),
        (an_answer(401), "refusal"),
        (an_answer(308), "refusal"),
        (an_answer(408), "fault"),
        (an_answer(409), "fault"),
        (an_answer(500), "fault"),
        (an_answer(529), "fault"),
        (HttpAnswer(fault="timeout"), "fault"),
        (HttpAnswer(fault="unreachable"), "fault"),
        (HttpAnswer(fault="certificate"), "refusal"),
    ],
)
def test_what_is_worth_another_try(answer, kind):
    """Rate limits and passing faults are; a wrong request, key, certificate or an empty account is not."""
    assert answer.kind == kind


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (an_answer(429, retry_after="20"), 20.0),
        (an_answer(429, retry_after="1.5"), 1.5),
        (an_answer(429, retry_after_ms="250", retry_after="1"), 0.25),
        (an_answer(429, retry_after="Sun, 01 Mar 2026 12:00:30 GMT"), 30.0),
        (an_answer(429, retry_after="Sun, 01 Mar 2026 11:00:00 GMT"), 0.0),
        (an_answer(429, an_error(RATE)), 6.5),
        (an_answer(429, an_error(RATE), retry_after="20"), 20.0),
        (an_answer(429, retry_after="soon"), None),
        (an_answer(429, retry_after="-5"), None),
        (an_answer(429, retry_after="inf"), None),
        (an_answer(429), None),
    ],
)
def test_how_long_to_wait(answer, seconds):
    """The header says it in seconds, milliseconds or as a date; else the words may."""
    assert answer.retry_after_s(NOW) == seconds
