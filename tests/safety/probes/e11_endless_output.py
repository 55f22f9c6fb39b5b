"""Prints without end, on both streams."""

import os
import threading

LINE = b"y\n" * 32_768


def write(handle: int) -> None:
    """Never returns."""
    while True:
        os.write(handle, LINE)


threading.Thread(target=write, args=(2,), daemon=True).start()
write(1)
