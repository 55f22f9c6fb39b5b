"""Every benchmark that needs no data from outside: each `benchmarks/*/bench.py` with a `main() -> int`.

    python benchmarks/run.py [NAME ...]

Exit status 1 where one of them missed what it has to reach.
"""

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))


def main(argv: Sequence[str]) -> int:
    """Run those named, or all of them."""
    found = {path.parent.name: path for path in sorted(HERE.glob("*/bench.py"))}
    unknown = set(argv) - set(found)
    if unknown:
        print(f"no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(found)}", file=sys.stderr)
        return 2
    failed = []
    for name in argv or found:
        print(f"##### {name}", flush=True)
        if importlib.import_module(f"benchmarks.{name}.bench").main():
            failed.append(name)
        print(flush=True)
    print("bench: all reached what they have to" if not failed else f"bench: missed by {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
