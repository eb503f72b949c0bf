"""Handwritten digits of 8 x 8 pixels: "Optical Recognition of Handwritten Digits" by E. Alpaydin and C. Kaynak, UCI, 1998.

Licence CC BY 4.0; digits.LICENSE.txt, beside the data, has the credits and what was changed.
"""

from pathlib import Path

import numpy as np

# Every person copied out the same form; ten forms end here. (Each form begins with 0123456789 twice, which shows where they start.)
FIRST_TEST_FORM = 1287


def digits():
    """All 1797 digits, form by form in the order of the file.

    x: (1797, 64) float32, ink per pixel from 0 (none) to 1 (full); x[n].reshape(8, 8) is the picture    y: (1797,) int64, 0 .. 9
    Each call returns new arrays.          [Alpaydin and Kaynak 1998, doi 10.24432/C50P49, CC BY 4.0]
    """
    with np.load(Path(__file__).with_name("digits.npz")) as file:
        return file["x"] / np.float32(16), file["y"].astype(np.int64)  # the file counts 0 to 16 inked dots per pixel


def digits_split():
    """The same in two parts, x_train, y_train, x_test, y_test: ten whole forms (1287 digits) and the last four (510).

    No form is torn apart, so that the test asks about handwriting that training has not seen.          [Lectures: I1]
    """
    x, y = digits()
    return x[:FIRST_TEST_FORM], y[:FIRST_TEST_FORM], x[FIRST_TEST_FORM:], y[FIRST_TEST_FORM:]
