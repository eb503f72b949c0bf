"""Gradients by central differences: they need no formula, and so they test every formula.          [Lectures: C6, U6]

Everything here is computed in float64, and no argument is changed. Stay away from kinks such as x = 0 of a ReLU.
"""

import copy

import numpy as np


def numerical_gradient(f, x, eps=1e-5):
    """df/dx_i = (f(x + eps e_i) - f(x - eps e_i)) / (2 eps), up to an error of order eps^2

    f: array -> number    x: any shape    df/dx: as x, float64
    Raises    TypeError if what f returns is no real number, ValueError if it is several, or rounded to float32, or if eps is not above 0.
    """
    if not eps > 0:
        raise ValueError(f"eps: wanted a step above 0, got {eps}")
    x = np.array(x, np.float64)
    above, below = np.empty_like(x), np.empty_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = eps
        above[i], below[i] = _number(f(x + step)), _number(f(x - step))
    gradient = (above - below) / (2 * eps)
    if np.any(gradient) and _fits_float32([above, below]) and not _fits_float32([x + eps, x - eps]):
        raise ValueError(_ROUNDED.format("float32"))
    return gradient


def relative_error(a, b):
    """max |a - b| / max(|a|, |b|), both maxima over all elements; 0 where both are 0 or empty.

    Raises    ValueError if the shapes differ.
    """
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if a.shape != b.shape:
        raise ValueError(f"b: wanted the shape of a, {a.shape}, got {b.shape}")
    scale = max(np.max(np.abs(a), initial=0), np.max(np.abs(b), initial=0))
    return float(np.max(np.abs(a - b), initial=0) / scale) if scale else 0.0


def check_layer(layer, x, *, rng, eps=1e-5):
    """Relative errors of all gradients of a layer or network, {"x": 2e-11, "0.W": 3e-11, ...}, for L = sum dy y with a random dy.

    The layer and its random numbers stay as they are: every evaluation starts from a copy, so that a dropout mask repeats.
    Raises    ValueError if the layer does not keep float64.
    """
    layer, x = layer.astype(np.float64), np.array(x, np.float64)
    used = copy.deepcopy(layer)
    y = used.forward(x, training=True)
    if y.dtype != np.float64:
        raise ValueError(
            f"layer: wanted one that computes in the dtype of its parameters and x, float64, got {y.dtype} from {layer!r}"
        )
    dy = rng.standard_normal(y.shape)
    dx = used.backward(dy)

    def loss(x, path="", params=()):
        twin = copy.deepcopy(layer)
        dict(twin.walk())[path].params.update(params)
        return np.sum(dy * twin.forward(x, training=True))

    errors = {"x": relative_error(dx, numerical_gradient(loss, x, eps))}
    for path, inner in used.walk():
        for name, p in inner.params.items():
            by_differences = numerical_gradient(lambda p, path=path, name=name: loss(x, path, {name: p}), p, eps)
            errors[path + name] = relative_error(inner.grads[name], by_differences)
    return errors


def check_loss(loss, pred, target, *, eps=1e-5):
    """Relative error of a loss's gradient by its prediction (or its logits); the loss stays as it is."""
    loss, pred = copy.deepcopy(loss), np.array(pred, np.float64)
    loss.forward(pred, target)
    return relative_error(loss.backward(), numerical_gradient(lambda p: loss.forward(p, target), pred, eps))


_ROUNDED = "f: wanted a function that computes in float64, as its argument is, got numbers rounded to {}: small steps drown in rounding errors"


def _number(value):
    if np.ndim(value) != 0:
        raise ValueError(f"f: wanted a function that returns one number, got an array of shape {np.shape(value)}")
    dtype = np.asarray(value).dtype
    if dtype.kind not in "fiub":
        raise TypeError(f"f: wanted a function that returns a real number, got {value!r}")
    if dtype in (np.float16, np.float32):
        raise ValueError(_ROUNDED.format(dtype))
    return value


def _fits_float32(x):
    """Are all of them numbers that float32 has? Of those computed in float64, one in 2^29 is."""
    with np.errstate(over="ignore"):
        return np.array_equal(x, np.asarray(x, np.float32))
