"""Worker: this project's engine, as found on the module search path."""

from ai_coder.edits import apply_answer
from benchmarks.edits.workers.serve import Applied, serve


def _apply(files: dict[str, str], answer: str, _edit_format: str) -> Applied:
    """The format is never told: the engine has to see which one arrived."""
    applied = apply_answer(files, answer)
    refusals = [
        f"{refusal.code} block {refusal.block} {refusal.path}: {refusal.message}" for refusal in applied.refusals
    ]
    return Applied(applied.files, bool(applied.refusals), "\n".join([*refusals, *applied.notes]))


if __name__ == "__main__":
    serve(_apply)
