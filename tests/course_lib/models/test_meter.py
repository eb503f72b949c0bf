"""The meter against PyTorch's own count, and against `summary`."""

import numpy as np
import pytest

from course_lib.layers import LSTM, Dense, ReLU, Sequential, pack
from course_lib.models import cnn, metered, mlp, summary

rng = np.random.default_rng(13)


def test_pytorch_counts_the_same():
    torch = pytest.importorskip("torch")
    from torch.utils.flop_counter import FlopCounterMode

    x = rng.normal(size=(5, 2, 8, 8)).astype(np.float32)
    net = cnn((2, 8, 8), (3, 4), 6, rng=rng)
    theirs = torch.nn.Sequential(
        *(torch.nn.Conv2d(2, 3, 3, padding=1), torch.nn.ReLU(), torch.nn.MaxPool2d(2)),
        *(torch.nn.Conv2d(3, 4, 3, padding=1), torch.nn.ReLU(), torch.nn.MaxPool2d(2)),
        *(torch.nn.Flatten(), torch.nn.Linear(16, 6)),
    )
    with metered() as ours:
        net.backward(np.ones_like(net.forward(x, training=True)), need_dx=False)
    with FlopCounterMode(display=False) as counter:
        theirs(torch.tensor(x)).sum().backward()
    assert ours.multiply_adds == counter.get_total_flops() / 2  # a flop is half a multiply-add


def test_forward_is_what_summary_says_and_backward_twice_that():
    net, x = mlp([7, 5, 3], rng=rng), np.ones((4, 7), np.float32)
    forward = 4 * summary(net, (7,)).multiply_adds
    with metered() as meter:
        y = net.forward(x)
    assert meter.multiply_adds == forward
    with metered() as meter:
        net.backward(np.ones_like(net.forward(x, training=True)))
    assert meter.multiply_adds == 3 * forward
    with metered() as meter:
        net.backward(np.ones_like(net.forward(x, training=True)), need_dx=False)
    assert meter.multiply_adds == 3 * forward - 4 * 7 * 5  # no error for the input
    assert y.shape == (4, 3)


def test_recurrent_layers_count_every_step():
    net, x = Sequential(LSTM(3, 5, rng=rng), Dense(5, 2, rng=rng)), np.ones((2, 6, 3), np.float32)
    with metered() as meter:
        net.forward(x)
    assert meter.multiply_adds == 2 * summary(net, (6, 3)).multiply_adds == 2 * (6 * 4 * (3 * 5 + 5 * 5) + 10)


def test_afterwards_nothing_is_counted_even_if_training_stopped():
    net, before = Sequential(Dense(3, 2, rng=rng), ReLU()), Dense.forward
    with pytest.raises(ValueError, match="wanted shape"), metered() as meter:
        net.forward(np.ones((1, 4), np.float32))
    assert Dense.forward is before
    net.forward(np.ones((1, 3), np.float32))
    assert meter.multiply_adds == 0
    pack(net)
