"""NumPy as it is usually written in a course: functions with caches, parameters in a dictionary, Adam one array at a time."""

import numpy as np

from benchmarks.workloads import DROPPED, LR, WORKLOADS


def dense_forward(x, W, b):
    return np.dot(x, W) + b, (x, W)


def dense_backward(dy, cache):
    x, W = cache
    return np.dot(dy, W.T), np.dot(x.T, dy), np.sum(dy, axis=0)


def relu_forward(x):
    return np.maximum(0, x), x


def relu_backward(dy, x):
    dx = dy.copy()
    dx[x <= 0] = 0
    return (dx,)


def dropout_forward(x):
    mask = (np.random.rand(*x.shape) < 1 - DROPPED) / (1 - DROPPED)  # noqa: NPY002
    return (x * mask).astype(x.dtype), mask


def dropout_backward(dy, mask):
    return ((dy * mask).astype(dy.dtype),)


def norm_forward(x, gamma, beta):
    mean, variance = np.mean(x, axis=0), np.var(x, axis=0)
    std = np.sqrt(variance + 1e-5)
    normal = (x - mean) / std
    return gamma * normal + beta, (normal, std, gamma)


def norm_backward(dy, cache):
    normal, std, gamma = cache
    N, dnormal = len(dy), dy * gamma
    dx = (N * dnormal - np.sum(dnormal, axis=0) - normal * np.sum(dnormal * normal, axis=0)) / (N * std)
    return dx, np.sum(dy * normal, axis=0), np.sum(dy, axis=0)


def window_indices(shape):
    """Where the 3 x 3 windows of a padded image are: indices of channel, row and column, one column for each window."""
    _, C, H, W = shape
    row = np.tile(np.repeat(np.arange(3), 3), C)[:, None] + np.repeat(np.arange(H), W)[None, :]
    column = np.tile(np.arange(3), 3 * C)[:, None] + np.tile(np.arange(W), H)[None, :]
    return np.repeat(np.arange(C), 9)[:, None], row, column


def conv_forward(x, W, b):
    N, C, H, width = x.shape
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)), mode="constant")
    c, i, j = window_indices(x.shape)
    columns = padded[:, c, i, j].transpose(1, 2, 0).reshape(9 * C, -1)
    y = np.dot(W.reshape(len(W), -1), columns) + b.reshape(-1, 1)
    return y.reshape(len(W), H, width, N).transpose(3, 0, 1, 2), (x.shape, W, columns)


def conv_backward(dy, cache):
    shape, W, columns = cache
    N, C, H, width = shape
    rows = dy.transpose(1, 2, 3, 0).reshape(len(W), -1)
    dW = np.dot(rows, columns.T).reshape(W.shape)
    dcolumns = np.dot(W.reshape(len(W), -1).T, rows).reshape(9 * C, -1, N).transpose(2, 0, 1)
    padded = np.zeros((N, C, H + 2, width + 2), dy.dtype)
    c, i, j = window_indices(shape)
    np.add.at(padded, (slice(None), c, i, j), dcolumns)
    return padded[:, :, 1:-1, 1:-1], dW, np.sum(dy, axis=(0, 2, 3))


def pool_forward(x):
    N, C, H, W = x.shape
    windows = x.reshape(N, C, H // 2, 2, W // 2, 2)
    y = windows.max(axis=3).max(axis=4)
    return y, (windows, y)


def pool_backward(dy, cache):
    windows, y = cache
    mask = windows == y[:, :, :, None, :, None]
    dx = np.zeros_like(windows)
    spread, _ = np.broadcast_arrays(dy[:, :, :, None, :, None], dx)
    dx[mask] = spread[mask]
    dx /= np.sum(mask, axis=(3, 5), keepdims=True)
    N, C, H, _, W, _ = windows.shape
    return (dx.reshape(N, C, 2 * H, 2 * W),)


def flatten_forward(x):
    return x.reshape(len(x), -1), x.shape


def flatten_backward(dy, shape):
    return (dy.reshape(shape),)


def rnn_forward(x, Wx, Wh, b):
    h = [np.zeros((len(x), len(Wh)), x.dtype)]
    for t in range(x.shape[1]):
        h.append(np.tanh(np.dot(x[:, t], Wx) + np.dot(h[-1], Wh) + b))
    return h[-1], (x, h, Wx, Wh)


def rnn_backward(dh, cache):
    x, h, Wx, Wh = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(len(Wh), x.dtype)
    for t in reversed(range(x.shape[1])):
        da = dh * (1 - h[t + 1] ** 2)
        dx[:, t] = np.dot(da, Wx.T)
        dWx += np.dot(x[:, t].T, da)
        dWh += np.dot(h[t].T, da)
        db += np.sum(da, axis=0)
        dh = np.dot(da, Wh.T)
    return dx, dWx, dWh, db


def softmax_loss(scores, y):
    e = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    p = e / np.sum(e, axis=1, keepdims=True)
    N = len(scores)
    loss = -np.sum(np.log(p[np.arange(N), y])) / N
    dscores = p.copy()
    dscores[np.arange(N), y] -= 1
    return loss, dscores / N


def squared_loss(pred, y):
    return np.mean((pred - y) ** 2), 2 * (pred - y) / pred.size


def adam(w, dw, config):
    config["t"] += 1
    config["m"] = 0.9 * config["m"] + (1 - 0.9) * dw
    config["v"] = 0.999 * config["v"] + (1 - 0.999) * dw**2
    m = config["m"] / (1 - 0.9 ** config["t"])
    v = config["v"] / (1 - 0.999 ** config["t"])
    return w - LR * m / (np.sqrt(v) + 1e-8)


def make(name, batch, dtype):
    """One training step of a workload, as a function that returns the loss before it."""
    workload = WORKLOADS[name]
    x, y, start = workload.start(batch, dtype)
    names = [
        f"{w}{i}"
        for i, (kind, *_) in enumerate(workload.layers)
        for w in {"dense": "Wb", "conv": "Wb", "norm": "gb", "rnn": "xhb"}.get(kind, "")
    ]
    params = dict(zip(names, start, strict=True))
    configs = {name: {"m": np.zeros_like(w), "v": np.zeros_like(w), "t": 0} for name, w in params.items()}
    loss = squared_loss if workload.classes is None else softmax_loss

    def step():
        a, caches, grads = x, [], {}
        for i, (kind, *_) in enumerate(workload.layers):
            own = [w for name, w in params.items() if name[1:] == str(i)]
            a, cache = globals()[f"{kind}_forward"](a, *own)
            caches.append(cache)
        value, da = loss(a, y)
        for i, (kind, *_) in reversed(list(enumerate(workload.layers))):
            da, *own = globals()[f"{kind}_backward"](da, caches[i])
            grads.update(zip([name for name in params if name[1:] == str(i)], own, strict=True))
        for name in params:
            params[name] = adam(params[name], grads[name], configs[name])
        return float(value)

    return step
