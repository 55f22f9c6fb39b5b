"""What sixty steps of mode `agent` cost on a repository of 3,000 files: CPU time and peak memory of the real program.

The model searches the whole repository, reads, edits and lists in turn; the tree is made here, the same each time. A
run that only looks once and ends stands beside it: the difference is what the loop itself costs.
"""

import random
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from ai_coder.loopback.model import Call
from benchmarks.replay.scene import Played, Player, Scene
from benchmarks.replay.script import Move, Turn

FILES, STEPS = 3_000, 60
CPU_GOAL_S, MEMORY_GOAL_MB = 3.0, 150.0
_FUNCTIONS = 14
"""On average, in one file."""
_WORDS = ("parse", "render", "token", "buffer", "window", "branch", "signal", "header", "region", "ledger")
_TEXT = "Read every file once.\n\nThis issue asks for edits all over the place."


def main() -> int:
    """Print the figures; 1 where a goal is missed."""
    files = tree()
    size_mb = sum(map(len, files.values())) / 1e6
    short = run(files, [(Move(Call("list_files"), "pkg_00/"),)], "no_change")
    long = run(files, turns(files), "changed")
    loop_s = long.cpu_s - short.cpu_s
    print(f"{len(files)} files, {size_mb:.1f} MB of text")
    print(f"{'':34} {'steps':>5} {'CPU s':>6} {'MB':>5} {'wall s':>6}")
    for name, played in (("one look, and the end", short), ("search, read, edit, list in turn", long)):
        steps = played.ran.outputs["steps"]
        print(f"{name:34} {steps:>5} {played.cpu_s:6.2f} {played.peak_mb:5.0f} {played.wall_s:6.1f}")
    print(f"the loop itself: {loop_s:.2f} s of CPU (goal: under {CPU_GOAL_S:.0f} s);", end=" ")
    print(f"peak memory of the process: {long.peak_mb:.0f} MB (goal: under {MEMORY_GOAL_MB:.0f} MB)")
    return 0 if loop_s < CPU_GOAL_S and long.peak_mb < MEMORY_GOAL_MB else 1


def run(files: dict[str, str], script: Sequence[Turn], outcome: str) -> Played:
    """The real program on the tree. Raises: RuntimeError when the run does not end as it has to."""
    player = Player(script, outcome)
    with TemporaryDirectory() as name, Scene(Path(name), "octo-org/large", player) as scene:
        scene.repo.commit("main", files, author="mona")
        played = scene.label(_TEXT)
    if player.complaints or played.ran.outputs.get("status") != outcome:
        raise RuntimeError("\n".join([*player.complaints[:1], played.ran.log[-500:]]))
    return played


def tree() -> dict[str, str]:
    """Modules in folders, of the sizes that sources have."""
    draw = random.Random(1)  # noqa: S311 - the same tree each time
    return {f"pkg_{n % 60:02}/module_{n:04}.py": _module(n, draw) for n in range(FILES)}


def turns(files: dict[str, str]) -> list[Turn]:
    """So many that they make the wanted number of steps with both calls of `finish`."""
    found: list[Turn] = []
    paths = sorted(files)
    for number in range(STEPS - 2):
        path = paths[number * 47]
        name = f"value_{int(path[-7:-3])}"
        moves = (
            Move(Call("search", {"pattern": rf"def \w+_{_WORDS[number % 10]}_{number}\("}), ""),
            Move(Call("read_file", {"path": path}), name),
            Move(
                Call("edit_file", {"path": path, "old_text": f"{name} = 0\n", "new_text": f"{name} = 1\n"}), "Written."
            ),
            Move(Call("list_files", {"folder": f"pkg_{number:02}"}), f"pkg_{number:02}/"),
        )
        found.append((moves[number % 4],))
    return found


def _module(number: int, draw: random.Random) -> str:
    lines = [f'"""Module {number}."""', "", f"value_{number} = 0", ""]
    for _ in range(draw.randrange(1, 2 * _FUNCTIONS)):
        name = f"{draw.choice(_WORDS)}_{draw.choice(_WORDS)}_{draw.randrange(100)}"
        lines += ["", f"def {name}(first, second):", f'    """The {draw.choice(_WORDS)} of both."""']
        lines += [f"    {draw.choice(_WORDS)} = first + second * {draw.randrange(10**6)}" for _ in range(6)]
        lines += [f"    return {draw.choice(_WORDS)}", ""]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
