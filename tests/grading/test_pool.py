"""Real processes, so these tests take a few seconds."""

from __future__ import annotations

import os
import time
from concurrent.futures.process import BrokenProcessPool

from grading.pool import cores, each


def double(x):
    return 2 * x


def fail_at_3(x):
    if x == 3:
        raise ValueError("three")
    return x


def die_at_3(x):
    if x == 3:
        os._exit(1)
    time.sleep(0.05)
    return x


def environment(name):
    return os.environ.get(name)


def test_every_job_has_its_result():
    assert dict(each(double, range(5), workers=2)) == {x: 2 * x for x in range(5)}


def test_no_jobs_no_processes():
    assert list(each(double, [])) == []


def test_an_exception_is_the_result_of_its_own_job_only():
    results = dict(each(fail_at_3, range(5), workers=2))
    assert isinstance(results.pop(3), ValueError)
    assert results == {0: 0, 1: 1, 2: 2, 4: 4}


def test_a_process_that_dies_takes_nobody_with_it():
    results = dict(each(die_at_3, range(6), workers=2))
    assert isinstance(results.pop(3), BrokenProcessPool)
    assert results == {0: 0, 1: 1, 2: 2, 4: 4, 5: 5}


def test_workers_keep_to_one_thread_each_and_to_this_environment():
    found = dict(each(environment, ["OPENBLAS_NUM_THREADS", "JUPYTER_PREFER_ENV_PATH"], workers=1))
    assert found == {"OPENBLAS_NUM_THREADS": "1", "JUPYTER_PREFER_ENV_PATH": "1"}


def test_there_is_at_least_one_core():
    assert 1 <= cores() <= (os.cpu_count() or 1)
