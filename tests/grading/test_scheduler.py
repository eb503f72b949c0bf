"""Real threads and real clusters, so these tests take a few seconds."""

from __future__ import annotations

import os
import signal
import threading
import time

import psutil
import pytest

from grading.course import CourseError
from grading.scheduler import AHEAD, cores, each, progress

KilledWorker = pytest.importorskip("distributed").KilledWorker


def numbered(jobs):
    return ((f"ticket {job}", job) for job in jobs)


def double(x):
    return 2 * x


def fail_at_3(x):
    if x == 3:
        raise ValueError("three")
    return x


def die_at_3(x):
    if x == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.02)
    return x


def die_once(path):
    try:
        with open(path, "x"):
            os.kill(os.getpid(), signal.SIGKILL)
    except FileExistsError:
        return "second time"


def test_every_job_has_its_result():
    assert dict(each(double, numbered(range(5)), workers=2)) == {f"ticket {x}": 2 * x for x in range(5)}


def test_no_jobs_no_cluster(monkeypatch):
    monkeypatch.setattr("grading.scheduler._client", lambda *_: pytest.fail("a cluster was started"))
    assert list(each(double, [])) == []


def test_an_exception_is_the_result_of_its_own_job_only():
    results = dict(each(fail_at_3, numbered(range(5)), workers=2))
    assert isinstance(results.pop("ticket 3"), ValueError)
    assert sorted(results.values()) == [0, 1, 2, 4]


def test_jobs_are_taken_as_there_is_room():
    """A thousand notebooks are never in memory at once."""
    taken = []

    def jobs():
        for x in range(40):
            taken.append(x)
            yield x, x

    ahead = [len(taken) - done for done, _ in enumerate(each(double, jobs(), workers=2))]
    assert len(taken) == 40
    assert max(ahead) <= AHEAD * 2 + 1


BARRIER, RUNNING = threading.Barrier(3), []


def meet(_):
    RUNNING.append(None)
    most = len(RUNNING)
    BARRIER.wait(timeout=60)  # none ends before three have begun
    RUNNING.pop()
    return most


def test_so_many_at_a_time_as_are_asked_for():
    assert max(most for _, most in each(meet, numbered(range(6)), workers=3)) == 3


def test_threads_listen_on_no_port():
    def ports(_):
        return [one for one in psutil.Process().net_connections() if one.status == psutil.CONN_LISTEN]

    before = ports(None)
    ((_, during),) = each(ports, numbered([1]), workers=1)
    assert len(during) == len(before)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense://", "127.0.0.1"])
def test_no_scheduler_there(address, monkeypatch):
    monkeypatch.setattr("grading.scheduler.PATIENCE", 1.0)
    with pytest.raises(CourseError, match="no Dask scheduler at"):
        list(each(double, numbered([1]), scheduler=address))


@pytest.fixture(scope="module")
def cluster():
    from distributed import LocalCluster

    options = {"dashboard_address": "127.0.0.1:0", "worker_dashboard_address": "127.0.0.1:0"}
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, **options) as running:
        yield running


@pytest.mark.slow
def test_a_cluster_does_the_work_and_a_job_that_kills_its_workers_takes_nobody_with_it(cluster):
    results = dict(each(die_at_3, numbered(range(12)), scheduler=cluster.scheduler_address))
    assert isinstance(results.pop("ticket 3"), KilledWorker)
    assert sorted(results.values()) == [x for x in range(12) if x != 3]


@pytest.mark.slow
def test_a_lost_worker_is_no_lost_job(cluster, tmp_path):
    ((_, result),) = each(die_once, numbered([str(tmp_path / "mark")]), scheduler=cluster.scheduler_address)
    assert result == "second time"


def test_a_cluster_without_workers(monkeypatch):
    from distributed import LocalCluster

    monkeypatch.setattr("grading.scheduler.PATIENCE", 1.0)
    with (
        LocalCluster(n_workers=0, processes=True, dashboard_address="127.0.0.1:0") as empty,
        pytest.raises(CourseError, match="has no workers"),
    ):
        list(each(double, numbered([1]), scheduler=empty.scheduler_address))


def test_no_bar_where_there_is_no_terminal(capsys):
    with progress("Grading", 2) as advance:
        advance()
    assert capsys.readouterr().err == ""


def test_there_is_at_least_one_core():
    assert 1 <= cores() <= (os.cpu_count() or 1)
