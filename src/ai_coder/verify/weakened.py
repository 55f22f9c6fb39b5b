"""`ChangeSet` -> what it does to tests: a person has to know before they trust a verdict (C17)."""

from collections.abc import Iterator

from ai_coder.domain.change import ChangeSet
from ai_coder.verify.test_files import is_test_file


def weakened_tests(change_set: ChangeSet) -> tuple[str, ...]:
    """Tests that the change deletes, skips or makes weaker, one sentence each."""
    return tuple(_deleted(change_set))


def _deleted(change_set: ChangeSet) -> Iterator[str]:
    for change in change_set.changes:
        if change.after is None and is_test_file(change.path):
            yield f"`{change.path}` is deleted"
