"""`Run`: what one run is given."""

from collections.abc import Callable
from dataclasses import dataclass

from ai_coder.domain.seal import Seal
from ai_coder.egress import Egress
from ai_coder.ports import Ports
from ai_coder.settings import Settings


@dataclass(frozen=True, slots=True)
class Run:
    """Settings, doors, and the names of the place."""

    settings: Settings
    ports: Ports
    merge: Callable[[str], Settings]
    """The settings with the text of the repository's settings file under them. Raises: ConfigurationError."""
    repository: str = ""
    """`owner/name`; links to other repositories are no files of ours."""
    server_url: str = ""
    slug: str = ""
    """Names the branch where issues have no numbers."""
    started_s: float = 0.0
    """When it began, of the clock's `monotonic_s`: its time counts from there."""

    @property
    def ends_at_s(self) -> float:
        """When all of it has to be over, of the same clock."""
        return self.started_s + self.settings.limits.timeout_s

    @property
    def seal(self) -> Seal:
        """What shows that a status comment is ours."""
        return Seal(self.settings.model.api_key.reveal().encode("utf-8", "replace"), self.repository)

    @property
    def egress(self) -> Egress:
        """The only way out for text."""
        secrets = (self.settings.token.reveal(), self.settings.model.api_key.reveal())
        return Egress(tuple(filter(None, secrets)))
