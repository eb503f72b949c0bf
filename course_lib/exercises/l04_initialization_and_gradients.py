"""Lesson 04: where weights start, how signals and gradients fare on their way, how data is scaled."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from course_lib.exercises.base import Case, Function, Mistake, catalogue

# --- equal weights stay equal -------------------------------------------------------------------------------------------


def one_step(
    X,
    t,
    W,
    v,
    lr,
    error=lambda y, t: (y - t) / len(t),
    slope=lambda z, h: 1 - h**2,
    gate=lambda d, v: np.outer(d, v),
    gradient_v=lambda h, d: h.T @ d,
    sign=1,
    v_first=False,
):
    """One step on 1/2N sum (tanh(X W) v - t)^2    X: (N, D)   t: (N,)   W: (D, M)   v: (M,)   returns W, v          [U11, U4]"""
    z = X @ W
    h = np.tanh(z)
    d = error(h @ v, t)
    v_new = v - sign * lr * gradient_v(h, d)
    dz = gate(d, v_new if v_first else v) * slope(z, h)
    return W - sign * lr * (X.T @ dz), v_new


def _one_step_cases(rng):
    for N, D, M, label in ((6, 3, 4, ""), (7, 2, 5, ""), (5, 4, 3, "equal weights"), (8, 5, 2, "equal weights")):
        W, v = rng.normal(size=(D, M)), rng.uniform(0.5, 1.5, size=M) * rng.choice([-1, 1], size=M)
        if label:
            W, v = np.full((D, M), rng.uniform(0.2, 0.6)), np.full(M, rng.uniform(0.4, 1.2))
        yield Case(rng.normal(size=(N, D)), 2 + rng.normal(size=N), W, v, float(rng.uniform(0.3, 0.6)), label=label)


_ONE_STEP_MISTAKES = catalogue(
    one_step,
    ("no_slope", "The slope of tanh is missing on the way back to W.", "U4", dict(slope=lambda z, h: 1.0)),
    ("slope_of_h", "The slope is taken at h; it belongs to z: 1 - h^2, where h = tanh(z) already.", "U4",
     dict(slope=lambda z, h: 1 - np.tanh(h) ** 2)),
    ("slope_without_square", "The slope of tanh is 1 - h^2; the square is missing.", "U4", dict(slope=lambda z, h: 1 - h)),
    ("sigmoids_slope", "This is the slope of a sigmoid, h (1 - h); tanh has 1 - h^2.", "U4", dict(slope=lambda z, h: h * (1 - h))),
    ("no_mean", "The gradients are sums over the examples; the loss is a mean: divide by N.", "E19", dict(error=lambda y, t: y - t)),
    ("factor_two", "There is a 2 too many: the 1/2 of the loss cancels it.", "E19", dict(error=lambda y, t: 2 * (y - t) / len(t))),
    ("uphill", "The step goes along the gradient, uphill.", "U9", dict(sign=-1)),
    ("new_v", "The gradient of W is taken with the v that has moved already; both belong to the place before the step.", "U4",
     dict(v_first=True)),
    ("no_v", "The error does not pass through v on its way to W.", "U4", dict(gate=lambda d, v: np.outer(d, np.ones_like(v)))),
    ("z_for_h", "The gradient of v has X W in place of h: v meets what the units put out.", "U4",
     dict(gradient_v=lambda h, d: np.arctanh(h).T @ d)),
)  # fmt: skip

# --- initializers -------------------------------------------------------------------------------------------------------

NORMAL = ("small", "glorot", "he", "tanh", "tanh other")


def _scales(small=1e-5, glorot=lambda n, m: 2 / (n + m), he=lambda n, m: 2 / n, tanh=lambda n, m: 1 / n, other=lambda n, m: 1 / (n + m), root=np.sqrt):  # fmt: skip
    """The factor of each kind, by name"""
    return {
        "small": lambda n, m: small,
        "glorot": lambda n, m: root(glorot(n, m)),
        "he": lambda n, m: root(he(n, m)),
        "tanh": lambda n, m: root(tanh(n, m)),
        "tanh other": lambda n, m: root(other(n, m)),
    }


def normal_weights(g, kind, scales=_scales(), put=lambda g, c: c * g):  # noqa: B008
    """c g, g ~ N(0, 1): c = 1e-5 [U11], sqrt(2/(n + m)) [C14], sqrt(2/n), sqrt(1/n), sqrt(1/(n + m)) [I7]    g: (n, m)"""
    return put(g, scales[kind](*g.shape))


def _normal_cases(rng):
    for kind in NORMAL:
        for n, m in ((3, 7), (8, 5)):
            yield Case(rng.normal(size=(n, m)), kind, label=kind)


_NORMAL_MISTAKES = catalogue(
    normal_weights,
    ("no_root", "This multiplies by the variance. What multiplies a standard normal number is the standard deviation, the root of it.", "C14",
     dict(scales=_scales(root=lambda v: v))),
    ("divided", "This divides by the standard deviation: the more inputs, the larger would the weights be.", "C14",
     dict(put=lambda g, c: g / c)),
    ("n_out", "This counts the outputs; the sum that a unit forms is over its inputs, the rows of W.", "I7",
     dict(scales=_scales(he=lambda n, m: 2 / m, tanh=lambda n, m: 1 / m))),
    ("he_by_u14", "For ReLU this is U14's form, a standard normal number over sqrt(2 n): a variance of 1/(2n) where it takes 2/n.", "E3",
     dict(scales=_scales(he=lambda n, m: 1 / (2 * n)))),
    ("he_without_two", "For ReLU the 2 is missing: a ReLU lets half of the squares through, and the 2 makes up for it.", "I7",
     dict(scales=_scales(he=lambda n, m: 1 / n))),
    ("glorot_without_two", "The 2 is missing: n_in and n_out are averaged, 1 / ((n_in + n_out) / 2).", "C14",
     dict(scales=_scales(glorot=lambda n, m: 1 / (n + m)))),
    ("product", "n_in and n_out are multiplied; C14 takes their mean.", "C14",
     dict(scales=_scales(glorot=lambda n, m: 2 / (n * m), other=lambda n, m: 1 / (n * m)))),
    ("uniforms_six", "The 6 belongs to the uniform distribution: sqrt(6 / (n_in + n_out)) is its end, not its standard deviation.", "U14",
     dict(scales=_scales(glorot=lambda n, m: 6 / (n + m)))),
    ("root_of_small", "U11 multiplies by 0.00001 itself; this is its root.", "U11", dict(scales=_scales(small=np.sqrt(1e-5)))),
    ("small_is_hundredth", "U11's number is 0.00001, five places behind the point.", "U11", dict(scales=_scales(small=0.01))),
    ("others_two", "I7's other approach for tanh has a 1 above n_in + n_out; the 2 is that of C14.", "I7",
     dict(scales=_scales(other=lambda n, m: 2 / (n + m)))),
)  # fmt: skip


def uniform_weights(
    rho,
    kind,
    variance=dict(glorot=lambda n, m: 2 / (n + m), he=lambda n, m: 2 / n),  # noqa: B006
    end=lambda v: np.sqrt(3 * v),
    spread=lambda rho, b: b * (2 * rho - 1),
):
    """(2 rho - 1) b, rho ~ U(0, 1), b^2 / 3 = the variance: 2/(n + m) [C14, U14] or 2/n [I7, E4]    rho: (n, m)"""
    return spread(rho, end(variance[kind](*rho.shape)))


def _uniform_cases(rng):
    for kind in ("glorot", "he"):
        for n, m in ((4, 6), (7, 3), (5, 8)):
            yield Case(rng.uniform(size=(n, m)), kind, label=kind)


_UNIFORM_MISTAKES = catalogue(
    uniform_weights,
    ("as_i7", "This is rho times c, as I7 prints it: no weight is negative, and the mean is not 0.", "E4",
     dict(end=np.sqrt, spread=lambda rho, b: b * rho)),
    ("not_shifted", "The weights go from 0 to b; they should go from -b to b.", "E4", dict(spread=lambda rho, b: b * rho)),
    ("no_three", "The end is the standard deviation itself; a uniform distribution on [-b, b] has the variance b^2 / 3.", "E4",
     dict(end=np.sqrt)),
    ("half_as_wide", "The weights go from -b/2 to b/2: twice rho is wanted, less 1.", "C14", dict(spread=lambda rho, b: b * (rho - 0.5))),
    ("no_root", "The end of the interval is a root: b^2 / 3 is the variance.", "C14", dict(end=lambda v: 3 * v)),
    ("twelve", "The variance b^2 / 12 is that of an interval of length b; from -b to b the length is 2 b.", "E4",
     dict(end=lambda v: np.sqrt(12 * v))),
    ("shifted_too_far", "The weights go from -2 b to 0: less 1, not less 2.", "C14", dict(spread=lambda rho, b: b * (2 * rho - 2))),
    ("n_out", "For ReLU this counts the outputs; a unit adds up over its inputs, the rows of W.", "I7",
     dict(variance=dict(glorot=lambda n, m: 2 / (n + m), he=lambda n, m: 2 / m))),
    ("glorot_for_he", "For ReLU this is Glorot's variance; He's has the inputs alone.", "I7",
     dict(variance=dict(glorot=lambda n, m: 2 / (n + m), he=lambda n, m: 2 / (n + m)))),
    ("glorot_without_two", "Glorot's variance lacks its 2: n_in and n_out are averaged.", "C14",
     dict(variance=dict(glorot=lambda n, m: 1 / (n + m), he=lambda n, m: 2 / n))),
)  # fmt: skip

# --- variance through layers --------------------------------------------------------------------------------------------

GAIN = {"linear": 1.0, "relu": 0.5}


def predicted_variance(
    q,
    widths,
    variances,
    activation,
    fan=lambda widths, layer: widths[layer],
    gain=GAIN,
    first=lambda q, share: q,
    passed=lambda s, share: share * s,
    grown=lambda q, n, v: n * v * q,
    out=lambda s, share: s,
):
    """Var z_l = n_(l-1) Var w_l E h_(l-1)^2, E h_l^2 = Var z_l or, behind a ReLU, half of it    widths: (L + 1,)   variances: (L,)   returns (L,)          [C14, I7]"""
    share, found = gain[activation], []
    q = first(q, share)
    for layer, v in enumerate(variances):
        s = grown(q, fan(widths, layer), v)
        found.append(out(s, share))
        q = passed(s, share)
    return np.array(found)


def _predicted_cases(rng):
    for L in (4, 3, 5):
        for activation in GAIN:
            widths = rng.permutation(np.arange(2, 12))[: L + 1]
            variances = rng.uniform(0.1, 0.7, size=L)
            yield Case(float(rng.uniform(0.5, 2)), widths, variances, activation, label=activation)


_PREDICTED_MISTAKES = catalogue(
    predicted_variance,
    ("no_relu", "Behind a ReLU half of the squares are gone; here nothing is.", "I7", dict(gain=dict(linear=1.0, relu=1.0))),
    ("always_half", "Half of the squares is taken away without a ReLU as well.", "C14", dict(gain=dict(linear=0.5, relu=0.5))),
    ("behind_relu", "All are half of what they should be: wanted is Var z, before the ReLU, and the inputs have been through none.", "I7", dict(out=lambda s, share: share * s)),
    ("n_out", "This counts the units of the layer; each unit adds up over the units of the layer before.", "C14",
     dict(fan=lambda widths, layer: widths[layer + 1])),
    ("no_fan", "The number of inputs is missing: a sum of n independent terms has n times the variance.", "C14",
     dict(fan=lambda widths, layer: 1)),
    ("q_lost", "It starts from 1, whatever the inputs.", "C14", dict(first=lambda q, share: 1.0)),
    ("standard_deviation", "These are standard deviations: take the squares.", "C14", dict(out=lambda s, share: np.sqrt(s))),
    ("added", "The factors are added; each layer multiplies.", "C14", dict(grown=lambda q, n, v: q + n * v)),
    ("squared_variance", "The variance of w is squared; it enters as it is.", "C14", dict(grown=lambda q, n, v: n * v**2 * q)),
    ("quarter", "A ReLU halves the square, as it lets one half of the numbers through as they are; this takes a quarter.", "E3",
     dict(gain=dict(linear=1.0, relu=0.25))),
)  # fmt: skip


def _not_passed_on(q, widths, variances, activation):
    return np.array([widths[layer] * v * q for layer, v in enumerate(variances)])


_PREDICTED_MISTAKES += (
    Mistake("not_passed_on", "Every layer is computed from the inputs; what comes in is what the layer before put out.", _not_passed_on, "C14"),
)  # fmt: skip

# --- gradients through layers -------------------------------------------------------------------------------------------

SLOPES = {
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
}


def gradient_norms(
    x,
    Ws,
    dh,
    activation,
    slope=lambda d, z: d(z),
    norm=lambda g: np.sqrt(np.sum(g**2)),
    order=lambda norms: norms,
    what=lambda h, dz: h.T @ dz,
):
    """||dL/dW_l|| for l = 1 .. L, z_l = h_(l-1) W_l, h_l = g(z_l)    x: (N, n_0)   Ws: L matrices   dh: (N, n_L)   returns (L,)          [I6]"""
    g, derivative = SLOPES[activation]
    hs, zs = [x], []
    for W in Ws:
        zs.append(hs[-1] @ W)
        hs.append(g(zs[-1]))
    norms = []
    for W, z, h in zip(Ws[::-1], zs[::-1], hs[-2::-1], strict=True):
        dz = dh * slope(derivative, z)
        norms.append(norm(what(h, dz)))
        dh = dz @ W.T
    return order(np.array(norms[::-1]))


def _gradient_cases(rng):
    for widths in ((4, 6, 3), (5, 3, 7, 2), (3, 5, 4, 6)):
        for activation in SLOPES:
            N = int(rng.integers(8, 12))
            Ws = [rng.normal(size=(n, m)) for n, m in pairwise(widths)]
            yield Case(
                rng.normal(size=(N, widths[0])), Ws, rng.normal(size=(N, widths[-1])), activation, label=activation
            )


_GRADIENT_MISTAKES = catalogue(
    gradient_norms,
    ("no_slope", "The slope of the activation is missing: the error passes it on the way back.", "I6", dict(slope=lambda d, z: 1.0)),
    ("squares", "These are squares of the norms: the root is missing.", "I6", dict(norm=lambda g: np.sum(g**2))),
    ("largest", "This is the largest entry of each gradient; wanted its norm, the root of the sum of squares.", "I6",
     dict(norm=lambda g: np.abs(g).max())),
    ("absolute", "These are sums of absolute values; wanted roots of sums of squares.", "I6", dict(norm=lambda g: np.abs(g).sum())),
    ("mean", "The squares are averaged; a norm adds them up.", "I6", dict(norm=lambda g: np.sqrt(np.mean(g**2)))),
    ("last_first", "The last layer stands first: you collected them on the way back, and the first layer comes first.", "I6",
     dict(order=lambda norms: norms[::-1])),
    ("spectral", "This is the largest singular value, which np.linalg.norm(..., 2) gives for a matrix; wanted the root of the sum of squares.", "I6",
     dict(norm=lambda g: np.linalg.norm(g, 2))),
    ("of_z", "These are the norms of the errors dL/dz; the gradient of W multiplies them with the layer's inputs.", "I6",
     dict(what=lambda h, dz: dz)),
    ("divided_by_n", "The gradients are divided by N; dh has the 1/N of the loss already, if there is one.", "E19",
     dict(what=lambda h, dz: h.T @ dz / len(h))),
)  # fmt: skip


def _slope_of_output(x, Ws, dh, activation):
    """The slope taken at h in place of z"""
    g, derivative = SLOPES[activation]
    return gradient_norms(x, Ws, dh, activation, slope=lambda d, z: derivative(g(z)) if activation == "tanh" else d(z))


_GRADIENT_MISTAKES += (
    Mistake("slope_at_h", "For tanh the slope is taken at h = tanh(z); it belongs to z.", _slope_of_output, "I6"),
)


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def nested_slope(z, L, slope=lambda s: s * (1 - s), collect=np.prod, at=lambda all_s: all_s, times=lambda L: L):
    """The slope of the L-fold sigmoid of z: s'(z) s'(s(z)) ...    z: (K,)   returns (K,)          [U22]"""
    all_s = []
    for _ in range(times(L)):
        all_s.append(_sigmoid(all_s[-1] if all_s else z))
    return collect(slope(np.array(at(all_s))), axis=0)


def _nested_cases(rng):
    for K, L in ((4, 2), (5, 3), (3, 4), (6, 5)):
        yield Case(rng.normal(size=K) * 2, L, label=f"{L} sigmoids")
    yield Case(rng.normal(size=4), 1, label="one sigmoid")


_NESTED_MISTAKES = catalogue(
    nested_slope,
    ("first_alone", "Every slope is that at z; the second sigmoid has its slope where the first one's output is.", "U22",
     dict(at=lambda all_s: [all_s[0]] * len(all_s))),
    ("added", "The slopes are added; the chain rule multiplies.", "U22", dict(collect=np.sum)),
    ("last_alone", "This is the slope of the last sigmoid alone; those before it belong into the product.", "U22",
     dict(collect=lambda s, axis: s[-1])),
    ("one_too_many", "This is the slope of one sigmoid more.", "U22", dict(times=lambda L: L + 1)),
    ("no_one_minus", "The slope of a sigmoid is s (1 - s); here it is s.", "U22", dict(slope=lambda s: s)),
    ("one_minus", "The slope of a sigmoid is s (1 - s); here it is 1 - s.", "U22", dict(slope=lambda s: 1 - s)),
    ("tanhs_slope", "This is the slope of tanh, 1 - s^2; a sigmoid has s (1 - s).", "U22", dict(slope=lambda s: 1 - s**2)),
    ("averaged", "The slopes are averaged; the chain rule multiplies.", "U22", dict(collect=np.mean)),
    ("slope_of_slope", "The slope is taken at the sigmoid's output instead of its input: s (1 - s) with s = sigmoid(z) is enough.", "U22",
     dict(slope=lambda s: _sigmoid(s) * (1 - _sigmoid(s)))),
)  # fmt: skip


def _value(z, L):
    for _ in range(L):
        z = _sigmoid(z)
    return z


_NESTED_MISTAKES += (Mistake("value", "This is the value of the nested sigmoids; wanted their slope.", _value, "U22"),)

# --- clipping -----------------------------------------------------------------------------------------------------------


def clip_by_value(g, limit, rule=lambda g, c: np.clip(g, -c, c)):
    """min(max(g, -limit), limit), element by element    g: any shape          [I6]"""
    return rule(g, limit)


def _value_cases(rng):
    for shape in ((7,), (3, 5), (8,), (4, 3)):
        limit = rng.uniform(0.6, 1.2)
        g = limit * rng.uniform(0.1, 3, size=shape) * rng.choice([-1, 1], size=shape)
        g.flat[:4] = limit * np.array([2, -2, 0.5, -0.5])
        yield Case(rng.permutation(g.ravel()).reshape(shape), float(limit))


_VALUE_MISTAKES = catalogue(
    clip_by_value,
    ("one_side", "Only what is above the limit is clipped; what is below -limit, too, is too large.", "I6",
     dict(rule=lambda g, c: np.minimum(g, c))),
    ("lower_side", "Only what is below -limit is clipped; what is above the limit, too, is too large.", "I6",
     dict(rule=lambda g, c: np.maximum(g, -c))),
    ("to_zero", "Elements that are too large become 0; they should become the limit, with their sign.", "I6",
     dict(rule=lambda g, c: g * (np.abs(g) <= c))),
    ("sign_lost", "The signs are lost.", "I6", dict(rule=lambda g, c: np.minimum(np.abs(g), c))),
    ("from_zero", "Negative elements become 0: the lower bound is -limit.", "I6", dict(rule=lambda g, c: np.clip(g, 0, c))),
    ("by_norm", "The whole gradient is made shorter; here each element is bounded for itself.", "I6",
     dict(rule=lambda g, c: g * min(1, c / np.sqrt(np.sum(g**2))))),
    ("by_largest", "The whole gradient is scaled until its largest element fits; here each element is bounded for itself.", "I6",
     dict(rule=lambda g, c: g * min(1, c / np.abs(g).max()))),
    ("all_to_limit", "Small elements are brought to the limit as well.", "I6", dict(rule=lambda g, c: c * np.sign(g))),
    ("squashed", "tanh bends the small elements, too; those within the limit stay as they are.", "I6",
     dict(rule=lambda g, c: c * np.tanh(g / c))),
)  # fmt: skip


def clip_by_global_norm(
    gs,
    max_norm,
    norm=lambda gs: np.sqrt(sum(np.sum(g**2) for g in gs)),
    factor=lambda most, norm: most / max(most, norm),
):
    """All gradients times min(1, max_norm / ||all||)    gs: arrays   returns the new arrays, the norm before          [I6]"""
    length = norm(gs)
    return [factor(max_norm, length) * g for g in gs], length


def _global_cases(rng):
    for shapes in (((3, 4), (4,)), ((5,), (5, 2), (2,)), ((2, 6), (6,), (6, 3)), ((7,), (7, 3))):
        gs = [rng.normal(size=shape) * rng.uniform(0.5, 2) for shape in shapes]
        gs[0].flat[0] = (
            rng.choice([-1, 1]) * 1.5 * np.sqrt(sum(np.sum(g**2) for g in gs))
        )  # one element alone is longer than max_norm
        length = np.sqrt(sum(np.sum(g**2) for g in gs))
        for share, label in ((rng.uniform(0.3, 0.6), "too long"), (rng.uniform(0.05, 0.12), "far too long"), (rng.uniform(1.3, 1.9), "short enough")):  # fmt: skip
            yield Case([g.copy() for g in gs], float(share * length), label=label)


_GLOBAL_MISTAKES = catalogue(
    clip_by_global_norm,
    ("always", "A gradient that is short enough is made longer: the factor is at most 1.", "I6", dict(factor=lambda most, norm: most / norm)),
    ("unit", "The gradient gets the length 1; it should get the length max_norm.", "I6", dict(factor=lambda most, norm: min(1.0, 1 / norm))),
    ("squares", "The norm lacks its root.", "I6", dict(norm=lambda gs: sum(np.sum(g**2) for g in gs))),
    ("added_norms", "The norms of the arrays are added; add their squares, and take the root of the sum.", "I6",
     dict(norm=lambda gs: sum(np.sqrt(np.sum(g**2)) for g in gs))),
    ("largest_element", "This is the largest element; the norm is the root of the sum of all squares.", "I6",
     dict(norm=lambda gs: max(np.abs(g).max() for g in gs))),
    ("largest_array", "This is the norm of the longest array; there is one norm for all of them together.", "I6",
     dict(norm=lambda gs: max(np.sqrt(np.sum(g**2)) for g in gs))),
    ("absolute", "Absolute values are added; wanted the root of the sum of squares.", "I6", dict(norm=lambda gs: sum(np.abs(g).sum() for g in gs))),
    ("mean", "The squares are averaged; a norm adds them up.", "I6",
     dict(norm=lambda gs: np.sqrt(sum(np.sum(g**2) for g in gs) / sum(g.size for g in gs)))),
    ("never", "Nothing is clipped.", "I6", dict(factor=lambda most, norm: 1.0)),
    ("turned", "The factor is turned over: max_norm belongs above, the norm below.", "I6", dict(factor=lambda most, norm: min(1.0, norm / most))),
    ("largest_factor", "The larger of 1 and the share is taken: long gradients stay, short ones grow.", "I6",
     dict(factor=lambda most, norm: max(1.0, most / norm))),
)  # fmt: skip


def _each_alone(gs, max_norm):
    return [clip_by_global_norm([g], max_norm)[0][0] for g in gs], clip_by_global_norm(gs, max_norm)[1]


def _by_value(gs, max_norm):
    return [np.clip(g, -max_norm, max_norm) for g in gs], clip_by_global_norm(gs, max_norm)[1]


_GLOBAL_MISTAKES += (
    Mistake("each_alone", "Each array is clipped for itself, and so the direction of the whole is bent; all get the same factor.", _each_alone, "I6"),
    Mistake("by_value", "This clips the elements; here all of them get the same factor.", _by_value, "I6"),
)  # fmt: skip

# --- scaling data -------------------------------------------------------------------------------------------------------


def standardize(
    train,
    other,
    center=lambda X: X.mean(axis=0),
    spread=lambda X: X.std(axis=0),
    safe=lambda s: np.where(s > 0, s, 1),
    learn=lambda train, other: (train, train),
):
    """(x - mean) / std, feature by feature, both from the training part    train: (N, D)   other: (M, D)          [U13]"""
    first, second = learn(train, other)
    with np.errstate(all="ignore"):
        return tuple((X - center(S)) / safe(spread(S)) for X, S in ((train, first), (other, second)))


def _standardize_cases(rng):
    for N, M, D, constant in ((7, 4, 3, None), (9, 5, 2, None), (6, 8, 4, 2), (5, 7, 3, 0)):
        shift, scale = rng.normal(size=D) * 5, rng.uniform(0.5, 4, size=D)
        train, other = shift + scale * rng.normal(size=(N, D)), shift + scale * rng.normal(size=(M, D))
        if constant is not None:
            train[:, constant] = other[:, constant] = round(float(shift[constant]), 2)
            other[0, constant] += 1
        yield Case(train, other, label="" if constant is None else "a feature that is constant in training")


_STANDARDIZE_MISTAKES = catalogue(
    standardize,
    ("own_numbers", "The other part is scaled by its own mean and standard deviation; it must not be asked: both come from the training part.", "U13",
     dict(learn=lambda train, other: (train, other))),
    ("together", "Mean and standard deviation are those of both parts together: so the training has seen the other part.", "U13",
     dict(learn=lambda train, other: (np.concatenate([train, other]),) * 2)),
    ("variance", "This divides by the variance; its root is wanted.", "U13", dict(spread=lambda X: X.var(axis=0))),
    ("ddof", "The squares are divided by N - 1 (ddof=1); here it is N.", "U13", dict(spread=lambda X: X.std(axis=0, ddof=1))),
    ("all_features", "There is one mean and one standard deviation for all features; each has its own.", "U13",
     dict(center=lambda X: X.mean(), spread=lambda X: X.std())),
    ("not_centered", "The mean is not subtracted.", "U13", dict(center=lambda X: 0.0)),
    ("not_scaled", "It is not divided by the standard deviation.", "U13", dict(spread=lambda X: np.ones(X.shape[1]))),
    ("range", "This divides by the range, the largest less the smallest.", "U13", dict(spread=lambda X: np.ptp(X, axis=0))),
    ("median", "The median is subtracted; wanted the mean.", "U13", dict(center=lambda X: np.median(X, axis=0))),
    ("zero_by_zero", "A feature that is constant in training is divided by 0; divide it by 1.", "U13", dict(safe=lambda s: s)),
    ("epsilon", "A small number added to the standard deviation makes 1 of a constant feature into a huge number: divide such a feature by 1.", "U13",
     dict(safe=lambda s: s + 1e-8)),
)  # fmt: skip


def whiten(
    X,
    center=lambda X: X - X.mean(axis=0),
    covariance=lambda X: X.T @ X / len(X),
    power=lambda v: v**-0.5,
    order=lambda v: np.argsort(-v),
    keep=lambda v: v > 1e-9 * v.max(),
    back=lambda Z, V: Z @ V.T,
):
    """Z = X V lambda^(-1/2), and Z V^T; C V = V lambda, C = 1/N X^T X, X centred    X: (N, D)   returns (N, K), (N, D)          [U13]

    Directions of a variance of at most 1e-9 of the largest are left out; the largest first.
    """
    Xc = center(X)
    v, V = np.linalg.eigh(covariance(Xc))
    v, V = v[order(v)], V[:, order(v)]
    kept = keep(v)
    with np.errstate(all="ignore"):
        Z = Xc @ V[:, kept] * power(v[kept])
    return Z, back(Z, V[:, kept])


def _with_signs(answer, X):
    """The sign of a direction is nobody's mistake: the largest entry of each column of Z is made positive."""
    found = answer(X)
    if not isinstance(found, tuple | list) or len(found) != 2:
        return found
    try:
        Z = np.asarray(found[0], float)
        largest = Z[np.abs(Z).argmax(axis=0), np.arange(Z.shape[1])]
    except (TypeError, ValueError, IndexError):  # no matrix: the comparison says so
        return found
    return Z * np.where(largest < 0, -1, 1), found[1]


def _whiten_cases(rng):
    for N, D, rank in ((12, 3, 3), (15, 4, 4), (11, 2, 2), (14, 5, 3), (13, 4, 2)):
        turn = np.linalg.qr(rng.normal(size=(D, D)))[0][:, :rank]
        X = rng.normal(size=(N, rank)) * np.array([4, 2, 1, 0.5])[:rank] @ turn.T + rng.normal(size=D)
        yield Case(X, label="" if rank == D else f"{D} features in {rank} directions")


_WHITEN_MISTAKES = catalogue(
    whiten,
    ("not_centered", "The mean is not subtracted.", "U13", dict(center=lambda X: X)),
    ("not_scaled", "This only turns the data: divide each direction by the root of its variance.", "U13", dict(power=lambda v: 1.0)),
    ("no_root", "This divides by the variance; its root is wanted.", "U13", dict(power=lambda v: 1 / v)),
    ("multiplied", "This multiplies by the standard deviation and stretches what is long already; divide by it.", "U13",
     dict(power=lambda v: v**0.5)),
    ("smallest_first", "The direction of the smallest variance stands first; eigh gives them rising, wanted falling.", "U13",
     dict(order=lambda v: np.argsort(v))),
    ("sum", "The covariance is a sum over the examples; divide by N.", "U13", dict(covariance=lambda X: X.T @ X)),
    ("unbiased", "The covariance is divided by N - 1, as np.cov does; here it is N.", "U13", dict(covariance=lambda X: X.T @ X / (len(X) - 1))),
    ("correlation", "These are the eigenvectors of the correlations; wanted those of the covariance.", "U13",
     dict(covariance=lambda X: np.corrcoef(X.T))),
)  # fmt: skip

# --- the exercises ------------------------------------------------------------------------------------------------------

EXERCISES = [
    Function(
        id="l04.one_step",
        title="One step of a network with one hidden layer",
        points=4,
        lectures=("U11", "U4", "U9"),
        outputs=("W", "v"),
        reference=one_step,
        cases=_one_step_cases,
        mistakes=_ONE_STEP_MISTAKES,
        hints=(
            "Forward: z = X W, h = tanh(z), y = h v. Back: start with the derivative of the loss by y.",
            "With d = (y - t) / N the gradient of v is h^T d. To W the error goes through v, and through the slope of tanh.",
            "np.outer(d, v) * (1 - h**2) is the error at z, of shape (N, M); the gradient of W is X^T times it. Take both gradients before you move anything.",
        ),
    ),
    Function(
        id="l04.normal_weights",
        title="Weights from a normal distribution",
        points=4,
        lectures=("U11", "C14", "I7", "E3"),
        outputs=("W",),
        reference=normal_weights,
        cases=_normal_cases,
        mistakes=_NORMAL_MISTAKES,
        hints=(
            "A standard normal number times c has the standard deviation c and the variance c^2.",
            "n_in and n_out are the numbers of rows and of columns of g.",
            "A dictionary from the kind to c, and one multiplication, will do. Where the table has a variance, c is its root.",
        ),
    ),
    Function(
        id="l04.uniform_weights",
        title="Weights from a uniform distribution",
        points=3,
        lectures=("C14", "U14", "I7", "E4"),
        outputs=("W",),
        reference=uniform_weights,
        cases=_uniform_cases,
        mistakes=_UNIFORM_MISTAKES,
        hints=(
            "Two steps: from numbers between 0 and 1 make numbers between -1 and 1, then stretch them.",
            "U(-b, b) has the variance b^2 / 3. Which b gives the variance that is wanted?",
            "W = b (2 rho - 1) with b = sqrt(3 variance); for Glorot that is the sqrt(6 / (n_in + n_out)) of C14.",
        ),
    ),
    Function(
        id="l04.predicted_variance",
        title="The variance in every layer, predicted",
        points=4,
        lectures=("C14", "I7", "U14"),
        outputs=("variance",),
        reference=predicted_variance,
        cases=_predicted_cases,
        mistakes=_PREDICTED_MISTAKES,
        hints=(
            "A loop over the layers; it carries E h^2 of the layer before, which is q at first.",
            "Var z = n_in Var w E h^2. The number of inputs of layer l is the width of the layer before.",
            "Keep Var z of each layer; what goes on is Var z itself, or half of it behind a ReLU.",
        ),
    ),
    Function(
        id="l04.nested_slope",
        title="The slope of a sigmoid of a sigmoid",
        points=2,
        lectures=("U22", "C13"),
        outputs=("slope",),
        reference=nested_slope,
        cases=_nested_cases,
        mistakes=_NESTED_MISTAKES,
        hints=(
            "The chain rule: one factor for each sigmoid, each where its own input is.",
            "If s is what a sigmoid put out, its slope is s (1 - s).",
            "A loop of L rounds: s = sigmoid of what came before, slope = slope * s * (1 - s).",
        ),
    ),
    Function(
        id="l04.gradient_norms",
        title="The gradient norm of every layer",
        points=5,
        lectures=("I6", "U22", "C13"),
        outputs=("norms",),
        reference=gradient_norms,
        cases=_gradient_cases,
        mistakes=_GRADIENT_MISTAKES,
        hints=(
            "Forward first: keep every z and every h, the inputs among them. Then from the last layer to the first.",
            "At each layer: dz = dh times the slope at z; the gradient of W is h^T dz with the h that came in; then dh = dz W^T for the layer before.",
            "The norm is np.sqrt(np.sum(dW ** 2)). Collect on the way back, and turn the list round at the end.",
        ),
    ),
    Function(
        id="l04.clip_by_value",
        title="Clipping by value",
        points=1,
        lectures=("I6",),
        outputs=("clipped",),
        reference=clip_by_value,
        cases=_value_cases,
        mistakes=_VALUE_MISTAKES,
        hints=(
            "Each element for itself: what is within the limit stays.",
            "There are two bounds, limit and -limit.",
            "np.clip, or np.minimum and np.maximum, one after the other.",
        ),
    ),
    Function(
        id="l04.clip_by_global_norm",
        title="Clipping by the global norm",
        points=4,
        lectures=("I6",),
        outputs=("clipped", "norm"),
        reference=clip_by_global_norm,
        cases=_global_cases,
        mistakes=_GLOBAL_MISTAKES,
        hints=(
            "There is one norm: that of all the numbers in all the arrays, as if they stood in one long vector.",
            "Add up the squares of all arrays, and take the root at the end.",
            "One factor for all: min(1, max_norm / norm), or max_norm / max(norm, max_norm), which survives a norm of 0. Return the list of the arrays times it, and the norm before clipping.",
        ),
    ),
    Function(
        id="l04.standardize",
        title="Standardising, fitted on the training part",
        points=4,
        lectures=("U13",),
        outputs=("train", "other"),
        reference=standardize,
        cases=_standardize_cases,
        mistakes=_STANDARDIZE_MISTAKES,
        hints=(
            "Every feature, every column, has a mean and a standard deviation of its own: axis=0.",
            "Both parts are moved and divided by the numbers of the training part.",
            "np.where(std > 0, std, 1) saves you from a division by 0.",
        ),
    ),
    Function(
        id="l04.whiten",
        title="Whitening",
        points=5,
        lectures=("U13",),
        outputs=("pca", "zca"),
        reference=whiten,
        cases=_whiten_cases,
        mistakes=_WHITEN_MISTAKES,
        run=_with_signs,
        hints=(
            "Subtract the mean, form the covariance 1/N X^T X, and take np.linalg.eigh of it: variances and directions, the smallest first.",
            "X times the directions has uncorrelated columns; divide each by the root of its variance. Leave out directions without variance before you divide.",
            "Z is (N, K). ZCA turns it back: Z times the transpose of the directions that were kept.",
        ),
    ),
]
