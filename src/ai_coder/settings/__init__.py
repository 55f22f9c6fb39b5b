"""Every input declared once (`INPUTS`), and the frozen sections that the rooms are handed."""

from ai_coder.settings.file import parse_settings_file
from ai_coder.settings.inputs import BY_NAME, INPUTS, OUTPUTS, Input, Output
from ai_coder.settings.parse import inputs_of, parse_settings
from ai_coder.settings.sections import (
    CommitPolicy,
    Limits,
    ModelSettings,
    Secret,
    Settings,
    TriggerPolicy,
    VerifyPolicy,
    WritePolicy,
)

__all__ = [
    "BY_NAME",
    "INPUTS",
    "OUTPUTS",
    "CommitPolicy",
    "Input",
    "Limits",
    "ModelSettings",
    "Output",
    "Secret",
    "Settings",
    "TriggerPolicy",
    "VerifyPolicy",
    "WritePolicy",
    "inputs_of",
    "parse_settings",
    "parse_settings_file",
]
