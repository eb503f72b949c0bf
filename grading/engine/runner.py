"""One notebook, cell by cell: the student's cells in a child behind walls, the tests in the judge."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import logging
import shutil
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from jupyter_core.utils import run_sync
from nbclient.exceptions import CellTimeoutError
from nbformat import NotebookNode, from_dict, v4
from nbgrader.preprocessors import Execute
from traitlets.config import Config

from course_lib.handing_in.quoting import beginning
from grading.engine import walls
from grading.engine.judge import WIRE
from grading.engine.kernel import Request
from grading.engine.limits import Limits, MiB
from grading.engine.plan import judged, plan
from grading.engine.processes import silence, start, zygote

MODULES = ("numpy", "matplotlib.pyplot", "ipywidgets")  # loaded before a submission comes
MARK = {"NBGRADER_EXECUTION": "autograde"}  # as nbgrader itself sets it
GRACE = 2.0  # seconds between asking a cell to stop and ending its process
CHILDREN = 4  # how often one submission may start Python
QUIET = logging.getLogger("grading.engine")  # what goes wrong with a submission is said in its sentences
QUIET.setLevel(logging.CRITICAL)
FLOOD = 10  # times the bound on output: then the cell is asked to stop


@dataclass(frozen=True)
class Ran:
    """A notebook with its outputs, and one sentence for each thing that went wrong with the submission."""

    notebook: NotebookNode
    said: list[str] = field(default_factory=list)


def run(
    notebook: NotebookNode,
    source: NotebookNode,
    *,
    files: Path | None = None,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    hook: str = "",
    kind: str = "",
    modules: Sequence[str] = MODULES,
    students: Sequence[str] = (),
    config: Config | None = None,
) -> Ran:
    """Run a submitted notebook.

    notebook     with every locked cell of the source, as released; not changed
    source       the instructor's notebook, or the released one
    files        a folder with other files of the submission: the child works in a copy of it
    folder       where the judge works, with the instructor's own files
    environment  variables for the judge alone
    hook         "package.module:function", called in the judge with its Child after each test
    kind         of walls; by default the best that hold here
    modules      loaded before a submission comes
    students     names of given cells that tests take from the child all the same: a class whose objects students' functions get
    config       nbgrader's own settings of Execute

    Raises  Lost if this machine cannot start kernels at all; nothing that a submission does raises.
    """
    request = Request("", "judge", {**MARK, **(environment or {})}, str(folder or ""), _plan(source, students), hook)
    submission = _Submission(notebook, request, files, limits or Limits(), kind or walls.best(), tuple(modules), config)
    return run_sync(submission.run)()


_planning = threading.Lock()  # CPython 3.11 loses count of its depth where two threads parse at once: a SystemError


def _plan(source: NotebookNode, students: Sequence[str]) -> dict[str, Any]:
    """The plan of a source, made once for all its submissions."""
    with _planning:
        return _planned(json.dumps(source), tuple(students))


@functools.lru_cache(maxsize=8)
def _planned(source: str, students: tuple[str, ...]) -> dict[str, Any]:
    return plan(NotebookNode(from_dict(json.loads(source))), students).to_json()


class _Cells(Execute):
    """nbgrader's own Execute for the cells of one kernel, with a bound on what a cell may show."""

    largest = shown = 0
    asked_to_stop = False
    km: Any  # something with interrupt_kernel
    kc: Any
    timeout_func: Any

    @classmethod
    def of(cls, notebook: NotebookNode, kernel: Any, largest: int, config: Config | None) -> _Cells:
        cells = cls(config=config, log=QUIET)
        cells.nb, cells.km, cells.kc, cells.largest = notebook, kernel, kernel.client, largest
        return cells

    async def execute_one(self, index: int, count: int, seconds: float, patience: float) -> None:
        """Run one cell.     Raises  where the kernel dies or does not stop, and what hostile messages make of nbclient."""
        self.shown, self.asked_to_stop = 0, False
        self.timeout_func, self.iopub_timeout = (lambda _: seconds), patience
        cell = self.nb.cells[index]
        self.kc.session.metadata = {"cellId": cell.metadata.get("nbgrader", {}).get("grade_id", ""), "count": count}
        # nbclient keeps the time itself, but for what a kernel with broken sockets does to it
        await asyncio.wait_for(self.async_execute_cell(cell, index, store_history=True), seconds + patience + 3 * GRACE)

    def process_message(self, msg, cell, cell_index):
        """Jupyter's own handling; what a cell shows beyond the bound, or in no known form, is left out."""
        with contextlib.suppress(KeyError, TypeError, AttributeError, ValueError, IndexError):
            self.shown += len(repr(msg["content"]))
            if self.shown <= self.largest or msg["msg_type"] == "status":
                return super().process_message(msg, cell, cell_index)
        if self.shown > FLOOD * self.largest and not self.asked_to_stop:
            self.asked_to_stop = True
            self._asking = asyncio.ensure_future(self.km.interrupt_kernel())
        return None


class _Submission:
    """One submission on its way through two kernels."""

    def __init__(self, notebook, request: Request, files, limits: Limits, kind: str, modules, config):
        self.notebook, self.tests = deepcopy(notebook), deepcopy(notebook)  # the child's outputs and the judge's
        self.request, self.files, self.limits, self.config = request, files, limits, config
        self.kind, self.modules = kind, modules
        self.said: list[str] = []
        self.child: Any = None  # a Kernel, while there is one
        self.judge: Any = None
        self.children = 0  # started so far
        self.good: list[tuple[int, int]] = []  # (index, count) of cells that ended well: what a new child repeats

    async def run(self) -> Ran:
        count = 0
        try:
            await asyncio.gather(self._has_child(), self._start_judge())  # both are there before the clock runs
            self.until = time.monotonic() + self.limits.notebook
            for index, cell in enumerate(self.notebook.cells):
                if cell.cell_type == "code":
                    cell.outputs, cell.execution_count = [], None
                    if cell.source.strip():
                        count += 1
                        await self._cell(index, cell, count)
        finally:
            self._lose_child()
            self._lose_judge()
        return Ran(self.notebook, self.said)

    async def _cell(self, index: int, cell: NotebookNode, count: int) -> None:
        """Run one cell where it belongs; whatever happens, the next one can be run."""
        seconds = min(self.limits.cell, self.until - time.monotonic())
        if seconds <= 0:
            self._say(f"The notebook ran for more than {self.limits.notebook:g} s; the rest of it was not run.")
            cell.outputs = [_error("NotRun", "the notebook's time was used up")]
        elif judged(cell):
            await self._test(index, cell, count, seconds)
        else:
            await self._own(index, cell, count, seconds)

    # --- the student's cells ----------------------------------------------------------------------------------------

    async def _own(self, index: int, cell: NotebookNode, count: int, seconds: float) -> None:
        if not await self._has_child():
            cell.outputs = [_error("NotRun", "Python was ended too often")]
            return
        self.began = time.monotonic()
        try:
            await self.cells.execute_one(index, count, seconds, GRACE)
        except Exception as error:  # nbclient's own, and whatever hostile messages make of it
            self._say(self._why(cell, seconds, error))
            cell.outputs = [*cell.outputs, _error(type(error).__name__, self.said[-1])]
            self._lose_child()
            return
        if self.cells.shown > self.limits.output:
            self._say(f"{_name(cell)} shows more than {self.limits.output / MiB:g} MiB; the rest was left out.")
            cell.outputs.append(v4.new_output("stream", text="(the rest was left out)\n"))
        if _ran_out(cell):
            self._say(f"{_name(cell)} ran for more than {seconds:.0f} s and was stopped.")
        self.good.append((index, count))

    async def _has_child(self) -> bool:
        """Whether there is a child, with all good cells behind it; starts one if one may be started."""
        while self.child is None and self.children < CHILDREN:
            self.children += 1
            await self._start_child()
            past = _Cells.of(deepcopy(self.notebook), self.child, self.limits.output, self.config)
            for one in self.good:
                try:
                    await past.execute_one(*one, self.limits.cell, GRACE)
                except Exception:  # what went well once may not do so again
                    self.good = self.good[: self.good.index(one)]
                    self._lose_child()
                    break
        return self.child is not None

    async def _start_child(self) -> None:
        warm = zygote(self.kind, self.modules)
        await asyncio.to_thread(warm.start)
        room = warm.room()
        if self.files:
            shutil.copytree(self.files, room / "files", symlinks=True)
        self.wire, childs_end = socket.socketpair()
        with childs_end:
            request = Request(str(room), "child", dict(MARK))
            self.child = await start(warm, request, self.limits, childs_end, room)
        self.watch = walls.Watch(self.child.pid, self.limits, room)
        self.cells = _Cells.of(self.notebook, self.child, self.limits.output, self.config)
        if self.judge:
            self._connect()

    def _lose_child(self) -> None:
        if self.child:
            self.child.close()
            self.watch.stop()
            self.wire.close()
        self.child = None

    def _why(self, cell: NotebookNode, seconds: float, error: Exception) -> str:
        """The sentence about a cell that cost the submission its Python."""
        too_much = {
            "memory": f"used more than {self.limits.memory / MiB:g} MiB of memory",
            "processes": f"started more than {self.limits.processes} processes",
            "disk": f"wrote more than {self.limits.disk / MiB:g} MiB of files",
        }
        if self.watch.reason:
            return f"{_name(cell)} {too_much[self.watch.reason]}; Python was ended."
        in_time = time.monotonic() - self.began < seconds
        if self.cells.asked_to_stop or (
            in_time and isinstance(error, CellTimeoutError)
        ):  # so much that the end is lost
            return f"{_name(cell)} shows more than {self.limits.output / MiB:g} MiB, without an end; Python was ended."
        if isinstance(error, CellTimeoutError):
            return f"{_name(cell)} ran for more than {seconds:.0f} s and could not be stopped; Python was ended."
        return f"{_name(cell)} ended Python."

    # --- the tests --------------------------------------------------------------------------------------------------

    async def _test(self, index: int, cell: NotebookNode, count: int, seconds: float) -> None:
        listening = asyncio.ensure_future(silence(self.child)) if await self._has_child() else None
        self.began = time.monotonic()
        if self.judge is None:
            await self._start_judge()
        tests = _Cells.of(self.tests, self.judge, self.limits.output, self.config)
        tests.km = ladder = _Ladder(self.judge, self.child)
        try:
            await tests.execute_one(index, count, seconds, 3 * GRACE)
            cell.outputs, cell.execution_count = self.tests.cells[index].outputs, count
        except Exception as error:
            self._say(f"{_name(cell)} did not finish; it counts 0.")
            cell.outputs = [_error(type(error).__name__, self.said[-1])]
            self._lose_child()
            self._lose_judge()
        finally:
            ladder.put_away()
            if listening:
                listening.cancel()
        if ladder.used:
            self._say(f"{_name(cell)} ran for more than {seconds:.0f} s and was stopped.")
        if self.child and not self.child.alive():
            self._say(self._why(cell, seconds, RuntimeError()))
            self._lose_child()
        for output in cell.outputs:  # for nbgrader one word on stderr is a failed test; a warning is none
            if output.output_type == "stream":
                output.name = "stdout"

    async def _start_judge(self) -> None:
        warm = zygote("plain", self.modules)
        await asyncio.to_thread(warm.start)
        room = warm.room()
        self.judge = await start(warm, replace(self.request, room=str(room)), self.limits, None, room)
        self.notebook.metadata["language_info"] = self.judge.language
        if self.child:
            self._connect()

    def _connect(self) -> None:
        """Hand the judge its end of the wire to the child."""
        with self.wire, socket.socket(socket.AF_UNIX) as caller:
            caller.connect(str(self.judge.room / WIRE))
            socket.send_fds(caller, [b"wire"], [self.wire.fileno()])

    def _lose_judge(self) -> None:
        if self.judge:
            self.judge.close()
        self.judge = None

    def _say(self, sentence: str) -> None:
        if sentence not in self.said:
            self.said.append(sentence)


class _Ladder:
    """How a test that takes too long is stopped: the student's function is asked, then ended; then the test is asked."""

    used = False

    def __init__(self, judge: Any, child: Any):
        self.judge, self.child = judge, child
        self.steps: list[asyncio.TimerHandle] = []

    async def interrupt_kernel(self) -> None:
        self.used = True
        later = asyncio.get_running_loop().call_later
        if self.child:
            await self.child.interrupt_kernel()
            self.steps.append(later(GRACE, self.child.kill))
        self.steps.append(later(2 * GRACE, lambda: asyncio.ensure_future(self.judge.interrupt_kernel())))

    def put_away(self) -> None:
        for step in self.steps:
            step.cancel()


def _ran_out(cell: NotebookNode) -> bool:
    return any(output.output_type == "error" and output.ename == "CellTimeoutError" for output in cell.outputs)


def _error(name: str, text: str) -> NotebookNode:
    return v4.new_output("error", ename=name, evalue=text, traceback=[f"{name}: {text}"])


def _name(cell: NotebookNode) -> str:
    """What a cell is called in a sentence."""
    id = cell.metadata.get("nbgrader", {}).get("grade_id")
    return f"Cell {id}" if id else f"The {beginning(cell)}"
