"""What PyTorch's initial weights look like: moments and quantiles of many draws.

PyTorch keeps a dense W as (M, D) and a convolution's as (out, in, kh, kw): fan_in and fan_out are those of that order.
"""

import numpy as np

from tests.oracles import oracle

D, M = 400, 250  # of the dense layers; 100,000 weights
IMAGES = (40, 25, 10, 10)  # (out, in, kh, kw)
QUANTILES = np.linspace(0, 1, 21)


def statistics(draw, shape):
    """mean, std and 21 quantiles of w, from draw(w), which fills it."""
    import torch

    torch.manual_seed(0)
    w = torch.empty(shape, dtype=torch.float64)
    draw(w)
    return np.array([w.mean(), w.std(correction=0), *np.quantile(w.numpy(), QUANTILES)])


def both(draw):
    return {"dense": statistics(draw, (M, D)), "images": statistics(draw, IMAGES)}


@oracle("initializers.glorot_normal")
def glorot_normal():
    import torch

    return both(torch.nn.init.xavier_normal_)


@oracle("initializers.glorot_uniform")
def glorot_uniform():
    import torch

    return both(torch.nn.init.xavier_uniform_)


@oracle("initializers.he_normal")
def he_normal():
    import torch

    return both(lambda w: torch.nn.init.kaiming_normal_(w, nonlinearity="relu"))


@oracle("initializers.he_uniform")
def he_uniform():
    import torch

    return both(lambda w: torch.nn.init.kaiming_uniform_(w, nonlinearity="relu"))


@oracle("initializers.lecun_normal")
def lecun_normal():
    import torch

    return both(lambda w: torch.nn.init.kaiming_normal_(w, nonlinearity="linear"))


@oracle("initializers.small_normal")
def small_normal():
    import torch

    return both(lambda w: torch.nn.init.normal_(w, std=1e-5))


@oracle("initializers.orthogonal")
def orthogonal():
    import torch

    return {"dense": statistics(lambda w: torch.nn.init.orthogonal_(w, gain=1.3), (M, D))}
