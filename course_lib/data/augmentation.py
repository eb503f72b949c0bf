"""Changed copies of images that keep their meaning: more data for nothing.          [Lectures: W14, U8]

images: (N, H, W), ink from 0 to 1; a new array of that shape comes back, float32 if integers came.
An amount is one number for all images or (N,) numbers, one for each: rotate(x, rng.uniform(-10, 10, len(x))). 0 changes nothing.
Geometry reads between pixels by bilinear interpolation, and finds 0 outside of the image.
Raises    ValueError if images are not (N, H, W) or an amount is neither a finite number nor (N,) of them, TypeError if rng is no numpy Generator.
"""

import numpy as np

from course_lib.data.checks import check_count, check_floats, check_rng, check_spread


def translate(images, down, right):
    """Moved by so many pixels, which may be fractions."""
    return affine(images, down=down, right=right)


def rotate(images, degrees):
    """Turned about the centre, counter-clockwise."""
    return affine(images, degrees=degrees)


def scale(images, larger):
    """Larger by this fraction about the centre: 0.1 for a tenth larger, -0.5 for half the size; above -1."""
    return affine(images, larger=larger)


def shear(images, slope):
    """Slanted to the right: a point that lies h above the centre moves by slope * h."""
    return affine(images, slope=slope)


def affine(images, *, down=0, right=0, degrees=0, larger=0, slope=0):
    """Sheared, scaled, turned and moved at once: one interpolation blurs less than four.

    y(p) = x(A^-1 (p - c - t) + c), A = rotation * scale * shear, c the centre, t = (down, right), p = (row, column)
    Raises    ValueError as the others of this file, and if `larger` is not above -1.
    """
    images = check_floats("images", images, 3)
    n, height, width = images.shape
    down, right, degrees, larger, slope = (
        _amounts(name, amount, n)
        for name, amount in (
            ("down", down),
            ("right", right),
            ("degrees", degrees),
            ("larger", larger),
            ("slope", slope),
        )
    )
    if np.any(larger <= -1):
        raise ValueError(f"larger: wanted fractions above -1, got {larger.min():g}")
    cos, sin, zoom = np.cos(np.radians(degrees)), np.sin(np.radians(degrees)), 1 / (1 + larger)
    y, x = (np.arange(size) - (size - 1) / 2 for size in (height, width))
    y, x = y[None, :, None] - down, x[None, None, :] - right
    y, x = zoom * (cos * y + sin * x), zoom * (cos * x - sin * y)  # turned and scaled back (rows count downwards)
    x = x + slope * y  # y is negative above the centre
    return _read(images, y + (height - 1) / 2, x + (width - 1) / 2)


def lighting(images, brightness=0, contrast=0):
    """y = x + contrast (x - 1/2) + brightness, kept in 0 to 1: brightness is added, contrast pulls away from 1/2."""
    images = check_floats("images", images, 3)
    brightness, contrast = (
        _amounts(name, amount, len(images)) for name, amount in (("brightness", brightness), ("contrast", contrast))
    )
    y = images + contrast * (images - 0.5) + brightness
    return np.clip(y, 0, 1).astype(images.dtype)


def flip(images, chosen=True, axis="left-right"):
    """Mirrored, "left-right" or "up-down": all, none, or those of the (N,) booleans `chosen`. Few digits survive it.

    Raises    ValueError for another axis.
    """
    images = check_floats("images", images, 3)
    if axis not in ("left-right", "up-down"):
        raise ValueError(f'axis: wanted "left-right" or "up-down", got {axis!r}')
    mirrored = images[:, :, ::-1] if axis == "left-right" else images[:, ::-1]
    return np.where(_amounts("chosen", chosen, len(images)) != 0, mirrored, images)


def add_noise(images, std, *, rng):
    """y = x + N(0, std^2), not clipped. In a linear model with squared error it does what weight decay does.          [Lectures: W14, U2]"""
    images = check_floats("images", images, 3)
    drawn = check_rng(rng).standard_normal(images.shape)
    return (images + check_spread("std", std) * drawn).astype(images.dtype)


def cutout(images, size, *, rng):
    """A square of size x size pixels set to 0 around a random pixel of each image; at the border a part of it lies outside.

    [Lectures: W14; DeVries and Taylor 2017]
    """
    images, size = check_floats("images", images, 3), check_count("size", size)
    n, height, width = images.shape
    if not images.size:
        return images.copy()
    top = check_rng(rng).integers(0, height, (n, 1, 1)) - size // 2
    left = rng.integers(0, width, (n, 1, 1)) - size // 2
    y, x = np.arange(height)[None, :, None] - top, np.arange(width)[None, None, :] - left
    inside = (y >= 0) & (y < size) & (x >= 0) & (x < size)
    return images * ~inside


def _amounts(name, amount, n):
    """One number for each image, shaped to meet (N, H, W)."""
    amount = check_floats(name, amount)
    if amount.shape not in ((), (n,)):
        raise ValueError(f"{name}: wanted one number or {n}, one for each image, got shape {amount.shape}")
    return np.broadcast_to(amount, (n,)).astype(np.float64)[:, None, None]


def _read(images, y, x):
    """images at rows y and columns x, (N, H, W) floats, by bilinear interpolation; 0 outside."""
    n, height, width = images.shape
    framed = np.pad(images, ((0, 0), (1, 1), (1, 1)))  # a frame of zeros, so that the border fades out
    y, x = np.clip(y + 1, 0, height + 1), np.clip(x + 1, 0, width + 1)
    top, left = np.floor(y).astype(int).clip(0, height), np.floor(x).astype(int).clip(0, width)
    down, right, i = y - top, x - left, np.arange(n)[:, None, None]
    upper = framed[i, top, left] * (1 - right) + framed[i, top, left + 1] * right
    lower = framed[i, top + 1, left] * (1 - right) + framed[i, top + 1, left + 1] * right
    return (upper * (1 - down) + lower * down).astype(images.dtype)
