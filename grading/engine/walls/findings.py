"""Which walls there are, which of them stand on this machine, and what holds behind them: found by trying."""

from __future__ import annotations

import functools
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from grading.engine.limits import Limits, MiB

PROBES = Path(__file__).with_name("probes.py")
SMALL = Limits(memory=256 * MiB, processes=16, disk=16 * MiB, file=4 * MiB)  # what is quickly reached
VARIABLE = "WALLS_TRIAL"


class Finding(NamedTuple):
    """what  is asked about    holds  whether the wall does    sentence  the same in words"""

    what: str
    holds: bool
    sentence: str


# name: what it is about, said when it holds, said when it does not; the first are needed wherever students' code is run
_NEEDED = {
    "network": ("network", "reaches no network", "reaches the network"),
    "reading": ("files of others", "reads no file of yours", "reads your files"),
    "writing": ("files of others", "changes none of your files", "changes your files"),
    "rooms": ("files of others", "sees no other submission", "sees other submissions"),
    "modes": ("files of others", "changes the mode of none of your files", "changes the modes of your files"),
    "spying": ("other processes", "reads no other process's memory or variables", "reads other processes' memory"),
    "surviving": ("other processes", "leaves no process behind", "can leave processes behind"),
    "superuser": ("rights", "cannot become the superuser", "could become the superuser"),
    "variables": ("rights", "sees none of your environment's variables", "sees your environment's variables"),
}
_MORE = {
    "services": ("network", "reaches no service of this machine", "reaches this machine's services by their sockets"),
    "knowing": (
        "files of others",
        "does not learn which files there are",
        "can ask whether a file exists, and its size",
    ),
    "signals": ("other processes", "sends no signal to your processes", "can send signals to your processes"),
    "listing": ("other processes", "does not see which processes run", "sees which processes run"),
    "kernel": ("rights", "is refused the kernel's rarer calls", "may use all of the kernel's calls"),
    "memory": ("limits", "gets no more memory than it may, process by process", "gets any amount of memory"),
    "together": ("limits", "gets no more memory with all its processes", "gets more memory with several processes"),
    "crowd": ("limits", "starts no more processes than it may", "starts any number of processes"),
    "disk": ("limits", "writes no more files than it may", "fills the disk"),
}


def kinds() -> list[str]:
    """All kinds of walls, the strongest first; docker is written docker:IMAGE."""
    return ["bubblewrap", "landlock", "docker", "plain"]


@functools.cache
def best() -> str:
    """The strongest kind behind which, on this machine, all holds that has to; "plain" if there is none."""
    for kind in ("bubblewrap", "landlock"):
        try:
            if all(finding.holds for finding in _try(kind, _NEEDED)):
                return kind
        except OSError:
            continue
    return "plain"


def statement(kind: str) -> list[Finding]:
    """What holds behind walls of a kind on this machine, each tried from inside."""
    if sys.platform == "win32":
        return [Finding(what, False, f"A student's code {no}.") for what, _, no in (_NEEDED | _MORE).values()]
    try:
        return _try(kind, _NEEDED | _MORE)
    except OSError as error:
        return [Finding("walls", False, f"Walls of the kind {kind} cannot be built here: {error}.")]


def _try(kind: str, about: dict[str, tuple[str, str, str]]) -> list[Finding]:
    from grading.engine.walls.trial import inside

    program = {"bubblewrap": "bwrap", "landlock": "env"}.get(kind)
    if sys.platform != "linux" or (program and not shutil.which(program)):
        raise OSError(f"there is no {program} on this machine")
    with _outside() as known:
        results = inside(kind, PROBES, about, known, SMALL, seconds=10.0)
    return [_finding(*about[name], done=_done(name, result)) for name, result in results.items()]


def _done(name: str, result: dict[str, Any]) -> bool:
    if name == "surviving":
        return result["left"]
    return result.get("value", False) and not result["over"]


def _finding(what: str, yes: str, no: str, done: bool) -> Finding:
    return Finding(what, not done, f"A student's code {no if done else yes}.")


@contextmanager
def _outside() -> Iterator[dict[str, Any]]:
    """Something to reach for: a file, a process, sockets and a variable of this user's."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="outside-")))
        folder.chmod(0o755)
        secret = folder / "secret.txt"
        secret.write_text("secret", encoding="utf-8")
        process = stack.enter_context(subprocess.Popen(["sleep", "60"]))
        stack.callback(process.kill)
        abstract, path = f"walls-{uuid4()}", str(folder / "socket")
        unix = {"socket": path, "abstract": abstract}
        for address in (path, "\0" + abstract):
            listener = stack.enter_context(socket.socket(socket.AF_UNIX))
            listener.bind(address)
            listener.listen()
        inet = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        os.environ[VARIABLE] = "secret"
        stack.callback(os.environ.pop, VARIABLE)
        yield {
            "file": str(secret),
            "mode": secret.stat().st_mode,
            "process": process.pid,
            "variable": VARIABLE,
            "memory": SMALL.memory,
            "processes": SMALL.processes,
            "disk": SMALL.disk,
            "port": inet.getsockname()[1],
            **unix,
        }
