"""action.yml and README.md say what the settings say; `UPDATE_DOCS=1` writes them anew."""

import os
import re

import pytest

from ai_coder.adapters.action_metadata import default_model
from ai_coder.errors import AiCoderError
from fakes.documents import MODEL, ROOT, action_interface, readme_inputs, readme_outputs, replaced
from fakes.documents_site import commands, reference

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]


def _compare(path, wanted):
    if os.environ.get("UPDATE_DOCS"):
        path.write_text(wanted, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == wanted, "run: UPDATE_DOCS=1 .venv/bin/pytest tests/contract"


def test_action_yml_declares_what_the_settings_declare():
    """Inputs, defaults, descriptions and outputs of action.yml come from the settings."""
    path = ROOT / "action.yml"
    text = path.read_text(encoding="utf-8")
    head, tail = text.partition("inputs:\n")[0], text.partition("runs:\n")[2]
    _compare(path, f"{head}{action_interface()}runs:\n{tail}")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("inputs", readme_inputs()),
        ("outputs", readme_outputs()),
        ("minimal", f"```yaml\n{(ROOT / 'examples/workflows/minimal.yml').read_text(encoding='utf-8')}```\n"),
    ],
)
def test_readme_tables_and_example(name, content):
    """The README's tables come from the settings, and its first workflow is the example, byte for byte."""
    path = ROOT / "README.md"
    _compare(path, replaced(path.read_text(encoding="utf-8"), name, content))


@pytest.mark.parametrize(
    ("page", "name", "content"),
    [
        ("configuration", "reference", reference()),
        ("configuration", "outputs", readme_outputs()),
        ("commands", "commands", commands()),
    ],
)
def test_the_sites_tables(page, name, content):
    """The reference and the commands of the site come from the settings and from the parser."""
    path = ROOT / "docs" / f"{page}.md"
    _compare(path, replaced(path.read_text(encoding="utf-8"), name, content))


def _classes(family):
    if family.__module__ == "ai_coder.errors":
        yield family
    for one in family.__subclasses__():
        yield from _classes(one)


@pytest.mark.parametrize("error", list(_classes(AiCoderError)), ids=lambda error: error.__name__)
def test_every_error_can_be_looked_up(error):
    """What an error says of itself and its hint stand in the troubleshooting page, word by word."""
    page = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")

    assert f"> {error.__doc__.splitlines()[0]}\n>\n> {error.hint}\n" in page
    assert f"(exit status {error.exit_status})" in page


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    """A link to a file of the repository names a file, and an anchor in it a heading."""
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", path.read_text(encoding="utf-8"))):
        name, _, anchor = target.partition("#")
        found = path.parent / name if name else path
        assert found.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", found.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^a-z0-9 _-]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in slugs, target


def test_default_model_stands_in_action_yml_only():
    """A run outside of a runner takes the model that action.yml names."""
    assert default_model() == MODEL
