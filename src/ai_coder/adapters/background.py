"""Work in a thread of its own, so that whoever waits for it may stop waiting."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TypeVar

T = TypeVar("T")
_LAST_WAIT_S = 2.0


def begun(work: Callable[[], T], name: str) -> Future[T]:
    """The work, under way; its thread ends with the process at the latest."""
    future: Future[T] = Future()

    def do() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001  raised again where its result is asked for
            future.set_exception(error)

    threading.Thread(target=do, name=name, daemon=True).start()
    return future


def finished(future: Future[T]) -> T:
    """The result; whoever is interrupted meanwhile still waits two seconds before that goes on.

    What takes effect behind our back cannot be seen when we look for what was done. Raises: what the work raised.
    """
    try:
        wait([future])
    except KeyboardInterrupt:
        wait([future], _LAST_WAIT_S)
        raise
    return future.result()
