"""What the renderer process may not do: open a network connection, dump core, outlive its parent, use all memory."""

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from typing import Final

PR_SET_PDEATHSIG: Final = 1
PR_SET_NO_NEW_PRIVS: Final = 38
PR_SET_SECCOMP: Final = 22
SECCOMP_MODE_FILTER: Final = 2
SECCOMP_RET_ALLOW: Final = 0x7FFF0000
SECCOMP_RET_EPERM: Final = 0x00050000 | 1
AF_UNIX: Final = 1
SYSTEM_CALLS: Final = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""Audit architecture and number of `socket(2)` by machine (linux/audit.h, unistd.h)."""
DATA_LIMIT: Final = 1024 * 1024 * 1024
"""Bytes of private memory after which an allocation fails; the normal load stays under 250 MB."""


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent ends; end at once when that has already happened."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit(0)


def limit_resources() -> None:
    """No core file, and a ceiling for memory far above what a document needs."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (DATA_LIMIT, DATA_LIMIT))


def allow_cpu(seconds: int) -> None:
    """Give the process this many more seconds of processor time, then it is killed."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def close_network() -> bool:
    """Refuse every socket but local ones to this process and its threads (seccomp); false where it is unavailable.

    The renderers load nothing by address anyway: this keeps it true of the libraries below them.
    """
    known = SYSTEM_CALLS.get(platform.machine())
    if not sys.platform.startswith("linux") or known is None:
        return False
    architecture, socket_call = known
    load, jump_equal, answer = 0x20, 0x15, 0x06
    program = b"".join(
        struct.pack("HBBI", *step)
        for step in (
            (load, 0, 0, 4),  # the architecture
            (jump_equal, 0, 4, architecture),  # another one: not our call numbers
            (load, 0, 0, 0),  # the number of the call
            (jump_equal, 0, 2, socket_call),
            (load, 0, 0, 16),  # its first argument, the address family
            (jump_equal, 0, 1, AF_UNIX),
            (answer, 0, 0, SECCOMP_RET_ALLOW),
            (answer, 0, 0, SECCOMP_RET_EPERM),
        )
    )
    return install_filter(program)


def install_filter(program: bytes) -> bool:
    """Load a classic BPF program as this process's system call filter."""
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer))
    argument = ctypes.create_string_buffer(header, len(header))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, argument, 0, 0) == 0)
