"""Mini-batches: the inner loop of stochastic gradient descent."""

import numpy as np

from course_lib.data.checks import check_count, check_rng


def n_batches(n, size):
    """ceil(n / size): what is left over is a batch too, but where size divides n nothing is left over.          [Lectures: I9, E8]

    Raises    ValueError if n is negative or size under 1.
    """
    return -(-check_count("n", n) // check_count("size", size, least=1))


def minibatches(*arrays, size, rng):
    """One epoch: (x[i], y[i], ...) for random disjoint i of `size` examples; each comes exactly once, the last batch may be short.

    arrays    any number of them, (N, ...) each
    Raises    ValueError if they differ in N, if N is 0, or if size is under 1.          [Lectures: U9, U20, I9, E8]
    """
    arrays = [np.asarray(a) for a in arrays]
    if len(lengths := {len(a) if a.ndim else None for a in arrays}) != 1 or None in lengths:
        raise ValueError(f"arrays: wanted arrays of one length, got shapes {', '.join(str(a.shape) for a in arrays)}")
    n, size = check_count("number of examples", lengths.pop(), least=1), check_count("size", size, least=1)
    return _deal(arrays, n, size, check_rng(rng))


def _deal(arrays, n, size, rng):  # a generator of its own: the checks above come at the call, not at the first batch
    order = rng.permutation(n)
    for start in range(0, n, size):
        i = order[start : start + size]
        yield tuple(a[i] for a in arrays)
