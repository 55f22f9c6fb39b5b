"""action.yml and README.md say what the settings say; `UPDATE_DOCS=1` writes them anew."""

import os

import pytest

from ai_coder.adapters.action_metadata import default_model
from fakes.documents import MODEL, ROOT, action_interface, readme_inputs, readme_outputs, replaced


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


def test_default_model_stands_in_action_yml_only():
    """A run outside of a runner takes the model that action.yml names."""
    assert default_model() == MODEL
