"""What starts a run, and for whom."""

import pytest

from ai_coder.domain.task import Candidate, Labelled, Person, Role, Skip, Verb
from ai_coder.resolve.trigger import authorize, decide, task_of
from ai_coder.settings import TriggerPolicy
from builders import HUBOT, MONA, NOON, an_event, an_issue

PREFIXED = {"title": "[AI_Coder] Greet in Portuguese"}
LABELLED = {"labels": ("bug", "AI_CODER")}
COMMENT = {"kind": "issue_comment", "action": "created", "label": ""}
PULL = {"is_pull_request": True}
REVIEW = {"kind": "pull_request_review", "action": "submitted", "label": "", "issue": PULL}
LINE = {"kind": "pull_request_review_comment", "action": "created", "label": "", "issue": PULL}
DISPATCH = {"kind": "workflow_dispatch", "action": "", "label": ""}


@pytest.mark.parametrize(
    ("given", "starts"),
    [
        ({}, True),
        ({"label": "AI_CODER"}, True),
        ({"label": "bug"}, False),
        ({"issue": {"is_open": False}}, False),
        ({"action": "unlabeled"}, False),
        ({"action": "opened", "issue": PREFIXED}, True),
        ({"action": "opened", "issue": LABELLED}, True),
        ({"action": "opened"}, False),
        ({"action": "opened", "issue": {"title": "About [ai_coder]"}}, False),
        ({"action": "reopened", "issue": PREFIXED}, True),
        ({"action": "edited", "issue": PREFIXED, "old_title": "Greet"}, True),
        ({"action": "edited", "issue": PREFIXED, "old_title": "[ai_coder] Greet"}, False),
        ({"action": "edited", "issue": PREFIXED}, False),
        ({"action": "edited", "old_title": "[ai_coder] Greet"}, False),
        ({"action": "assigned", "assignee": "Coder-Bot"}, True),
        ({"action": "assigned", "assignee": "mona"}, False),
        ({"action": "assigned", "assignee": ""}, False),
        (COMMENT | {"comment": "Use tabs."}, False),
        (COMMENT | {"comment": "Use tabs.", "issue": LABELLED}, True),
        (COMMENT | {"comment": "Use tabs.", "issue": PREFIXED}, True),
        (COMMENT | {"comment": "/ai_coder use tabs"}, True),
        (COMMENT | {"comment": "/ai-coder use tabs"}, True),
        (COMMENT | {"comment": "see /ai_coder"}, False),
        (COMMENT | {"comment": "> /ai_coder use tabs"}, False),
        (COMMENT | {"comment": "/ai_coder use tabs", "issue": {"is_open": False}}, True),
        (COMMENT | {"comment": "Use tabs.", "issue": LABELLED | {"is_open": False}}, False),
        (COMMENT | {"comment": "/ai_coder use tabs", "issue": PULL}, True),
        (COMMENT | {"comment": "Use tabs.", "issue": PULL}, True),
        (COMMENT | {"comment": "Use tabs.", "issue": PULL | {"is_open": False}}, False),
        (COMMENT | {"comment": "/ai_coder use tabs", "issue": PULL | {"is_open": False}}, True),
        (COMMENT | {"comment": "<!-- ai_coder:reply -->\nFixed.", "issue": PULL}, False),
        (REVIEW | {"comment": "Use tabs."}, True),
        (REVIEW | {"comment": ""}, True),
        (REVIEW | {"comment": "Use tabs.", "action": "edited"}, False),
        (REVIEW | {"comment": "Use tabs.", "action": "dismissed"}, False),
        (REVIEW | {"comment": "Use tabs.", "is_from_fork": True}, False),
        (REVIEW | {"comment": "/ai_coder use tabs", "is_from_fork": True}, False),
        (REVIEW | {"comment": {"body": "Use tabs.", "author": HUBOT}}, False),
        (REVIEW | {"comment": "Use tabs.", "issue": PULL | {"is_open": False}}, False),
        (LINE | {"comment": "Use tabs."}, True),
        (LINE | {"comment": "/ai_coder use tabs"}, True),
        (LINE | {"comment": "Use tabs.", "action": "edited"}, False),
        (COMMENT | {"comment": {"body": "/ai_coder use tabs", "author": HUBOT}}, False),
        (COMMENT | {"comment": "<!-- ai_coder:status {} -->\nDone", "issue": LABELLED}, False),
        (COMMENT | {"action": "edited", "comment": "/ai_coder use tabs"}, False),
        (COMMENT | {"action": "deleted", "comment": "/ai_coder use tabs"}, False),
        (DISPATCH, True),
        (DISPATCH | {"issue": {"number": 0}}, False),
        ({"kind": "schedule", "action": "", "label": ""}, True),
        ({"kind": "schedule", "action": "", "issue": {"number": 0}}, False),
        ({"kind": "push", "action": ""}, False),
        ({"kind": "", "action": ""}, False),
        ({"kind": "something_new", "action": "invented"}, False),
    ],
)
def test_events_that_start_a_run(given, starts):
    """A run starts on our label, our prefix, our assignee, our command, or a comment under an accepted issue."""
    decision = decide(an_event(**given), TriggerPolicy(assignee="coder-bot"))
    assert isinstance(decision, Candidate) is starts
    assert starts or decision.reason


def test_with_command_trigger_a_plain_comment_starts_nothing():
    """`comment_trigger: command` takes commands only, under accepted issues too."""
    event = an_event(**COMMENT, comment="Use tabs.", issue=LABELLED)
    assert isinstance(decide(event, TriggerPolicy(comments="command")), Skip)


def test_an_empty_prefix_starts_nothing():
    """An empty `title_prefix` switches the prefix off instead of starting on every issue."""
    assert isinstance(decide(an_event(action="opened"), TriggerPolicy(title_prefix="")), Skip)


def _authorize(event, *, roles=None, labelled_by=MONA, **policy):
    trigger = TriggerPolicy(**policy)
    known = {MONA.id: Role.WRITE} if roles is None else roles
    candidate = decide(event, trigger)
    assert isinstance(candidate, Candidate)
    labelled = Labelled(labelled_by, NOON)
    return authorize(candidate, trigger, lambda person: known.get(person.id, Role.NONE), lambda: labelled)


@pytest.mark.parametrize(
    ("role", "may"), [(Role.ADMIN, True), (Role.WRITE, True), (Role.READ, False), (Role.NONE, False)]
)
def test_only_write_permission_counts(role, may):
    """Who may not write to the repository may not make us write to it."""
    assert isinstance(_authorize(an_event(), roles={MONA.id: role}), Person) is may


@pytest.mark.parametrize(
    ("given", "vouches"),
    [
        ({"sender": HUBOT}, HUBOT),
        ({"issue": {"author": HUBOT}}, MONA),
        ({"action": "opened", "issue": PREFIXED | {"author": HUBOT}}, None),
        ({"action": "opened", "issue": PREFIXED, "sender": HUBOT}, None),
        ({"action": "edited", "issue": PREFIXED, "old_title": "x", "sender": HUBOT}, None),
    ],
)
def test_whose_permission_is_asked(given, vouches):
    """A label is vouched for by who sets it; a title by its author and by who sent the event."""
    roles = {MONA.id: Role.WRITE} | ({HUBOT.id: Role.WRITE} if vouches is HUBOT else {})
    result = _authorize(an_event(**given), roles=roles)
    assert result == vouches if vouches else isinstance(result, Skip)


@pytest.mark.parametrize(
    ("issue", "labelled_by", "accepted"),
    [
        (LABELLED, MONA, True),
        (LABELLED, HUBOT, False),
        (LABELLED, Person(), False),
        (PREFIXED, HUBOT, True),
        (PREFIXED | {"author": HUBOT}, HUBOT, False),
        (PREFIXED | LABELLED | {"author": HUBOT}, MONA, True),
    ],
)
def test_a_comment_needs_an_accepted_issue(issue, labelled_by, accepted):
    """Accepted is what an authorised person labelled, or opened with the prefix."""
    event = an_event(**COMMENT, comment="Use tabs.", issue=issue)
    assert isinstance(_authorize(event, labelled_by=labelled_by), Person) is accepted


def test_a_strangers_command_is_refused_visibly():
    """A stranger's command is marked as such, so that it gets its one reaction; a stranger's comment is not."""
    command = an_event(**COMMENT, comment={"body": "/ai_coder go", "author": HUBOT}, sender=HUBOT)
    comment = an_event(**COMMENT, comment={"body": "Nice", "author": HUBOT}, sender=HUBOT, issue=LABELLED)
    assert _authorize(command).is_refused_command
    assert not _authorize(comment).is_refused_command


@pytest.mark.parametrize(("allowed", "may"), [(frozenset(), False), (frozenset({9}), False), (frozenset({49}), True)])
def test_bots_are_allowed_by_id(allowed, may):
    """A bot starts a run only when its account id is listed: the permission API knows no bots."""
    bot = Person("helper[bot]", 49, is_bot=True)
    result = _authorize(an_event(sender=bot), roles={}, allowed_bots=allowed)
    assert isinstance(result, Person) is may


def test_an_unknown_sender_is_nobody():
    """A payload without a sender starts nothing, whatever the permission API would say."""
    assert isinstance(_authorize(an_event(sender=Person()), roles={0: Role.ADMIN}), Skip)


@pytest.mark.parametrize(
    ("given", "verb", "argument"),
    [
        ({}, Verb.WORK, ""),
        (COMMENT | {"comment": "/ai_coder use tabs"}, Verb.WORK, "use tabs"),
        (COMMENT | {"comment": "/ai_coder scope repo"}, Verb.SCOPE, "repo"),
        (DISPATCH | {"instructions": "be brief"}, Verb.WORK, "be brief"),
    ],
)
def test_what_a_task_orders(given, verb, argument):
    """The task carries the command of the comment, or the text of the manual start."""
    event = an_event(**given)
    task = task_of(decide(event, TriggerPolicy()), MONA, NOON)
    assert (task.command.verb, task.command.argument) == (verb, argument)


def test_a_task_holds_the_text_as_it_stood():
    """Title and body are the payload's: what the authorised person saw."""
    event = an_event(issue={"title": "As approved"})
    assert task_of(decide(event, TriggerPolicy()), MONA, NOON).issue == an_issue(title="As approved")
