"""What a layer keeps, apart from what it computes: arrays by name, and the layers inside it."""

import copy
from typing import Any

import numpy as np

from course_lib.arrays import check_array


class _Tree:
    """Parameters, their gradients and states, each by name, and others of its kind inside."""

    layers: tuple[Any, ...] = ()

    def __init__(self, **params):
        self.params = params
        self.grads = {name: np.zeros_like(p) for name, p in params.items()}
        self.state = {}

    def walk(self, path=""):
        """This and all inside it, each after its path: "" for itself, then "0.", "1.", "1.0.", ..."""
        yield path, self
        for i, layer in enumerate(self.layers):
            yield from layer.walk(f"{path}{i}.")

    def snapshot(self):
        """Copies of all parameters and states by name, {"0.W": ..., "0.b": ..., "2.W": ...}, as np.savez(file, **...) takes them."""
        return {name: array.copy() for name, array in self._arrays().items()}

    def load(self, snapshot):
        """Write a snapshot, or what np.load made of it, into the arrays that are here.

        Raises    ValueError if a name is missing or unknown or a shape differs; then nothing is written.
        """
        own = self._arrays()
        if strange := set(own) ^ set(snapshot):
            raise ValueError(f"snapshot: wanted {', '.join(own)}; missing or unknown: {', '.join(sorted(strange))}")
        new = {name: check_array(name, snapshot[name], array.shape) for name, array in own.items()}
        for name, array in own.items():
            array[...] = new[name]

    def astype(self, dtype):
        """A copy with all parameters in another dtype, such as float64 for a gradient check."""
        twin = copy.deepcopy(self)
        for _, layer in twin.walk():
            for arrays in (layer.params, layer.grads, layer.state):
                arrays.update({name: array.astype(dtype) for name, array in arrays.items()})
        return twin

    def _arrays(self):
        return {
            path + name: array for path, layer in self.walk() for name, array in {**layer.params, **layer.state}.items()
        }
