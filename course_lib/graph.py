"""A scalar computation graph that replays its forward and its backward pass step by step.          [Lectures: C5, C6, C7]

    a, b = Node(2, "a"), Node(-3, "b")
    c = (a * b + 1).named("c")
    backward(c)                          # a.grad = dc/da = -3, b.grad = dc/db = 2

Every operation makes a Node that remembers its parents and the local derivatives d node / d parent. Backpropagation is then one
line for every graph: parent.grad += node.grad * local derivative, from the result to the inputs.
"""

import math
from collections.abc import Iterator
from numbers import Real
from typing import NamedTuple


class Node:
    """One number of the graph.

    value      the number itself, from the forward pass
    grad       d result / d value, after backward(result)
    label      its name, such as "w13"; "" if nobody named it
    operation  how it follows from its parents, such as "{} * {}"; "" for an input
    parents    the nodes that it was computed from
    slopes     the local derivatives d value / d parent, in the order of the parents

    Raises     TypeError if the value is not a real number, ValueError if it or a local derivative is not finite.
    """

    def __init__(self, value, label="", operation="", parents=(), slopes=()):
        if not isinstance(value, Real):
            raise TypeError(f"value: wanted a number, got {type(value).__name__}")
        if not all(map(math.isfinite, (value, *slopes))):
            raise ValueError(
                f"{operation or 'value'}: wanted finite numbers, got {value} (local derivatives {list(slopes)})"
            )
        self.value, self.grad = float(value), 0.0
        self.label, self.operation = label, operation
        self.parents, self.slopes = tuple(parents), tuple(slopes)

    def named(self, label):
        """Name this node and return it: in3 = (w03 + w13 * x1).named("in3")."""
        self.label = label
        return self

    def __repr__(self):
        return f"Node({self.label or '?'}: value {show(self.value)}, grad {show(self.grad)})"

    def __add__(self, other):
        other = _node(other)
        return Node(self.value + other.value, "", "{} + {}", (self, other), (1.0, 1.0))

    def __sub__(self, other):
        other = _node(other)
        return Node(self.value - other.value, "", "{} - {}", (self, other), (1.0, -1.0))

    def __mul__(self, other):
        other = _node(other)
        return Node(self.value * other.value, "", "{} * {}", (self, other), (other.value, self.value))

    def __truediv__(self, other):
        a, b = self.value, (other := _node(other)).value
        if b == 0:
            raise ZeroDivisionError(f"{self!r} / {other!r}: cannot divide by 0")
        return Node(a / b, "", "{} / {}", (self, other), (1 / b, -a / b / b))

    def __pow__(self, exponent):
        """self ** exponent for a fixed number as exponent."""
        if not isinstance(exponent, Real):
            raise TypeError(f"exponent: wanted a number, got {type(exponent).__name__}")
        a, n = self.value, float(exponent)
        try:
            value, slope = math.pow(a, n), n * math.pow(a, n - 1) if n else 0.0
        except (ValueError, OverflowError):
            raise ValueError(f"{show(a)} ** {show(n)} or its derivative is not a finite real number") from None
        return Node(value, "", "{} ** " + show(n, factor=True), (self,), (slope,))

    def __neg__(self):
        return Node(-self.value, "", "-{}", (self,), (-1.0,))

    def __radd__(self, other):
        return _node(other) + self

    def __rsub__(self, other):
        return _node(other) - self

    def __rmul__(self, other):
        return _node(other) * self

    def __rtruediv__(self, other):
        return _node(other) / self


def exp(a):
    """y = e^a    dy/da = y    Raises OverflowError where float64 ends, above 709.78."""
    try:
        y = math.exp((a := _node(a)).value)
    except OverflowError:
        raise OverflowError(f"exp: {show(a.value)} is too large, e^a leaves float64 above 709.78") from None
    return Node(y, "", "exp({})", (a,), (y,))


def log(a):
    """y = ln a    dy/da = 1 / a    Raises ValueError unless a > 0."""
    if not (a := _node(a)).value > 0:
        raise ValueError(f"log: wanted a number above 0, got {show(a.value)}")
    return Node(math.log(a.value), "", "log({})", (a,), (1 / a.value,))


def relu(a):
    """y = max(0, a)    dy/da = 1 if a > 0, else 0 (also at 0, where no derivative exists)          [Lectures: C3, C4, U23]"""
    z = (a := _node(a)).value
    return Node(max(0.0, z), "", "relu({})", (a,), (1.0 if z > 0 else 0.0,))


def sigmoid(a):
    """y = 1 / (1 + e^-a)    dy/da = y (1 - y)          [Lectures: C3, C4]"""
    z = (a := _node(a)).value
    return Node(_sigmoid(z), "", "sigmoid({})", (a,), (_sigmoid(z) * _sigmoid(-z),))


def tanh(a):
    """y = (e^a - e^-a) / (e^a + e^-a)    dy/da = 1 - y^2          [Lectures: C3, C4, E5]"""
    y = math.tanh((a := _node(a)).value)
    return Node(y, "", "tanh({})", (a,), ((1 - y) * (1 + y),))


def softplus(a):
    """y = ln(1 + e^a)    dy/da = sigmoid(a)          [Lectures: C3]"""
    z = (a := _node(a)).value
    return Node(_softplus(z), "", "softplus({})", (a,), (_sigmoid(z),))


def weighted_sum(bias, weights, inputs):
    """What a unit receives: in_j = w_0j + sum_i w_ij a_i, as one node.          [Lectures: C2, C5]

    d in_j / d w_0j = 1    d in_j / d w_ij = a_i    d in_j / d a_i = w_ij
    Raises    ValueError unless there are as many inputs as weights.
    """
    bias, weights, inputs = _node(bias), [_node(w) for w in weights], [_node(a) for a in inputs]
    if (n := len(weights)) != len(inputs):
        raise ValueError(f"weights, inputs: wanted as many of both, got {n} and {len(inputs)}")
    value = bias.value + sum(w.value * a.value for w, a in zip(weights, inputs, strict=True))
    operation = " + ".join(["{0}"] + [f"{{{i}}} * {{{n + i}}}" for i in range(1, n + 1)])
    slopes = (1.0, *(a.value for a in inputs), *(w.value for w in weights))
    return Node(value, "", operation, (bias, *weights, *inputs), slopes)


def cross_entropy(logit, y):
    """Binary cross-entropy of yhat = sigmoid(logit), taken from the logit so that no digit is lost.          [Lectures: C7, W6, E15]

    loss = -y ln yhat - (1 - y) ln(1 - yhat) = softplus(logit) - y logit
    d loss / d logit = yhat - y    d loss / d y = -logit
    Raises    ValueError if y is outside [0, 1].
    """
    z, t = (logit := _node(logit)).value, (y := _node(y)).value
    if not 0 <= t <= 1:
        raise ValueError(f"y: wanted a target from 0 to 1, got {show(t)}")
    loss = (1 - t) * _softplus(z) + t * _softplus(-z)  # the same, but never a difference of two large numbers
    slope = (1 - t) * _sigmoid(z) - t * _sigmoid(-z)
    return Node(loss, "", "softplus({0}) - {1} * {0}", (logit, y), (slope, -z))


class ForwardStep(NamedTuple):
    """One node is computed: in3 = w03 + w13 * x1 + w23 * x2 = 2 + 2 * (-3) + 3 * 5 = 11."""

    node: Node
    value: float
    equation: str


class BackwardStep(NamedTuple):
    """One node hands its error to one parent: handed = error * slope is added to the parent's gradient, which is now `total`."""

    node: Node
    parent: Node
    error: float  # d result / d node
    slope: float  # d node / d parent
    handed: float
    total: float
    equation: str


def forward_steps(*results: Node) -> Iterator[ForwardStep]:
    """Replay how the results were computed: every node once, after all of its parents."""
    order = _order(results)
    names = _names(order)
    for node in order:
        if node.parents:
            words = node.operation.format(*(names[p] for p in node.parents))
            numbers = _fill(node.operation, [p.value for p in node.parents])
            yield ForwardStep(node, node.value, f"{names[node]} = {words} = {numbers} = {show(node.value)}")


def backward_steps(result: Node) -> Iterator[BackwardStep]:
    """Run the backward pass one hand-over at a time. Gradients start at 0; no node hands on before its own error is complete."""
    names = _names(_order([result]))
    order = _order([result], turn=-1)[::-1]
    for node in order:
        node.grad = 0.0
    result.grad = 1.0
    for node in order:
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            handed = node.grad * slope
            parent.grad += handed
            product = _fill("{} * {} = ", [node.grad, slope]) + show(handed)
            equation = f"{names[node]} hands {names[parent]} {product}; {names[parent]} has {show(parent.grad)} so far"
            yield BackwardStep(node, parent, node.grad, slope, handed, parent.grad, equation)


def backward(result: Node) -> None:
    """Set grad = d result / d node on every node that the result was computed from.          [Lectures: C6, U3, U4, U5]

    Paths add up: a node that is used twice gets both errors. Each call starts from 0 again.
    """
    for _ in backward_steps(result):
        pass


def show(value: float, factor: bool = False) -> str:
    """A number as one writes it on paper: 6 digits, and 1 - 1.03e-10 where they would hide that it is not 1.

    factor    put it in brackets if it would be misread next to * or **
    """
    text = f"1 - {1 - value:.3g}" if 0 < 1 - value < 5e-6 else f"{value + 0.0:.6g}"  # + 0.0 turns -0 into 0
    return f"({text})" if factor and (text[0] == "-" or " " in text) else text


def _node(value):
    return value if isinstance(value, Node) else Node(value)


def _sigmoid(z):
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))  # never exp of a large number


def _softplus(z):
    return max(z, 0.0) + math.log1p(math.exp(-abs(z)))


def _fill(operation, values):
    """The operation with numbers in it; a number that already stands in brackets gets no second pair."""
    return operation.format(*(show(v, factor=True) for v in values)).replace("((", "(").replace("))", ")")


def _names(order):
    """A name for every node: its label, a constant's number, or v1, v2, ... for steps in between that nobody named."""
    inner = [node for node in order if node.parents and not node.label]
    names = {node: f"v{k}" for k, node in enumerate(inner, 1)}
    return {node: names.get(node) or node.label or show(node.value) for node in order}


def _order(results, turn=1):
    """Every node that the results follow from, after its parents; turn=-1 visits the parents last to first."""
    order, seen, todo = [], set(), [(node, False) for node in results[::-1]]
    while todo:
        node, parents_done = todo.pop()
        if parents_done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            todo.append((node, True))
            todo.extend((p, False) for p in node.parents[::-turn])
    return order
