"""The multi-layer perceptron."""

from collections.abc import Callable
from itertools import pairwise

from course_lib.initializers import he_normal
from course_lib.layers import BatchNorm1d, Dense, Dropout, Layer, ReLU, Sequential


def mlp(sizes, *, rng, activation: Callable[[], Layer] = ReLU, init=he_normal, batch_norm=False, dropout=0.0):
    """Dense layers of these sizes, [784, 256, 128, 10]; after all but the last come batch norm, activation and dropout.

    x: (N, sizes[0])   y: (N, sizes[-1]), logits or numbers    activation: a kind of layer, such as Tanh
    dropout    the probability of DROPPING a hidden unit; 0 leaves the layer out
    Raises     ValueError if there are less than two sizes, or one is under 1.          [Lectures: C1, C2, I4, W21, W22]
    """
    sizes = list(sizes)
    if len(sizes) < 2:
        raise ValueError(f"sizes: wanted at least two, of the input and the output, got {sizes}")
    layers = []
    for n_in, n_out in pairwise(sizes):
        layers += [Dense(n_in, n_out, rng=rng, init=init)]
        layers += [BatchNorm1d(n_out)] if batch_norm else []
        layers += [activation()]
        layers += [Dropout(dropout, rng=rng)] if dropout else []
    last = max(i for i, layer in enumerate(layers) if isinstance(layer, Dense))
    return Sequential(*layers[: last + 1])
