"""Answers to lesson 12."""

import numpy as np

from tests.answers import right, wrong

# --- convolution ---

ID = "l12.conv2d"


@wrong(ID, "flipped")
def like_in_mathematics(x, W, b):
    N, _, H, wide = x.shape
    O, _, kh, kw = W.shape
    y = np.zeros((N, O, H - kh + 1, wide - kw + 1))
    for i in range(y.shape[2]):
        for j in range(y.shape[3]):
            window = x[:, :, i : i + kh, j : j + kw]
            y[:, :, i, j] = np.tensordot(window, W[:, :, ::-1, ::-1], axes=([1, 2, 3], [1, 2, 3])) + b
    return y


@wrong(ID, "rows_turned")
def turns_the_rows(x, W, b):
    N, _, H, wide = x.shape
    O, _, kh, kw = W.shape
    y = np.zeros((N, O, H - kh + 1, wide - kw + 1))
    for i in range(y.shape[2]):
        for j in range(y.shape[3]):
            window = x[:, :, i : i + kh, j : j + kw]
            y[:, :, i, j] = np.tensordot(window, W[:, :, ::-1], axes=([1, 2, 3], [1, 2, 3])) + b
    return y


@wrong(ID, "first_kernel")
def one_kernel_for_all(x, W, b):
    N, _, H, wide = x.shape
    O, _, kh, kw = W.shape
    y = np.zeros((N, O, H - kh + 1, wide - kw + 1))
    for i in range(y.shape[2]):
        for j in range(y.shape[3]):
            window = x[:, :, i : i + kh, j : j + kw]
            for o in range(O):
                y[:, o, i, j] = np.sum(window * W[0], axis=(1, 2, 3)) + b[o]
    return y


@wrong(ID, "first_channel")
def reads_one_channel(x, W, b):
    N, _, H, wide = x.shape
    O, _, kh, kw = W.shape
    y = np.zeros((N, O, H - kh + 1, wide - kw + 1))
    for i in range(y.shape[2]):
        for j in range(y.shape[3]):
            window = x[:, :, i : i + kh, j : j + kw]
            for o in range(O):
                y[:, o, i, j] = np.sum(window[:, 0] * W[o, 0], axis=(1, 2)) + b[o]
    return y


@wrong(ID, "no_bias")
def forgets_b(x, W, b):
    N, _, H, wide = x.shape
    O, _, kh, kw = W.shape
    y = np.zeros((N, O, H - kh + 1, wide - kw + 1))
    for i in range(y.shape[2]):
        for j in range(y.shape[3]):
            window = x[:, :, i : i + kh, j : j + kw]
            y[:, :, i, j] = np.tensordot(window, W, axes=([1, 2, 3], [1, 2, 3]))
    return y


@wrong(ID, "bias_per_channel")
def adds_b_for_each_channel(x, W, b):
    N, _, H, wide = x.shape
    O, _, kh, kw = W.shape
    y = np.zeros((N, O, H - kh + 1, wide - kw + 1))
    for i in range(y.shape[2]):
        for j in range(y.shape[3]):
            window = x[:, :, i : i + kh, j : j + kw]
            for c in range(x.shape[1]):
                y[:, :, i, j] += np.tensordot(window[:, c], W[:, c], axes=([1, 2], [1, 2])) + b
    return y


@wrong(ID, "mean")
def averages_the_window(x, W, b):
    N, _, H, wide = x.shape
    O, _, kh, kw = W.shape
    y = np.zeros((N, O, H - kh + 1, wide - kw + 1))
    for i in range(y.shape[2]):
        for j in range(y.shape[3]):
            window = x[:, :, i : i + kh, j : j + kw]
            y[:, :, i, j] = np.tensordot(window, W, axes=([1, 2, 3], [1, 2, 3])) / (kh * kw) + b
    return y


@wrong(ID, "mean_of_channels")
def averages_the_channels(x, W, b):
    N, _, H, wide = x.shape
    O, _, kh, kw = W.shape
    y = np.zeros((N, O, H - kh + 1, wide - kw + 1))
    for i in range(y.shape[2]):
        for j in range(y.shape[3]):
            window = x[:, :, i : i + kh, j : j + kw]
            y[:, :, i, j] = np.tensordot(window, W, axes=([1, 2, 3], [1, 2, 3])) / x.shape[1] + b
    return y


@wrong(ID, "relu")
def with_a_relu(x, W, b):
    N, _, H, wide = x.shape
    O, _, kh, kw = W.shape
    y = np.zeros((N, O, H - kh + 1, wide - kw + 1))
    for i in range(y.shape[2]):
        for j in range(y.shape[3]):
            window = x[:, :, i : i + kh, j : j + kw]
            y[:, :, i, j] = np.tensordot(window, W, axes=([1, 2, 3], [1, 2, 3])) + b
    return np.maximum(y, 0)


@wrong(ID, "wrong_shape")
def one_row_and_column_less(x, W, b):
    N, _, H, wide = x.shape
    O, _, kh, kw = W.shape
    y = np.zeros((N, O, H - kh, wide - kw))
    for i in range(y.shape[2]):
        for j in range(y.shape[3]):
            window = x[:, :, i : i + kh, j : j + kw]
            y[:, :, i, j] = np.tensordot(window, W, axes=([1, 2, 3], [1, 2, 3])) + b
    return y


@wrong(ID, "wrong_shape")
def pads_with_zeros(x, W, b):
    N, _, H, wide = x.shape
    O, _, kh, kw = W.shape
    x = np.pad(x, ((0, 0), (0, 0), (0, kh - 1), (0, kw - 1)))
    y = np.zeros((N, O, H, wide))
    for i in range(H):
        for j in range(wide):
            window = x[:, :, i : i + kh, j : j + kw]
            y[:, :, i, j] = np.tensordot(window, W, axes=([1, 2, 3], [1, 2, 3])) + b
    return y


@wrong(ID, "raised")
def swaps_the_axes(x, W, b):
    N, _, H, wide = x.shape
    O, _, kh, kw = W.shape
    y = np.zeros((N, O, H - kh + 1, wide - kw + 1))
    for i in range(y.shape[2]):
        for j in range(y.shape[3]):
            window = x[:, :, i : i + kh, j : j + kw]
            y[:, :, i, j] = np.tensordot(window, W, axes=([1, 2, 3], [1, 3, 2])) + b
    return y


@wrong(ID, "nothing")
def returns_nothing(x, W, b):
    N, _, H, wide = x.shape
    O, _, kh, kw = W.shape
    y = np.zeros((N, O, H - kh + 1, wide - kw + 1))
    for i in range(y.shape[2]):
        for j in range(y.shape[3]):
            window = x[:, :, i : i + kh, j : j + kw]
            y[:, :, i, j] = np.tensordot(window, W, axes=([1, 2, 3], [1, 2, 3])) + b


@right(ID)
def five_loops(x, W, b):
    N, _, H, wide = x.shape
    O, _, kh, kw = W.shape
    y = np.empty((N, O, H - kh + 1, wide - kw + 1))
    for n in range(N):
        for o in range(O):
            for i in range(H - kh + 1):
                for j in range(wide - kw + 1):
                    y[n, o, i, j] = b[o] + (x[n, :, i : i + kh, j : j + kw] * W[o]).sum()
    return y


@right(ID)
def kernel_by_kernel(x, W, b):
    kh, kw = W.shape[2:]
    rows, columns = x.shape[2] - kh + 1, x.shape[3] - kw + 1
    y = b[:, None, None]
    for u in range(kh):
        for v in range(kw):
            y = y + np.einsum("ncij,oc->noij", x[:, :, u : u + rows, v : v + columns], W[:, :, u, v])
    return y


# --- as a matrix ---

ID = "l12.conv_matrix"


@wrong(ID, "flipped")
def turned_round(K, H, W):
    kh, kw = K.shape
    rows, columns = H - kh + 1, W - kw + 1
    M = np.zeros((H * W, rows * columns))
    for i in range(rows):
        for j in range(columns):
            for u in range(kh):
                for v in range(kw):
                    M[(i + u) * W + j + v, i * columns + j] = K[kh - 1 - u, kw - 1 - v]
    return M


@wrong(ID, "rows_turned")
def rows_from_below(K, H, W):
    kh, kw = K.shape
    rows, columns = H - kh + 1, W - kw + 1
    M = np.zeros((H * W, rows * columns))
    for i in range(rows):
        for j in range(columns):
            for u in range(kh):
                for v in range(kw):
                    M[(i + u) * W + j + v, i * columns + j] = K[kh - 1 - u, v]
    return M


@wrong(ID, "pattern")
def only_ones(K, H, W):
    kh, kw = K.shape
    rows, columns = H - kh + 1, W - kw + 1
    M = np.zeros((H * W, rows * columns))
    for i in range(rows):
        for j in range(columns):
            for u in range(kh):
                for v in range(kw):
                    M[(i + u) * W + j + v, i * columns + j] = 1
    return M


@wrong(ID, "rows_of_height")
def h_for_w(K, H, W):
    kh, kw = K.shape
    rows, columns = H - kh + 1, W - kw + 1
    M = np.zeros((H * W, rows * columns))
    for i in range(rows):
        for j in range(columns):
            for u in range(kh):
                for v in range(kw):
                    M[(i + u) * H + j + v, i * columns + j] = K[u, v]
    return M


@wrong(ID, "pixels_by_column")
def pixels_down_the_columns(K, H, W):
    kh, kw = K.shape
    rows, columns = H - kh + 1, W - kw + 1
    M = np.zeros((H * W, rows * columns))
    for i in range(rows):
        for j in range(columns):
            for u in range(kh):
                for v in range(kw):
                    M[(j + v) * H + i + u, i * columns + j] = K[u, v]
    return M


@wrong(ID, "results_by_column")
def results_down_the_columns(K, H, W):
    kh, kw = K.shape
    rows, columns = H - kh + 1, W - kw + 1
    M = np.zeros((H * W, rows * columns))
    for i in range(rows):
        for j in range(columns):
            for u in range(kh):
                for v in range(kw):
                    M[(i + u) * W + j + v, j * rows + i] = K[u, v]
    return M


@wrong(ID, "both_by_column")
def like_fortran(K, H, W):
    kh, kw = K.shape
    rows, columns = H - kh + 1, W - kw + 1
    M = np.zeros((H * W, rows * columns))
    for i in range(rows):
        for j in range(columns):
            for u in range(kh):
                for v in range(kw):
                    M[(j + v) * H + i + u, j * rows + i] = K[u, v]
    return M


@wrong(ID, "one_row")
def first_row_of_the_kernel(K, H, W):
    kh, kw = K.shape
    rows, columns = H - kh + 1, W - kw + 1
    M = np.zeros((H * W, rows * columns))
    for i in range(rows):
        for j in range(columns):
            for u in range(1):
                for v in range(kw):
                    M[(i + u) * W + j + v, i * columns + j] = K[u, v]
    return M


@wrong(ID, "one_column")
def first_column_of_the_kernel(K, H, W):
    kh, kw = K.shape
    rows, columns = H - kh + 1, W - kw + 1
    M = np.zeros((H * W, rows * columns))
    for i in range(rows):
        for j in range(columns):
            for u in range(kh):
                for v in range(1):
                    M[(i + u) * W + j + v, i * columns + j] = K[u, v]
    return M


@wrong(ID, "wrong_shape")
def transposed(K, H, W):
    kh, kw = K.shape
    rows, columns = H - kh + 1, W - kw + 1
    M = np.zeros((H * W, rows * columns))
    for i in range(rows):
        for j in range(columns):
            for u in range(kh):
                for v in range(kw):
                    M[(i + u) * W + j + v, i * columns + j] = K[u, v]
    return M.T


@wrong(ID, "raised")
def columns_of_the_image(K, H, W):
    kh, kw = K.shape
    rows, columns = H - kh + 1, W - kw + 1
    M = np.zeros((H * W, rows * columns))
    for i in range(rows):
        for j in range(columns):
            for u in range(kh):
                for v in range(kw):
                    M[(i + u) * W + j + v, i * W + j] = K[u, v]
    return M


@right(ID)
def row_of_the_kernel_at_once(K, H, W):
    kh, kw = K.shape
    rows, columns = H - kh + 1, W - kw + 1
    M = np.zeros((H, W, rows, columns))
    for i in range(rows):
        for j in range(columns):
            M[i : i + kh, j : j + kw, i, j] = K
    return M.reshape(H * W, rows * columns)


@right(ID)
def by_unit_images(K, H, W):
    kh, kw = K.shape
    lines = []
    for p in range(H * W):
        image = np.zeros(H * W)
        image[p] = 1
        image = image.reshape(H, W)
        lines.append([np.sum(image[i : i + kh, j : j + kw] * K) for i in range(H - kh + 1) for j in range(W - kw + 1)])
    return np.array(lines)


# --- backward ---

ID = "l12.conv2d_backward"


@wrong(ID, "dw_flipped")
def turns_dw(x, W, dy):
    kh, kw = W.shape[2:]
    rows, columns = dy.shape[2:]
    dW, dx = np.zeros_like(W), np.zeros_like(x)
    for u in range(kh):
        for v in range(kw):
            dW[:, :, u, v] = np.einsum("noij,ncij->oc", dy, x[:, :, u : u + rows, v : v + columns])
            dx[:, :, u : u + rows, v : v + columns] += np.einsum("noij,oc->ncij", dy, W[:, :, u, v])
    db = dy.sum(axis=(0, 2, 3))
    return dW[:, :, ::-1, ::-1], db, dx


@wrong(ID, "dx_flipped")
def turns_the_kernel_once_too_much(x, W, dy):
    kh, kw = W.shape[2:]
    rows, columns = dy.shape[2:]
    dW, dx = np.zeros_like(W), np.zeros_like(x)
    for u in range(kh):
        for v in range(kw):
            dW[:, :, u, v] = np.einsum("noij,ncij->oc", dy, x[:, :, u : u + rows, v : v + columns])
            dx[:, :, u : u + rows, v : v + columns] += np.einsum("noij,oc->ncij", dy, W[:, :, kh - 1 - u, kw - 1 - v])
    db = dy.sum(axis=(0, 2, 3))
    return dW, db, dx


@wrong(ID, "overwritten")
def assigns(x, W, dy):
    kh, kw = W.shape[2:]
    rows, columns = dy.shape[2:]
    dW, dx = np.zeros_like(W), np.zeros_like(x)
    for u in range(kh):
        for v in range(kw):
            dW[:, :, u, v] = np.einsum("noij,ncij->oc", dy, x[:, :, u : u + rows, v : v + columns])
            dx[:, :, u : u + rows, v : v + columns] = np.einsum("noij,oc->ncij", dy, W[:, :, u, v])
    db = dy.sum(axis=(0, 2, 3))
    return dW, db, dx


@wrong(ID, "one_result")
def first_result_only(x, W, dy):
    kh, kw = W.shape[2:]
    rows, columns = dy.shape[2:]
    dW, dx = np.zeros_like(W), np.zeros_like(x)
    for u in range(kh):
        for v in range(kw):
            dW[:, :, u, v] = np.einsum("noij,ncij->oc", dy, x[:, :, u : u + rows, v : v + columns])
            dx[:, :, u : u + rows, v : v + columns] += np.einsum("noij,oc->ncij", dy[:, :1], W[:1, :, u, v])
    db = dy.sum(axis=(0, 2, 3))
    return dW, db, dx


@wrong(ID, "one_image")
def first_image_only(x, W, dy):
    kh, kw = W.shape[2:]
    rows, columns = dy.shape[2:]
    dW, dx = np.zeros_like(W), np.zeros_like(x)
    for u in range(kh):
        for v in range(kw):
            dW[:, :, u, v] = np.einsum("noij,ncij->oc", dy[:1], x[:1, :, u : u + rows, v : v + columns])
            dx[:, :, u : u + rows, v : v + columns] += np.einsum("noij,oc->ncij", dy, W[:, :, u, v])
    db = dy[0].sum(axis=(1, 2))
    return dW, db, dx


@wrong(ID, "divided_by_n")
def divides_by_the_batch(x, W, dy):
    kh, kw = W.shape[2:]
    rows, columns = dy.shape[2:]
    dW, dx = np.zeros_like(W), np.zeros_like(x)
    for u in range(kh):
        for v in range(kw):
            dW[:, :, u, v] = np.einsum("noij,ncij->oc", dy, x[:, :, u : u + rows, v : v + columns])
            dx[:, :, u : u + rows, v : v + columns] += np.einsum("noij,oc->ncij", dy, W[:, :, u, v])
    db = dy.sum(axis=(0, 2, 3))
    return dW / len(x), db / len(x), dx


@wrong(ID, "mean_over_places")
def averages_places(x, W, dy):
    kh, kw = W.shape[2:]
    rows, columns = dy.shape[2:]
    dW, dx = np.zeros_like(W), np.zeros_like(x)
    for u in range(kh):
        for v in range(kw):
            dW[:, :, u, v] = np.einsum("noij,ncij->oc", dy, x[:, :, u : u + rows, v : v + columns])
            dx[:, :, u : u + rows, v : v + columns] += np.einsum("noij,oc->ncij", dy, W[:, :, u, v])
    db = dy.sum(axis=(0, 2, 3))
    return dW / (rows * columns), db / (rows * columns), dx


@wrong(ID, "mean_over_all")
def averages_everything(x, W, dy):
    kh, kw = W.shape[2:]
    rows, columns = dy.shape[2:]
    dW, dx = np.zeros_like(W), np.zeros_like(x)
    for u in range(kh):
        for v in range(kw):
            dW[:, :, u, v] = np.einsum("noij,ncij->oc", dy, x[:, :, u : u + rows, v : v + columns])
            dx[:, :, u : u + rows, v : v + columns] += np.einsum("noij,oc->ncij", dy, W[:, :, u, v])
    db = dy.mean(axis=(0, 2, 3))
    return dW / (len(x) * rows * columns), db, dx


@wrong(ID, "wrong_shape")
def bias_per_image(x, W, dy):
    kh, kw = W.shape[2:]
    rows, columns = dy.shape[2:]
    dW, dx = np.zeros_like(W), np.zeros_like(x)
    for u in range(kh):
        for v in range(kw):
            dW[:, :, u, v] = np.einsum("noij,ncij->oc", dy, x[:, :, u : u + rows, v : v + columns])
            dx[:, :, u : u + rows, v : v + columns] += np.einsum("noij,oc->ncij", dy, W[:, :, u, v])
    db = dy.sum(axis=(2, 3))
    return dW, db, dx


@wrong(ID, "changed_argument")
def writes_into_x(x, W, dy):
    kh, kw = W.shape[2:]
    rows, columns = dy.shape[2:]
    dW, dx = np.zeros_like(W), x
    for u in range(kh):
        for v in range(kw):
            dW[:, :, u, v] = np.einsum("noij,ncij->oc", dy, x[:, :, u : u + rows, v : v + columns])
            dx[:, :, u : u + rows, v : v + columns] += np.einsum("noij,oc->ncij", dy, W[:, :, u, v])
    db = dy.sum(axis=(0, 2, 3))
    return dW, db, dx.copy()


@right(ID)
def window_by_window(x, W, dy):
    dW, dx = np.zeros_like(W), np.zeros_like(x)
    kh, kw = W.shape[2:]
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            e = dy[:, :, i, j]
            dW += np.tensordot(e, x[:, :, i : i + kh, j : j + kw], axes=(0, 0))
            dx[:, :, i : i + kh, j : j + kw] += np.tensordot(e, W, axes=(1, 0))
    return dW, np.einsum("noij->o", dy), dx


@right(ID)
def with_padding(x, W, dy):
    kh, kw = W.shape[2:]
    view = np.lib.stride_tricks.sliding_window_view
    dW = np.einsum("ncijuv,noij->ocuv", view(x, (kh, kw), axis=(2, 3)), dy)
    far = np.pad(dy, ((0, 0), (0, 0), (kh - 1, kh - 1), (kw - 1, kw - 1)))
    dx = np.einsum("noijuv,ocuv->ncij", view(far, (kh, kw), axis=(2, 3)), W[:, :, ::-1, ::-1])
    return dW, dy.sum(axis=3).sum(axis=2).sum(axis=0), dx


# --- pooling ---

ID = "l12.max_pool"


@wrong(ID, "mean")
def means(x, dy):
    parts = np.stack([x[:, :, ::2, ::2], x[:, :, ::2, 1::2], x[:, :, 1::2, ::2], x[:, :, 1::2, 1::2]])
    y = parts.mean(axis=0)
    dx = np.zeros_like(x)
    for k in range(4):
        dx[:, :, k // 2 :: 2, k % 2 :: 2] = dy * 0.25
    return y, dx


@wrong(ID, "least")
def minima(x, dy):
    parts = np.stack([x[:, :, ::2, ::2], x[:, :, ::2, 1::2], x[:, :, 1::2, ::2], x[:, :, 1::2, 1::2]])
    y, best = parts.min(axis=0), parts.argmin(axis=0)
    dx = np.zeros_like(x)
    for k in range(4):
        dx[:, :, k // 2 :: 2, k % 2 :: 2] = dy * (best == k)
    return y, dx


@wrong(ID, "magnitude")
def absolute_values(x, dy):
    parts = np.stack([x[:, :, ::2, ::2], x[:, :, ::2, 1::2], x[:, :, 1::2, ::2], x[:, :, 1::2, 1::2]])
    y, best = np.abs(parts).max(axis=0), parts.argmax(axis=0)
    dx = np.zeros_like(x)
    for k in range(4):
        dx[:, :, k // 2 :: 2, k % 2 :: 2] = dy * (best == k)
    return y, dx


@wrong(ID, "not_below_0")
def begins_at_zero(x, dy):
    parts = np.stack([x[:, :, ::2, ::2], x[:, :, ::2, 1::2], x[:, :, 1::2, ::2], x[:, :, 1::2, 1::2]])
    y, best = parts.max(axis=0), parts.argmax(axis=0)
    y = np.maximum(y, 0)
    dx = np.zeros_like(x)
    for k in range(4):
        dx[:, :, k // 2 :: 2, k % 2 :: 2] = dy * (best == k)
    return y, dx


@wrong(ID, "to_all")
def error_to_all_four(x, dy):
    parts = np.stack([x[:, :, ::2, ::2], x[:, :, ::2, 1::2], x[:, :, 1::2, ::2], x[:, :, 1::2, 1::2]])
    y = parts.max(axis=0)
    dx = np.zeros_like(x)
    for k in range(4):
        dx[:, :, k // 2 :: 2, k % 2 :: 2] = dy
    return y, dx


@wrong(ID, "ties_all")
def all_equal_ones(x, dy):
    parts = np.stack([x[:, :, ::2, ::2], x[:, :, ::2, 1::2], x[:, :, 1::2, ::2], x[:, :, 1::2, 1::2]])
    y = parts.max(axis=0)
    dx = np.zeros_like(x)
    for k in range(4):
        dx[:, :, k // 2 :: 2, k % 2 :: 2] = dy * (parts[k] == y)
    return y, dx


@wrong(ID, "ties_shared")
def shares_ties(x, dy):
    parts = np.stack([x[:, :, ::2, ::2], x[:, :, ::2, 1::2], x[:, :, 1::2, ::2], x[:, :, 1::2, 1::2]])
    y = parts.max(axis=0)
    dx = np.zeros_like(x)
    for k in range(4):
        dx[:, :, k // 2 :: 2, k % 2 :: 2] = dy * (parts[k] == y) / np.sum(parts == y, axis=0)
    return y, dx


@wrong(ID, "ties_last")
def last_of_equal_ones(x, dy):
    parts = np.stack([x[:, :, ::2, ::2], x[:, :, ::2, 1::2], x[:, :, 1::2, ::2], x[:, :, 1::2, 1::2]])
    y, best = parts.max(axis=0), 3 - parts[::-1].argmax(axis=0)
    dx = np.zeros_like(x)
    for k in range(4):
        dx[:, :, k // 2 :: 2, k % 2 :: 2] = dy * (best == k)
    return y, dx


@wrong(ID, "ties_by_column")
def columns_first(x, dy):
    parts = np.stack([x[:, :, ::2, ::2], x[:, :, 1::2, ::2], x[:, :, ::2, 1::2], x[:, :, 1::2, 1::2]])
    y, best = parts.max(axis=0), parts.argmax(axis=0)
    dx = np.zeros_like(x)
    for k in range(4):
        dx[:, :, k % 2 :: 2, k // 2 :: 2] = dy * (best == k)
    return y, dx


@wrong(ID, "times_x")
def multiplies_with_the_pixel(x, dy):
    parts = np.stack([x[:, :, ::2, ::2], x[:, :, ::2, 1::2], x[:, :, 1::2, ::2], x[:, :, 1::2, 1::2]])
    y = parts.max(axis=0)
    dx = np.zeros_like(x)
    for k in range(4):
        dx[:, :, k // 2 :: 2, k % 2 :: 2] = dy * (parts[k] == y) * y
    return y, dx


@wrong(ID, "wrong_shape")
def stride_of_one(x, dy):
    y = np.lib.stride_tricks.sliding_window_view(x, (2, 2), axis=(2, 3)).max(axis=(4, 5))
    return y, np.zeros_like(x)


@right(ID)
def window_by_window_in_max_pool(x, dy):
    y, dx = np.empty_like(dy), np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dy.shape):
        window = x[n, c, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
        y[n, c, i, j] = window.max()
        u, v = divmod(int(window.argmax()), 2)
        dx[n, c, 2 * i + u, 2 * j + v] = dy[n, c, i, j]
    return y, dx


@right(ID)
def by_reshaping(x, dy):
    N, C, H, W = x.shape
    w = x.reshape(N, C, H // 2, 2, W // 2, 2).transpose(0, 1, 2, 4, 3, 5).reshape(N, C, H // 2, W // 2, 4)
    mask = (np.arange(4) == w.argmax(axis=4)[..., None]) * dy[..., None]
    return w.max(axis=4), mask.reshape(N, C, H // 2, W // 2, 2, 2).transpose(0, 1, 2, 4, 3, 5).reshape(x.shape)


# --- what it costs ---

ID = "l12.counts"


@wrong(ID, "no_biases")
def forgets_conv_biases(C, H, W, n_out, k):
    results = n_out * (H - k + 1) * (W - k + 1)
    return n_out * C * k**2, (C * H * W + 1) * results, C * k**2 * results


@wrong(ID, "one_bias")
def a_single_bias(C, H, W, n_out, k):
    results = n_out * (H - k + 1) * (W - k + 1)
    return n_out * C * k**2 + 1, (C * H * W + 1) * results, C * k**2 * results


@wrong(ID, "one_channel")
def forgets_the_channels(C, H, W, n_out, k):
    results = n_out * (H - k + 1) * (W - k + 1)
    return n_out * (k**2 + 1), (C * H * W + 1) * results, k**2 * results


@wrong(ID, "k_once")
def k_not_squared(C, H, W, n_out, k):
    results = n_out * (H - k + 1) * (W - k + 1)
    return n_out * (C * k + 1), (C * H * W + 1) * results, C * k * results


@wrong(ID, "same_size")
def results_as_many_as_pixels(C, H, W, n_out, k):
    results = n_out * H * W
    return n_out * (C * k**2 + 1), (C * H * W + 1) * results, C * k**2 * results


@wrong(ID, "one_off")
def one_place_too_few(C, H, W, n_out, k):
    results = n_out * (H - k) * (W - k)
    return n_out * (C * k**2 + 1), (C * H * W + 1) * results, C * k**2 * results


@wrong(ID, "no_dense_biases")
def forgets_dense_biases(C, H, W, n_out, k):
    results = n_out * (H - k + 1) * (W - k + 1)
    return n_out * (C * k**2 + 1), C * H * W * results, C * k**2 * results


@wrong(ID, "pixels_of_one_channel")
def dense_reads_one_channel(C, H, W, n_out, k):
    results = n_out * (H - k + 1) * (W - k + 1)
    return n_out * (C * k**2 + 1), (H * W + 1) * results, C * k**2 * results


@wrong(ID, "wrong_shape")
def one_for_each_result(C, H, W, n_out, k):
    results = n_out * (H - k + 1) * (W - k + 1)
    return n_out * (C * k**2 + 1), (C * H * W + 1) * results, np.full(results, C * k**2)


@right(ID)
def step_by_step(C, H, W, n_out, k):
    rows, columns = H - k + 1, W - k + 1
    kernel = C * k * k
    conv = n_out * kernel + n_out
    units = n_out * rows * columns
    dense = units * C * H * W + units
    return conv, dense, units * kernel


@right(ID)
def by_arrays(C, H, W, n_out, k):
    W_conv = np.zeros((n_out, C, k, k))
    places = len(range(H - k + 1)) * len(range(W - k + 1))
    return W_conv.size + n_out, (C * H * W) * (n_out * places) + n_out * places, W_conv.size * places


# --- a fair opponent ---

ID = "l12.matching_width"


@wrong(ID, "no_output_biases")
def forgets_k_biases(numbers, D, K):
    return numbers // (D + 1 + K)


@wrong(ID, "no_hidden_biases")
def forgets_n_biases(numbers, D, K):
    return (numbers - K) // (D + K)


@wrong(ID, "no_biases")
def forgets_all_biases(numbers, D, K):
    return numbers // (D + K)


@wrong(ID, "first_layer_only")
def one_layer(numbers, D, K):
    return numbers // (D + 1)


@wrong(ID, "no_second_layer")
def forgets_the_second_layer(numbers, D, K):
    return (numbers - K) // (D + 1)


@wrong(ID, "rounded_up")
def rounds_up(numbers, D, K):
    return int(np.ceil((numbers - K) / (D + 1 + K)))


@wrong(ID, "one_too_few")
def one_less(numbers, D, K):
    return (numbers - K) // (D + 1 + K) - 1


@wrong(ID, "wrong_type")
def a_list(numbers, D, K):
    return [(numbers - K) // (D + 1 + K)]


@right(ID)
def by_trying(numbers, D, K):
    n = 0
    while D * (n + 1) + (n + 1) + (n + 1) * K + K <= numbers:
        n += 1
    return n


@right(ID)
def rounded_down(numbers, D, K):
    return int((numbers - K) / (D + K + 1))


# --- receptive field ---

ID = "l12.receptive_field"


@wrong(ID, "no_strides")
def without_strides(layers):
    size, jump = 1, 1
    for k, s in layers:
        size += k - 1
        jump *= s
    return size, jump


@wrong(ID, "own_stride")
def stride_first(layers):
    size, jump = 1, 1
    for k, s in layers:
        jump *= s
        size += (k - 1) * jump
    return size, jump


@wrong(ID, "k_for_k_minus_1")
def adds_k(layers):
    size, jump = 1, 1
    for k, s in layers:
        size += k * jump
        jump *= s
    return size, jump


@wrong(ID, "strides_added")
def adds_strides(layers):
    size, jump = 1, 1
    for k, s in layers:
        size += (k - 1) * jump
        jump += s
    return size, jump


@wrong(ID, "last_stride")
def keeps_the_last_stride(layers):
    size, jump = 1, 1
    for k, s in layers:
        size += (k - 1) * jump
        jump = s
    return size, jump


@wrong(ID, "from_the_end")
def from_the_last_layer(layers):
    size, jump = 1, 1
    for k, s in reversed(layers):
        size += (k - 1) * jump
        jump *= s
    return size, jump


@wrong(ID, "starts_at_0")
def starts_at_zero(layers):
    size, jump = 0, 1
    for k, s in layers:
        size += (k - 1) * jump
        jump *= s
    return size, jump


@wrong(ID, "jumps_by_k")
def multiplies_kernels(layers):
    size, jump = 1, 1
    for k, _ in layers:
        size += (k - 1) * jump
        jump *= k
    return size, jump


@wrong(ID, "wrong_type")
def a_field_per_layer(layers):
    size, jump, sizes = 1, 1, []
    for k, s in layers:
        size += (k - 1) * jump
        sizes.append(size)
        jump *= s
    return sizes, jump


@right(ID)
def from_the_last_back(layers):
    size = 1
    for k, s in reversed(layers):
        size = (size - 1) * s + k
    return size, np.prod([s for _, s in layers])


@right(ID)
def by_marking(layers):
    seen, jump = {0}, 1
    for k, s in layers:
        seen = {p + u * jump for p in seen for u in range(k)}
        jump = jump * s
    return max(seen) + 1, jump


# --- one step ---

ID = "l12.rnn_step"


@wrong(ID, "no_tanh")
def linear(x, h, Wx, Wh, b):
    return x @ Wx + h @ Wh + b


@wrong(ID, "sigmoid")
def with_a_sigmoid(x, h, Wx, Wh, b):
    return 1 / (1 + np.exp(-(x @ Wx + h @ Wh + b)))


@wrong(ID, "relu")
def with_a_relu_in_rnn_step(x, h, Wx, Wh, b):
    return np.maximum(x @ Wx + h @ Wh + b, 0)


@wrong(ID, "no_past")
def forgets_the_past(x, h, Wx, Wh, b):
    return np.tanh(x @ Wx + b)


@wrong(ID, "transposed")
def transposes_wh(x, h, Wx, Wh, b):
    return np.tanh(x @ Wx + h @ Wh.T + b)


@wrong(ID, "past_elementwise")
def adds_h(x, h, Wx, Wh, b):
    return np.tanh(x @ Wx + h + b)


@wrong(ID, "no_bias")
def forgets_b_in_rnn_step(x, h, Wx, Wh, b):
    return np.tanh(x @ Wx + h @ Wh)


@wrong(ID, "bias_outside")
def bias_behind_tanh(x, h, Wx, Wh, b):
    return np.tanh(x @ Wx + h @ Wh) + b


@wrong(ID, "skips")
def adds_h_behind(x, h, Wx, Wh, b):
    return np.tanh(x @ Wx + h @ Wh + b) + h


@wrong(ID, "raised")
def transposes_wx(x, h, Wx, Wh, b):
    return np.tanh(x @ Wx.T + h @ Wh + b)


@wrong(ID, "changed_argument")
def writes_into_h(x, h, Wx, Wh, b):
    h[:] = np.tanh(x @ Wx + h @ Wh + b)
    return h.copy()


@right(ID)
def one_matrix(x, h, Wx, Wh, b):
    return np.tanh(np.hstack([x, h]) @ np.vstack([Wx, Wh]) + b)


@right(ID)
def by_exponentials(x, h, Wx, Wh, b):
    a = b + h.dot(Wh) + x.dot(Wx)
    return 2 / (1 + np.exp(-2 * a)) - 1


# --- through time ---

ID = "l12.rnn_gradients"


@wrong(ID, "last_step")
def one_step_only(X, dh, Wx, Wh, b):
    N, T, _ = X.shape
    h = [np.zeros((N, len(Wh)))]
    for t in range(T):
        h.append(np.tanh(X[:, t] @ Wx + h[-1] @ Wh + b))
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    for t in reversed(range(T)):
        da = dh * (1 - h[t + 1] ** 2)
        dWx += X[:, t].T @ da
        dWh += h[t].T @ da
        db += da.sum(axis=0)
        break
    return dWx, dWh, db


@wrong(ID, "no_slope")
def forgets_the_slope(X, dh, Wx, Wh, b):
    N, T, _ = X.shape
    h = [np.zeros((N, len(Wh)))]
    for t in range(T):
        h.append(np.tanh(X[:, t] @ Wx + h[-1] @ Wh + b))
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    for t in reversed(range(T)):
        da = dh
        dWx += X[:, t].T @ da
        dWh += h[t].T @ da
        db += da.sum(axis=0)
        dh = da @ Wh.T
    return dWx, dWh, db


@wrong(ID, "slope_of_sigmoid")
def slope_like_a_sigmoid(X, dh, Wx, Wh, b):
    N, T, _ = X.shape
    h = [np.zeros((N, len(Wh)))]
    for t in range(T):
        h.append(np.tanh(X[:, t] @ Wx + h[-1] @ Wh + b))
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    for t in reversed(range(T)):
        da = dh * h[t + 1] * (1 - h[t + 1])
        dWx += X[:, t].T @ da
        dWh += h[t].T @ da
        db += da.sum(axis=0)
        dh = da @ Wh.T
    return dWx, dWh, db


@wrong(ID, "slope_before")
def slope_of_the_state_before(X, dh, Wx, Wh, b):
    N, T, _ = X.shape
    h = [np.zeros((N, len(Wh)))]
    for t in range(T):
        h.append(np.tanh(X[:, t] @ Wx + h[-1] @ Wh + b))
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    for t in reversed(range(T)):
        da = dh * (1 - h[t] ** 2)
        dWx += X[:, t].T @ da
        dWh += h[t].T @ da
        db += da.sum(axis=0)
        dh = da @ Wh.T
    return dWx, dWh, db


@wrong(ID, "not_transposed")
def back_through_wh(X, dh, Wx, Wh, b):
    N, T, _ = X.shape
    h = [np.zeros((N, len(Wh)))]
    for t in range(T):
        h.append(np.tanh(X[:, t] @ Wx + h[-1] @ Wh + b))
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    for t in reversed(range(T)):
        da = dh * (1 - h[t + 1] ** 2)
        dWx += X[:, t].T @ da
        dWh += h[t].T @ da
        db += da.sum(axis=0)
        dh = da @ Wh
    return dWx, dWh, db


@wrong(ID, "state_after")
def takes_the_state_after(X, dh, Wx, Wh, b):
    N, T, _ = X.shape
    h = [np.zeros((N, len(Wh)))]
    for t in range(T):
        h.append(np.tanh(X[:, t] @ Wx + h[-1] @ Wh + b))
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    for t in reversed(range(T)):
        da = dh * (1 - h[t + 1] ** 2)
        dWx += X[:, t].T @ da
        dWh += h[t + 1].T @ da
        db += da.sum(axis=0)
        dh = da @ Wh.T
    return dWx, dWh, db


@wrong(ID, "overwritten")
def overwrites_the_gradients(X, dh, Wx, Wh, b):
    N, T, _ = X.shape
    h = [np.zeros((N, len(Wh)))]
    for t in range(T):
        h.append(np.tanh(X[:, t] @ Wx + h[-1] @ Wh + b))
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    for t in reversed(range(T)):
        da = dh * (1 - h[t + 1] ** 2)
        dWx = X[:, t].T @ da
        dWh = h[t].T @ da
        db = da.sum(axis=0)
        dh = da @ Wh.T
    return dWx, dWh, db


@wrong(ID, "mean_over_steps")
def averages_over_time(X, dh, Wx, Wh, b):
    N, T, _ = X.shape
    h = [np.zeros((N, len(Wh)))]
    for t in range(T):
        h.append(np.tanh(X[:, t] @ Wx + h[-1] @ Wh + b))
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    for t in reversed(range(T)):
        da = dh * (1 - h[t + 1] ** 2)
        dWx += X[:, t].T @ da
        dWh += h[t].T @ da
        db += da.sum(axis=0)
        dh = da @ Wh.T
    return dWx / T, dWh / T, db / T


@wrong(ID, "divided_by_n")
def averages_over_the_batch(X, dh, Wx, Wh, b):
    N, T, _ = X.shape
    h = [np.zeros((N, len(Wh)))]
    for t in range(T):
        h.append(np.tanh(X[:, t] @ Wx + h[-1] @ Wh + b))
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    for t in reversed(range(T)):
        da = dh * (1 - h[t + 1] ** 2)
        dWx += X[:, t].T @ da
        dWh += h[t].T @ da
        db += da.sum(axis=0)
        dh = da @ Wh.T
    return dWx / N, dWh / N, db / N


@wrong(ID, "at_every_step")
def error_at_every_step(X, dh, Wx, Wh, b):
    N, T, _ = X.shape
    h = [np.zeros((N, len(Wh)))]
    for t in range(T):
        h.append(np.tanh(X[:, t] @ Wx + h[-1] @ Wh + b))
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    last = dh
    for t in reversed(range(T)):
        da = dh * (1 - h[t + 1] ** 2)
        dWx += X[:, t].T @ da
        dWh += h[t].T @ da
        db += da.sum(axis=0)
        dh = da @ Wh.T + last
    return dWx, dWh, db


@wrong(ID, "wrong_shape")
def bias_per_example(X, dh, Wx, Wh, b):
    N, T, _ = X.shape
    h = [np.zeros((N, len(Wh)))]
    for t in range(T):
        h.append(np.tanh(X[:, t] @ Wx + h[-1] @ Wh + b))
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    for t in reversed(range(T)):
        da = dh * (1 - h[t + 1] ** 2)
        dWx += X[:, t].T @ da
        dWh += h[t].T @ da
        db = db + da
        dh = da @ Wh.T
    return dWx, dWh, db


@wrong(ID, "changed_argument")
def works_in_dh(X, dh, Wx, Wh, b):
    N, T, _ = X.shape
    h = [np.zeros((N, len(Wh)))]
    for t in range(T):
        h.append(np.tanh(X[:, t] @ Wx + h[-1] @ Wh + b))
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    for t in reversed(range(T)):
        dh *= 1 - h[t + 1] ** 2
        da = dh
        dWx += X[:, t].T @ da
        dWh += h[t].T @ da
        db += da.sum(axis=0)
        dh = da @ Wh.T
    return dWx, dWh, db


@right(ID)
def all_at_once_at_the_end(X, dh, Wx, Wh, b):
    N, T, _ = X.shape
    K = len(Wh)
    h = np.zeros((T + 1, N, K))
    for t in range(T):
        h[t + 1] = np.tanh(X[:, t] @ Wx + h[t] @ Wh + b)
    da = np.zeros((T, N, K))
    for t in range(T - 1, -1, -1):
        da[t] = (1 - h[t + 1] * h[t + 1]) * dh
        dh = da[t] @ Wh.T
    return np.einsum("ntd,tnk->dk", X, da), np.einsum("tnj,tnk->jk", h[:-1], da), da.sum(axis=(0, 1))


@right(ID)
def example_by_example(X, dh, Wx, Wh, b):
    dWx, dWh, db = 0 * Wx, 0 * Wh, 0 * b
    for x, e in zip(X, dh):
        states = [np.zeros(len(Wh))]
        for row in x:
            states.append(np.tanh(row @ Wx + states[-1] @ Wh + b))
        for t in range(len(x), 0, -1):
            a = e * (1 - states[t] ** 2)
            dWx = dWx + np.outer(x[t - 1], a)
            dWh = dWh + np.outer(states[t - 1], a)
            db = db + a
            e = Wh @ a
    return dWx, dWh, db


# --- lags ---

ID = "l12.lag_norms"


@wrong(ID, "no_slope")
def forgets_tanh(H, Wh, dh):
    norms = [np.linalg.norm(dh)]
    for _ in range(len(H) - 1, 0, -1):
        dh = dh @ Wh.T
        norms.append(np.linalg.norm(dh))
    return np.array(norms)


@wrong(ID, "slope_before")
def one_state_too_early(H, Wh, dh):
    norms = [np.linalg.norm(dh)]
    for t in range(len(H) - 1, 0, -1):
        dh = (dh * (1 - H[t - 1] ** 2)) @ Wh.T
        norms.append(np.linalg.norm(dh))
    return np.array(norms)


@wrong(ID, "not_transposed")
def forward_weights(H, Wh, dh):
    norms = [np.linalg.norm(dh)]
    for t in range(len(H) - 1, 0, -1):
        dh = (dh * (1 - H[t] ** 2)) @ Wh
        norms.append(np.linalg.norm(dh))
    return np.array(norms)


@wrong(ID, "slope_after")
def weights_first(H, Wh, dh):
    norms = [np.linalg.norm(dh)]
    for t in range(len(H) - 1, 0, -1):
        dh = (dh @ Wh.T) * (1 - H[t] ** 2)
        norms.append(np.linalg.norm(dh))
    return np.array(norms)


@wrong(ID, "squared")
def squares(H, Wh, dh):
    norms = [np.sum(dh**2)]
    for t in range(len(H) - 1, 0, -1):
        dh = (dh * (1 - H[t] ** 2)) @ Wh.T
        norms.append(np.sum(dh**2))
    return np.array(norms)


@wrong(ID, "absolute")
def absolute_values_in_lag_norms(H, Wh, dh):
    norms = [np.abs(dh).sum()]
    for t in range(len(H) - 1, 0, -1):
        dh = (dh * (1 - H[t] ** 2)) @ Wh.T
        norms.append(np.abs(dh).sum())
    return np.array(norms)


@wrong(ID, "root_mean")
def mean_of_squares(H, Wh, dh):
    norms = [np.sqrt(np.mean(dh**2))]
    for t in range(len(H) - 1, 0, -1):
        dh = (dh * (1 - H[t] ** 2)) @ Wh.T
        norms.append(np.sqrt(np.mean(dh**2)))
    return np.array(norms)


@wrong(ID, "earliest_first")
def from_the_first_step(H, Wh, dh):
    norms = [np.linalg.norm(dh)]
    for t in range(len(H) - 1, 0, -1):
        dh = (dh * (1 - H[t] ** 2)) @ Wh.T
        norms.append(np.linalg.norm(dh))
    return np.array(norms)[::-1]


@wrong(ID, "relative")
def relative_to_the_last(H, Wh, dh):
    norms = [np.linalg.norm(dh)]
    for t in range(len(H) - 1, 0, -1):
        dh = (dh * (1 - H[t] ** 2)) @ Wh.T
        norms.append(np.linalg.norm(dh))
    return np.array(norms) / norms[0]


@wrong(ID, "wrong_shape")
def one_lag_too_many(H, Wh, dh):
    norms = [np.linalg.norm(dh)]
    for t in range(len(H) - 1, -1, -1):
        dh = (dh * (1 - H[t] ** 2)) @ Wh.T
        norms.append(np.linalg.norm(dh))
    return np.array(norms)


@right(ID)
def by_matrices(H, Wh, dh):
    norms, J = [], np.eye(len(dh))
    for t in reversed(range(len(H))):
        norms.append(np.sqrt(np.sum((dh @ J) ** 2)))
        J = J @ np.diag(1 - H[t] ** 2) @ Wh.T
    return np.array(norms)


@right(ID)
def keeps_the_errors(H, Wh, dh):
    d = np.zeros_like(H)
    d[-1] = dh
    for t in range(len(H) - 1, 0, -1):
        d[t - 1] = Wh @ (d[t] * (1 - H[t] * H[t]))
    return np.sqrt((d**2).sum(axis=1))[::-1]
