"""What goes through a network: the input and output of every layer, and the error that comes back."""

import copy
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass
class Trace:
    """One pass through one layer.

    name    where the layer stands, as in snapshot(): "0", "2", "1.0"    layer: the layer, in a copy of the network
    x, y    what went in and came out    dy: dL/dy, None unless a loss was given
    """

    name: str
    layer: Any
    x: np.ndarray
    y: np.ndarray
    dy: np.ndarray | None = None


def trace(network, x, loss=None, target=None):
    """A Trace of every innermost layer, in the order in which they work.          [Lectures: C14, I6]

    Without a loss as in prediction; with a loss and its target as in one step of training, gradients included (trace.layer.grads).
    A copy does the work: running means, random generators and saved values of the network stay as they are.
    """
    twin, passes = copy.deepcopy(network), []
    for path, layer in twin.walk():
        if not layer.layers:
            _watch(path.rstrip("."), layer, passes)
    y = twin.forward(x, training=loss is not None)
    if loss is not None:
        loss = copy.deepcopy(loss)
        loss.forward(y, target)
        twin.backward(loss.backward())
    return passes


def _watch(name, layer, passes):
    """Let a layer's forward and backward note what they see."""
    forward, backward = layer.forward, layer.backward

    def noting_forward(x, training=False):
        y = forward(x, training)
        passes.append(Trace(name, layer, x, y))
        return y

    def noting_backward(dy, need_dx=True):
        next(p for p in reversed(passes) if p.layer is layer).dy = dy
        return backward(dy, need_dx)

    layer.forward, layer.backward = noting_forward, noting_backward
