"""Before the first token is bought: what would make the work come to nothing."""

from ai_coder.domain.finding import Level
from ai_coder.domain.plan import Place
from ai_coder.domain.report import Cannot
from ai_coder.errors import ForgeError
from ai_coder.pipeline.run import Run


def refused_branch(place: Place, run: Run) -> Cannot | None:
    """Why a new branch could not be made, by the rules of the repository; None where nothing is known against it."""
    switches = run.ports.switches
    if switches is None or not place.is_new_branch:
        return None
    try:
        findings = switches.against(place.branch)
    except ForgeError as error:
        run.ports.host.say(run.egress.redact(f"the rules of the repository could not be read: {error}"))
        return None
    blocker = next((one for one in findings if one.level is Level.BLOCKER), None)
    return Cannot(f"{blocker.sentence[:1].lower()}{blocker.sentence[1:]}", blocker.hint) if blocker else None
