"""What walls are asked about, from inside: each function tries one thing, and returns True if it can be done.

known: a file, a process and sockets of the grader's own user, outside; see findings.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
import time
from pathlib import Path
from typing import Any

Known = dict[str, Any]


def _can(what, *arguments) -> bool:
    with contextlib.suppress(OSError, MemoryError):
        what(*arguments)
        return True
    return False


def network(known: Known) -> bool:
    return _can(lambda: socket.create_connection(("127.0.0.1", known["port"]), timeout=1).close())


def services(known: Known) -> bool:
    def connect(address: str) -> bool:
        with socket.socket(socket.AF_UNIX) as one:
            return _can(one.connect, address)

    return connect(known["socket"]) or connect("\0" + known["abstract"])


def reading(known: Known) -> bool:
    return _can(Path(known["file"]).read_bytes) or _can(os.listdir, Path(known["file"]).parent)


def knowing(known: Known) -> bool:
    return _can(os.stat, known["file"])


def writing(known: Known) -> bool:
    path = Path(known["file"])
    return _can(path.write_bytes, b"") or _can((path.parent / "new").write_bytes, b"") or _can(path.unlink)


def rooms(known: Known) -> bool:
    base = Path(known["room"]).parent
    return _can(os.listdir, base) and len(os.listdir(base)) > 1


def modes(known: Known) -> bool:
    before = known["mode"]
    with contextlib.suppress(OSError):
        os.chmod(known["file"], before ^ 0o100)
        return os.stat(known["file"]).st_mode != before
    return False


def signals(known: Known) -> bool:
    return _can(os.kill, known["process"], 0)


def listing(known: Known) -> bool:
    return os.path.isdir(f"/proc/{known['process']}") and _can(Path(f"/proc/{known['process']}/cmdline").read_bytes)


def spying(known: Known) -> bool:
    attach = 16
    traced = ctypes.CDLL(None).ptrace(attach, known["process"], None, None) == 0
    return traced or _can(Path(f"/proc/{known['process']}/environ").read_bytes)


def surviving(known: Known) -> bool:
    """Leaves a daemon behind; it holds what this process reports through."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(10)
        os._exit(0)
    os.wait()
    return True


def memory(known: Known) -> bool:
    return _can(lambda: bytes(2 * known["memory"]))


def disk(known: Known) -> bool:
    """Write twice what may be written."""
    part = bytes(known["disk"] // 8)
    done = sum(_can(Path(f"{known['disk']}-{number}").write_bytes, part) for number in range(16))
    time.sleep(1)
    return done == 16


def crowd(known: Known) -> bool:
    """Twice as many processes as there may be."""
    for _ in range(2 * known["processes"]):
        if os.fork() == 0:
            time.sleep(10)
            os._exit(0)
    time.sleep(2)
    return True


def together(known: Known) -> bool:
    """Twice as much memory as there may be, in four processes."""
    for _ in range(4):
        if os.fork() == 0:
            held = bytes(range(256)) * (known["memory"] // 512)
            time.sleep(10)
            os._exit(bool(held))
    time.sleep(3)
    return True


def superuser(known: Known) -> bool:
    lines = Path("/proc/self/status").read_text().splitlines()
    status = {name: value for name, _, value in (line.partition(":\t") for line in lines)}
    return int(status["CapEff"], 16) > 0 or status["NoNewPrivs"] != "1"


def kernel(known: Known) -> bool:
    new_user_namespace = 0x10000000
    return ctypes.CDLL(None).unshare(new_user_namespace) == 0


def variables(known: Known) -> bool:
    return known["variable"] in os.environ
