"""course_lib."""

import numpy as np

from benchmarks.workloads import DROPPED, LR, WORKLOADS
from course_lib.layers import RNN, BatchNorm1d, Conv2d, Dense, Dropout, Flatten, MaxPool2d, ReLU, Sequential, pack
from course_lib.losses import SoftmaxCrossEntropy, SquaredError
from course_lib.optim import Adam
from course_lib.training import gradients

rng = np.random.default_rng(0)
LAYERS = {
    "dense": lambda n_in, n_out: Dense(n_in, n_out, rng=rng),
    "conv": lambda n_in, n_out: Conv2d(n_in, n_out, 3, padding=1, rng=rng),
    "rnn": lambda n_in, n_hidden: RNN(n_in, n_hidden, rng=rng),
    "norm": BatchNorm1d,
    "dropout": lambda: Dropout(DROPPED, rng=rng),
    "relu": ReLU,
    "pool": lambda: MaxPool2d(2),
    "flatten": Flatten,
}


def make(name, batch, dtype):
    """One training step of a workload, as a function that returns the loss before it."""
    workload = WORKLOADS[name]
    x, y, params = workload.start(batch, dtype)
    network = Sequential(*[LAYERS[kind](*sizes) for kind, *sizes in workload.layers]).astype(dtype)
    theta, grad = pack(network)
    theta[...] = np.concatenate([p.ravel() for p in params])
    loss = SquaredError("element_mean") if workload.classes is None else SoftmaxCrossEntropy()
    optimizer = Adam(LR)

    def step():
        value, *_ = gradients(network, loss, x, y)
        optimizer.step(theta, grad)
        return value

    return step
