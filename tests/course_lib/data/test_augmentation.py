"""Augmentation agrees with SciPy's interpolation and with NumPy's flips and quarter turns; an amount of 0 changes nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from course_lib.data import add_noise, affine, cutout, flip, lighting, rotate, scale, shear, translate

NOTHING = {
    "translate": lambda x, zero: translate(x, zero, zero),
    "rotate": rotate,
    "scale": scale,
    "shear": shear,
    "affine": lambda x, zero: affine(x),
    "lighting": lambda x, zero: lighting(x, zero, zero),
    "flip": flip,
    "add_noise": lambda x, zero: add_noise(x, 0, rng=np.random.default_rng(0)),
    "cutout": lambda x, zero: cutout(x, 0, rng=np.random.default_rng(0)),
}
SOMETHING = {
    "translate": lambda x: translate(x, 0.5, -1),
    "rotate": lambda x: rotate(x, 10),
    "scale": lambda x: scale(x, 0.2),
    "shear": lambda x: shear(x, 0.2),
    "lighting": lambda x: lighting(x, 0.1, 0.5),
    "flip": flip,
    "add_noise": lambda x: add_noise(x, 0.1, rng=np.random.default_rng(0)),
    "cutout": lambda x: cutout(x, 3, rng=np.random.default_rng(0)),
}


@pytest.fixture
def rng():
    return np.random.default_rng(8)


@pytest.fixture
def images(rng):
    x = rng.uniform(0, 1, (4, 7, 10))
    x.flags.writeable = False
    return x


@pytest.mark.parametrize("change", NOTHING.values(), ids=NOTHING)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("each", [False, True], ids=["one amount", "an amount for each"])
def test_zero_changes_nothing(change, dtype, each, images):
    x = images.astype(dtype)
    y = change(x, np.zeros(4) if each else 0)
    np.testing.assert_array_equal(y, x)
    assert y.dtype == dtype
    assert not np.shares_memory(y, x)


@pytest.mark.parametrize("change", SOMETHING.values(), ids=SOMETHING)
@pytest.mark.parametrize("shape", [(0, 5, 5), (1, 1, 1), (3, 1, 4), (2, 0, 0)])
def test_any_shape_will_do(change, shape):
    assert change(np.ones(shape, np.float32)).shape == shape


@pytest.mark.parametrize("change", SOMETHING.values(), ids=SOMETHING)
def test_integers_become_float32_and_float64_stays(change, images):
    assert change(np.ones((1, 3, 3), np.uint8)).dtype == np.float32
    assert change(images).dtype == np.float64


@given(st.floats(-4, 4), st.floats(-4, 4))
def test_translation_is_scipys(down, right):
    images = np.random.default_rng(0).uniform(0, 1, (2, 6, 5))
    theirs = [ndimage.shift(x, (down, right), order=1, mode="grid-constant") for x in images]
    np.testing.assert_allclose(translate(images, down, right), theirs, atol=1e-12)


def test_whole_pixels_move_as_in_a_larger_frame(images):
    wide = np.pad(images, ((0, 0), (3, 3), (3, 3)))
    np.testing.assert_array_equal(translate(images, 2, -3), wide[:, 1:8, 6:16])
    assert np.all(translate(images, 100, 0) == 0)


@given(st.floats(-180, 180), st.floats(-0.5, 1), st.floats(-1, 1), st.floats(-3, 3), st.floats(-3, 3))
def test_the_whole_map_is_scipys(degrees, larger, slope, down, right):
    images = np.random.default_rng(0).uniform(0, 1, (2, 6, 9))
    a = np.radians(degrees)
    rotation = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])  # of (row, column), rows counted downwards
    A = rotation @ ((1 + larger) * np.eye(2)) @ np.array([[1, 0], [-slope, 1]])
    back, centre, moved = np.linalg.inv(A), np.array([2.5, 4]), np.array([down, right])
    offset = centre - back @ (centre + moved)
    theirs = [ndimage.affine_transform(x, back, offset, order=1, mode="grid-constant") for x in images]
    ours = affine(images, degrees=degrees, larger=larger, slope=slope, down=down, right=right)
    np.testing.assert_allclose(ours, theirs, atol=1e-9)


def test_quarter_turns_are_numpys(rng):
    for size in (6, 7):
        images = rng.uniform(0, 1, (3, size, size))
        for quarters in range(-4, 5):
            np.testing.assert_allclose(rotate(images, 90 * quarters), np.rot90(images, quarters, (1, 2)), atol=1e-12)


def test_scaling_back_and_forth_keeps_a_smooth_image():
    y, x = np.mgrid[-1:1:41j, -1:1:41j]
    image = np.exp(-8 * (x**2 + y**2))[None]
    back = scale(scale(image, 0.25), 1 / 1.25 - 1)
    np.testing.assert_allclose(back, image, atol=0.02)
    assert np.sum(scale(image, 0.25)) == pytest.approx(1.25**2 * np.sum(image), rel=0.01)


def test_shear_moves_the_top_to_the_right(rng):
    image = np.zeros((1, 5, 9))
    image[0, :, 4] = 1
    np.testing.assert_array_equal(np.argmax(shear(image, 1.0)[0], axis=1), [6, 5, 4, 3, 2])


def test_lighting_adds_stretches_and_clips(images):
    np.testing.assert_allclose(lighting(images, brightness=0.2), np.minimum(images + 0.2, 1))
    np.testing.assert_allclose(lighting(images, contrast=1.0), np.clip(2 * images - 0.5, 0, 1))
    np.testing.assert_allclose(lighting(images, contrast=-1.0), 0.5)


def test_every_image_has_an_amount_of_its_own(images):
    amounts = np.array([0.0, 5.0, -20.0, 90.0])
    each = [rotate(x[None], a)[0] for x, a in zip(images, amounts, strict=True)]
    np.testing.assert_array_equal(rotate(images, amounts), each)
    each = [lighting(x[None], a / 100)[0] for x, a in zip(images, amounts, strict=True)]
    np.testing.assert_array_equal(lighting(images, amounts / 100), each)


def test_flips_are_numpys_and_undo_themselves(images):
    np.testing.assert_array_equal(flip(images), np.flip(images, 2))
    np.testing.assert_array_equal(flip(images, axis="up-down"), np.flip(images, 1))
    np.testing.assert_array_equal(flip(flip(images)), images)
    some = flip(images, np.array([True, False, False, True]))
    np.testing.assert_array_equal(some[[0, 3]], np.flip(images[[0, 3]], 2))
    np.testing.assert_array_equal(some[1:3], images[1:3])


def test_noise_has_its_standard_deviation(rng):
    x = np.full((50, 20, 20), 0.5, np.float32)
    y = add_noise(x, 0.2, rng=rng)
    assert y.dtype == np.float32
    assert np.std(y - x) == pytest.approx(0.2, rel=0.02)
    assert abs(np.mean(y - x)) < 0.01


def test_cutout_blanks_one_square_of_each_image(rng):
    y = cutout(np.ones((300, 12, 9)), 4, rng=rng)
    assert set(np.unique(y)) == {0, 1}
    for image in y:
        rows, columns = np.nonzero(image == 0)
        assert 1 <= len(rows) <= 16
        assert len(rows) == (np.ptp(rows) + 1) * (np.ptp(columns) + 1)  # a full rectangle
    blanked = (y == 0).mean(axis=0)
    assert blanked.max() < 0.3  # not always at the same place
    assert blanked.min() > 0
    assert len(np.unique(y.reshape(300, -1), axis=0)) > 50
    assert np.all(cutout(np.ones((2, 5, 5)), 100, rng=rng) == 0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x, rng: rotate(x[0], 3), r"images: wanted an array with 3 axes, got shape \(7, 10\)"),
        (lambda x, rng: rotate(x, [1, 2]), r"degrees: wanted one number or 4, one for each image, got shape \(2,\)"),
        (lambda x, rng: rotate(x, np.nan), "degrees: wanted finite numbers"),
        (lambda x, rng: rotate(x, "far"), "degrees: wanted an array of real numbers"),
        (lambda x, rng: scale(x, -1), "larger: wanted fractions above -1, got -1"),
        (lambda x, rng: flip(x, axis="sideways"), 'axis: wanted "left-right" or "up-down", got \'sideways\''),
        (lambda x, rng: add_noise(x, -0.1, rng=rng), "std: wanted a number of at least 0"),
        (lambda x, rng: add_noise(x, 0.1, rng=None), "rng: wanted a numpy Generator"),
        (lambda x, rng: cutout(x, -2, rng=rng), "size: wanted at least 0, got -2"),
        (lambda x, rng: cutout(x, 2.5, rng=rng), "size: wanted a whole number"),
    ],
)
def test_what_cannot_be_is_said(call, message, images, rng):
    with pytest.raises((ValueError, TypeError), match=message):
        call(images, rng)
