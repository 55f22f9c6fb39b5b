"""The peers start, answer the clients we use, and stop: what the other suites take for granted."""

from __future__ import annotations

import json
from pathlib import Path

import openai
import pytest
from github import Auth, Github

from fakes.peers import PEERS, aimock, emulate, llmock, turns

pytestmark = pytest.mark.node

SEED = """
tokens:
  test-token:
    login: octocat
    scopes: [repo]
github:
  users:
    - login: octocat
  repos:
    - owner: octocat
      name: hello-world
      auto_init: true
"""
A_CALL = {"toolCalls": [{"name": "list_files", "arguments": {"under": "src"}}], "finishReason": "tool_calls"}
A_TOOL = {"name": "list_files", "parameters": {"type": "object", "properties": {}}}
QUESTION = {"role": "user", "content": "Which files are there?"}


def a_client(url: str) -> openai.OpenAI:
    """The vendor's client, which asks once."""
    return openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0, timeout=10)


def test_emulate_answers_pygithub():
    """An issue made through PyGithub is found again."""
    with emulate(SEED) as url, Github(base_url=url, auth=Auth.Token("test-token"), retry=None) as github:
        repo = github.get_repo("octocat/hello-world")
        made = repo.create_issue("Add a greeting", body="In `hello.py`.")

        assert repo.get_issue(made.number).title == "Add a greeting"


def test_aimock_follows_a_script_in_chat():
    """Each turn of the conversation has its own answer; a turn that is not scripted is an error."""
    with aimock(*turns(A_CALL, {"content": "One."})) as url, a_client(url) as client:
        tools = [{"type": "function", "function": A_TOOL}]
        first = client.chat.completions.create(model="m", messages=[QUESTION], tools=tools)
        [call] = first.choices[0].message.tool_calls
        told = [QUESTION, first.choices[0].message, {"role": "tool", "tool_call_id": call.id, "content": "a"}]
        second = client.chat.completions.create(model="m", messages=told, tools=tools)
        spoken = [*told, {"role": "assistant", "content": "One."}]

        assert json.loads(call.function.arguments) == {"under": "src"}
        assert second.choices[0].message.content == "One."
        with pytest.raises(openai.InternalServerError):
            client.chat.completions.create(model="m", messages=spoken, tools=tools)


def test_aimock_follows_a_script_in_responses():
    """The same script answers the responses endpoint, where the caller carries the conversation."""
    with aimock(*turns(A_CALL, {"content": "One."})) as url, a_client(url) as client:
        tools = [{"type": "function", "strict": False, **A_TOOL}]
        first = client.responses.create(model="m", input=[QUESTION], tools=tools)
        [call] = first.output
        result = {"type": "function_call_output", "call_id": call.call_id, "output": "a"}
        second = client.responses.create(model="m", input=[QUESTION, call.model_dump(), result], tools=tools)

        assert call.name == "list_files"
        assert second.output_text == "One."


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_llmock_finds_fault_with_a_client(api):
    """A client that does not wait is told so, and one that asks once more for what is refused for good."""
    ask = {"model": "m"} | ({"messages": [QUESTION]} if api == "chat" else {"input": [QUESTION]})
    with llmock() as judge, a_client(judge.url) as client:
        resource = client.chat.completions if api == "chat" else client.responses
        for status in (429, 429, 400, 400):
            judge.expect({"type": "fail", "status": status, "retry_after": 5 if status == 429 else None})
            with pytest.raises(openai.APIStatusError):
                resource.create(**ask)

        assert sorted(judge.findings()) == ["retried_non_retryable", "retry_after_ignored", "retry_after_ignored"]
        judge.forget()
        judge.expect({"type": "reply", "text": "One."})
        assert resource.create(**ask)
        assert (judge.findings(), [one["status"] for one in judge.requests()]) == ([], [200])


@pytest.mark.parametrize(
    "path",
    ["node_modules/@octokit/webhooks-examples/api.github.com/index.json", "openapi/api.github.com.json"],
)
def test_data_is_where_the_readme_says(path):
    """GitHub's example payloads and its API description are JSON at a fixed place."""
    assert json.loads(Path(PEERS, path).read_bytes())
