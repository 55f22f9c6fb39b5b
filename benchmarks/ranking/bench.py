"""How long ranking takes on large repositories, and how much memory: generated trees in git, no data from outside."""

import json
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

ROOT = Path(__file__).resolve().parents[2]
_ISSUE = (
    "Retry of the upload client gives up too early\n\nThe `upload_client` waits `max_delay` once, then "
    "`RetryPolicy.next_delay` returns None and the queue worker stops.\n\n"
    "```python\nclient.upload(stream, timeout=3)\n```\n"
    'Traceback:\n  File "/srv/app/pkg7/sub3/module_42.py", line 12, in run\nValueError: cannot reopen the stream\n'
)
_WORDS = """
    upload client retry policy delay queue worker stream cache index parser token session handler request reply
    buffer table column value filter config loader writer reader engine thread signal event error state graph
    node edge path matrix vector render layout widget theme locale format codec socket proxy route model field
    schema migration
    """.split()  # noqa: SIM905  a text of words reads better than a list


class Said(TypedDict):
    """What the worker answers."""

    seconds: float
    peak_mb: float
    order: list[str]


@dataclass(frozen=True, slots=True)
class Size:
    """A tree to generate, and what ranking it may take."""

    files: int
    lines: int
    """Of each file."""
    most_s: float
    most_mb: float


_LINES = 145
"""As many make 8,300 bytes, the mean of a text file in a large real tree: 830 MB in 100,000."""
SIZES = (Size(3_000, _LINES, 2.0, 1_000), Size(100_000, _LINES, 30.0, 1_000))


def main() -> int:
    """Print the figures; 1 where one is greater than it may be."""
    missed = False
    for size in SIZES:
        with tempfile.TemporaryDirectory() as name:
            git_dir = Path(name) / "tree.git"
            commit, total = make_repository(git_dir, size)
            said = _rank(git_dir, commit)
        seconds, peak_mb = said["seconds"], said["peak_mb"]
        print(f"{size.files:7} files, {total / 1e6:4.0f} MB: {seconds:5.2f} s (at most {size.most_s:.0f}), ", end="")
        print(f"{peak_mb:4.0f} MB (at most {size.most_mb:.0f}); first: {said['order'][0]}", flush=True)
        missed |= seconds > size.most_s or peak_mb > size.most_mb
    return int(missed)


def make_repository(git_dir: Path, size: Size) -> tuple[str, int]:
    """A bare repository of one commit with the generated files: the commit and the bytes in it."""
    git = shutil.which("git") or "git"
    subprocess.run([git, "init", "-q", "--bare", "--template=", str(git_dir)], check=True)
    stream = subprocess.Popen([git, f"--git-dir={git_dir}", "fast-import", "--quiet"], stdin=subprocess.PIPE)
    if stream.stdin is None:
        raise RuntimeError("git fast-import takes no input")
    total = 0
    with stream.stdin as out:
        out.write(b"commit refs/heads/main\ncommitter A <a@example.com> 1767225600 +0000\ndata 1\nx\n")
        for path, content in _files(size):
            out.write(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(content), content))
            total += len(content)
    if stream.wait():
        raise RuntimeError("git fast-import failed")
    command = [git, f"--git-dir={git_dir}", "rev-parse", "refs/heads/main"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip(), total


def _files(size: Size) -> Iterator[tuple[str, bytes]]:
    """Files of plausible code: each has names of its own, so that the vocabulary grows as in a real tree.

    They come in the order of their paths: git packs neighbours of one folder together, too.
    """
    chance = random.Random(7)  # noqa: S311  the same tree each time
    for number in range(size.files):
        lines = []
        for line in range(size.lines):
            one, two, three = (chance.choice(_WORDS) for _ in range(3))
            if line % 12 == 0:
                lines.append(f"def {one}_{two}_{number % 977}(self, {three}):")
            else:
                lines.append(f"    {one}{two.title()} = self.{three}_{line}.{one}({two}, {number % 101}) + {three}")
        yield f"pkg{number // 2_500:02}/sub{number // 50 % 50:02}/module_{number:05}.py", "\n".join(lines).encode()


def _rank(git_dir: Path, commit: str) -> Said:
    title, _, body = _ISSUE.partition("\n")
    asked = {"git_dir": str(git_dir), "commit": commit, "title": title, "body": body, "budgets": [16_000]}
    command = [sys.executable, "-m", "benchmarks.ranking.workers.with_ai_coder"]
    done = subprocess.run(command, input=json.dumps(asked), cwd=ROOT, check=True, capture_output=True, text=True)
    said: Said = json.loads(done.stdout)
    return said


if __name__ == "__main__":
    sys.exit(main())
