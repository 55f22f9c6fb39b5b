"""Look for an answer that makes the engine raise, hang or break its word.

    python benchmarks/edits/fuzz.py [--minutes N] [--findings DIR]

With atheris (guided by coverage, in an environment of its own) where that installs, else with the long profile of the
property tests. Each finding is written once, as small as it could be made. Exit status 1 when there is one.
"""

import argparse
import os
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.edits.engines import ROOT, Engine, NoEnvironment, python_of

_ATHERIS = Engine("atheris", "benchmarks.edits.workers.fuzz_target", frozenset(), "atheris")
_CORPUS = ROOT / "benchmarks" / ".envs" / "fuzz-corpus"
_FINDINGS = ROOT / "benchmarks" / ".envs" / "fuzz-findings"
_MAX_INPUT_BYTES = 400
_HANG_S = 10


def main(argv: Sequence[str] | None = None) -> int:
    """Search for as long as was asked."""
    parser = argparse.ArgumentParser(description="Fuzz the edit engine.")
    parser.add_argument("--minutes", type=float, default=5.0, metavar="N")
    parser.add_argument("--findings", type=Path, default=_FINDINGS, metavar="DIR", help="where each is written")
    arguments = parser.parse_args(argv)
    arguments.findings.mkdir(parents=True, exist_ok=True)
    known = {*arguments.findings.iterdir()}
    try:
        python = python_of(_ATHERIS)
    except NoEnvironment as error:
        print(f"no atheris ({error}): the property tests instead, with their long profile")
        return _with_hypothesis()
    status = _with_atheris(python, arguments.findings.resolve(), round(arguments.minutes * 60))
    new = sorted({*arguments.findings.iterdir()} - known)
    for path in new:
        print(f"finding: {path}")
    if not new and status == 0:
        print("nothing found")
    return 1 if new or status else 0


def _with_atheris(python: Path, findings: Path, seconds: int) -> int:
    """The engine runs with what it needs of this interpreter's packages: both are the same Python."""
    _CORPUS.mkdir(parents=True, exist_ok=True)
    given = os.environ.get("PYTHONPATH", "")
    search = [given, str(ROOT / "src"), str(ROOT / "tests"), str(ROOT), sysconfig.get_path("purelib")]
    options = [
        f"-max_total_time={seconds}",
        f"-timeout={_HANG_S}",
        f"-max_len={_MAX_INPUT_BYTES}",
        "-rss_limit_mb=4096",
    ]
    ended = subprocess.run(
        [
            str(python),
            "-m",
            _ATHERIS.module,
            *options,
            f"-artifact_prefix={findings}/",
            "-print_final_stats=1",
            str(_CORPUS),
        ],
        cwd=ROOT,
        env=dict(os.environ) | {"PYTHONPATH": os.pathsep.join(filter(None, search)), "FUZZ_FINDINGS": str(findings)},
        check=False,
    )
    return ended.returncode


def _with_hypothesis() -> int:
    command = [sys.executable, "-m", "pytest", "-q", "--hypothesis-profile=search", "--timeout=0"]
    return subprocess.run([*command, "tests/unit/edits/test_properties.py"], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
