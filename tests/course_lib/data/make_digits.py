"""Write course_lib/data/digits.npz from scikit-learn's copy of the digits: python tests/course_lib/data/make_digits.py"""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

TARGET = Path(__file__).parents[3] / "course_lib" / "data" / "digits.npz"

if __name__ == "__main__":
    source = load_digits()
    np.savez_compressed(TARGET, x=source.data.astype(np.uint8), y=source.target.astype(np.uint8))
    print(f"{TARGET}: {TARGET.stat().st_size} bytes")
