"""Noisy outputs: targets that are less sure than the labels. Give them to SoftmaxCrossEntropy in place of the labels."""

from course_lib.arrays import DTYPE, check_size, one_hot


def smooth_labels(labels, n_classes, eps=0.1, dtype=DTYPE):
    """t = (1 - eps) onehot + eps / K: label smoothing in its standard form.          [Lectures: W15, E2; Szegedy et al. 2016]

    labels: (...) integers    t: (..., K), rows that sum to 1
    Raises    ValueError if eps is outside [0, 1] or a label is no class, TypeError if labels are not integers.
    """
    eps = _probability("eps", eps)
    t = one_hot(labels, n_classes, dtype)
    return (1 - eps) * t + eps / n_classes  # t_k = (1 - eps) [k is the label] + eps / K


def w15_smooth_labels(labels, n_classes, p, eps, dtype=DTYPE, refuse=True):
    """t = p + eps for the class of the label, (1 - p) / (K - 1) - eps for all others, as the slide has it.          [Lectures: W15, E2]

    p    the probability that a label is right    refuse: False returns the targets even if they are no distributions
    What is wrong: a row sums to 1 - (K - 2) eps, which is 1 only for K = 2 classes (or eps = 0). Taking eps / (K - 1) from each other
    class would mend it; `smooth_labels(labels, K, (1 - p) K / (K - 1))` is this form with eps = 0.
    Raises    ValueError, with the sum, if the targets are no distributions; also for p or eps outside [0, 1].
    """
    p, eps = _probability("p", p), _probability("eps", eps)
    if check_size("n_classes", n_classes) < 2:
        raise ValueError(f"n_classes: wanted at least 2, got {n_classes}")
    right, wrong = p + eps, (1 - p) / (n_classes - 1) - eps
    total = right + (n_classes - 1) * wrong  # 1 - (K - 2) eps
    if refuse and (abs(total - 1) > 1e-9 or wrong < 0):
        raise ValueError(
            f"p, eps: wanted a distribution, got {right:.4g} for the right class and {wrong:.4g} for each of {n_classes - 1} others, {total:.4g} in all"
        )
    return wrong + (right - wrong) * one_hot(labels, n_classes, dtype)


def _probability(name, value):
    if not 0 <= value <= 1:
        raise ValueError(f"{name}: wanted a number from 0 to 1, got {value}")
    return float(value)
