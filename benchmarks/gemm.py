"""The matrix products of a training step and nothing else: what BLAS alone would take, each into memory that is there."""

import numpy as np

from benchmarks.workloads import WORKLOADS

rng = np.random.default_rng(0)


def make(name, batch, dtype):
    """All the products of one training step of a workload, as a function."""
    factors = products(WORKLOADS[name], batch, dtype)

    def step():
        for a, b, out in factors:
            np.matmul(a, b, out=out)

    return step


def products(workload, batch, dtype):
    """(a, b, where a b goes) of one training step."""
    return [p for shape in shapes(workload, batch) for p in _products(*shape, dtype)]


def shapes(workload, batch):
    """(n, k, m, is dL/dA wanted, is dL/dB wanted) of every Y = A B, (n, k) times (k, m), of a forward pass."""
    steps, pixels = workload.example[0], 28 * 28
    for i, (kind, *sizes) in enumerate(workload.layers):
        if kind == "dense":  # Y = x W
            yield batch, *sizes, i > 0, True
        elif kind == "conv":  # Y = W columns; pooling leaves a quarter of the pixels
            yield sizes[1], 9 * sizes[0], pixels * batch, True, i > 0
            pixels //= 4
        elif kind == "rnn":  # Y = x Wx for all steps at once, then h Wh step by step, but dL/dWh for all at once
            n_hidden = sizes[1]
            yield steps * batch, *sizes, False, True
            yield from [(batch, n_hidden, n_hidden, True, False)] * steps
            yield n_hidden, steps * batch, n_hidden, False, False


def _products(n, k, m, need_da, need_db, dtype):
    """Y = A B, dL/dA = dL/dY B^T, dL/dB = A^T dL/dY"""
    A, B, dY = (rng.random(shape).astype(dtype) for shape in ((n, k), (k, m), (n, m)))
    yield A, B, np.empty_like(dY)
    if need_da:
        yield dY, B.T, np.empty_like(A)
    if need_db:
        yield A.T, dY, np.empty_like(B)
