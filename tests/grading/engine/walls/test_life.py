"""Submissions begin, work, take too much and end: seen from outside."""

import contextlib
import json
import os
import signal
import subprocess
import time
from dataclasses import asdict
from pathlib import Path

import psutil
import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.connect import write_connection_file

from grading.engine import walls
from grading.engine.limits import Limits, MiB
from tests.grading.engine.walls.conftest import HERE, KINDS, NORMAL, USERS, as_user

LIMITS = Limits(memory=400 * MiB, processes=12, file=8 * MiB, disk=32 * MiB)


class Warm:
    """A warm process with one submission, which runs a program."""

    def __init__(self, kind, user, base, program, limits, connection):
        self.room = base / "1"
        self.room.mkdir()
        if connection:
            file = str(self.room / "connection.json")
            ports = dict(
                zip((f"{name}_port" for name in ("shell", "iopub", "stdin", "hb", "control")), range(1, 6), strict=True)
            )
            write_connection_file(file, transport="ipc", ip=str(self.room / "k"), **ports)
        (base / "2").mkdir()
        line, variables = as_user(user, kind)
        program = [part.replace("ROOM", str(self.room)).replace("PYTHON", line[-1]) for part in program]
        argv = [line[-1], str(HERE / "warm.py"), kind, str(self.room), json.dumps(asdict(limits)), *program]
        if user != "this user":
            for path in (base, *base.rglob("*")):
                os.chown(path, NORMAL, NORMAL)
        code = f"""if True:
            import os
            from pathlib import Path
            from grading.engine import walls
            from grading.engine.processes import visible
            line = walls.command({kind!r}, {argv!r}, Path({str(base)!r}), [*visible(()), Path({str(HERE)!r})])
            os.execvp(line[0], line)"""
        self.process = subprocess.Popen(
            [*line, "-c", code], env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.pid = int(self.process.stdout.readline())

    def ended(self):
        """How the submission ended."""
        return int(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()


@pytest.fixture(params=[(user, kind) for user in USERS for kind in KINDS], ids="-".join)
def start(request, tmp_path_factory):
    user, kind = request.param
    begun = []

    def begin(program, limits=LIMITS, connection=False):
        # short: the name of a socket has no more than 107 bytes
        base = Path(tmp_path_factory.mktemp("w"))
        for parent in base.parents:
            if parent.owner() == base.owner() and parent != Path("/") and not parent.stat().st_mode & 1:
                parent.chmod(0o711)
        begun.append(Warm(kind, user, base, program, limits, connection))
        return begun[-1]

    begin.kind = kind
    yield begin
    for one in begun:
        walls.kill(one.pid)
        one.close()


def marked(mark):
    """Processes with this word in their command line."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if mark in " ".join(process.cmdline()) and "warm.py" not in " ".join(process.cmdline()):
                found.append(process.pid)
    return found


def until(what, seconds=20):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)


DAEMONS = "for i in 1 2 3; do (setsid sh -c 'setsid sleep 7{mark} & sleep 7{mark}' &) ; done; sleep 7{mark}; true"


def test_kill_leaves_nothing(start):
    mark = f"{os.getpid()}01"
    warm = start(["sh", "-c", DAEMONS.format(mark=mark)])
    until(lambda: len(marked(f"sleep 7{mark}")) >= 7)
    walls.kill(warm.pid)
    assert not marked(f"sleep 7{mark}")


def test_daemons_end_with_the_kernel(start):
    mark = f"{os.getpid()}02"
    warm = start(["sh", "-c", f"(setsid setsid sleep 7{mark} &); sleep 0.3; exit 5"])
    assert warm.ended() == 5
    assert not marked(f"sleep 7{mark}")


def test_the_end_of_a_kernel_is_told(start):
    assert start(["sh", "-c", "kill -9 $$"]).ended() == 128 + signal.SIGKILL


@pytest.mark.parametrize("who", ["the warm process", "whoever started it"])
def test_nothing_outlives_what_started_it(start, who):
    mark = f"{os.getpid()}03"
    warm = start(["sh", "-c", DAEMONS.format(mark=mark)])
    until(lambda: len(marked(f"sleep 7{mark}")) >= 7)
    if who == "the warm process":
        os.kill(psutil.Process(warm.pid).ppid(), signal.SIGKILL)
    else:
        warm.process.stdin.close()  # as the kernel does when a process ends
    until(lambda: not psutil.pid_exists(warm.pid) or psutil.Process(warm.pid).status() == "zombie")
    if start.kind == "landlock":  # without a namespace the daemons have nobody who ends them when all others are killed
        for pid in marked(f"sleep 7{mark}"):
            os.kill(pid, signal.SIGKILL)
    until(lambda: not marked(f"sleep 7{mark}"))


def test_a_fork_bomb_is_ended(start):
    warm = start(["python3", "-c", "import os\nwhile True:\n try: os.fork()\n except OSError: pass"])
    watch = walls.Watch(warm.pid, LIMITS, warm.room)
    watch._thread.join(30)
    assert watch.reason == "processes"
    assert warm.ended() in (
        128 + signal.SIGKILL,
        -signal.SIGKILL,
    )  # the wrapper may be hit before it can pass the end on


def test_the_kernel_itself_bounds_processes(start):
    if start.kind == "landlock":
        pytest.skip("counts all processes of the user")
    code = "import os,time\nwhile True:\n try:\n  if not os.fork(): time.sleep(60); os._exit(0)\n except OSError: time.sleep(60)"
    warm = start(["python3", "-c", code])
    counts = []
    until(
        lambda: (
            counts.append(len(psutil.Process(warm.pid).children(recursive=True)))
            or (counts[-3:] == 3 * counts[-1:] and counts[-1] > 12)
        )
    )
    assert counts[-1] <= 4 * LIMITS.processes


def test_memory_is_counted_over_all_processes(start):
    code = "import os,time\nfor i in range(3): os.fork()\nx=bytes(range(256))*(100<<12)\ntime.sleep(60)"
    warm = start(["python3", "-c", code])
    watch = walls.Watch(warm.pid, LIMITS, warm.room)
    watch._thread.join(30)
    assert watch.reason == "memory"


def test_memory_shared_by_processes_counts_once(start):
    code = "import os,time\nx=bytes(range(256))*(100<<12)\nfor i in range(3): os.fork()\ntime.sleep(60)"
    warm = start(["python3", "-c", code])
    until(lambda: len(psutil.Process(warm.pid).children(recursive=True)) >= 8)
    watch = walls.Watch(warm.pid, LIMITS, warm.room)
    watch._thread.join(1.5)
    watch.stop()
    assert watch.reason == ""


def test_files_are_counted_where_it_may_write(start):
    code = "for i in $(seq 100); do head -c 4000000 /dev/zero > $i || true; done; sleep 60"
    warm = start(["sh", "-c", code])
    watch = walls.Watch(warm.pid, LIMITS, warm.room)
    if start.kind == "landlock":
        watch._thread.join(30)
        assert watch.reason == "disk"
    else:
        watch._thread.join(2)
        watch.stop()
        assert watch.reason == ""  # its own /tmp is full, and that is all


def test_an_ordinary_submission_is_left_alone(start):
    warm = start(["sh", "-c", "sleep 1; exit 0"])
    watch = walls.Watch(warm.pid, LIMITS, warm.room)
    assert warm.ended() == 0
    watch.stop()
    assert watch.reason == ""


CELLS = {
    "import numpy as np; np.arange(4).sum()": "6",
    "!echo hello from a shell": "hello from a shell",
    "%matplotlib inline\nimport matplotlib.pyplot as plt; plt.plot([1, 2]); plt.show()": "image/png",
    "import ipywidgets; ipywidgets.IntSlider()": "application/vnd.jupyter.widget-view+json",
    "%%bash\necho $((6*7))": "42",
    "import subprocess, sys; subprocess.check_output([sys.executable, '-c', 'print(7)']).decode()": "7",
    "from concurrent.futures import ThreadPoolExecutor as T; list(T(16).map(abs, range(3)))": "[0, 1, 2]",
    "1/0": "ZeroDivisionError",
    "import socket; socket.create_connection(('8.8.8.8', 53), 2)": "Error",
    "x = 5": "",
    "x": "5",
}


FORK = "import os, sys\nif os.fork() == 0: print('from a fork'); sys.stdout.flush(); os._exit(0)\nos.wait(); None"
FORKED = {FORK: "from a fork"}  # heard through a loopback, which needs a namespace


def test_a_stock_kernel_runs_cells(start):
    """ipykernel as it is installed, started behind walls, spoken to from outside through sockets in its room."""
    warm = start(["PYTHON", "-m", "ipykernel_launcher", "-f", "ROOM/connection.json"], connection=True)
    client = BlockingKernelClient(connection_file=str(warm.room / "connection.json"))
    client.load_connection_file()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)  # for both: an answer, and being heard
        for cell, shown in (CELLS | (FORKED if start.kind == "bubblewrap" else {})).items():
            said = []
            client.execute_interactive(
                cell, timeout=60, output_hook=lambda message, said=said: said.append(message["content"])
            )
            assert shown in str(said), (cell, said)
            assert shown.endswith("Error") or "ename" not in str(said), said
    finally:
        client.stop_channels()
    walls.kill(warm.pid)
