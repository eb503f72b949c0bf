"""What is trained: networks as rows of (kind, sizes), their data, and the parameters that every implementation starts from."""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

DROPPED = 0.5
LR = 1e-3


@dataclass(frozen=True)
class Workload:
    """layers: rows such as ("dense", 64, 10)    example: shape of one x    classes: None where the target is x itself"""

    layers: tuple
    example: tuple
    classes: int | None = 10

    def start(self, batch, dtype, seed=0):
        """x, y and the parameters, layer by layer in the order in which `pack` has them."""
        rng = np.random.default_rng(seed)
        x = rng.random((batch, *self.example)).astype(dtype)
        y = x if self.classes is None else rng.integers(0, self.classes, batch)
        shapes = [shape for kind, *sizes in self.layers for shape in _shapes(kind, *sizes)]
        return x, y, [_draw(rng, shape).astype(dtype) for shape in shapes]


def _shapes(kind, *sizes):
    if kind == "dense":
        return [sizes, sizes[1:]]
    if kind == "conv":  # 3 x 3, padded by 1
        return [(sizes[1], sizes[0], 3, 3), sizes[1:]]
    if kind == "rnn":
        return [sizes, (sizes[1], sizes[1]), sizes[1:]]
    return [sizes, sizes] if kind == "norm" else []


def _draw(rng, shape):
    return rng.normal(0, math.sqrt(2 / math.prod(shape) * shape[-1]) if len(shape) == 2 else 0.1, shape)


def mlp(*widths, extras=False, classes=10):
    """Dense layers with ReLU between; with `extras` batch norm before each ReLU and dropout behind it."""
    layers = []
    for n_in, n_out in pairwise(widths):
        layers += [("dense", n_in, n_out), *([("norm", n_out)] if extras else []), ("relu",)]
        layers += [("dropout",)] if extras else []
    return Workload(tuple(layers[: -3 if extras else -1]), widths[:1], classes)


S, M, L = (64, 128, 64, 10), (784, 256, 128, 10), (784, 2048, 2048, 2048, 10)

WORKLOADS = {
    "S": mlp(*S),
    "M": mlp(*M),
    "L": mlp(*L),
    "S+": mlp(*S, extras=True),
    "M+": mlp(*M, extras=True),
    "L+": mlp(*L, extras=True),
    "AE": mlp(64, 32, 8, 32, 64, classes=None),
    "RNN": Workload((("rnn", 16, 64), ("dense", 64, 10)), (50, 16)),
    "CNN": Workload(
        (
            *(("conv", 1, 16), ("relu",), ("pool",), ("conv", 16, 32), ("relu",), ("pool",)),
            *(("flatten",), ("dense", 32 * 7 * 7, 10)),
        ),
        (1, 28, 28),
    ),
}
