"""Many small jobs in worker processes; a worker that dies takes nobody else's job with it."""

from __future__ import annotations

import multiprocessing
import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from grading.course import with_venv_first

Job = TypeVar("Job")


def each(
    function: Callable[[Job], object], jobs: Sequence[Job], workers: int | None = None, title: str = ""
) -> Iterator[tuple[Job, object]]:
    """(job, function(job)) for each job, in the order in which they finish; an exception is a result like any other.

    function  of a module, so that a fresh process can import it
    workers   how many processes; default: one per core
    title     shown with a progress bar, where standard error is a terminal

    A job whose process dies is tried once more, alone; if that process dies too, its result is BrokenProcessPool.
    """
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(title, total=len(jobs))
        for result in _results(function, jobs, workers or cores()):
            bar.advance(task)
            yield result


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _results(function: Callable[[Job], object], jobs: Sequence[Job], workers: int) -> Iterator[tuple[Job, object]]:
    died = []
    for job, result in _round(function, jobs, workers):
        if isinstance(result, BrokenProcessPool):
            died.append(job)  # perhaps only a neighbour of the job that killed its process
        else:
            yield job, result
    for job in died:
        yield from _round(function, [job], 1)


def _round(function: Callable[[Job], object], jobs: Sequence[Job], workers: int) -> Iterator[tuple[Job, object]]:
    if not jobs:
        return
    # spawn: nothing of this process is inherited, on all three systems alike
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(workers, len(jobs)), mp_context=context, initializer=_prepare)
    try:
        running = {pool.submit(function, job): job for job in jobs}
        for future in as_completed(running):
            yield running[future], future.exception() or future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _prepare() -> None:
    """Make a worker ready: nbgrader's commands on the path, this environment's kernel, one BLAS thread for each kernel."""
    warnings.simplefilter("ignore")  # meant for the developers of nbgrader's dependencies
    os.environ.update(with_venv_first(os.environ))
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
