"""Data: sets that come with the course or from a formula, splits, scaling, mini-batches and augmentation."""

from course_lib.data.augmentation import (
    add_noise,
    affine,
    cutout,
    flip,
    lighting,
    rotate,
    scale,
    shear,
    translate,
)
from course_lib.data.batches import minibatches, n_batches
from course_lib.data.digits import digits, digits_split
from course_lib.data.glyphs import glyphs
from course_lib.data.scaling import PCA, MinMax, PCAWhitening, Scaler, Standardizer, ZCAWhitening
from course_lib.data.splits import bootstrap, k_fold, train_dev_test_split
from course_lib.data.synthetic import (
    POLYNOMIALS,
    adding,
    blobs,
    circles,
    first_symbol,
    moons,
    noisy_polynomial,
    one_to_many,
    spirals,
    waves,
    xor,
)

__all__ = [
    "PCA",
    "POLYNOMIALS",
    "MinMax",
    "PCAWhitening",
    "Scaler",
    "Standardizer",
    "ZCAWhitening",
    "add_noise",
    "adding",
    "affine",
    "blobs",
    "bootstrap",
    "circles",
    "cutout",
    "digits",
    "digits_split",
    "first_symbol",
    "flip",
    "glyphs",
    "k_fold",
    "lighting",
    "minibatches",
    "moons",
    "n_batches",
    "noisy_polynomial",
    "one_to_many",
    "rotate",
    "scale",
    "shear",
    "spirals",
    "train_dev_test_split",
    "translate",
    "waves",
    "xor",
]
