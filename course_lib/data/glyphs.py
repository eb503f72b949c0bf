"""Digits written by a plotter: ten classes of 28 x 28 pictures, as many as you like, no download.

Each digit is a few strokes in a box that reaches from (-1, -1), bottom left, to (1, 1). The pen is shaken at every point, then the
whole is slanted, turned, stretched and moved at random, and drawn with a pen of random width.
"""

import numpy as np

from course_lib.data.checks import check_count, check_rng

SIZE = 28


def glyphs(n, *, rng):
    """n digits in random order, every class as often as n allows.          [Lectures: U28, L11]

    x: (n, 28, 28) float32, ink from 0 (none) to 1 (full); x[:, None] is (n, 1, 28, 28), as Conv2d wants it    y: (n,) int64, 0 .. 9
    Raises    ValueError if n is negative, TypeError if rng is no numpy Generator.
    """
    y = check_rng(rng).permutation(np.arange(check_count("n", n)) % 10)
    x = np.empty((n, SIZE, SIZE), np.float32)
    for digit in range(10):
        (mine,) = np.nonzero(y == digit)
        for some in np.array_split(mine, len(mine) // 64 + 1):  # few enough for the cache
            x[some] = _draw(STROKES[digit], len(some), rng)
    return x, y


def _draw(strokes, n, rng):
    """n handwritings of the same strokes, (n, 28, 28)."""
    shake = [stroke + rng.normal(0, 0.08, (n, *stroke.shape)) for stroke in strokes]
    start = np.concatenate([stroke[:, :-1] for stroke in shake], axis=1)
    end = np.concatenate([stroke[:, 1:] for stroke in shake], axis=1)
    slant, turn = rng.normal(0.15, 0.2, n), rng.normal(0, 0.12, n)
    across, up = rng.uniform(4.0, 7.0, n), rng.uniform(6.5, 9.0, n)  # half the size, in pixels
    cos, sin = np.cos(turn), np.sin(turn)
    # pixels (right, down) = move + turn * stretch * slant * (x, y)
    A = np.stack([cos * across, cos * across * slant - sin * up, -sin * across, -sin * across * slant - cos * up])
    A = A.T.reshape(n, 2, 2).swapaxes(1, 2)
    move = (SIZE - 1) / 2 + rng.uniform(-3, 3, (n, 1, 2))
    distance = _distance((start @ A + move).astype(np.float32), (end @ A + move).astype(np.float32))
    half_width = rng.uniform(0.7, 1.4, (n, 1, 1)).astype(np.float32)
    return np.clip(half_width + 0.5 - distance, 0, 1)  # a soft edge, one pixel wide


def _distance(start, end):
    """From the centre of every pixel to the nearest of the lines; start, end: (n, lines, 2), distance: (n, 28, 28)"""
    pixel = np.arange(SIZE, dtype=np.float32)
    nearest = np.full((len(start), SIZE, SIZE), np.inf, np.float32)
    for a, b in zip(start.swapaxes(0, 1), end.swapaxes(0, 1), strict=True):
        (ax, ay), (dx, dy) = a.T[:, :, None, None], (b - a).T[:, :, None, None]
        px, py = pixel - ax, pixel[:, None] - ay
        t = np.clip((px * dx + py * dy) / np.maximum(dx * dx + dy * dy, 1e-12), 0, 1)  # where on the line it is nearest
        np.minimum(nearest, (px - t * dx) ** 2 + (py - t * dy) ** 2, out=nearest)
    return np.sqrt(nearest)


def _line(*points):
    return np.array(points, np.float64)


def _arc(x, y, across, up, start, end):
    """Along an ellipse around (x, y), from one angle to another, in degrees: 0 is right, 90 is up."""
    angle = np.radians(np.linspace(start, end, max(3, abs(end - start) // 24 + 1)))
    return np.stack([x + across * np.cos(angle), y + up * np.sin(angle)], axis=1)


STROKES = (
    [_arc(0, 0, 1, 1, 90, 450)],
    [_line((-0.5, 0.6), (0.1, 1), (0.1, -1))],
    [np.concatenate([_arc(0, 0.45, 0.9, 0.55, 170, -40), _line((-1, -1), (1, -1))])],
    [_arc(-0.1, 0.5, 0.9, 0.5, 150, -90), _arc(-0.1, -0.5, 1.1, 0.5, 90, -150)],
    [_line((0.5, -1), (0.5, 1), (-1, -0.3), (1, -0.3))],
    [
        _line((0.9, 1), (-0.7, 1), (-0.8, 0.1)),
        np.concatenate([_line((-0.8, 0.1)), _arc(-0.1, -0.35, 1, 0.65, 120, -150)]),
    ],
    [np.concatenate([_arc(0.6, -0.4, 1.5, 1.4, 95, 180), _arc(0, -0.45, 0.9, 0.55, 180, 540)])],
    [_line((-1, 1), (1, 1), (-0.3, -1))],
    [_arc(0, 0.5, 0.75, 0.5, 270, -90), _arc(0, -0.5, 0.95, 0.5, 90, 450)],
    [np.concatenate([_arc(0, 0.45, 0.9, 0.55, 0, 360), _arc(-0.6, 0.4, 1.5, 1.4, 0, -85)])],
)
