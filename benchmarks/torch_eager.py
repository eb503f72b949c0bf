"""PyTorch as it comes: eager, with its default Adam or with the fused one."""

import torch
from torch import nn

from benchmarks.workloads import DROPPED, LR, WORKLOADS


class LastState(nn.Module):
    """An RNN that gives its last h."""

    def __init__(self, n_in, n_hidden):
        super().__init__()
        self.rnn = nn.RNN(n_in, n_hidden, batch_first=True)
        nn.init.zeros_(self.rnn.bias_hh_l0).requires_grad_(False)  # one bias, as everywhere else

    def forward(self, x):
        return self.rnn(x)[0][:, -1]


LAYERS = {
    "dense": nn.Linear,
    "conv": lambda n_in, n_out: nn.Conv2d(n_in, n_out, 3, padding=1),
    "rnn": LastState,
    "norm": nn.BatchNorm1d,
    "dropout": lambda: nn.Dropout(DROPPED),
    "relu": nn.ReLU,
    "pool": lambda: nn.MaxPool2d(2),
    "flatten": nn.Flatten,
}


def make(name, batch, dtype, fused=None):
    """One training step of a workload, as a function that returns the loss before it."""
    workload = WORKLOADS[name]
    x, y, start = workload.start(batch, dtype)
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    network = nn.Sequential(*[LAYERS[kind](*sizes) for kind, *sizes in workload.layers]).to(x.dtype)
    params = [p for p in network.parameters() if p.requires_grad]
    with torch.no_grad():
        for param, value in zip(params, start, strict=True):
            param.copy_(torch.from_numpy(value.T if value.ndim == 2 else value))  # PyTorch's W is (M, D)
    loss = nn.MSELoss() if workload.classes is None else nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(params, LR, fused=fused)

    def step():
        optimizer.zero_grad()
        value = loss(network(x), y)
        value.backward()
        optimizer.step()
        return value.item()

    return step


def fused(name, batch, dtype):
    return make(name, batch, dtype, fused=True)
