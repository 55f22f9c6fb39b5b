"""An embedded GitHub on 127.0.0.1, stateful, on real git repositories: for the demo and for tests.

Needs the `git` program. Imports nothing of ai_coder but its failures. The model's endpoints stand in
`loopback.model` (scripted) and `loopback.small_model` (real).
"""

from ai_coder.loopback.hosted import HostedRepository
from ai_coder.loopback.http import Answer, Exchange, Request
from ai_coder.loopback.server import GithubServer
from ai_coder.loopback.state import File

__all__ = ["Answer", "Exchange", "File", "GithubServer", "HostedRepository", "Request"]
