"""Every loss that PyTorch has too, value and gradient, in float64 and in float32."""

import numpy as np
import pytest

from course_lib.losses import (
    BinaryCrossEntropy,
    GaussianKL,
    GaussianNLL,
    HeteroscedasticNLL,
    Hinge,
    Huber,
    MixtureDensityNLL,
    MultiTask,
    SigmoidCrossEntropy,
    SoftmaxCrossEntropy,
    SquaredError,
    smooth_labels,
)
from tests.oracles import expected

LOSSES = {
    "squared_error": SquaredError(),
    "huber": Huber(0.7),
    "gaussian": GaussianNLL(0.7),
    "heteroscedastic": HeteroscedasticNLL(),
    "mixture": MixtureDensityNLL(3),
    "hinge": Hinge(),
    "binary_cross_entropy": BinaryCrossEntropy(),
    "sigmoid_cross_entropy": SigmoidCrossEntropy(),
    "softmax_cross_entropy": SoftmaxCrossEntropy(),
    "soft_targets": SoftmaxCrossEntropy(),
}


def assert_same(value, gradient, torch, tolerance):
    np.testing.assert_allclose(value, torch["value"], rtol=tolerance)
    np.testing.assert_allclose(gradient, torch["dpred"], rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 1e-5)])
def test_value_and_gradient(name, dtype, tolerance):
    torch, loss = expected(f"losses.{name}"), LOSSES[name]
    value = loss.forward(torch["pred"].astype(dtype), torch["target"])
    assert_same(value, loss.backward(), torch, tolerance)


def test_the_kl_of_a_code():
    torch, loss = expected("losses.kl"), GaussianKL()
    assert_same(loss.forward(torch["pred"]), loss.backward(), torch, 1e-10)


def test_label_smoothing():
    torch, loss = expected("losses.label_smoothing"), SoftmaxCrossEntropy()
    target = smooth_labels(torch["target"], 4, 0.15, np.float64)
    assert_same(loss.forward(torch["pred"], target), loss.backward(), torch, 1e-10)


def test_two_tasks():
    torch, loss = expected("losses.multitask"), MultiTask([SquaredError(), SoftmaxCrossEntropy()], [0.3, 2])
    value = loss.forward((torch["pred"][:, :2], torch["pred"][:, 2:]), (torch["target"], torch["labels"]))
    assert_same(value, np.concatenate(loss.backward(), axis=1), torch, 1e-10)
