"""What a loss is, and how its two arguments are checked."""

from abc import ABC, abstractmethod
from typing import Any

from course_lib.arrays import check_array


class Loss(ABC):
    """L(pred, target): one number for a batch, the mean over its N examples; what an example predicts is summed.          [Lectures: W1]"""

    _saved: Any = None

    @abstractmethod
    def forward(self, pred, target):
        """L as a float. Losses that include the last sigmoid or softmax call their argument `logits` instead of `pred`."""

    @abstractmethod
    def backward(self):
        """dL/dpred, of the shape of pred, divided by N already.

        Raises    RuntimeError unless a forward came before; each can be used once.
        """

    def recall(self):
        """Return, once, what the last forward saved for backward."""
        if self._saved is None:
            raise RuntimeError(f"{self!r}: backward needs forward(...) before it, every time")
        saved, self._saved = self._saved, None
        return saved

    def __repr__(self):
        return f"{type(self).__name__}()"


def check_batch(name, pred):
    """`pred` as a float array of at least one example, batch first."""
    pred = check_array(name, pred)
    if pred.ndim == 0 or len(pred) == 0:
        raise ValueError(f"{name}: wanted a batch of at least one example, got shape {pred.shape}")
    return pred


def check_pair(name, pred, target):
    """Both as float arrays of one shape and dtype: (N,) against (N, 1) would broadcast to (N, N) without a word."""
    pred = check_batch(name, pred)
    return pred, check_array("target", target, pred.shape, pred.dtype)
