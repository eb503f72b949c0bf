"""The references of lesson 12 against PyTorch and against the receptive field that a gradient shows."""

import numpy as np
import pytest

from course_lib.exercises import l12_convolution_and_recurrence as l12
from course_lib.layers import Conv2d

torch = pytest.importorskip("torch")
F = torch.nn.functional
rng = np.random.default_rng(12)


def leaf(a):
    return torch.tensor(a, requires_grad=True)


def test_convolution_forward_and_backward():
    x, W, b = leaf(rng.normal(size=(2, 3, 6, 7))), leaf(rng.normal(size=(4, 3, 3, 2))), leaf(rng.normal(size=4))
    y = F.conv2d(x, W, b)
    dy = rng.normal(size=y.shape)
    y.backward(torch.tensor(dy))
    ours = [a.detach().numpy() for a in (x, W, b)]
    np.testing.assert_allclose(l12.conv2d(*ours), y.detach().numpy(), atol=1e-12)
    for mine, theirs in zip(l12.conv2d_backward(ours[0], ours[1], dy), (W.grad, b.grad, x.grad), strict=True):
        np.testing.assert_allclose(mine, theirs.numpy(), atol=1e-12)


def test_the_matrix_is_the_convolution_entry_by_entry():
    K = rng.normal(size=(3, 2))
    unit = torch.eye(30, dtype=torch.float64).reshape(30, 1, 5, 6)  # the image of one pixel gives that pixel's row
    theirs = F.conv2d(unit, torch.tensor(K)[None, None]).reshape(30, -1)
    np.testing.assert_array_equal(l12.conv_matrix(K, 5, 6), theirs.numpy())


def test_pooling_with_equal_numbers():
    x = leaf(rng.integers(-2, 3, size=(2, 3, 6, 8)).astype(float))
    y = F.max_pool2d(x, 2)
    dy = rng.normal(size=y.shape)
    y.backward(torch.tensor(dy))
    for mine, theirs in zip(l12.max_pool(x.detach().numpy(), dy), (y.detach(), x.grad), strict=True):
        np.testing.assert_allclose(mine, theirs.numpy())


def test_counts_are_those_of_the_layers():
    conv, dense, multiply_adds = l12.counts(3, 8, 9, 5, 2)
    layer, linear = torch.nn.Conv2d(3, 5, 2), torch.nn.Linear(3 * 8 * 9, 5 * 7 * 8)
    assert conv == sum(p.numel() for p in layer.parameters())
    assert dense == sum(p.numel() for p in linear.parameters())
    assert multiply_adds == layer.weight.numel() * 7 * 8


@pytest.mark.parametrize("numbers", [40, 41, 200, 513])
def test_one_unit_more_would_be_too_many(numbers):
    def size(n):
        return sum(p.numel() for p in torch.nn.Sequential(torch.nn.Linear(6, n), torch.nn.Linear(n, 4)).parameters())

    n = l12.matching_width(numbers, 6, 4)
    assert size(n) <= numbers < size(n + 1)


@pytest.mark.parametrize("layers", [[(3, 1)], [(3, 2), (2, 2), (3, 1)], [(5, 1), (2, 3), (4, 2)]])
def test_the_field_is_where_the_gradient_is_not_zero(layers):
    x = torch.ones((1, 1, 1, 60), dtype=torch.float64, requires_grad=True)
    y = x
    for k, s in layers:
        y = F.conv2d(y, torch.ones((1, 1, 1, k), dtype=torch.float64), stride=(1, s))
    seen = [np.flatnonzero(torch.autograd.grad(y[0, 0, 0, i], x, retain_graph=True)[0].numpy()) for i in (0, 1)]
    assert l12.receptive_field(layers) == (len(seen[0]), seen[1][0] - seen[0][0])
    assert seen[0][-1] - seen[0][0] + 1 == len(seen[0])


def test_recurrence_forward_and_through_time():
    X, Wx, Wh, b = rng.normal(size=(4, 5, 3)), rng.normal(size=(3, 2)), rng.normal(size=(2, 2)), rng.normal(size=2)
    dh = rng.normal(size=(4, 2))
    parameters = [leaf(a) for a in (Wx, Wh, b)]
    states = [torch.zeros((4, 2), dtype=torch.float64)]
    for t in range(5):
        states.append(torch.tanh(torch.tensor(X[:, t]) @ parameters[0] + states[t] @ parameters[1] + parameters[2]))
        states[-1].retain_grad()
    states[-1].backward(torch.tensor(dh))
    h = [state.detach().numpy() for state in states]
    np.testing.assert_allclose(l12.rnn_step(X[:, 4], h[4], Wx, Wh, b), h[5], atol=1e-12)
    for mine, theirs in zip(l12.rnn_gradients(X, dh, Wx, Wh, b), parameters, strict=True):
        np.testing.assert_allclose(mine, theirs.grad.numpy(), atol=1e-12)
    norms = l12.lag_norms(np.array(h[1:])[:, 0], Wh, dh[0])
    np.testing.assert_allclose(norms, [np.linalg.norm(state.grad[0]) for state in reversed(states[1:])], atol=1e-12)


def test_the_library_has_the_same_convolution():
    x, layer = rng.normal(size=(2, 3, 6, 7)).astype(np.float32), Conv2d(3, 4, (3, 2), rng=rng)
    layer.params["b"][...] = rng.normal(size=4)
    np.testing.assert_allclose(layer.forward(x), l12.conv2d(x, *layer.params.values()), atol=1e-5)
