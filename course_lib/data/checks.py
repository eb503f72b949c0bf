"""Checks of arguments that the files of this package share; `data` stands alone, on NumPy."""

import operator

import numpy as np


def check_rng(rng):
    """`rng` if it is a numpy Generator; a seed or the legacy RandomState is refused."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng: wanted a numpy Generator such as np.random.default_rng(0), got {type(rng).__name__}")
    return rng


def check_count(name, count, least=0):
    """`count` as an int of at least `least`."""
    try:
        value = operator.index(count)
    except TypeError:
        raise TypeError(f"{name}: wanted a whole number, got {count!r}") from None
    if value < least:
        raise ValueError(f"{name}: wanted at least {least}, got {value}")
    return value


def check_spread(name, value):
    """`value` as a float of at least 0."""
    if not 0 <= value < np.inf:
        raise ValueError(f"{name}: wanted a number of at least 0, got {value}")
    return float(value)


def check_floats(name, x, n_axes=None):
    """`x` as an array of finite floats; integers and booleans become float32, other floats keep their dtype."""
    try:
        x = np.asarray(x)
    except ValueError:
        raise ValueError(f"{name}: wanted an array, got rows of different lengths") from None
    if x.dtype.kind not in "fiub":
        raise TypeError(f"{name}: wanted an array of real numbers, got dtype {x.dtype}")
    if n_axes is not None and x.ndim != n_axes:
        raise ValueError(f"{name}: wanted an array with {n_axes} axes, got shape {x.shape}")
    if not np.all(np.isfinite(x)):
        raise ValueError(f"{name}: wanted finite numbers, got {np.sum(~np.isfinite(x))} that are nan or inf")
    return x if x.dtype.kind == "f" else x.astype(np.float32)
