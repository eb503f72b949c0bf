"""A process of its own: namespaces in which nothing but one submission is, and what the process itself gives up."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import stat
import struct
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grading.engine.limits import Limits
from grading.engine.walls import system

if sys.platform != "win32":
    import fcntl
    import resource

SET_INTERFACE, UP = 0x8914, 1  # <linux/sockios.h>, <linux/if.h>
NOBODY = 65534  # whom the superuser's children become
STUDENT = 1000  # as they see themselves


@dataclass(frozen=True)
class Place:
    """Where a child may write: home, temporary files, and the folder it works in."""

    home: Path
    temporary: Path
    work: Path


OWN = Place(Path("/tmp/home"), Path("/tmp"), Path("/tmp/work"))  # in a /tmp of its own


# --- who it is ------------------------------------------------------------------------------------------------------


def give_up_root(room: Path) -> None:
    """Become nobody, for good; the room becomes nobody's too."""
    os.chown(room.parent, -1, NOBODY)
    os.chmod(room.parent, 0o710)
    os.chown(room, NOBODY, NOBODY)
    for folder, folders, files in os.walk(room):
        for name in (*folders, *files):
            os.chown(os.path.join(folder, name), NOBODY, NOBODY, follow_symlinks=False)
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def die_with(parent: int) -> None:
    """End when the parent ends, however it ends.     parent  its pid before this process was forked"""
    system.prctl(system.SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before
        os._exit(1)


# --- what it sees ---------------------------------------------------------------------------------------------------


def own_namespaces() -> None:
    """Leave all that is shared with other processes but the files.     Raises  OSError where the machine forbids it."""
    user, group = os.geteuid(), os.getegid()
    system.prctl(system.SET_DUMPABLE, 1)  # the files below belong to the superuser otherwise
    system.unshare(system.NEWUSER | system.NEWPID | system.NEWNS | system.NEWIPC | system.NEWNET | system.NEWUTS)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:  # a network of itself alone
        fcntl.ioctl(any_socket, SET_INTERFACE, struct.pack("16sH14x", b"lo", UP))
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{STUDENT} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{STUDENT} {group} 1")


def own_loopback() -> None:
    """Bring up the one interface of a new namespace: it leads nowhere but to the process itself."""
    set_flags, up = 0x8914, 1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, set_flags, struct.pack("16sh14x", b"lo", up))


def own_files(room: Path, disk: int) -> None:
    """A /tmp of its own, of so many bytes; of all rooms only its own; memory and terminals shared with nobody."""
    home = os.open(os.environ["HOME"], os.O_RDONLY | os.O_DIRECTORY)
    folder = os.open(room, os.O_PATH | os.O_DIRECTORY)
    hidden = {Path("/tmp", name) for name in os.listdir("/tmp")} - {*room.parents, Path(os.environ["HOME"])}
    seen = {
        path: os.open(path, os.O_PATH | os.O_DIRECTORY) for path in hidden if path.is_dir()
    }  # Python itself, perhaps
    bounds = f"size={disk},nr_inodes={disk // 4096},mode=0700"
    system.mount("tmpfs", "/tmp", "tmpfs", system.NO_SETUID | system.NO_DEVICES, bounds)
    if not room.is_relative_to("/tmp"):
        system.mount("tmpfs", room.parent, "tmpfs", system.NO_SETUID | system.NO_DEVICES, "size=64k,mode=0755")
    for path, descriptor in {room: folder, **seen}.items():
        path.mkdir(parents=True)
        system.mount(f"/proc/self/fd/{descriptor}", path, flags=system.BIND | system.RECURSIVE)
        os.close(descriptor)
        if path != room:  # the folders on the way to what is seen are bubblewrap's own, and every submission's
            own = system.BIND | system.REMOUNT | system.NO_SETUID | system.NO_DEVICES
            system.mount("none", path, flags=own | system.READ_ONLY)
    shared = OWN.temporary / ".shm"
    shared.mkdir(mode=0o700)
    system.mount(str(shared), "/dev/shm", flags=system.BIND)
    system.mount("devpts", "/dev/pts", "devpts", system.NO_SETUID | system.NO_EXECUTION, "newinstance,ptmxmode=0666")
    furnish(OWN, f"/proc/self/fd/{home}", room)
    os.close(home)


def furnish(place: Place, home: str, room: Path) -> None:
    """Fill its folders: what the warm process left at home (lists of fonts), and the files of the submission."""
    shutil.copytree(home, place.home, symlinks=True)
    place.temporary.mkdir(exist_ok=True)
    copy(room, place.work)


def copy(room: Path, work: Path) -> None:
    """The submission's files, to work with."""
    files = room / "files"
    if files.is_dir():
        shutil.copytree(files, work, symlinks=True)
    else:
        work.mkdir()


def own_processes() -> None:
    """In the first process of a new namespace of processes: see no others in /proc, and write nothing there."""
    flags = system.READ_ONLY | system.NO_SETUID | system.NO_DEVICES | system.NO_EXECUTION
    system.mount("proc", "/proc", "proc", flags)


# --- what it brings along -------------------------------------------------------------------------------------------


def settle(place: Place) -> None:
    """Work, and keep everything, in the folders of its own."""
    os.environ.update(HOME=str(place.home), TMPDIR=str(place.temporary), MPLCONFIGDIR=str(place.home / "matplotlib"))
    os.environ.update(IPYTHONDIR=str(place.home / "ipython"), XDG_CACHE_HOME=str(place.home / "cache"))
    os.chdir(place.work)
    os.umask(0o022)
    tempfile.tempdir = None  # it remembers the warm process's


def close_files(keep: Sequence[int] = ()) -> None:
    """Close what was inherited but for 0, 1, 2 and these.

    Files that are read stay open: Matplotlib reads its fonts through them.
    """
    for name in os.listdir("/proc/self/fd"):
        number = int(name)
        with contextlib.suppress(OSError):
            if number > 2 and number not in keep and not _is_read_only_file(number):
                os.close(number)


def _is_read_only_file(descriptor: int) -> bool:
    regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
    return regular and fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY


def bound(limits: Limits, in_namespace: bool) -> None:
    """What the kernel itself bounds, process by process."""
    pages = int(Path("/proc/self/statm").read_text().split()[5])
    bounds = {
        "DATA": limits.memory + pages * resource.getpagesize(),  # beside what the warm process has
        "FSIZE": limits.file,
        "CORE": 0,
        "NOFILE": 1024,
        "MSGQUEUE": 0,
    }
    # A net below Watch, which counts exactly: threads count here, and without a namespace all that the user runs.
    if not in_namespace:
        bounds["NPROC"] = _tasks(os.getuid()) + 4 * limits.processes
    elif tuple(map(int, re.findall(r"\d+", os.uname().release)[:2])) >= (
        5,
        14,
    ):  # before, namespaces were not told apart
        bounds["NPROC"] = 4 * limits.processes
    for name, value in bounds.items():
        number = getattr(resource, f"RLIMIT_{name}")
        _, most = resource.getrlimit(number)
        value = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(number, (value, value))


def _tasks(user: int) -> int:
    """Threads of all processes of a user."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError):
            lines = status.read_text().splitlines()
            said = {name: value for name, _, value in (line.partition(":") for line in lines)}
            if int(said["Uid"].split()[0]) == user:
                total += int(said["Threads"])
    return total
