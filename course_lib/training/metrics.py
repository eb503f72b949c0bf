"""How good predictions are, for people; losses are for gradients."""

import numpy as np

from course_lib.arrays import check_array, check_labels


def accuracy(pred, target):
    """The fraction of right answers.          [Lectures: I1]

    pred: (..., K) logits or probabilities, target: (...) classes: right where the largest is the target's;
    or pred of the shape of target, logits of target = 1: right where pred > 0 agrees with target > 1/2.
    Raises    ValueError if the shapes do not fit, or there is nothing to count.
    """
    pred, target = check_array("pred", pred), np.asarray(target)
    if pred.shape != target.shape and pred.shape[:-1] != target.shape:
        raise ValueError(f"target: wanted shape {pred.shape[:-1]} or {pred.shape}, got {target.shape}")
    if target.size == 0:
        raise ValueError(f"target: wanted at least one answer, got shape {target.shape}")
    if pred.shape == target.shape:
        return float(np.mean((pred > 0) == (target > 0.5)))
    return float(np.mean(np.argmax(pred, axis=-1) == target))


def confusion(predicted, target, n_classes):
    """counts[i, j]: how many of class i were taken for class j; the right ones are on the diagonal.          [Lectures: I1, C9]

    predicted, target: (N,) integers    counts: (K, K) int64
    Raises    ValueError if the shapes differ or a number is no class, TypeError if they are no integers.
    """
    predicted, target = (check_labels(*a, n_classes) for a in (("predicted", predicted), ("target", target)))
    if predicted.shape != target.shape or target.ndim != 1:
        raise ValueError(f"predicted, target: wanted two arrays of shape (N,), got {predicted.shape}, {target.shape}")
    return np.bincount(target * n_classes + predicted, minlength=n_classes**2).reshape(n_classes, n_classes)


def roc_auc(score, positive):
    """P(a positive scores higher than a negative), ties counting half: the area under the ROC curve.          [Lectures: U1]

    score: (N,)    positive: (N,) booleans, or 0 and 1
    Raises    ValueError if the shapes differ or one of the two kinds is missing.
    """
    score, positive = check_array("score", score, ("N",), np.float64), np.asarray(positive) != 0
    if positive.shape != score.shape or np.all(positive) or not np.any(positive):
        raise ValueError(
            f"positive: wanted {len(score)} marks of both kinds, got {np.sum(positive)} of {positive.size}"
        )
    low, high = np.sort(score[~positive]), score[positive]
    below = np.searchsorted(low, high, "left") + np.searchsorted(low, high, "right")  # twice, so that a tie counts half
    return float(np.mean(below) / (2 * len(low)))
