"""Lesson 09: batch normalization, forward, at test, and backward node by node."""

from __future__ import annotations

import numpy as np

from course_lib.exercises.base import Case, Function, Mistake, catalogue


def _activations(rng, N, D):
    """(N, D) numbers whose columns have means and spreads of their own, neither 0 nor 1"""
    return rng.uniform(1, 4, size=D) * rng.choice([-1, 1], size=D) + rng.uniform(0.4, 2.5, size=D) * rng.normal(
        size=(N, D)
    )


# --- forward in training ------------------------------------------------------------------------------------------------


def bn_forward(
    x,
    gamma,
    beta,
    eps,
    mean=lambda x: x.mean(axis=0),
    variance=lambda x: x.var(axis=0),
    normal=lambda x, m, v, eps: (x - m) / np.sqrt(v + eps),
    out=lambda n, gamma, beta: gamma * n + beta,
):
    """y = gamma x^ + beta, x^ = (x - mean) / sqrt(variance + eps)    x: (N, D)   gamma, beta: (D,)   returns y, mean, variance          [W22, I8]"""
    m, v = mean(x), variance(x)
    return out(normal(x, m, v, eps), gamma, beta), m, v


def _forward_cases(rng):
    for N, D, label in ((6, 3, ""), (5, 4, ""), (7, 2, ""), (8, 5, "a feature that is the same everywhere")):
        x = _activations(rng, N, D)
        if label:
            x[:, 1] = 1.5
        yield Case(
            x, rng.uniform(0.5, 2, size=D), rng.uniform(0.5, 2, size=D), float(rng.choice([0.05, 0.2])), label=label
        )


_FORWARD_MISTAKES = catalogue(
    bn_forward,
    ("wrong_axis", "Mean and variance are those of each example; they are wanted for each feature, over the batch: axis=0.", "W22",
     dict(mean=lambda x: x.mean(axis=1), variance=lambda x: x.var(axis=1),
          normal=lambda x, m, v, eps: (x - m[:, None]) / np.sqrt(v[:, None] + eps))),
    ("ddof", "The squares are divided by N - 1; I8 and W22 divide by the size of the batch.", "I8", dict(variance=lambda x: x.var(axis=0, ddof=1))),
    ("eps_outside", "eps stands outside of the root: it belongs under it.", "E14", dict(normal=lambda x, m, v, eps: (x - m) / (np.sqrt(v) + eps))),
    ("no_eps", "eps is missing: a feature that is the same everywhere would be divided by 0.", "I8",
     dict(normal=lambda x, m, v, eps: (x - m) / np.sqrt(np.maximum(v, 1e-30)))),
    ("no_root", "This divides by the variance; its root is wanted.", "W22", dict(normal=lambda x, m, v, eps: (x - m) / (v + eps))),
    ("not_centered", "The mean is not subtracted.", "W22", dict(normal=lambda x, m, v, eps: x / np.sqrt(v + eps))),
    ("no_gamma", "gamma is missing: the network scales what was normalized.", "W22", dict(out=lambda n, gamma, beta: n + beta)),
    ("no_beta", "beta is missing: the network shifts what was normalized.", "W22", dict(out=lambda n, gamma, beta: gamma * n)),
    ("exchanged", "gamma and beta have changed places: gamma scales, beta shifts.", "W22", dict(out=lambda n, gamma, beta: beta * n + gamma)),
    ("beta_scaled", "beta is scaled as well: gamma belongs to x^ alone.", "W22", dict(out=lambda n, gamma, beta: gamma * (n + beta))),
    ("standard_deviation", "In place of the variance this returns the standard deviation.", "W22",
     dict(variance=lambda x: x.std(axis=0), normal=lambda x, m, v, eps: (x - m) / np.sqrt(v**2 + eps))),
    ("all_features", "There is one mean and one variance for all features; each has its own.", "L14",
     dict(mean=lambda x: np.full(x.shape[1], x.mean()), variance=lambda x: np.full(x.shape[1], x.var()))),
    ("mean_square", "This is the mean of the squares, without subtracting the mean first.", "W22", dict(variance=lambda x: np.mean(x**2, axis=0))),
)  # fmt: skip

# --- identity recovery --------------------------------------------------------------------------------------------------


def identity_recovery(x, eps, scale=lambda v, eps: np.sqrt(v + eps), shift=lambda m, v, eps: m, order=(0, 1)):
    """gamma = sqrt(variance + eps), beta = mean, so that y = x    x: (N, D)   returns gamma, beta          [W22]"""
    m, v = x.mean(axis=0), x.var(axis=0)
    found = scale(v, eps), shift(m, v, eps)
    return tuple(found[i] for i in order)


def _identity_cases(rng):
    for N, D in ((6, 3), (5, 2), (9, 4)):
        yield Case(_activations(rng, N, D), float(rng.uniform(0.2, 0.6)))


_IDENTITY_MISTAKES = catalogue(
    identity_recovery,
    ("no_eps", "eps is missing, as on W22's slide: with it under the root of x^, it has to be under this root, too.", "W22", dict(scale=lambda v, eps: np.sqrt(v))),
    ("no_root", "This is the variance; gamma multiplies what was divided by its root.", "W22", dict(scale=lambda v, eps: v + eps)),
    ("inverse", "gamma is turned over: it multiplies, to undo a division.", "W22", dict(scale=lambda v, eps: 1 / np.sqrt(v + eps))),
    ("minus_mean", "The sign of beta is turned: the mean was subtracted, so it is added.", "W22", dict(shift=lambda m, v, eps: -m)),
    ("scaled_mean", "beta is divided by the standard deviation; it is added after the scaling.", "W22", dict(shift=lambda m, v, eps: m / np.sqrt(v + eps))),
    ("exchanged", "The two have changed places: first gamma, then beta.", "W22", dict(order=(1, 0))),
    ("eps_outside", "eps stands outside of the root.", "E14", dict(scale=lambda v, eps: np.sqrt(v) + eps)),
    ("nothing_done", "gamma = 1 and beta = 0 leave the normalized numbers; they should become x again.", "W22",
     dict(scale=lambda v, eps: np.ones_like(v), shift=lambda m, v, eps: np.zeros_like(m))),
)  # fmt: skip

# --- running statistics and test ----------------------------------------------------------------------------------------


def running_statistics(
    batches,
    momentum,
    move=lambda r, new, a: (1 - a) * r + a * new,
    variance=lambda x: x.var(axis=0, ddof=1),
    start=(0.0, 1.0),
    which=lambda batches: batches,
):
    """r <- (1 - momentum) r + momentum r_batch; mean from 0, variance from 1, of N - 1    batches: arrays (N, D)   returns (D,), (D,)          [W22, E14]"""
    D = batches[0].shape[1]
    m, v = np.full(D, start[0]), np.full(D, start[1])
    for x in which(batches):
        m, v = move(m, x.mean(axis=0), momentum), move(v, variance(x), momentum)
    return m, v


def _running_cases(rng):
    for sizes, D in (((5, 5, 5), 3), ((6, 6, 4), 2), ((3, 4, 5, 3), 5)):
        yield Case([_activations(rng, N, D) for N in sizes], float(rng.choice([0.1, 0.2, 0.3])))


def _average_of_batches(batches, momentum):
    return np.mean([x.mean(axis=0) for x in batches], axis=0), np.mean([x.var(axis=0, ddof=1) for x in batches], axis=0)


def _corrected(batches, momentum):
    m, v = running_statistics(batches, momentum, start=(0.0, 0.0))
    left = 1 - (1 - momentum) ** len(batches)
    return m / left, v / left


_RUNNING_MISTAKES = (
    *catalogue(
        running_statistics,
        ("turned", "momentum is the share of the new batch here: the old one keeps 1 - momentum; some libraries have it the other way round.", "W22",
         dict(move=lambda r, new, a: a * r + (1 - a) * new)),
        ("biased", "The running variance is that of the slides, divided by N; libraries take N - 1 for it.", "E14", dict(variance=lambda x: x.var(axis=0))),
        ("standard_deviation", "Standard deviations are averaged; wanted variances.", "W22", dict(variance=lambda x: x.std(axis=0, ddof=1))),
        ("variance_from_0", "The running variance starts from 0; it starts from 1.", "W22", dict(start=(0.0, 0.0))),
        ("last_batch", "This is the last batch alone: nothing is left of the others.", "W22", dict(move=lambda r, new, a: new)),
        ("not_forgotten", "The old value is not made smaller: the shares 1 - momentum and momentum add up to 1.", "W22", dict(move=lambda r, new, a: r + a * new)),
        ("first_missing", "The first batch is left out.", "W22", dict(which=lambda batches: batches[1:])),
    ),
    Mistake("corrected", "This divides by 1 - (1 - momentum)^t, as Adam does; batch normalization does not.", _corrected, "W22"),
    Mistake("average", "This is the plain average over the batches; a running one forgets.", _average_of_batches, "W22"),
)  # fmt: skip


def bn_predict(
    x,
    gamma,
    beta,
    mean,
    variance,
    eps,
    numbers=lambda x, m, v: (m, v),
    normal=lambda x, m, v, eps: (x - m) / np.sqrt(v + eps),
    out=lambda n, gamma, beta: gamma * n + beta,
):
    """y = gamma (x - mean) / sqrt(variance + eps) + beta, both running    x: (N, D)   others: (D,)          [W22, C11]"""
    m, v = numbers(x, mean, variance)
    return out(normal(x, m, v, eps), gamma, beta)


def _predict_cases(rng):
    for N, D, label in ((6, 3, ""), (4, 5, ""), (7, 2, ""), (1, 3, "a batch of one")):
        x = _activations(rng, N, D)
        yield Case(
            x,
            rng.uniform(0.5, 2, size=D),
            rng.uniform(0.5, 2, size=D),
            x.mean(axis=0) + rng.normal(size=D),
            rng.uniform(0.5, 3, size=D),
            0.1,
            label=label,
        )


_PREDICT_MISTAKES = catalogue(
    bn_predict,
    ("of_the_batch", "Mean and variance are those of this batch: then an answer would depend on who is asked at the same time.", "C11",
     dict(numbers=lambda x, m, v: (x.mean(axis=0), x.var(axis=0)))),
    ("batch_mean", "The mean is that of this batch; at test it is the running one.", "C11", dict(numbers=lambda x, m, v: (x.mean(axis=0), v))),
    ("batch_variance", "The variance is that of this batch; at test it is the running one.", "C11", dict(numbers=lambda x, m, v: (m, x.var(axis=0)))),
    ("no_root", "This divides by the variance; its root is wanted.", "W22", dict(normal=lambda x, m, v, eps: (x - m) / (v + eps))),
    ("no_eps", "eps is missing: training had it under the root.", "E14", dict(normal=lambda x, m, v, eps: (x - m) / np.sqrt(v))),
    ("eps_outside", "eps stands outside of the root.", "E14", dict(normal=lambda x, m, v, eps: (x - m) / (np.sqrt(v) + eps))),
    ("no_gamma", "gamma is missing.", "W22", dict(out=lambda n, gamma, beta: n + beta)),
    ("no_beta", "beta is missing.", "W22", dict(out=lambda n, gamma, beta: gamma * n)),
    ("not_normalized", "Nothing is normalized: gamma and beta expect what they were trained with.", "C11", dict(normal=lambda x, m, v, eps: x)),
)  # fmt: skip


def fold(
    W,
    b,
    gamma,
    beta,
    mean,
    variance,
    eps,
    factor=lambda gamma, v, eps: gamma / np.sqrt(v + eps),
    weights=lambda W, f: W * f,
    bias=lambda b, f, m, beta: (b - m) * f + beta,
):
    """BN(x W + b) at test as x W' + b'    W: (D, M)   others: (M,)   returns W', b'          [C11, W22]"""
    f = factor(gamma, variance, eps)
    return weights(W, f), bias(b, f, mean, beta)


def _fold_cases(rng):
    for D, M in ((3, 4), (5, 2), (4, 3), (2, 6)):
        yield Case(
            rng.normal(size=(D, M)),
            *(rng.uniform(0.5, 2, size=M) * rng.choice([-1, 1], size=M) for _ in range(4)),
            rng.uniform(0.5, 3, size=M),
            0.1,
        )


_FOLD_MISTAKES = catalogue(
    fold,
    ("b_lost", "b is lost: the mean was taken of x W + b, so b - mean is what is scaled.", "C11", dict(bias=lambda b, f, m, beta: -m * f + beta)),
    ("b_not_scaled", "b is not scaled; it went through the normalization with x W.", "C11", dict(bias=lambda b, f, m, beta: b - m * f + beta)),
    ("mean_not_scaled", "The mean is not scaled: it was subtracted before the division.", "C11", dict(bias=lambda b, f, m, beta: b * f - m + beta)),
    ("mean_lost", "The mean is lost.", "C11", dict(bias=lambda b, f, m, beta: b * f + beta)),
    ("mean_added", "The mean is added; it was subtracted.", "C11", dict(bias=lambda b, f, m, beta: (b + m) * f + beta)),
    ("beta_lost", "beta is lost.", "W22", dict(bias=lambda b, f, m, beta: (b - m) * f)),
    ("beta_scaled", "beta is scaled; it is added at the very end.", "W22", dict(bias=lambda b, f, m, beta: (b - m + beta) * f)),
    ("no_gamma", "gamma is missing in the factor.", "W22", dict(factor=lambda gamma, v, eps: 1 / np.sqrt(v + eps))),
    ("no_root", "This divides by the variance; its root is wanted.", "W22", dict(factor=lambda gamma, v, eps: gamma / (v + eps))),
    ("no_eps", "eps is missing.", "E14", dict(factor=lambda gamma, v, eps: gamma / np.sqrt(v))),
    ("weights_left", "W stays as it was: each of its columns, one for each unit, is scaled.", "C11", dict(weights=lambda W, f: W)),
)  # fmt: skip

# --- backward -----------------------------------------------------------------------------------------------------------


def bn_node_errors(
    dy,
    x,
    gamma,
    eps,
    normal=lambda dy, gamma: dy * gamma,
    power=lambda v, eps: -0.5 * (v + eps) ** -1.5,
    over=lambda a: a.sum(axis=0),
    sign=-1,
    centered=lambda x: x - x.mean(axis=0),
    root=lambda v, eps: np.sqrt(v + eps),
):
    """dL/dx^, dL/dvariance, dL/dmean along the graph    dy, x: (N, D)   gamma: (D,)   returns (N, D), (D,), (D,)          [W22, I8]"""
    c, v = centered(x), x.var(axis=0)
    d = normal(dy, gamma)
    return d, over(d * c) * power(v, eps), sign * over(d) / root(v, eps)


def _backward_cases(rng):
    for N, D in ((6, 3), (5, 4), (8, 2), (7, 5)):
        yield Case(
            rng.normal(size=(N, D)) + rng.uniform(0.3, 1, size=D),
            _activations(rng, N, D),
            rng.uniform(0.5, 2, size=D),
            float(rng.choice([0.1, 0.3])),
        )


_NODE_MISTAKES = catalogue(
    bn_node_errors,
    ("no_gamma", "gamma is missing on the way back through y = gamma x^ + beta.", "W22", dict(normal=lambda dy, gamma: dy)),
    ("divided_by_gamma", "This divides by gamma; the error is multiplied by it, forward and backward.", "W22", dict(normal=lambda dy, gamma: dy / gamma)),
    ("no_half", "The 1/2 is missing: the derivative of (v + eps)^(-1/2) is -1/2 (v + eps)^(-3/2).", "I8", dict(power=lambda v, eps: -1.0 * (v + eps) ** -1.5)),
    ("sign_of_variance", "The sign of the variance's error is turned: a larger variance makes x^ smaller.", "I8", dict(power=lambda v, eps: 0.5 * (v + eps) ** -1.5)),
    ("power_one_half", "The power is -1/2; after taking the derivative it is -3/2.", "I8", dict(power=lambda v, eps: -0.5 * (v + eps) ** -0.5)),
    ("power_one", "This is the derivative of 1 / (v + eps); x^ divides by its root.", "I8", dict(power=lambda v, eps: -((v + eps) ** -2.0))),
    ("mean_over_batch", "Averages are taken over the batch; the errors of all examples arrive and are added up.", "I8", dict(over=lambda a: a.mean(axis=0))),
    ("sign_of_mean", "The sign of the mean's error is turned: the mean is subtracted.", "I8", dict(sign=1)),
    ("not_centered", "x stands in place of x - mean.", "I8", dict(centered=lambda x: x)),
    ("no_root_for_mean", "The mean's error is divided by the variance; x - mean is divided by its root.", "I8", dict(root=lambda v, eps: v + eps)),
)  # fmt: skip


def bn_backward(
    dy,
    x,
    gamma,
    eps,
    of_mean=lambda d, normal: d.mean(axis=0),
    of_variance=lambda d, normal: normal * (d * normal).mean(axis=0),
    root=lambda v, eps: np.sqrt(v + eps),
    scaled=lambda dy, gamma: dy * gamma,
    dgamma=lambda dy, x, normal: (dy * normal).sum(axis=0),
    dbeta=lambda dy: dy.sum(axis=0),
):
    """dx = gamma / sqrt(v + eps) (dy - mean(dy) - x^ mean(dy x^)), dgamma = sum dy x^, dbeta = sum dy          [W22, I8]"""
    r = root(x.var(axis=0), eps)
    normal = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
    d = scaled(dy, gamma)
    return (d - of_mean(d, normal) - of_variance(d, normal)) / r, dgamma(dy, x, normal), dbeta(dy)


_BACKWARD_MISTAKES = catalogue(
    bn_backward,
    ("constants", "Mean and variance are taken for constants; both depend on x.", "I8", dict(of_mean=lambda d, n: 0.0, of_variance=lambda d, n: 0.0)),
    ("no_variance", "The way through the variance is missing.", "I8", dict(of_variance=lambda d, n: 0.0)),
    ("no_mean", "The way through the mean is missing.", "I8", dict(of_mean=lambda d, n: 0.0)),
    ("sums", "The errors of mean and variance are shared by N examples: divide by N.", "I8",
     dict(of_mean=lambda d, n: d.sum(axis=0), of_variance=lambda d, n: n * (d * n).sum(axis=0))),
    ("variance_added", "The way through the variance is added; it makes the error smaller.", "I8", dict(of_variance=lambda d, n: -n * (d * n).mean(axis=0))),
    ("mean_added", "The way through the mean is added; it is subtracted.", "I8", dict(of_mean=lambda d, n: -d.mean(axis=0))),
    ("no_normal", "The way through the variance lacks x^: examples far from the mean bear more of it.", "I8", dict(of_variance=lambda d, n: (d * n).mean(axis=0))),
    ("no_gamma", "gamma is missing in dx.", "W22", dict(scaled=lambda dy, gamma: dy)),
    ("no_root", "dx is divided by the variance; its root is wanted.", "I8", dict(root=lambda v, eps: v + eps)),
    ("gamma_with_x", "dgamma has x in place of x^: gamma multiplies the normalized numbers.", "W22", dict(dgamma=lambda dy, x, n: (dy * x).sum(axis=0))),
    ("means", "dgamma and dbeta are averaged; dy has the 1/N of the loss already.", "E19",
     dict(dgamma=lambda dy, x, n: (dy * n).mean(axis=0), dbeta=lambda dy: dy.mean(axis=0))),
    ("gamma_is_beta", "dgamma lacks x^: this is dbeta.", "W22", dict(dgamma=lambda dy, x, n: dy.sum(axis=0))),
)  # fmt: skip

# --- images -------------------------------------------------------------------------------------------------------------


def bn_images(
    x,
    gamma,
    beta,
    eps,
    axes=(0, 2, 3),
    normal=lambda x, m, v, eps: (x - m) / np.sqrt(v + eps),
    out=lambda n, gamma, beta: gamma[:, None, None] * n + beta[:, None, None],
):
    """The same for each channel, over the batch and all pixels    x: (N, C, H, W)   gamma, beta: (C,)          [L14, W22]"""
    m, v = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
    return out(normal(x, m, v, eps), gamma, beta)


def _image_cases(rng):
    for N, C, H, W, label in ((4, 3, 5, 2, ""), (3, 2, 4, 5, ""), (2, 5, 3, 4, ""), (1, 3, 4, 2, "one image")):
        x = (
            _activations(rng, N * H * W, C).reshape(N, H, W, C).transpose(0, 3, 1, 2)
            + rng.normal(size=(N, 1, 1, 1))
            + rng.normal(size=(1, 1, H, W))
        )
        yield Case(x, rng.uniform(0.5, 2, size=C), rng.uniform(0.5, 2, size=C), 0.1, label=label)


_IMAGE_MISTAKES = catalogue(
    bn_images,
    ("batch_alone", "Every pixel has a mean of its own: it is taken over the batch alone. All pixels of a channel belong together.", "L14", dict(axes=(0,))),
    ("each_image", "Every image has a mean of its own: the batch belongs together.", "L14", dict(axes=(2, 3))),
    ("all_channels", "There is one mean for all channels; each has its own.", "L14", dict(axes=(0, 1, 2, 3))),
    ("each_example", "Mean and variance are those of each image, over all its channels: that is layer normalization.", "L14", dict(axes=(1, 2, 3))),
    ("height_left_out", "The rows are not averaged over: the mean goes over the batch and both sides of the picture.", "L14", dict(axes=(0, 3))),
    ("no_root", "This divides by the variance; its root is wanted.", "W22", dict(normal=lambda x, m, v, eps: (x - m) / (v + eps))),
    ("eps_outside", "eps stands outside of the root.", "E14", dict(normal=lambda x, m, v, eps: (x - m) / (np.sqrt(v) + eps))),
    ("no_gamma", "gamma is missing.", "W22", dict(out=lambda n, gamma, beta: n + beta[:, None, None])),
    ("no_beta", "beta is missing.", "W22", dict(out=lambda n, gamma, beta: gamma[:, None, None] * n)),
)  # fmt: skip

# --- the exercises ------------------------------------------------------------------------------------------------------

EXERCISES = [
    Function(
        id="l09.bn_forward",
        title="Batch normalization in training",
        points=5,
        lectures=("W22", "I8", "C11", "E14"),
        outputs=("y", "mean", "variance"),
        reference=bn_forward,
        cases=_forward_cases,
        mistakes=_FORWARD_MISTAKES,
        hints=(
            "Four lines, as on W22: mean, variance, normalize, scale and shift.",
            "Each feature, each column, has a mean and a variance of its own, over the examples of the batch.",
            "x.mean(axis=0) and x.var(axis=0); eps stands under the root; NumPy meets (N, D) with (D,) column by column.",
        ),
    ),
    Function(
        id="l09.identity_recovery",
        title="Identity recovery",
        points=2,
        lectures=("W22",),
        outputs=("gamma", "beta"),
        reference=identity_recovery,
        cases=_identity_cases,
        mistakes=_IDENTITY_MISTAKES,
        hints=(
            "Which gamma and beta undo what the normalization did, on this batch?",
            "It subtracted and then divided; undo the division first, then the subtraction.",
            "gamma is what was divided by, eps included; beta is what was subtracted.",
        ),
    ),
    Function(
        id="l09.bn_images",
        title="One mean for each channel",
        points=3,
        lectures=("L14", "W22"),
        outputs=("y",),
        reference=bn_images,
        cases=_image_cases,
        mistakes=_IMAGE_MISTAKES,
        hints=(
            "A channel is what one filter puts out, wherever it looks: all images and all pixels belong together.",
            "np.mean and np.var take several axes at once; keepdims=True leaves axes of length 1 behind.",
            "axis=(0, 2, 3); gamma[:, None, None] meets (N, C, H, W) channel by channel.",
        ),
    ),
    Function(
        id="l09.running_statistics",
        title="Running mean and variance",
        points=4,
        lectures=("W22", "C11", "E14"),
        outputs=("mean", "variance"),
        reference=running_statistics,
        cases=_running_cases,
        mistakes=_RUNNING_MISTAKES,
        hints=(
            "Two arrays that each batch moves a little: one for the mean, one for the variance.",
            "The share of the new batch is momentum, that of what was there is the rest.",
            "np.var has an argument ddof: with 1 it divides by N - 1.",
        ),
    ),
    Function(
        id="l09.bn_predict",
        title="Batch normalization at test",
        points=2,
        lectures=("W22", "C11"),
        outputs=("y",),
        reference=bn_predict,
        cases=_predict_cases,
        mistakes=_PREDICT_MISTAKES,
        hints=(
            "The same formula; only where mean and variance come from is different.",
            "Nothing is computed from the batch: a single example has to be possible.",
            "gamma * (x - mean) / np.sqrt(variance + eps) + beta.",
        ),
    ),
    Function(
        id="l09.fold",
        title="At test, all of it is one dense layer",
        points=4,
        lectures=("C11", "W22"),
        outputs=("W", "b"),
        reference=fold,
        cases=_fold_cases,
        mistakes=_FOLD_MISTAKES,
        hints=(
            "At test, mean and variance are constants. What is an affine map after an affine map?",
            "With f = gamma / sqrt(variance + eps): y = (x W + b - mean) f + beta. Multiply out.",
            "W' = W f, column by column; b' = (b - mean) f + beta.",
        ),
    ),
    Function(
        id="l09.bn_node_errors",
        title="Back along the graph: x^, variance, mean",
        points=5,
        lectures=("W22", "I8"),
        outputs=("dnormal", "dvariance", "dmean"),
        reference=bn_node_errors,
        cases=_backward_cases,
        mistakes=_NODE_MISTAKES,
        hints=(
            "One node at a time: y = gamma x^ + beta gives the error of x^. Then x^ = (x - mean) (variance + eps)^(-1/2) has two other inputs.",
            "mean and variance are one number for each feature, used by every example: their errors are sums over the batch.",
            "The derivative by the variance is (x - mean) times -1/2 (variance + eps)^(-3/2); by the mean it is -1 / sqrt(variance + eps). Each is multiplied by the error of x^.",
        ),
    ),
    Function(
        id="l09.bn_backward",
        title="The whole backward pass",
        points=6,
        lectures=("W22", "I8", "U21"),
        outputs=("dx", "dgamma", "dbeta"),
        reference=bn_backward,
        cases=_backward_cases,
        mistakes=_BACKWARD_MISTAKES,
        hints=(
            "x has three ways to the loss: straight to x^, through the variance, and through the mean. Add up what comes back along them.",
            "The variance's error reaches x_n times 2 (x_n - mean) / N, the mean's times 1 / N.",
            "dx = dnormal / root + dvariance * 2 (x - mean) / N + dmean / N, with your three errors. dgamma and dbeta are sums of dy x^ and of dy over the batch.",
        ),
    ),
]
