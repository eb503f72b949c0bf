"""What units share, and what they must not."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from jupyter_core.utils import ensure_event_loop

from grading import unit


def test_tasks_that_inherit_a_context_have_loops_of_their_own():
    """As Dask starts them: each in a thread, in a copy of a context that holds a loop already."""

    @unit._alone
    def loop():
        with unit._event_loop():
            return ensure_event_loop()

    def inherited():
        mine = ensure_event_loop()
        try:
            with ThreadPoolExecutor(4) as pool:
                found = [pool.submit(copy_context().run, loop) for _ in range(4)]
                return mine, [one.result() for one in found], mine.is_closed()
        finally:
            mine.close()

    with ThreadPoolExecutor(1) as thread:
        mine, found, closed = thread.submit(inherited).result()
    assert len({id(one) for one in [mine, *found]}) == 5 and not closed
    assert all(one.is_closed() for one in found)
