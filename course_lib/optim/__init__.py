"""Optimizers, and what decides how far they go. Everything here works on plain vectors."""

from course_lib.optim.base import Optimizer
from course_lib.optim.clipping import clip_by_global_norm, clip_by_value
from course_lib.optim.optimizers import SGD, AdaGrad, Adam, AdamW, HeavyBall, Momentum, Nesterov, RMSProp
from course_lib.optim.schedules import Constant, Cosine, CosineRestarts, Exponential, InverseTime, StepDecay, WarmUp
from course_lib.optim.step_size import Advice, babysit, bottou_step_size

__all__ = [
    "SGD",
    "AdaGrad",
    "Adam",
    "AdamW",
    "Advice",
    "Constant",
    "Cosine",
    "CosineRestarts",
    "Exponential",
    "HeavyBall",
    "InverseTime",
    "Momentum",
    "Nesterov",
    "Optimizer",
    "RMSProp",
    "StepDecay",
    "WarmUp",
    "babysit",
    "bottou_step_size",
    "clip_by_global_norm",
    "clip_by_value",
]
