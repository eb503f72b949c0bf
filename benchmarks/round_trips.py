"""How long the judge waits for the child: median of single round trips to a real second process, and what a whole test cell takes.

python -m benchmarks.round_trips
"""

import statistics
import time

import numpy as np

from grading.engine.child import Child
from grading.engine.runner import run
from grading.engine.wire import Channel
from tests.grading.engine.notebooks import answer, exam, notebook
from tests.grading.engine.student import student

TEXT = """
import numpy as np

class Account:
    balance = 3

def relu(x):
    return np.maximum(x, 0)

def dense(x, W, b):
    return x @ W + b

account = Account()
"""


def measure(repeats: int = 1000) -> dict[str, float]:
    """Median seconds of a call with a number, with a (64, 784) array, an apply with three small arrays, an attribute."""
    rng = np.random.default_rng(0)
    large, small = rng.normal(size=(64, 784)), [rng.normal(size=shape) for shape in ((5, 4), (4, 3), (3,))]
    with student(TEXT) as (sock, _):
        child = Child(Channel(sock))
        relu, dense, account = (child.fetch([name])[name] for name in ("relu", "dense", "account"))
        return {
            "call, number": _median(lambda: relu(1.0), repeats),
            "call, (64, 784) float64": _median(lambda: relu(large), repeats // 5),
            "call, three small arrays": _median(lambda: dense(*small), repeats),
            "apply, three small arrays": _median(
                lambda: dense.__apply__("tests.grading.engine.student:work", *small), repeats
            ),
            "attribute": _median(lambda: account.balance, repeats),
        }


def test_cell(count: int = 40) -> float:
    """Seconds that each test cell adds to a notebook, by way of two kernels and the wire."""
    double = answer("def double(x):\n    return 2 * x", "double")

    def seconds(tests: int) -> float:
        work = notebook(double, *(exam("assert double(3) == 6", f"test-{number}") for number in range(tests)))
        start = time.perf_counter()
        run(work, work)
        return time.perf_counter() - start

    seconds(1)  # warm
    return (min(seconds(count) for _ in range(3)) - min(seconds(0) for _ in range(3))) / count


def _median(work, repeats: int) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


if __name__ == "__main__":
    for what, seconds in {**measure(), "test cell, one call": test_cell()}.items():
        print(f"{what:28} {1e3 * seconds:8.3f} ms")
