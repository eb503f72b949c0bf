"""Autoencoders: the input is its own target, and a narrow middle has to keep what matters."""

from collections.abc import Callable

import numpy as np

from course_lib.initializers import he_normal
from course_lib.layers import Layer, ReLU, Sequential
from course_lib.models.mlp import mlp


class Autoencoder(Sequential):
    """y = decode(encode(x)), an mlp and its mirror image: Autoencoder([64, 32, 2], rng=rng) goes 64-32-2-32-64.          [Lectures: U1, U12]

    x: (N, sizes[0])   code: (N, sizes[-1])   y: as x; train it with the targets x
    encoder, decoder    the two halves; pre-training uses Sequential(*autoencoder.encoder.layers, Dense(...))
    noise               a layer such as GaussianNoise(0.3, rng=rng): the denoising autoencoder, which sees noisy x in training
                        and must give back the clean one          [Lectures: U2; Vincent et al. 2010]
    """

    def __init__(self, sizes, *, rng, activation: Callable[[], Layer] = ReLU, init=he_normal, noise=None):
        self.encoder = mlp(sizes, rng=rng, activation=activation, init=init)
        self.decoder = mlp(list(sizes)[::-1], rng=rng, activation=activation, init=init)
        super().__init__(*([] if noise is None else [noise]), self.encoder, self.decoder)

    def encode(self, x):
        """The code of x, (N, K)"""
        return self.encoder.forward(x)

    def decode(self, code):
        """What a code stands for, (N, D)"""
        return self.decoder.forward(code)

    def error(self, x):
        """(N,) squared errors sum_d (y_nd - x_nd)^2: large for what training has not seen the like of, an outlier.          [Lectures: U1]"""
        x = self.accept("x", x)
        return np.sum((self.forward(x) - x) ** 2, axis=1)
