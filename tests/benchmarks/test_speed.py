"""The targets, held in CI at batch 128, in float32, on one thread.

A ratio of interleaved processes is steady, but a busy machine is not: three tries, and SLACK, the spread that the same code shows
from one hour to the next on a shared machine with two cores. A target that is not reached yet stands in MISSED with the worst
that was measured instead: it must not get worse. The targets themselves stand in benchmarks/targets.py.
"""

import pytest

from benchmarks import digits_epoch, imports
from benchmarks.blas import blas
from benchmarks.harness import OURS, PEERS, ratio, times
from benchmarks.targets import DIGITS, IMPORT, target

pytestmark = pytest.mark.benchmark
TRIES, SLACK = 3, 1.15
MISSED = {("GEMM", "S"): 2.3, ("GEMM", "AE"): 3.7, ("scikit-learn", "digits"): 0.45}


@pytest.fixture(scope="module")
def kernels():
    return blas()


def hold(measure, wanted):
    """measure() -> {what: ratio}, tried until none is above its bound."""
    bounds = {what: SLACK * max(ratio, MISSED.get(what, 0)) for what, ratio in wanted.items()}
    for _ in range(TRIES):
        found = measure()
        if all(found[what] <= bounds[what] for what in bounds):
            return
    pytest.fail(f"found {found}, wanted at most {bounds}")


@pytest.mark.parametrize("name", ["S", "AE", "M", "RNN", "CNN"])
def test_one_training_step(name, kernels):
    pytest.importorskip("torch")
    wanted = {(peer, name): found for peer in PEERS if (found := target(peer, name, kernels))}

    def measure():
        ours, *others = times([OURS, *(PEERS[peer] for peer, _ in wanted)], name, rounds=5)
        return {what: ratio(ours, other).median for what, other in zip(wanted, others, strict=True)}

    hold(measure, wanted)


def test_an_epoch_of_the_digits():
    what = "scikit-learn", "digits"
    hold(lambda: {what: ratio(*digits_epoch.compare(rounds=3)).median}, {what: DIGITS})


def test_import():
    assert min(imports.above_numpy(rounds=5)[0] for _ in range(TRIES)) <= IMPORT
