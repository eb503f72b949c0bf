"""Recurrent layers: the same weights at every step of a sequence.

What depends on x alone is computed for all steps at once, and so is dL/dW; only h W_h has to wait for the step before. Inside, time
comes first, so that each step is one block of memory.
"""

from abc import abstractmethod

import numpy as np

from course_lib.arrays import check_size
from course_lib.initializers import glorot_uniform, orthogonal
from course_lib.layers.base import Layer


class Recurrent(Layer):
    """h_t = step(x_t W_x + b, h_(t-1)), h_0 = 0, for t = 1 .. T, with one block of columns in W_x, W_h and b for each of the gates.

    x: (N, T, D)   Wx: (D, G H)   Wh: (H, G H)   b: (G H,)   y: (N, H), the last h; or (N, T, H), every h, with sequences=True
    backward  through time: from the last step to the first, each gradient the sum over all steps
    """

    gates: int

    def __init__(self, n_in, n_hidden, *, rng, sequences=False, init=glorot_uniform, init_h=orthogonal):
        sizes = check_size("n_in", n_in), check_size("n_hidden", n_hidden)
        Wx = np.concatenate([init(rng, sizes) for _ in range(self.gates)], axis=1)
        Wh = np.concatenate([init_h(rng, (n_hidden, n_hidden)) for _ in range(self.gates)], axis=1)
        super().__init__(Wx=Wx, Wh=Wh, b=np.zeros(self.gates * n_hidden, Wx.dtype))
        self.sequences = sequences
