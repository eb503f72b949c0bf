"""Losses: the mean over the batch of each example's -log p(y | x), with the gradient by the prediction."""

from course_lib.losses.base import Loss
from course_lib.losses.classification import (
    BinaryCrossEntropy,
    SigmoidCrossEntropy,
    SoftmaxCrossEntropy,
    log_softmax,
    softmax,
)
from course_lib.losses.regression import SquaredError

__all__ = [
    "BinaryCrossEntropy",
    "Loss",
    "SigmoidCrossEntropy",
    "SoftmaxCrossEntropy",
    "SquaredError",
    "log_softmax",
    "softmax",
]
