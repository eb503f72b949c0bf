"""Classifiers of images and of sequences."""

from course_lib.initializers import he_normal
from course_lib.layers import RNN, Conv2d, Dense, Flatten, MaxPool2d, ReLU, Sequential


def cnn(shape, channels, n_classes, *, rng):
    """Convolution 3 x 3, ReLU and 2 x 2 pooling for each number of channels, then one dense layer.          [Lectures: U28, C16]

    x: (N, *shape), shape = (C, H, W)   y: (N, n_classes) logits    channels: such as (16, 32); each halves H and W
    Raises    ValueError if H or W can not be halved so often.
    """
    (n_in, height, width), layers = shape, []
    for n_out in channels:
        layers += [Conv2d(n_in, n_out, 3, padding=1, rng=rng, init=he_normal), ReLU(), MaxPool2d(2)]
        n_in, height, width = n_out, height // 2, width // 2
    if height * width == 0:
        raise ValueError(f"channels: {len(channels)} times 2 x 2 pooling leaves nothing of images of shape {shape}")
    return Sequential(*layers, Flatten(), Dense(n_in * height * width, n_classes, rng=rng))


def rnn_classifier(n_in, n_hidden, n_classes, *, rng, cell=RNN):
    """What the last hidden state says about the whole sequence.          [Lectures: C16, I6]

    x: (N, T, n_in)   y: (N, n_classes) logits    cell: RNN, LSTM or GRU
    Raises    ValueError if a size is under 1.
    """
    return Sequential(cell(n_in, n_hidden, rng=rng), Dense(n_hidden, n_classes, rng=rng))
