"""The health of a network, layer by layer: do activations and gradients keep their size on the way?"""

from dataclasses import dataclass

import numpy as np

from course_lib.models import trace


@dataclass(frozen=True)
class LayerStatistics:
    """One layer in one batch.

    name, layer    where it stands, and its repr
    mean, std      of its outputs y          zeros: the fraction of outputs that are exactly 0 (sparsity)
    dead           the fraction of its units (columns of y) that are 0 for the whole batch
    error          root mean square of dL/dy          grad: norm of dL/dparams together, 0 without parameters
    """

    name: str
    layer: str
    mean: float
    std: float
    zeros: float
    dead: float
    error: float
    grad: float


def layer_statistics(network, x, loss, target):
    """LayerStatistics of every innermost layer for one batch, in forward order; the network stays as it is.          [Lectures: C13, C14, I6, U22, I15]

    Where `error` shrinks or grows from one layer to the next by a constant factor, gradients vanish or explode.
    Raises    ValueError for an empty batch.
    """
    if len(x) == 0:
        raise ValueError(f"x: wanted at least one example, got shape {np.shape(x)}")
    return [_statistics(step) for step in trace(network, x, loss, target)]


def _statistics(step):
    y = step.y.astype(np.float64)
    squares = [np.sum(np.square(g, dtype=np.float64)) for g in step.layer.grads.values()]
    return LayerStatistics(
        name=step.name,
        layer=repr(step.layer),
        mean=float(np.mean(y)),
        std=float(np.std(y)),
        zeros=float(np.mean(y == 0)),
        dead=float(np.mean(np.all(y == 0, axis=0))),
        error=float(np.sqrt(np.mean(np.square(step.dy, dtype=np.float64)))),
        grad=float(np.sqrt(sum(squares))),
    )
