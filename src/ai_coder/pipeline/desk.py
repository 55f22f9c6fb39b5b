"""What people see while a request is worked on: the eyes, the status comment, the answer."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from ai_coder.domain.kept import Kept
from ai_coder.domain.outcome import Parked
from ai_coder.domain.report import Published, Report, Spent
from ai_coder.domain.review import Thread
from ai_coder.domain.seal import Seal
from ai_coder.domain.status_mark import StatusMark, request_ids
from ai_coder.domain.task import Comment, CommentKind, Person, Task
from ai_coder.domain.trajectory import Trajectory
from ai_coder.egress import Egress
from ai_coder.errors import ForgeError, NotFound
from ai_coder.pipeline.journal import Journal
from ai_coder.ports import Ports, Reaction, ReactionName
from ai_coder.report.status import ROOMS, Progress, render_progress, render_receipt
from ai_coder.resolve.requests import ANSWERS, final_reaction

_EDIT_EVERY_S = 10.0


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
    spending: Callable[[], Spent] = Spent
    """What the model has cost so far."""
    is_taken_up: bool = False
    """Whether the forge knows that we saw the request."""
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
        own = Person()
        try:
            own = react(self.ports, self.task.issue.number, self.task.comment, "eyes").by
        except NotFound as error:
            self.ports.host.annotate("warning", f"The request got no reaction: {error}")
        self.is_taken_up = True
        return own

    def open_status(self, comment_id: int, begun: Progress | None = None) -> None:
        """Post the status comment, or take over the one of an earlier run with what it hands on. Raises: ForgeError.

        A locked issue takes no comment: the work goes on, and the summary tells what came of it.
        """
        self._working()
        self._status_comment = comment_id
        self.progress = begun or Progress()
        try:
            self._write_progress()
        except ForgeError as error:
            if not self.task.issue.is_locked:
                raise
            self._status_comment = None
            self.ports.host.annotate("warning", self.egress.redact(f"The issue is locked, so it gets no word: {error}"))

    def keep(self, kept: Kept) -> None:
        """Write down, before a branch shows it, which commit holds the change: a run that is killed now loses nothing.

        Where it cannot be written the work goes on: all that is lost is that help.
        """
        self.progress = replace(self.progress, kept=kept)
        try:
            if self._status_comment is not None:
                self._write_progress()
        except ForgeError as error:
            self.ports.host.annotate("warning", self.egress.redact(f"The change could not be noted: {error}"))

    @property
    def kept(self) -> Kept | None:
        """What the next run finds in the status comment; None where there is no comment, or no room in it."""
        kept = self.progress.kept
        return kept if kept and str(kept) and self._status_comment is not None else None

    def drop_kept(self) -> None:
        """What an earlier run kept is published now, or of no use any more."""
        self.progress = replace(self.progress, kept=None)

    def room_done(self, said: str) -> None:
        """One room further."""
        room = ROOMS[len(self.progress.done)]
        self._say(f"{room.lower()}: {said}")
        self.journal.visited(room, said)
        self.progress = self.progress.then(said)
        self._working()
        self._show_progress()

    def prompted(self, said: str) -> None:
        """The prompt is ready; once a run, however often it is made anew."""
        if len(self.progress.done) == ROOMS.index("Prompt"):
            self.room_done(said)

    def step(self, said: str) -> None:
        """One step of the model's work."""
        self._say(f"  {said}")
        self._working(said)
        self.progress = self.progress.with_step(said)
        self._show_progress()

    def trajectory(self, report: Report) -> Trajectory:
        """The run as it went; what was published was published in the room that nobody left yet."""
        done = len(self.progress.done)
        if isinstance(report.outcome, Published) and len(self.journal.visits) == done < len(ROOMS):
            self.journal.visited(ROOMS[done], f"commit {report.outcome.commit[:12]}".strip())
        return self.journal.trajectory()

    def answer(
        self, report: Report, requests: tuple[Comment, ...], threads: tuple[Thread, ...] = ()
    ) -> tuple[str, ...]:
        """Write the receipt and our reaction to every request; what did not work, one sentence each.

        Where it is not known whether a status comment stands, the reaction alone answers: there is never a second one.
        Of threads it is only noted that this run looked at them.
        """
        problems = []
        lasts = (thread.comments[-1] for thread in threads)
        targets = requests if requests and self.task.is_sweep else (self.task.comment, *requests)
        self.progress = replace(self.progress, asked=request_ids(self.task, (*lasts, *requests)))
        try:
            if self._status_comment is not None:
                self._write(render_receipt(report, self.progress, self.ports.host.run_url, self.egress))
        except ForgeError as error:
            problems.append(f"The status comment could not be written: {error.told}")
        if isinstance(report.outcome, Parked) and report.outcome.resumes_at:
            return tuple(problems)
        return (*problems, *self._react(report.status, targets))

    def answer_again(self, mark: StatusMark, own: Person) -> tuple[str, ...]:
        """The reactions that belong to an answer which stands already: who gave it may not have come so far.

        An issue that a comment's run answered as well has the eyes of this run, and no answer of its own yet.
        """
        targets = [Comment(id=int(name)) for name in mark.asked if name.isdecimal()]
        is_issue = not (self.task.comment.id or self.task.is_sweep)
        if not targets or (is_issue and not self._is_issue_answered(own)):
            targets.append(self.task.comment)
        return self._react(mark.status, targets)

    def _is_issue_answered(self, own: Person) -> bool:
        """Whether a final reaction of ours stands on the issue itself, or it cannot be told."""
        tracker, number = self.ports.tracker, self.task.issue.number
        try:
            people = [person.id for name in ANSWERS for person in tracker.reacted_by(number, 0, name)]
        except ForgeError:
            return True
        return own.id in people

    def _react(self, status: str, targets: Iterable[Comment]) -> tuple[str, ...]:
        problems = []
        unique = {(comment.kind, comment.id): comment for comment in targets}
        for _, comment in sorted(unique.items()):
            try:
                react(self.ports, self.task.issue.number, comment, final_reaction(status))
            except ForgeError as error:
                problems.append(f"The request got no final reaction: {error}")
        return tuple(problems)

    def _working(self, said: str = "") -> None:
        """Tell the place what is being done now."""
        done = len(self.progress.done)
        room = ROOMS[done].lower() if done < len(ROOMS) else "answer"
        self.ports.host.working(done, len(ROOMS), self.egress.redact(f"{room}: {said}" if said else room))

    def _show_progress(self) -> None:
        """Edit the comment, at most every ten seconds; work that is under way does not end because it cannot be."""
        if self._status_comment is None or self.ports.clock.monotonic_s() - self._edited_at_s < _EDIT_EVERY_S:
            return
        try:
            self._write_progress()
        except ForgeError as error:
            self._edited_at_s = self.ports.clock.monotonic_s()
            self.ports.host.annotate("warning", self.egress.redact(f"The status comment was not edited: {error}"))

    def _say(self, text: str) -> None:
        self.ports.host.say(self.egress.redact(text))

    def _write_progress(self) -> None:
        self.progress = replace(self.progress, spent_usd=self.spending().cost_usd or 0.0)
        self._write(render_progress(self.progress, self.ports.host.run_url, self.egress))

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
