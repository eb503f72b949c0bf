"""Count what training costs, in multiply-adds: the same on every machine, as seconds are not."""

from contextlib import contextmanager
from typing import Any

from course_lib.layers import Conv2d, Dense, TiedDense
from course_lib.layers.recurrent import Recurrent
from course_lib.models.summary import multiply_adds

KINDS: tuple[Any, ...] = (Dense, TiedDense, Conv2d, Recurrent)  # all that multiply by weights


class Meter:
    """multiply_adds: what has been spent so far          [Lectures: U6]"""

    multiply_adds = 0


@contextmanager
def metered():
    """Count the multiply-adds of all layers that work inside of the block, forward and backward.          [Lectures: U6, I17]

        with metered() as meter:
            for record in train(...):
                print(record.epoch, meter.multiply_adds)

    For N examples forward costs N times what `summary` says; backward costs that once for dL/dW, and once more for dL/dx where
    it is asked for. Activations, norms, losses and optimizers count as 0, and so does NumPy outside of layers.
    """
    meter = Meter()
    plain = [(kind, kind.forward, kind.backward) for kind in KINDS]
    for kind, forward, backward in plain:
        _count(meter, kind, forward, backward)
    try:
        yield meter
    finally:
        for kind, forward, backward in plain:
            kind.forward, kind.backward = forward, backward


def _count(meter, kind, forward, backward):
    """Let all layers of a kind note what they spend."""

    def counting_forward(layer, x, training=False):
        y = forward(layer, x, training)
        layer._spent = len(x) * multiply_adds(layer, x.shape, y.shape)
        meter.multiply_adds += layer._spent
        return y

    def counting_backward(layer, dy, need_dx=True):
        dx = backward(layer, dy, need_dx)
        meter.multiply_adds += layer._spent * (2 if need_dx else 1)
        return dx

    kind.forward, kind.backward = counting_forward, counting_backward
