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
    _begin(future, work, name)
    return future


def finished(work: Callable[[], T], name: str, abandon: Callable[[], None]) -> T:
    """The result; whoever is interrupted meanwhile still waits two seconds before that goes on.

    What takes effect behind our back cannot be seen when we look for what was done. After that the work is left to
    itself: `abandon` is told. Raises: what the work raised.
    """
    future: Future[T] = Future()
    try:
        _begin(future, work, name)  # a thread that starts is waited for, so this can be interrupted as well
        wait([future])
    except KeyboardInterrupt:
        try:
            wait([future], _LAST_WAIT_S)
        finally:
            if not future.done():
                abandon()
        raise
    return future.result()


def _begin(future: Future[T], work: Callable[[], T], name: str) -> None:
    def do() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001  raised again where its result is asked for
            future.set_exception(error)

    threading.Thread(target=do, name=name, daemon=True).start()
