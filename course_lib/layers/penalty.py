"""A penalty on what a layer puts out, instead of on its weights."""

from course_lib.layers.base import Layer
from course_lib.regularizers import MaxNorm, Regularizer


class ActivityPenalty(Layer):
    """y = x, and 1/N sum_n Omega(x_n) is added to the loss: small or sparse activations.          [Lectures: W10]

        Sequential(Dense(64, 32, rng=rng), ReLU(), ActivityPenalty(L1(1e-3)), Dense(32, 10, rng=rng))

    x: (N, ...)   omega: L1, L2 or L1L2, summed over one example
    backward  dL/dx = dL/dy + Omega'(x) / N, where L is the loss without the penalty
    value     the penalty of the last training forward, for the record: the loss itself does not know it
    Raises    TypeError if omega is no regularizer, or a MaxNorm, which has no slope to follow.
    """

    def __init__(self, omega):
        if not isinstance(omega, Regularizer) or isinstance(omega, MaxNorm):
            raise TypeError(f"omega: wanted a regularizer such as L1(1e-3), got {omega!r}")
        super().__init__()
        self.omega, self.value = omega, 0.0

    def forward(self, x, training=False):
        x = self.accept("x", x)
        if training:
            self._saved = x
            self.value = self.omega.value(x) / max(len(x), 1)
        return x.copy()

    def backward(self, dy, need_dx=True):
        x = self.recall()
        dy = self.accept("dy", dy, x.shape, x.dtype)
        return dy + self.omega.grad(x) / max(len(x), 1) if need_dx else None

    def __repr__(self):
        return f"ActivityPenalty({self.omega!r})"
