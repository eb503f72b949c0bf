"""Dropout: switch units off at random in training, so that none relies on another. In this file p is always the probability of DROPPING.

The decks disagree on the letter [E1]: W19 and C12 drop with p as here; W21's code, L8 and I5 keep with p. Dropout(1 - p) is theirs.
"""

import numpy as np

from course_lib.arrays import check_rng, check_size
from course_lib.layers.base import Layer


class Dropout(Layer):
    """Inverted dropout: y = x m / (1 - p), m ~ Bernoulli(1 - p); at test y = x.          [Lectures: W19, W20, W21, C12, U27, I5, E1]

    x: (N, ...)   y: as x   p: probability of DROPPING, 0 <= p < 1 (not of keeping: E1)
    E[y] = x in training, so that nothing has to be scaled at test.
    backward  dL/dx = dL/dy m / (1 - p)
    sampling  makes it drop at test as well: see `monte_carlo`
    Raises    ValueError if p is outside [0, 1).
    """

    def __init__(self, p, *, rng):
        if not 0 <= p < 1:
            raise ValueError(f"p: wanted a probability of dropping from 0 to below 1, got {p}")
        super().__init__()
        self.p, self.rng, self.sampling = float(p), check_rng(rng), False

    def mask(self, x):
        """What x is multiplied with: 0 where it is dropped, 1 / (1 - p) where it is kept."""
        return kept(x.shape, self.p, self.rng) * x.dtype.type(1 / (1 - self.p))

    def at_test(self, x):
        return x

    def forward(self, x, training=False):
        x = self.accept("x", x)
        if not (training or self.sampling):
            return self.at_test(x)
        m = self.mask(x)
        if training:
            self._saved = m, x.shape, x.dtype
        return x * m

    def backward(self, dy, need_dx=True):
        m, shape, dtype = self.recall()
        dy = self.accept("dy", dy, shape, dtype)
        return dy * m if need_dx else None

    def __repr__(self):
        return f"{type(self).__name__}({self.p:g})"


class VanillaDropout(Dropout):
    """Dropout as first published: y = x m, m ~ Bernoulli(1 - p); at test y = x (1 - p).          [Lectures: W20, W21, L8, E1]

    x: (N, ...)   y: as x   p: probability of DROPPING, 0 <= p < 1; so at test the factor is the probability of KEEPING (E1)
    backward  dL/dx = dL/dy m
    Raises    ValueError if p is outside [0, 1).
    """

    def mask(self, x):
        return kept(x.shape, self.p, self.rng)

    def at_test(self, x):
        return x * (1 - self.p)


class SpatialDropout(Dropout):
    """Inverted dropout of whole channels: y_nc = x_nc m_nc / (1 - p); at test y = x.          [Lectures: L11; Tompson et al. 2015]

    x: (N, C, ...)   y: as x   p: probability of DROPPING a channel, 0 <= p < 1 (not of keeping: E1)
    Neighbouring pixels say nearly the same: dropping one by one, as `Dropout` does, would hide nothing.
    backward  dL/dx_nc = dL/dy_nc m_nc / (1 - p)
    Raises    ValueError if p is outside [0, 1) or x has no channels.
    """

    def mask(self, x):
        if x.ndim < 2:
            raise ValueError(f"{self!r}: x: wanted shape (N, C, ...), got {x.shape}")
        m = kept(x.shape[:2], self.p, self.rng) * x.dtype.type(1 / (1 - self.p))
        return m.reshape(*m.shape, *[1] * (x.ndim - 2))


def kept(shape, p, rng):
    """m ~ Bernoulli(1 - p): False with probability p."""
    return rng.integers(0, 2**16, shape, np.uint16) >= round(p * 2**16)  # short integers: twice as fast as floats


def monte_carlo(network, x, times):
    """The mean and the spread of predictions with dropout left on: a measure of uncertainty.          [Lectures: C12; Gal and Ghahramani 2016]

    x: (N, ...)   mean, spread: as the prediction; the spread is the standard deviation of `times` predictions, divided by times - 1
    Only dropout is random here: everything else, such as batch norm, works as at test.
    Raises    ValueError if times is below 2 or the network has no dropout.
    """
    check_size("times", times, least=2)
    dropouts = [layer for _, layer in network.walk() if isinstance(layer, Dropout)]
    if not dropouts:
        raise ValueError(f"network: wanted one with dropout, got {network!r}")
    before = [layer.sampling for layer in dropouts]
    try:
        for layer in dropouts:
            layer.sampling = True
        predictions = np.stack([network.forward(x) for _ in range(times)])
    finally:
        for layer, sampling in zip(dropouts, before, strict=True):
            layer.sampling = sampling
    return predictions.mean(axis=0), predictions.std(axis=0, ddof=1)
