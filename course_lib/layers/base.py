"""What a layer is, layers in a row, and a whole network's parameters as one vector."""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from course_lib.arrays import check_array
from course_lib.layers.tree import _Tree


class Layer(_Tree, ABC):
    """A differentiable map y = f(x; params); `backward` multiplies an error from the left with its Jacobian.

    params    what training changes, by name; write into the arrays, params["W"][...] = W: a new array would leave `pack`'s vector
    grads     dL/dparam by the same names; every backward overwrites them
    state     what training only collects, such as running means
    layers    the layers inside, for those that are made of others
    """

    layers: tuple["Layer", ...] = ()
    _saved: Any = None  # what recall() gives to backward
    _packed: Any = None  # (theta, grad) once pack() has been here

    @abstractmethod
    def forward(self, x, training=False) -> Any:
        """y = f(x), batch first; only in training does the layer save what backward will need."""

    @abstractmethod
    def backward(self, dy, need_dx=True) -> Any:
        """Fill `grads` from dy = dL/dy, and return dx = dL/dx; None if need_dx is false.

        Raises    RuntimeError unless a training forward came before; each can be used once.
        """

    def recall(self):
        """Return, once, what the last training forward saved for backward."""
        if self._saved is None:
            raise RuntimeError(f"{self!r}: backward needs forward(x, training=True) before it, every time")
        saved, self._saved = self._saved, None
        return saved

    def accept(self, name, x, shape=None, dtype=None):
        """`course_lib.arrays.check_array`, with errors that name this layer."""
        try:
            return check_array(name, x, shape, dtype)
        except (TypeError, ValueError) as error:
            raise type(error)(f"{self!r}: {error}") from None

    def __repr__(self):
        return f"{type(self).__name__}()"


class Sequential(Layer):
    """y = f_L(... f_2(f_1(x)))    backward  the error travels through the same layers from last to first.          [Lectures: C1, I4]

    Raises    TypeError if one is not a layer, ValueError if one stands there twice: its second forward would overwrite the first.
    """

    def __init__(self, *layers):
        super().__init__()
        for i, layer in enumerate(layers):
            if not isinstance(layer, Layer):
                hint = f", write {layer.__name__}(...)" if isinstance(layer, type) else ""
                raise TypeError(f"layers: wanted layers, got {type(layer).__name__} at position {i}{hint}")
        self.layers = layers
        inside = [layer for _, layer in self.walk()]
        if twice := [layer for layer in inside if inside.count(layer) > 1]:
            raise ValueError(f"layers: wanted every layer once, got the same {twice[0]!r} again")
        trained = [any(inner.params for _, inner in layer.walk()) for layer in layers]
        self._lowest = trained.index(True) if any(trained) else 0

    def forward(self, x, training=False):
        for layer in self.layers:
            x = layer.forward(x, training)
        return x

    def backward(self, dy, need_dx=True):
        for i in reversed(range(len(self.layers))):
            if i < self._lowest and not need_dx:
                self.layers[i].recall()  # nothing below has parameters: nobody waits for an error
            else:
                dy = self.layers[i].backward(dy, need_dx or i > self._lowest)
        return dy

    def recall(self):
        return [layer.recall() for layer in self.layers]

    def __repr__(self):
        return f"{type(self).__name__}({', '.join(map(repr, self.layers))})"


def pack(network):
    """Move all parameters and all gradients of a network into two vectors, (theta, grad), and leave views of them in its layers.

    A step of any optimizer is then one line: theta -= lr * grad. Packing again returns the same two vectors; packing a part of a
    packed network, or a network built around it, takes those layers out of the old vectors.
    Raises    ValueError if there are no parameters, or if they differ in dtype.
    """
    slots = [(layer, name) for _, layer in network.walk() for name in layer.params]
    if network._packed is not None:
        theta, grad = network._packed
        if all(layer.params[name].base is theta and layer.grads[name].base is grad for layer, name in slots):
            return theta, grad
    if len(dtypes := {str(layer.params[name].dtype) for layer, name in slots}) != 1:
        raise ValueError(
            f"network: wanted parameters of one dtype, got {' and '.join(sorted(dtypes)) or 'no parameters'}"
        )
    theta = np.concatenate([layer.params[name].ravel() for layer, name in slots])
    grad = np.concatenate([layer.grads[name].ravel() for layer, name in slots])
    ends = np.cumsum([layer.params[name].size for layer, name in slots])[:-1]
    for (layer, name), p, g in zip(slots, np.split(theta, ends), np.split(grad, ends), strict=True):
        shape = layer.params[name].shape
        layer.params[name], layer.grads[name] = p.reshape(shape), g.reshape(shape)
    network._packed = theta, grad
    return theta, grad
