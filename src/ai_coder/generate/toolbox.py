"""The tools of mode `agent`: what the model is told of them, and what a call does."""

import difflib
import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from ai_coder.domain.change import ChangeSet
from ai_coder.domain.chat import ToolCall, ToolSpec
from ai_coder.domain.source import RepoPath, WriteSet
from ai_coder.edits import AppliedAnswer, apply_answer, objection_to_syntax, render_feedback
from ai_coder.generate.arguments import Arguments, Misuse
from ai_coder.generate.looking import list_files, read_file, search
from ai_coder.generate.overlay import Overlay
from ai_coder.generate.patch import patch_of
from ai_coder.generate.policy import Violation, check, is_protected, violation_of
from ai_coder.generate.proof import Tests
from ai_coder.settings import WritePolicy

_MAX_DIFF_CHARS = 4_000


@dataclass(frozen=True, slots=True)
class Told:
    """What a call came to, in words for the model."""

    text: str
    is_error: bool = False


def _spec(name: str, description: str, required: tuple[str, ...] = (), **properties: str) -> ToolSpec:
    """A tool whose arguments are texts, unless their description begins with a type in brackets."""
    shapes: dict[str, dict[str, object]] = {}
    for key, said in properties.items():
        kind, _, rest = said.removeprefix("[").partition("] ") if said.startswith("[") else ("string", "", said)
        shapes[key] = {"type": kind, "description": rest}
        if kind == "array":
            shapes[key]["items"] = {"type": "string"}
    schema = {"type": "object", "properties": shapes, "required": list(required)}
    return ToolSpec(name, description, json.dumps(schema))


FINISH = _spec(
    "finish",
    "End the work. Call it alone, when everything is done or when it cannot be done.",
    ("outcome", "summary"),
    outcome="changed, no_change (nothing has to be changed, or the request is a question), need_info or cannot",
    title="Of a change: at most 70 characters, in the imperative",
    summary="Two or three sentences: what you changed and why, the answer to a question, or why it cannot be done",
    questions="[array] Of need_info: one to three, each as `question | option | option`, your own choice first",
    remaining="[array] What is left to do, where the work could not be completed",
    threads="[array] One for each review thread, where there are any: `T1 | fixed | what you changed`, "
    "`T2 | not_changed | why`, or `T3 | question | what you have to know`",
)
SPECS = (
    _spec(
        "list_files",
        "Paths of the repository.",
        folder="Only below this folder",
        glob="Only those that match this pattern (as in .gitignore: `*.py`, `src/**/test_*`)",
    ),
    _spec(
        "search",
        "Lines that match a regular expression (RE2), as `path:line: text`.",
        ("pattern",),
        pattern="For example `def parse_\\w+` or `(?i)timeout`",
        glob="Only in files that match this pattern",
    ),
    _spec(
        "read_file",
        "A file's text, or some lines of it.",
        ("path",),
        path="Its path",
        first_line="[integer] From this line, counted from 1",
        last_line="[integer] To this line",
    ),
    _spec(
        "edit_file",
        "Change one place of a file, or create, delete or move a file. Nothing else is written.",
        ("path",),
        path="Its path",
        old_text="Whole lines as they stand in the file now, exactly, enough to stand there once; empty for a new file",
        new_text="What takes their place, or the whole text of a new file",
        delete="[boolean] True to remove the file",
        move_to="The new path, to move the file",
    ),
    FINISH,
)
FINISH_PLAN = _spec(
    "finish",
    "End with the plan. Nothing is changed now; a person decides whether the plan is carried out.",
    ("outcome",),
    outcome="planned, no_change, need_info or cannot",
    plan="The plan as a numbered list: what changes where and why, and how it is tested",
    files="[array] Paths that would be changed, created or deleted",
    summary="Of another outcome than planned: why",
    questions="[array] Of need_info: one to three, each as `question | option | option`, your own choice first",
)
RUN_TESTS = _spec(
    "run_tests",
    "Run the project's tests on the files as they are now, in a sandbox. Takes as long as the tests take.",
)
PLAN_SPECS = (*(spec for spec in SPECS if spec.name not in {"edit_file", "finish"}), FINISH_PLAN)
FINISH_REVIEW = _spec(
    "finish",
    "End with the review. Nothing is changed; people decide what becomes of your remarks.",
    ("outcome", "summary"),
    outcome="reviewed or cannot",
    summary="Two or three sentences on the whole change, or why it cannot be reviewed",
    findings="[array] Each as `path:line | remark` or `path:first-last | remark`, on lines that the diff changes. A "
    "remark may end in a block that begins with ```suggestion and holds what takes the place of exactly these lines",
)
REVIEW_SPECS = (*(spec for spec in SPECS if spec.name not in {"edit_file", "finish"}), FINISH_REVIEW)


@dataclass(frozen=True, slots=True)
class Toolbox:
    """The tools on one overlay, within one write set."""

    overlay: Overlay
    write_set: WriteSet
    policy: WritePolicy
    is_read_only: bool = False
    """Whether a plan or a review is all that is asked for."""
    is_review: bool = False
    """Whether it is a review."""
    tests: Tests | None = None
    """None where the change cannot be verified."""
    withheld: dict[str, str] = field(default_factory=dict)
    """Patches of protected files by path, which were not written."""

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        """What the model is told of the tools."""
        if self.is_read_only:
            return REVIEW_SPECS if self.is_review else PLAN_SPECS
        return (*SPECS[:-1], RUN_TESTS, FINISH) if self.tests and self.tests.can_run else SPECS

    def use(self, call: ToolCall) -> Told:
        """Carry the call out. A call that cannot be carried out is told, never raised. Raises: ForgeError."""
        tool = self._tools.get(call.name)
        if tool is None:
            return Told(f"There is no tool `{call.name}`. Use {', '.join([*self._tools, FINISH.name])}.", is_error=True)
        try:
            return Told(tool(call))
        except Misuse as misuse:
            return Told(str(misuse), is_error=True)

    def check(self, change_set: ChangeSet) -> tuple[Violation, ...]:
        """Everything that stands against the change. Raises: ForgeError."""
        return check(change_set, self.write_set, self.policy, self.overlay.tree.entries())

    @property
    def _tools(self) -> dict[str, Callable[[ToolCall], str]]:
        tools: dict[str, Callable[[ToolCall], str]] = {
            "list_files": lambda call: list_files(self.overlay, Arguments.parse(call.arguments)),
            "search": lambda call: search(self.overlay, Arguments.parse(call.arguments)),
            "read_file": lambda call: read_file(self.overlay, Arguments.parse(call.arguments)),
        }
        if self.is_read_only:
            return tools
        tools["edit_file"] = self._edit_file
        if (tests := self.tests) and tests.can_run:
            tools["run_tests"] = lambda _: tests.run(self.overlay.change_set())
        return tools

    def _edit_file(self, call: ToolCall) -> str:
        """One edit through the engine, within the write set. Raises: Misuse, ForgeError."""
        arguments = Arguments.parse(call.arguments)
        path = arguments.path()
        if violation := violation_of(path, self.write_set, self.policy):
            self._withhold(call, path)
            raise Misuse(f"Not allowed: {violation}")
        files: dict[str, str] = {}
        if self.overlay.exists(path):
            if reason := self.overlay.objection(path):
                raise Misuse(f"{reason} It cannot be edited.")
            files[path.text] = self.overlay.text(path) or ""
        if move_to := arguments.text("move_to", ""):
            target = Arguments({"path": move_to}).path()
            if self.overlay.exists(target):
                raise Misuse(f"`{target}` exists already. Choose another path.")
        applied = apply_answer(files, call.arguments, edit_format="tool_call", must_parse=False)
        if applied.refusals:
            raise Misuse(render_feedback(applied, files))
        if hit := next((change.path for change in applied.changes if self._is_hit(change.path, files)), ""):
            raise Misuse(f"Nothing was done: `{hit}` exists already, and this call names `{path}`.")
        self._lay(applied)
        warnings = broken_files(self.overlay.change_set())
        diffs = [_diff(change.path, change.before, change.after) for change in applied.changes]
        return "\n".join(["Written.", *(f"{warning} Mend that before you finish." for warning in warnings), *diffs])

    def _withhold(self, call: ToolCall, path: RepoPath) -> None:
        """Keep what a protected file would have become, for a person to apply. Raises: ForgeError."""
        if not is_protected(path):
            return
        before = self.overlay.text(path) if self.overlay.exists(path) and not self.overlay.objection(path) else None
        files = {} if before is None else {path.text: before}
        for change in apply_answer(files, call.arguments, edit_format="tool_call").changes:
            if change.path == path.text:
                self.withheld[path.text] = patch_of(path.text, before, change.after)

    def _is_hit(self, path: str, files: Collection[str]) -> bool:
        """Whether a file stands at the path that the engine was not shown: it takes the path for a new one."""
        return path not in files and self.overlay.exists(RepoPath.parse(path))

    def _lay(self, applied: AppliedAnswer) -> None:
        """Lay the change over the tree, where the whole change set is still allowed. Raises: Misuse."""
        change_set = self.overlay.with_changes(applied.changes).change_set()
        if violations := self.check(change_set):
            raise Misuse("Not allowed: " + " ".join(str(violation) for violation in violations))
        self.overlay.apply(applied.changes)


def broken_files(change_set: ChangeSet) -> tuple[str, ...]:
    """A sentence for every file that parsed before the change and does not after it."""
    texts = ((change.path.text, change.before, change.after) for change in change_set.changes)
    found = (objection_to_syntax(path, old, new) for path, old, new in texts if old is not None and new is not None)
    return tuple(filter(None, found))


def _diff(path: str, before: str | None, after: str | None) -> str:
    """What an edit did, so that the model sees it."""
    if after is None:
        return f"`{path}` is gone."
    lines = difflib.unified_diff((before or "").splitlines(), after.splitlines(), path, path, n=2, lineterm="")
    text = "\n".join(lines)
    return text if len(text) <= _MAX_DIFF_CHARS else f"{text[:_MAX_DIFF_CHARS]}\n... (the diff is cut here)"
