"""The worker's side: one instance as JSON on standard input, one answer as JSON on standard output."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

_MAX_BYTES = 1_000_000
Method = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Given git_dir, commit, title, body, budgets: order, and shown where it shows lines."""


def serve(method: Method) -> None:
    """Answer once; the time is the method's own, from nothing to the order."""
    asked = json.load(sys.stdin)
    start = time.perf_counter()
    said = method(asked)
    seconds = time.perf_counter() - start
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    json.dump({"seconds": seconds, "peak_mb": peak_mb} | dict(said), sys.stdout)


def texts_of(git_dir: str, commit: str) -> dict[str, str]:
    """Every file of the commit that is UTF-8 text of up to a megabyte, for methods that know no git."""
    listed = _git(git_dir, "ls-tree", "-r", "-z", "-l", commit).decode("utf-8", "replace").split("\0")[:-1]
    wanted = []
    for record in listed:
        facts, _, path = record.partition("\t")
        _, kind, blob, size = facts.split()
        if kind == "blob" and size.isdigit() and int(size) <= _MAX_BYTES:  # `BAD` for what a partial clone lacks
            wanted.append((blob, path))
    output = _git(git_dir, "cat-file", "--batch", given="".join(f"{blob}\n" for blob, _ in wanted).encode())
    texts, place = {}, 0
    for _, path in wanted:
        end = output.index(b"\n", place)
        length = int(output[place:end].split()[2])
        content = output[end + 1 : end + 1 + length]
        place = end + length + 2
        if b"\0" not in content:
            texts[path] = content.decode("utf-8", "replace")
    return texts


def _git(git_dir: str, *arguments: str, given: bytes = b"") -> bytes:
    command = ["git", f"--git-dir={git_dir}", *arguments]
    return subprocess.run(command, input=given, capture_output=True, check=True).stdout
