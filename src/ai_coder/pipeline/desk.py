"""What people see while a request is worked on: the eyes, the status comment, the answer."""

from dataclasses import dataclass, field

from ai_coder.domain.report import Published, Report, Status
from ai_coder.domain.seal import Seal
from ai_coder.domain.task import Comment, CommentKind, Person, Task
from ai_coder.domain.trajectory import Trajectory
from ai_coder.egress import Egress
from ai_coder.errors import ForgeError, NotFound
from ai_coder.pipeline.journal import Journal
from ai_coder.ports import Ports, Reaction, ReactionName
from ai_coder.report.status import ROOMS, Progress, render_progress, render_receipt

_EDIT_EVERY_S = 10.0
_ANSWERS: dict[Status, ReactionName] = {
    Status.CHANGED: "rocket",
    Status.REVIEWED: "rocket",
    Status.PARKED: "rocket",
    Status.NO_CHANGE: "+1",
    Status.PLANNED: "+1",
}


def react(ports: Ports, number: int, comment: Comment, reaction: ReactionName) -> Reaction:
    """Put our reaction on the comment, wherever it stands; on issue `number` itself when its id is 0.

    Raises: ForgeError.
    """
    if comment.kind is CommentKind.CONVERSATION or ports.reviews is None:
        return ports.tracker.react(number, comment.id, reaction)
    return ports.reviews.react(comment, reaction)


@dataclass(slots=True)
class Desk:
    """The visible side of one task. Every task that was taken up ends in exactly one `answer`."""

    task: Task
    ports: Ports
    egress: Egress
    seal: Seal = field(default_factory=Seal)
    progress: Progress = field(default_factory=Progress)
    journal: Journal = field(init=False)
    _status_comment: int | None = None
    """Its id; 0 when there is none yet, None while nobody looked for it."""
    _edited_at_s: float = 0.0

    def __post_init__(self) -> None:
        self.journal = Journal(self.ports.clock, self.egress.redact)

    def take_up(self) -> Person:
        """Put the eyes on the request; ourselves, as the forge names us. Raises: ForgeError."""
        asked = f"comment {self.task.comment.id}" if self.task.comment.id else "the issue itself"
        title = self.egress.title(self.task.issue.title)
        self._say(f"issue #{self.task.issue.number}: {title} ({asked}, asked by {self.task.requester.login})")
        try:
            return react(self.ports, self.task.issue.number, self.task.comment, "eyes").by
        except NotFound as error:
            self.ports.host.annotate("warning", f"The request got no reaction: {error}")
            return Person()

    def open_status(self, comment_id: int, progress: Progress | None = None) -> None:
        """Post the status comment, or take over the one of an earlier run. Raises: ForgeError.

        A locked issue takes no comment: the work goes on, and the summary tells what came of it.
        """
        self._status_comment = comment_id
        self.progress = progress or Progress()
        try:
            self._write(render_progress(self.progress, self.ports.host.run_url, self.egress))
        except ForgeError as error:
            if not self.task.issue.is_locked:
                raise
            self._status_comment = None
            self.ports.host.annotate("warning", self.egress.redact(f"The issue is locked, so it gets no word: {error}"))

    def room_done(self, said: str) -> None:
        """One room further."""
        room = ROOMS[len(self.progress.done)]
        self._say(f"{room.lower()}: {said}")
        self.journal.visited(room, said)
        self.progress = self.progress.then(said)
        self._show_progress()

    def prompted(self, said: str) -> None:
        """The prompt is ready; once a run, however often it is made anew."""
        if len(self.progress.done) == ROOMS.index("Prompt"):
            self.room_done(said)

    def step(self, said: str) -> None:
        """One step of the model's work."""
        self._say(f"  {said}")
        self.progress = self.progress.with_step(said)
        self._show_progress()

    def trajectory(self, report: Report) -> Trajectory:
        """The run as it went; what was published was published in the room that nobody left yet."""
        if isinstance(report.outcome, Published) and len(self.progress.done) < len(ROOMS):
            self.journal.visited(ROOMS[len(self.progress.done)], f"commit {report.outcome.commit[:12]}".strip())
        return self.journal.trajectory()

    def answer(self, report: Report, requests: tuple[Comment, ...]) -> tuple[str, ...]:
        """Write the receipt and our reaction to every request; what did not work, one sentence each.

        Where it is not known whether a status comment stands, the reaction alone answers: there is never a second one.
        """
        problems = []
        reaction = _ANSWERS.get(report.status, "confused")
        targets = {(comment.kind, comment.id): comment for comment in (self.task.comment, *requests)}
        try:
            if self._status_comment is not None:
                self._write(render_receipt(report, self.progress, self.ports.host.run_url, self.egress))
        except ForgeError as error:
            problems.append(f"The status comment could not be written: {error} {error.hint}")
        for _, comment in sorted(targets.items()):
            try:
                react(self.ports, self.task.issue.number, comment, reaction)
            except ForgeError as error:
                problems.append(f"The request got no final reaction: {error}")
        return tuple(problems)

    def _show_progress(self) -> None:
        """Edit the comment, at most every ten seconds; work that is under way does not end because it cannot be."""
        if self._status_comment is None or self.ports.clock.monotonic_s() - self._edited_at_s < _EDIT_EVERY_S:
            return
        try:
            self._write(render_progress(self.progress, self.ports.host.run_url, self.egress))
        except ForgeError as error:
            self._edited_at_s = self.ports.clock.monotonic_s()
            self.ports.host.annotate("warning", self.egress.redact(f"The status comment was not edited: {error}"))

    def _say(self, text: str) -> None:
        self.ports.host.say(self.egress.redact(text))

    def _write(self, text: str) -> None:
        """Post the comment or replace its text; one that somebody deleted is posted anew. Raises: ForgeError."""
        tracker, number, comment_id = self.ports.tracker, self.task.issue.number, self._status_comment or 0
        text = self.seal.sealed(text, number)
        try:
            self._status_comment = tracker.write_status(number, comment_id, text)
        except NotFound:
            if not comment_id:
                raise
            self._status_comment = tracker.write_status(number, 0, text)
        self._edited_at_s = self.ports.clock.monotonic_s()
