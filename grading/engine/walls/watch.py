"""What a submission takes, with all processes that it started; and its end."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from grading.engine.limits import Limits, MiB

EVERY = 0.2  # seconds between two looks


def descendants(pid: int) -> list[int]:
    """All processes that this one started, and those started; also what was left to it by others that ended."""
    if sys.platform != "linux":
        import psutil

        with contextlib.suppress(psutil.NoSuchProcess):
            return [child.pid for child in psutil.Process(pid).children(recursive=True)]
        return []
    found = [pid]
    for one in found:
        with contextlib.suppress(OSError):
            for thread in os.listdir(f"/proc/{one}/task"):
                found += map(int, Path(f"/proc/{one}/task/{thread}/children").read_text().split())
    return found[1:]


def kill_all(processes: Iterable[int]) -> None:
    """End these at once."""
    for one in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)


def kill(pid: int) -> None:
    """End a submission: this process and all that it started.  Returns when nothing is left of it."""
    while _runs(pid):
        kill_all(descendants(pid) or [pid])  # it buries the others, and ends with the last of them
        time.sleep(0.001)


def _runs(pid: int) -> bool:
    """Whether it is there, and not only waits to be buried."""
    if sys.platform != "linux":
        import psutil

        return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


class Watch:
    """Looks after a submission in a thread, and ends it when it takes more than it may.

    room    its folder: counted where it may write there
    reason  "memory", "processes" or "disk" once it has done so, else empty

    It looks every 0.2 seconds: what comes and goes in between is bounded process by process, see `enter`.
    """

    def __init__(self, pid: int, limits: Limits, room: Path | None = None):
        self.pid, self.limits, self.room, self.reason = pid, limits, room, ""
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, name=f"watch {pid}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(EVERY) and _runs(self.pid):
            self.reason = self._too_much()
            if self.reason:
                kill(self.pid)
                return

    def _too_much(self) -> str:
        processes = descendants(self.pid)
        if len(processes) > self.limits.processes:
            return "processes"
        # what lies in memory is quickly read; the share of each process in it is not
        if sum(map(_resident, processes)) > self.limits.memory and sum(map(_share, processes)) > self.limits.memory:
            return "memory"
        if self.room and _files(self.room, self.limits.disk + MiB) > self.limits.disk:
            return "disk"
        return ""


def _resident(pid: int) -> int:
    """Bytes of a process in memory; 0 if it is gone."""
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _share(pid: int) -> int:
    """The same, where of what n processes share each has an nth part."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return 1024 * int(line.split()[1])
    return 0


def _files(folder: Path, enough: int) -> int:
    """Bytes on disk below a folder, each entry counted as a block at least; stops counting when that is enough."""
    total, block = 0, 4096
    for place, folders, names in os.walk(folder):
        for name in (*folders, *names):
            with contextlib.suppress(OSError):
                total += max(512 * os.lstat(os.path.join(place, name)).st_blocks, block)
            if total > enough:
                return total
    return total
