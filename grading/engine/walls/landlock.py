"""Files and processes out of reach, by the kernel's landlock: asked for by the process itself, needs no rights.

Source: landlock(7); the numbers are those of <linux/landlock.h>, the same on every machine.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import stat
import struct
from collections.abc import Iterable, Mapping
from pathlib import Path

from grading.engine.walls import system

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_PATH_BENEATH = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
REMOVE_DIR, REMOVE_FILE, MAKE_SOCK = 1 << 4, 1 << 5, 1 << 9
TRUNCATE, IOCTL_DEV = 1 << 14, 1 << 15
_OF_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
READ = EXECUTE | READ_FILE | READ_DIR
DEVICE = READ | WRITE_FILE | TRUNCATE | IOCTL_DEV
SOCKETS = READ_FILE | READ_DIR | MAKE_SOCK | REMOVE_FILE
ALL = (1 << 16) - 1
# which rights a version of landlock knows: 13, then moving (2), truncating (3), ioctl of devices (5)
_KNOWN = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_NETWORK = 3  # binding and connecting over TCP, from version 4
_SCOPES = 3  # abstract sockets and signals to outside, from version 6


def version() -> int:
    """Landlock's version on this machine; 0: there is none."""
    with contextlib.suppress(OSError, AttributeError):
        return system.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    return 0


def restrict(rights: Mapping[Path, int], network: bool) -> None:
    """From now on this process and all that it starts have only these rights below these paths; paths that are not there are
    passed over.

    network  whether TCP stays allowed, because its network is its own

    Needs no_new_privs.     Raises  OSError."""
    known = _KNOWN.get(version(), ALL)
    attributes = struct.pack(
        "QQQ", known, _NETWORK if version() >= 4 and not network else 0, _SCOPES if version() >= 6 else 0
    )
    attributes = attributes[: 8 if version() < 4 else 16 if version() < 6 else 24]
    rules = system.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    try:
        for path, allowed in rights.items():
            _allow(rules, path, allowed & known)
        system.syscall(_RESTRICT_SELF, rules, 0)
    finally:
        os.close(rules)


def _allow(rules: int, path: Path, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= _OF_A_FILE
        if rights:
            system.syscall(_ADD_RULE, rules, _PATH_BENEATH, struct.pack("=Qi", rights, place), 0)
    finally:
        os.close(place)


def reading(paths: Iterable[str | os.PathLike]) -> dict[Path, int]:
    """Rights to read and run what is below these paths."""
    return {Path(path): READ for path in paths}
