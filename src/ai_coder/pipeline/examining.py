"""A repository, and one issue of it, looked at before any work: what a run would find before it asks the model."""

from dataclasses import replace

from ai_coder.domain.finding import Finding, Level
from ai_coder.domain.report import Cannot
from ai_coder.domain.task import Candidate, Event, Person
from ai_coder.errors import ForgeError
from ai_coder.pipeline.configured import configured
from ai_coder.pipeline.preflight import about_links
from ai_coder.pipeline.preparing import Ground, find_ground, known_links, wanted_of
from ai_coder.pipeline.run import Run
from ai_coder.resolve.conversation import read_conversation
from ai_coder.resolve.trigger import task_of


def with_own_file(run: Run) -> Run:
    """The run with the settings that the repository's own file completes, where it can be read.

    Raises: ConfigurationError.
    """
    forge = run.ports.forge
    try:
        head = forge.head(run.settings.commit.base_branch or forge.default_branch())
        return replace(run, settings=configured(forge.tree(head), run)) if head else run
    except ForgeError:
        return run


def examine(number: int, run: Run) -> Finding:
    """Whether the issue's links can be worked on, or why nothing can; nothing is written. Raises: AiCoderError."""
    tracker = run.ports.tracker
    issue = tracker.issue(number)
    if not issue.is_open:
        return Finding(Level.BLOCKER, f"issue #{number}", "It is closed", "Reopen it.")
    task = task_of(Candidate(Event("command_line", issue=issue), ()), Person(), run.ports.clock.now())
    conversation = read_conversation(task, Person(), tracker, run.settings.trigger)
    ground = find_ground(task, conversation, run)
    if isinstance(ground, Cannot):
        reason = f"{ground.reason[:1].upper()}{ground.reason[1:]}"
        return Finding(Level.BLOCKER, f"issue #{number}", reason, ground.hint)
    if not isinstance(ground, Ground):
        return Finding(Level.UNKNOWN, f"issue #{number}", "It waits for a person's answer")
    wanted = wanted_of(task, conversation, ground, known_links(ground))
    count = len(wanted.links)
    said = f"{count} file(s), all of which may be changed" if count else "no file"
    fine = Finding(Level.FINE, "links", f"Issue #{number} links {said}")
    return about_links(wanted, ground.tree.entries(), ground.run.settings.write) or fine
