"""Before the first token is bought: what would make the work come to nothing. Nothing is changed by looking."""

from collections.abc import Iterable

from ai_coder.domain.finding import Finding, Level
from ai_coder.domain.plan import Place
from ai_coder.domain.report import Cannot
from ai_coder.domain.source import RepoPath, WriteSet
from ai_coder.errors import ForgeError
from ai_coder.generate.policy import Violation, violation_of
from ai_coder.pipeline.run import Run
from ai_coder.resolve.gather import Wanted
from ai_coder.settings import WritePolicy

_LINKS = "protected or workflow files among the links"
_WHERE = "in the workflow's `with:` block, or in `.github/ai_coder.yml` of the base branch"
_NOTHING_OPENS = "No setting opens what steers workflows, reviews, git or agents: change it by hand."
_ELSE = "Link a file that may be changed, or comment `/ai_coder scope repo` to have it worked on all the same."


def unpublishable(place: Place, run: Run) -> Cannot | None:
    """Why the forge would take no change, by its rules for branches; None where nothing is known against it.

    Raises: ForgeError where the token may write no commit, ForgeLimited.
    """
    switches = run.ports.switches
    if switches and not run.settings.dry_run:
        switches.require_commits()
    if switches is None or not place.is_new_branch:
        return None
    try:
        return stop(switches.against(place.branch))
    except ForgeError as error:
        run.ports.host.say(run.egress.redact(f"the rules of the repository could not be read: {error}"))
        return None


def about_links(
    wanted: Wanted, paths: Iterable[RepoPath], policy: WritePolicy, *, is_plan: bool = False
) -> Finding | None:
    """The linked files that may not be changed; None where all may. It is in vain to work where none may.

    A plan changes nothing, what the whole repository is open for has other files to go to, and to a linked file belong
    the tests among the `paths` of the repository.
    """
    linked = dict.fromkeys(link.path for link in (*wanted.links, *wanted.seen))
    write_set = WriteSet(frozenset(linked))
    refused = [found for path in linked if (found := violation_of(path, write_set, policy))]
    if not refused:
        return None
    is_vain = wanted.is_linked and not is_plan and len(refused) == len(linked)
    is_vain = is_vain and not any(write_set.holds(path) and not violation_of(path, write_set, policy) for path in paths)
    sentence = f"There are {_LINKS}: {'; '.join(f'`{one.path}` {one.reason}' for one in refused)}"
    hints = [_open(refused), _ELSE if is_vain else ""]
    return Finding(Level.BLOCKER if is_vain else Level.WARNING, "links", sentence, " ".join(filter(None, hints)))


def _open(refused: Iterable[Violation]) -> str:
    """What opens the files, and what nothing opens."""
    settings = sorted({one.setting for one in refused})
    named = " and ".join(f"`{name}`" for name in settings if name)
    hints = [f"Change {named} {_WHERE}." if named else "", "" if all(settings) else _NOTHING_OPENS]
    return " ".join(filter(None, hints))


def stop(findings: Iterable[Finding]) -> Cannot | None:
    """The end of a run that one of the findings makes vain; None where none does."""
    blocker = next((one for one in findings if one.level is Level.BLOCKER), None)
    return Cannot(f"{blocker.sentence[:1].lower()}{blocker.sentence[1:]}", blocker.hint) if blocker else None
