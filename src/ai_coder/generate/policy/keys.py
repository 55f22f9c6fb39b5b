"""New lines that hold what looks like a key: by the patterns of detect-secrets and our own. The value is never told."""

# ruff: noqa: PLC0415  the patterns cost 0.2 s, which only a change has to spend

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from ai_coder.egress.redact import redact

if TYPE_CHECKING:
    from detect_secrets.plugins.base import RegexBasedDetector

_FEWEST_DIFFERENT = 8
"""A piece of fewer different characters holds no key."""
_PIECE_CHARS, _OVERLAP_CHARS = 500, 150
"""A line is searched in pieces: no pattern's work grows with more than their length."""


def line_with_key(before: str, after: str) -> int:
    """Number of the first line of `after` that is new and holds what looks like a key; 0 for none."""
    known = set(before.splitlines())
    for number, line in enumerate(after.splitlines(), 1):
        if line not in known and any(_is_key(piece) for piece in _pieces(line) if len(set(piece)) >= _FEWEST_DIFFERENT):
            return number
    return 0


def _pieces(line: str) -> Iterator[str]:
    for begin in range(0, max(len(line) - _OVERLAP_CHARS, 1), _PIECE_CHARS - _OVERLAP_CHARS):
        yield line[begin : begin + _PIECE_CHARS]


def _is_key(text: str) -> bool:
    if redact(text, ()) != text:
        return True
    return any(next(iter(detector.analyze_string(text)), None) is not None for detector in _detectors())


@cache
def _detectors() -> tuple["RegexBasedDetector", ...]:
    from detect_secrets.plugins.artifactory import ArtifactoryDetector
    from detect_secrets.plugins.aws import AWSKeyDetector
    from detect_secrets.plugins.azure_storage_key import AzureStorageKeyDetector
    from detect_secrets.plugins.discord import DiscordBotTokenDetector
    from detect_secrets.plugins.gitlab_token import GitLabTokenDetector
    from detect_secrets.plugins.mailchimp import MailchimpDetector
    from detect_secrets.plugins.npm import NpmDetector
    from detect_secrets.plugins.private_key import PrivateKeyDetector
    from detect_secrets.plugins.pypi_token import PypiTokenDetector
    from detect_secrets.plugins.sendgrid import SendGridDetector
    from detect_secrets.plugins.slack import SlackDetector
    from detect_secrets.plugins.square_oauth import SquareOAuthDetector
    from detect_secrets.plugins.stripe import StripeDetector
    from detect_secrets.plugins.telegram_token import TelegramBotTokenDetector
    from detect_secrets.plugins.twilio import TwilioKeyDetector

    return (
        ArtifactoryDetector(),
        AWSKeyDetector(),
        AzureStorageKeyDetector(),
        DiscordBotTokenDetector(),
        GitLabTokenDetector(),
        MailchimpDetector(),
        NpmDetector(),
        PrivateKeyDetector(),
        PypiTokenDetector(),
        SendGridDetector(),
        SlackDetector(),
        SquareOAuthDetector(),
        StripeDetector(),
        TelegramBotTokenDetector(),
        TwilioKeyDetector(),
    )
