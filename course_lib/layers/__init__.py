"""Layers: differentiable maps with explicit forward and backward passes, batch first."""

from course_lib.layers.activations import (
    Activation,
    Identity,
    LeakyReLU,
    ReLU,
    Sigmoid,
    Softplus,
    Tanh,
    leaky_relu,
    relu,
    sigmoid,
    softplus,
)
from course_lib.layers.base import Layer, Sequential, pack
from course_lib.layers.dense import Dense

__all__ = [
    "Activation",
    "Dense",
    "Identity",
    "Layer",
    "LeakyReLU",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Softplus",
    "Tanh",
    "leaky_relu",
    "pack",
    "relu",
    "sigmoid",
    "softplus",
]
