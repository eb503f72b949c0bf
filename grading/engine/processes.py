"""Kernels as the grader sees them: started by a warm process, spoken to by Jupyter's protocol, ended for good."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import functools
import importlib.util
import itertools
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from queue import Empty
from typing import Any

import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import write_connection_file

from grading.engine import walls
from grading.engine.kernel import CONNECTION, Request
from grading.engine.limits import Limits, MiB
from grading.engine.zygote import FAILED, SOCKET

STARTING = 60.0  # seconds a kernel may take to start: a loaded machine is slow, and nothing else waits for it
LARGEST = 128 * MiB  # bytes of one message: ipykernel puts all that is printed in 0.2 s into one


class Lost(Exception):
    """A kernel that is not there any more, or never came up."""


class Zygote:
    """A warm process of the grader's; started when first needed, again if it died."""

    def __init__(self, kind: str, modules: Sequence[str]):
        self.kind, self.modules = kind, tuple(modules)
        self._lock = threading.Lock()
        self._process: Any = None  # a Popen, while it runs
        self._rooms = itertools.count()

    def start(self) -> None:
        """Make sure that it runs."""
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._start()

    def _start(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="kernels-"))
        command = [sys.executable, "-m", "grading.engine.zygote", str(self.folder), self.kind, *self.modules]
        threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        # no start-up files: neither the instructor's own, nor what a hand-in may have written there where there are no walls
        environment = {**os.environ, **threads, "IPYTHONDIR": str(self.folder / "ipython")}
        # it ends when this pipe does: with the grader, however the grader ends
        self._process = subprocess.Popen(
            walls.command(self.kind, command, self.folder, visible(self.modules)),
            stdin=subprocess.PIPE,
            env=environment,
        )
        until = time.monotonic() + STARTING
        while not (self.folder / SOCKET).exists():
            if self._process.poll() is not None or time.monotonic() > until:
                raise Lost(f"the warm process did not start: {' '.join(self._process.args)}")
            time.sleep(0.01)

    def stop(self) -> None:
        """End it, and its folder with it."""
        with self._lock:
            if self._process is not None:
                self._process.stdin.close()  # it ends when this does, and all that it forked with it
                self._process.wait()
                self._process = None
                shutil.rmtree(self.folder, ignore_errors=True)

    def fork(self, request: Request, limits: Limits, wire: socket.socket | None) -> tuple[int, int]:
        """A new kernel: (pid, pidfd)."""
        message = json.dumps({"request": asdict(request), "limits": asdict(limits)}).encode() + b"\n"
        try:
            with socket.socket(socket.AF_UNIX) as caller:
                caller.settimeout(STARTING)
                caller.connect(str(self.folder / SOCKET))
                socket.send_fds(caller, [message], [wire.fileno()] if wire else [])
                _, descriptors, _, _ = socket.recv_fds(caller, 4096, 1)
        except OSError as error:
            raise Lost(f"the warm process does not answer: {error}") from None
        if not descriptors:
            raise Lost("a kernel died at once")
        return _outside_pid(descriptors[0]), descriptors[0]

    def room(self) -> Path:
        """A new folder for the sockets of one kernel."""
        path = self.folder / str(next(self._rooms))
        path.mkdir()
        return path


def visible(modules: Sequence[str]) -> list[Path]:
    """The folders that a child must be able to read: Python, what is installed, these modules, and the engine itself."""
    here = Path(__file__).resolve().parent
    found = {Path(sys.prefix), Path(sys.base_prefix), here, here.parent / "__init__.py"}
    found |= {Path(path) for path in sys.path if path and Path(path).name in ("site-packages", "dist-packages")}
    for name in {module.partition(".")[0] for module in modules}:
        if (spec := importlib.util.find_spec(name)) and spec.origin:
            file = Path(spec.origin)
            found.add(file.parent if file.name == "__init__.py" else file)
    return sorted(path for path in found if path.exists())


def _outside_pid(pidfd: int) -> int:
    """The number of a process as it is known here, not in its own namespace."""
    for line in Path(f"/proc/self/fdinfo/{pidfd}").read_text().splitlines():
        if line.startswith("Pid:"):
            return int(line.split()[1])
    raise Lost("a kernel died at once")


class Client(AsyncKernelClient):
    """Jupyter's client, for a kernel that this process did not start through Jupyter."""

    alive: Any = staticmethod(lambda: True)

    async def is_alive(self) -> bool:
        return self.alive()


@dataclass
class Kernel:
    """A running kernel."""

    room: Path
    pid: int
    pidfd: int
    client: Client
    language: dict = field(default_factory=dict)

    def alive(self) -> bool:
        return not select.select([self.pidfd], [], [], 0)[0]

    async def interrupt(self) -> None:
        """Ask it to stop what it does: through its control channel, for the signal must reach the right thread."""
        with contextlib.suppress(zmq.Again):  # nobody listens there any more
            self.client.control_channel.send(self.client.session.msg("interrupt_request", {}))

    def interrupt_kernel(self):
        """The name that nbclient calls it by."""
        return self.interrupt()

    def kill(self) -> None:
        """End it with all processes that it started."""
        walls.kill(self.pid)

    def close(self) -> None:
        """Kill it, and leave nothing of it."""
        self.kill()
        self.client.alive = lambda: False
        self.client.stop_channels()
        self.client.context.destroy(linger=0)
        os.close(self.pidfd)
        shutil.rmtree(self.room, ignore_errors=True)


async def start(zygote: Zygote, request: Request, limits: Limits, wire: socket.socket | None, room: Path) -> Kernel:
    """A kernel that is ready for its first cell.     Raises  Lost."""
    information = _connection(room)
    pid, pidfd = zygote.fork(request, limits, wire)
    context = zmq.asyncio.Context()
    context.setsockopt(zmq.MAXMSGSIZE, LARGEST)  # a larger message ends the connection, not the grader
    context.setsockopt(zmq.RECONNECT_IVL, 5)  # ms: the kernel may not listen yet
    context.setsockopt(zmq.SNDTIMEO, 2000)  # ms: a child that breaks its own sockets must not hold up the grader
    client = Client(context=context)
    client.load_connection_info(information)
    kernel = Kernel(room, pid, pidfd, client)
    client.alive = kernel.alive
    client.start_channels(hb=False, stdin=False)
    try:
        await _ready(kernel)
    except BaseException:
        kernel.close()
        raise
    return kernel


def _connection(room: Path) -> Any:
    """Write the connection file of a kernel whose sockets lie in its room."""
    numbers = dict(zip(("shell", "iopub", "stdin", "hb", "control"), itertools.count(1), strict=False))
    ports: Any = {f"{name}_port": number for name, number in numbers.items()}
    _, information = write_connection_file(str(room / CONNECTION), transport="ipc", ip=str(room / "k"), **ports)
    return information


async def _ready(kernel: Kernel) -> None:
    """Wait until it answers and is heard."""
    client, until = kernel.client, time.monotonic() + STARTING
    waiting = client.kernel_info()
    answered = heard = False
    while not (answered and heard):
        if not kernel.alive() or time.monotonic() > until:
            why = (kernel.room / FAILED).read_text(encoding="utf-8") or "no reason known"
            raise Lost(f"a kernel did not start: {why}")
        with contextlib.suppress(Empty):
            message = await client.shell_channel.get_msg(timeout=0 if answered else 0.5)
            if message["parent_header"].get("msg_id") == waiting:
                answered, kernel.language = True, message["content"].get("language_info", {})
        with contextlib.suppress(Empty):
            await client.iopub_channel.get_msg(timeout=0.1)
            heard = True
        if answered and not heard:
            waiting, answered = client.kernel_info(), False


async def silence(kernel: Kernel) -> None:
    """Throw away what a kernel says while nobody asks it, for as long as this task runs."""
    while True:
        with contextlib.suppress(Empty, ValueError):
            await kernel.client.iopub_channel.get_msg(timeout=None)
        await asyncio.sleep(0)


def zygote(kind: str, modules: tuple[str, ...]) -> Zygote:
    """This process's warm process of a kind: one serves all submissions."""
    with _making:
        return _made(kind, modules)


_making = threading.Lock()  # submissions run on threads


@functools.cache
def _made(kind: str, modules: tuple[str, ...]) -> Zygote:
    made = Zygote(kind, modules)
    atexit.register(made.stop)
    return made
