"""The comparison of tests before and after a change."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ai_coder.domain.change import ChangeSet, FileChange
from ai_coder.verify.weakened.blocks import TestBlock, test_blocks
from ai_coder.verify.weakened.gates import weakened_gates
from ai_coder.verify.weakened.languages import Language, count_asserts, is_skip, language_of

_TOKEN = re.compile(r"\w+")
_KEPT_SHARE = 0.8
"""Share of the words of what is gone that stand among the added lines, where it only moved."""


def weakened_tests(change_set: ChangeSet) -> tuple[str, ...]:
    """Tests that the change deletes, skips or makes weaker, and checks that it lowers or switches off."""
    files = [file for change in change_set.changes if (file := _File.of(change))]
    added = _Added.of(files)
    said = [sentence for file in files for sentence in _of_file(file, added)]
    said += [sentence for change in change_set.changes for sentence in weakened_gates(change)]
    return tuple(dict.fromkeys(said))


@dataclass(frozen=True, slots=True)
class _File:
    """A file of tests before and after."""

    path: str
    language: Language
    old: tuple[str, ...]
    new: tuple[str, ...]
    before: Mapping[str, TestBlock]
    after: Mapping[str, TestBlock]
    is_deleted: bool

    @classmethod
    def of(cls, change: FileChange) -> "_File | None":
        """None for a file that holds no tests."""
        before, after = change.before or "", change.after or ""
        language = language_of(change.path, before + after)
        if language is None:
            return None
        return cls(
            change.path.text,
            language,
            tuple(before.splitlines()),
            tuple(after.splitlines()),
            test_blocks(before, language),
            test_blocks(after, language),
            change.after is None,
        )

    @property
    def added(self) -> list[str]:
        """Lines that are new, in the sense of a multiset: moving a line within the file adds nothing."""
        more = Counter(self.new) - Counter(self.old)
        return list(more.elements())


@dataclass(frozen=True, slots=True)
class _Added:
    """What the change adds to tests, in all files together."""

    words: frozenset[str]
    """Of lines that are new, and of tests whose name is."""
    tests: Mapping[str, TestBlock]
    """New tests by the last part of their names."""
    skips: Counter[str]
    """Lines with a skip that are gone from where they stood."""

    @classmethod
    def of(cls, files: Iterable[_File]) -> "_Added":
        words: set[str] = set()
        tests: dict[str, TestBlock] = {}
        skips: Counter[str] = Counter()
        for file in files:
            new = [test for name, test in file.after.items() if name not in file.before]
            tests.update({_own(test.name): test for test in new})
            lines = [*file.added, *(line for test in new for line in test.lines)]
            code = [line for line in lines if not line.lstrip().startswith(file.language.comment)]
            words.update(word for line in code for word in _TOKEN.findall(line))
            skips += _skips(file.old, file.language) - _skips(file.new, file.language)
        return cls(frozenset(words), tests, skips)

    def keeps(self, lines: Iterable[str]) -> bool:
        """Whether nearly all words of the lines stand among what is added: they moved, or were merged."""
        words = {word for line in lines for word in _TOKEN.findall(line)}
        return not words or len(words & self.words) >= _KEPT_SHARE * len(words)


def _of_file(file: _File, added: _Added) -> Iterator[str]:
    gone = [name for name in file.before if name not in file.after and not _is_kept(file.before[name], added)]
    if file.is_deleted:
        if gone:
            yield f"`{file.path}` is deleted, with {len(gone)} {'test' if len(gone) == 1 else 'tests'}"
        elif not file.before and not added.keeps(file.old):
            yield f"`{file.path}` is deleted"
        return
    yield from (f"`{name}` of `{file.path}` is deleted" for name in gone)
    for name, before in file.before.items():
        after = file.after.get(name) or added.tests.get(_own(name))
        if after:
            yield from (f"`{name}` of `{file.path}` {how}" for how in _made_weaker(before, after, added))
    yield from _around(file, added)


def _is_kept(test: TestBlock, added: _Added) -> bool:
    """Whether the test stands elsewhere now: under its name, or with its assertions under another."""
    if _own(test.name) in added.tests:
        return True
    asserts = [line for line in test.lines if count_asserts(line, test.language)]
    return bool(asserts) and added.keeps(asserts)


def _made_weaker(before: TestBlock, after: TestBlock, added: _Added) -> Iterator[str]:
    """What was done to a test that is still there, as the rest of a sentence."""
    if before.lines == after.lines:
        return
    if after.is_skipped and not before.is_skipped:
        yield "is skipped or singled out now"
    if after.is_empty and not before.is_empty:
        yield "is emptied"
    elif after.asserts < before.asserts:
        kept = Counter(after.lines)
        gone = [line for line in (Counter(before.lines) - kept).elements() if count_asserts(line, before.language)]
        if not after.asserts or not added.keeps(gone):
            yield f"asserts less: {_times(before.asserts)} before, {_times(after.asserts)} now"


def _around(file: _File, added: _Added) -> Iterator[str]:
    """Skips outside of the tests: of a class, of a group, of the whole file."""
    if not file.old:
        return
    inside = {line.strip() for test in file.after.values() for line in test.lines}
    more = _skips(file.new, file.language) - _skips(file.old, file.language) - added.skips
    for line in more:
        if line not in inside:
            yield f"`{file.path}` skips or singles out tests now: `{line[:80]}`"


def _skips(lines: Iterable[str], language: Language) -> Counter[str]:
    return Counter(line.strip() for line in lines if is_skip(line, language))


def _own(name: str) -> str:
    return name.rpartition(".")[2]


def _times(count: int) -> str:
    return "not at all" if not count else "once" if count == 1 else f"{count} times"
