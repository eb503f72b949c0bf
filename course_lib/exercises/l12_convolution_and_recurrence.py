"""Lesson 12: convolution forward, backward and as a matrix, pooling, what both cost and see; recurrence through time."""

from __future__ import annotations

import math

import numpy as np

from course_lib.exercises.base import Case, Function, catalogue

# --- convolution --------------------------------------------------------------------------------------------------------


def _windows(x, size):
    """Every window of the images, (N, C, H', W', kh, kw)"""
    return np.lib.stride_tricks.sliding_window_view(x, size, axis=(2, 3))


def conv2d(
    x,
    W,
    b,
    kernel=lambda W: W,
    channels=lambda x: x,
    bias=lambda b, C: b,
    scale=lambda W: 1,
    after=lambda y: y,
):
    """y_noij = b_o + sum_cuv W_ocuv x_n,c,i+u,j+v    x: (N, C, H, W)   W: (O, C, kh, kw)   b: (O,)   y: (N, O, H', W')          [U28]"""
    y = np.einsum("ncijuv,ocuv->noij", _windows(channels(x), W.shape[2:]), channels(kernel(W)))
    return after(scale(W) * y + np.reshape(bias(b, x.shape[1]), (-1, 1, 1)))


def _conv_cases(rng):
    for N, C, H, W, n_out, kh, kw in ((2, 3, 7, 8, 4, 3, 2), (3, 2, 6, 9, 5, 2, 4), (2, 4, 8, 5, 3, 4, 3)):
        yield Case(rng.normal(size=(N, C, H, W)), rng.normal(size=(n_out, C, kh, kw)), rng.normal(size=n_out))


_CONV_MISTAKES = catalogue(
    conv2d,
    ("flipped", "The kernel is turned round. That is convolution in mathematics; in networks W_uv meets x_i+u,j+v.", "U28", dict(kernel=lambda W: W[:, :, ::-1, ::-1])),
    ("rows_turned", "The rows of the kernel are in reverse order.", "U28", dict(kernel=lambda W: W[:, :, ::-1])),
    ("first_kernel", "All channels of the output use the first kernel; each has its own.", "U28", dict(kernel=lambda W: np.broadcast_to(W[:1], W.shape))),
    ("first_channel", "Only the first channel of the input is read; the sum goes over all of them.", "U28", dict(channels=lambda a: a[:, :1])),
    ("no_bias", "The bias is missing.", "U28", dict(bias=lambda b, C: np.zeros_like(b))),
    ("bias_per_channel", "The bias is added once for every channel of the input; it is added once.", "U28", dict(bias=lambda b, C: C * b)),
    ("mean", "The products of a window are averaged; they are added.", "U28", dict(scale=lambda W: 1 / (W.shape[2] * W.shape[3]))),
    ("mean_of_channels", "The channels of the input are averaged; they are added.", "U28", dict(scale=lambda W: 1 / W.shape[1])),
    ("relu", "A ReLU was applied; wanted is the convolution alone.", "U28", dict(after=lambda y: np.maximum(y, 0))),
)  # fmt: skip


def conv_matrix(
    K,
    H,
    W,
    kernel=lambda K: K,
    pixel=lambda i, j, H, W: i * W + j,
    place=lambda i, j, rows, columns: i * columns + j,
    counts=lambda K: K.shape,
):
    """M with y = x M, x the H W pixels row by row, y the H' W' results    K: (kh, kw)   M: (H W, H' W')          [U28]"""
    (kh, kw), (rows, columns) = counts(K), (H - K.shape[0] + 1, W - K.shape[1] + 1)
    M = np.zeros((H * W, rows * columns))
    for i, j, u, v in np.ndindex(rows, columns, kh, kw):
        M[pixel(i + u, j + v, H, W), place(i, j, rows, columns)] = kernel(K)[u, v]
    return M


def _matrix_cases(rng):
    for H, W, kh, kw in ((4, 6, 2, 3), (5, 7, 3, 2), (4, 7, 3, 4)):
        yield Case(rng.normal(size=(kh, kw)), H, W)


_MATRIX_MISTAKES = catalogue(
    conv_matrix,
    ("flipped", "The kernel is turned round: K_uv meets the pixel (i + u, j + v).", "U28", dict(kernel=lambda K: K[::-1, ::-1])),
    ("rows_turned", "The rows of the kernel are in reverse order.", "U28", dict(kernel=lambda K: K[::-1])),
    ("pattern", "Where a weight belongs there is a 1; the weight itself is wanted.", "U28", dict(kernel=np.ones_like)),
    ("rows_of_height", "One row of the image further is H pixels further here; it is W.", "U28", dict(pixel=lambda i, j, H, W: i * H + j)),
    ("pixels_by_column", "The pixels are counted down the columns; they go row by row.", "U28", dict(pixel=lambda i, j, H, W: j * H + i)),
    ("results_by_column", "The results are counted down the columns; they go row by row.", "U28", dict(place=lambda i, j, rows, columns: j * rows + i)),
    ("both_by_column", "Pixels and results are both counted down the columns; they go row by row.", "U28", dict(pixel=lambda i, j, H, W: j * H + i, place=lambda i, j, rows, columns: j * rows + i)),
    ("one_row", "Only the first row of the kernel is used.", "U28", dict(counts=lambda K: (1, K.shape[1]))),
    ("one_column", "Only the first column of the kernel is used.", "U28", dict(counts=lambda K: (K.shape[0], 1))),
)  # fmt: skip


def conv2d_backward(
    x,
    W,
    dy,
    kernel=lambda W: W,
    into=lambda dW: dW,
    images=lambda a: a,
    mean=lambda dy: 1,
    bias=lambda dy: dy.sum(axis=(0, 2, 3)),
    results=lambda a, axis: a,
    put=lambda old, new: old + new,
):
    """dL/dW_ocuv = sum_nij dy_noij x_n,c,i+u,j+v    dL/db_o = sum_nij dy_noij    dL/dx_n,c,i+u,j+v += dy_noij W_ocuv          [U28]"""
    dW = into(np.einsum("ncijuv,noij->ocuv", _windows(images(x), W.shape[2:]), images(dy)))
    dx, (rows, columns) = np.zeros_like(x), dy.shape[2:]
    for u, v in np.ndindex(*W.shape[2:]):
        seen = np.s_[:, :, u : u + rows, v : v + columns]
        dx[seen] = put(dx[seen], np.einsum("noij,oc->ncij", results(dy, 1), results(kernel(W), 0)[:, :, u, v]))
    return mean(dy) * dW, mean(dy) * bias(images(dy)), dx


def _conv_backward_cases(rng):
    for N, C, H, W, n_out, kh, kw in ((2, 3, 6, 7, 4, 3, 2), (3, 2, 5, 8, 5, 2, 4), (2, 4, 7, 5, 3, 3, 2)):
        yield Case(
            rng.normal(size=(N, C, H, W)),
            rng.normal(size=(n_out, C, kh, kw)),
            rng.normal(size=(N, n_out, H - kh + 1, W - kw + 1)),
        )


_CONV_BACKWARD_MISTAKES = catalogue(
    conv2d_backward,
    ("dw_flipped", "The gradient of the kernel is turned round.", "U28", dict(into=lambda dW: dW[:, :, ::-1, ::-1])),
    ("dx_flipped", "The kernel is turned the wrong way round on the way back to x: the pixel (i + u, j + v) gets back what W_uv gave.", "U28", dict(kernel=lambda W: W[:, :, ::-1, ::-1])),
    ("overwritten", "Windows overlap: what comes back to a pixel from several is added, not overwritten.", "U28", dict(put=lambda old, new: new)),
    ("one_result", "Only the first channel of dy comes back to x; all of them do.", "U28", dict(results=lambda a, axis: a.take([0], axis))),
    ("one_image", "Only the first image counts for the weights; the sum goes over all.", "U28", dict(images=lambda a: a[:1])),
    ("divided_by_n", "There is a division by the batch size N; the loss has divided already [E19].", "E19", dict(mean=lambda dy: 1 / len(dy))),
    ("mean_over_places", "The gradient is averaged over the places; the weights are tied, so all places add.", "U28", dict(mean=lambda dy: 1 / (dy.shape[2] * dy.shape[3]))),
    ("mean_over_all", "The gradient is averaged over images and places; it is their sum.", "U28", dict(mean=lambda dy: 1 / (len(dy) * dy.shape[2] * dy.shape[3]))),
)  # fmt: skip


def max_pool(
    x,
    dy,
    value=lambda w: w.max(axis=-1),
    share=lambda w: np.eye(4)[w.argmax(axis=-1)],
):
    """y = the largest of each 2 x 2 window; dx: dy where it stood, the first of equal ones    x, dx: (N, C, H, W)   y, dy: (N, C, H/2, W/2)          [U28]"""
    N, C, H, W = x.shape
    w = x.reshape(N, C, H // 2, 2, W // 2, 2).swapaxes(3, 4).reshape(N, C, H // 2, W // 2, 4)
    dw = share(w) * dy[..., None]
    return value(w), dw.reshape(N, C, H // 2, W // 2, 2, 2).swapaxes(3, 4).reshape(x.shape)


def _largest(w):
    return w == w.max(axis=-1, keepdims=True)


def _pool_cases(rng):
    for N, C, H, W in ((2, 3, 4, 6), (3, 2, 6, 8), (1, 4, 2, 6)):
        x = np.round(rng.normal(size=(N, C, H, W)), 1)
        x[0, 0, :2, :2] = [[-0.7, 0.6], [0.1, 0.6]]  # two are equal
        x[0, 1, :2, :4] = [[0.4, -0.8, -0.3, -0.9], [-1.6, 0.4, -0.3, -0.3]]
        yield Case(x, rng.normal(size=(N, C, H // 2, W // 2)), label="equal numbers in a window")


_POOL_MISTAKES = catalogue(
    max_pool,
    ("mean", "This is the mean of each window; the largest number is wanted.", "U28", dict(value=lambda w: w.mean(axis=-1), share=lambda w: np.full(w.shape, 0.25))),
    ("least", "The least of each window is taken.", "U28", dict(value=lambda w: w.min(axis=-1), share=lambda w: np.eye(4)[w.argmin(axis=-1)])),
    ("magnitude", "The largest absolute value is taken; the sign counts.", "U28", dict(value=lambda w: np.abs(w).max(axis=-1))),
    ("not_below_0", "The result never falls below 0: the search for the largest began at 0.", "U28", dict(value=lambda w: np.maximum(w.max(axis=-1), 0))),
    ("to_all", "The error goes to all four pixels; it goes to the one that stood for the window.", "U28", dict(share=np.ones_like)),
    ("ties_all", "Where several are equal, each gets the whole error; the first one gets it.", "U28", dict(share=_largest)),
    ("ties_shared", "Where several are equal they share the error; here the first one gets it all.", "U28", dict(share=lambda w: _largest(w) / _largest(w).sum(axis=-1, keepdims=True))),
    ("ties_last", "Where several are equal the last one gets the error; wanted the first, row by row.", "U28", dict(share=lambda w: np.eye(4)[3 - w[..., ::-1].argmax(axis=-1)])),
    ("ties_by_column", "Where several are equal the first one down the columns gets the error; wanted row by row.", "U28", dict(share=lambda w: np.eye(4)[[0, 2, 1, 3]][w[..., [0, 2, 1, 3]].argmax(axis=-1)])),
    ("times_x", "The error is multiplied with the pixel; the slope of the largest is 1.", "U28", dict(share=lambda w: _largest(w) * w)),
)  # fmt: skip

# --- what it costs, what it sees ----------------------------------------------------------------------------------------


def counts(
    C,
    H,
    W,
    n_out,
    k,
    rows=lambda n, k: n - k + 1,
    window=lambda C, k: C * k * k,
    biases=lambda n: n,
    dense_biases=lambda n: n,
    pixels=lambda C, H, W: C * H * W,
):
    """Numbers of a k x k convolution from C to n_out channels, those of a dense layer in its place, its multiply-adds          [U28]"""
    results = n_out * rows(H, k) * rows(W, k)
    return (
        n_out * window(C, k) + biases(n_out),
        pixels(C, H, W) * results + dense_biases(results),
        window(C, k) * results,
    )


def _count_cases(rng):
    for C, H, W, n_out, k in ((3, 9, 11, 5, 3), (2, 12, 8, 7, 5), (4, 10, 7, 6, 2)):
        yield Case(C, H + int(rng.integers(3)), W + int(rng.integers(3)), n_out, k)


_COUNT_MISTAKES = catalogue(
    counts,
    ("no_biases", "The biases are missing in the convolution: one for each channel of the output.", "U28", dict(biases=lambda n: 0)),
    ("one_bias", "There is one bias in all; each channel of the output has one.", "U28", dict(biases=lambda n: 1)),
    ("one_channel", "A window has k x k pixels in each channel of the input: C k^2 numbers.", "U28", dict(window=lambda C, k: k * k)),
    ("k_once", "A window is k x k: k enters squared.", "U28", dict(window=lambda C, k: C * k)),
    ("same_size", "Without padding the result is smaller than the image: H - k + 1.", "U28", dict(rows=lambda n, k: n)),
    ("one_off", "A window of k pixels has H - k + 1 places in H pixels, one more than H - k.", "U28", dict(rows=lambda n, k: n - k)),
    ("no_dense_biases", "The biases of the dense layer are missing: one for each of its results.", "U28", dict(dense_biases=lambda n: 0)),
    ("pixels_of_one_channel", "A dense layer reads the pixels of all channels.", "U28", dict(pixels=lambda C, H, W: H * W)),
)  # fmt: skip


def matching_width(numbers, D, K, left=lambda numbers, K: numbers - K, each=lambda D, K: D + 1 + K, whole=math.floor):
    """The largest n for which D-n-K, biases included, has at most so many numbers: n (D + 1 + K) + K <= numbers          [U28, C1]"""
    return whole(left(numbers, K) / each(D, K))


def _width_cases(rng):
    for D, K in ((12, 7), (8, 5), (9, 4), (7, 6), (6, 9), (11, 3)):
        n, over = int(rng.integers(9, 25)), int(rng.integers(K))
        yield Case(n * (D + 1 + K) + over, D, K)  # K biases too few for n
        yield Case(n * (D + K) + over, D, K)  # counting without biases, K more or less matter


_WIDTH_MISTAKES = catalogue(
    matching_width,
    ("no_output_biases", "The K biases of the output are missing in the count.", "C1", dict(left=lambda numbers, K: numbers)),
    ("no_hidden_biases", "The biases of the hidden layer are missing in the count: one for each unit.", "C1", dict(each=lambda D, K: D + K)),
    ("no_biases", "No bias is counted, neither hidden nor output.", "C1", dict(left=lambda numbers, K: numbers, each=lambda D, K: D + K)),
    ("first_layer_only", "Only the first layer is counted; each hidden unit has K weights to the output as well.", "C1", dict(left=lambda numbers, K: numbers, each=lambda D, K: D + 1)),
    ("no_second_layer", "The weights from the hidden layer to the output are missing in the count.", "C1", dict(each=lambda D, K: D + 1)),
    ("rounded_up", "Rounded up it has more numbers than allowed: at most so many.", "U28", dict(whole=math.ceil)),
    ("one_too_few", "One unit more would still fit.", "U28", dict(whole=lambda n: math.floor(n) - 1)),
)  # fmt: skip


def receptive_field(
    layers,
    grows=lambda k, jump, s: (k - 1) * jump,
    jumps=lambda jump, k, s: jump * s,
    order=lambda layers: layers,
    start=1,
):
    """Pixels that one result depends on, and by how many the next result's lie further, along one side    layers: pairs (k, s)          [U28]

    r = 1, j = 1; for each layer r += (k - 1) j, then j *= s
    """
    size, jump = start, 1
    for k, s in order(layers):
        size += grows(k, jump, s)
        jump = jumps(jump, k, s)
    return size, jump


def _field_cases(rng):
    a, b, c = (int(n) for n in rng.integers(2, 5, size=3))
    yield Case([(3, 2), (5, 1), (2, 3), (a + 3, 1)])
    yield Case([(5, 1), (2, 2), (3, 1), (b, 3), (7, 1)])
    yield Case([(c, 3), (3, 2), (4, 1)])
    yield Case([(7, 2), (3, 1)], label="two layers")


_FIELD_MISTAKES = catalogue(
    receptive_field,
    ("no_strides", "The field grows by k - 1 in every layer; behind a stride of s, neighbours lie s pixels apart.", "U28", dict(grows=lambda k, jump, s: k - 1)),
    ("own_stride", "A layer's own stride moves its windows apart; it does not make them larger.", "U28", dict(grows=lambda k, jump, s: (k - 1) * jump * s)),
    ("k_for_k_minus_1", "A window of k pixels reaches k - 1 beyond its first.", "U28", dict(grows=lambda k, jump, s: k * jump)),
    ("strides_added", "The strides are added; they multiply.", "U28", dict(jumps=lambda jump, k, s: jump + s)),
    ("last_stride", "Only the last stride counts here; all before multiply.", "U28", dict(jumps=lambda jump, k, s: s)),
    ("from_the_end", "The layers are taken from the last to the first.", "U28", dict(order=lambda layers: layers[::-1])),
    ("starts_at_0", "Without any layer the field is one pixel, not none.", "U28", dict(start=0)),
    ("jumps_by_k", "The step from result to result is the product of the strides, not of the kernels.", "U28", dict(jumps=lambda jump, k, s: jump * k)),
)  # fmt: skip

# --- recurrence ---------------------------------------------------------------------------------------------------------


def rnn_step(
    x,
    h,
    Wx,
    Wh,
    b,
    f=np.tanh,
    past=lambda h, Wh: h @ Wh,
    bias=lambda b: b,
    outside=lambda h, b: 0,
):
    """tanh(x Wx + h Wh + b)    x: (N, D)   h: (N, K)   returns (N, K)          [C16]"""
    return f(x @ Wx + past(h, Wh) + bias(b)) + outside(h, b)


def _sigmoid(a):
    return 1 / (1 + np.exp(-a))


def _step_cases(rng):
    for N, D, K in ((4, 3, 5), (2, 6, 3), (5, 2, 4)):
        yield Case(
            rng.normal(size=(N, D)),
            rng.uniform(-1, 1, size=(N, K)),
            0.6 * rng.normal(size=(D, K)),
            0.6 * rng.normal(size=(K, K)),
            rng.normal(size=K),
        )


_STEP_MISTAKES = catalogue(
    rnn_step,
    ("no_tanh", "The tanh is missing.", "C16", dict(f=lambda a: a)),
    ("sigmoid", "This is the sigmoid; wanted is tanh.", "C16", dict(f=_sigmoid)),
    ("relu", "This is a ReLU; wanted is tanh.", "C16", dict(f=lambda a: np.maximum(a, 0))),
    ("no_past", "The state before, h, is missing: nothing is remembered.", "C16", dict(past=lambda h, Wh: 0)),
    ("transposed", "Wh is transposed.", "C16", dict(past=lambda h, Wh: h @ Wh.T)),
    ("past_elementwise", "The state before is added as it is; it goes through Wh.", "C16", dict(past=lambda h, Wh: h)),
    ("no_bias", "The bias is missing.", "C16", dict(bias=lambda b: 0)),
    ("bias_outside", "The bias is added behind the tanh; it belongs inside.", "C16", dict(bias=lambda b: 0, outside=lambda h, b: b)),
    ("skips", "The state before is added behind the tanh as well: that is another network.", "C16", dict(outside=lambda h, b: h)),
)  # fmt: skip


def rnn_gradients(
    X,
    dh,
    Wx,
    Wh,
    b,
    slope=lambda h, before: 1 - h**2,
    back=lambda Wh: Wh.T,
    flows=lambda dh: dh,
    arrives=lambda dh: 0,
    state=lambda h, before: before,
    add=lambda old, new: old + new,
    scale=lambda X: 1,
):
    """dL/dWx, dL/dWh, dL/db of h_t = tanh(x_t Wx + h_(t-1) Wh + b), h_0 = 0, when dL/dh_T = dh    X: (N, T, D)   dh: (N, K)          [I6, C16]

    da_t = dh_t (1 - h_t^2), dWx += x_t^T da_t, dWh += h_(t-1)^T da_t, db += sum_n da_t, dh_(t-1) = da_t Wh^T
    """
    h = [np.zeros((len(X), len(Wh)))]
    for t in range(X.shape[1]):
        h.append(np.tanh(X[:, t] @ Wx + h[t] @ Wh + b))
    dWx, dWh, db, first = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b), dh
    for t in reversed(range(X.shape[1])):
        da = dh * slope(h[t + 1], h[t])
        dWx, dWh, db = (
            add(dWx, X[:, t].T @ da),
            add(dWh, state(h[t + 1], h[t]).T @ da),
            add(db, da.sum(axis=0)),
        )
        dh = flows(da @ back(Wh)) + arrives(first)
    return scale(X) * dWx, scale(X) * dWh, scale(X) * db


def _rnn_cases(rng):
    for N, T, D, K in ((4, 5, 3, 2), (3, 4, 2, 5), (2, 6, 5, 3)):
        yield Case(
            rng.normal(size=(N, T, D)),
            rng.normal(size=(N, K)),
            0.6 * rng.normal(size=(D, K)),
            0.7 * rng.normal(size=(K, K)),
            0.5 * rng.normal(size=K),
        )


_RNN_MISTAKES = catalogue(
    rnn_gradients,
    ("last_step", "Only the last step counts: the error must go on to the steps before.", "I6", dict(flows=lambda dh: 0 * dh)),
    ("no_slope", "The slope of tanh, 1 - h_t^2, is missing.", "I6", dict(slope=lambda h, before: 1.0)),
    ("slope_of_sigmoid", "This is the slope of the sigmoid; that of tanh is 1 - h_t^2.", "I6", dict(slope=lambda h, before: h * (1 - h))),
    ("slope_before", "The slope is taken at h_(t-1); the error goes through h_t = tanh(...).", "I6", dict(slope=lambda h, before: 1 - before**2)),
    ("not_transposed", "On the way back the error goes through the transpose of Wh.", "I6", dict(back=lambda Wh: Wh)),
    ("state_after", "dWh takes h_t; what went into Wh is h_(t-1).", "C16", dict(state=lambda h, before: h)),
    ("overwritten", "Each step overwrites the gradient of the one after it. The weights are the same at every step: the gradients add.", "C16", dict(add=lambda old, new: new)),
    ("mean_over_steps", "The gradients are averaged over the T steps; they add.", "C16", dict(scale=lambda X: 1 / X.shape[1])),
    ("divided_by_n", "There is a division by the batch size N; the loss has divided already [E19].", "E19", dict(scale=lambda X: 1 / len(X))),
    ("at_every_step", "dh is added at every step; the loss looks at the last state alone.", "C16", dict(arrives=lambda dh: dh)),
)  # fmt: skip


def lag_norms(
    H,
    Wh,
    dh,
    slope=lambda H, t: 1 - H[t] ** 2,
    back=lambda d, slope, Wh: (d * slope) @ Wh.T,
    norm=np.linalg.norm,
    arrange=np.array,
):
    """|dL/dh_(T-k)|, k = 0 ... T-1, for one sequence: d_(t-1) = (d_t (1 - h_t^2)) Wh^T    H: (T, K)   dh: (K,)   returns (T,)          [I6]"""
    norms = [norm(dh)]
    for t in reversed(range(1, len(H))):
        dh = back(dh, slope(H, t), Wh)
        norms.append(norm(dh))
    return arrange(norms)


def _lag_cases(rng):
    for T, K, size in ((6, 4, 0.5), (5, 3, 1.3), (7, 5, 0.9)):
        yield Case(
            np.tanh(rng.normal(size=(T, K))),
            size * rng.normal(size=(K, K)),
            rng.normal(size=K),
        )


_LAG_MISTAKES = catalogue(
    lag_norms,
    ("no_slope", "The slope of tanh is missing: each step back multiplies with 1 - h_t^2 as well.", "I6", dict(slope=lambda H, t: 1.0)),
    ("slope_before", "The slope is taken at the state before; the error of h_t goes through the tanh that made h_t.", "I6", dict(slope=lambda H, t: 1 - H[t - 1] ** 2)),
    ("not_transposed", "On the way back the error goes through the transpose of Wh.", "I6", dict(back=lambda d, slope, Wh: (d * slope) @ Wh)),
    ("slope_after", "First the slope, then Wh^T: the error passes the tanh before it passes the weights.", "I6", dict(back=lambda d, slope, Wh: (d @ Wh.T) * slope)),
    ("squared", "These are squares of the norms; the root is missing.", "I6", dict(norm=lambda d: np.sum(d**2))),
    ("absolute", "These are sums of absolute values; wanted is the root of the sum of squares.", "I6", dict(norm=lambda d: np.sum(np.abs(d)))),
    ("root_mean", "This is the root of the mean square; wanted that of the sum.", "I6", dict(norm=lambda d: np.sqrt(np.mean(d**2)))),
    ("earliest_first", "The order is reversed: first lag 0, the last step.", "I6", dict(arrange=lambda norms: np.array(norms[::-1]))),
    ("relative", "The norms are divided by the first; they are wanted as they are.", "I6", dict(arrange=lambda norms: np.array(norms) / norms[0])),
)  # fmt: skip


EXERCISES = [
    Function(
        id="l12.conv2d",
        title="Convolution",
        points=4,
        lectures=("U28", "C16"),
        outputs=("y",),
        reference=conv2d,
        cases=_conv_cases,
        mistakes=_CONV_MISTAKES,
        hints=(
            "Begin with loops: which pixels does y[n, o, i, j] need?",
            "The window x[n, :, i : i + kh, j : j + kw] has the shape of W[o]. Multiply, add up, add b[o].",
            "With loops over i and j only: np.tensordot(x[:, :, i : i + kh, j : j + kw], W, axes=([1, 2, 3], [1, 2, 3])) is (N, O).",
        ),
    ),
    Function(
        id="l12.conv_matrix",
        title="The same as a sparse matrix",
        points=4,
        lectures=("U28",),
        outputs=("M",),
        reference=conv_matrix,
        cases=_matrix_cases,
        mistakes=_MATRIX_MISTAKES,
        hints=(
            "Row by row, the pixel (i, j) of an image of W columns is number i W + j.",
            "Result (i, j) reads the pixels (i + u, j + v), each with the weight K[u, v]. Which column of M is it, which rows?",
            "Four loops, and in them M[(i + u) * W + j + v, i * columns + j] = K[u, v], with columns = W - kw + 1.",
        ),
    ),
    Function(
        id="l12.conv2d_backward",
        title="Backward through a convolution",
        points=6,
        lectures=("U28",),
        outputs=("dW", "db", "dx"),
        reference=conv2d_backward,
        cases=_conv_backward_cases,
        mistakes=_CONV_BACKWARD_MISTAKES,
        hints=(
            "Take one result, y[n, o, i, j]. Its error goes to every weight and every pixel that it was made of.",
            "Loop over the places (u, v) of the kernel: the pixels that W[:, :, u, v] meets are x[:, :, u : u + rows, v : v + columns].",
            'dW[:, :, u, v] = np.einsum("noij,ncij->oc", dy, seen); dx[:, :, u : u + rows, v : v + columns] += np.einsum("noij,oc->ncij", dy, W[:, :, u, v]).',
        ),
    ),
    Function(
        id="l12.max_pool",
        title="The largest of each window",
        points=4,
        lectures=("U28",),
        outputs=("y", "dx"),
        reference=max_pool,
        cases=_pool_cases,
        mistakes=_POOL_MISTAKES,
        hints=(
            "x[:, :, ::2, ::2] holds the upper left pixel of every window; there are three more such slices.",
            "Stack the four slices, row by row: max gives y, argmax says which slice gets the error.",
            "For each k of 0 to 3: dx[that slice] = dy * (argmax == k). argmax takes the first of equal ones.",
        ),
    ),
    Function(
        id="l12.counts",
        title="Few weights, many uses",
        points=3,
        lectures=("U28",),
        outputs=("conv", "dense", "multiply_adds"),
        reference=counts,
        cases=_count_cases,
        mistakes=_COUNT_MISTAKES,
        hints=(
            "How many results are there, and how many numbers does each need?",
            "Results: n_out (H - k + 1)(W - k + 1). A convolution has one kernel of C k^2 numbers, and one bias, for each channel of the output.",
            "In a dense layer every result has C H W weights and a bias of its own; a convolution spends C k^2 multiply-adds on each result.",
        ),
    ),
    Function(
        id="l12.matching_width",
        title="A fair opponent",
        points=2,
        lectures=("U28", "C1"),
        outputs=("n",),
        reference=matching_width,
        cases=_width_cases,
        mistakes=_WIDTH_MISTAKES,
        hints=(
            "Count the numbers of D-n-K, weights and biases, as in lesson 01.",
            "It is D n + n for the first layer and n K + K for the second.",
            "n (D + 1 + K) + K may not exceed the number; // rounds down.",
        ),
    ),
    Function(
        id="l12.receptive_field",
        title="What one result can see",
        points=3,
        lectures=("U28",),
        outputs=("size", "jump"),
        reference=receptive_field,
        cases=_field_cases,
        mistakes=_FIELD_MISTAKES,
        hints=(
            "Draw two layers with kernel 3 on squared paper, once with stride 1, once with stride 2.",
            "Keep two numbers: the size of the field, and how many pixels apart two neighbouring results are.",
            "Layer by layer: size += (k - 1) * jump, and after that jump *= s.",
        ),
    ),
    Function(
        id="l12.rnn_step",
        title="One step of a recurrent network",
        points=2,
        lectures=("C16",),
        outputs=("h",),
        reference=rnn_step,
        cases=_step_cases,
        mistakes=_STEP_MISTAKES,
        hints=(
            "It is a dense layer with two inputs: what comes in now, and what was remembered.",
            "x Wx + h Wh + b, and then?",
            "np.tanh(x @ Wx + h @ Wh + b)",
        ),
    ),
    Function(
        id="l12.rnn_gradients",
        title="Backprop through time",
        points=6,
        lectures=("I6", "C16"),
        outputs=("dWx", "dWh", "db"),
        reference=rnn_gradients,
        cases=_rnn_cases,
        mistakes=_RNN_MISTAKES,
        hints=(
            "Forward first, and keep every state; then from the last step to the first.",
            "At each step: through the tanh, then three gradients that are added to what is there, then through Wh to the step before.",
            "da = dh * (1 - h_t**2); dWx += x_t^T da; dWh += h_(t-1)^T da; db += da.sum(axis=0); dh = da Wh^T.",
        ),
    ),
    Function(
        id="l12.lag_norms",
        title="How far back a gradient reaches",
        points=3,
        lectures=("I6", "C13"),
        outputs=("norms",),
        reference=lag_norms,
        cases=_lag_cases,
        mistakes=_LAG_MISTAKES,
        hints=(
            "The way back of the exercise before, without the gradients of the weights.",
            "At lag 0 it is |dh|. One step back: times 1 - H[t]**2, then through Wh^T.",
            "for t in reversed(range(1, len(H))): dh = (dh * (1 - H[t] ** 2)) @ Wh.T, and keep np.linalg.norm(dh).",
        ),
    ),
]
