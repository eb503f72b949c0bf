"""The targets, held in CI at batch 128, in float32, on one thread.

A ratio of interleaved processes is steady, but a busy machine is not: three tries, and SLACK, the spread that the same code shows
from one hour to the next on a shared machine with two cores. A target that is not reached yet stands in MISSED with the worst
that was measured instead: it must not get worse. The targets themselves stand in benchmarks/targets.py. A try in which PyTorch itself
takes far longer than usual beside the bare products says nothing about us; where no try says anything, the test is left out, with that reason.
"""

import pytest

from benchmarks import digits_epoch, imports
from benchmarks.blas import blas
from benchmarks.harness import OURS, PEERS, ratio, times
from benchmarks.targets import DIGITS, IMPORT, PYTORCH_OVER_GEMM, regime, target

pytestmark = pytest.mark.benchmark
TRIES, SLACK, CALM = 3, 1.15, 1.25
MISSED = {("GEMM", "S"): 2.3, ("GEMM", "AE"): 3.7, ("scikit-learn", "digits"): 0.45}


@pytest.fixture(scope="module")
def kernels():
    return blas()


def hold(measure, wanted, unlike=lambda found: ""):
    """measure() -> {what: ratio}, tried until none is above its bound.    unlike(found): why this try says nothing"""
    bounds = {what: SLACK * max(ratio, MISSED.get(what, 0)) for what, ratio in wanted.items()}
    tries = []
    for _ in range(TRIES):
        found = measure()
        if all(found[what] <= bounds[what] for what in bounds):
            return
        tries.append((found, unlike(found)))
    if all(reason for _, reason in tries):
        pytest.skip(tries[-1][1])
    pytest.fail(f"found {[found for found, reason in tries if not reason]}, wanted at most {bounds}")


@pytest.mark.parametrize("name", ["S", "AE", "M", "RNN", "CNN"])
def test_one_training_step(name, kernels):
    pytest.importorskip("torch")
    wanted = {(peer, name): found for peer in PEERS if (found := target(peer, name, kernels))}

    def measure():
        ours, *others = times([OURS, *(PEERS[peer] for peer, _ in wanted)], name, rounds=5)
        return {what: ratio(ours, other).median for what, other in zip(wanted, others, strict=True)}

    def unlike(found):
        if ("PyTorch", name) not in found:
            return ""
        of_pytorch, usual = found["GEMM", name] / found["PyTorch", name], PYTORCH_OVER_GEMM[regime(kernels)][name]
        return (
            ""
            if of_pytorch <= CALM * usual
            else f"PyTorch takes {of_pytorch:.1f} times the bare products here, {usual} usually"
        )

    hold(measure, wanted, unlike)


def test_an_epoch_of_the_digits():
    what = "scikit-learn", "digits"
    hold(lambda: {what: ratio(*digits_epoch.compare(rounds=3)).median}, {what: DIGITS})


def test_a_slow_machine_is_no_excuse_where_it_is_none():
    """What hold() makes of tries: right, wrong, wrong beside a machine that is out of joint."""
    bound = {"step": 1.0}
    hold(lambda: {"step": 1.1}, bound)
    with pytest.raises(pytest.fail.Exception, match="wanted at most"):
        hold(lambda: {"step": 1.2}, bound)
    with pytest.raises(pytest.skip.Exception, match="out of joint"):
        hold(lambda: {"step": 1.2}, bound, lambda found: "out of joint")
    tries = iter(["out of joint", "", "out of joint"])
    with pytest.raises(pytest.fail.Exception, match="wanted at most"):
        hold(lambda: {"step": 1.2}, bound, lambda found: next(tries))


def test_import():
    assert min(imports.above_numpy(rounds=5)[0] for _ in range(TRIES)) <= IMPORT
