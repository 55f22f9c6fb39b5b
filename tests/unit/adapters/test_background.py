"""R48: work that somebody waits for, and who is interrupted meanwhile."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from ai_coder.adapters.background import begun, finished


def test_the_result_and_the_failure():
    """Either comes to whoever waits."""
    assert begun(lambda: 7, "sum").result() == 7
    assert finished(lambda: 7, "sum", pytest.fail) == 7
    with pytest.raises(ZeroDivisionError):
        finished(lambda: 1 // 0, "sum", pytest.fail)


def test_an_interruption_while_the_thread_starts():
    """However early it comes, the work has its effect before that goes on (the moment is not ours: many tries)."""
    effects = []

    def work():
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.005)
        effects.append(1)

    for tries in range(1, 51):
        with pytest.raises(KeyboardInterrupt):
            finished(work, "write", pytest.fail)
        assert len(effects) == tries


def test_work_that_does_not_end():
    """It is left to itself after two seconds, and that is told."""
    goes_on, left = threading.Event(), []

    def work():
        os.kill(os.getpid(), signal.SIGINT)
        goes_on.wait(30)

    start_s = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        finished(work, "write", lambda: left.append(1))
    goes_on.set()

    assert left == [1]
    assert 1.9 < time.monotonic() - start_s < 10
