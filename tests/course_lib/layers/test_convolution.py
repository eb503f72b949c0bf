"""The convolution against SciPy, as the linear map that it is, and in tiles of any size."""

import numpy as np
import pytest
import scipy.signal
from hypothesis import assume, given
from hypothesis import strategies as st

from course_lib.initializers import he_normal
from course_lib.layers import Conv2d, Dense, Flatten, convolution


@pytest.fixture
def rng():
    return np.random.default_rng(28)


def exact(*sizes, rng, **options):
    return Conv2d(*sizes, rng=rng, **options).astype(np.float64)


pairs = st.tuples(st.integers(1, 3), st.integers(1, 3))
geometries = st.fixed_dictionaries(
    {"stride": pairs, "padding": st.tuples(st.integers(0, 2), st.integers(0, 2)), "dilation": pairs}
)


def test_it_is_scipys_correlation_plus_the_bias(rng):
    conv = exact(3, 2, (3, 2), rng=rng)
    conv.params["b"][...] = rng.normal(size=2)
    x, (W, b) = rng.normal(size=(4, 3, 6, 5)), conv.params.values()
    y = conv.forward(x)
    for n in range(4):
        for o in range(2):
            each = [scipy.signal.correlate2d(x[n, c], W[o, c], mode="valid") for c in range(3)]
            np.testing.assert_allclose(y[n, o], b[o] + sum(each), rtol=1e-12)


@given(st.tuples(*[st.integers(1, 7)] * 2), pairs, geometries, st.integers(0, 3), st.integers(0, 2**32))
def test_backward_is_the_adjoint_of_forward(shape, size, geometry, n, seed):
    """<Ax, y> = <x, A'y> for every stride, padding and dilation; and the same with W in the place of x."""
    spans = [d * (k - 1) + 1 - 2 * p for k, d, p in zip(size, geometry["dilation"], geometry["padding"], strict=True)]
    assume(all(h >= span for h, span in zip(shape, spans, strict=True)))
    rng = np.random.default_rng(seed)
    conv = exact(2, 3, size, rng=rng, **geometry)
    x = rng.normal(size=(n, 2, *shape))
    Ax = conv.forward(x, training=True)
    y = rng.normal(size=Ax.shape)
    dx = conv.backward(y)
    assert np.sum(Ax * y) == pytest.approx(np.sum(x * dx), rel=1e-10, abs=1e-10)
    assert np.sum(Ax * y) == pytest.approx(np.sum(conv.params["W"] * conv.grads["W"]), rel=1e-10, abs=1e-10)


@given(st.integers(1, 3000), geometries)
def test_tiles_change_nothing(tile, geometry):
    rng = np.random.default_rng(0)
    conv, x = exact(2, 3, 2, rng=rng, **geometry), rng.normal(size=(3, 2, 9, 8))
    y = conv.forward(x, training=True)
    dx, dW = conv.backward(np.cos(y)), conv.grads["W"].copy()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(convolution, "TILE", tile)
        np.testing.assert_allclose(conv.forward(x, training=True), y, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(conv.backward(np.cos(y)), dx, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(conv.grads["W"], dW, rtol=1e-12, atol=1e-12)


def test_the_same_weights_everywhere(rng):
    """U28: what moves in the input moves in the output."""
    conv = exact(1, 2, 3, rng=rng, padding=1)
    x = np.zeros((1, 1, 9, 9))
    x[0, 0, 2:5, 3:6] = rng.normal(size=(3, 3))
    moved = np.roll(x, (2, 1), axis=(2, 3))
    np.testing.assert_allclose(conv.forward(moved), np.roll(conv.forward(x), (2, 1), axis=(2, 3)), atol=1e-14)


def test_a_1x1_convolution_is_a_dense_layer_at_every_pixel(rng):
    conv, dense = exact(3, 2, 1, rng=rng), Dense(3, 2, rng=rng).astype(np.float64)
    dense.params["W"][...] = conv.params["W"][:, :, 0, 0].T
    x = rng.normal(size=(4, 3, 5, 6))
    pixels = dense.forward(x.transpose(0, 2, 3, 1).reshape(-1, 3)).reshape(4, 5, 6, 2)
    np.testing.assert_allclose(conv.forward(x), pixels.transpose(0, 3, 1, 2), rtol=1e-12)


def test_a_kernel_as_large_as_the_image_is_a_dense_layer(rng):
    conv, dense = exact(2, 5, (4, 3), rng=rng), Dense(24, 5, rng=rng).astype(np.float64)
    dense.params["W"][...] = conv.params["W"].reshape(5, -1).T
    x = rng.normal(size=(6, 2, 4, 3))
    np.testing.assert_allclose(conv.forward(x)[:, :, 0, 0], dense.forward(Flatten().forward(x)), rtol=1e-12)


def test_far_fewer_parameters_than_a_dense_layer(rng):
    """U28: 16 filters of 3x3 are 160 numbers; a dense layer between the same images would need 9.8 million."""
    conv = Conv2d(1, 16, 3, rng=rng, padding=1)
    y = conv.forward(np.zeros((1, 1, 28, 28)))
    assert sum(p.size for p in conv.params.values()) == 160
    assert 784 * y[0].size + y[0].size == 9_847_040


def test_init_decides_weights_and_dtype(rng):
    double = Conv2d(2, 3, 3, rng=rng, init=lambda rng, shape: he_normal(rng, shape, np.float64))
    assert double.params["b"].dtype == double.forward(np.ones((1, 2, 3, 3), np.float32)).dtype == np.float64


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda conv: conv.forward(np.ones((2, 3, 5, 5))), ValueError, r"Conv2d\(2, 4, \(3, 3\)\): x: wanted shape \(N, 2, H, W\)"),
        (lambda conv: conv.forward(np.ones((2, 2, 2, 5))), ValueError, r"Conv2d\(2, 4, \(3, 3\)\): x: wanted images of at least \(3, 3\) for one window, got \(2, 5\)"),
        (lambda conv: Conv2d(2, 4, (3, 3, 3), rng=np.random.default_rng(0)), ValueError, r"size: wanted one number or two, \(down, across\), got \(3, 3, 3\)"),
        (lambda conv: Conv2d(2, 4, 0, rng=np.random.default_rng(0)), ValueError, "size: wanted at least 1, got 0"),
        (lambda conv: Conv2d(2, 4, 3, rng=np.random.default_rng(0), padding=-1), ValueError, "padding: wanted at least 0, got -1"),
        (lambda conv: Conv2d(2, 4, 3, rng=np.random.default_rng(0), stride=1.5), TypeError, r"stride: wanted a whole number, got 1\.5"),
        (lambda conv: Conv2d(2, 4, 3, rng=0), TypeError, "rng: wanted a numpy Generator"),
    ],
)  # fmt: skip
def test_errors_say_what_was_wanted(call, error, message, rng):
    with pytest.raises(error, match=message):
        call(Conv2d(2, 4, 3, rng=rng))
