"""Layers by PyTorch: outputs, and the gradients of sum(dy y) by the input and by the parameters.

Each oracle stores x and dy, the parameters by their names here, y, dx, and the gradients as dW, db, ...
"""

import numpy as np

from tests.oracles import oracle

ACTIVATIONS = {
    "sigmoid": lambda f: f.sigmoid,
    "tanh": lambda f: f.tanh,
    "relu": lambda f: f.relu,
    "leaky_relu": lambda f: lambda x: f.leaky_relu(x, 0.001),
    "softplus": lambda f: lambda x: f.softplus(x, threshold=40),  # beyond it PyTorch returns x
    "elu": lambda f: lambda x: f.elu(x, 0.7),
    "gelu": lambda f: f.gelu,
    "silu": lambda f: f.silu,
    "softmax": lambda f: lambda x: f.softmax(x, -1),
    "log_softmax": lambda f: lambda x: f.log_softmax(x, -1),
}


def record(f, shape, seed=0, **params):
    """What y = f(x, **params) and its gradients are for a drawn x and dy."""
    import torch

    rng = np.random.default_rng(seed)
    leaves = {"x": rng.standard_normal(shape), **params}
    leaves = {name: torch.tensor(value, requires_grad=True) for name, value in leaves.items()}
    y = f(**leaves)
    dy = torch.tensor(rng.standard_normal(y.shape))
    y.backward(dy)
    gradients = {f"d{name}": leaf.grad for name, leaf in leaves.items()}
    return {**leaves, **gradients, "y": y, "dy": dy}


def draw(*shapes, seed=1):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(shape) for shape in shapes]


@oracle("layers.activations")
def activations():
    """All of them at the same places, from -30 to 30: {"relu": y, "drelu": dx, ...}"""
    import torch

    x = np.sort(np.concatenate([np.linspace(-30, 30, 13), *draw(39, seed=2)])).reshape(4, 13)
    (dy,) = draw(x.shape)
    values = {"x": x, "dy": dy}
    for name, choose in ACTIVATIONS.items():
        leaf = torch.tensor(x, requires_grad=True)
        y = choose(torch.nn.functional)(leaf)
        y.backward(torch.tensor(dy))
        values |= {name: y, f"d{name}": leaf.grad}
    return values


@oracle("layers.dense")
def dense():
    W, b = draw((5, 3), 3)
    return record(lambda x, W, b: x @ W + b, (4, 5), W=W, b=b)


def convolution(x_shape, W_shape, **options):
    import torch

    W, b = draw(W_shape, W_shape[0])
    return record(lambda x, W, b: torch.nn.functional.conv2d(x, W, b, **options), x_shape, W=W, b=b)


@oracle("layers.conv2d")
def conv2d():
    return convolution((3, 2, 6, 5), (4, 2, 3, 3), padding=1)


@oracle("layers.conv2d_strided")
def conv2d_strided():
    return convolution((3, 2, 7, 8), (3, 2, 3, 2), stride=(2, 3), padding=(1, 0))


@oracle("layers.conv2d_dilated")
def conv2d_dilated():
    return convolution((2, 3, 7, 6), (2, 3, 2, 3), stride=(1, 2), padding=(2, 3), dilation=(3, 2))


@oracle("layers.max_pool2d")
def max_pool2d():
    import torch

    return record(lambda x: torch.nn.functional.max_pool2d(x, 2), (3, 2, 5, 6))


@oracle("layers.max_pool2d_overlapping")
def max_pool2d_overlapping():
    import torch

    return record(lambda x: torch.nn.functional.max_pool2d(x, (3, 2), stride=(2, 1)), (3, 2, 8, 5))


@oracle("layers.max_pool2d_ties")
def max_pool2d_ties():
    """Whole numbers from 0 to 2: nearly every window has its largest number several times."""
    import torch

    rng = np.random.default_rng(3)
    x = torch.tensor(rng.integers(0, 3, (3, 2, 7, 7)).astype(np.float64), requires_grad=True)
    y = torch.nn.functional.max_pool2d(x, 3, stride=2)
    dy = torch.tensor(rng.standard_normal(y.shape))
    y.backward(dy)
    return {"x": x, "dy": dy, "y": y, "dx": x.grad}


@oracle("layers.avg_pool2d")
def avg_pool2d():
    import torch

    return record(lambda x: torch.nn.functional.avg_pool2d(x, (3, 2), stride=(2, 1)), (3, 2, 8, 5))


@oracle("layers.global_avg_pool2d")
def global_avg_pool2d():
    import torch

    return record(lambda x: torch.nn.functional.adaptive_avg_pool2d(x, 1).flatten(1), (3, 2, 4, 5))


def batch_norm(kind, shape, momentum):
    """One training step, the running statistics after it, and a prediction with them."""
    import torch

    gamma, beta, other = draw(shape[1], shape[1], shape)
    layer = getattr(torch.nn, kind)(shape[1], momentum=momentum, dtype=torch.float64)

    def f(x, gamma, beta):
        return torch.nn.functional.batch_norm(
            x, layer.running_mean, layer.running_var, gamma, beta, True, momentum, layer.eps
        )

    values = record(f, shape, gamma=gamma, beta=beta)
    with torch.no_grad():
        layer.weight[:], layer.bias[:] = torch.tensor(gamma), torch.tensor(beta)
        at_test = layer.eval()(torch.tensor(other))
    return {**values, "mean": layer.running_mean, "variance": layer.running_var, "other": other, "at_test": at_test}


@oracle("layers.batch_norm1d")
def batch_norm1d():
    return batch_norm("BatchNorm1d", (6, 3), 0.1)


@oracle("layers.batch_norm2d")
def batch_norm2d():
    return batch_norm("BatchNorm2d", (4, 3, 2, 5), 0.3)


@oracle("layers.layer_norm")
def layer_norm():
    import torch

    gamma, beta = draw(5, 5)
    return record(
        lambda x, gamma, beta: torch.nn.functional.layer_norm(x, (5,), gamma, beta), (4, 3, 5), gamma=gamma, beta=beta
    )


def recurrent(kind, gates):
    """PyTorch's matrices are transposed, and it has a second bias, left at 0. y holds every h; `last` is the gradient of the last alone."""
    import torch

    D, H, N, T = 3, 4, 5, 6
    Wx, Wh, b = draw((D, gates * H), (H, gates * H), gates * H)
    module = getattr(torch.nn, kind)(D, H, batch_first=True, dtype=torch.float64)
    zero = torch.zeros(gates * H, dtype=torch.float64)

    def f(x, Wx, Wh, b, only_last=False):
        weights = {"weight_ih_l0": Wx.T, "weight_hh_l0": Wh.T, "bias_ih_l0": b, "bias_hh_l0": zero}
        y = torch.func.functional_call(module, weights, (x,))[0]
        return y[:, -1] if only_last else y

    values = record(f, (N, T, D), Wx=Wx, Wh=Wh, b=b)
    last = record(lambda **leaves: f(only_last=True, **leaves), (N, T, D), Wx=Wx, Wh=Wh, b=b)
    return values | {f"last_{key}": last[key] for key in ("y", "dy", "dx", "dWx", "dWh", "db")}


@oracle("layers.rnn")
def rnn():
    return recurrent("RNN", 1)


@oracle("layers.lstm")
def lstm():
    return recurrent("LSTM", 4)


@oracle("layers.gru")
def gru():
    return recurrent("GRU", 3)


@oracle("layers.tied")
def tied():
    """An autoencoder with one matrix, forward and transposed."""
    import torch

    W, b, c = draw((5, 3), 3, 5)
    return record(lambda x, W, b, c: torch.tanh(x @ W + b) @ W.T + c, (4, 5), W=W, b=b, c=c)


@oracle("layers.network")
def network():
    """A whole small network: convolution, pooling, skip connection, batch norm, two heads that share their trunk."""
    import torch
    from torch.nn import functional as F

    W1, W2, b2, W3, W4 = draw((3, 1, 3, 3), (12, 12), 12, (12, 2), (12, 3))

    def f(x, W1, W2, b2, W3, W4):
        h = F.max_pool2d(F.relu(F.conv2d(x, W1, padding=1)), 2).flatten(1)
        h = h + torch.tanh(h @ W2 + b2)
        h = F.batch_norm(h, None, None, training=True)
        return torch.cat([h @ W3, h @ W4], dim=1)

    return record(f, (5, 1, 4, 4), W1=W1, W2=W2, b2=b2, W3=W3, W4=W4)
