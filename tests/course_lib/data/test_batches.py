"""Mini-batches: every example once an epoch, the last batch short (E8)."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.data import minibatches, n_batches


@given(st.integers(1, 120), st.integers(1, 150), st.integers(0, 2**32))
def test_every_example_comes_once_and_keeps_its_partner(n, size, seed):
    x = np.arange(n)
    batches = list(minibatches(x, -x, size=size, rng=np.random.default_rng(seed)))
    np.testing.assert_array_equal(np.sort(np.concatenate([xb for xb, _ in batches])), x)
    assert all(np.array_equal(xb, -yb) for xb, yb in batches)
    assert len(batches) == n_batches(n, size) == math.ceil(n / size)
    assert all(len(xb) == size for xb, _ in batches[:-1])
    assert len(batches[-1][0]) == n - size * (len(batches) - 1)


def test_the_decks_count_is_one_too_many_where_the_size_divides_n():
    assert n_batches(100, 25) == 4 != 100 // 25 + 1  # E8
    assert n_batches(101, 25) == 5 == 101 // 25 + 1
    assert n_batches(0, 25) == 0


def test_each_epoch_is_shuffled_anew():
    rng, x = np.random.default_rng(0), np.arange(50)
    first, second = (np.concatenate([xb for (xb,) in minibatches(x, size=7, rng=rng)]) for _ in range(2))
    assert not np.array_equal(first, second)
    assert not np.array_equal(first, x)


def test_batches_are_contiguous_copies_of_the_same_dtype():
    x = np.asfortranarray(np.random.default_rng(0).standard_normal((10, 3)).astype(np.float32))
    for (xb,) in minibatches(x, size=4, rng=np.random.default_rng(1)):
        assert xb.dtype == np.float32
        assert not np.shares_memory(xb, x)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda rng: minibatches(np.ones(3), np.ones(4), size=2, rng=rng), r"one length, got shapes \(3,\), \(4,\)"),
        (lambda rng: minibatches(np.ones(0), size=2, rng=rng), "number of examples: wanted at least 1, got 0"),
        (lambda rng: minibatches(np.ones(3), size=0, rng=rng), "size: wanted at least 1, got 0"),
        (lambda rng: minibatches(np.ones(3), size=2, rng=None), "rng: wanted a numpy Generator"),
        (lambda rng: minibatches(np.float32(3), size=2, rng=rng), r"got shapes \(\)"),
        (lambda rng: minibatches(size=2, rng=rng), "wanted arrays"),
        (lambda rng: n_batches(10, 0), "size: wanted at least 1"),
    ],
)
def test_what_cannot_be_is_said_at_the_call(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call(np.random.default_rng(0))
