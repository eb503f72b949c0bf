"""Implementations side by side: each in a process of its own, one at work at a time, in turn; compared round by round."""

import os
import statistics
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]

OURS = "benchmarks.ours:make"
PEERS = {
    "PyTorch": "benchmarks.torch_eager:make",
    "PyTorch, fused Adam": "benchmarks.torch_eager:fused",
    "course NumPy": "benchmarks.course_numpy:make",
    "GEMM": "benchmarks.gemm:make",
}


@dataclass(frozen=True)
class Ratio:
    """Seconds of one implementation over seconds of another, round by round: the median and the middle half."""

    median: float
    low: float
    high: float

    def __str__(self):
        return f"{self.median:.2f} ({self.low:.2f}-{self.high:.2f})"


def ratio(ours, peer):
    low, median, high = statistics.quantiles([a / b for a, b in zip(ours, peer, strict=True)], n=4, method="inclusive")
    return Ratio(median, low, high)


def times(places, name, batch=128, dtype="float32", threads=1, rounds=9):
    """Seconds of one step of each implementation in each round, [[...], ...], in the order of `places`."""
    with ExitStack() as stack:
        workers = [stack.enter_context(_worker(place, name, batch, dtype, threads)) for place in places]
        for place, worker in zip(places, workers, strict=True):
            if worker.stdout.readline() != "ready\n":
                raise RuntimeError(f"{place} did not start: see above")
        seconds = [[] for _ in workers]
        for i in range(rounds):
            for j in range(len(workers)):
                k = (i + j) % len(workers)  # nobody always comes behind the same one
                workers[k].stdin.write("\n")
                workers[k].stdin.flush()
                seconds[k].append(float(workers[k].stdout.readline()))
        return seconds


def _worker(place, name, batch, dtype, threads):
    limits = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), str(threads))
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.worker", place, name, str(batch), dtype],
        cwd=ROOT, env={**os.environ, **limits}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
