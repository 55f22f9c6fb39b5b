"""The main story on a GitHub emulator that nobody here wrote (npm `emulate`), as far as it goes.

It has no reactions and cannot move a branch with a slash in its name, so the story ends after the first run.
"""

from __future__ import annotations

import base64
import json

import pytest
import requests

from ai_coder.loopback.model import ModelServer
from ai_coder.loopback.runner import Runner
from builders import a_block
from fakes.peers import emulate
from fakes.stage import act

SEED = """
tokens:
  test-token: {login: mona, scopes: [repo]}
github:
  users: [{login: mona}]
  repos: [{owner: mona, name: hello, auto_init: true}]
"""


class Repository:
    """`mona/hello` over plain requests."""

    def __init__(self, url):
        self.url = f"{url}/repos/mona/hello"
        self.session = requests.Session()
        self.session.headers["Authorization"] = "Bearer test-token"

    def ask(self, verb, path, body=None):
        """The answer's JSON."""
        answer = self.session.request(verb, self.url + path, json=body, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def put(self, path, text):
        """Commit a file."""
        content = base64.b64encode(text.encode()).decode()
        self.ask("PUT", f"/contents/{path}", {"message": "Add", "content": content})

    def text(self, ref, path):
        """The file at a ref."""
        return base64.b64decode(self.ask("GET", f"/contents/{path}?ref={ref}")["content"]).decode()


@pytest.mark.node
def test_a_first_run_on_emulate(tmp_path):
    """Label to pull request against somebody else's idea of GitHub: branch, commit, pull request and one comment."""
    reply = a_block("hello.py", "print('hello')\n", "print('salut')\n")
    with emulate(SEED) as url, ModelServer([reply]) as model:
        repo = Repository(url)
        repo.put("hello.py", "print('hello')\n")
        main = repo.ask("GET", "/git/ref/heads/main")["object"]["sha"]
        body = "Say it in French, in [hello.py](../blob/main/hello.py)."
        issue = repo.ask("POST", "/issues", {"title": "Greet", "body": body, "labels": ["ai_coder"]})
        payload = {"action": "labeled", "label": {"name": "ai_coder"}, "issue": issue, "sender": issue["user"]}
        inputs = {"openai_base_url": model.url, "model": "scripted", "api": "chat"}
        runner = Runner(tmp_path, url, "mona/hello", "test-token", inputs=inputs)

        ran = act(runner.environ("issues", payload))

        branch = f"ai_coder/issue-{issue['number']}"
        [pull] = repo.ask("GET", "/pulls?state=all")
        assert (ran.exit_status, ran.outputs["status"]) == (0, "changed"), ran.log
        assert (pull["head"]["ref"], pull["base"]["ref"]) == (branch, "main")
        assert repo.text(branch, "hello.py") == "print('salut')\n"
        assert [one["sha"] for one in repo.ask("GET", f"/git/commits/{ran.outputs['commit_sha']}")["parents"]] == [main]
        comments = repo.ask("GET", f"/issues/{issue['number']}/comments")
        assert len(comments) == 1
        assert json.loads(ran.outputs["changed_files"]) in ([], ["hello.py"])
