"""Noise on what goes in, only in training: more data for free, and the task of a denoising autoencoder."""

from course_lib.arrays import check_rng
from course_lib.layers.base import Layer
from course_lib.layers.dropout import kept


class GaussianNoise(Layer):
    """y = x + sd z, z ~ N(0, 1); at test y = x.          [Lectures: W14, U2; Vincent et al. 2010]

    x: (N, ...)   y: as x   sd: standard deviation of the noise, in the units of x
    backward  dL/dx = dL/dy
    Raises    ValueError if sd is negative or not finite.
    """

    def __init__(self, sd, *, rng):
        if not 0 <= sd < float("inf"):
            raise ValueError(f"sd: wanted a finite number of at least 0, got {sd}")
        super().__init__()
        self.sd, self.rng = float(sd), check_rng(rng)

    def forward(self, x, training=False):
        x = self.accept("x", x)
        if not training:
            return x
        self._saved = x.shape, x.dtype
        return x + (self.sd * self.rng.standard_normal(x.shape)).astype(x.dtype)

    def backward(self, dy, need_dx=True):
        dy = self.accept("dy", dy, *self.recall())
        return dy.copy() if need_dx else None

    def __repr__(self):
        return f"GaussianNoise({self.sd:g})"


class MaskingNoise(Layer):
    """y = x m, m ~ Bernoulli(1 - p); at test y = x.          [Lectures: U2; Vincent et al. 2010]

    x: (N, ...)   y: as x   p: probability of setting an input to 0, 0 <= p < 1
    Unlike dropout it scales nothing: what is left looks like an input with holes, which a denoising autoencoder learns to fill.
    backward  dL/dx = dL/dy m
    Raises    ValueError if p is outside [0, 1).
    """

    def __init__(self, p, *, rng):
        if not 0 <= p < 1:
            raise ValueError(f"p: wanted a probability from 0 to below 1, got {p}")
        super().__init__()
        self.p, self.rng = float(p), check_rng(rng)

    def forward(self, x, training=False):
        x = self.accept("x", x)
        if not training:
            return x
        m = kept(x.shape, self.p, self.rng)
        self._saved = m, x.dtype
        return x * m

    def backward(self, dy, need_dx=True):
        m, dtype = self.recall()
        dy = self.accept("dy", dy, m.shape, dtype)
        return dy * m if need_dx else None

    def __repr__(self):
        return f"MaskingNoise({self.p:g})"
