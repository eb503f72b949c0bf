"""Accuracy, confusion and ROC AUC are scikit-learn's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from course_lib.training import accuracy, confusion, roc_auc


@pytest.fixture
def rng():
    return np.random.default_rng(2)


def test_accuracy_and_confusion_are_scikit_learns(rng):
    logits, y = rng.standard_normal((80, 4)), rng.integers(0, 4, 80)
    predicted = logits.argmax(axis=1)
    assert accuracy(logits, y) == pytest.approx(metrics.accuracy_score(y, predicted))
    np.testing.assert_array_equal(confusion(predicted, y, 4), metrics.confusion_matrix(y, predicted))
    assert type(accuracy(logits, y)) is float


def test_accuracy_of_logits_of_one_or_many_labels(rng):
    logits, y = rng.standard_normal((50, 3)), rng.integers(0, 2, (50, 3)).astype(float)
    assert accuracy(logits, y) == pytest.approx(metrics.accuracy_score(y.ravel(), logits.ravel() > 0))
    assert accuracy(logits[:, 0], y[:, 0]) == pytest.approx(metrics.accuracy_score(y[:, 0], logits[:, 0] > 0))


def test_classes_that_never_come_have_empty_rows():
    counts = confusion([0, 0], [2, 2], 4)
    assert counts.sum() == counts[2, 0] == 2
    np.testing.assert_array_equal(confusion(np.array([], int), np.array([], int), 2), np.zeros((2, 2)))


@given(st.lists(st.tuples(st.integers(-3, 3), st.booleans()), min_size=2, max_size=40))
def test_roc_auc_is_scikit_learns_with_ties(pairs):
    score, positive = map(np.array, zip(*pairs, strict=True))
    if positive.all() or not positive.any():
        with pytest.raises(ValueError, match="of both kinds"):
            roc_auc(score, positive)
        return
    assert roc_auc(score, positive) == pytest.approx(metrics.roc_auc_score(positive, score))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: accuracy(np.ones((3, 2)), np.ones(2, int)), r"target: wanted shape \(3,\) or \(3, 2\), got \(2,\)"),
        (lambda: accuracy(np.ones((0, 2)), np.ones(0, int)), r"target: wanted at least one answer, got shape \(0,\)"),
        (lambda: confusion([0, 3], [0, 1], 3), "predicted: wanted classes from 0 to 2, got 0 to 3"),
        (lambda: confusion([0.5], [0], 3), "predicted: wanted integers"),
        (lambda: confusion([0, 1], [0], 3), r"two arrays of shape \(N,\), got \(2,\), \(1,\)"),
        (lambda: roc_auc([1.0, 2.0], [True]), "positive: wanted 2 marks of both kinds"),
    ],
)
def test_what_cannot_be_is_said(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
