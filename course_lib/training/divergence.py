"""When a loss becomes nan or inf: where it began, and what helps."""

import numpy as np

from course_lib.models import trace


class Diverged(FloatingPointError):
    """Training met nan or inf. epoch: in which; where: the data, a layer or the loss; its text says both and what to try."""

    def __init__(self, epoch, where, hint):
        super().__init__(f"epoch {epoch}: {where}. {hint}")
        self.epoch, self.where, self.hint = epoch, where, hint

    def __reduce__(self):
        return type(self), (self.epoch, self.where, self.hint)


def explain(network, loss, x, y, epoch):
    """(epoch, where, hint) for the first thing, on the way from the data to the loss, that is not finite."""
    if bad := _count_bad(x):
        return epoch, f"the batch has {bad} of x's numbers that are nan or inf", "Clean the data before training."
    if bad := sum(map(_count_bad, y if isinstance(y, tuple) else (y,))):
        return epoch, f"the batch has {bad} of y's numbers that are nan or inf", "Clean the data before training."
    for path, layer in network.walk():
        for name, p in {**layer.params, **layer.state}.items():
            if bad := _count_bad(p):
                where = f"{bad} of {p.size} numbers of {path}{name}, of {layer!r}, are nan or inf"
                return (
                    epoch,
                    where,
                    "The steps were too long: lower the learning rate, or clip the gradient by its norm.",
                )
    for step in trace(network, x):
        if bad := _count_bad(step.y):
            where = f"{bad} of {step.y.size} outputs of layer {step.name}, {step.layer!r}, are nan or inf"
            hint = "Its weights or inputs have grown too large: lower the learning rate, clip the gradient, standardise x, or penalise the weights."
            return epoch, where, hint
    hint = "The predictions are finite, but too large for it, or certain of what did not happen: prefer a loss that takes logits, scale the targets, lower the learning rate."
    return epoch, f"{loss!r} is nan or inf", hint


def explain_step(network, error, epoch):
    """(epoch, where, hint) for an optimizer whose step met a number too large: where the largest gradient is."""
    sizes = {
        f"{path}{name}, of {layer!r}": float(np.max(np.abs(g), initial=0))
        for path, layer in network.walk()
        for name, g in layer.grads.items()
    }
    largest = max(sizes, key=lambda name: (np.isnan(sizes[name]), sizes[name]))
    where = f"the step overflowed; the largest gradient is {sizes[largest]:.3g}, of {largest}"
    return epoch, where, f"Lower the learning rate, or clip the gradient by its norm. ({error})"


def _count_bad(x):
    return int(np.sum(~np.isfinite(x)))
