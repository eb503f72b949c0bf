"""Layers that only change the shape."""

import numpy as np
import pytest

from course_lib.layers import Flatten, Reshape, Sequential


def test_the_last_axis_runs_fastest():
    x = np.arange(24.0).reshape(2, 2, 3, 2)
    np.testing.assert_array_equal(Flatten().forward(x), np.arange(24).reshape(2, 12))
    np.testing.assert_array_equal(Reshape(4, 3).forward(x), np.arange(24).reshape(2, 4, 3))
    batch_last = np.ascontiguousarray(x.transpose(1, 2, 3, 0)).transpose(3, 0, 1, 2)  # as a convolution leaves it
    np.testing.assert_array_equal(Flatten().forward(batch_last), Flatten().forward(x))


def test_there_and_back():
    x = np.random.default_rng(0).normal(size=(3, 2, 4, 5))
    network = Sequential(Flatten(), Reshape(2, 4, 5))
    np.testing.assert_array_equal(network.forward(x, training=True), x)
    np.testing.assert_array_equal(network.backward(x), x)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: Reshape(2, 3).forward(np.ones((4, 5))), ValueError, r"Reshape\(2, 3\): x: wanted 6 numbers per example, got shape \(4, 5\)"),
        (lambda: Reshape(3).forward(3.0), ValueError, r"Reshape\(3\): x: wanted 3 numbers per example, got shape \(\)"),
        (lambda: Flatten().forward(3.0), ValueError, r"Flatten\(\): x: wanted a batch, shape \(N, \.\.\.\), got shape \(\)"),
        (lambda: Reshape(-1), ValueError, "shape: wanted at least 1, got -1"),
        (lambda: Reshape((2, 3)), TypeError, r"shape: wanted a whole number, got \(2, 3\)"),
    ],
)  # fmt: skip
def test_errors_say_what_was_wanted(call, error, message):
    with pytest.raises(error, match=message):
        call()
