"""What a forked process becomes: an ipykernel as a student's child, with its end of the wire, or as the judge."""

from __future__ import annotations

import asyncio
import inspect
import os
import random
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CONNECTION = "connection.json"  # in the kernel's room
USUAL_CALLS = 4  # below an ordinary kernel's own `start`: two of runpy, its module, launch_instance


@dataclass(frozen=True)
class Request:
    """What a kernel is started with; plain data.

    room         folder of its sockets                  role     "child" or "judge"
    environment  variables beside those of the system   cwd      where it works; a walled child works in a folder of its own
    plan         the judge's plan, as plain data        hook     "package.module:function", called in the judge after each test
    """

    room: str
    role: str
    environment: dict[str, str] = field(default_factory=dict)
    cwd: str = ""
    plan: dict = field(default_factory=dict)
    hook: str = ""


def main(request: Request, wire: int | None) -> None:
    """Be this kernel until somebody ends it.     wire: a child's end of it, as a file descriptor."""
    os.environ.update(request.environment)
    if request.cwd:
        os.chdir(request.cwd)
    _own_randomness()
    _silence()

    from ipykernel.kernelapp import IPKernelApp

    app: Any = IPKernelApp.instance(kernel_class=_counting(), connection_file=str(Path(request.room) / CONNECTION))
    app.initialize(["--HistoryManager.hist_file=:memory:"])
    shell = app.shell
    if matplotlib := sys.modules.get(
        "matplotlib"
    ):  # imported before there was a shell: the first picture finds it, as elsewhere
        matplotlib.rcParams["backend"] = os.environ["MPLBACKEND"]
        sys.modules.pop("matplotlib_inline.backend_inline", None)
    if wire is not None:
        from grading.engine import agent

        agent.serve(wire, shell.user_ns, asyncio.get_event_loop())
    else:
        from grading.engine import judge

        judge.sit(shell, request.room, request.plan, request.hook)
    _recursion_ends_where_it_usually_does()
    app.start()


def _counting() -> type:
    """ipykernel's kernel, with cells counted over child and judge together: the runner sends each cell's number along."""
    from ipykernel.ipkernel import IPythonKernel

    class Kernel(IPythonKernel):
        async def execute_request(self, stream, ident, parent):
            shell: Any = self.shell
            shell.execution_count = parent["metadata"].get("count", shell.execution_count)
            await super().execute_request(stream, ident, parent)

    return Kernel


def _recursion_ends_where_it_usually_does() -> None:
    """An ordinary kernel is started with fewer calls below it; a traceback of an endless recursion would show the difference."""
    calls = len(inspect.stack(0)) - 1  # below `start`
    sys.setrecursionlimit(sys.getrecursionlimit() + calls + 1 - USUAL_CALLS)  # 1: our own execute_request


def _own_randomness() -> None:
    """Forks share the state of the process that they come from."""
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()


def _silence() -> None:
    """What libraries write past Jupyter goes nowhere: no student's output reaches the grader's terminal."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
    signal.signal(signal.SIGINT, signal.default_int_handler)
