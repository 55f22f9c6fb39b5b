"""Everything one embedded GitHub holds: people, repositories, tokens, a clock and counters."""

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from ai_coder.loopback.refusals import not_found
from ai_coder.loopback.repository import Repository
from ai_coder.loopback.state import Token, User

BOT = User("github-actions[bot]", 41898282, "Bot")
"""Who the workflow's token is. Source: https://api.github.com/users/github-actions%5Bbot%5D."""

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The real time."""
    return datetime.now(UTC)


class World:
    """Plain state. Whoever changes it holds the server's lock."""

    def __init__(self, folder: Path, clock: Clock = utc_now, html_url: str = "https://github.com") -> None:
        self.folder = folder
        self.now = clock
        self.html_url = html_url
        self.api_url = ""
        """Known once the server listens."""
        self.tree_limit = 100_000
        """Entries a recursive tree holds before it is cut. Source: https://docs.github.com/rest/git/trees."""
        self.users: dict[str, User] = {}
        self.repositories: dict[str, Repository] = {}
        self.tokens: dict[str, Token] = {}
        self._ids = count(1_000_001)
        self.add_user(BOT.login, BOT.id, BOT.type)
        self.bot_token = self._installation_token()

    def next_id(self) -> int:
        """A number never given before."""
        return next(self._ids)

    def add_user(self, login: str, user_id: int = 0, kind: str = "User") -> User:
        """The user of that login, made when new. Another `user_id` is another person under the old login."""
        known = self.users.get(login.lower())
        if known is not None and user_id in (0, known.id):
            return known
        user = User(login, user_id or self.next_id(), kind)
        self.users[login.lower()] = user
        return user

    def user(self, login: str) -> User:
        """Raises: Refused (404) when nobody has that login."""
        if login.lower() not in self.users:
            raise not_found()
        return self.users[login.lower()]

    def repository(self, full_name: str) -> Repository:
        """Raises: Refused (404) when there is none."""
        if full_name.lower() not in self.repositories:
            raise not_found()
        return self.repositories[full_name.lower()]

    def personal_token(self, login: str) -> Token:
        """The token of a person; the same one each time."""
        text = "ghp_" + hashlib.sha256(login.encode()).hexdigest()[:36]
        return self.tokens.setdefault(text, Token(text, self.user(login)))

    def _installation_token(self) -> Token:
        """In the shape GitHub gives since 2026: `ghs_<app id>_<JWT>`, about 520 characters."""
        parts = (hashlib.shake_256(part).digest(size) for part, size in ((b"h", 30), (b"p", 210), (b"s", 128)))
        jwt = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
        permissions = {"contents": "write", "issues": "write", "pull_requests": "write"}
        permissions |= {"checks": "read", "actions": "write"}
        token = Token(f"ghs_15368_{jwt}", self.users[BOT.login], permissions)
        self.tokens[token.text] = token
        return token
