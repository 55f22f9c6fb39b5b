"""Leaves a daemon behind: two forks, a session of its own, all files closed, deaf to what can be ignored."""

import os
import pathlib
import signal
import sys
import time

if os.fork():
    os.wait()
    sys.exit(0)
os.setsid()
if os.fork():
    os._exit(0)
for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
    signal.signal(number, signal.SIG_IGN)
for handle in range(3):
    os.close(handle)
for _ in range(6_000):  # ten minutes, should it get away
    with pathlib.Path(sys.argv[1]).open("a") as file:
        file.write("alive\n")
    time.sleep(0.1)
