"""Worker: openai-agents' patch tool. Its parser and `apply_diff` are its own; its sandbox is a mapping here.

Like its editor, operations are carried out one by one: what stands before a failing one stays done.
"""

import posixpath

from agents.apply_diff import apply_diff  # type: ignore[import-not-found]  # in an environment of its own
from agents.sandbox.capabilities.tools.apply_patch_tool import (  # type: ignore[import-not-found]  # same
    SandboxApplyPatchTool,
)

from benchmarks.edits.workers.serve import Applied, serve

_TOOL = SandboxApplyPatchTool(session=None)


def _apply(files: dict[str, str], answer: str, _edit_format: str) -> Applied:
    """What it says of an answer that it cannot apply is a ValueError; what its sandbox would say is one here."""
    try:
        for operation in _TOOL.parse_custom_input(answer):
            _carry_out(files, operation.type, _inside(operation.path), operation.diff or "")
            if operation.move_to:
                files[_inside(operation.move_to)] = files.pop(_inside(operation.path))
    except ValueError as error:
        return Applied(files, is_refused=True, why=str(error))
    return Applied(files, is_refused=False)


def _carry_out(files: dict[str, str], kind: str, path: str, diff: str) -> None:
    """One operation on the mapping. Raises: ValueError."""
    if (path in files) is (kind == "create_file"):
        msg = f"{path}: {'exists' if path in files else 'not found'}"
        raise ValueError(msg)
    if kind == "delete_file":
        del files[path]
    elif kind == "create_file":
        files[path] = apply_diff("", diff, mode="create")
    else:
        files[path] = apply_diff(files[path], diff)


def _inside(path: str) -> str:
    """The path as a name below the sandbox's folder. Raises: ValueError."""
    normal = posixpath.normpath(path)
    if path.startswith("/") or normal.startswith(".."):
        msg = f"{path}: outside"
        raise ValueError(msg)
    return normal


if __name__ == "__main__":
    serve(_apply)
