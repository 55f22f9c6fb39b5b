"""The ranking of files on real issues, beside plain BM25 over whole files and aider's repository map.

    python benchmarks/ranking/run.py --instances FILE --mirror DIR [--method NAME ...] [--every N] [--halves]

FILE and DIR are described in benchmarks/README.md.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # run by its path, this file finds its package

from benchmarks.edits.engines import ROOT, Engine, NoEnvironment, python_of
from benchmarks.ranking.instances import Instance, clone_of, read_instances
from benchmarks.ranking.measures import BUDGETS, Answer, measure, render_head, render_row

_TIMEOUT_S = 600
METHODS = {
    method.name: method
    for method in (
        Engine("ai_coder", "benchmarks.ranking.workers.with_ai_coder", frozenset()),
        Engine("bm25", "benchmarks.ranking.workers.with_bm25", frozenset()),
        Engine("aider", "benchmarks.ranking.workers.with_aider", frozenset(), "aider-chat==0.86.2"),
    )
}
Row = tuple[Instance, dict[str, float]]


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table. Exit status 2 where there is nothing to measure."""
    arguments = _parser().parse_args(argv)
    try:
        instances = read_instances(arguments.instances)[:: arguments.every]
    except (OSError, ValueError) as error:
        print(f"{arguments.instances}: {error}", file=sys.stderr)
        return 2
    there = {one.repo: clone_of(one.repo, arguments.mirror) for one in instances}
    missing = sorted(repo for repo, folder in there.items() if folder is None)
    if missing:
        print(f"no clone below {arguments.mirror}, left out: {', '.join(missing)}", file=sys.stderr)
    placed = [(one, folder) for one in instances if (folder := there[one.repo])]
    if not placed:
        return 2
    print(f"{len(placed)} instances\n{render_head()}", flush=True)
    written = {}
    for name in dict.fromkeys(arguments.method or ["ai_coder", "bm25"]):
        try:
            rows = list(_rows(METHODS[name], placed))
        except NoEnvironment as error:
            print(f"{name:24} not measured, its environment cannot be made: {error}")
            continue
        for title, part in _parts(name, rows, arguments):
            print(render_row(title, [figures for _, figures in part]), flush=True)
        written[name] = {one.id: figures for one, figures in rows}
    if arguments.json:
        arguments.json.write_text(json.dumps(written, indent=1) + "\n", "utf-8")
    return 0


def _parts(name: str, rows: list[Row], arguments: argparse.Namespace) -> Iterator[tuple[str, list[Row]]]:
    """All, and parts of them."""
    yield name, rows
    if arguments.halves:
        yield f"{name}, 1st, 3rd, ...", rows[::2]
        yield f"{name}, 2nd, 4th, ...", rows[1::2]
    if arguments.by_language:
        for lang in sorted({one.lang for one, _ in rows}):
            yield f"{name}, {lang}", [row for row in rows if row[0].lang == lang]


def _rows(method: Engine, placed: Sequence[tuple[Instance, Path]]) -> Iterator[Row]:
    """Each instance in a process of its own. Raises: NoEnvironment."""
    python = python_of(method)
    for number, (instance, git_dir) in enumerate(placed, 1):
        answer = _ask(str(python), method.module, instance, git_dir)
        if sys.stderr.isatty():
            print(f"\r{method.name} {number}/{len(placed)} ", end="", file=sys.stderr, flush=True)
        if answer is None:
            print(f"{method.name} gave no answer to {instance.id}", file=sys.stderr)
        else:
            yield instance, measure(instance, answer)


def _ask(python: str, module: str, instance: Instance, git_dir: Path) -> Answer | None:
    asked = {
        "git_dir": str(git_dir.resolve()),
        "commit": instance.base_commit,
        "title": instance.title,
        "body": instance.body,
        "budgets": BUDGETS,
    }
    try:
        done = subprocess.run(
            [python, "-m", module],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            cwd=ROOT,
            timeout=_TIMEOUT_S,
            check=True,
        )
        said = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        print(str(getattr(error, "stderr", "") or error)[-400:], file=sys.stderr)
        return None
    shown = {
        int(budget): {path: tuple((first, last) for first, last in ranges) for path, ranges in files.items()}
        for budget, files in said.get("shown", {}).items()
    }
    return Answer(tuple(said["order"]), said["seconds"], said["peak_mb"], shown)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--instances", type=Path, metavar="FILE", required=True, help="*.jsonl, an instance a line")
    parser.add_argument("--mirror", type=Path, metavar="DIR", required=True, help="folder of the repositories' clones")
    parser.add_argument("--method", action="append", choices=sorted(METHODS), help="may be given more than once")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth instance")
    parser.add_argument(
        "--halves", action="store_true", help="the two halves too, to tune on one and check on the other"
    )
    parser.add_argument("--by-language", action="store_true", help="each language too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure of every instance")
    return parser


if __name__ == "__main__":
    sys.exit(main())
