"""Several losses at once."""

import numpy as np
import pytest

from course_lib.layers import Dense, MultiHead, Sequential, Tanh
from course_lib.losses import Hinge, MultiTask, SigmoidCrossEntropy, SoftmaxCrossEntropy, SquaredError


@pytest.fixture
def rng():
    return np.random.default_rng(16)


@pytest.fixture
def tasks(rng):
    pred = rng.normal(size=(6, 2)), rng.normal(size=(6, 4)), rng.normal(size=(6, 3))
    return pred, (rng.normal(size=(6, 2)), rng.integers(0, 4, 6), rng.integers(0, 2, (6, 3)))


def test_it_is_the_weighted_sum(tasks):
    pred, target = tasks
    losses, weights = (SquaredError(), SoftmaxCrossEntropy(), SigmoidCrossEntropy()), (0.5, 2, 0)
    together = MultiTask(losses, weights)
    value, gradients = together.forward(pred, target), together.backward()
    alone = [loss.forward(p, t) for loss, p, t in zip(losses, pred, target, strict=True)]
    assert type(value) is float
    assert together.parts == tuple(alone)
    assert value == pytest.approx(sum(w * a for w, a in zip(weights, alone, strict=True)))
    for w, loss, gradient in zip(weights, losses, gradients, strict=True):
        np.testing.assert_array_equal(gradient, w * loss.backward())


def test_without_weights_all_count_as_one(tasks):
    pred, target = tasks
    loss = MultiTask([SquaredError(), SoftmaxCrossEntropy(), SigmoidCrossEntropy()])
    assert loss.forward(pred, target) == pytest.approx(sum(loss.parts))


def test_through_a_shared_trunk_the_gradients_of_the_tasks_add_up(rng):
    """W16, by central differences of the weights that both tasks share."""
    shared = Dense(3, 5, rng=rng)
    network = MultiHead(Sequential(shared, Tanh()), Dense(5, 2, rng=rng), Dense(5, 4, rng=rng)).astype(np.float64)
    shared = network.layers[0].layers[0]
    x, target = rng.normal(size=(6, 3)), (rng.normal(size=(6, 2)), rng.integers(0, 4, 6))
    loss, W = MultiTask([SquaredError(), SoftmaxCrossEntropy()], [0.3, 2]), shared.params["W"]

    def value():
        return loss.forward(network.forward(x), target)

    loss.forward(network.forward(x, training=True), target)
    network.backward(loss.backward())
    for i in ((0, 0), (2, 3)):
        up, down, before = 0.0, 0.0, W[i]
        W[i] = before + 1e-6
        up = value()
        W[i] = before - 1e-6
        down = value()
        W[i] = before
        assert shared.grads["W"][i] == pytest.approx((up - down) / 2e-6, rel=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_stay(dtype, tasks):
    pred, target = tasks
    loss = MultiTask([SquaredError(), SoftmaxCrossEntropy(), SigmoidCrossEntropy()], np.array([0.5, 2, 1]))
    loss.forward(tuple(p.astype(dtype) for p in pred), target)
    assert {g.dtype for g in loss.backward()} == {np.dtype(dtype)}


def test_backward_needs_forward_every_time(tasks):
    loss = MultiTask([SquaredError()])
    with pytest.raises(RuntimeError, match="MultiTask"):
        loss.backward()
    loss.forward([tasks[0][0]], [tasks[1][0]])
    loss.backward()
    with pytest.raises(RuntimeError, match="MultiTask"):
        loss.backward()


def test_errors_say_what_is_missing(tasks):
    pred, target = tasks
    same = SquaredError()
    for make, message in (
        (lambda: MultiTask([]), "losses: wanted at least one, got none"),
        (
            lambda: MultiTask([same, Hinge(), same]),
            "wanted an object of its own for every task, got the same SquaredError",
        ),
        (lambda: MultiTask([same], [1, 2]), r"weights: wanted 1 numbers of at least 0, got \(1.0, 2.0\)"),
        (lambda: MultiTask([same], [-1]), "weights: wanted 1 numbers of at least 0"),
        (lambda: MultiTask([same], [np.nan]), "weights: wanted 1 numbers of at least 0"),
        (lambda: MultiTask([same]).forward(pred, target), "pred: wanted one array for each of 1 tasks, got 3"),
        (lambda: MultiTask([same]).forward(pred[:1], target), "target: wanted one array for each of 1 tasks, got 3"),
        (lambda: MultiTask([same]).forward(pred[:1], [target[1]]), r"target: wanted shape \(6, 2\), got \(6,\)"),
    ):
        with pytest.raises(ValueError, match=message):
            make()
    with pytest.raises(TypeError, match="got 'mse' at position 1"):
        MultiTask([same, "mse"])
    with pytest.raises(TypeError, match="pred: wanted a tuple with one array for each of 1 tasks, got ndarray"):
        MultiTask([same]).forward(pred[0], target[0])
    assert repr(MultiTask([SquaredError(), Hinge()], [0.5, 1])) == "MultiTask(0.5 SquaredError('mean'), 1 Hinge())"
