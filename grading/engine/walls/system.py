"""The few system calls of Linux that Python does not have."""

from __future__ import annotations

import ctypes
import functools
import os

# <linux/sched.h>
NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = 0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
# <linux/prctl.h>
SET_PDEATHSIG, SET_DUMPABLE, SET_SECCOMP, SET_CHILD_SUBREAPER, SET_NO_NEW_PRIVS = 1, 4, 22, 36, 38
# <sys/mount.h>
READ_ONLY, NO_SETUID, NO_DEVICES, NO_EXECUTION, REMOUNT = 1, 2, 4, 8, 32
BIND, RECURSIVE, PRIVATE = 0x1000, 0x4000, 0x40000


@functools.cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments) -> int:
    """A function of the C library.     Raises  OSError."""
    ctypes.set_errno(0)
    result = getattr(_libc(), name)(*arguments)
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def syscall(number: int, *arguments) -> int:
    """A system call that the C library has no function for.     Raises  OSError."""
    return call("syscall", ctypes.c_long(number), *arguments)


def prctl(option: int, *arguments) -> None:
    """Change something about this process.     Raises  OSError."""
    values = [*arguments, 0, 0, 0, 0][:4]
    call("prctl", option, *[one if isinstance(one, ctypes.c_void_p) else ctypes.c_ulong(one) for one in values])


def unshare(flags: int) -> None:
    """Leave namespaces that this process shares with others.     Raises  OSError."""
    call("unshare", flags)


def mount(what: str, where: str | os.PathLike, kind: str = "", flags: int = 0, options: str = "") -> None:
    """Mount.     Raises  OSError."""
    try:
        call("mount", what.encode(), os.fsencode(where), kind.encode(), ctypes.c_ulong(flags), options.encode())
    except OSError as error:
        raise OSError(error.errno, f"mount {kind or what} at {where}: {error.strerror}") from None


def drop_capabilities() -> None:
    """Give up every right of a superuser, for good.     Raises  OSError."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # version 3, this process
    call("capset", header, (ctypes.c_uint32 * 6)())
