"""The digits that the package carries are scikit-learn's."""

from itertools import pairwise
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

import course_lib.data
from course_lib.data import digits, digits_split
from course_lib.data.digits import FIRST_TEST_FORM

FOLDER = Path(course_lib.data.__file__).parent


def test_they_are_scikit_learns():
    x, y = digits()
    source = load_digits()
    assert x.shape == (1797, 64)
    assert x.dtype == np.float32
    assert (x.min(), x.max()) == (0, 1)
    np.testing.assert_array_equal(16 * x, source.data)
    assert y.dtype == np.int64
    np.testing.assert_array_equal(y, source.target)


def test_every_call_gives_new_arrays():
    x, y = digits()
    x[...], y[...] = -1, -1
    assert digits()[0].min() == 0
    assert digits()[1].min() == 0


def test_the_split_is_all_of_it_in_order_with_every_class_in_both_parts():
    x, y = digits()
    x_train, y_train, x_test, y_test = digits_split()
    assert (len(y_train), len(y_test)) == (1287, 510)
    np.testing.assert_array_equal(np.concatenate([x_train, x_test]), x)
    np.testing.assert_array_equal(np.concatenate([y_train, y_test]), y)
    for part in (y_train, y_test):
        assert np.bincount(part, minlength=10).min() > 0.09 * len(part)


def test_the_split_lies_between_two_forms():
    """Everybody wrote the same digits in the same order, so the labels show where a form begins."""
    _, y = digits()
    beginning = y[:36]
    starts = [n for n in range(len(y) - 36) if np.array_equal(y[n : n + 36], beginning)]
    assert starts[0] == 0
    assert FIRST_TEST_FORM in starts
    assert all(120 <= later - earlier <= 260 for earlier, later in pairwise(starts))


def test_data_and_licence_lie_together_and_are_small():
    assert (FOLDER / "digits.npz").stat().st_size < 60_000
    licence = (FOLDER / "digits.LICENSE.txt").read_text(encoding="utf-8")
    for words in ("Alpaydin", "Kaynak", "UCI", "CC BY 4.0", "10.24432/C50P49", "What was changed"):
        assert words in licence
    with np.load(FOLDER / "digits.npz") as file:
        assert {name: file[name].dtype for name in file} == {"x": np.uint8, "y": np.uint8}
