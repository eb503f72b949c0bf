"""Parameters and their places in the packed vectors, by name."""

import numpy as np
import pytest

from course_lib.layers import (
    BatchNorm1d,
    Conv2d,
    Dense,
    Flatten,
    MultiHead,
    Residual,
    Sequential,
    SharedDense,
    Tanh,
    TiedDense,
    pack,
    parameter_slices,
    parameters,
)
from course_lib.optim import SGD, Adam


@pytest.fixture
def rng():
    return np.random.default_rng(17)


def networks(rng):
    shared = SharedDense(4, 3, rng=rng)
    return [
        Sequential(
            Dense(4, 6, rng=rng), Tanh(), Sequential(Dense(6, 5, rng=rng), BatchNorm1d(5)), Dense(5, 3, rng=rng)
        ),
        MultiHead(Residual(Dense(4, 4, rng=rng)), Dense(4, 2, rng=rng), Dense(4, 1, rng=rng)),
        Sequential(Conv2d(1, 2, 3, rng=rng), Flatten(), Dense(8, 2, rng=rng)),
        Sequential(shared, Tanh(), TiedDense(shared)),
        Dense(3, 2, rng=rng),
    ]


@pytest.mark.parametrize("i", range(5))
@pytest.mark.parametrize("packed", [False, True])
def test_every_slice_holds_its_parameter_and_its_gradient(i, packed, rng):
    network = networks(rng)[i]
    if packed:
        pack(network)
    where, (theta, grad) = parameter_slices(network), pack(network)
    assert list(where) == list(parameters(network))
    for name, p in parameters(network).items():
        np.testing.assert_array_equal(theta[where[name]], p.ravel())
        assert np.shares_memory(theta[where[name]], p)
    for path, layer in network.walk():
        for name, g in layer.grads.items():
            assert np.shares_memory(grad[where[path + name]], g)
    counted = np.zeros(theta.size, int)
    for part in where.values():
        counted[part] += 1
    assert np.all(counted == 1)


def test_parameters_are_the_arrays_themselves(rng):
    network = networks(rng)[0]
    assert set(parameters(network)) < set(network.snapshot())  # without states
    parameters(network)["0.W"][...] = 7.0
    assert np.all(network.layers[0].params["W"] == 7)


def test_u18_a_larger_step_for_the_biases(rng):
    network = networks(rng)[0]
    theta, before = pack(network)[0], network.snapshot()
    groups = [(part, 2.0) for name, part in parameter_slices(network).items() if name.endswith(".b")]
    assert len(groups) == 3
    SGD(0.1, groups=groups).step(theta, np.ones_like(theta))
    for name, p in parameters(network).items():
        np.testing.assert_allclose(before[name] - p, 0.2 if name.endswith(".b") else 0.1, rtol=1e-5)


def test_i17_freeze_and_slow_down(rng):
    network = networks(rng)[0]
    theta, before = pack(network)[0], network.snapshot()
    where = parameter_slices(network)
    rates = {"0.": 0.0, "2.": 0.1}
    optimizer = Adam(0.1, groups=[(part, rates[n[:2]]) for n, part in where.items() if n[:2] in rates])
    optimizer.step(theta, np.ones_like(theta))
    for name, p in parameters(network).items():
        expected = {"0.": 0, "2.": 0.01, "3.": 0.1}[name[:2]]
        np.testing.assert_allclose(before[name] - p, expected, rtol=1e-4)
