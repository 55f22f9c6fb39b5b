"""Build the image, check it, say what holds. Exit status: 0 all passed, 1 some failed, 77 there is no engine."""

from __future__ import annotations

import signal
import sys
import traceback
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from image import cancels, files, sandboxes, stories
from image.base import build
from image.content import read_content
from image.engine import NoEngine, open_engine
from image.lab import Lab

if TYPE_CHECKING:
    from types import FrameType

NO_ENGINE = 77
CHECKS = (*files.CHECKS, *stories.CHECKS, *cancels.CHECKS, *sandboxes.CHECKS)


def main() -> int:
    """The exit status."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        with open_engine() as engine, build(engine) as image, TemporaryDirectory(prefix="ai_coder-image-") as folder:
            failed = _failed(Lab(engine, image, read_content(engine, image.name), Path(folder)))
    except NoEngine as reason:
        print(f"image: {reason}")
        return NO_ENGINE
    except KeyboardInterrupt:
        print("image: stopped")
        return 1
    print(f"image: {len(CHECKS) - len(failed)} checks passed" + (f", {len(failed)} failed" if failed else ""))
    return 1 if failed else 0


def _failed(lab: Lab) -> list[str]:
    failed = []
    for check in CHECKS:
        sentence = (check.__doc__ or "").strip()
        try:
            seen = check(lab)
        except Exception:  # noqa: BLE001 - whatever a check trips over, the others are still tried
            traceback.print_exc()
            print(f"  FAILED  {sentence}", flush=True)
            failed.append(sentence)
        else:
            print(f"  ok  {sentence}" + (f" ({seen})" if seen else ""), flush=True)
    return failed


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """End as Ctrl+C does: what was started is stopped."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
