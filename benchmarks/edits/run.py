"""Edit engines on cases: right, right but for blanks, silently WRONG, refused, crashed, and how long it took.

    python benchmarks/edits/run.py --cases DIR [--engine NAME ...] [--by-noise] [--worst N] [--json FILE]

DIR holds *.jsonl and *.jsonl.xz; the format and the rules of judging are in benchmarks/README.md.
"""

import argparse
import difflib
import fnmatch
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # run by its path, this file finds its package

from benchmarks.edits.cases import Case, read_cases
from benchmarks.edits.engines import ENGINES, Engine, NoEnvironment
from benchmarks.edits.judge import Verdict, judge
from benchmarks.edits.tables import Judged, Row, render_table, rows_by_group, rows_by_noise, worst
from benchmarks.edits.worker import Worker


def main(argv: Sequence[str] | None = None) -> int:
    """Print the tables. Exit status 2 where there is nothing to measure."""
    arguments = _parser().parse_args(argv)
    try:
        cases = [case for case in read_cases(arguments.cases) if _is_wanted(case, arguments.only)]
    except (OSError, ValueError) as error:
        print(f"{arguments.cases}: {error}", file=sys.stderr)
        return 2
    if not cases:
        print(f"{arguments.cases}: no cases", file=sys.stderr)
        return 2
    written: dict[str, object] = {}
    for name in dict.fromkeys(arguments.engine or ["ai_coder"]):
        try:
            judged = run_engine(ENGINES[name], cases)
        except NoEnvironment as error:
            print(f"== {name}\nnot measured, its environment cannot be made: {error}\n")
            written[name] = {"not_measured": str(error)}
            continue
        _print(name, judged, arguments)
        written[name] = _summary(judged)
        if arguments.show_wrong:
            _show(name, judged, arguments.show_wrong)
    if arguments.json:
        arguments.json.write_text(json.dumps(written, indent=1) + "\n", "utf-8")
    return 0


def run_engine(engine: Engine, cases: Iterable[Case]) -> list[Judged]:
    """Every case whose format the engine reads, judged. Raises: NoEnvironment."""
    worker = Worker.of(engine)
    try:
        outcomes = [(case, worker.ask(case)) for case in cases if case.edit_format in engine.formats]
    finally:
        worker.close()
    return [Judged(case, outcome, judge(case, outcome)) for case, outcome in outcomes]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Measure edit engines on cases.")
    parser.add_argument("--cases", type=Path, required=True, metavar="DIR", help="folder of *.jsonl and *.jsonl.xz")
    parser.add_argument(
        "--engine", action="append", choices=list(ENGINES), help="may be given several times; default: ai_coder"
    )
    parser.add_argument("--only", default="*", metavar="GLOB", help="cases by id, noise or group")
    parser.add_argument("--by-noise", action="store_true", help="a row per noise as well")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="the N worst noises")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows, and the verdict of every case")
    parser.add_argument("--show-wrong", type=Path, metavar="DIR", help="write each WRONG and crashed case, to be read")
    return parser


def _is_wanted(case: Case, pattern: str) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for name in (case.case_id, case.noise, case.group))


def _print(name: str, judged: Sequence[Judged], arguments: argparse.Namespace) -> None:
    print(render_table(name, rows_by_group(judged)), end="\n\n")
    if arguments.by_noise:
        print(render_table(f"{name}, by noise", rows_by_noise(judged)), end="\n\n")
    if arguments.worst:
        print(render_table(f"{name}, worst noises", worst(rows_by_noise(judged), arguments.worst)), end="\n\n")
    sys.stdout.flush()


def _summary(judged: Sequence[Judged]) -> dict[str, object]:
    return {
        "groups": [_fields(row) for row in rows_by_group(judged)],
        "noises": [_fields(row) for row in rows_by_noise(judged)],
        "cases": {one.case.case_id: one.verdict for one in judged},
    }


def _fields(row: Row) -> dict[str, object]:
    times = {"p50_ms": round(row.p50_ms, 2), "p99_ms": round(row.p99_ms, 2)}
    return {"name": row.name.strip(), "cases": row.cases, **row.counts, "said_so": row.said_so, **times}


def _show(name: str, judged: Iterable[Judged], folder: Path) -> None:
    """One text per bad case: what was asked, what was wanted against what came out, what the engine said."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in judged:
        if one.verdict in {Verdict.WRONG, Verdict.CRASHED}:
            safe = one.case.case_id.replace("/", "__")
            (folder / f"{name}__{safe}.txt").write_text(_account(one), "utf-8", "backslashreplace", newline="")


def _account(one: Judged) -> str:
    case, outcome = one.case, one.outcome
    parts = [
        f"{one.verdict}: {case.case_id} ({case.group} {case.noise} {case.format_name}) {case.notes}".rstrip(),
        f"#### the engine said: {'refused' if outcome.is_refused else 'applied'}\n{outcome.why}{outcome.crash}",
        f"#### answer\n{case.answer}",
        f"#### before -> wanted\n{_diff(case.files_before, case.files_after)}",
        f"#### wanted -> came out\n{_diff(case.files_after, outcome.files) if not outcome.crash else ''}",
    ]
    return "\n\n".join(parts) + "\n"


def _diff(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """Lines by their representation, so that blanks and line endings are seen."""
    rows: list[str] = []
    for path in sorted({*before, *after}):
        old, new = (
            [repr(line)[1:-1] for line in files.get(path, "").splitlines(keepends=True)] for files in (before, after)
        )
        rows += difflib.unified_diff(old, new, f"a/{path}", f"b/{path}", lineterm="", n=4)
    return "\n".join(rows) or "(no difference)"


if __name__ == "__main__":
    sys.exit(main())
