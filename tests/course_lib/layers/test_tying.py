"""One matrix in two layers."""

import numpy as np
import pytest

from course_lib.layers import Dense, Sequential, SharedDense, Tanh, TiedDense, pack


@pytest.fixture
def rng():
    return np.random.default_rng(1)


def autoencoder(rng):
    encoder = SharedDense(5, 3, rng=rng)
    return Sequential(encoder, Tanh(), TiedDense(encoder)).astype(np.float64)


def test_the_gradient_is_the_sum_of_both_uses(rng):
    """Against two dense layers of their own, with W and W^T."""
    tied = autoencoder(rng)
    encoder, _, decoder = tied.layers
    free = Sequential(Dense(5, 3, rng=rng), Tanh(), Dense(3, 5, rng=rng)).astype(np.float64)
    first, _, second = free.layers
    first.params["W"][...], second.params["W"][...] = encoder.params["W"], encoder.params["W"].T
    x, dy = rng.normal(size=(7, 5)), rng.normal(size=(7, 5))
    np.testing.assert_allclose(tied.forward(x, training=True), free.forward(x, training=True), rtol=1e-12)
    np.testing.assert_allclose(tied.backward(dy), free.backward(dy), rtol=1e-12)
    np.testing.assert_allclose(encoder.grads["W"], first.grads["W"] + second.grads["W"].T, rtol=1e-12)
    np.testing.assert_allclose(decoder.grads["b"], second.grads["b"], rtol=1e-12)


def test_pack_counts_the_matrix_once_and_one_step_moves_both_uses(rng):
    network = autoencoder(rng)
    encoder, _, decoder = network.layers
    theta, grad = pack(network)
    assert theta.size == 5 * 3 + 3 + 5
    network.forward(np.ones((2, 5)), training=True)
    network.backward(np.ones((2, 5)))
    theta -= 0.1 * grad
    h = np.eye(3)
    np.testing.assert_allclose(decoder.forward(h) - decoder.params["b"], encoder.params["W"].T, rtol=1e-12)


def test_a_step_that_broke_off_leaves_nothing_behind(rng):
    network = autoencoder(rng)
    x, dy = rng.normal(size=(7, 5)), rng.normal(size=(7, 5))
    network.forward(x, training=True)
    network.backward(dy)
    expected = network.layers[0].grads["W"].copy()
    network.forward(x, training=True)
    network.layers[2].backward(dy)  # and no further
    network.forward(x, training=True)
    network.backward(dy)
    np.testing.assert_array_equal(network.layers[0].grads["W"], expected)


def test_only_a_shared_layer_can_be_tied_to(rng):
    with pytest.raises(TypeError, match="shared: wanted a SharedDense, got Dense"):
        TiedDense(Dense(5, 3, rng=rng))
    tied = TiedDense(SharedDense(5, 3, rng=rng))
    assert repr(tied) == "TiedDense(SharedDense(5, 3))"
    with pytest.raises(ValueError, match=r"x: wanted shape \(N, 3\), got \(2, 5\)"):
        tied.forward(np.ones((2, 5)))
