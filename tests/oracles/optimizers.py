"""20 steps of PyTorch's optimizers on a function with curves of many sizes, and the rates of its schedules."""

import numpy as np

from tests.oracles import oracle

STEPS = 20


def path(make, schedule=None, dtype="float64"):
    """The gradients (20, 6) that it met, and where it was (21, 6); the gradient of element 5 is always 0."""
    import torch

    curvature = torch.tensor([0.01, 0.3, 1.0, 4.0, 10.0, 0.0], dtype=getattr(torch, dtype))
    start = np.random.default_rng(0).standard_normal(6)
    thetas = [torch.tensor(part, dtype=curvature.dtype, requires_grad=True) for part in np.split(start, [2, 3])]
    optimizer = make(thetas)
    scheduler = schedule and schedule(optimizer)
    where, gradients = [torch.cat(thetas).detach().clone()], []
    for _ in range(STEPS):
        theta = torch.cat(thetas)
        optimizer.zero_grad()
        (curvature * (theta**2 / 2 + torch.sin(2 * theta))).sum().backward()
        gradients.append(torch.cat([t.grad for t in thetas]).clone())
        optimizer.step()
        if scheduler:
            scheduler.step()
        where.append(torch.cat(thetas).detach().clone())
    return {"theta": torch.stack(where), "grad": torch.stack(gradients)}


def steps(name, schedule=None, dtype="float64", **options):
    import torch

    return path(lambda thetas: getattr(torch.optim, name)(thetas, **options), schedule, dtype)


@oracle("optimizers.sgd")
def sgd():
    return steps("SGD", lr=0.05)


@oracle("optimizers.heavy_ball")
def heavy_ball():
    return steps("SGD", lr=0.05, momentum=0.8)


@oracle("optimizers.nesterov")
def nesterov():
    return steps("SGD", lr=0.05, momentum=0.8, nesterov=True)


@oracle("optimizers.adagrad")
def adagrad():
    return steps("Adagrad", lr=0.3, eps=1e-9)


@oracle("optimizers.rmsprop")
def rmsprop():
    return steps("RMSprop", lr=0.05, alpha=0.85, eps=1e-6)


@oracle("optimizers.adam")
def adam():
    return steps("Adam", lr=0.1, betas=(0.85, 0.98), eps=1e-6)


@oracle("optimizers.adam_float32")
def adam_float32():
    return steps("Adam", dtype="float32", lr=0.1)


@oracle("optimizers.adamw")
def adamw():
    return steps("AdamW", lr=0.1, betas=(0.85, 0.98), eps=1e-6, weight_decay=0.2)


@oracle("optimizers.adam_with_cosine")
def adam_with_cosine():
    import torch

    return steps("Adam", lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, STEPS, 0.01), lr=0.1)


@oracle("optimizers.groups")
def groups():
    """The first stretch, 0 to 2, does not move; the second, 2 to 3, has three times the rate."""
    import torch

    def make(thetas):
        frozen, faster, rest = thetas
        return torch.optim.Adam(
            [{"params": [frozen], "lr": 0.0}, {"params": [faster], "lr": 0.3}, {"params": [rest]}], lr=0.1
        )

    return path(make)


@oracle("optimizers.schedules")
def schedules():
    """The rate of 40 steps, for a first rate of 0.5."""
    import torch
    from torch.optim import lr_scheduler as s

    makers = {
        "constant": lambda o: s.ConstantLR(o, factor=1.0),
        "step": lambda o: s.StepLR(o, step_size=7, gamma=0.3),
        "inverse_time": lambda o: s.LambdaLR(o, lambda t: 1 / (1 + 0.2 * t)),
        "exponential": lambda o: s.ExponentialLR(o, gamma=0.9),
        "cosine": lambda o: s.CosineAnnealingLR(o, T_max=39, eta_min=0.02),
        "restarts": lambda o: s.CosineAnnealingWarmRestarts(o, T_0=9, eta_min=0.02),
        "growing_restarts": lambda o: s.CosineAnnealingWarmRestarts(o, T_0=5, T_mult=2, eta_min=0.02),
        "warm_up": lambda o: s.LinearLR(o, start_factor=1 / 8, total_iters=7),
    }
    rates = {}
    for name, make in makers.items():
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
        scheduler = make(optimizer)
        rates[name] = []
        for _ in range(40):
            rates[name].append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
    return {name: np.array(values) for name, values in rates.items()}
