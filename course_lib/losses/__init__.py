"""Losses: the mean over the batch of each example's -log p(y | x), with the gradient by the prediction.

Which loss for which target, and the output layer that it wants          [Lectures: W7, U7, I16]

    one number or more          linear                 SquaredError, GaussianNLL; Huber with outliers
    ... and how sure            linear, 2M             HeteroscedasticNLL
    ... in one of many places   linear, J (M + 2)      MixtureDensityNLL
    yes or no                   linear (a logit)       SigmoidCrossEntropy; Hinge; BinaryCrossEntropy after a sigmoid
    several yes or no           linear, one per label  SigmoidCrossEntropy: it is the multi-label loss
    one of K classes            linear, K logits       SoftmaxCrossEntropy; with smooth_labels
    several tasks               one output each        MultiTask
    the code of a VAE           linear, 2K             GaussianKL, beside the loss of the reconstruction
"""

from course_lib.losses.base import Loss
from course_lib.losses.classification import (
    BinaryCrossEntropy,
    SigmoidCrossEntropy,
    SoftmaxCrossEntropy,
)
from course_lib.losses.gaussian import GaussianKL, GaussianNLL, HeteroscedasticNLL
from course_lib.losses.mixture import MixtureDensityNLL
from course_lib.losses.multitask import MultiTask
from course_lib.losses.regression import SquaredError
from course_lib.losses.robust import Hinge, Huber
from course_lib.losses.smoothing import smooth_labels, w15_smooth_labels

__all__ = [
    "BinaryCrossEntropy",
    "GaussianKL",
    "GaussianNLL",
    "HeteroscedasticNLL",
    "Hinge",
    "Huber",
    "Loss",
    "MixtureDensityNLL",
    "MultiTask",
    "SigmoidCrossEntropy",
    "SoftmaxCrossEntropy",
    "SquaredError",
    "smooth_labels",
    "w15_smooth_labels",
]
