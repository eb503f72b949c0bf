"""Answers to lesson 08."""

import numpy as np

from tests.answers import right, wrong

# --- five meanings of p ---

ID = "l08.dropping"


@wrong(ID, "all_drop")
def takes_p_as_it_is(p, deck):
    return p


@wrong(ID, "all_keep")
def always_one_minus(p, deck):
    return 1 - p


@wrong(ID, "turned")
def the_other_way_round(p, deck):
    return 1 - p if deck in ("W19", "C12") else p


@wrong(ID, "code_like_slide")
def code_drops(p, deck):
    return p if deck in ("W19", "W21", "C12") else 1 - p


@wrong(ID, "slide_like_code")
def slide_keeps(p, deck):
    return p if deck == "C12" else 1 - p


@wrong(ID, "c12_kept")
def c12_keeps(p, deck):
    return p if deck == "W19" else 1 - p


@wrong(ID, "l8_dropped")
def l8_drops(p, deck):
    return p if deck in ("W19", "C12", "L8") else 1 - p


@wrong(ID, "i5_dropped")
def i5_drops(p, deck):
    return p if deck in ("W19", "C12", "I5") else 1 - p


@wrong(ID, "nothing")
def only_prints(p, deck):
    print(p if deck in ("W19", "C12") else 1 - p)


@right(ID)
def with_a_dictionary(p, deck):
    return {"W19": p, "C12": p, "W21": 1 - p, "L8": 1 - p, "I5": 1 - p}[deck]


@right(ID)
def with_ifs(p, deck):
    keep = 1 - p
    if deck not in ["W19", "C12"]:
        keep = p
    return np.float32(1 - keep)


# --- vanilla ---

ID = "l08.vanilla_dropout"


@wrong(ID, "kept_for_dropped")
def keeps_below_p(h, u, p):
    return h * (u < p), h * (1 - p)


@wrong(ID, "wrong_end")
def keeps_below_one_minus_p(h, u, p):
    return h * (u < 1 - p), h * (1 - p)


@wrong(ID, "one_mask")
def one_mask_for_all(h, u, p):
    return h * (u[0] >= p), h * (1 - p)


@wrong(ID, "test_by_p")
def as_w20_says(h, u, p):
    return h * (u >= p), h * p


@wrong(ID, "test_unscaled")
def test_as_it_is(h, u, p):
    return h * (u >= p), h.copy()


@wrong(ID, "test_divided")
def test_made_larger(h, u, p):
    return h * (u >= p), h / (1 - p)


@wrong(ID, "train_inverted")
def train_made_larger(h, u, p):
    return h * (u >= p) / (1 - p), h * (1 - p)


@wrong(ID, "train_scaled")
def train_made_smaller(h, u, p):
    return h * (u >= p) * (1 - p), h * (1 - p)


@wrong(ID, "no_dropout")
def drops_nothing(h, u, p):
    return h.copy(), h * (1 - p)


@wrong(ID, "changed_argument")
def drops_in_place(h, u, p):
    test = h * (1 - p)
    h[u < p] = 0
    return h, test


@right(ID)
def with_where(h, u, p):
    return np.where(u < p, 0, h), h - p * h


@right(ID)
def in_a_loop(h, u, p):
    train = np.zeros_like(h)
    for i in range(h.shape[0]):
        for j in range(h.shape[1]):
            if not u[i, j] < p:
                train[i, j] = h[i, j]
    return train, (1 - p) * h


# --- inverted ---

ID = "l08.inverted_dropout"


@wrong(ID, "kept_for_dropped")
def inverted_keeps_below_p(h, u, p):
    m = (u < p) / (1 - p)
    return h * m, m


@wrong(ID, "wrong_end")
def inverted_keeps_below_one_minus_p(h, u, p):
    m = (u < 1 - p) / (1 - p)
    return h * m, m


@wrong(ID, "one_mask")
def inverted_one_mask(h, u, p):
    m = np.tile(u[0] >= p, (len(u), 1)) / (1 - p)
    return h * m, m


@wrong(ID, "not_scaled")
def forgets_the_scale(h, u, p):
    m = (u >= p) * 1.0
    return h * m, m


@wrong(ID, "by_p")
def divides_by_p(h, u, p):
    m = (u >= p) / p
    return h * m, m


@wrong(ID, "multiplied")
def multiplies_the_scale(h, u, p):
    m = (u >= p) * (1 - p)
    return h * m, m


@wrong(ID, "all_as_in_code")
def as_in_w21(h, u, p):
    m = (u < p) / p
    return h * m, m


@wrong(ID, "root")
def by_the_root(h, u, p):
    m = (u >= p) / np.sqrt(1 - p)
    return h * m, m


@wrong(ID, "no_dropout")
def inverted_drops_nothing(h, u, p):
    m = np.ones_like(u) / (1 - p)
    return h * m, m


@wrong(ID, "wrong_type")
def without_the_mask(h, u, p):
    return h * (u >= p) / (1 - p)


@right(ID)
def with_where_and_keep(h, u, p):
    keep = 1 - p
    m = np.where(u < p, 0.0, 1 / keep)
    return m * h, m


@right(ID)
def in_float32(h, u, p):
    m = ((u >= p) / (1 - p)).astype(np.float32)
    return (h * m).astype(np.float32), m


# --- W21's network ---

ID = "l08.dropout_gradients"


@wrong(ID, "no_mask_back")
def forgets_the_masks(X, t, W1, W2, W3, u1, u2, p):
    m1, m2 = (u1 >= p) / (1 - p), (u2 >= p) / (1 - p)
    h1 = np.maximum(X @ W1, 0)
    d1 = h1 * m1
    h2 = np.maximum(d1 @ W2, 0)
    d2 = h2 * m2
    dy = (d2 @ W3 - t) / len(t)
    dz2 = dy @ W3.T * (h2 > 0)
    dz1 = dz2 @ W2.T * (h1 > 0)
    return X.T @ dz1, d1.T @ dz2, d2.T @ dy


@wrong(ID, "no_second_mask_back")
def forgets_the_second_mask(X, t, W1, W2, W3, u1, u2, p):
    m1, m2 = (u1 >= p) / (1 - p), (u2 >= p) / (1 - p)
    h1 = np.maximum(X @ W1, 0)
    d1 = h1 * m1
    h2 = np.maximum(d1 @ W2, 0)
    d2 = h2 * m2
    dy = (d2 @ W3 - t) / len(t)
    dz2 = dy @ W3.T * (h2 > 0)
    dz1 = dz2 @ W2.T * m1 * (h1 > 0)
    return X.T @ dz1, d1.T @ dz2, d2.T @ dy


@wrong(ID, "no_first_mask_back")
def forgets_the_first_mask(X, t, W1, W2, W3, u1, u2, p):
    m1, m2 = (u1 >= p) / (1 - p), (u2 >= p) / (1 - p)
    h1 = np.maximum(X @ W1, 0)
    d1 = h1 * m1
    h2 = np.maximum(d1 @ W2, 0)
    d2 = h2 * m2
    dy = (d2 @ W3 - t) / len(t)
    dz2 = dy @ W3.T * m2 * (h2 > 0)
    dz1 = dz2 @ W2.T * (h1 > 0)
    return X.T @ dz1, d1.T @ dz2, d2.T @ dy


@wrong(ID, "back_unscaled")
def mask_without_its_scale(X, t, W1, W2, W3, u1, u2, p):
    m1, m2 = (u1 >= p) / (1 - p), (u2 >= p) / (1 - p)
    h1 = np.maximum(X @ W1, 0)
    d1 = h1 * m1
    h2 = np.maximum(d1 @ W2, 0)
    d2 = h2 * m2
    dy = (d2 @ W3 - t) / len(t)
    dz2 = dy @ W3.T * (m2 > 0) * (h2 > 0)
    dz1 = dz2 @ W2.T * (m1 > 0) * (h1 > 0)
    return X.T @ dz1, d1.T @ dz2, d2.T @ dy


@wrong(ID, "not_scaled")
def without_scale_at_all(X, t, W1, W2, W3, u1, u2, p):
    m1, m2 = u1 >= p, u2 >= p
    h1 = np.maximum(X @ W1, 0)
    d1 = h1 * m1
    h2 = np.maximum(d1 @ W2, 0)
    d2 = h2 * m2
    dy = (d2 @ W3 - t) / len(t)
    dz2 = dy @ W3.T * m2 * (h2 > 0)
    dz1 = dz2 @ W2.T * m1 * (h1 > 0)
    return X.T @ dz1, d1.T @ dz2, d2.T @ dy


@wrong(ID, "no_relu_back")
def forgets_the_relu(X, t, W1, W2, W3, u1, u2, p):
    m1, m2 = (u1 >= p) / (1 - p), (u2 >= p) / (1 - p)
    h1 = np.maximum(X @ W1, 0)
    d1 = h1 * m1
    h2 = np.maximum(d1 @ W2, 0)
    d2 = h2 * m2
    dy = (d2 @ W3 - t) / len(t)
    dz2 = dy @ W3.T * m2
    dz1 = dz2 @ W2.T * m1
    return X.T @ dz1, d1.T @ dz2, d2.T @ dy


@wrong(ID, "no_mean")
def sums_the_examples(X, t, W1, W2, W3, u1, u2, p):
    m1, m2 = (u1 >= p) / (1 - p), (u2 >= p) / (1 - p)
    h1 = np.maximum(X @ W1, 0)
    d1 = h1 * m1
    h2 = np.maximum(d1 @ W2, 0)
    d2 = h2 * m2
    dy = d2 @ W3 - t
    dz2 = dy @ W3.T * m2 * (h2 > 0)
    dz1 = dz2 @ W2.T * m1 * (h1 > 0)
    return X.T @ dz1, d1.T @ dz2, d2.T @ dy


@wrong(ID, "before_dropout")
def with_activations_before(X, t, W1, W2, W3, u1, u2, p):
    m1, m2 = (u1 >= p) / (1 - p), (u2 >= p) / (1 - p)
    h1 = np.maximum(X @ W1, 0)
    d1 = h1 * m1
    h2 = np.maximum(d1 @ W2, 0)
    d2 = h2 * m2
    dy = (d2 @ W3 - t) / len(t)
    dz2 = dy @ W3.T * m2 * (h2 > 0)
    dz1 = dz2 @ W2.T * m1 * (h1 > 0)
    return X.T @ dz1, h1.T @ dz2, h2.T @ dy


@wrong(ID, "kept_for_dropped")
def network_keeps_below_p(X, t, W1, W2, W3, u1, u2, p):
    m1, m2 = (u1 < p) / (1 - p), (u2 < p) / (1 - p)
    h1 = np.maximum(X @ W1, 0)
    d1 = h1 * m1
    h2 = np.maximum(d1 @ W2, 0)
    d2 = h2 * m2
    dy = (d2 @ W3 - t) / len(t)
    dz2 = dy @ W3.T * m2 * (h2 > 0)
    dz1 = dz2 @ W2.T * m1 * (h1 > 0)
    return X.T @ dz1, d1.T @ dz2, d2.T @ dy


@wrong(ID, "no_dropout")
def network_without_dropout(X, t, W1, W2, W3, u1, u2, p):
    m1, m2 = np.ones_like(u1), np.ones_like(u2)
    h1 = np.maximum(X @ W1, 0)
    d1 = h1 * m1
    h2 = np.maximum(d1 @ W2, 0)
    d2 = h2 * m2
    dy = (d2 @ W3 - t) / len(t)
    dz2 = dy @ W3.T * m2 * (h2 > 0)
    dz1 = dz2 @ W2.T * m1 * (h1 > 0)
    return X.T @ dz1, d1.T @ dz2, d2.T @ dy


@wrong(ID, "sign")
def target_minus_output(X, t, W1, W2, W3, u1, u2, p):
    m1, m2 = (u1 >= p) / (1 - p), (u2 >= p) / (1 - p)
    h1 = np.maximum(X @ W1, 0)
    d1 = h1 * m1
    h2 = np.maximum(d1 @ W2, 0)
    d2 = h2 * m2
    dy = (t - d2 @ W3) / len(t)
    dz2 = dy @ W3.T * m2 * (h2 > 0)
    dz1 = dz2 @ W2.T * m1 * (h1 > 0)
    return X.T @ dz1, d1.T @ dz2, d2.T @ dy


@wrong(ID, "raised")
def masks_exchanged(X, t, W1, W2, W3, u1, u2, p):
    m1, m2 = (u1 >= p) / (1 - p), (u2 >= p) / (1 - p)
    h1 = np.maximum(X @ W1, 0)
    d1 = h1 * m1
    h2 = np.maximum(d1 @ W2, 0)
    d2 = h2 * m2
    dy = (d2 @ W3 - t) / len(t)
    dz2 = dy @ W3.T * m1 * (h2 > 0)
    dz1 = dz2 @ W2.T * m1 * (h1 > 0)
    return X.T @ dz1, d1.T @ dz2, d2.T @ dy


@right(ID)
def example_by_example(X, t, W1, W2, W3, u1, u2, p):
    grads = [np.zeros_like(W) for W in (W1, W2, W3)]
    for n in range(len(X)):
        a = np.where(u1[n] < p, 0, 1 / (1 - p))
        b = np.where(u2[n] < p, 0, 1 / (1 - p))
        z1 = X[n] @ W1
        d1 = a * np.maximum(z1, 0)
        z2 = d1 @ W2
        d2 = b * np.maximum(z2, 0)
        e = (d2 @ W3 - t[n]) / len(X)
        e2 = (W3 @ e) * b * (z2 > 0)
        e1 = (W2 @ e2) * a * (z1 > 0)
        for g, left, err in zip(grads, (X[n], d1, d2), (e1, e2, e)):
            g += np.outer(left, err)
    return grads


@right(ID)
def by_einsum(X, t, W1, W2, W3, u1, u2, p):
    m1, m2 = (u1 >= p) / (1 - p), (u2 >= p) / (1 - p)
    d1 = np.clip(X @ W1, 0, None) * m1
    d2 = np.clip(d1 @ W2, 0, None) * m2
    dy = (d2 @ W3 - t) / X.shape[0]
    dz2 = np.einsum("nk,ck->nc", dy, W3) * m2 * (d1 @ W2 > 0)
    dz1 = np.einsum("nc,bc->nb", dz2, W2) * m1 * (X @ W1 > 0)
    return np.einsum("na,nb->ab", X, dz1), np.einsum("nb,nc->bc", d1, dz2), np.einsum("nc,nk->ck", d2, dy)


# --- moments ---

ID = "l08.moments"


@wrong(ID, "mean_scaled")
def mean_of_vanilla(w, h, p):
    return (1 - p) * (w @ h), ((w * h) ** 2).sum() * p / (1 - p)


@wrong(ID, "mean_divided")
def mean_too_large(w, h, p):
    return w @ h / (1 - p), ((w * h) ** 2).sum() * p / (1 - p)


@wrong(ID, "of_vanilla")
def variance_of_vanilla(w, h, p):
    return w @ h, ((w * h) ** 2).sum() * p * (1 - p)


@wrong(ID, "scale_once")
def scale_not_squared(w, h, p):
    return w @ h, ((w * h) ** 2).sum() * p


@wrong(ID, "square_of_sum")
def squares_the_sum(w, h, p):
    return w @ h, (w @ h) ** 2 * p / (1 - p)


@wrong(ID, "not_squared")
def forgets_the_square(w, h, p):
    return w @ h, np.abs(w * h).sum() * p / (1 - p)


@wrong(ID, "turned")
def p_upside_down(w, h, p):
    return w @ h, ((w * h) ** 2).sum() * (1 - p) / p


@wrong(ID, "standard_deviation")
def takes_the_root(w, h, p):
    return w @ h, np.sqrt(((w * h) ** 2).sum() * p / (1 - p))


@wrong(ID, "no_mean_subtracted")
def mean_square(w, h, p):
    return w @ h, ((w * h) ** 2).sum() / (1 - p)


@right(ID)
def by_all_masks(w, h, p):
    from itertools import product

    first = second = 0.0
    for mask in product((0, 1), repeat=len(h)):
        k = sum(mask)
        chance = (1 - p) ** k * p ** (len(h) - k)
        y = np.sum(w * h * np.array(mask)) / (1 - p)
        first, second = first + chance * y, second + chance * y**2
    return first, second - first**2


@right(ID)
def term_by_term(w, h, p):
    mean = variance = 0
    for a, b in zip(w, h):
        mean += a * b
        variance += (a * b) ** 2 * (1 / (1 - p) - 1)
    return mean, variance


# --- all masks ---

ID = "l08.all_masks"


@wrong(ID, "unweighted")
def all_the_same(h, W, v, p):
    total = 0.0
    for number in range(2 ** len(h)):
        mask = np.array([(number >> i) & 1 for i in range(len(h))])
        total += 0.5 ** len(h) * (np.maximum((h * mask) @ W, 0) @ v)
    return total, np.maximum(((1 - p) * h) @ W, 0) @ v


@wrong(ID, "turned")
def probabilities_exchanged(h, W, v, p):
    total = 0.0
    for number in range(2 ** len(h)):
        mask = np.array([(number >> i) & 1 for i in range(len(h))])
        k = mask.sum()
        total += p**k * (1 - p) ** (len(h) - k) * (np.maximum((h * mask) @ W, 0) @ v)
    return total, np.maximum(((1 - p) * h) @ W, 0) @ v


@wrong(ID, "kept_alone")
def only_the_kept(h, W, v, p):
    total = 0.0
    for number in range(2 ** len(h)):
        mask = np.array([(number >> i) & 1 for i in range(len(h))])
        k = mask.sum()
        total += (1 - p) ** k * (np.maximum((h * mask) @ W, 0) @ v)
    return total, np.maximum(((1 - p) * h) @ W, 0) @ v


@wrong(ID, "dropped_alone")
def only_the_dropped(h, W, v, p):
    total = 0.0
    for number in range(2 ** len(h)):
        mask = np.array([(number >> i) & 1 for i in range(len(h))])
        k = mask.sum()
        total += p ** (len(h) - k) * (np.maximum((h * mask) @ W, 0) @ v)
    return total, np.maximum(((1 - p) * h) @ W, 0) @ v


@wrong(ID, "scaled_by_p")
def scaling_as_w20_says(h, W, v, p):
    total = 0.0
    for number in range(2 ** len(h)):
        mask = np.array([(number >> i) & 1 for i in range(len(h))])
        k = mask.sum()
        total += (1 - p) ** k * p ** (len(h) - k) * (np.maximum((h * mask) @ W, 0) @ v)
    return total, np.maximum((p * h) @ W, 0) @ v


@wrong(ID, "not_scaled")
def scales_nothing(h, W, v, p):
    total = 0.0
    for number in range(2 ** len(h)):
        mask = np.array([(number >> i) & 1 for i in range(len(h))])
        k = mask.sum()
        total += (1 - p) ** k * p ** (len(h) - k) * (np.maximum((h * mask) @ W, 0) @ v)
    return total, np.maximum((h) @ W, 0) @ v


@wrong(ID, "scaled_inverse")
def scales_up(h, W, v, p):
    total = 0.0
    for number in range(2 ** len(h)):
        mask = np.array([(number >> i) & 1 for i in range(len(h))])
        k = mask.sum()
        total += (1 - p) ** k * p ** (len(h) - k) * (np.maximum((h * mask) @ W, 0) @ v)
    return total, np.maximum((h / (1 - p)) @ W, 0) @ v


@wrong(ID, "no_relu")
def forgets_relu(h, W, v, p):
    total = 0.0
    for number in range(2 ** len(h)):
        mask = np.array([(number >> i) & 1 for i in range(len(h))])
        k = mask.sum()
        total += (1 - p) ** k * p ** (len(h) - k) * ((h * mask) @ W @ v)
    return total, ((1 - p) * h) @ W @ v


@wrong(ID, "most_likely")
def likeliest_mask(h, W, v, p):
    from itertools import product

    masks = np.array(list(product((0, 1), repeat=len(h))))
    k = masks.sum(axis=1)
    best = masks[np.argmax((1 - p) ** k * p ** (len(h) - k))]
    return np.maximum((h * best) @ W, 0) @ v, np.maximum((1 - p) * h @ W, 0) @ v


@wrong(ID, "not_normalized")
def divides_once_more(h, W, v, p):
    total = 0.0
    for number in range(2 ** len(h)):
        mask = np.array([(number >> i) & 1 for i in range(len(h))])
        k = mask.sum()
        total += (1 - p) ** k * p ** (len(h) - k) * (np.maximum((h * mask) @ W, 0) @ v)
    return total / 2 ** len(h), np.maximum(((1 - p) * h) @ W, 0) @ v


@right(ID)
def in_a_loop_of_numbers(h, W, v, p):
    total = 0.0
    for number in range(2 ** len(h)):
        mask = np.array([(number >> i) & 1 for i in range(len(h))])
        k = mask.sum()
        total += (1 - p) ** k * p ** (len(h) - k) * (np.maximum((h * mask) @ W, 0) @ v)
    return total, np.maximum(((1 - p) * h) @ W, 0) @ v


@right(ID)
def by_recursion(h, W, v, p):
    def go(i, left):
        if i == len(h):
            return np.maximum(left @ W, 0) @ v
        without = left.copy()
        without[i] = 0
        return (1 - p) * go(i + 1, left) + p * go(i + 1, without)

    return go(0, h.copy()), np.maximum(h @ W * (1 - p), 0) @ v


# --- Monte Carlo ---

ID = "l08.mc_dropout"


@wrong(ID, "kept_for_dropped")
def mc_keeps_below_p(h, W, u, p):
    ys = (h * (u < p) / (1 - p)) @ W
    return ys.mean(axis=0), ys.std(axis=0)


@wrong(ID, "not_scaled")
def mc_without_scale(h, W, u, p):
    ys = (h * (u >= p)) @ W
    return ys.mean(axis=0), ys.std(axis=0)


@wrong(ID, "one_mask")
def mc_with_one_mask(h, W, u, p):
    ys = np.array([(h * (u[0] >= p) / (1 - p)) @ W for _ in u])
    return ys.mean(axis=0), ys.std(axis=0)


@wrong(ID, "without_dropout")
def mc_without_dropout(h, W, u, p):
    ys = np.array([h @ W for _ in u])
    return ys.mean(axis=0), ys.std(axis=0)


@wrong(ID, "variance")
def mc_variance(h, W, u, p):
    ys = (h * (u >= p) / (1 - p)) @ W
    return ys.mean(axis=0), ys.var(axis=0)


@wrong(ID, "ddof")
def mc_one_less(h, W, u, p):
    ys = (h * (u >= p) / (1 - p)) @ W
    return ys.mean(axis=0), ys.std(axis=0, ddof=1)


@wrong(ID, "standard_error")
def mc_standard_error(h, W, u, p):
    ys = (h * (u >= p) / (1 - p)) @ W
    return ys.mean(axis=0), ys.std(axis=0) / np.sqrt(len(u))


@wrong(ID, "range")
def mc_range(h, W, u, p):
    ys = (h * (u >= p) / (1 - p)) @ W
    return ys.mean(axis=0), ys.max(axis=0) - ys.min(axis=0)


@wrong(ID, "last_pass")
def mc_last(h, W, u, p):
    ys = (h * (u >= p) / (1 - p)) @ W
    return ys[-1], ys.std(axis=0)


@wrong(ID, "median")
def mc_median(h, W, u, p):
    ys = (h * (u >= p) / (1 - p)) @ W
    return np.median(ys, axis=0), ys.std(axis=0)


@wrong(ID, "wrong_shape")
def mc_over_examples(h, W, u, p):
    ys = (h * (u >= p) / (1 - p)) @ W
    return ys.mean(axis=1), ys.std(axis=1)


@right(ID)
def pass_by_pass(h, W, u, p):
    first = second = 0
    for one in u:
        y = (h * np.where(one < p, 0, 1 / (1 - p))) @ W
        first, second = first + y / len(u), second + y**2 / len(u)
    return first, np.sqrt(np.maximum(second - first**2, 0))


@right(ID)
def by_einsum_over_passes(h, W, u, p):
    ys = np.einsum("nm,tnm,mk->tnk", h, (u >= p) / (1 - p), W)
    m = np.sum(ys, axis=0) / len(ys)
    return m, np.sqrt(np.sum((ys - m) ** 2, axis=0) / len(ys))


# --- spatial ---

ID = "l08.spatial_dropout"


@wrong(ID, "kept_for_dropped")
def channels_below_p(x, u, p):
    return x * ((u < p) / (1 - p))[:, :, None, None]


@wrong(ID, "wrong_end")
def channels_below_one_minus_p(x, u, p):
    return x * ((u < 1 - p) / (1 - p))[:, :, None, None]


@wrong(ID, "not_scaled")
def channels_not_scaled(x, u, p):
    return x * (u >= p)[:, :, None, None]


@wrong(ID, "by_p")
def channels_by_p(x, u, p):
    return x * ((u >= p) / p)[:, :, None, None]


@wrong(ID, "multiplied")
def channels_smaller(x, u, p):
    return x * ((u >= p) * (1 - p))[:, :, None, None]


@wrong(ID, "same_for_all")
def channels_of_the_first(x, u, p):
    return x * ((u[0] >= p) / (1 - p))[:, None, None]


@wrong(ID, "whole_images")
def drops_images(x, u, p):
    return x * ((u[:, 0] >= p) / (1 - p))[:, None, None, None]


@wrong(ID, "nothing_dropped")
def only_larger(x, u, p):
    return x / (1 - p)


@wrong(ID, "raised")
def axes_missing(x, u, p):
    return x * (u >= p) / (1 - p)


@right(ID)
def image_by_image(x, u, p):
    y = np.zeros_like(x)
    for n, c in zip(*np.nonzero(u >= p)):
        y[n, c] = x[n, c] / (1 - p)
    return y


@right(ID)
def by_einsum_over_channels(x, u, p):
    return np.einsum("nchw,nc->nchw", x, np.where(u < p, 0, 1 / (1 - p)))
