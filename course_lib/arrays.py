"""Small array functions, and the checks of arguments that layers and losses share.

Each check Raises    TypeError for another kind of thing, ValueError for another shape or value; both begin with the argument's name.
"""

import operator
import sys

import numpy as np

if sys.platform == "linux":
    # glibc hands blocks of more than 128 kB back as soon as they are freed, and every training step would fetch them anew, page by
    # page. Freeing one large block raises that limit to its size: steps of medium networks take up to 1.6 times less.
    np.empty(20_000_000, np.uint8)

# Everything computes in this unless asked otherwise: half the memory of float64, and twice the speed.
DTYPE = np.float32


def one_hot(labels, n_classes, dtype=DTYPE):
    """t_k = 1 where k is the label, else 0          [Lectures: W5, C9]

    labels: (...) integers from 0 to n_classes - 1    t: (..., K)
    Raises    TypeError if labels are not integers, ValueError if one is outside 0 .. n_classes - 1.
    """
    labels = check_labels("labels", labels, check_size("n_classes", n_classes))
    return (labels[..., None] == np.arange(n_classes)).astype(dtype)


def as_floats(x):
    """`x` as an array of floats: -x of unsigned integers would start again from the top, and e^x of short ones is float16."""
    x = np.asarray(x)
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def logsumexp(x, axis=-1, keepdims=False):
    """log sum_i e^x_i = m + log sum_i e^(x_i - m), m = max_i x_i          [Lectures: W6, E17]

    Nearly m itself where one x_i is the largest by far; log K more where K of them share the first place.
    """
    x = as_floats(x)
    m = np.nan_to_num(np.max(x, axis=axis, keepdims=True))  # a finite m: inf - inf would be nan
    with np.errstate(divide="ignore"):  # log 0 = -inf is then the right answer
        y = m + np.log(np.sum(np.exp(x - m), axis=axis, keepdims=True))  # m subtracted: exp cannot overflow
    return y if keepdims else np.squeeze(y, axis=axis)


def window_counts(name, shape, size, stride=(1, 1), dilation=(1, 1)):
    """How many windows fit below and beside each other: H' = floor((H - d (k - 1) - 1) / s) + 1, and W' likewise.

    shape: (H, W)    size: (kh, kw) places in a window    dilation: the distance between those places
    Raises    ValueError if not even one fits.
    """
    spans = tuple(d * (k - 1) + 1 for k, d in zip(size, dilation, strict=True))
    if any(n < span for n, span in zip(shape, spans, strict=True)):
        raise ValueError(f"{name}: wanted images of at least {_show(spans)} for one window, got {_show(shape)}")
    return tuple((n - span) // s + 1 for n, span, s in zip(shape, spans, stride, strict=True))


def window_places(counts, size, stride=(1, 1), dilation=(1, 1)):
    """((u, v), (rows, columns)) for every place in a window: x[rows, columns] is what all the windows have at their place u, v."""
    for place in np.ndindex(*size):
        starts = [d * u for d, u in zip(dilation, place, strict=True)]
        yield place, tuple(slice(a, a + s * n, s) for a, s, n in zip(starts, stride, counts, strict=True))


def im2col(x, size, stride=(1, 1), dilation=(1, 1)):
    """Every window of every image as one column: a convolution becomes a product of matrices.          [Lectures: U28]

    x: (C, H, W, N), the batch last    columns: (C, kh, kw, H', W', N)
    """
    counts = window_counts("x", x.shape[1:3], size, stride, dilation)
    columns = np.empty((len(x), *size, *counts, x.shape[3]), x.dtype)
    for (u, v), (rows, cols) in window_places(counts, size, stride, dilation):
        columns[:, u, v] = x[:, rows, cols]
    return columns


def col2im(columns, x, stride=(1, 1), dilation=(1, 1)):
    """Add every window to the place it was taken from: the transpose of `im2col`, <im2col(a), c> = <a, col2im(c, 0)>.

    columns: (C, kh, kw, H', W', N)    x: (C, H, W, N), what they are added to
    """
    size, counts = columns.shape[1:3], columns.shape[3:5]
    for (u, v), (rows, cols) in window_places(counts, size, stride, dilation):
        x[:, rows, cols] += columns[:, u, v]
    return x


def check_array(name, x, shape=None, dtype=None):
    """`x` as an array of real numbers, of this shape and dtype.

    shape     sizes, or letters where any size will do: ("N", 784); None where any shape will do
    dtype     None keeps floats as they are and turns integers and booleans into DTYPE
    Raises    TypeError if x holds no real numbers, ValueError if its shape is another one.
    """
    if type(x) is np.ndarray and x.shape == shape and x.dtype is dtype:
        return x  # as nearly all that a network hands on; small networks spend a tenth of their time in checks
    try:
        x = np.asarray(x)
    except ValueError:
        raise ValueError(f"{name}: wanted an array, got rows of different lengths") from None
    if x.dtype.kind not in "fiub":
        raise TypeError(f"{name}: wanted an array of real numbers, got {_describe(x)}")
    if shape is not None:
        check_shape(name, x, shape)
    if dtype is None:
        dtype = x.dtype if x.dtype.kind == "f" else DTYPE
    return x.astype(dtype, copy=False)


def check_shape(name, x, wanted):
    """Raise ValueError unless the array has the wanted shape: sizes, or letters where any size will do, ("N", 784)."""
    if x.ndim == len(wanted):
        for size, want in zip(x.shape, wanted, strict=True):
            if size != want and not isinstance(want, str):
                break
        else:
            return
    raise ValueError(f"{name}: wanted shape {_show(wanted)}, got {_show(x.shape)}")


def check_labels(name, labels, n_classes):
    """`labels` as an array of class numbers from 0 to n_classes - 1, whose shape is free."""
    labels = np.asarray(labels)
    if labels.dtype.kind not in "iu":
        raise TypeError(f"{name}: wanted integers, the numbers of the classes, got {_describe(labels)}")
    # a negative index would count from the end without a word
    if labels.size and (labels.min() < 0 or labels.max() >= n_classes):
        raise ValueError(f"{name}: wanted classes from 0 to {n_classes - 1}, got {labels.min()} to {labels.max()}")
    return labels


def check_size(name, size, least=1):
    """`size` as an int of at least 1, or of another least."""
    try:
        value = operator.index(size)
    except TypeError:
        raise TypeError(f"{name}: wanted a whole number, got {size!r}") from None
    if value < least:
        raise ValueError(f"{name}: wanted at least {least}, got {value}")
    return value


def check_sizes(name, sizes, least=1):
    """One whole number for both axes of an image, or two, (down, across), as a pair."""
    pair = sizes if np.ndim(sizes) else (sizes, sizes)
    if len(pair) != 2:
        raise ValueError(f"{name}: wanted one number or two, (down, across), got {sizes!r}")
    return check_size(name, pair[0], least), check_size(name, pair[1], least)


def check_rng(rng):
    """`rng` if it is a numpy Generator; a seed or the legacy RandomState is refused."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng: wanted a numpy Generator such as np.random.default_rng(0), got {type(rng).__name__}")
    return rng


def _describe(x):
    return f"{x.item()!r}" if x.ndim == 0 else f"dtype {x.dtype}"


def _show(shape):
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"
