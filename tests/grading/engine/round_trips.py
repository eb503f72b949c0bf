"""How long the judge waits for the child: median seconds of single round trips to a real second process.

python tests/grading/engine/round_trips.py
"""

import statistics
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[3]))
from grading.engine.child import Child
from grading.engine.wire import Channel
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


def _median(work, repeats: int) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


if __name__ == "__main__":
    for what, seconds in measure().items():
        print(f"{what:28} {1e3 * seconds:8.3f} ms")
