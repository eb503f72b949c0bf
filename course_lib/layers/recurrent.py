"""Recurrent layers: the same weights at every step of a sequence.

What depends on x alone is computed for all steps at once, and so is every gradient of a weight; only h W_h has to wait for the step before.
"""

from abc import abstractmethod
from typing import Any

import numpy as np

from course_lib.arrays import check_size
from course_lib.initializers import glorot_uniform, orthogonal
from course_lib.layers.activations import sigmoid
from course_lib.layers.base import Layer


class Recurrent(Layer):
    """h_t = f(a_t, u_t), a_t = x_t Wx + b, u_t = h_(t-1) Wh, h_0 = 0, from t = 1 to T; each kind of layer has its own f.

    x: (N, T, D)   Wx: (D, G H)   Wh: (H, G H)   b: (G H,), H columns for each of the G gates
    y: (N, H), the last h; with sequences=True (N, T, H), every h
    backward  through time, from T to 1; then dL/dWx = sum_t x_t^T da_t    dL/dWh = sum_t h_(t-1)^T du_t    dL/db = sum_nt da_t
    """

    gates = 1

    def __init__(self, n_in, n_hidden, *, rng, sequences=False, init=glorot_uniform, init_h=orthogonal):
        n_in, n_hidden = check_size("n_in", n_in), check_size("n_hidden", n_hidden)
        Wx = np.concatenate([init(rng, (n_in, n_hidden)) for _ in range(self.gates)], axis=1)
        Wh = np.concatenate([init_h(rng, (n_hidden, n_hidden)) for _ in range(self.gates)], axis=1)
        super().__init__(Wx=Wx, Wh=Wh.astype(Wx.dtype), b=np.zeros(Wx.shape[1], Wx.dtype))
        self.sequences = sequences

    @abstractmethod
    def run(self, a, h) -> Any:
        """Fill h[1:] from a (T, N, G H), h[0] and Wh; return what `run_back` needs."""

    @abstractmethod
    def run_back(self, steps, h, kept) -> Any:
        """(da, du), each (T, N, G H); steps are pairs (t, dL/dy_t) from the last to the first."""

    def forward(self, x, training=False):
        Wx, Wh, b = self.params.values()
        x = self.accept("x", x, ("N", "T", len(Wx)), Wx.dtype)
        x = np.ascontiguousarray(x.swapaxes(0, 1))  # time first: one step is one block of memory
        a = (_rows(x) @ Wx + b).reshape(*x.shape[:2], len(b))  # for all steps at once
        h = np.zeros((len(x) + 1, x.shape[1], len(Wh)), Wx.dtype)
        kept = self.run(a, h)
        if training:
            self._saved = x, h, kept
        return h[1:].swapaxes(0, 1) if self.sequences else h[-1].copy()

    def backward(self, dy, need_dx=True):
        x, h, kept = self.recall()
        dy = self.accept("dy", dy, h[1:].swapaxes(0, 1).shape if self.sequences else h[-1].shape, h.dtype)
        da, du = self.run_back(_errors(dy, len(x), self.sequences), h, kept)
        np.matmul(_rows(x).T, _rows(da), out=self.grads["Wx"])  # dL/dWx = sum_t x_t^T da_t
        np.matmul(_rows(h[:-1]).T, _rows(du), out=self.grads["Wh"])  # dL/dWh = sum_t h_(t-1)^T du_t
        np.sum(da, axis=(0, 1), out=self.grads["b"])  # dL/db = sum over t and n
        dx = _rows(da) @ self.params["Wx"].T if need_dx else None  # dL/dx_t = da_t Wx^T
        return None if dx is None else dx.reshape(x.shape).swapaxes(0, 1)

    def __repr__(self):
        n_in, n_hidden = len(self.params["Wx"]), len(self.params["Wh"])
        return f"{type(self).__name__}({n_in}, {n_hidden}{', sequences=True' if self.sequences else ''})"


class RNN(Recurrent):
    """h_t = tanh(x_t Wx + h_(t-1) Wh + b), h_0 = 0          [Lectures: C16, I6; Elman 1990]

    x: (N, T, D)   Wx: (D, H)   Wh: (H, H)   b: (H,)   y: (N, H), the last h; with sequences=True (N, T, H), every h
    backward  through time: da_t = dh_t (1 - h_t^2), dh_(t-1) = da_t Wh^T + dL/dy_(t-1). The same Wh^T at every step lets gradients
              vanish or explode.   dL/dWx = sum_t x_t^T da_t   dL/dWh = sum_t h_(t-1)^T da_t   dL/db = sum_nt da_t   dL/dx_t = da_t Wx^T
    Raises    ValueError if x is not (N, T, D) or dy is not as y.
    """

    def run(self, a, h):
        Wh = self.params["Wh"]
        for t in range(len(a)):
            np.tanh(a[t] + h[t] @ Wh, out=h[t + 1])  # h_t = tanh(a_t + h_(t-1) Wh)

    def run_back(self, steps, h, kept):
        Wh, dh = self.params["Wh"], 0
        da = 1 - h[1:] * h[1:]
        for t, dy in steps:
            dh = dh + dy
            da[t] *= dh  # da_t = dh_t (1 - h_t^2)
            dh = da[t] @ Wh.T
        return da, da


class LSTM(Recurrent):
    """c_t = f c_(t-1) + i g, h_t = o tanh(c_t): what is in c stays as long as the forget gate f is open.          [Lectures: C16, I6; Gers et al. 2000]

    i, f, o = sigmoid(x_t Wx + h_(t-1) Wh + b), g = tanh(likewise), each with H columns of its own, in the order i, f, g, o
    x: (N, T, D)   Wx: (D, 4H)   Wh: (H, 4H)   b: (4H,), 1 for f at the start, else 0   y: (N, H), the last h; with sequences=True (N, T, H)
    backward  through time: dc_t = dh_t o (1 - tanh(c_t)^2) + dc_(t+1) f_(t+1), and from there into the gates
    Raises    ValueError if x is not (N, T, D) or dy is not as y.
    """

    gates = 4

    def __init__(self, n_in, n_hidden, **options):
        super().__init__(n_in, n_hidden, **options)
        self.params["b"][n_hidden : 2 * n_hidden] = 1.0  # remember at first (Jozefowicz et al. 2015)

    def run(self, a, h):
        Wh, c = self.params["Wh"], np.zeros_like(h)
        for t in range(len(a)):
            a[t] += h[t] @ Wh
            i, f, g, o = _gates(a[t], 4)
            for gate in (i, f, o):
                gate[...] = sigmoid(gate)
            np.tanh(g, out=g)
            c[t + 1] = f * c[t] + i * g
            h[t + 1] = o * np.tanh(c[t + 1])
        return a, c

    def run_back(self, steps, h, kept):
        (a, c), Wh, dh, dc = kept, self.params["Wh"], 0, 0
        da = np.empty_like(a)
        for t, dy in steps:
            dh = dh + dy
            i, f, g, o = _gates(a[t], 4)
            tanh_c = np.tanh(c[t + 1])
            dc = dc + dh * o * (1 - tanh_c * tanh_c)
            di, df, dg, do = _gates(da[t], 4)
            di[...] = dc * g * i * (1 - i)
            df[...] = dc * c[t] * f * (1 - f)
            dg[...] = dc * i * (1 - g * g)
            do[...] = dh * tanh_c * o * (1 - o)
            dc, dh = dc * f, da[t] @ Wh.T
        return da, da


class GRU(Recurrent):
    """h_t = (1 - z) n + z h_(t-1): the update gate z keeps what is there, or writes the new n.          [Lectures: C16, I6; Cho et al. 2014]

    r, z = sigmoid(a + u), n = tanh(a + r u), a = x_t Wx + b, u = h_(t-1) Wh, each with H columns of its own, in the order r, z, n
    x: (N, T, D)   Wx: (D, 3H)   Wh: (H, 3H)   b: (3H,)   y: (N, H), the last h; with sequences=True (N, T, H), every h
    The gate r acts on u, as in PyTorch; the paper has it on h_(t-1), before Wh.
    backward  through time: dh_(t-1) = dh_t z + du_t Wh^T + dL/dy_(t-1), with du = da except for n, where du = r da
    Raises    ValueError if x is not (N, T, D) or dy is not as y.
    """

    gates = 3

    def run(self, a, h):
        Wh, u = self.params["Wh"], np.empty_like(a)
        for t in range(len(a)):
            np.matmul(h[t], Wh, out=u[t])
            (r, z, n), (ur, uz, un) = _gates(a[t], 3), _gates(u[t], 3)
            r[...], z[...] = sigmoid(r + ur), sigmoid(z + uz)
            n[...] = np.tanh(n + r * un)
            h[t + 1] = (1 - z) * n + z * h[t]
        return a, u

    def run_back(self, steps, h, kept):
        (a, u), Wh, dh = kept, self.params["Wh"], 0
        da, du = np.empty_like(a), np.empty_like(a)
        for t, dy in steps:
            dh = dh + dy
            (r, z, n), (_, _, un) = _gates(a[t], 3), _gates(u[t], 3)
            dr, dz, dn = _gates(da[t], 3)
            dn[...] = dh * (1 - z) * (1 - n * n)
            dz[...] = dh * (h[t] - n) * z * (1 - z)
            dr[...] = dn * un * r * (1 - r)
            du[t] = np.concatenate([dr, dz, r * dn], axis=1)  # n saw r u, not u
            dh = dh * z + du[t] @ Wh.T
        return da, du


def _errors(dy, n_steps, sequences):
    """(t, dL/dy_t) from the last step to the first; without `sequences` only the last step went out."""
    for t in reversed(range(n_steps)):
        yield t, dy[:, t] if sequences else dy if t == n_steps - 1 else 0


def _rows(x):
    """(T, N, D) -> (T N, D)"""
    return x.reshape(-1, x.shape[2])


def _gates(a, n):
    """(N, G H) -> G views (N, H)"""
    width = a.shape[1] // n
    return [a[:, i * width : (i + 1) * width] for i in range(n)]
