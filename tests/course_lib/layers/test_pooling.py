"""Pooling against plain reshaping, and as the linear map that it is once the winners are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.layers import AvgPool2d, GlobalAvgPool2d, MaxPool2d

pairs = st.tuples(st.integers(1, 3), st.integers(1, 3))


@pytest.mark.parametrize(("layer", "reduce"), [(MaxPool2d(2), np.max), (AvgPool2d(2), np.mean)])
def test_windows_side_by_side_are_a_reshape(layer, reduce):
    x = np.random.default_rng(0).normal(size=(3, 2, 4, 6))
    np.testing.assert_allclose(layer.forward(x), reduce(x.reshape(3, 2, 2, 2, 3, 2), axis=(3, 5)), rtol=1e-14)


@given(st.sampled_from([MaxPool2d, AvgPool2d]), pairs, pairs, st.integers(0, 3), st.integers(0, 2**32))
def test_backward_is_the_adjoint_of_forward(kind, size, stride, n, seed):
    """<Ax, y> = <x, A'y>; for the maximum A picks the winners of this x. Whole numbers: there are many ties."""
    rng = np.random.default_rng(seed)
    x = rng.integers(-2, 3, (n, 2, *rng.integers(3, 8, 2))).astype(np.float64)
    layer = kind(size, stride)
    Ax = layer.forward(x, training=True)
    y = rng.normal(size=Ax.shape)
    dx = layer.backward(y)
    assert np.sum(Ax * y) == pytest.approx(np.sum(x * dx), abs=1e-10)
    assert np.sum(dx) == pytest.approx(np.sum(y), abs=1e-10)  # nothing is lost, nothing is shared out twice


def test_among_equals_the_first_one_gets_all():
    pool = MaxPool2d(2)
    pool.forward(np.array([[[[0.0, 0, 1, 2], [0, 0, 2, 2]]]]), training=True)
    dx = pool.backward(np.array([[[[5.0, 7.0]]]]))
    np.testing.assert_array_equal(dx, [[[[5, 0, 0, 7], [0, 0, 0, 0]]]])


def test_what_fills_no_window_counts_for_nothing():
    pool = MaxPool2d(2)
    x = np.arange(15.0).reshape(1, 1, 3, 5)
    np.testing.assert_array_equal(pool.forward(x, training=True), [[[[6, 8]]]])
    np.testing.assert_array_equal(pool.backward(np.ones((1, 1, 1, 2)))[0, 0, 2], 0)


def test_global_average_is_the_mean_of_each_channel():
    x = np.random.default_rng(0).normal(size=(3, 2, 4, 5))
    pool = GlobalAvgPool2d()
    np.testing.assert_allclose(pool.forward(x, training=True), x.mean(axis=(2, 3)), rtol=1e-14)
    np.testing.assert_allclose(pool.backward(np.full((3, 2), 20.0)), np.ones_like(x), rtol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_maximum_of_huge_numbers_and_of_nan(dtype):
    largest = np.finfo(dtype).max
    x = np.array([[[[largest, -largest, np.inf, 1], [-largest, -largest, np.nan, 1]]]], dtype)
    y = MaxPool2d(2).forward(x)
    assert y[0, 0, 0, 0] == largest
    assert np.isnan(y[0, 0, 0, 1])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: MaxPool2d(3).forward(np.ones((1, 1, 2, 5))), r"MaxPool2d\(\(3, 3\)\): x: wanted images of at least \(3, 3\) for one window, got \(2, 5\)"),
        (lambda: AvgPool2d(2).forward(np.ones((1, 4, 4))), r"AvgPool2d\(\(2, 2\)\): x: wanted shape \(N, C, H, W\), got \(1, 4, 4\)"),
        (lambda: MaxPool2d(2, stride=0), "stride: wanted at least 1, got 0"),
        (lambda: GlobalAvgPool2d().forward(np.ones((1, 2, 0, 3))), "x: wanted images of at least one pixel"),
    ],
)  # fmt: skip
def test_errors_say_what_was_wanted(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_repr_tells_the_stride_where_it_is_another():
    assert repr(MaxPool2d(2)) == "MaxPool2d((2, 2))"
    assert repr(AvgPool2d(3, stride=(2, 1))) == "AvgPool2d((3, 3), stride=(2, 1))"
