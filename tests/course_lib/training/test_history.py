"""Records as columns, and the best of them."""

import numpy as np
import pytest

from course_lib.training import History, Record


def record(epoch, loss, dev_loss=None):
    return Record(epoch, loss, penalty=0.0, grad_norm=1.0, seconds=0.1, dev_loss=dev_loss)


def test_columns_are_arrays_with_nan_where_nothing_was():
    history = History([record(1, 3.0), record(2, 2.0, 2.5)])
    np.testing.assert_array_equal(history["loss"], [3, 2])
    np.testing.assert_array_equal(history["dev_loss"], [np.nan, 2.5])
    np.testing.assert_array_equal(history["epoch"], [1, 2])
    assert len(history) == 2
    assert [r.epoch for r in history] == [1, 2]
    assert repr(history) == "History(2 epochs)"


def test_the_best_is_judged_on_the_dev_set_if_there_is_one():
    history = History([record(1, 3.0, 1.0), record(2, 1.0, 2.0), record(3, 2.0, 1.0)])
    assert history.best.epoch == 1
    assert History([record(1, 3.0), record(2, 1.0), record(3, 2.0)]).best.epoch == 2


def test_it_grows():
    history = History()
    assert len(history) == 0
    assert history["loss"].shape == (0,)
    history.append(record(1, 1.0))
    assert len(history) == 1


def test_what_cannot_be_is_said():
    with pytest.raises(KeyError, match=r"wanted one of epoch, loss, .*, got 'accuracy'"):
        History()["accuracy"]
    with pytest.raises(ValueError, match="at least one record"):
        _ = History().best
