"""Many small jobs at once: on threads of this machine, or on a Dask cluster; a job that fails takes no other with it."""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from grading.course import CourseError

if TYPE_CHECKING:
    from distributed import Client

Ticket = TypeVar("Ticket")
Job = TypeVar("Job")

AHEAD = 2  # jobs for each thread: one that runs, and one that waits for it
PATIENCE = 20.0  # seconds for a cluster to answer, and for its first worker
QUIET = {
    "distributed.worker.profile.enabled": False,  # looks at every thread a hundred times a second
    "distributed.admin.large-graph-warning-threshold": "1GB",  # a hand-in may be large, and travels once
}


def each(
    function: Callable[[Job], object],
    jobs: Iterable[tuple[Ticket, Job]],
    workers: int | None = None,
    scheduler: str = "",
) -> Iterator[tuple[Ticket, object]]:
    """(ticket, function(job)) for each (ticket, job), in the order in which they finish; an exception is a result like any other.

    jobs       taken one by one as there is room, so that a long list of large jobs is never in memory at once
    workers    how many run at a time on this machine; by default one per core
    scheduler  "tcp://host:port" of a Dask cluster, which then does the work; function is imported there

    A job that raises is tried once more, and so are the jobs of a worker that is lost; a job that loses one worker after the other has
    Dask's KilledWorker as its result.     Raises  CourseError if the cluster does not answer or has no workers.
    """
    waiting = iter(jobs)
    first = next(waiting, None)
    if first is None:
        return  # nothing to do needs no cluster
    from distributed import as_completed

    with _client(workers, scheduler) as client:
        tickets: dict[Any, Ticket] = {}
        done = as_completed(loop=client.loop)
        for ticket, job in itertools.chain([first], waiting):
            future = client.submit(function, job, pure=False, retries=1)
            tickets[future] = ticket
            done.add(future)
            while len(tickets) >= AHEAD * _threads_of(client):
                yield _take(done, tickets)
        while tickets:
            yield _take(done, tickets)


def _threads_of(client: Any) -> int:
    return max(1, sum(client.nthreads().values()))  # a cluster may grow and shrink


def _take(done: Iterator[Any], tickets: dict[Any, Ticket]) -> tuple[Ticket, object]:
    future = next(done)
    try:
        result = future.exception() or future.result()
    except (Exception, asyncio.CancelledError) as error:  # the cluster itself went away
        result = RuntimeError(f"the cluster was lost: {type(error).__name__}")
    return tickets.pop(future), result


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def progress(title: str, total: int) -> Iterator[Callable[[], object]]:
    """A progress bar with the time left, where standard error is a terminal; each call of what it gives is one step."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(title, total=total)
        yield lambda: bar.advance(task)


@contextmanager
def _client(workers: int | None, scheduler: str) -> Iterator[Client]:
    from dask import config
    from distributed import Client

    with ExitStack() as stack:
        stack.enter_context(config.set(QUIET))
        if not scheduler:
            cluster = stack.enter_context(_threads(workers or cores()))
            yield stack.enter_context(Client(cluster, set_as_default=False))
            return
        try:
            client = stack.enter_context(Client(scheduler, timeout=PATIENCE, set_as_default=False))
        except (OSError, ValueError, TypeError) as error:  # TimeoutError is an OSError
            reason = str(error).strip() or type(error).__name__
            raise CourseError(f"no Dask scheduler at {scheduler}: {reason}; wanted tcp://host:port") from None
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except (TimeoutError, asyncio.TimeoutError):
            raise CourseError(f"the Dask scheduler at {scheduler} has no workers") from None
        yield client


def _threads(count: int) -> Any:
    """A cluster of one worker with `count` threads in this process, which listens on no port."""
    from distributed import Scheduler, SpecCluster, Worker

    class Silent:
        def start_http_server(self, *_: Any, **__: Any) -> None:
            """Dask's own would listen on all interfaces, with a dashboard or without."""

    class SilentScheduler(Silent, Scheduler):
        pass

    class SilentWorker(Silent, Worker):
        pass

    return SpecCluster(
        scheduler={"cls": SilentScheduler, "options": {"protocol": "inproc://"}},
        workers={0: {"cls": SilentWorker, "options": {"nthreads": count, "memory_limit": 0}}},
        silence_logs=logging.ERROR,  # type: ignore[arg-type] - a level, in spite of its annotation
    )
