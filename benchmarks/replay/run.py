"""Accepted changes played back as tool calls: real repositories, real issues, the real program; equal trees or not.

    python benchmarks/replay/run.py --tasks FILE_OR_DIR --mirror DIR [--limit N] [--only GLOB] [--undo] [--json FILE]

What a task and a mirror are is in benchmarks/README.md. Exit status 1 where one tree differs, 2 where nothing ran.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # run by its path, this file finds its package

from ai_coder.loopback.git_process import GitFailed
from benchmarks.replay.scene import Played, Player, Scene
from benchmarks.replay.script import Script, Unplayable, script_of
from benchmarks.replay.tasks import Task, choose, read_tasks
from benchmarks.replay.trees import NotHere, Sides, borrow, first_difference, sides

APIS = ("chat", "responses")
"""Tasks take turns between them."""
_HEAD = ("task", "files", "api", "steps", "GitHub", "s", "CPU s", "MB", "")


@dataclass(frozen=True, slots=True)
class Row:
    """One task, and what became of it."""

    task: str
    repository: str
    verdict: str
    """`equal`, `differs`, or `left out`."""
    why: str = ""
    files: int = 0
    created: int = 0
    deleted: int = 0
    renamed: int = 0
    api: str = ""
    steps: int = 0
    requests: int = 0
    seconds: float = 0.0
    cpu_s: float = 0.0
    peak_mb: float = 0.0


def main(argv: Sequence[str] | None = None) -> int:
    """Print a row per task, and the sum."""
    arguments = _parser().parse_args(argv)
    try:
        tasks = choose(read_tasks(arguments.tasks), arguments.only, arguments.limit)
    except (OSError, ValueError) as error:
        print(f"{arguments.tasks}: {error}", file=sys.stderr)
        return 2
    rows = []
    _print(_HEAD)
    for number, task in enumerate(_directions(tasks, both=arguments.undo)):
        rows.append(replay(task, arguments.mirror, APIS[number % len(APIS)]))
        _print(_cells(rows[-1]))
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", "utf-8")
    return conclude(rows)


def replay(task: Task, mirror: Path, api: str) -> Row:
    """Play one task from its issue to its pull request, and compare."""
    with TemporaryDirectory() as name:
        try:
            both = sides(task, mirror, Path(name, "gold.git"))
            script = script_of(both)
            return _play(task, both, script, api)
        except (NotHere, Unplayable, GitFailed) as error:
            return Row(task.task_id, task.repository, "left out", str(error).partition("\n")[0])


def _play(task: Task, both: Sides, script: Script, api: str) -> Row:
    """One run."""
    player = Player(script.turns)
    with TemporaryDirectory() as name, Scene(Path(name), task.repository, player, {"api": api}) as scene:
        borrow(scene.repo.state.store, both.store)
        scene.begin_with(both.base)
        played = scene.label(both.text)
        why = _judged(scene, both, player, played)
    return _row(task, script, api, played, why)


def _judged(scene: Scene, both: Sides, player: Player, played: Played) -> str:
    """The first thing that is not as it has to be; empty where all is equal."""
    if player.complaints:
        return player.complaints[0]
    pulls = scene.repo.pull_requests
    status = played.ran.outputs.get("status", "")
    if len(pulls) != 1 or status != "changed":
        return f"{len(pulls)} pull requests, status {status!r}: {played.ran.log[-300:]}"
    commit = scene.repo.state.store.commit(pulls[0].head_sha)
    if commit is None:
        return "the pull request has no commit"
    return first_difference(both.store, both.goal, scene.repo.state.store, commit.tree)


def _row(task: Task, script: Script, api: str, played: Played, why: str) -> Row:
    return Row(
        task=task.task_id,
        repository=task.repository,
        verdict="differs" if why else "equal",
        why=why,
        files=script.files,
        created=script.created,
        deleted=script.deleted,
        renamed=script.renamed,
        api=api,
        steps=int(played.ran.outputs.get("steps") or 0),
        requests=played.github_requests,
        seconds=round(played.wall_s, 2),
        cpu_s=round(played.cpu_s, 2),
        peak_mb=round(played.peak_mb, 1),
    )


def _directions(tasks: Sequence[Task], *, both: bool) -> Iterator[Task]:
    for task in tasks:
        yield task
        if both:
            yield task.undone


def _cells(row: Row) -> tuple[str, ...]:
    if row.verdict == "left out":
        return (row.task, *[""] * 7, f"left out: {row.why}")
    marks = (("+", row.created), ("-", row.deleted), (">", row.renamed))
    kinds = "".join(f" {sign}{count}" for sign, count in marks if count)
    numbers = (
        row.api,
        str(row.steps),
        str(row.requests),
        f"{row.seconds:.1f}",
        f"{row.cpu_s:.1f}",
        f"{row.peak_mb:.0f}",
    )
    return (row.task, f"{row.files}{kinds}", *numbers, f"{row.verdict} {' '.join(row.why.split())[:400]}".rstrip())


def _print(cells: Sequence[str]) -> None:
    task, files, api, *numbers, verdict = cells
    columns = "".join(f" {cell:>6}" for cell in numbers)
    print(f"{task:36} {files:>10} {api:>9}{columns}  {verdict}".rstrip(), flush=True)


def conclude(rows: Sequence[Row]) -> int:
    """The sum in words, and the exit status."""
    played = [row for row in rows if row.verdict != "left out"]
    if not played:
        print("replay: no task was played", file=sys.stderr)
        return 2
    equal = sum(row.verdict == "equal" for row in played)
    kinds = ", ".join(
        f"{sum(bool(getattr(row, kind)) for row in played)} with files {kind}"
        for kind in ("created", "deleted", "renamed")
    )
    print(
        f"\nreplay: {equal} of {len(played)} tasks equal, over {len({row.repository for row in played})} repositories; "
        f"{kinds}; "
        f"{len(rows) - len(played)} left out"
    )
    return 0 if equal == len(played) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Play accepted changes back, and compare the pull requests.")
    parser.add_argument("--tasks", type=Path, required=True, metavar="FILE_OR_DIR", help="*.json or *.jsonl of tasks")
    parser.add_argument("--mirror", type=Path, required=True, metavar="DIR", help="folder of bare git repositories")
    parser.add_argument("--limit", type=int, default=0, metavar="N", help="at most N, by turns of the repositories")
    parser.add_argument("--only", default="*", metavar="GLOB", help="tasks by id")
    parser.add_argument("--undo", action="store_true", help="play every change backwards, too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows")
    return parser


if __name__ == "__main__":
    sys.exit(main())
