"""From a warm process to a process that is alone: the way in, for each kind of walls."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from grading.engine.limits import Limits
from grading.engine.walls import apart, bubblewrap, docker, landlock, seccomp, system
from grading.engine.walls.watch import descendants, kill_all

VISIBLE = "WALLS_VISIBLE"  # tells the warm process, which walls nothing off by itself, what its children may read
KEPT = ("LANG", "LANGUAGE", "TZ", "PYTHONPATH", "PYTHONUTF8", "VIRTUAL_ENV", "CONDA_PREFIX")
ALIKE = ("LC_", "OPENBLAS_", "MKL_", "NPY_")  # the same arithmetic inside and outside, to the last digit
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")  # one: a process with threads cannot be forked
MACHINE = (
    *("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/uptime", "/proc/loadavg", "/proc/version"),
    *("/proc/filesystems", "/proc/sys/kernel/osrelease", "/proc/sys/kernel/pid_max", "/proc/sys/vm/overcommit_memory"),
)
DEVICES = tuple(f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom", "tty", "ptmx", "pts"))
_WARM = os.getpid()  # whoever imports this is the warm process, or gets nothing done


def command(kind: str, argv: Sequence[str], base: Path, visible: Sequence[Path]) -> list[str]:
    """The command line of a warm process of this kind.

    argv     what it is without walls        base  folder of its sockets and rooms: read and written, at the same path
    visible  folders that it and its children may read, beside the system's

    Of the environment's variables it gets a few that are known to be harmless.
    """
    if kind == "plain":
        return list(argv)
    if kind == "bubblewrap":
        variables = _variables(apart.OWN.home)
        return bubblewrap.command(argv, base, visible, variables, root=os.geteuid() == 0)
    home = base / "home"
    home.mkdir(exist_ok=True)
    variables = {**_variables(home), VISIBLE: os.pathsep.join(map(str, visible))}
    if docker.image(kind):
        return docker.command(docker.image(kind), argv, base, visible, variables)
    return ["env", "-i", *(f"{name}={value}" for name, value in variables.items()), *argv]


def _variables(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith(ALIKE)}
    path = os.pathsep.join((str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"))
    own = {
        "PATH": path,
        "HOME": str(home),
        "USER": "student",
        "LOGNAME": "student",
        "MPLCONFIGDIR": f"{home}/matplotlib",
    }
    return {**kept, **own, **dict.fromkeys(THREADS, "1")}


def enter(kind: str, room: Path, limits: Limits, keep: Sequence[int] = ()) -> list[str]:
    """Be alone from now on; returns, in a process of its own, the names of the walls that stand.

    room  folder of this submission, of which nothing but sockets and `files/` are used; the process works in a copy of these
    keep  file descriptors that stay open, beside 0, 1, 2

    To be called in a fresh fork of a warm process, while it has one thread.  The process that calls it never returns: it waits
    for the one that does, and ends as that one ended.     Raises  OSError where this machine does not let a wall be built.
    """
    room = Path(room)
    if kind == "plain":
        return _settle_plainly(room)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # the processes that wait must hear of it
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    walled = _apart(room, limits) if kind == "bubblewrap" else _among_others(room)
    os.setsid()
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    place = apart.OWN if kind == "bubblewrap" else _place(room)
    apart.settle(place)
    apart.close_files(keep)
    apart.bound(limits, in_namespace=kind == "bubblewrap")
    return walled + _confine(kind, room, place)


def _apart(room: Path, limits: Limits) -> list[str]:
    """Into namespaces of its own: three processes, of which the third returns."""
    if os.geteuid() == 0:
        apart.give_up_root(room)
    apart.own_namespaces()
    apart.own_loopback()
    apart.own_files(room, limits.disk)
    apart.die_with(_WARM)
    _stay_behind()
    # the first process of the namespace: when it ends, the kernel ends all others in it
    apart.own_processes()
    _stay_behind()
    return ["namespaces"]


def _among_others(room: Path) -> list[str]:
    """Among the other processes of this user: two processes, of which the second returns."""
    if os.geteuid() == 0:
        for path in os.environ[VISIBLE].split(os.pathsep):
            _check_that_everyone_may_read(Path(path))
        apart.give_up_root(room)
    apart.die_with(_WARM)
    system.prctl(system.SET_CHILD_SUBREAPER, 1)  # daemons become children of the process that waits
    apart.furnish(_place(room), os.environ["HOME"], room)
    _stay_behind(alone=False)
    return []


def _place(room: Path) -> apart.Place:
    own = room / "own"
    own.mkdir(exist_ok=True)
    return apart.Place(own / "home", own / "tmp", own / "work")


def _settle_plainly(room: Path) -> list[str]:
    """A folder of its own to work in, and nothing else."""
    work = _place(room).work
    apart.copy(room, work)
    os.chdir(work)
    return []


def _stay_behind(alone: bool = True) -> None:
    """Fork; the child returns, and the parent waits for it and ends as it ends.

    alone  the kernel ends what the child leaves behind; else the parent has to
    """
    alive, held = os.pipe()
    process = os.fork()
    if process:
        system.prctl(system.SET_DUMPABLE, 0)  # nobody reads its memory
        _keep_only(held)
        status = _bury(process)
        if not alone:
            _end_the_rest()
        code = os.waitstatus_to_exitcode(status)
        os._exit(code if code >= 0 else 128 - code)
    os.close(held)
    system.prctl(system.SET_PDEATHSIG, signal.SIGKILL)
    if select.select([alive], [], [], 0)[0]:  # the parent ended before it could be asked to take this process along
        os._exit(1)
    os.close(alive)


def _keep_only(descriptor: int) -> None:
    """Close everything else: the wire must end when the kernel ends."""
    os.dup2(descriptor, 3)
    os.closerange(4, 65536)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)


def _bury(process: int) -> int:
    """Wait for this process, and for orphans on the way; its status."""
    while True:
        ended, status = os.wait()
        if ended == process:
            return status


def _end_the_rest() -> None:
    with contextlib.suppress(ChildProcessError):
        while True:
            kill_all(descendants(os.getpid()))
            os.wait()


def _confine(kind: str, room: Path, place: apart.Place) -> list[str]:
    """What no descendant can shake off."""
    walls = ["limits"]
    system.prctl(system.SET_DUMPABLE, 1)
    system.prctl(system.SET_NO_NEW_PRIVS, 1)
    system.drop_capabilities()
    if landlock.version():
        landlock.restrict(_rights(kind, room, place), network=kind == "bubblewrap")
        walls.append("landlock")
    if seccomp.available():
        seccomp.refuse(apart=kind == "bubblewrap")
        walls.append("seccomp")
    return walls


def _rights(kind: str, room: Path, place: apart.Place) -> dict[Path, int]:
    if kind == "bubblewrap":
        seen = {Path("/"): landlock.READ, Path("/dev"): landlock.DEVICE, Path("/dev/shm"): landlock.ALL}
    else:
        visible = os.environ[VISIBLE].split(os.pathsep)
        seen = landlock.reading([*bubblewrap.SYSTEM, *bubblewrap.SETTINGS, *visible, *MACHINE])
        seen |= dict.fromkeys(map(Path, DEVICES), landlock.DEVICE)
    return seen | {room: landlock.SOCKETS} | dict.fromkeys((place.home, place.temporary, place.work), landlock.ALL)


def _check_that_everyone_may_read(path: Path) -> None:
    for one in (path, *path.parents):
        if one.is_dir() and one.stat().st_mode & 0o1 == 0:
            raise PermissionError(
                f"only the superuser gets into {one}: try  chmod o+x {one}  or grade as a normal user"
            )
