"""Texts in, typed sections out; everything wrong is said at once."""

import pytest

from ai_coder.errors import ConfigurationError
from ai_coder.settings import Secret, inputs_of, parse_settings, parse_settings_file


def test_defaults_are_valid():
    """The defaults of all inputs parse."""
    settings = parse_settings({})
    assert settings.trigger.label == "ai_coder"
    assert settings.limits.timeout_s == 1500
    assert settings.warnings == ()


@pytest.mark.parametrize(
    ("environ", "values"),
    [
        ({"INPUT_MODEL": " gpt "}, {"model": "gpt"}),
        ({"INPUT_OPENAI-API-KEY": "k"}, {"openai_api_key": "k"}),
        ({"OPENAI_API_KEY": "k"}, {"openai_api_key": "k"}),
        ({"OPENAI_KEY": "old"}, {"openai_api_key": "old"}),
        ({"OPENAI_KEY": "old", "OPENAI_API_KEY": "new"}, {"openai_api_key": "new"}),
        ({"OPENAI_KEY": "old", "INPUT_OPENAI_API_KEY": "input"}, {"openai_api_key": "input"}),
        ({"GITHUB_TOKEN": "t"}, {"github_token": "t"}),
        ({"INPUT_MODEL": "", "INPUT_UNKNOWN": "x", "MODEL": "x"}, {}),
    ],
)
def test_where_inputs_come_from(environ, values):
    """The runner's variables first, then the names that people already have in their shells."""
    assert inputs_of(environ) == values


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("scope", "all"), ("api", "soap"), ("draft", "maybe"), ("comment_trigger", "none"), ("mode", "both")],
        *[("timeout_minutes", "0"), ("timeout_minutes", "1.5"), ("timeout_minutes", "²"), ("max_input_tokens", "-1")],
        *[("max_cost_usd", "2 dollars"), ("price_input_per_mtok", "x"), ("dry_run", "yes"), ("max_steps", "many")],
        *[("allowed_bots", "*"), ("allowed_bots", "dependabot[bot]"), ("trigger_phrase", "hey you"), ("issue", "abc")],
        *[("branch_prefix", "-x/"), ("branch_prefix", "a..b/"), ("branch_prefix", ""), ("branch_prefix", "/a")],
        *[("branch_prefix", ".a/"), ("branch_prefix", "a/.b"), ("branch_prefix", "a.lock/")],
        *[("protected_paths", "!"), ("allowed_paths", "src/**\n\\")],
        *[
            ("openai_base_url", "http://example.com/v1"),
            ("openai_base_url", "ftp://x"),
            ("openai_base_url", "nonsense"),
        ],
    ],
)
def test_wrong_values_are_named(name, value):
    """One sentence names the input and quotes the value."""
    with pytest.raises(ConfigurationError, match=f"`{name}`"):
        parse_settings({name: value})


def test_all_wrong_values_are_named_at_once():
    """Nobody has to start three runs to learn of three mistakes."""
    with pytest.raises(ConfigurationError) as caught:
        parse_settings({"scope": "all", "timeout_minutes": "0", "allowed_bots": "*"})
    assert all(f"`{name}`" in str(caught.value) for name in ("scope", "timeout_minutes", "allowed_bots"))


@pytest.mark.parametrize(
    "url",
    ["https://api.example.com/v1", "http://localhost:11434/v1", "http://127.0.0.1:1", "http://ollama:11434/v1",
     "http://10.0.0.5/v1", "http://llm.internal/v1", "http://[::1]:8080/v1"],
)  # fmt: skip
def test_where_a_key_may_travel(url):
    """Plain http is for one's own network."""
    assert parse_settings({"openai_base_url": url}).model.base_url == url


def test_lists_and_ids():
    """Lists are separated by commas or lines, patterns by lines only, ids are numbers."""
    settings = parse_settings({"labels": "a, b\nc", "protected_paths": "a, b\n\nc/**", "allowed_bots": "49699333, 7"})
    assert settings.commit.labels == ("a", "b", "c")
    assert settings.write.protected_paths == ("a, b", "c/**")
    assert settings.trigger.allowed_bots == {49699333, 7}


def test_the_repositorys_file_fills_what_the_workflow_leaves():
    """An input that differs from its default wins over the file, the file over the default."""
    values = {"scope": "auto", "draft": "always"}
    settings = parse_settings(values, parse_settings_file("scope: repo\ndraft: never\nlabels: [a, b]\n"))
    assert (settings.write.scope, settings.commit.draft, settings.commit.labels) == ("repo", "always", ("a", "b"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("scop: repo", "did you mean `scope`"),
        ("openai_base_url: https://evil.example", "workflow only"),
        ("trigger_label: x", "workflow only"),
        ("allowed_bots: [1]", "workflow only"),
        ("- a\n- b", "not a mapping"),
        ("a: [", "not valid YAML"),
    ],
)
def test_mistakes_in_the_repositorys_file(text, says):
    """The file says what the model works on, never who may start it or where keys go."""
    with pytest.raises(ConfigurationError, match=says):
        parse_settings({}, parse_settings_file(text))


def test_an_empty_file_sets_nothing():
    """A file of comments is no mistake."""
    assert parse_settings_file("# nothing\n") == {}


def test_a_secret_never_prints_itself():
    """Neither `str`, `repr` nor a format shows the value."""
    secret = Secret("hunter2")
    assert "hunter2" not in f"{secret} {secret!r} {[secret]}"
    assert secret.reveal() == "hunter2"
    assert not Secret()
