"""The dense layer against its own equation, written with loops."""

import numpy as np
import pytest

from course_lib.initializers import constant, he_normal, zeros
from course_lib.layers import Dense


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def test_it_is_the_sum_over_the_inputs_plus_the_bias(rng):
    dense = Dense(4, 3, rng=rng).astype(np.float64)
    dense.params["b"][...] = rng.normal(size=3)
    x, dy = rng.normal(size=(2, 4)), rng.normal(size=(2, 3))
    W, b = dense.params["W"], dense.params["b"]
    y, dx = dense.forward(x, training=True), dense.backward(dy)
    for n in range(2):
        for j in range(3):
            assert y[n, j] == pytest.approx(b[j] + sum(x[n, i] * W[i, j] for i in range(4)))
        for i in range(4):
            assert dx[n, i] == pytest.approx(sum(dy[n, j] * W[i, j] for j in range(3)))
    for j in range(3):
        assert dense.grads["b"][j] == pytest.approx(sum(dy[n, j] for n in range(2)))
        for i in range(4):
            assert dense.grads["W"][i, j] == pytest.approx(sum(x[n, i] * dy[n, j] for n in range(2)))


def test_the_bias_is_the_weight_of_an_input_that_is_always_one(rng):
    """C2: w_0j is the weight of a fixed +1."""
    dense, wider = Dense(4, 3, rng=rng), Dense(5, 3, rng=rng)
    dense.params["b"][...] = rng.normal(size=3)
    wider.params["W"][...] = np.concatenate([dense.params["b"][None], dense.params["W"]])
    x = rng.normal(size=(6, 4))
    np.testing.assert_allclose(wider.forward(np.insert(x, 0, 1, axis=1)), dense.forward(x), rtol=1e-5)


def test_init_decides_weights_and_dtype(rng):
    assert np.all(Dense(4, 3, rng=rng, init=zeros).params["W"] == 0)
    assert np.all(Dense(4, 3, rng=rng).params["b"] == 0)
    double = Dense(4, 3, rng=rng, init=lambda rng, shape: he_normal(rng, shape, np.float64))
    assert double.params["b"].dtype == double.forward(np.ones((2, 4), np.float32)).dtype == np.float64


def test_units_that_start_equal_stay_equal(rng):
    """U11: symmetry must break."""
    dense = Dense(4, 3, rng=rng, init=constant)
    top = Dense(3, 1, rng=rng, init=constant)
    x = rng.normal(size=(8, 4))
    for _ in range(5):
        y = top.forward(dense.forward(x, training=True), training=True)
        dense.backward(top.backward(y - 1))
        for layer in (dense, top):
            for name, p in layer.params.items():
                p -= 0.1 * layer.grads[name]
    W = dense.params["W"]
    np.testing.assert_allclose(W, W[:, :1] @ np.ones((1, 3)), rtol=1e-6)
    assert np.ptp(W[:, 0]) > 1e-3  # it did learn


@pytest.mark.parametrize(
    ("sizes", "error", "message"),
    [
        ((0, 3), ValueError, "n_in: wanted at least 1, got 0"),
        ((3, -1), ValueError, "n_out: wanted at least 1, got -1"),
        ((3.0, 2), TypeError, r"n_in: wanted a whole number, got 3\.0"),
        ((3, "2"), TypeError, "n_out: wanted a whole number, got '2'"),
    ],
)
def test_sizes_are_checked(sizes, error, message, rng):
    with pytest.raises(error, match=message):
        Dense(*sizes, rng=rng, init=zeros)


def test_rng_must_be_given_by_name(rng):
    with pytest.raises(TypeError):
        Dense(3, 2)
    with pytest.raises(TypeError):
        Dense(3, 2, rng)
    with pytest.raises(TypeError, match="rng: wanted a numpy Generator"):
        Dense(3, 2, rng=0)


@pytest.mark.parametrize("shape", [(4,), (2, 3), (2, 3, 4), ()])
def test_another_shape_of_x_is_refused(shape, rng):
    with pytest.raises(ValueError, match=r"Dense\(4, 3\): x: wanted shape \(N, 4\), got"):
        Dense(4, 3, rng=rng).forward(np.ones(shape))


def test_a_batch_of_gradients_of_another_size_is_refused(rng):
    dense = Dense(4, 3, rng=rng)
    for shape in ((5, 3), (6, 4), (3,)):
        dense.forward(np.ones((6, 4)), training=True)
        with pytest.raises(ValueError, match=r"Dense\(4, 3\): dy: wanted shape \(6, 3\), got"):
            dense.backward(np.ones(shape))
