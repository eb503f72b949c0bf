"""Losses by PyTorch: the value, and its gradient by the prediction. PyTorch's "sum" over the examples is divided by N, as ours are."""

import numpy as np

from tests.oracles import oracle


def value_and_gradient(loss, pred, target):
    """pred, target, the mean over the batch of loss(pred, target), and dpred."""
    import torch

    pred, target = torch.tensor(pred, requires_grad=True), torch.tensor(target)
    value = loss(pred, target) / len(pred)
    value.backward()
    return {"pred": pred.detach(), "target": target, "value": value.detach(), "dpred": pred.grad}


def numbers(seed, spread=1.0):
    rng = np.random.default_rng(seed)
    return spread * rng.standard_normal((6, 3)), spread * rng.standard_normal((6, 3))


@oracle("losses.squared_error")
def squared_error():
    import torch

    return value_and_gradient(torch.nn.MSELoss(reduction="sum"), *numbers(1))


@oracle("losses.huber")
def huber():
    import torch

    return value_and_gradient(torch.nn.HuberLoss(reduction="sum", delta=0.7), *numbers(2, spread=2.0))


@oracle("losses.gaussian")
def gaussian():
    """One variance, sigma = 0.7, by torch.distributions."""
    import torch

    return value_and_gradient(lambda p, t: -torch.distributions.Normal(p, 0.7).log_prob(t).sum(), *numbers(3))


@oracle("losses.heteroscedastic")
def heteroscedastic():
    import torch

    def loss(pred, target):
        mean, s = pred.chunk(2, dim=-1)
        return torch.nn.GaussianNLLLoss(full=True, reduction="sum", eps=1e-300)(mean, target, s.exp())

    rng = np.random.default_rng(4)
    return value_and_gradient(loss, rng.standard_normal((6, 4)), rng.standard_normal((6, 2)))


@oracle("losses.kl")
def kl():
    import torch

    def loss(code, _):
        mean, s = code.chunk(2, dim=-1)
        code, prior = torch.distributions.Normal(mean, (s / 2).exp()), torch.distributions.Normal(0.0, 1.0)
        return torch.distributions.kl_divergence(code, prior).sum()

    return value_and_gradient(loss, np.random.default_rng(5).standard_normal((6, 8)), 0.0)


@oracle("losses.mixture")
def mixture():
    """3 round Gaussians in 2 dimensions; pred holds 3 logits, 3 log-variances and 3 means."""
    from torch.distributions import Categorical, Independent, MixtureSameFamily, Normal

    def loss(pred, target):
        logits, s, mu = pred[:, :3], pred[:, 3:6], pred[:, 6:].reshape(-1, 3, 2)
        parts = Independent(Normal(mu, (s / 2).exp()[:, :, None].expand_as(mu)), 1)
        return -MixtureSameFamily(Categorical(logits=logits), parts).log_prob(target).sum()

    rng = np.random.default_rng(6)
    return value_and_gradient(loss, rng.standard_normal((6, 12)), rng.standard_normal((6, 2)))


@oracle("losses.binary_cross_entropy")
def binary_cross_entropy():
    """Probabilities, not logits; several labels an example."""
    import torch

    rng = np.random.default_rng(11)
    bits = rng.integers(0, 2, (6, 3)).astype(np.float64)
    return value_and_gradient(torch.nn.BCELoss(reduction="sum"), rng.uniform(0.02, 0.98, (6, 3)), bits)


@oracle("losses.soft_targets")
def soft_targets():
    """Distributions over the classes in place of classes."""
    import torch

    rng = np.random.default_rng(12)
    loss = torch.nn.CrossEntropyLoss(reduction="sum")
    return value_and_gradient(loss, 3 * rng.standard_normal((6, 4)), rng.dirichlet(np.ones(4), 6))


@oracle("losses.hinge")
def hinge():
    """PyTorch's hinge loss takes distances, 1 - p t is one: its sum over targets of -1 is sum max(0, 1 - p t)."""
    import torch

    def loss(pred, target):
        return torch.nn.functional.hinge_embedding_loss(pred * target, -torch.ones_like(pred), 1.0, reduction="sum")

    rng = np.random.default_rng(13)
    return value_and_gradient(loss, 2 * rng.standard_normal((6, 3)), rng.choice([-1.0, 1.0], (6, 3)))


@oracle("losses.sigmoid_cross_entropy")
def sigmoid_cross_entropy():
    """Several labels an example."""
    import torch

    rng = np.random.default_rng(7)
    bits = rng.integers(0, 2, (6, 3)).astype(np.float64)
    return value_and_gradient(torch.nn.BCEWithLogitsLoss(reduction="sum"), 3 * rng.standard_normal((6, 3)), bits)


@oracle("losses.softmax_cross_entropy")
def softmax_cross_entropy():
    import torch

    rng = np.random.default_rng(8)
    loss = torch.nn.CrossEntropyLoss(reduction="sum")
    return value_and_gradient(loss, 3 * rng.standard_normal((6, 4)), rng.integers(0, 4, 6))


@oracle("losses.label_smoothing")
def label_smoothing():
    import torch

    rng = np.random.default_rng(9)
    loss = torch.nn.CrossEntropyLoss(reduction="sum", label_smoothing=0.15)
    return value_and_gradient(loss, 3 * rng.standard_normal((6, 4)), rng.integers(0, 4, 6))


@oracle("losses.multitask")
def multitask():
    """0.3 squared error of the first two numbers plus 2 cross-entropies of the other four."""
    import torch

    rng = np.random.default_rng(10)
    labels = torch.tensor(rng.integers(0, 4, 6))

    def loss(pred, target):
        errors = torch.nn.functional.mse_loss(pred[:, :2], target, reduction="sum")
        return 0.3 * errors + 2 * torch.nn.functional.cross_entropy(pred[:, 2:], labels, reduction="sum")

    return {
        **value_and_gradient(loss, rng.standard_normal((6, 6)), rng.standard_normal((6, 2))),
        "labels": labels,
    }
