"""The variational autoencoder: an autoencoder whose codes fill a Gaussian, so that new ones can be drawn."""

from collections.abc import Callable

import numpy as np

from course_lib.arrays import check_rng, check_size
from course_lib.initializers import glorot_uniform
from course_lib.layers import Layer, Tanh
from course_lib.losses import GaussianKL, Loss, SigmoidCrossEntropy
from course_lib.models.mlp import mlp


class VAE(Layer):
    """y = decode(z), z = mu + e^(s/2) eps, eps ~ N(0, 1), (mu, s) = encode(x); at test z = mu.          [Lectures: W7; Kingma and Welling 2014]

    x: (N, D)   sizes: [D, ..., K], as of Autoencoder   forward: (y (N, D) logits, code (N, 2K): mu, then s = log sigma^2)
    backward    takes (dL/dy, dL/dcode); since z is a function of mu and s (the reparameterisation), errors pass through the draw:
                dL/dmu += dL/dz    dL/ds += dL/dz e^(s/2) eps / 2
    Train it with NegativeELBO() and the targets x.
    Raises      ValueError if x is not (N, D) or a size is under 1, TypeError if rng is no numpy Generator.
    """

    def __init__(self, sizes, *, rng, activation: Callable[[], Layer] = Tanh, init=glorot_uniform):
        super().__init__()
        *before, n_code = sizes
        self.encoder = mlp([*before, 2 * n_code], rng=rng, activation=activation, init=init)
        self.decoder = mlp(list(sizes)[::-1], rng=rng, activation=activation, init=init)
        self.layers = self.encoder, self.decoder
        self.n_code, self.rng = check_size("sizes", n_code), rng

    def forward(self, x, training=False):
        code = self.encoder.forward(x, training)
        mu, s = np.split(code, 2, axis=1)
        if not training:
            return self.decoder.forward(mu), code
        noise = np.exp(s / 2) * self.rng.standard_normal(mu.shape).astype(mu.dtype)
        self._saved = noise
        return self.decoder.forward(mu + noise, training), code  # z = mu + sigma eps

    def backward(self, dy, need_dx=True):
        noise = self.recall()
        dy, dcode = dy
        dz = self.decoder.backward(dy)
        return self.encoder.backward(dcode + np.concatenate([dz, dz * noise / 2], axis=1), need_dx)

    def generate(self, n, *, rng):
        """(n, D) logits of new examples, from codes z ~ N(0, 1)"""
        z = check_rng(rng).standard_normal((check_size("n", n), self.n_code))
        return self.decoder.forward(z)


class NegativeELBO(Loss):
    """-ELBO = -E log p(x | z) + beta KL(q(z | x) || N(0, 1)), an upper bound of -log p(x) for beta = 1.          [Lectures: W7; Kingma and Welling 2014]

    pred: (y, code), what a VAE returns    target: as y    reconstruction: the loss of y, for pixels from 0 to 1 SigmoidCrossEntropy()
    parts    after forward: the reconstruction and the KL alone
    Raises   ValueError if beta is negative, or the shapes do not fit.
    """

    def __init__(self, reconstruction=None, beta=1.0):
        if not 0 <= beta < np.inf:
            raise ValueError(f"beta: wanted a number of at least 0, got {beta}")
        self.reconstruction, self.kl, self.beta = reconstruction or SigmoidCrossEntropy(), GaussianKL(), beta

    def forward(self, pred, target):
        y, code = pred
        self.parts = self.reconstruction.forward(y, target), self.kl.forward(code)
        return self.parts[0] + self.beta * self.parts[1]

    def backward(self):
        return self.reconstruction.backward(), self.beta * self.kl.backward()
