"""How long the engine takes: ordinary edits of large files, and inputs made to be slow. Needs no data from outside."""

import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from ai_coder.edits import apply_answer

_LARGE_LINES = 5_000
_P99_MS = 20.0
"""Most for the 99th percentile on files of `_LARGE_LINES`."""
_WORST_MS = 200.0
"""Most for any input of 1 MB."""
_MB = 1_000_000
_ROUNDS = 100


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to time."""

    name: str
    text: str
    answer: str


def main() -> int:
    """Print the times; 1 where one is longer than it may be."""
    times = sorted(_ms(job) for job in large_files(_ROUNDS))
    p99 = times[-(-len(times) * 99 // 100) - 1]
    print(f"{_LARGE_LINES}-line files, {len(times)} edits: p50 {times[len(times) // 2]:.1f} ms, p99 {p99:.1f} ms")
    slow = [("p99", p99)] if p99 > _P99_MS else []
    for job in adversarial():
        ms = _ms(job)
        print(f"{job.name:42} {len(job.text) / _MB:5.2f} MB file {len(job.answer) / _MB:6.2f} MB answer {ms:8.1f} ms")
        if ms > _WORST_MS:
            slow.append((job.name, ms))
    for name, ms in slow:
        print(f"too slow: {name}, {ms:.0f} ms")
    return 1 if slow else 0


def large_files(rounds: int) -> Iterator[Job]:
    """Edits of one block: quoted exactly, indented otherwise, with a typo, elided, nowhere to be found; a patch."""
    rng = random.Random(7)  # noqa: S311  the same files each time
    for round_ in range(rounds):
        lines = _program(rng, _LARGE_LINES)
        start = rng.randrange(0, _LARGE_LINES - 12)
        quoted = lines[start : start + 8]
        new = [*quoted[:4], f"{_indent(quoted[4])}added({round_})", *quoted[4:]]
        yield Job("exact", _text(lines), _block("large.py", quoted, new))
        for name, before, after in (("indented", "    ", ""), ("blanks", "", "  ")):
            bent, bent_new = ([before + line + after for line in part] for part in (quoted, new))
            yield Job(name, _text(lines), _block("large.py", bent, bent_new))
        typo = [*quoted[:2], quoted[2].replace("value", "valeu", 1), *quoted[3:]]
        yield Job("typo", _text(lines), _block("large.py", typo, [*typo[:4], new[4], *typo[4:]]))
        elided = [quoted[0], "...", quoted[-1]]
        yield Job("elided", _text(lines), _block("large.py", elided, [f"{_indent(quoted[0])}first()", *elided]))
        lost = [f"{_indent(line)}nothing_like_it({n})" for n, line in enumerate(quoted)]
        yield Job("lost", _text(lines), _block("large.py", lost, [*lost, "x"]))
        hunk = [f" {line}" for line in quoted[:4]] + [f"+{new[4]}"] + [f" {line}" for line in quoted[4:]]
        yield Job("V4A", _text(lines), _patch("large.py", ["@@", *hunk]))


def adversarial() -> Iterator[Job]:
    """About 1 MB of what makes a careless engine quadratic: repetition, near misses, markers, nesting."""
    rng = random.Random(11)  # noqa: S311  same
    same = ["    return None"] * (_MB // 16)
    many = _program(rng, _MB // 40)
    half = ["x = 1", *same[:2000], "y = 2"]
    yield Job("every line alike, SEARCH one line", _text(same), _block("a.py", same[:1], ["x"]))
    yield Job("every line alike, SEARCH 2,000 and a tail", _text(same), _block("a.py", [*same[:2000], "end"], ["x"]))
    yield Job("every line alike, SEARCH a head and 2,000", _text(same), _block("a.py", half, [*half, "z = 3"]))
    yield Job("blank lines only", "\n" * _MB, _block("a.py", ["", "x", ""], ["y"]))
    yield Job("one line of 1 MB", "x" * _MB + "\n", _block("a.py", ["x" * (_MB - 1)], ["y"]))
    yield Job(
        "one line of 1 MB with a typo, quoted", "ab" * (_MB // 2), _block("a.py", ["ab" * (_MB // 2 - 1) + "c"], ["y"])
    )
    yield Job("10,000 lines quoted with a typo", _text(many), _long_block(many, 10_000))
    yield Job("500 blocks, exact", _text(many), _blocks(many, 500, lambda line: line))
    yield Job("500 blocks, indented otherwise", _text(many), _blocks(many, 500, lambda line: " " + line))
    yield Job("500 blocks, none to be found", _text(many), _blocks(many, 500, lambda line: "~" + line[::-1]))
    yield Job("a hunk of 10,000 lines", _text(many), _patch("a.py", ["@@", *_hunk(many[:10_000])]))
    yield Job("5,000 hunks", _text(many), _patch("a.py", [part for n in range(5_000) for part in _small_hunk(many, n)]))
    yield Job("dividers without end", "x\n", "a.py\n<<<<<<< SEARCH\n" + "=======\n" * (_MB // 8) + ">>>>>>> REPLACE\n")
    yield Job("heads without end", "x\n", "a.py\n" + "<<<<<<< SEARCH\n" * (_MB // 15))
    yield Job("tails without end", "x\n", ">>>>>>> REPLACE\n" * (_MB // 16))
    yield Job("fences without end", "x\n", "```a.py\n" * (_MB // 8))
    yield Job("elisions without end", _text(many), _block("a.py", ["..."] * (_MB // 4), ["..."] * 10))
    yield Job(
        "elisions between lines that are everywhere", _text(same), _block("a.py", [same[0], "..."] * 500, ["..."])
    )
    yield Job("hunk heads without end", "x\n", _patch("a.py", ["@@"] * (_MB // 3)))
    yield Job("back-ticks and blanks", "x\n", "` \t" * (_MB // 3))
    yield Job("one line of blanks and a marker", "x\n", " " * _MB + "<<<<<<< SEARCH\n")
    yield Job("entities and backslashes", '&amp;\\"' * (_MB // 8), _block("a.py", ["&amp;amp;" * 1000], ["y"]))
    yield Job("braces that look like a tool call", "x\n", '{"path": ' * (_MB // 9))
    yield Job("a whole file of 1 MB", _text(many), f"a.py\n```\n{_text(many[::-1])}```\n")
    yield Job("brackets nested deep, whole file", "x = 1\n", "a.py\n```python\n" + "(" * 100_000 + "\n```\n")
    yield Job("brackets nested deep, in the file", "(" * 100_000 + "\nx\n", _block("a.py", ["x"], ["y"]))


def _ms(job: Job) -> float:
    path = "large.py" if job.answer.startswith(("large.py", "*** Begin Patch\n*** Update File: large.py")) else "a.py"
    start = time.perf_counter()
    apply_answer({path: job.text}, job.answer)
    return (time.perf_counter() - start) * 1000


def _program(rng: random.Random, lines: int) -> list[str]:
    """Lines that look like code: many alike, some alone."""
    names = ["value", "index", "result", "item", "node"]
    return [
        "    " * rng.randrange(1, 4) + f"{rng.choice(names)} = {rng.choice(names)}({rng.randrange(lines)}, value)"
        if rng.random() < 0.7  # noqa: PLR2004  seven lines of ten
        else "    " * rng.randrange(1, 3) + rng.choice(["return value", "", "else_()", "done()"])
        for _ in range(lines)
    ]


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _text(lines: list[str]) -> str:
    return "".join(line + "\n" for line in lines)


def _block(path: str, old: list[str], new: list[str]) -> str:
    return f"{path}\n<<<<<<< SEARCH\n{_text(old)}=======\n{_text(new)}>>>>>>> REPLACE\n"


def _long_block(lines: list[str], count: int) -> str:
    quoted = lines[:count]
    quoted[count // 2] = quoted[count // 2] + "x"
    return _block("a.py", quoted, [*quoted, "x = 1"])


def _blocks(lines: list[str], count: int, bend: Callable[[str], str]) -> str:
    step = len(lines) // count
    parts = (lines[n * step : n * step + 6] for n in range(count))
    return "\n".join(
        _block("a.py", [bend(line) for line in part], [bend(line) for line in [*part, f"{_indent(part[-1])}x()"]])
        for part in parts
    )


def _hunk(lines: list[str]) -> list[str]:
    return [f" {line}" for line in lines[:-1]] + [f"-{lines[-1]}", "+x = 1"]


def _small_hunk(lines: list[str], number: int) -> list[str]:
    start = number * 5
    return ["@@", *_hunk(lines[start : start + 4])]


def _patch(path: str, body: list[str]) -> str:
    return _text(["*** Begin Patch", f"*** Update File: {path}", *body, "*** End Patch"])


if __name__ == "__main__":
    sys.exit(main())
