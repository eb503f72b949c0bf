"""Layers: differentiable maps with explicit forward and backward passes, batch first."""

from course_lib.layers.activations import (
    ELU,
    Activation,
    Identity,
    LeakyReLU,
    ReLU,
    Sigmoid,
    Softplus,
    Tanh,
    elu,
    leaky_relu,
    relu,
    sigmoid,
    softplus,
    tanh,
)
from course_lib.layers.base import Layer, Sequential, pack
from course_lib.layers.composite import MultiHead, Residual
from course_lib.layers.convolution import Conv2d
from course_lib.layers.dense import Dense
from course_lib.layers.dropout import Dropout, SpatialDropout, VanillaDropout, monte_carlo
from course_lib.layers.gated import GELU, SiLU, gelu, silu
from course_lib.layers.naming import parameter_slices, parameters
from course_lib.layers.noise import GaussianNoise, MaskingNoise
from course_lib.layers.normalization import BatchNorm1d, BatchNorm2d, LayerNorm
from course_lib.layers.penalty import ActivityPenalty
from course_lib.layers.pooling import AvgPool2d, GlobalAvgPool2d, MaxPool2d
from course_lib.layers.recurrent import GRU, LSTM, RNN
from course_lib.layers.reshape import Flatten, Reshape
from course_lib.layers.softmax import LogSoftmax, Softmax, log_softmax, softmax
from course_lib.layers.tying import SharedDense, TiedDense

__all__ = [
    "ELU",
    "GELU",
    "GRU",
    "LSTM",
    "RNN",
    "Activation",
    "ActivityPenalty",
    "AvgPool2d",
    "BatchNorm1d",
    "BatchNorm2d",
    "Conv2d",
    "Dense",
    "Dropout",
    "Flatten",
    "GaussianNoise",
    "GlobalAvgPool2d",
    "Identity",
    "Layer",
    "LayerNorm",
    "LeakyReLU",
    "LogSoftmax",
    "MaskingNoise",
    "MaxPool2d",
    "MultiHead",
    "ReLU",
    "Reshape",
    "Residual",
    "Sequential",
    "SharedDense",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "SpatialDropout",
    "Tanh",
    "TiedDense",
    "VanillaDropout",
    "elu",
    "gelu",
    "leaky_relu",
    "log_softmax",
    "monte_carlo",
    "pack",
    "parameter_slices",
    "parameters",
    "relu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "tanh",
]
