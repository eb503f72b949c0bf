"""Patience, and the way back to the best weights."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.layers import Dense, pack
from course_lib.training import EarlyStopping


@pytest.fixture
def network():
    return Dense(2, 1, rng=np.random.default_rng(0))


def feed(stopping, values):
    """The number of values after which it stops, None if it goes on; the weights say at which value they were."""
    for i, value in enumerate(values, 1):
        stopping.network.params["W"][...] = i
        if stopping(value):
            return i
    return None


@pytest.mark.parametrize(
    ("values", "patience", "stops", "best"),
    [
        ([5, 4, 3, 4, 5, 6], 3, 6, 3),
        ([5, 4, 3, 4, 5, 2, 9, 9, 9, 9], 3, 9, 6),
        ([5, 4, 3, 2, 1], 1, None, 5),
        ([1, 1, 1], 2, 3, 1),  # as good is not better
        ([1, np.nan, np.nan], 2, 3, 1),
        ([3, 2, 4], 1, 3, 2),
    ],
)
def test_it_stops_after_patience_and_restores_the_best(values, patience, stops, best, network):
    stopping = EarlyStopping(network, patience)
    assert feed(stopping, values) == stops
    assert (stopping.best, stopping.best_check) == (values[best - 1], best)
    stopping.restore()
    assert np.all(network.params["W"] == best)


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=40), st.integers(1, 6), st.floats(0, 2))
def test_it_agrees_with_a_look_at_the_whole_list(values, patience, min_delta):
    network = Dense(2, 1, rng=np.random.default_rng(0))
    stopping = EarlyStopping(network, patience, min_delta)
    stop = feed(stopping, values)
    best = [0]  # positions at which a new best was reached
    for i, value in enumerate(values):
        if i and value < values[best[-1]] - min_delta:
            best.append(i)
    ends = [b + patience for b, following in zip(best, [*best[1:], np.inf], strict=True) if following > b + patience]
    assert stop == (ends[0] + 1 if ends[0] < len(values) else None)


def test_small_gains_do_not_count(network):
    stopping = EarlyStopping(network, patience=3, min_delta=0.5)
    assert feed(stopping, [3.0, 2.9, 2.8, 2.7]) == 4
    assert stopping.best == 3.0


def test_a_packed_network_stays_packed(network):
    theta, _ = pack(network)
    stopping = EarlyStopping(network, 1)
    stopping(1.0)
    best = theta.copy()
    theta += 1
    stopping.restore()
    np.testing.assert_array_equal(theta, best)


def test_what_cannot_be_is_said(network):
    with pytest.raises(ValueError, match="patience: wanted at least 1, got 0"):
        EarlyStopping(network, 0)
    with pytest.raises(ValueError, match="min_delta: wanted a number of at least 0, got -1"):
        EarlyStopping(network, 1, -1)
    stopping = EarlyStopping(network, 2)
    assert not stopping(np.nan)
    assert stopping(np.nan)
    with pytest.raises(RuntimeError, match="there has been none"):
        stopping.restore()
