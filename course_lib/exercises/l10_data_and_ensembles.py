"""Lesson 10: changed copies of the data, noise in inputs and labels, several tasks, several models."""

from __future__ import annotations

from functools import partial

import numpy as np

from course_lib.exercises.base import Case, Function, catalogue

# --- changed copies -----------------------------------------------------------------------------------------------------


def _moved(x, steps, axis, fill=0.0):
    """x moved along an axis by so many places, with `fill` where nothing comes from"""
    places = np.arange(x.shape[axis])
    came_from = places - steps
    inside = (came_from >= 0) & (came_from < x.shape[axis])
    shape = [1] * x.ndim
    shape[axis] = -1
    return np.where(inside.reshape(shape), np.take(x, came_from.clip(0, x.shape[axis] - 1), axis=axis), fill)


def shift(images, down, right, move=_moved, amounts=lambda down, right: (down, right), axes=(1, 2)):
    """y[n, i, j] = x[n, i - down, j - right], 0 from outside    images: (N, H, W)   down, right: whole numbers          [U8]"""
    for steps, axis in zip(amounts(down, right), axes, strict=True):
        images = move(images, steps, axis)
    return images


def _shift_cases(rng):
    for (N, H, W), down, right, label in (
        ((3, 6, 5), 2, 1, ""),
        ((2, 5, 7), -1, 3, "up and to the right"),
        ((4, 7, 6), 1, -2, "down and to the left"),
        ((2, 4, 5), 0, -1, "to the left only"),
    ):
        yield Case(rng.uniform(0.1, 1, size=(N, H, W)), down, right, label=label)


def _rolled(x, steps, axis):
    return np.roll(x, steps, axis=axis)


def _border_repeated(x, steps, axis):
    return np.take(x, (np.arange(x.shape[axis]) - steps).clip(0, x.shape[axis] - 1), axis=axis)


_SHIFT_MISTAKES = catalogue(
    shift,
    ("rolled", "What leaves on one side comes in again on the other, as np.roll does; from outside comes 0.", "U8", dict(move=_rolled)),
    ("border_repeated", "The border is repeated into the gap; from outside comes 0.", "U8", dict(move=_border_repeated)),
    ("white_gap", "The gap is filled with 1; it is 0, the paper.", "U8", dict(move=partial(_moved, fill=1.0))),
    ("backwards", "The image goes up and left where it should go down and right: y[i, j] is x[i - down, j - right].", "U8", dict(amounts=lambda down, right: (-down, -right))),
    ("up", "The image goes up where it should go down: rows count downwards.", "U8", dict(amounts=lambda down, right: (-down, right))),
    ("exchanged", "down and right have changed places: rows come first, then columns.", "U8", dict(axes=(2, 1))),
    ("among_images", "The first axis is moved, which counts the images; rows and columns are the axes 1 and 2.", "U8", dict(axes=(0, 1))),
    ("not_right", "Nothing is moved to the right.", "U8", dict(amounts=lambda down, right: (down, 0))),
    ("not_down", "Nothing is moved down.", "U8", dict(amounts=lambda down, right: (0, right))),
)  # fmt: skip


def read_from(
    points,
    shape,
    degrees,
    larger,
    center=lambda shape: (np.array(shape) - 1) / 2,
    angle=np.radians,
    turn=lambda q, c, s: np.stack([c * q[:, 0] + s * q[:, 1], c * q[:, 1] - s * q[:, 0]], axis=1),
    zoom=lambda q, larger: q / (1 + larger),
    back=lambda q, m: q + m,
):
    """p' = R^-1 (p - m) / (1 + larger) + m, m the centre    points: (N, 2) row, column   shape: (H, W)   returns (N, 2)          [U8]"""
    m = center(shape)
    q = turn(points - m, np.cos(angle(degrees)), np.sin(angle(degrees)))
    return back(zoom(q, larger), m)


def _reading_cases(rng):
    for N, H, W in ((5, 6, 9), (4, 8, 5), (6, 7, 10)):
        degrees = float(rng.uniform(20, 70) * rng.choice([-1, 1]))
        larger = float(rng.choice([rng.uniform(0.2, 0.6), rng.uniform(-0.5, -0.2)]))
        yield Case(rng.uniform(0, 1, size=(N, 2)) * (H, W), (H, W), degrees, larger)


def _turned_forward(q, c, s):
    return np.stack([c * q[:, 0] - s * q[:, 1], c * q[:, 1] + s * q[:, 0]], axis=1)


_READING_MISTAKES = catalogue(
    read_from,
    ("forward", "This says where the ink of a point goes; wanted where the ink at a point comes from, which is the way back.", "U8",
     dict(turn=_turned_forward, zoom=lambda q, larger: q * (1 + larger))),
    ("other_way", "The turn goes the other way: the image turns counter-clockwise, rows count downwards, and we ask where the ink comes from.", "U8", dict(turn=_turned_forward)),
    ("multiplied", "The scale is multiplied; what becomes larger is read from closer to the centre, so divide.", "U8", dict(zoom=lambda q, larger: q * (1 + larger))),
    ("not_scaled", "The scale is missing.", "U8", dict(zoom=lambda q, larger: q)),
    ("not_turned", "The turn is missing.", "U8", dict(turn=lambda q, c, s: q)),
    ("about_the_corner", "It turns about the corner (0, 0); subtract the centre first, and add it at the end.", "U8", dict(center=lambda shape: np.zeros(2))),
    ("half_the_size", "The centre is taken at H / 2, W / 2. The rows run from 0 to H - 1, so it lies at (H - 1) / 2.", "U8", dict(center=lambda shape: np.array(shape) / 2)),
    ("not_put_back", "The centre is subtracted and not added again.", "U8", dict(back=lambda q, m: q)),
    ("center_exchanged", "Rows and columns of the centre have changed places: (H - 1) / 2 belongs to the rows.", "U8", dict(center=lambda shape: (np.array(shape)[::-1] - 1) / 2)),
    ("degrees", "The angle is in degrees; np.cos and np.sin want radians.", "U8", dict(angle=lambda degrees: degrees)),
    ("larger_as_factor", "larger = 0.1 means a tenth larger: the factor is 1 + larger.", "U8", dict(zoom=lambda q, larger: q / larger)),
)  # fmt: skip


def lighting(
    images,
    brightness,
    contrast,
    new=lambda x, b, c: x + c * (x - 0.5) + b,
    keep=lambda y: np.clip(y, 0, 1),
):
    """y = x + contrast (x - 1/2) + brightness, kept in 0 to 1    images: (N, H, W)          [U8]"""
    return keep(new(images, brightness, contrast))


def _lighting_cases(rng):
    for N, H, W in ((3, 5, 4), (2, 4, 6), (4, 3, 5)):
        x = rng.uniform(0.05, 0.95, size=(N, H, W))
        x[:, 0, 0], x[:, 0, 1] = 0.0, 1.0
        yield Case(x, float(rng.choice([-1, 1]) * rng.uniform(0.15, 0.3)), float(rng.uniform(0.3, 0.6)))


_LIGHTING_MISTAKES = catalogue(
    lighting,
    ("not_clipped", "The result leaves the range from 0 to 1: ink cannot be blacker than black.", "U8", dict(keep=lambda y: y)),
    ("about_0", "The contrast pulls away from 0; the grey that stays is 1/2.", "U8", dict(new=lambda x, b, c: x + c * x + b)),
    ("about_the_mean", "The contrast pulls away from the mean of all pixels; the grey that stays is 1/2.", "U8", dict(new=lambda x, b, c: x + c * (x - x.mean()) + b)),
    ("no_image", "Only the change is returned: x itself is missing.", "U8", dict(new=lambda x, b, c: c * (x - 0.5) + b)),
    ("multiplied", "The brightness is multiplied; it is added, also where there is no ink.", "U8", dict(new=lambda x, b, c: (x + c * (x - 0.5)) * (1 + b))),
    ("darker", "The sign of the brightness is turned.", "U8", dict(new=lambda x, b, c: x + c * (x - 0.5) - b)),
    ("no_brightness", "The brightness is missing.", "U8", dict(new=lambda x, b, c: x + c * (x - 0.5))),
    ("no_contrast", "The contrast is missing.", "U8", dict(new=lambda x, b, c: x + b)),
    ("flatter", "The contrast pulls towards 1/2; a positive one pulls away from it.", "U8", dict(new=lambda x, b, c: x - c * (x - 0.5) + b)),
    ("wrapped", "What is above 1 begins again at 0; it should stay at 1.", "U8", dict(keep=lambda y: y % 1)),
)  # fmt: skip

# --- noise in the inputs ------------------------------------------------------------------------------------------------


def noisy_copies(
    X,
    t,
    noise,
    copy=lambda X, noise, k: X + noise[k],
    labels=lambda t, times: np.tile(t, times),
    arrange=lambda X, copies: [X, *copies],
):
    """[X, X + noise_1, ..., X + noise_K] and the labels that belong to the rows    X: (N, D)   t: (N,)   noise: (K, N, D)          [W14]"""
    copies = [copy(X, noise, k) for k in range(len(noise))]
    return np.concatenate(arrange(X, copies)), labels(t, 1 + len(noise))


def _copy_cases(rng):
    for K, N, D in ((2, 5, 3), (3, 4, 2), (2, 6, 4)):
        yield Case(rng.normal(size=(N, D)), rng.permutation(N) * 2 + 1, rng.normal(size=(K, N, D)))


_COPY_MISTAKES = catalogue(
    noisy_copies,
    ("labels_repeated", "The labels stand as t0, t0, ..., t1, t1, ...; the rows come as one whole copy after the other. Every copy but the first gets wrong labels.", "W14",
     dict(labels=lambda t, times: np.repeat(t, times))),
    ("labels_sorted", "The labels are sorted; they stay in the order of their rows.", "W14", dict(labels=lambda t, times: np.sort(np.tile(t, times)))),
    ("labels_turned", "The labels of the copies stand in reverse.", "W14", dict(labels=lambda t, times: np.concatenate([t, *[t[::-1]] * (times - 1)]))),
    ("adds_up", "The noise adds up from copy to copy; each starts from X.", "W14", dict(copy=lambda X, noise, k: X + noise[: k + 1].sum(axis=0))),
    ("same_noise", "Every copy has the same noise.", "W14", dict(copy=lambda X, noise, k: X + noise[0])),
    ("no_noise", "The copies have no noise.", "W14", dict(copy=lambda X, noise, k: X)),
    ("noise_alone", "The copies are noise alone, without X.", "W14", dict(copy=lambda X, noise, k: noise[k])),
    ("subtracted", "The noise is subtracted; it is added.", "W14", dict(copy=lambda X, noise, k: X - noise[k])),
    ("original_last", "The original stands behind its copies; it comes first.", "W14", dict(arrange=lambda X, copies: [*copies, X])),
    ("one_for_all", "All examples of a copy share the first one's noise; each has its own.", "W14", dict(copy=lambda X, noise, k: X + noise[k, :1])),
)  # fmt: skip


def noisy_loss(
    w,
    X,
    t,
    sigma,
    penalty=lambda w, sigma, N: sigma**2 / 2 * np.sum(w**2),
    slope=lambda w, sigma, N: sigma**2 * w,
    error=lambda y, t: y - t,
    mean=lambda N: 1 / N,
):
    """E of 1/2N sum (w . (x + n) - t)^2 over n ~ N(0, sigma^2 I) is 1/2N sum (w . x - t)^2 + sigma^2 / 2 |w|^2; and its gradient    w: (D,)   X: (N, D)          [W14, U2]"""
    N = len(X)
    e = error(X @ w, t)
    return mean(N) / 2 * np.sum(e**2) + penalty(w, sigma, N), mean(N) * X.T @ e + slope(w, sigma, N)


def _noisy_loss_cases(rng):
    for N, D in ((5, 3), (7, 2), (4, 6)):
        yield Case(rng.normal(size=D), rng.normal(size=(N, D)), rng.normal(size=N), float(rng.uniform(1.3, 2)))


_NOISY_LOSS_MISTAKES = catalogue(
    noisy_loss,
    ("no_penalty", "The noise's part is missing: its square does not average to 0. It belongs into the loss and into the gradient.", "W14", dict(penalty=lambda w, s, N: 0, slope=lambda w, s, N: 0)),
    ("sigma_not_squared", "sigma is a standard deviation; its square enters.", "W14", dict(penalty=lambda w, s, N: s / 2 * np.sum(w**2), slope=lambda w, s, N: s * w)),
    ("no_half", "The half of 1/2N belongs to the noise's part as well: sigma^2 / 2 |w|^2 in the loss, sigma^2 w in the gradient.", "W14", dict(penalty=lambda w, s, N: s**2 * np.sum(w**2), slope=lambda w, s, N: 2 * s**2 * w)),
    ("over_n", "The penalty is divided by N; each of the N examples adds it once, so the mean keeps it whole.", "W14",
     dict(penalty=lambda w, s, N: s**2 / (2 * N) * np.sum(w**2), slope=lambda w, s, N: s**2 * w / N)),
    ("norm", "The norm of w stands where its square should.", "W14", dict(penalty=lambda w, s, N: s**2 / 2 * np.sqrt(np.sum(w**2)))),
    ("absolute", "This is an L1 penalty: the noise gives squares of the weights.", "W14", dict(penalty=lambda w, s, N: s**2 / 2 * np.sum(np.abs(w)), slope=lambda w, s, N: s**2 / 2 * np.sign(w))),
    ("subtracted", "The penalty is subtracted: noise makes the expected loss larger.", "W14", dict(penalty=lambda w, s, N: -(s**2) / 2 * np.sum(w**2), slope=lambda w, s, N: -(s**2) * w)),
    ("no_mean", "The sum over the examples is not divided by N.", "E19", dict(mean=lambda N: 1.0)),
    ("sign", "The error is t - y: the gradient of the first part points the wrong way.", "C6", dict(error=lambda y, t: t - y)),
)  # fmt: skip

# --- noise in the labels ------------------------------------------------------------------------------------------------


def smoothed(
    labels,
    K,
    p,
    eps,
    others=lambda p, eps, K: (1 - p) / (K - 1) - eps,
    right=lambda p, eps, K: p + eps,
    standard=lambda onehot, eps, K: (1 - eps) * onehot + eps / K,
    order=(0, 1),
):
    """W15: p + eps and (1 - p) / (K - 1) - eps.  Standard: (1 - eps) onehot + eps / K    labels: (N,)   returns both, (N, K)          [W15, E2]"""
    onehot = labels[:, None] == np.arange(K)
    both = np.where(onehot, right(p, eps, K), others(p, eps, K)), standard(onehot, eps, K)
    return tuple(both[i] for i in order)


def _smoothed_cases(rng):
    for N, K in ((6, 4), (5, 3), (4, 7)):
        yield Case(rng.integers(K, size=N), K, float(rng.uniform(0.75, 0.9)), float(rng.uniform(0.01, 0.03)))


_SMOOTHED_MISTAKES = catalogue(
    smoothed,
    ("over_k", "W15's false classes share 1 - p among k - 1 classes, not k: the true class is none of them.", "W15", dict(others=lambda p, e, K: (1 - p) / K - e)),
    ("eps_added", "W15 subtracts eps from each false class.", "W15", dict(others=lambda p, e, K: (1 - p) / (K - 1) + e)),
    ("mended", "eps is shared among the false classes. That is how it should be, but W15 takes a whole eps from each: its rows do not sum to 1 [E2].", "E2", dict(others=lambda p, e, K: (1 - p - e) / (K - 1))),
    ("true_minus", "W15's true class gets p + eps.", "W15", dict(right=lambda p, e, K: p - e)),
    ("true_without_eps", "W15's true class gets p + eps; the eps is missing.", "W15", dict(right=lambda p, e, K: p)),
    ("exchanged", "The two forms have changed places: first W15's, then the standard one.", "W15", dict(order=(1, 0))),
    ("not_taken_away", "In the standard form the true class keeps its 1 and gets eps / K as well: the row sums to 1 + eps.", "E2", dict(standard=lambda h, e, K: h + e / K)),
    ("shared_by_others", "In the standard form all K classes share eps, the true one as well: it has 1 - eps + eps / K.", "E2", dict(standard=lambda h, e, K: np.where(h, 1 - e, e / (K - 1)))),
    ("eps_for_each", "In the standard form each class gets eps / K, not eps.", "E2", dict(standard=lambda h, e, K: (1 - e) * h + e)),
    ("hard", "In the place of the standard form these are the hard labels.", "E2", dict(standard=lambda h, e, K: 1.0 * h)),
)  # fmt: skip

# --- several tasks ------------------------------------------------------------------------------------------------------


def multitask_gradients(
    X,
    labels,
    r,
    W,
    V,
    U,
    a,
    shares=lambda a: (1 - a, a),
    slope=lambda h: 1 - h**2,
    trunk=lambda dz, V, dy, U: dz @ V.T + dy @ U.T,
    mean=lambda N: 1 / N,
    target=lambda P, T: P - T,
):
    """dL/dW, dL/dV, dL/dU of L = (1 - a) CE(softmax(h V), labels) + a 1/2N sum (h U - r)^2, h = tanh(X W)    X: (N, D)   labels: (N,)   r: (N, K2)          [W16]"""
    h = np.tanh(X @ W)
    z = h @ V
    P = np.exp(z - z.max(axis=1, keepdims=True))
    P /= P.sum(axis=1, keepdims=True)
    first, second = shares(a)
    dz = first * mean(len(X)) * target(P, labels[:, None] == np.arange(V.shape[1]))
    dy = second * mean(len(X)) * (h @ U - r)
    return X.T @ (trunk(dz, V, dy, U) * slope(h)), h.T @ dz, h.T @ dy


def _multitask_cases(rng):
    for N, D, M, K, K2 in ((7, 3, 5, 4, 2), (6, 2, 4, 3, 1), (8, 4, 6, 5, 3)):
        Ws = (rng.normal(size=(D, M)), rng.normal(size=(M, K)), rng.normal(size=(M, K2)))
        yield Case(
            rng.normal(size=(N, D)),
            rng.integers(K, size=N),
            rng.normal(size=(N, K2)),
            *Ws,
            float(rng.uniform(0.2, 0.4)),
        )


_MULTITASK_MISTAKES = catalogue(
    multitask_gradients,
    ("trunk_hears_classes", "The trunk hears the classes alone; the errors of both heads add up in it.", "W16", dict(trunk=lambda dz, V, dy, U: dz @ V.T)),
    ("trunk_hears_numbers", "The trunk hears the numbers alone; the errors of both heads add up in it.", "W16", dict(trunk=lambda dz, V, dy, U: dy @ U.T)),
    ("trunk_mean", "The trunk takes the mean of both errors; it takes their sum.", "W16", dict(trunk=lambda dz, V, dy, U: (dz @ V.T + dy @ U.T) / 2)),
    ("trunk_difference", "The trunk subtracts the second head's error; it adds.", "W16", dict(trunk=lambda dz, V, dy, U: dz @ V.T - dy @ U.T)),
    ("unweighted", "a is missing: both tasks count whole.", "W16", dict(shares=lambda a: (1, 1))),
    ("weights_exchanged", "a and 1 - a have changed places: the numbers have a, the classes 1 - a.", "W16", dict(shares=lambda a: (a, 1 - a))),
    ("classes_unweighted", "The classes count whole; they have 1 - a.", "W16", dict(shares=lambda a: (1, a))),
    ("no_slope", "The slope of tanh is missing on the way into the trunk.", "U3", dict(slope=lambda h: 1.0)),
    ("slope_of_sigmoid", "This is the slope of the sigmoid, h (1 - h); that of tanh is 1 - h^2.", "U3", dict(slope=lambda h: h * (1 - h))),
    ("no_mean", "The errors are not divided by N.", "E19", dict(mean=lambda N: 1.0)),
    ("no_target", "The one-hot labels are not subtracted from the softmax.", "W5", dict(target=lambda P, T: P)),
)  # fmt: skip

# --- several models -----------------------------------------------------------------------------------------------------


def bootstrap(
    u,
    draw=lambda u: np.floor(u * len(u)).astype(int),
    left=lambda drawn, N: np.setdiff1d(np.arange(N), drawn),
):
    """drawn_n = floor(N u_n); the places that were never drawn    u: (N,), in [0, 1)   returns (N,), (left out,) in ascending order          [W18]"""
    drawn = draw(u)
    return drawn, left(drawn, len(u))


def _bootstrap_cases(rng):
    for N, inner in ((9, False), (12, True), (15, False), (11, True)):
        u = rng.uniform(size=N)
        if inner:  # neither the first place nor the last one is drawn
            u = (1 + (N - 2) * u) / N
        u[:2] = (2 + 0.6) / N, (2 + 0.1) / N  # one place drawn twice
        yield Case(rng.permutation(u))


_BOOTSTRAP_MISTAKES = catalogue(
    bootstrap,
    ("rounded", "Rounding gives 0 and N half the chance of the others, and N is no place at all; floor gives each of 0 to N - 1 the same.", "W18", dict(draw=lambda u: np.round(u * len(u)).astype(int))),
    ("last_never", "This multiplies by N - 1: the last place would never be drawn.", "W18", dict(draw=lambda u: np.floor(u * (len(u) - 1)).astype(int))),
    ("from_one", "The places count from 1; they count from 0.", "W18", dict(draw=lambda u: np.floor(u * len(u)).astype(int) + 1)),
    ("shuffled", "This is a shuffle: each place once, none left out. Resampling draws with replacement.", "W18", dict(draw=lambda u: np.argsort(u))),
    ("not_whole", "The places are not whole numbers: floor is missing.", "W18", dict(draw=lambda u: u * len(u))),
    ("sorted", "The places are sorted; they stay in the order in which they were drawn.", "W18", dict(draw=lambda u: np.sort(np.floor(u * len(u)).astype(int)))),
    ("drawn_once", "In the place of those left out stand those that were drawn.", "W18", dict(left=lambda drawn, N: np.unique(drawn))),
    ("last_forgotten", "The search for those left out stops before the last place.", "W18", dict(left=lambda drawn, N: np.setdiff1d(np.arange(N - 1), drawn))),
    ("first_forgotten", "The search for those left out begins at 1; place 0 may be left out, too.", "W18", dict(left=lambda drawn, N: np.setdiff1d(np.arange(1, N), drawn))),
)  # fmt: skip


def weighted_vote(
    P,
    w,
    voters=lambda w: w,
    averagers=lambda w: w,
    said=lambda P: P,
    choose=lambda P: P.argmax(axis=2),
    order=(0, 1),
):
    """Class with most weight of votes; class with the largest weighted mean probability    P: (M, N, K)   w: (M,)   returns (N,), (N,)          [W18]"""
    votes = np.tensordot(voters(w), choose(P)[:, :, None] == np.arange(P.shape[2]), 1)
    both = votes.argmax(axis=1), np.tensordot(averagers(w), said(P), 1).argmax(axis=1)
    return tuple(both[i] for i in order)


def _vote_cases(rng):
    for M, N, K in ((5, 40, 4), (4, 50, 3), (6, 45, 5)):
        P = rng.dirichlet(np.full(K, 0.8), size=(M, N))
        yield Case(P, rng.permutation(np.linspace(0.3, 1.5, M)) * rng.uniform(0.95, 1.05, size=M))


_VOTE_MISTAKES = catalogue(
    weighted_vote,
    ("unweighted", "The weights are missing: each model counts as much as it weighs, in the vote and in the mean.", "W18", dict(voters=np.ones_like, averagers=np.ones_like)),
    ("exchanged", "The two have changed places: first the vote, then the mean.", "W18", dict(order=(1, 0))),
    ("product", "The probabilities are multiplied (their logarithms added); here they are averaged.", "W18", dict(said=lambda P: np.log(P + 1e-12))),
    ("best_alone", "Only the model with the largest weight is asked.", "W18", dict(voters=lambda w: w == w.max(), averagers=lambda w: w == w.max())),
    ("least_likely", "Every model votes for the class that it holds to be least likely.", "W18", dict(choose=lambda P: P.argmin(axis=2))),
    ("weights_inverted", "The weights are turned over: the best model counts least.", "W18", dict(voters=lambda w: 1 / w, averagers=lambda w: 1 / w)),
    ("weights_squared", "The weights enter squared.", "W18", dict(voters=lambda w: w**2, averagers=lambda w: w**2)),
    ("one_example", "Every model has one vote for all examples; it votes on each example.", "W18", dict(choose=lambda P: np.broadcast_to(P.mean(axis=1).argmax(axis=1)[:, None], P.shape[:2]))),
)  # fmt: skip


def cyclic_rate(
    step,
    steps,
    cycles,
    lr,
    length=lambda steps, cycles: -(-steps // cycles),
    place=lambda step, length: step % length / length,
    curve=lambda s: (1 + np.cos(np.pi * s)) / 2,
):
    """lr / 2 (1 + cos(pi (step mod L) / L)), L = ceil(steps / cycles)    step: (S,)   returns (S,)          [W18; Huang et al. 2017]"""
    return lr * curve(place(step, length(steps, cycles)))


def _cyclic_cases(rng):
    for steps, cycles in ((23, 3), (30, 4), (29, 2)):
        yield Case(np.arange(steps), steps, cycles, float(rng.uniform(0.05, 0.5)))


_CYCLIC_MISTAKES = catalogue(
    cyclic_rate,
    ("no_restart", "The rate falls once and is never raised again: take the step modulo the length of a cycle.", "W18", dict(length=lambda steps, cycles: steps)),
    ("rounded_down", "The length of a cycle is rounded down: after the last cycle another one would begin.", "W18", dict(length=lambda steps, cycles: steps // cycles)),
    ("not_whole", "The length of a cycle is not rounded: the restarts fall between two steps.", "W18", dict(length=lambda steps, cycles: steps / cycles)),
    ("linear", "The rate falls on a line; it follows half a cosine.", "W18", dict(curve=lambda s: 1 - s)),
    ("whole_cosine", "This is a whole turn of the cosine: the rate falls and rises smoothly. It should fall over the whole cycle and jump back.", "W18", dict(curve=lambda s: (1 + np.cos(2 * np.pi * s)) / 2)),
    ("no_half", "The half is missing: a cycle would start with twice the rate.", "W18", dict(curve=lambda s: 1 + np.cos(np.pi * s))),
    ("rising", "The rate rises within a cycle; it starts high and falls.", "W18", dict(curve=lambda s: (1 - np.cos(np.pi * s)) / 2)),
    ("quarter", "This is a quarter of the cosine: it falls slowly first and never flattens at the end, where the snapshot is taken.", "W18", dict(curve=lambda s: np.cos(np.pi * s / 2))),
    ("one_late", "The steps count from 1; the first one has the full rate.", "W18", dict(place=lambda step, L: (step + 1) % L / L)),
    ("number_for_length", "The number of cycles stands for their length.", "W18", dict(length=lambda steps, cycles: cycles)),
)  # fmt: skip


def ensemble_gain(
    E,
    single=lambda E: np.mean(E**2),
    together=lambda E: np.mean(E.mean(axis=0) ** 2),
    between=lambda E: (np.sum(E.sum(axis=0) ** 2) - np.sum(E**2)) / (len(E) * (len(E) - 1) * E.shape[1]),
    rho=lambda shared, alone: shared / alone,
):
    """Mean square error of one, of the mean of all, and rho = mean_{a != b, n} e_a e_b / mean e^2    E: (M, N) errors          [W18]"""
    return single(E), together(E), rho(between(E), np.mean(E**2))


def _gain_cases(rng):
    for M, N in ((4, 7), (3, 9), (5, 6)):
        yield Case(0.8 * rng.normal(size=N) + rng.uniform(0.4, 0.8) + 0.7 * rng.normal(size=(M, N)))


def _first_pair(E):
    return np.mean(E[0] * E[1])


_GAIN_MISTAKES = catalogue(
    ensemble_gain,
    ("as_if_independent", "The error together is 1 / M of one model's: that holds only where the errors are uncorrelated. Average the errors, then square.", "W18", dict(together=lambda E: np.mean(E**2) / len(E))),
    ("squared_first", "The errors are squared before they are averaged over the models: so nothing can cancel.", "W18", dict(together=lambda E: np.mean((E**2).mean(axis=0)))),
    ("summed", "The errors are added over the models; the models are averaged.", "W18", dict(together=lambda E: np.mean(E.sum(axis=0) ** 2))),
    ("root", "These are roots; the mean squares are wanted.", "W18", dict(single=lambda E: np.sqrt(np.mean(E**2)), together=lambda E: np.sqrt(np.mean(E.mean(axis=0) ** 2)))),
    ("absolute", "These are mean absolute errors.", "W18", dict(single=lambda E: np.mean(np.abs(E)), together=lambda E: np.mean(np.abs(E.mean(axis=0))))),
    ("with_itself", "rho counts each model's product with itself, which is 1 by nature; only pairs of two different ones belong in it.", "W18", dict(between=lambda E: np.mean(E.mean(axis=0) ** 2))),
    ("centered", "The means of the errors are subtracted first: a shift that all models share would not count, though no vote removes it.", "W18",
     dict(between=lambda E: np.mean(np.corrcoef(E)[~np.eye(len(E), dtype=bool)]), rho=lambda shared, alone: shared)),
    ("first_pair", "rho is that of the first two models; wanted the mean over all pairs.", "W18", dict(between=_first_pair)),
    ("not_divided", "rho is not divided by the mean square: it is a covariance then.", "W18", dict(rho=lambda shared, alone: shared)),
    ("first_alone", "One model's error is that of the first; wanted the mean over the models.", "W18", dict(single=lambda E: np.mean(E[0] ** 2))),
)  # fmt: skip


EXERCISES = [
    Function(
        id="l10.shift",
        title="Move an image",
        points=2,
        lectures=("U8", "W14"),
        outputs=("y",),
        reference=shift,
        cases=_shift_cases,
        mistakes=_SHIFT_MISTAKES,
        hints=(
            "Take a sheet of zeros, and copy the part of the image that stays on it.",
            "For down = 2, row 0 of x becomes row 2 of y, and the last two rows of x are lost. For down = -2 it is the other way round.",
            "Pad with zeros on all sides by |down| and |right|, then cut out a window of H x W that begins at |down| - down and |right| - right.",
        ),
    ),
    Function(
        id="l10.read_from",
        title="Turn and scale: where a pixel comes from",
        points=4,
        lectures=("U8", "W14"),
        outputs=("from",),
        reference=read_from,
        cases=_reading_cases,
        mistakes=_READING_MISTAKES,
        hints=(
            "Three steps: put the centre to 0, undo the turn and the scale, put the centre back.",
            "The image turns by the angle, so the place it is read from turns by minus the angle; the image grows, so the place comes closer to the centre.",
            "With r, c measured from the centre, and g = 1 + larger: r' = (r cos + c sin) / g and c' = (c cos - r sin) / g.",
        ),
    ),
    Function(
        id="l10.lighting",
        title="Brightness and contrast",
        points=2,
        lectures=("U8", "W14"),
        outputs=("y",),
        reference=lighting,
        cases=_lighting_cases,
        mistakes=_LIGHTING_MISTAKES,
        hints=(
            "One line for the formula, one for the range.",
            "Which grey does the contrast leave as it is? And what happens to ink that would be darker than 1?",
            "np.clip(y, 0, 1) comes last.",
        ),
    ),
    Function(
        id="l10.noisy_copies",
        title="More data by noise",
        points=2,
        lectures=("W14", "U2"),
        outputs=("X", "t"),
        reference=noisy_copies,
        cases=_copy_cases,
        mistakes=_COPY_MISTAKES,
        hints=(
            "Write down the rows for N = 2 and K = 1: which label belongs to which row?",
            "The copies stand one below the other, each of them whole; so do their labels.",
            "np.concatenate for the rows, np.tile for the labels; np.repeat does something else.",
        ),
    ),
    Function(
        id="l10.noisy_loss",
        title="Noise in the inputs is weight decay",
        points=3,
        lectures=("W14", "U2"),
        outputs=("loss", "gradient"),
        reference=noisy_loss,
        cases=_noisy_loss_cases,
        mistakes=_NOISY_LOSS_MISTAKES,
        hints=(
            "Multiply out (e + w . n)^2 with e = w . x - t, and take the mean over n.",
            "E[w . n] = 0, so the middle term is gone. E[(w . n)^2] = sigma^2 |w|^2, for every example.",
            "The loss gains sigma^2 / 2 |w|^2, the gradient sigma^2 w.",
        ),
    ),
    Function(
        id="l10.smoothed",
        title="Label smoothing, twice",
        points=3,
        lectures=("W15", "E2"),
        outputs=("slide", "standard"),
        reference=smoothed,
        cases=_smoothed_cases,
        mistakes=_SMOOTHED_MISTAKES,
        hints=(
            "Both start from a matrix that knows where the true class is: labels[:, None] == np.arange(K).",
            "np.where fills in one number for the true class and another for all false ones.",
            "Standard: each class gets eps / K, and the true one keeps 1 - eps of its 1 as well.",
        ),
    ),
    Function(
        id="l10.multitask_gradients",
        title="Two tasks, one trunk",
        points=6,
        lectures=("W16", "W5", "U3"),
        outputs=("dW", "dV", "dU"),
        reference=multitask_gradients,
        cases=_multitask_cases,
        mistakes=_MULTITASK_MISTAKES,
        hints=(
            "Each head is what you know: softmax minus one-hot for the classes, y - r for the numbers. Both are divided by N and weighted with their task.",
            "Where a value goes two ways, its errors add up: h goes into both heads.",
            "dh = dz V^T + dy U^T, with the weights 1 - a and a inside dz and dy; then the slope 1 - h^2, then X^T.",
        ),
    ),
    Function(
        id="l10.bootstrap",
        title="Resample the data",
        points=2,
        lectures=("W18",),
        outputs=("drawn", "left_out"),
        reference=bootstrap,
        cases=_bootstrap_cases,
        mistakes=_BOOTSTRAP_MISTAKES,
        hints=(
            "u N lies between 0 and N. Which whole numbers are places?",
            "Cut off what stands behind the point. Some places come up twice, others never.",
            "np.floor(u * N).astype(int); for those left out, np.setdiff1d(np.arange(N), drawn).",
        ),
    ),
    Function(
        id="l10.weighted_vote",
        title="Vote, or average",
        points=3,
        lectures=("W18",),
        outputs=("voted", "averaged"),
        reference=weighted_vote,
        cases=_vote_cases,
        mistakes=_VOTE_MISTAKES,
        hints=(
            "A vote counts only which class is first; an average also counts how sure a model is.",
            "The vote: a one-hot row for each model and example, times the model's weight, added over the models.",
            "(w[:, None, None] * P).sum(axis=0).argmax(axis=1) is the average; for the vote put the one-hot rows in the place of P.",
        ),
    ),
    Function(
        id="l10.ensemble_gain",
        title="What an ensemble gains",
        points=4,
        lectures=("W18",),
        outputs=("single", "together", "rho"),
        reference=ensemble_gain,
        cases=_gain_cases,
        mistakes=_GAIN_MISTAKES,
        hints=(
            "If the models are averaged, their errors are averaged. When is the square taken?",
            "For rho, take all products e_a e_b of two different models, average them over pairs and examples, and divide by the mean of e^2.",
            "The M x M matrix E @ E.T / N holds all mean products; its diagonal is no pair of two.",
        ),
    ),
    Function(
        id="l10.cyclic_rate",
        title="A rate that is raised again",
        points=3,
        lectures=("W18",),
        outputs=("rate",),
        reference=cyclic_rate,
        cases=_cyclic_cases,
        mistakes=_CYCLIC_MISTAKES,
        hints=(
            "Where in its cycle is a step? That is a number from 0, at the start, to almost 1.",
            "step % L is the place in the cycle; L is steps / cycles, rounded up.",
            "lr / 2 * (1 + np.cos(np.pi * (step % L) / L)) with L = -(-steps // cycles).",
        ),
    ),
]
