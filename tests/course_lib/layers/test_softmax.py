"""Softmax against SciPy, what it does not see, and at the ends of the scale."""

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_lib.layers import LogSoftmax, Softmax, log_softmax, softmax

logits = hnp.arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(1, 5)), elements=st.floats(-1000, 1000))


@given(logits)
def test_both_are_scipys(x):
    np.testing.assert_allclose(softmax(x), scipy.special.softmax(x, axis=-1), rtol=1e-12, atol=1e-300)
    np.testing.assert_allclose(log_softmax(x), scipy.special.log_softmax(x, axis=-1), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(softmax(x, axis=0), scipy.special.softmax(x, axis=0), rtol=1e-12, atol=1e-300)


@given(logits, st.integers(-1000, 1000))
def test_a_shift_of_all_logits_is_not_seen(x, shift):
    """W6. So the gradient of a softmax sums to 0 over the classes."""
    np.testing.assert_allclose(softmax(x + shift), softmax(x), rtol=1e-9, atol=1e-12)
    for layer in (Softmax(), LogSoftmax()):
        y = layer.forward(x, training=True)
        np.testing.assert_allclose(layer.backward(np.cos(y)).sum(axis=-1), 0, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_at_the_ends_of_the_scale(dtype):
    x = np.array([[1e4, -1e4, 0], [1e4, 1e4, -1e4], [-1e4, -1e4, -1e4], [1e-30, 0, -1e-30]], dtype)
    p = Softmax().forward(x)
    assert p.dtype == dtype
    np.testing.assert_allclose(p, [[1, 0, 0], [0.5, 0.5, 0], [1 / 3] * 3, [1 / 3] * 3], rtol=1e-6)
    half, third = np.log([2, 3])
    layer = LogSoftmax()
    np.testing.assert_allclose(
        layer.forward(x, training=True),
        [[0, -2e4, -1e4], [-half, -half, -2e4 - half], [-third] * 3, [-third] * 3],
        rtol=1e-6,
    )
    assert np.isfinite(layer.backward(np.ones_like(x))).all()


@pytest.mark.parametrize("shape", [(), (3,), (2, 0)])
def test_an_axis_of_classes_is_needed(shape):
    for layer in (Softmax(), LogSoftmax()):
        with pytest.raises(
            ValueError,
            match=r"softmax\(\): x: wanted shape \(N, \.\.\., K\) with at least one class".replace(
                "softmax", repr(layer)[:-2]
            ),
        ):
            layer.forward(np.ones(shape))
