"""Attaches to every process that is not its own child as a debugger does, or reads its memory."""

import ctypes
import os
import pathlib
import sys

ATTACH, DETACH = 16, 17
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
chosen = [int(one) for one in sys.argv[1:]]
ancestors = {os.getpid(), os.getppid()}
others = [int(one.name) for one in pathlib.Path("/proc").iterdir() if one.name.isdecimal()]
found = []
for pid in chosen or [pid for pid in others if pid not in ancestors]:
    status = pathlib.Path(f"/proc/{pid}/stat")
    try:
        own_session = status.read_text().rpartition(")")[2].split()[3] == str(os.getsid(0))
    except OSError:
        continue
    if own_session and not chosen:
        continue
    try:
        with pathlib.Path(f"/proc/{pid}/mem").open("rb"):
            found.append(f"memory of {pid}")
    except OSError:
        pass
    if libc.ptrace(ATTACH, pid, None, None) == 0:
        os.waitpid(pid, 0x40000000)
        libc.ptrace(DETACH, pid, None, None)
        found.append(f"{pid} by ptrace")
print(f"OUT: {found}" if found else "held: no process can be looked into")
sys.exit(42 if found else 0)
