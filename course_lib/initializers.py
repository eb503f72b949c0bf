"""Initial weights. Every initializer is called as f(rng, shape), so that each fits where a layer asks for `init`.

Choose another number with functools.partial: Dense(64, 10, rng=rng, init=partial(small_normal, scale=0.01)).
The draws are made in float64 and then rounded: the same seed gives the same weights in both precisions.
Raises    TypeError if rng is no numpy Generator, ValueError for a shape that does not tell inputs from outputs (see `fans`).
"""

import functools
import itertools
import math

import numpy as np

from course_lib.arrays import DTYPE, check_rng, check_size


def fans(shape):
    """(n_in, n_out): how many inputs each output adds up, and how many outputs each input reaches.          [Lectures: C14, U14]

    (D, M) of a dense layer: D, M    (out, in, kh, kw) of a convolution: in kh kw, out kh kw
    Raises    ValueError for any other shape.
    """
    try:
        sizes = [check_size("shape", size) for size in shape]
    except TypeError:
        sizes = []
    if len(sizes) == 2:
        return sizes[0], sizes[1]
    if len(sizes) == 4:
        return sizes[1] * sizes[2] * sizes[3], sizes[0] * sizes[2] * sizes[3]
    raise ValueError(f"shape: wanted (D, M) or (out, in, kh, kw), got {shape}")


def zeros(rng, shape, dtype=DTYPE):
    """w = 0: right for biases, fatal for the weights of hidden layers (see `constant`).          [Lectures: U11]"""
    return constant(rng, shape, dtype, value=0.0)


def constant(rng, shape, dtype=DTYPE, *, value=0.01):
    """w = value: the units of a layer stay equal for ever, because their gradients are equal.          [Lectures: U11]"""
    check_rng(rng)
    return np.full(shape, value, dtype)


def small_normal(rng, shape, dtype=DTYPE, *, scale=1e-5):
    """w ~ N(0, scale^2), 0.00001 randn: breaks the symmetry, but signals die out in deep nets.          [Lectures: U11]"""
    return _normal(rng, shape, scale**2, dtype)


def glorot_normal(rng, shape, dtype=DTYPE):
    """w ~ N(0, 2 / (n_in + n_out)): between keeping the variance forward, 1 / n_in, and backward, 1 / n_out.

    For tanh, and sigmoid. I7's "another approach" for tanh, 1 / (n_in + n_out), is half of this variance.
    [Lectures: C14, I7; Glorot and Bengio 2010]
    """
    n_in, n_out = fans(shape)
    return _normal(rng, shape, 2 / (n_in + n_out), dtype)


def glorot_uniform(rng, shape, dtype=DTYPE):
    """w ~ U(-b, b), b = sqrt(6 / (n_in + n_out)): of variance b^2 / 3 = 2 / (n_in + n_out).

    [Lectures: C14, U14; Glorot and Bengio 2010]
    """
    n_in, n_out = fans(shape)
    return _uniform(rng, shape, 2 / (n_in + n_out), dtype)


def he_normal(rng, shape, dtype=DTYPE):
    """w ~ N(0, 2 / n_in): keeps the mean square through a ReLU, which lets half of it pass.

    [Lectures: I7, E3, E4; He et al. 2015]
    """
    n_in, _ = fans(shape)
    return _normal(rng, shape, 2 / n_in, dtype)


def he_uniform(rng, shape, dtype=DTYPE):
    """w ~ U(-b, b), b = sqrt(6 / n_in): of variance b^2 / 3 = 2 / n_in.          [Lectures: I7, E4; He et al. 2015]"""
    n_in, _ = fans(shape)
    return _uniform(rng, shape, 2 / n_in, dtype)


def lecun_normal(rng, shape, dtype=DTYPE):
    """w ~ N(0, 1 / n_in): keeps the variance of z = x W; I7's form for tanh.          [Lectures: C14, I7; LeCun et al. 1998]"""
    n_in, _ = fans(shape)
    return _normal(rng, shape, 1 / n_in, dtype)


def orthogonal(rng, shape, dtype=DTYPE, *, gain=1.0):
    """W W^T = gain^2 I or W^T W = gain^2 I, whichever the shape allows: keeps lengths, and so suits recurrent weights.

    All axes after the first count as one.          [Lectures: I6; Saxe et al. 2014]
    Raises    ValueError for a shape of less than two axes, or without any weights.
    """
    check_rng(rng)
    sizes = [check_size("shape", size) for size in shape]
    if len(sizes) < 2:
        raise ValueError(f"shape: wanted at least two axes, (D, M), got {shape}: a vector has no rows to be orthogonal")
    rows, columns = sizes[0], math.prod(sizes[1:])
    q, r = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))
    q *= np.sign(np.diag(r))  # QR's own signs are not random: with r > 0 every rotation is equally likely
    return np.array(gain * (q if rows >= columns else q.T), dtype, order="C").reshape(shape)


def u14_normal(rng, shape, dtype=DTYPE):
    """w ~ N(0, 1 / (2 n_in)), "standard normal, divided by sqrt(2 nInputs)", as the slide has it.          [Lectures: U14, E3]

    What is wrong: the slide wants a constant variance of z. This halves it in every linear layer and quarters the mean square in
    every ReLU layer. `lecun_normal` has twice this variance, `he_normal` four times.
    """
    n_in, _ = fans(shape)
    return _normal(rng, shape, 1 / (2 * n_in), dtype)


def i7_uniform(rng, shape, dtype=DTYPE):
    """w = rho c, rho ~ U(0, 1), c = sqrt(2 / n_in), as the slide has it.          [Lectures: I7, E4]

    What is wrong: no weight is negative, the mean is c / 2, and the variance is c^2 / 12 where the slide wants c^2 = 2 / n_in.
    `he_normal` and `he_uniform` have mean 0 and that variance.
    """
    n_in, _ = fans(shape)
    return (check_rng(rng).uniform(0, 1, shape) * np.sqrt(2 / n_in)).astype(dtype)


def predicted_variance(init, widths, activation=None, variance=1.0):
    """Var[z_l] for l = 1 .. L in z_l = h_(l-1) W_l, h_l = f(z_l), by theory; W_l is made by init.          [Lectures: C14, U14, I7, E3; Poole et al. 2016]

        Var[z_l] = n_in Var[w] E[h_(l-1)^2]        E[h_l^2] = E[f(z_l)^2], z_l ~ N(0, Var[z_l])

    A sum of many independent terms is Gaussian, and so wide layers follow this closely; biases are 0.
    widths       (n_0, n_1, ..., n_L)    activation: f, the identity if None    variance: E[h_0^2], of standardised inputs
    returns      (L,) float64
    init         a function of this module, or functools.partial of one, whose weights have mean 0: not constant, not i7_uniform
    Raises       ValueError for another init, fewer than two widths, or a width under 1.
    """
    if len(widths) < 2:
        raise ValueError(f"widths: wanted at least those of one layer, (n_0, n_1), got {widths}")
    g = np.linspace(-10, 10, 4001)
    density = np.exp(-g * g / 2) / np.sum(np.exp(-g * g / 2))  # a Gaussian, as weights of a sum
    square, variances = float(variance), []
    for n_in, n_out in itertools.pairwise(widths):
        z_variance = n_in * _variance(init, n_in, n_out) * square  # n_in Var[w] E[h^2]
        z = np.sqrt(z_variance) * g
        square = np.sum(density * (z if activation is None else activation(z)) ** 2)  # E[f(z)^2]
        variances.append(z_variance)
    return np.array(variances)


def _normal(rng, shape, variance, dtype):
    return (check_rng(rng).standard_normal(shape) * np.sqrt(variance)).astype(dtype)


def _uniform(rng, shape, variance, dtype):
    bound = np.sqrt(3 * variance)  # the variance of U(-b, b) is b^2 / 3
    return check_rng(rng).uniform(-bound, bound, shape).astype(dtype)


# Var[w] of a dense layer
_VARIANCES = {
    zeros: lambda n_in, n_out: 0.0,
    small_normal: lambda n_in, n_out, scale=1e-5: scale**2,
    glorot_normal: lambda n_in, n_out: 2 / (n_in + n_out),
    glorot_uniform: lambda n_in, n_out: 2 / (n_in + n_out),
    he_normal: lambda n_in, n_out: 2 / n_in,
    he_uniform: lambda n_in, n_out: 2 / n_in,
    lecun_normal: lambda n_in, n_out: 1 / n_in,
    orthogonal: lambda n_in, n_out, gain=1.0: gain**2 / max(n_in, n_out),
    u14_normal: lambda n_in, n_out: 1 / (2 * n_in),
}


def _variance(init, n_in, n_out):
    function, options = (init.func, init.keywords) if isinstance(init, functools.partial) else (init, {})
    if function not in _VARIANCES:
        raise ValueError(f"init: wanted one of {', '.join(f.__name__ for f in _VARIANCES)}, got {init!r}")
    return _VARIANCES[function](*fans((n_in, n_out)), **options)
