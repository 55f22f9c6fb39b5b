"""A filter of system calls that leaves a process no socket but local ones, for places where no namespace can be made.

It is inherited, survives `exec`, and cannot be taken off. Source: https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

import ctypes
import errno
import os
import struct

_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
"""BPF: load a word at an offset, compare with a constant, return. Source: linux/bpf_common.h."""
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
"""Offsets in `struct seccomp_data`; the argument's lower half, on a little-endian machine."""
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000
_FIRST_X32_CALL = 0x40000000
"""Calls of x32, the second numbering that an x86-64 kernel may know."""
_AF_UNIX, _AF_NETLINK = 1, 16
"""Netlink tells a process about its own interfaces, which libraries ask for; it reaches nothing."""
_IO_URING_SETUP = 425
"""A ring makes sockets without the call that is filtered."""
_SYSTEMS = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""By machine: its audit number, and the number of its call `socket`. Source: linux/audit.h, asm/unistd.h."""
_SET_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER_MODE = 38, 22, 2

CAN_FILTER = os.uname().machine in _SYSTEMS


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def refuse_sockets() -> None:
    """Leave this process and all it starts no sockets but of `AF_UNIX` and `AF_NETLINK`. Raises: OSError."""
    instructions = _instructions(*_SYSTEMS[os.uname().machine])
    program = _Program(len(instructions) // 8, instructions)
    libc = ctypes.CDLL(None, use_errno=True)
    for arguments in ((_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0), (_SET_SECCOMP, _FILTER_MODE, ctypes.byref(program), 0, 0)):
        if libc.prctl(*arguments):
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code))


def _instructions(architecture: int, socket_call: int) -> bytes:
    """The program. Calls in another numbering (32 bits, x32) are refused whole: there, too, is a `socket`."""
    refuse, allow = 10, 11
    steps = [
        (_LOAD, _ARCHITECTURE, ()),
        (_IF_EQUAL, architecture, (2, refuse)),
        (_LOAD, _NUMBER, ()),
        (_IF_AT_LEAST, _FIRST_X32_CALL, (refuse, 4)),
        (_IF_EQUAL, _IO_URING_SETUP, (refuse, 5)),
        (_IF_EQUAL, socket_call, (6, allow)),
        (_LOAD, _FIRST_ARGUMENT, ()),
        (_IF_EQUAL, _AF_UNIX, (allow, 8)),
        (_IF_EQUAL, _AF_NETLINK, (allow, 9)),
        (_RETURN, _REFUSE | errno.EAFNOSUPPORT, ()),
        (_RETURN, _REFUSE | errno.ENOSYS, ()),
        (_RETURN, _ALLOW, ()),
    ]
    return b"".join(
        _packed(code, value, [goal - at - 1 for goal in goals]) for at, (code, value, goals) in enumerate(steps)
    )


def _packed(code: int, value: int, jumps: list[int]) -> bytes:
    """One instruction; it jumps forward by so many instructions after the next, where it holds and where not."""
    held, failed = jumps or (0, 0)
    return struct.pack("HBBI", code, held, failed, value)
