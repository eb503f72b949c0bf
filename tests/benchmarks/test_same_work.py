"""The implementations that are compared do the same work: the same losses, step by step, and the products that a step needs."""

import pytest

from benchmarks import course_numpy, digits_epoch, gemm, ours
from benchmarks.workloads import WORKLOADS, Workload

NORMED = Workload((("dense", 6, 5), ("norm", 5), ("relu",), ("dense", 5, 3)), (6,), 3)


def losses(module, name, dtype, steps=8):
    step = module.make(name, 16, dtype)
    return [step() for _ in range(steps)]


@pytest.fixture(params=["S", "AE", "RNN", "CNN", "normed"])
def name(request, monkeypatch):
    monkeypatch.setitem(WORKLOADS, "normed", NORMED)
    return request.param


@pytest.mark.parametrize(("dtype", "rtol"), [("float32", 1e-4), ("float64", 1e-9)])
def test_course_numpy_trains_the_same(name, dtype, rtol):
    found = losses(ours, name, dtype)
    assert found[-1] < found[0]
    assert found == pytest.approx(losses(course_numpy, name, dtype), rel=rtol)


@pytest.fixture
def torch_eager():
    pytest.importorskip("torch").set_num_threads(1)
    from benchmarks import torch_eager

    return torch_eager


@pytest.mark.parametrize(("dtype", "rtol"), [("float32", 1e-4), ("float64", 1e-9)])
def test_pytorch_trains_the_same(torch_eager, name, dtype, rtol):
    assert losses(ours, name, dtype) == pytest.approx(losses(torch_eager, name, dtype), rel=rtol)


def test_the_fused_adam_is_the_same_one(torch_eager):
    fused = torch_eager.fused("S", 16, "float32")
    assert losses(ours, "S", "float32") == pytest.approx([fused() for _ in range(8)], rel=1e-4)


@pytest.mark.parametrize("extras", ["S+", "M+"])
def test_extras_are_batch_norm_before_each_relu_and_dropout_behind(extras):
    kinds = [kind for kind, *_ in WORKLOADS[extras].layers]
    assert kinds == ["dense", "norm", "relu", "dropout"] * 2 + ["dense"]


@pytest.mark.parametrize(
    ("name", "multiplications"),
    [
        # forward, dL/dW, and dL/dx for all but the first
        ("S", 2 * 64 * 128 + 3 * 128 * 64 + 3 * 64 * 10),
        ("AE", 2 * 64 * 32 + 3 * 32 * 8 + 3 * 8 * 32 + 3 * 32 * 64),
        ("RNN", 50 * (2 * 16 * 64 + 3 * 64 * 64) + 3 * 64 * 10),
        ("CNN", 2 * 9 * 16 * 784 + 3 * 9 * 16 * 32 * 196 + 3 * 1568 * 10),
    ],
)
def test_bare_products_are_those_of_a_step(name, multiplications):
    found = gemm.products(WORKLOADS[name], 7, "float32")
    assert sum(a.size * b.shape[1] for a, b, _ in found) == 7 * multiplications
    assert all(out.shape == (len(a), b.shape[1]) and out.dtype == a.dtype == b.dtype for a, b, out in found)


def test_both_learn_the_digits(monkeypatch):
    monkeypatch.setattr(digits_epoch, "EPOCHS", 6)
    for make in (digits_epoch.ours, digits_epoch.scikit_learn):
        assert make("digits", 32, "float32")() < 0.2
