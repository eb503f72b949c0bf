"""Networks that are no single row: a way around, and several ends."""

from course_lib.layers.base import Layer, Sequential


class Residual(Layer):
    """y = x + f(x): a skip connection; where f adds little, signals and gradients pass unchanged.          [Lectures: U22, I6; He et al. 2016]

    x: (N, ...)   f: a layer whose output has the shape of x   y: as x
    backward  dL/dx = dL/dy + f.backward(dL/dy)
    Raises    ValueError if f(x) has another shape than x.
    """

    def __init__(self, f):
        super().__init__()
        self.layers = Sequential(f).layers  # that it is a layer is checked there

    def forward(self, x, training=False):
        x = self.accept("x", x)
        y = self.layers[0].forward(x, training)
        if y.shape != x.shape:
            raise ValueError(f"{self!r}: f: wanted an output of the shape of x, {x.shape}, got {y.shape}")
        return x.astype(y.dtype, copy=False) + y

    def backward(self, dy, need_dx=True):
        dx = self.layers[0].backward(dy, need_dx)
        return dy + dx if need_dx else None

    def recall(self):
        return self.layers[0].recall()

    def __repr__(self):
        return f"Residual({self.layers[0]!r})"


class MultiHead(Layer):
    """(y_1, ..., y_k) = (g_1(h), ..., g_k(h)), h = f(x): several tasks on one shared trunk f.          [Lectures: W16]

    x: (N, ...)   y: a tuple, one output for each head
    backward  takes a tuple, one dL/dy_i for each head:  dL/dh = sum_i g_i.backward(dL/dy_i)    dL/dx = f.backward(dL/dh)
    Raises    ValueError if dy does not hold one array for each head.
    """

    def __init__(self, trunk, *heads):
        super().__init__()
        if not heads:
            raise ValueError("heads: wanted at least one")
        self.layers = Sequential(trunk, *heads).layers  # that each is a layer, and another one, is checked there

    def forward(self, x, training=False):
        trunk, *heads = self.layers
        h = trunk.forward(x, training)
        return tuple(head.forward(h, training) for head in heads)

    def backward(self, dy, need_dx=True):
        trunk, *heads = self.layers
        if not isinstance(dy, tuple | list) or len(dy) != len(heads):
            got = f"{len(dy)} arrays" if isinstance(dy, tuple | list) else type(dy).__name__
            raise ValueError(f"{self!r}: dy: wanted a tuple of {len(heads)} arrays, one for each head, got {got}")
        dh = sum(head.backward(dy_i) for head, dy_i in zip(heads, dy, strict=True))  # the errors of all tasks meet
        return trunk.backward(dh, need_dx)

    def recall(self):
        return [layer.recall() for layer in self.layers]

    def __repr__(self):
        return f"MultiHead({', '.join(map(repr, self.layers))})"
