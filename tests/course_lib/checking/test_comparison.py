"""The tiers of comparison, from nothing to right, and data that tries to answer for itself."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from course_lib.checking.comparison import NotPlain, difference, plain

WANT = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def status(got, want=WANT, **options):
    found = difference(plain(got), plain(want), 1e-5, 1e-5, **options)
    return found.status if found else "right"


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (None, "nothing"),
        ("one", "wrong_type"),
        ([1.0, 2.0], "wrong_type"),
        ({"a": 1.0}, "wrong_type"),
        (np.array("text"), "wrong_type"),
        (1.0, "wrong_shape"),
        (WANT.T, "wrong_shape"),
        (WANT[None], "wrong_shape"),
        (WANT * np.nan, "not_finite"),
        (np.where(WANT == 6, np.inf, WANT), "not_finite"),
        (WANT + 0.01, "wrong_values"),
        (-WANT, "wrong_values"),
        (WANT.astype(int), "right"),
        (WANT.astype(np.float32), "right"),
        (WANT + 1e-7, "right"),
    ],
)
def test_tiers(got, expected):
    assert status(got) == expected


def test_dtype_counts_only_where_it_is_asked_for():
    assert status(WANT.astype(np.float32), dtype=True) == "wrong_dtype"
    assert status(WANT, dtype=True) == "right"


def test_worst_element_is_named():
    got = WANT.copy()
    got[0, 1] += 0.1
    got[1, 2] -= 3.0
    message = difference(got, WANT, 1e-5, 1e-5).message
    assert message == "2 of 6 values are wrong; worst at [1, 2]: you have 3, wanted 6"


def test_sequences_are_compared_item_by_item():
    want = [WANT, WANT[0]]
    assert status([WANT, WANT[0]], want) == "right"
    assert status((WANT, WANT[0]), want) == "right"
    assert status([WANT], want) == "wrong_shape"
    assert status(WANT, want) == "wrong_type"
    assert difference([WANT, WANT[0] + 1], want, 1e-5, 1e-5).message.startswith(
        "at index [1]: all of 3 values are wrong"
    )


def test_infinities_that_are_wanted_are_right():
    want = np.array([1.0, np.inf])
    assert status(want.copy(), want) == "right"
    assert status(np.array([1.0, -np.inf]), want) == "wrong_values"


@given(arrays(float, array_shapes(max_dims=3), elements=st.floats(-1e3, 1e3)), st.floats(1e-2, 1e3))
def test_equal_is_right_and_shifted_is_wrong(want, shift):
    assert status(want.copy(), want) == "right"
    assert status(want + shift * (1 + np.abs(want).max()), want) == "wrong_values"


class AlwaysEqual(np.ndarray):
    """Answers every comparison in its own favour."""

    def __array_ufunc__(self, *args, **kwargs):
        return np.array(True)

    def __eq__(self, other):
        return True

    __hash__ = None


class LyingFloat(float):
    def __float__(self):
        return 6.0

    def __eq__(self, other):
        return True

    __hash__ = None


def test_subclasses_are_rebuilt_as_what_they_hold():
    assert status((WANT + 1).view(AlwaysEqual)) == "wrong_values"
    assert type(plain(WANT.view(AlwaysEqual))) is np.ndarray
    assert status(LyingFloat(5.0), 6.0) == "wrong_values"


@pytest.mark.parametrize("value", [object(), np.array([object()]), iter([1]), lambda: 1, {1.0}])
def test_what_is_no_plain_data_is_refused(value):
    with pytest.raises(NotPlain):
        plain(value)
