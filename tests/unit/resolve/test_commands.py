"""How the command `fix ci` is read; what else is a command is looked at in tests/safety."""

import pytest

from ai_coder.domain.task import Command, Verb
from ai_coder.resolve.commands import parse_command


@pytest.mark.parametrize(
    ("text", "argument"),
    [
        ("/ai_coder fix ci", "fix ci"),
        ("/ai-coder fix-ci", "fix-ci"),
        ("/ai_coder Fix_CI.", "Fix_CI."),
        ("/ai_coder  fix  ci, the lint first", "fix  ci, the lint first"),
        ("/ai_coder fix ci\nKeep the API.", "fix ci\nKeep the API."),
        ("> It is red.\n\n/ai_coder fix ci", "fix ci"),
    ],
)
def test_fix_ci_is_a_command(text, argument):
    """The two words in whatever case, joined or not, are the command; the whole text goes with it."""
    assert parse_command(text) == Command(Verb.FIX_CI, argument)


@pytest.mark.parametrize(
    "text",
    ["/ai_coder fix circular imports", "/ai_coder fix ci/build.sh", "/ai_coder fix the ci", "/ai_coder fixci"],
)
def test_what_only_begins_like_fix_ci(text):
    """Other words are ordinary work."""
    assert parse_command(text) == Command(Verb.WORK, text.removeprefix("/ai_coder "))


@pytest.mark.parametrize("text", ["fix ci", "Please /ai_coder fix ci", "> /ai_coder fix ci", "    /ai_coder fix ci"])
def test_fix_ci_without_the_phrase_is_talk(text):
    """Without the phrase at its beginning, outside of quotes and code, a comment is no command."""
    assert parse_command(text) is None
