"""Worker: aider's coders on a folder of their own, with the flow of `Coder.apply_updates`, its files in the chat.

Blocks that fit are written even where another does not: what is left then is what aider leaves.
"""

import tempfile
import time
from pathlib import Path

from aider.coders.editblock_coder import EditBlockCoder  # type: ignore[import-not-found]  # in its own environment
from aider.coders.patch_coder import PatchCoder  # type: ignore[import-not-found]  # same
from aider.coders.udiff_coder import UnifiedDiffCoder  # type: ignore[import-not-found]  # same
from aider.coders.wholefile_coder import WholeFileCoder  # type: ignore[import-not-found]  # same
from aider.io import InputOutput  # type: ignore[import-not-found]  # same

from benchmarks.edits.workers.serve import Applied, serve

_CODERS = {
    "search_replace": EditBlockCoder,
    "apply_patch": PatchCoder,
    "udiff": UnifiedDiffCoder,
    "whole_file": WholeFileCoder,
}
_IO = InputOutput(pretty=False, yes=True, fancy_input=False)


def _apply(files: dict[str, str], answer: str, edit_format: str) -> Applied:
    """An answer in which it sees no edit counts as refused."""
    if edit_format not in _CODERS:
        return Applied(files, is_refused=True, why="no format of its")
    with tempfile.TemporaryDirectory() as name:
        root = Path(name).resolve()
        for path, text in files.items():
            _write(root / path, text)
        coder = _coder(_CODERS[edit_format], root, files, answer)
        start = time.perf_counter()
        edited = coder.apply_updates()
        ms = (time.perf_counter() - start) * 1000
        after = {path.relative_to(root).as_posix(): _read(path) for path in root.rglob("*") if path.is_file()}
    return Applied(after, bool(coder.reflected_message) or not edited, str(coder.reflected_message or ""), ms)


def _coder(kind: type[EditBlockCoder], root: Path, files: dict[str, str], answer: str) -> EditBlockCoder:
    """A coder with what applying an answer needs; its constructor wants a model, a terminal and a repository."""
    coder = object.__new__(kind)
    coder.root, coder.repo, coder.io = str(root), None, _IO
    coder.abs_root_path_cache, coder.abs_fnames = {}, set()
    coder.abs_fnames = {str(coder.abs_root_path(path)) for path in files}
    coder.partial_response_content, coder.multi_response_content = answer, ""
    coder.shell_commands, coder.reflected_message, coder.num_malformed_responses = [], None, 0
    coder.dry_run, coder.warning_given = False, True
    return coder


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8", "surrogatepass"))


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


if __name__ == "__main__":
    serve(_apply)
