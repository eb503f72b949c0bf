"""Which examples train, which choose, which judge: every function returns indices, x[train] and y[train] are yours to take."""

import numpy as np

from course_lib.data.checks import check_count, check_rng


def train_dev_test_split(n, *, rng, dev=0.2, test=0.2, labels=None):
    """Indices (train, dev, test) that are disjoint and together all of 0 .. n - 1, each part in random order.          [Lectures: I1, W17]

    dev, test   fractions of n as floats, rounded, or numbers of examples as ints; 0 leaves that part empty
    labels      (n,) classes: then every part has each of them in its right proportion, within one or two examples
    Raises      ValueError if a part that was asked for, or the training set, would be empty, or if labels are not (n,).
    """
    n = check_count("n", n, least=1)
    n_dev, n_test = _size("dev", dev, n), _size("test", test, n)
    if n_dev + n_test >= n:
        raise ValueError(f"dev, test: {n_dev} + {n_test} of {n} examples leave none for training")
    order = _grouped(n, labels, rng)
    in_test = _evenly(n, n_test)
    test, rest = order[in_test], order[~in_test]
    in_dev = _evenly(len(rest), n_dev)
    return tuple(rng.permutation(part) for part in (rest[~in_dev], rest[in_dev], test))


def k_fold(n, k, *, rng, labels=None):
    """The k pairs (train, held_out) of cross-validation: every example is held out exactly once.          [Lectures: I1, U25]

    Sizes of the folds, and of every class within them if labels are given, differ by one at most.
    Raises    ValueError if k is not from 2 to n, or labels are not (n,).
    """
    if not 2 <= check_count("k", k) <= n:
        raise ValueError(f"k: wanted 2 to {n} folds for {n} examples, got {k}")
    order = _grouped(n, labels, rng)
    folds = [order[i::k] for i in range(k)]  # dealt out like cards
    return [
        (rng.permutation(np.concatenate(folds[:i] + folds[i + 1 :])), rng.permutation(held_out))
        for i, held_out in enumerate(folds)
    ]


def bootstrap(n, *, rng):
    """Indices (drawn, left_out): n draws with replacement, and those never drawn, (1 - 1/n)^n = 37 % of all.          [Lectures: W18; Breiman 1996]

    Raises    ValueError if n is 0.
    """
    drawn = check_rng(rng).integers(0, check_count("n", n, least=1), n)
    return drawn, np.setdiff1d(np.arange(n), drawn)


def _size(name, part, n):
    """A fraction (float) or a number of examples (int), as a number of examples."""
    if isinstance(part, float | np.floating):
        if not 0 <= part < 1:
            raise ValueError(f"{name}: wanted a fraction from 0 to below 1, or an int for so many examples, got {part}")
        if part > 0 and round(part * n) == 0:
            raise ValueError(f"{name}: {part} of {n} examples is none at all")
        return round(part * n)
    return check_count(name, part)


def _grouped(n, labels, rng):
    """0 .. n - 1 in random order, the classes one after the other if there are labels."""
    order = check_rng(rng).permutation(n)
    if labels is None:
        return order
    labels = np.asarray(labels)
    if labels.shape != (n,):
        raise ValueError(f"labels: wanted shape ({n},), got {labels.shape}")
    return order[np.argsort(labels[order], kind="stable")]


def _evenly(n, m):
    """m of n positions at even distances, as a mask: any stretch of them holds its share, m / n of it, within one."""
    return np.diff(np.arange(n + 1) * m // n) == 1
