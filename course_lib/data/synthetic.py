"""Data sets made from a formula and a random generator: the truth behind them is known, and n can be anything.

Points are x: (n, 2) float32 with classes y: (n,) int64, as even in number as n allows, in random order;
curves are x: (n, 1), y: (n, 1) float32; sequences are x: (n, T, D) float32, batch first.
`noise` is the standard deviation of what is added.
Raises    ValueError for a negative n or noise, TypeError if rng is no numpy Generator.
"""

import numpy as np

from course_lib.data.checks import check_count, check_rng, check_spread

# I3's two curves; in factors they are -(x - 1)(x + 2)(x - 3)(x - 5), and the second is -1/5 of the first.
POLYNOMIALS = (
    np.polynomial.Polynomial([30, -31, -5, 7, -1]),  # y = -x^4 + 7x^3 - 5x^2 - 31x + 30
    np.polynomial.Polynomial([-6, 31 / 5, 1, -7 / 5, 1 / 5]),  # y = x^4/5 - 7x^3/5 + x^2 + 31x/5 - 6
)


def moons(n, *, rng, noise=0.1):
    """Two half circles of radius 1, one hooked into the other; no straight line parts them.          [Lectures: C1, U24]"""
    half = check_count("n", n) // 2
    up, down = np.linspace(0, np.pi, half), np.linspace(0, np.pi, n - half)
    x = np.concatenate([_on_circle(up), [1, 0.5] - _on_circle(down)])
    return _points(x, np.repeat([0, 1], [half, n - half]), noise, rng)


def circles(n, *, rng, noise=0.05, factor=0.5):
    """A circle of radius 1 (class 0) around one of radius `factor` (class 1).          [Lectures: C1]"""
    half = check_count("n", n) // 2
    around = np.concatenate([2 * np.pi * np.arange(m) / max(m, 1) for m in (half, n - half)])
    y = np.repeat([0, 1], [half, n - half])
    return _points(_on_circle(around) * np.where(y == 1, factor, 1)[:, None], y, noise, rng)


def spirals(n, *, rng, noise=0.03, n_classes=2, turns=1.0):
    """Arms that wind `turns` times around the origin, from radius 0.1 to 1: hard without hidden layers.          [Lectures: C10]"""
    y = np.sort(_labels(n, n_classes))
    t = (np.arange(n) - np.searchsorted(y, y)) / np.maximum(
        np.bincount(y, minlength=n_classes)[y] - 1, 1
    )  # 0 .. 1 on its arm
    radius = 0.1 + 0.9 * t
    return _points(radius[:, None] * _on_circle(2 * np.pi * (turns * t + y / n_classes)), y, noise, rng)


def blobs(n, *, rng, n_classes=3, noise=0.3):
    """Gaussian clouds whose centres stand evenly on the circle of radius 1; with 8 of them, what a GAN forgets.          [Lectures: C9, W7]"""
    y = _labels(n, n_classes)
    return _points(_on_circle(2 * np.pi * y / n_classes), y, noise, rng)


def xor(n, *, rng, noise=0.1):
    """y = x1 xor x2, x near the corners of the unit square; xor(4, rng=rng, noise=0) has each corner once.          [Lectures: C1, C5]"""
    corner = _labels(n, 4)
    x = np.stack([corner // 2, corner % 2], axis=1)
    return _points(x, x[:, 0] ^ x[:, 1], noise, rng)


def noisy_polynomial(n, *, rng, curve=0, noise=2.0, low=-2.5, high=5.5):
    """y = POLYNOMIALS[curve](x) + noise, x ~ U(low, high): the curves with which I3 pictures overfitting.

    Raises    ValueError if the curve is neither 0 nor 1.          [Lectures: I2, I3]
    """
    if curve not in (0, 1):
        raise ValueError(f"curve: wanted 0 or 1, got {curve!r}")
    x = check_rng(rng).uniform(low, high, (check_count("n", n), 1))
    y = POLYNOMIALS[curve](x) + check_spread("noise", noise) * rng.standard_normal(x.shape)
    return x.astype(np.float32), y.astype(np.float32)


def one_to_many(n, *, rng, noise=0.05):
    """x = y + 0.3 sin(2 pi y) + noise, y ~ U(0, 1): for x near 1/2 three values of y are right, and their mean is not.

    What a mixture density network is for.          [Lectures: W7; Bishop 1994]
    """
    y = check_rng(rng).uniform(0, 1, (check_count("n", n), 1))
    x = y + 0.3 * np.sin(2 * np.pi * y) + check_spread("noise", noise) * rng.standard_normal(y.shape)
    return x.astype(np.float32), y.astype(np.float32)


def first_symbol(n, length, *, rng, n_symbols=4):
    """Which symbol came first? x: (n, T, K) one-hot, every later symbol drawn at random; y: (n,) int64, the first.

    The answer depends on one step alone, T - 1 steps before the end: the gradient must reach back that far.          [Lectures: I6, C16]
    """
    y = check_rng(rng).permutation(_labels(n, n_symbols))
    symbols = rng.integers(0, n_symbols, (n, check_count("length", length, least=1)))
    symbols[:, 0] = y
    return (symbols[:, :, None] == np.arange(n_symbols)).astype(np.float32), y


def adding(n, length, *, rng):
    """The sum of the two marked numbers. x: (n, T, 2), [t, 0] ~ U(0, 1), [t, 1] marks one step in each half; y: (n, 1)

    Always answering 1 gives a mean squared error of 1/6.          [Lectures: I6, C16; Hochreiter and Schmidhuber 1997]
    """
    n, length = check_count("n", n), check_count("length", length, least=2)
    x = np.zeros((n, length, 2), np.float32)
    x[:, :, 0] = check_rng(rng).uniform(0, 1, (n, length))
    rows, half = np.arange(n), length // 2
    x[rows, rng.integers(0, half, n), 1] = 1
    x[rows, rng.integers(half, length, n), 1] = 1
    return x, np.sum(x[:, :, 0] * x[:, :, 1], axis=1)[:, None]


def waves(n, length, *, rng, noise=0.1):
    """Sine (0), square (1) or sawtooth (2)? x: (n, T, 1), phase and period (8 to 16 steps) drawn at random; y: (n,) int64          [Lectures: C16]"""
    length = check_count("length", length, least=1)
    y = check_rng(rng).permutation(_labels(n, 3))
    turns = rng.uniform(0, 1, (n, 1)) + np.arange(length) / rng.uniform(8, 16, (n, 1))
    sine = np.sin(2 * np.pi * turns)
    x = np.choose(y[:, None], [sine, np.where(sine < 0, -1.0, 1.0), 2 * (turns % 1) - 1])
    x = x + check_spread("noise", noise) * rng.standard_normal(x.shape)
    return x[:, :, None].astype(np.float32), y


def _on_circle(angle):
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _labels(n, n_classes):
    """0, 1, ..., K - 1, 0, 1, ...: every class as often as n allows."""
    return np.arange(check_count("n", n)) % check_count("n_classes", n_classes, least=1)


def _points(x, y, noise, rng):
    order = check_rng(rng).permutation(len(x))
    x = x + check_spread("noise", noise) * rng.standard_normal(x.shape)
    return x[order].astype(np.float32), y[order].astype(np.int64)
