"""Activations against SciPy, and at the ends of the scale without a warning (warnings are errors here)."""

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_lib.layers import (
    ELU,
    Identity,
    LeakyReLU,
    ReLU,
    Sigmoid,
    Softplus,
    Tanh,
    elu,
    leaky_relu,
    relu,
    sigmoid,
    softplus,
    tanh,
)

wide = hnp.arrays(np.float64, st.integers(0, 20), elements=st.floats(-1000, 1000))
ENDS = [-1000.0, -800.0, -100.0, -88.0, -20.0, -1e-20, -0.0, 0.0, 1e-20, 20.0, 88.0, 100.0, 800.0, 1000.0]


@given(wide)
def test_sigmoid_is_scipys_in_both_tails(x):
    np.testing.assert_allclose(sigmoid(x), scipy.special.expit(x), rtol=1e-14, atol=1e-300)


@given(wide)
def test_softplus_is_scipys(x):
    np.testing.assert_allclose(softplus(x), -scipy.special.log_expit(-x), rtol=1e-14, atol=1e-300)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_exact_at_the_ends_of_the_scale(dtype):
    x = np.array(ENDS, dtype)
    tiny = np.finfo(dtype).tiny
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        for f, expected in (
            (sigmoid, scipy.special.expit(x.astype(np.float64))),
            (softplus, -scipy.special.log_expit(-x.astype(np.float64))),
            (relu, np.where(x > 0, x, 0)),
            (leaky_relu, np.where(x > 0, x, 0.001 * x.astype(np.float64))),
            (elu, np.where(x > 0, x, np.expm1(np.minimum(x, 0).astype(np.float64)))),
            (tanh, np.tanh(x.astype(np.float64))),
        ):
            y = f(x)
            assert y.dtype == dtype
            np.testing.assert_allclose(y, expected, rtol=4 * np.finfo(dtype).eps, atol=tiny)
    assert sigmoid(x)[0] == (0 if dtype == np.float32 else np.exp(-1000.0))
    assert sigmoid(x)[-1] == 1
    assert softplus(x)[-1] == 1000


@pytest.mark.parametrize("f", [sigmoid, tanh, relu, leaky_relu, softplus, elu])
def test_infinities_nan_numbers_and_lists(f):
    assert f(np.inf) == (1 if f in (sigmoid, tanh) else np.inf)
    assert f(-np.inf) == {leaky_relu: -np.inf, tanh: -1, elu: -1}.get(f, 0)
    assert np.isnan(f(np.nan))
    assert f([1, 2]).shape == (2,)
    assert np.ndim(f(3)) == 0


@pytest.mark.parametrize("layer", [Sigmoid(), Tanh(), ReLU(), LeakyReLU(), Softplus(), ELU()], ids=repr)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_derivatives_at_the_ends_of_the_scale(layer, dtype):
    x = np.array([ENDS], dtype)
    z = x.astype(np.float64)
    expected = {
        "Sigmoid": scipy.special.expit(z) * scipy.special.expit(-z),
        "Tanh": 1 - np.tanh(z) ** 2,
        "ReLU": z > 0,
        "LeakyReLU": np.where(z > 0, 1, 0.001),
        "Softplus": scipy.special.expit(z),
        "ELU": np.exp(np.minimum(z, 0)),
    }[type(layer).__name__]
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        y = layer.forward(x, training=True)
        dx = layer.backward(np.ones_like(y))
    np.testing.assert_allclose(dx, expected, rtol=1e-5, atol=4 * np.finfo(dtype).eps)


def test_the_derivative_of_softplus_is_the_sigmoid_to_all_digits():
    softplus, x = Softplus(), np.array([[-700.0, -100.0, -30.0, 0.0, 30.0]])
    y = softplus.forward(x, training=True)
    np.testing.assert_allclose(softplus.backward(np.ones_like(y)), scipy.special.expit(x), rtol=1e-14)


def test_the_identity_hands_out_a_copy():
    x = np.ones((2, 3))
    Identity().forward(x)[...] = 0.0
    assert np.all(x == 1)


def test_relu_has_slope_0_at_0():
    """C4: no derivative exists at 0; everybody takes 0."""
    relu = ReLU()
    relu.forward(np.zeros((1, 2)), training=True)
    np.testing.assert_array_equal(relu.backward(np.ones((1, 2))), 0)


@given(wide)
def test_tanh_is_a_stretched_sigmoid(x):
    """E5: tanh = (e^2z - 1) / (e^2z + 1) = 2 sigmoid(2z) - 1; I15's has the other sign."""
    np.testing.assert_allclose(Tanh().forward(x), 2 * sigmoid(2 * x) - 1, atol=1e-15)
    z = x[np.abs(x) < 300]
    np.testing.assert_allclose(Tanh().forward(z), (np.exp(2 * z) - 1) / (np.exp(2 * z) + 1), atol=1e-15)


@given(wide)
def test_activations_never_fall(x):
    """E18: their derivatives are never negative."""
    for f in (sigmoid, tanh, relu, leaky_relu, softplus, elu):
        assert np.all(np.diff(f(np.sort(x))) >= 0)


@pytest.mark.parametrize("slope", [-0.1, 1.1, np.nan])
def test_leaky_relu_wants_a_slope_between_0_and_1(slope):
    with pytest.raises(ValueError, match="slope: wanted a number from 0 to 1, got"):
        LeakyReLU(slope)


@pytest.mark.parametrize("x", [-np.inf, -1.0, 0.0, 1.0, np.inf])
def test_leaky_relu_without_a_slope_is_relu_to_infinity(x):
    layer, x = LeakyReLU(0), np.array([[x]])
    np.testing.assert_array_equal(leaky_relu(x, 0), relu(x))
    np.testing.assert_array_equal(layer.forward(x, training=True), relu(x))
    np.testing.assert_array_equal(layer.backward(np.ones_like(x)), x > 0)


def test_leaky_relu_ends_in_relu_and_in_the_identity():
    x = np.array([[-2.0, -1.0, 0.0, 3.0]])
    np.testing.assert_array_equal(LeakyReLU(0).forward(x), relu(x))
    np.testing.assert_array_equal(LeakyReLU(1).forward(x), x)
    assert repr(LeakyReLU()) == "LeakyReLU(0.001)"  # I15


@pytest.mark.parametrize("alpha", [-0.1, np.nan])
def test_elu_wants_an_alpha_of_at_least_0(alpha):
    with pytest.raises(ValueError, match="alpha: wanted a number of at least 0, got"):
        ELU(alpha)


def test_elu_ends_in_relu_and_at_minus_alpha():
    x = np.array([[-1000.0, -1.0, 0.0, 3.0]])
    np.testing.assert_array_equal(ELU(0).forward(x), relu(x))
    assert ELU(0.7).forward(x)[0, 0] == -0.7
    assert repr(ELU()) == "ELU(1)"
