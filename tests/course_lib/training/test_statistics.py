"""Statistics per layer are those of the activations and gradients that a student would print."""

from itertools import pairwise

import numpy as np
import pytest

from course_lib.initializers import constant
from course_lib.layers import Dense, ReLU, Sequential, Sigmoid
from course_lib.losses import SquaredError
from course_lib.training import layer_statistics


@pytest.fixture
def rng():
    return np.random.default_rng(1)


def test_they_are_those_worked_out_by_hand(rng):
    x, t = rng.standard_normal((6, 3)), rng.standard_normal((6, 2))
    first, second = Dense(3, 4, rng=rng).astype(np.float64), Dense(4, 2, rng=rng).astype(np.float64)
    first.params["b"][:] = [0, 0, 0, -100]  # one dead unit
    z = x @ first.params["W"] + first.params["b"]
    a = np.maximum(z, 0)
    y = a @ second.params["W"] + second.params["b"]
    dy = 2 * (y - t) / 6
    da = dy @ second.params["W"].T
    dz = da * (z > 0)
    dense, relu, out = layer_statistics(Sequential(first, ReLU(), second), x, SquaredError(), t)
    assert (dense.name, dense.layer, relu.name, out.name) == ("0", "Dense(3, 4)", "1", "2")
    assert (relu.mean, relu.std) == pytest.approx((a.mean(), a.std()))
    assert relu.zeros == pytest.approx(np.mean(a == 0))
    assert relu.dead == pytest.approx(np.mean((a == 0).all(axis=0)))
    assert relu.dead >= 0.25
    assert [s.error for s in (dense, relu, out)] == pytest.approx([np.sqrt(np.mean(e**2)) for e in (dz, da, dy)])
    assert dense.grad == pytest.approx(np.sqrt(np.sum((x.T @ dz) ** 2) + np.sum(dz.sum(axis=0) ** 2)))
    assert relu.grad == 0


def test_the_network_and_its_loss_stay_as_they_are(rng):
    network, loss = Sequential(Dense(3, 4, rng=rng), ReLU()), SquaredError()
    before = {name: a.copy() for name, a in network.layers[0].grads.items()}
    layer_statistics(network, rng.standard_normal((5, 3)), loss, np.zeros((5, 4)))
    np.testing.assert_equal(network.layers[0].grads, before)
    for used in (network, loss):
        with pytest.raises(RuntimeError):
            used.recall() if used is loss else network.backward(np.zeros((5, 4)))


def test_errors_vanish_through_sigmoids(rng):
    layers = [layer for _ in range(6) for layer in (Dense(20, 20, rng=rng), Sigmoid())]
    x = rng.standard_normal((30, 20))
    found = layer_statistics(Sequential(*layers), x, SquaredError(), np.zeros((30, 20)))
    errors = [s.error for s in found if s.layer == "Sigmoid()"]
    assert all(earlier < 0.5 * later for earlier, later in pairwise(errors))


def test_nested_networks_keep_their_paths(rng):
    network = Sequential(Sequential(Dense(2, 3, rng=rng), ReLU()), Dense(3, 1, rng=rng))
    names = [s.name for s in layer_statistics(network, np.ones((2, 2)), SquaredError(), np.ones((2, 1)))]
    assert names == ["0.0", "0.1", "1"]


def test_one_example_and_constant_weights_are_no_trouble(rng):
    network = Sequential(Dense(2, 3, rng=rng, init=constant))
    (s,) = layer_statistics(network, np.zeros((1, 2)), SquaredError(), np.zeros((1, 3)))
    assert (s.mean, s.std, s.zeros, s.dead, s.error, s.grad) == (0, 0, 1, 1, 0, 0)


def test_an_empty_batch_is_refused(rng):
    with pytest.raises(ValueError, match=r"x: wanted at least one example, got shape \(0, 2\)"):
        layer_statistics(Dense(2, 3, rng=rng), np.zeros((0, 2)), SquaredError(), np.zeros((0, 3)))
