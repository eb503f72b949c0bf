"""Several losses at once: one network, one output per task."""

import math

from course_lib.losses.base import Loss


class MultiTask(Loss):
    """L = sum_i w_i L_i(pred_i, target_i), for networks with one output per task on a shared trunk.          [Lectures: W16, W23; Caruana 1997]

    losses: one per task    weights: one number >= 0 per task, all 1 if not given
    pred, target: one array per task, in a tuple or list
    backward  a tuple with one gradient per task, w_i dL_i/dpred_i; the trunk gets their sum through its heads
    parts     after forward: the losses of the tasks, without their weights
    Raises    ValueError if the numbers of losses, weights, predictions and targets differ, or a weight is negative.
    """

    def __init__(self, losses, weights=None):
        self.losses = tuple(losses)
        self.weights = (1.0,) * len(self.losses) if weights is None else tuple(map(float, weights))
        if not self.losses:
            raise ValueError("losses: wanted at least one, got none")
        for i, loss in enumerate(self.losses):
            if not isinstance(loss, Loss):
                raise TypeError(f"losses: wanted losses such as SquaredError(), got {loss!r} at position {i}")
            if loss in self.losses[:i]:
                raise ValueError(f"losses: wanted an object of its own for every task, got the same {loss!r} again")
        if len(self.weights) != len(self.losses) or not all(0 <= w < math.inf for w in self.weights):
            raise ValueError(f"weights: wanted {len(self.losses)} numbers of at least 0, got {self.weights}")
        self.parts = ()

    def forward(self, pred, target):
        self._check("pred", pred)
        self._check("target", target)
        tasks = zip(self.losses, pred, target, strict=True)
        self.parts = tuple(loss.forward(p, t) for loss, p, t in tasks)
        self._saved = True
        return sum(w * value for w, value in zip(self.weights, self.parts, strict=True))

    def backward(self):
        self.recall()
        gradients = [loss.backward() for loss in self.losses]
        return tuple(g * w for w, g in zip(self.weights, gradients, strict=True))

    def _check(self, name, arrays):
        if not isinstance(arrays, tuple | list):
            raise TypeError(
                f"{name}: wanted a tuple with one array for each of {len(self.losses)} tasks, got {type(arrays).__name__}"
            )
        if len(arrays) != len(self.losses):
            raise ValueError(f"{name}: wanted one array for each of {len(self.losses)} tasks, got {len(arrays)}")

    def __repr__(self):
        return f"MultiTask({', '.join(f'{w:g} {loss!r}' for w, loss in zip(self.weights, self.losses, strict=True))})"
