"""Lesson 11: autoencoders, what they share with PCA, outliers, noise to be removed, and few labels."""

from __future__ import annotations

import numpy as np

from course_lib.exercises.base import FORBIDDEN, Case, Function, catalogue

# --- the autoencoder ----------------------------------------------------------------------------------------------------


def autoencoder_gradients(
    X,
    W,
    b,
    V,
    c,
    target=lambda X, h: X,
    slope=lambda h: 1 - h**2,
    mean=lambda X: 1 / len(X),
    weights=lambda V: V.T,
    first=lambda X, h: X,
    biases=lambda d: d.sum(axis=0),
):
    """dL/dW, dL/db, dL/dV, dL/dc of L = 1/2N sum |y - x|^2, y = tanh(x W + b) V + c    X: (N, D)   W: (D, K)   V: (K, D)          [U1]"""
    h = np.tanh(X @ W + b)
    dy = mean(X) * (h @ V + c - target(X, h))
    dh = dy @ weights(V) * slope(h)
    return first(X, h).T @ dh, biases(dh), h.T @ dy, biases(dy)


def _autoencoder_cases(rng):
    for N, D, K in ((7, 5, 3), (6, 4, 2), (8, 6, 4)):
        yield Case(
            rng.normal(size=(N, D)),
            0.7 * rng.normal(size=(D, K)),
            rng.normal(size=K),
            rng.normal(size=(K, D)),
            rng.normal(size=D),
        )


_AUTOENCODER_MISTAKES = catalogue(
    autoencoder_gradients,
    ("no_target", "Nothing is subtracted from the output; the target of an autoencoder is its own input.", "U1", dict(target=lambda X, h: 0.0)),
    ("sign", "The error is x - y: all gradients point uphill.", "C6", dict(mean=lambda X: -1 / len(X))),
    ("no_mean", "The errors are not divided by N.", "E19", dict(mean=lambda X: 1.0)),
    ("mean_over_all", "The errors are divided by N D; the loss adds over the D pixels and takes the mean over the N examples.", "E19", dict(mean=lambda X: 1 / X.size)),
    ("doubled", "The 2 of the square meets the half of the loss: the error is y - x.", "E19", dict(mean=lambda X: 2 / len(X))),
    ("no_slope", "The slope of tanh is missing on the way into the encoder.", "U3", dict(slope=lambda h: 1.0)),
    ("slope_of_sigmoid", "This is the slope of the sigmoid; that of tanh is 1 - h^2.", "U3", dict(slope=lambda h: h * (1 - h))),
    ("slope_not_squared", "The slope of tanh is 1 - h^2; the square is missing.", "U3", dict(slope=lambda h: 1 - h)),
    ("biases_averaged", "The biases' gradients are means over the examples; N has been divided by already.", "E19", dict(biases=lambda d: d.mean(axis=0))),
    ("target_decoded_mean", "The target is the mean of the data; wanted each example itself.", "U1", dict(target=lambda X, h: X.mean(axis=0))),
)  # fmt: skip

# --- PCA ----------------------------------------------------------------------------------------------------------------


def pca_reconstruction(
    X,
    k,
    center=lambda X: X.mean(axis=0),
    back=lambda m: m,
    chosen=lambda V, k: V[:k],
    scale=lambda code, s, k: code,
):
    """y = (x - m) V_k^T V_k + m, V_k the k directions of largest variance    X: (N, D)   returns (N, D)          [U1]"""
    m = center(X)
    _, s, V = np.linalg.svd(X - m, full_matrices=False)
    V_k = chosen(V, k)
    return scale((X - m) @ V_k.T, s, k) @ V_k + back(m)


def _pca_cases(rng):
    for N, D, k in ((9, 5, 2), (8, 4, 3), (12, 6, 2)):
        yield Case(rng.normal(size=(N, D)) @ rng.normal(size=(D, D)) + rng.uniform(1, 3, size=D), k)


_PCA_MISTAKES = catalogue(
    pca_reconstruction,
    ("not_centered", "The mean is not subtracted: the first direction then points at the mean.", "U1", dict(center=lambda X: np.zeros(X.shape[1]))),
    ("mean_not_back", "The mean is subtracted and not added again.", "U1", dict(back=lambda m: 0.0)),
    ("mean_doubled", "The mean is added twice.", "U1", dict(back=lambda m: 2 * m)),
    ("smallest", "These are the directions of smallest variance; the singular values fall from the first to the last.", "U1", dict(chosen=lambda V, k: V[-k:])),
    ("one_too_few", "One direction is missing: k of them make a code of k numbers.", "U1", dict(chosen=lambda V, k: V[: k - 1])),
    ("one_too_many", "There is one direction too many.", "U1", dict(chosen=lambda V, k: V[: k + 1])),
    ("columns", "The columns of the third factor are taken; np.linalg.svd returns the directions as its rows.", "U1", dict(chosen=lambda V, k: V[:, :k].T)),
    ("whitened", "The code is divided by the singular values and not multiplied again.", "U1", dict(scale=lambda code, s, k: code / s[:k])),
    ("one_mean", "One mean is subtracted from all features; each has its own.", "U1", dict(center=lambda X: np.full(X.shape[1], X.mean()))),
)  # fmt: skip


def subspace_distance(
    A,
    B,
    project=lambda A: A @ np.linalg.solve(A.T @ A, A.T),
    measure=lambda D, k: np.sum(D**2) / (2 * k),
):
    """|P_A - P_B|^2 / 2k, P_A = A (A^T A)^-1 A^T: 0 for the same subspace, 1 for orthogonal ones    A, B: (D, k)          [U1]"""
    return measure(project(A) - project(B), A.shape[1])


def _subspace_cases(rng):
    for D, k, near in ((6, 2, False), (7, 3, False), (5, 2, True)):
        A = rng.normal(size=(D, k)) * rng.uniform(0.5, 2, size=k)
        B = A @ rng.normal(size=(k, k)) + 0.2 * rng.normal(size=(D, k)) if near else rng.normal(size=(D, k))
        yield Case(A, B, label="another basis of nearly the same subspace" if near else "")


_SUBSPACE_MISTAKES = catalogue(
    subspace_distance,
    ("bases_compared", "The bases themselves are compared; a subspace has many bases, and one projection.", "U1", dict(project=lambda A: A)),
    ("no_inverse", "The inverse of A^T A is missing: that is right for orthonormal columns alone.", "U1", dict(project=lambda A: A @ A.T)),
    ("columns_normed", "The columns are made of length 1; they need to be orthogonal as well.", "U1", dict(project=lambda A: (A / np.linalg.norm(A, axis=0)) @ (A / np.linalg.norm(A, axis=0)).T)),
    ("not_squared", "The squares are missing: this is the sum of absolute values.", "U1", dict(measure=lambda D, k: np.sum(np.abs(D)) / (2 * k))),
    ("root", "This is the root; the square of the norm is wanted.", "U1", dict(measure=lambda D, k: np.sqrt(np.sum(D**2) / (2 * k)))),
    ("no_half", "It is divided by k; with 2k, orthogonal subspaces are at the distance 1.", "U1", dict(measure=lambda D, k: np.sum(D**2) / k)),
    ("not_divided", "It is not divided by 2k.", "U1", dict(measure=lambda D, k: np.sum(D**2))),
    ("mean_of_entries", "This is the mean over the entries; wanted the sum, divided by 2k.", "U1", dict(measure=lambda D, k: np.mean(D**2))),
    ("spectral", "This is the largest singular value; the sum of all squares is wanted.", "U1", dict(measure=lambda D, k: np.linalg.norm(D, 2))),
)  # fmt: skip

# --- outliers -----------------------------------------------------------------------------------------------------------


def roc_auc(
    scores,
    outlier,
    wins=lambda d: (d > 0) + 0.5 * (d == 0),
    sign=1,
    pairs=lambda outlier: outlier.sum() * (~outlier).sum(),
):
    """Share of pairs (outlier, other) in which the outlier has the larger score, ties half    scores: (N,)   outlier: (N,) booleans          [U1]"""
    difference = sign * (scores[outlier][:, None] - scores[~outlier][None, :])
    return wins(difference).sum() / pairs(outlier)


def _auc_cases(rng):
    for n, m in ((5, 9), (7, 6), (4, 11)):
        outlier = rng.permutation(np.arange(n + m) < n)
        scores = np.round(rng.normal(size=n + m) + 0.9 * outlier, 1)
        scores[np.flatnonzero(outlier)[0]] = scores[np.flatnonzero(~outlier)[:2]] = 0.4  # ties
        yield Case(scores, outlier)


_AUC_MISTAKES = catalogue(
    roc_auc,
    ("ties_lost", "Ties count nothing; they count half.", "U1", dict(wins=lambda d: d > 0)),
    ("ties_won", "Ties count whole; they count half.", "U1", dict(wins=lambda d: d >= 0)),
    ("turned", "The pairs are counted in which the outlier has the smaller score.", "U1", dict(sign=-1)),
    ("all_pairs", "It is divided by all pairs of two examples; only pairs of an outlier and another one count.", "U1", dict(pairs=lambda o: o.size * (o.size - 1) / 2)),
    ("square_of_all", "It is divided by N^2.", "U1", dict(pairs=lambda o: o.size**2)),
    ("not_divided", "The wins are counted and not divided by the number of pairs.", "U1", dict(pairs=lambda o: 1)),
    ("outliers_only", "It is divided by the number of outliers; there are as many pairs as outliers times others.", "U1", dict(pairs=lambda o: o.sum())),
    ("differences", "The differences are added; only who wins counts.", "U1", dict(wins=lambda d: d)),
)  # fmt: skip

# --- denoising ----------------------------------------------------------------------------------------------------------


def corrupted(
    X, n, sigma, u, p, gaussian=lambda X, n, s: X + s * n, keep=lambda u, p: u >= p, masked=lambda X, m, p: X * m
):
    """x + sigma n; x where u >= p, else 0    X, n, u: (N, D)   returns both          [U2]"""
    return gaussian(X, n, sigma), masked(X, keep(u, p), p)


def _corrupted_cases(rng):
    for N, D in ((4, 6), (3, 8), (5, 7)):
        p = float(rng.choice([rng.uniform(0.2, 0.4), rng.uniform(0.6, 0.8)]))
        u = rng.uniform(size=(N, D))
        u.flat[rng.permutation(u.size)[:4]] = [p / 2, (1 + p) / 2, (1 - p) / 2, 1 - p / 2]
        yield Case(rng.uniform(0.2, 1, size=(N, D)), rng.normal(size=(N, D)), float(rng.uniform(0.3, 0.7)), u, p)


_CORRUPTED_MISTAKES = catalogue(
    corrupted,
    ("variance", "sigma is squared; the noise has the standard deviation sigma.", "U2", dict(gaussian=lambda X, n, s: X + s**2 * n)),
    ("root", "The root of sigma is taken; sigma is a standard deviation already.", "U2", dict(gaussian=lambda X, n, s: X + np.sqrt(s) * n)),
    ("multiplied", "The noise multiplies; it is added.", "U2", dict(gaussian=lambda X, n, s: X * (1 + s * n))),
    ("noise_alone", "This is the noise alone, without x.", "U2", dict(gaussian=lambda X, n, s: s * n)),
    ("clipped", "The noisy pixels are clipped to 0 to 1; here they may leave that range.", "U2", dict(gaussian=lambda X, n, s: np.clip(X + s * n, 0, 1))),
    ("kept_for_masked", "The pixels with u < p are kept; they are the ones to blank out.", "U2", dict(keep=lambda u, p: u < p)),
    ("wrong_end", "Pixels with large u are blanked out; it is those with u < p.", "U2", dict(keep=lambda u, p: u < 1 - p)),
    ("inverted", "The pixels that stay are divided by 1 - p, as in dropout. Here the network should get the pixel as it is.", "U2", dict(masked=lambda X, m, p: X * m / (1 - p))),
    ("one_mask", "All examples share the first one's mask.", "U2", dict(keep=lambda u, p: np.broadcast_to(u[:1] >= p, u.shape))),
    ("set_to_one", "The blanked-out pixels are set to 1; they are 0.", "U2", dict(masked=lambda X, m, p: np.where(m, X, 1.0))),
)  # fmt: skip


def denoising_gradients(
    noisy,
    X,
    W,
    V,
    sees=lambda noisy, X: noisy,
    wants=lambda noisy, X: X,
    enters=lambda noisy, X: noisy,
    slope=lambda h: 1 - h**2,
    mean=lambda X: 1 / len(X),
):
    """dL/dW, dL/dV of L = 1/2N sum |tanh(x~ W) V - x|^2: noisy in, clean wanted    noisy, X: (N, D)   W: (D, K)   V: (K, D)          [U2]"""
    h = np.tanh(sees(noisy, X) @ W)
    dy = mean(X) * (h @ V - wants(noisy, X))
    return enters(noisy, X).T @ (dy @ V.T * slope(h)), h.T @ dy


def _denoising_cases(rng):
    for N, D, K in ((7, 5, 3), (6, 4, 2), (8, 6, 4)):
        X = rng.normal(size=(N, D))
        yield Case(X + 0.6 * rng.normal(size=(N, D)), X, 0.6 * rng.normal(size=(D, K)), rng.normal(size=(K, D)))


_DENOISING_MISTAKES = catalogue(
    denoising_gradients,
    ("wants_noisy", "The target is the noisy input: so it learns to keep the noise. Wanted is the clean one.", "U2", dict(wants=lambda n, X: n)),
    ("sees_clean", "The network sees the clean input: then there is nothing to remove.", "U2", dict(sees=lambda n, X: X, enters=lambda n, X: X)),
    ("exchanged", "Clean and noisy have changed places: noisy goes in, clean is wanted.", "U2", dict(sees=lambda n, X: X, wants=lambda n, X: n, enters=lambda n, X: X)),
    ("clean_in_gradient", "Forward the noisy input goes in, and the gradient of W takes the clean one: what went in counts.", "U2", dict(enters=lambda n, X: X)),
    ("wants_the_noise", "The target is the noise; here it is the clean input.", "U2", dict(wants=lambda n, X: n - X)),
    ("no_slope", "The slope of tanh is missing.", "U3", dict(slope=lambda h: 1.0)),
    ("slope_of_sigmoid", "This is the slope of the sigmoid; that of tanh is 1 - h^2.", "U3", dict(slope=lambda h: h * (1 - h))),
    ("no_mean", "The errors are not divided by N.", "E19", dict(mean=lambda X: 1.0)),
    ("mean_over_all", "The errors are divided by N D; the loss is a mean over N examples.", "E19", dict(mean=lambda X: 1 / X.size)),
    ("sign", "The error is x - y: the gradients point uphill.", "C6", dict(mean=lambda X: -1 / len(X))),
)  # fmt: skip


def linear_denoiser(
    X,
    sigma,
    noise=lambda s, N, D: s**2 * N * np.eye(D),
    wanted=lambda S, s, N: S,
    order=lambda A, B: np.linalg.solve(A, B),
):
    """W of the least E sum |(x + n) W - x|^2, n ~ N(0, sigma^2 I): (X^T X + N sigma^2 I)^-1 X^T X    X: (N, D)   returns (D, D)          [U2]"""
    S = X.T @ X
    return order(S + noise(sigma, *X.shape), wanted(S, sigma, len(X)))


def _linear_denoiser_cases(rng):
    for N, D in ((8, 3), (6, 4), (9, 2)):
        yield Case(rng.normal(size=(N, D)) @ rng.normal(size=(D, D)), float(rng.uniform(0.5, 0.8)))


_LINEAR_DENOISER_MISTAKES = catalogue(
    linear_denoiser,
    ("no_noise", "This W changes nothing: the noise is missing, or stands on both sides.", "U2", dict(noise=lambda s, N, D: 1e-9 * np.eye(D))),
    ("not_squared", "sigma is a standard deviation; its square enters.", "U2", dict(noise=lambda s, N, D: s * N * np.eye(D))),
    ("once", "The noise enters once for each of the N examples: N sigma^2.", "U2", dict(noise=lambda s, N, D: s**2 * np.eye(D))),
    ("all_entries", "The noise is added to all entries; that of two pixels is uncorrelated, so it belongs on the diagonal.", "U2", dict(noise=lambda s, N, D: s**2 * N * np.ones((D, D)))),
    ("subtracted", "The noise is subtracted; it makes X^T X larger.", "U2", dict(noise=lambda s, N, D: -(s**2) * N * np.eye(D))),
    ("turned", "The two matrices have changed places: the one with the noise is inverted.", "U2", dict(order=lambda A, B: np.linalg.solve(B, A))),
    ("not_solved", "The inverse is missing: the matrices are multiplied.", "U2", dict(order=lambda A, B: A @ B)),
    ("mean_once", "X^T X is divided by N on one side only.", "U2", dict(wanted=lambda S, s, N: S / N)),
)  # fmt: skip

# --- few labels ---------------------------------------------------------------------------------------------------------


def few_per_class(t, n, places=lambda t, k, n: np.flatnonzero(t == k)[:n], arrange=lambda found: np.sort(found)):
    """Places of the first n examples of each class, in ascending order    t: (N,)   returns (n K,)          [U12]"""
    return arrange(np.concatenate([places(t, k, n) for k in np.unique(t)]))


def _few_cases(rng):
    for N, K, n in ((24, 3, 4), (30, 4, 3), (28, 5, 2)):
        yield Case(rng.permutation(np.arange(N) % K), n)


_FEW_MISTAKES = catalogue(
    few_per_class,
    ("by_class", "The places stand class by class; they are wanted in ascending order.", "U12", dict(arrange=lambda found: found)),
    ("last", "These are the last n of each class; the first are wanted.", "U12", dict(places=lambda t, k, n: np.flatnonzero(t == k)[-n:])),
    ("one_too_many", "There is one too many of each class.", "U12", dict(places=lambda t, k, n: np.flatnonzero(t == k)[: n + 1])),
    ("one_too_few", "One of each class is missing.", "U12", dict(places=lambda t, k, n: np.flatnonzero(t == k)[: n - 1])),
    ("without_the_first", "The first of each class is left out.", "U12", dict(places=lambda t, k, n: np.flatnonzero(t == k)[1 : n + 1])),
    ("every_second", "Every second example of a class is left out.", "U12", dict(places=lambda t, k, n: np.flatnonzero(t == k)[: 2 * n : 2])),
    ("descending", "The places are wanted in ascending order.", "U12", dict(arrange=lambda found: np.sort(found)[::-1])),
    ("from_one", "The places count from 1; they count from 0.", "U12", dict(arrange=lambda found: np.sort(found) + 1)),
)  # fmt: skip


EXERCISES = [
    Function(
        id="l11.autoencoder_gradients",
        title="An autoencoder's gradients",
        points=5,
        lectures=("U1", "U3", "C6"),
        outputs=("dW", "db", "dV", "dc"),
        reference=autoencoder_gradients,
        cases=_autoencoder_cases,
        mistakes=_AUTOENCODER_MISTAKES,
        hints=(
            "It is a network with one hidden layer and the squared loss. What is its target?",
            "dy = (y - x) / N. From there as in lesson 02: dV from h and dy, then through V^T and the slope of tanh.",
            "dh = dy V^T (1 - h^2); dW = x^T dh; the biases take the sums over the examples.",
        ),
    ),
    Function(
        id="l11.pca_reconstruction",
        title="The best linear code",
        points=4,
        lectures=("U1",),
        outputs=("y",),
        reference=pca_reconstruction,
        cases=_pca_cases,
        mistakes=_PCA_MISTAKES,
        hints=(
            "Center, project on k directions, come back, add the mean again.",
            "np.linalg.svd(X - m, full_matrices=False) returns U, s, Vt; the rows of Vt are the directions, that of largest variance first.",
            "(X - m) @ Vt[:k].T is the code, code @ Vt[:k] + m what it stands for.",
        ),
    ),
    Function(
        id="l11.subspace_distance",
        title="Do two codes span the same?",
        points=3,
        lectures=("U1",),
        outputs=("distance",),
        reference=subspace_distance,
        cases=_subspace_cases,
        mistakes=_SUBSPACE_MISTAKES,
        hints=(
            "A basis can be changed without changing the subspace; the projection on it cannot.",
            "The projection on the columns of A is A (A^T A)^-1 A^T.",
            "np.linalg.solve(A.T @ A, A.T) is (A^T A)^-1 A^T. Then the sum of the squares of the difference, over 2k.",
        ),
    ),
    Function(
        id="l11.roc_auc",
        title="How well a score finds outliers",
        points=3,
        lectures=("U1",),
        outputs=("auc",),
        reference=roc_auc,
        cases=_auc_cases,
        mistakes=_AUC_MISTAKES,
        forbids=(*FORBIDDEN, "numpy.trapezoid", "numpy.trapz"),
        hints=(
            "Take every pair of an outlier and another example. Who has the larger score?",
            "scores[outlier][:, None] - scores[~outlier] holds the difference of every pair.",
            "Count the positive ones whole and the zeros half, and divide by the number of pairs.",
        ),
    ),
    Function(
        id="l11.corrupted",
        title="Two kinds of noise",
        points=2,
        lectures=("U2",),
        outputs=("gaussian", "masked"),
        reference=corrupted,
        cases=_corrupted_cases,
        mistakes=_CORRUPTED_MISTAKES,
        hints=(
            "One line each.",
            "The one adds to every pixel; the other takes whole pixels away.",
            "X + sigma * n, and X * (u >= p), which scales nothing.",
        ),
    ),
    Function(
        id="l11.denoising_gradients",
        title="Noisy in, clean out",
        points=4,
        lectures=("U2", "U3", "C6"),
        outputs=("dW", "dV"),
        reference=denoising_gradients,
        cases=_denoising_cases,
        mistakes=_DENOISING_MISTAKES,
        hints=(
            "Two arrays of the same shape: which goes in, which is the target?",
            "dy = (y - x) / N with the clean x.",
            "dW takes what went into the layer: the noisy input.",
        ),
    ),
    Function(
        id="l11.linear_denoiser",
        title="The best linear denoiser",
        points=4,
        lectures=("U2",),
        outputs=("W",),
        reference=linear_denoiser,
        cases=_linear_denoiser_cases,
        mistakes=_LINEAR_DENOISER_MISTAKES,
        hints=(
            "Multiply out |(x + n) W - x|^2 and take the mean over the noise: what is left of n?",
            "E[n^T n] = sigma^2 I for each example: a penalty N sigma^2 |W|^2. That is ridge regression from x to x [lesson 07].",
            "Solve (X^T X + N sigma^2 I) W = X^T X.",
        ),
    ),
    Function(
        id="l11.few_per_class",
        title="A few labels of each class",
        points=2,
        lectures=("U12",),
        outputs=("places",),
        reference=few_per_class,
        cases=_few_cases,
        mistakes=_FEW_MISTAKES,
        hints=(
            "For one class: where are its examples?",
            "np.flatnonzero(t == k)[:n] are the first n places of class k.",
            "Put them together with np.concatenate, and sort.",
        ),
    ),
]
