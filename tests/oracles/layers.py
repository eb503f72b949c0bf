"""Layers by PyTorch: outputs, and the gradients of sum(dy y) by input and parameters."""

import numpy as np

from tests.oracles import oracle


def gradients(module, x, dy):
    """x, dy, y = module(x), dx, and the parameters with their gradients."""
    import torch

    x, dy = torch.tensor(x, requires_grad=True), torch.tensor(dy)
    y = module(x)
    (y * dy).sum().backward()
    return {"x": x.detach(), "dy": dy, "y": y.detach(), "dx": x.grad}


@oracle("layers.softplus")
def softplus():
    import torch

    rng = np.random.default_rng(1)
    return gradients(torch.nn.functional.softplus, rng.standard_normal((4, 3)), rng.standard_normal((4, 3)))
