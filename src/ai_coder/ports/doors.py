"""`Ports`: every door of one run."""

from collections.abc import Callable
from dataclasses import dataclass

from ai_coder.domain.chat import Usage
from ai_coder.ports.code import Forge
from ai_coder.ports.place import ChatModel, Clock, Host
from ai_coder.ports.sandbox import Sandbox
from ai_coder.ports.switches import Switches
from ai_coder.ports.talk import Checks, Reviews, Tracker
from ai_coder.settings import ModelSettings, VerifyPolicy


@dataclass(frozen=True, slots=True)
class Ports:
    """Every door of one run."""

    tracker: Tracker
    forge: Forge
    open_sandbox: Callable[[VerifyPolicy], Sandbox]
    """The boxes that this place has; nothing is started before one is asked for."""
    open_model: Callable[[ModelSettings, float], ChatModel]
    """From settings and the moment of `clock.monotonic_s()` at which the run must have its answers."""
    host: Host
    clock: Clock
    cost_usd: Callable[[str, Usage], float | None]
    """Dollars for a usage of the model of that name; None where its price is not known."""
    nonce: Callable[[], str]
    """A fresh random word, so that no text from outside can forge a delimiter."""
    reviews: Reviews | None = None
    """None where the forge has no pull requests."""
    switches: Switches | None = None
    """None where the forge has no settings of its own."""
    checks: Checks | None = None
    """None where the forge runs no workflows."""
