"""Answers to lesson 07."""

import numpy as np

from tests.answers import right, wrong

# --- L2 ---

ID = "l07.l2_penalty"


@wrong(ID, "no_half")
def without_the_half(w, alpha):
    return alpha * np.sum(w**2), 2 * alpha * w


@wrong(ID, "no_alpha")
def without_alpha(w, alpha):
    return 0.5 * np.sum(w**2), w


@wrong(ID, "not_squared")
def the_norm_itself(w, alpha):
    norm = np.linalg.norm(w)
    return alpha / 2 * norm, alpha / 2 * w / norm


@wrong(ID, "absolute")
def absolute_values(w, alpha):
    return alpha * np.abs(w).sum(), alpha * np.sign(w)


@wrong(ID, "mean")
def averages_the_squares(w, alpha):
    return alpha / 2 * np.mean(w**2), alpha * w / w.size


@wrong(ID, "sum_first")
def adds_up_first(w, alpha):
    return alpha / 2 * np.sum(w) ** 2, alpha * np.sum(w) * np.ones(w.shape)


@wrong(ID, "half_left")
def keeps_the_half(w, alpha):
    return alpha / 2 * np.sum(w * w), alpha / 2 * w


@wrong(ID, "downhill")
def the_update_as_gradient(w, alpha):
    return alpha / 2 * np.sum(w * w), -alpha * w


@wrong(ID, "square_left")
def forgets_to_differentiate(w, alpha):
    return alpha / 2 * np.sum(w * w), alpha * w**2


@wrong(ID, "wrong_type")
def the_value_alone(w, alpha):
    return alpha / 2 * np.sum(w * w)


@right(ID)
def by_a_dot_product(w, alpha):
    flat = w.ravel()
    return alpha * (flat @ flat) / 2, w * alpha


@right(ID)
def with_a_loop(w, alpha):
    total = 0.0
    for v in w.flat:
        total += v * v
    return 0.5 * alpha * total, np.array([alpha * v for v in w.flat]).reshape(w.shape)


@right(ID)
def in_single_precision(w, alpha):
    v = w.astype(np.float32)
    return np.float32(alpha) / 2 * np.sum(v * v), np.float32(alpha) * v


# --- a step with weight decay ---

ID = "l07.l2_step"


@wrong(ID, "lacks_w")
def as_i4_prints_it(w, dw, alpha, eps):
    return w - eps * alpha - eps * dw


@wrong(ID, "no_eps")
def shrinks_by_alpha(w, dw, alpha, eps):
    return (1 - alpha) * w - eps * dw


@wrong(ID, "no_alpha")
def shrinks_by_eps(w, dw, alpha, eps):
    return (1 - eps) * w - eps * dw


@wrong(ID, "grows")
def a_plus_in_front(w, dw, alpha, eps):
    return (1 + eps * alpha) * w - eps * dw


@wrong(ID, "uphill")
def adds_the_gradient(w, dw, alpha, eps):
    return (1 - eps * alpha) * w + eps * dw


@wrong(ID, "all_shrunk")
def shrinks_after_the_step(w, dw, alpha, eps):
    return (1 - eps * alpha) * (w - eps * dw)


@wrong(ID, "twice")
def two_alpha(w, dw, alpha, eps):
    return w - eps * (2 * alpha * w + dw)


@wrong(ID, "halved")
def half_alpha(w, dw, alpha, eps):
    return w - eps * (alpha / 2 * w + dw)


@wrong(ID, "gradient_without_eps")
def full_gradient(w, dw, alpha, eps):
    return (1 - eps * alpha) * w - dw


@wrong(ID, "no_penalty")
def forgets_the_penalty(w, dw, alpha, eps):
    return w - eps * dw


@wrong(ID, "changed_argument")
def in_place(w, dw, alpha, eps):
    w -= eps * (alpha * w + dw)
    return w


@right(ID)
def gradient_of_the_sum(w, dw, alpha, eps):
    return w - eps * (alpha * w + dw)


@right(ID)
def one_after_the_other(w, dw, alpha, eps):
    shrunk = w - eps * alpha * w
    return shrunk - eps * dw


@right(ID)
def as_i4_means_it(w, dw, alpha, eps):
    new = w.copy()
    for i in np.ndindex(w.shape):
        new[i] = w[i] - eps * alpha * w[i] - eps * dw[i]
    return new


# --- one penalty, three scalings ---

ID = "l07.same_penalty"


@wrong(ID, "two_turned")
def halves_l2(strength, deck, m):
    alpha = {"W11": strength, "L2": strength / 2, "I4": strength / m}[deck]
    return alpha, 2 * alpha, m * alpha


@wrong(ID, "no_two")
def w11_is_l2(strength, deck, m):
    alpha = strength / m if deck == "I4" else strength
    return alpha, alpha, m * alpha


@wrong(ID, "m_turned")
def multiplies_by_m(strength, deck, m):
    alpha = {"W11": strength, "L2": 2 * strength, "I4": strength * m}[deck]
    return alpha, alpha / 2, alpha / m


@wrong(ID, "no_m")
def without_m(strength, deck, m):
    alpha = 2 * strength if deck == "L2" else strength
    return alpha, alpha / 2, alpha


@wrong(ID, "no_half_in_i4")
def lambda_over_m(strength, deck, m):
    alpha = {"W11": strength, "L2": 2 * strength, "I4": 2 * strength / m}[deck]
    return alpha, alpha / 2, m * alpha / 2


@wrong(ID, "two_for_i4")
def two_m(strength, deck, m):
    alpha = {"W11": strength, "L2": 2 * strength, "I4": strength / (2 * m)}[deck]
    return alpha, alpha / 2, 2 * m * alpha


@wrong(ID, "always_w11")
def does_not_look_at_the_deck(strength, deck, m):
    return strength, strength / 2, m * strength


@wrong(ID, "exchanged")
def in_another_order(strength, deck, m):
    alpha = {"W11": strength, "L2": 2 * strength, "I4": strength / m}[deck]
    return alpha / 2, alpha, m * alpha


@right(ID)
def case_by_case(strength, deck, m):
    if deck == "W11":
        return strength, strength / 2, strength * m
    if deck == "L2":
        return 2 * strength, strength, 2 * m * strength
    return strength / m, strength / (2 * m), strength


@right(ID)
def by_way_of_the_coefficient(strength, deck, m):
    c = {"W11": strength / 2, "L2": strength, "I4": strength / (2 * m)}[deck]
    return 2 * c, c, 2 * m * c


# --- E(w) under L2 ---

ID = "l07.optimum_l2"


@wrong(ID, "not_moved_back")
def u_instead_of_w(lam):
    return -(2 + 2 * lam) + np.sqrt((2 + 2 * lam) ** 2 - 4 * lam)


@wrong(ID, "no_two")
def slope_lambda_w(lam):
    return 1 - (2 + lam) + np.sqrt((2 + lam) ** 2 - 2 * lam)


@wrong(ID, "penalty_at_1")
def pulls_towards_1(lam):
    return np.ones(len(lam))


@wrong(ID, "no_cubic")
def the_square_alone(lam):
    return 1 / (1 + lam)


@wrong(ID, "three_forgotten")
def a_sixth_left(lam):
    return 1 + 3 * (-(2 + 2 * lam) + np.sqrt((2 + 2 * lam) ** 2 - 4 / 3 * lam))


@wrong(ID, "sixth_forgotten")
def three_u_squared(lam):
    return 1 + (-(2 + 2 * lam) + np.sqrt((2 + 2 * lam) ** 2 - 24 * lam)) / 6


@wrong(ID, "penalty_is_l1")
def takes_l1(lam):
    return np.where(lam < 1.5, -1 + np.sqrt(np.maximum(4 - 2 * lam, 0)), 0)


@wrong(ID, "value_of_e")
def the_height(lam):
    w = -1 - 2 * lam + 2 * np.sqrt(lam**2 + lam + 1)
    return (w - 1) ** 2 + (w - 1) ** 3 / 6 + lam * w**2


@wrong(ID, "other_root")
def the_maximum(lam):
    return -1 - 2 * lam - 2 * np.sqrt(lam**2 + lam + 1)


@right(ID)
def with_the_root(lam):
    return -1 - 2 * lam + 2 * np.sqrt(lam**2 + lam + 1)


@right(ID)
def by_newton(lam):
    w = np.ones(len(lam))
    for _ in range(50):
        w = w - (2 * (w - 1) + (w - 1) ** 2 / 2 + 2 * lam * w) / (2 + (w - 1) + 2 * lam)
    return w


@right(ID)
def by_the_roots_of_numpy(lam):
    return np.array([1 + np.roots([0.5, 2 + 2 * v, 2 * v]).max() for v in lam])


@right(ID)
def in_float32(lam):
    v = lam.astype(np.float32)
    return 3 / (1 + 2 * v + 2 * np.sqrt(v * v + v + 1))


# --- ridge regression ---

ID = "l07.ridge"


@wrong(ID, "no_m")
def lambda_alone(X, y, lam):
    Xc, yc = X - X.mean(axis=0), y - y.mean()
    w = np.linalg.solve(Xc.T @ Xc + lam * np.eye(X.shape[1]), Xc.T @ yc)
    return w, y.mean() - X.mean(axis=0) @ w


@wrong(ID, "divided_by_m")
def lambda_over_m_here(X, y, lam):
    Xc, yc = X - X.mean(axis=0), y - y.mean()
    w = np.linalg.solve(Xc.T @ Xc + lam / len(y) * np.eye(X.shape[1]), Xc.T @ yc)
    return w, y.mean() - X.mean(axis=0) @ w


@wrong(ID, "sign")
def minus_lambda(X, y, lam):
    Xc, yc = X - X.mean(axis=0), y - y.mean()
    w = np.linalg.solve(Xc.T @ Xc - len(y) * lam * np.eye(X.shape[1]), Xc.T @ yc)
    return w, y.mean() - X.mean(axis=0) @ w


@wrong(ID, "no_penalty")
def least_squares(X, y, lam):
    Xc, yc = X - X.mean(axis=0), y - y.mean()
    w = np.linalg.lstsq(Xc, yc, rcond=None)[0]
    return w, y.mean() - X.mean(axis=0) @ w


@wrong(ID, "every_entry")
def adds_a_number_to_the_matrix(X, y, lam):
    Xc, yc = X - X.mean(axis=0), y - y.mean()
    w = np.linalg.lstsq(Xc.T @ Xc + len(y) * lam, Xc.T @ yc, rcond=None)[0]
    return w, y.mean() - X.mean(axis=0) @ w


@wrong(ID, "twice")
def from_half_the_square(X, y, lam):
    Xc, yc = X - X.mean(axis=0), y - y.mean()
    w = np.linalg.solve(Xc.T @ Xc + 2 * len(y) * lam * np.eye(X.shape[1]), Xc.T @ yc)
    return w, y.mean() - X.mean(axis=0) @ w


@wrong(ID, "not_centered")
def without_b(X, y, lam):
    w = np.linalg.solve(X.T @ X + len(y) * lam * np.eye(X.shape[1]), X.T @ y)
    return w, 0.0


@wrong(ID, "not_centered")
def centres_afterwards(X, y, lam):
    w = np.linalg.solve(X.T @ X + len(y) * lam * np.eye(X.shape[1]), X.T @ y)
    return w, y.mean() - X.mean(axis=0) @ w


@wrong(ID, "mean_of_y")
def b_is_the_mean(X, y, lam):
    Xc, yc = X - X.mean(axis=0), y - y.mean()
    w = np.linalg.solve(Xc.T @ Xc + len(y) * lam * np.eye(X.shape[1]), Xc.T @ yc)
    return w, y.mean()


@wrong(ID, "bias_penalised")
def a_column_of_ones(X, y, lam):
    ones = np.hstack([np.ones((len(y), 1)), X])
    both = np.linalg.solve(ones.T @ ones + len(y) * lam * np.eye(ones.shape[1]), ones.T @ y)
    return both[1:], both[0]


@wrong(ID, "wrong_type")
def w_alone(X, y, lam):
    Xc, yc = X - X.mean(axis=0), y - y.mean()
    return np.linalg.solve(Xc.T @ Xc + len(y) * lam * np.eye(X.shape[1]), Xc.T @ yc)


@right(ID)
def ones_with_a_free_bias(X, y, lam):
    ones = np.hstack([np.ones((len(y), 1)), X])
    P = len(y) * lam * np.eye(ones.shape[1])
    P[0, 0] = 0
    both = np.linalg.solve(ones.T @ ones + P, ones.T @ y)
    return both[1:], both[0]


@right(ID)
def with_the_mean(X, y, lam):
    Xc, yc = X - X.mean(axis=0), y - y.mean()
    A = Xc.T @ Xc / len(y) + lam * np.eye(X.shape[1])
    w = np.linalg.inv(A) @ Xc.T @ yc / len(y)
    return w, np.mean(y - X @ w)


@right(ID)
def more_rows(X, y, lam):
    Xc, yc = X - X.mean(axis=0), y - y.mean()
    D = X.shape[1]
    w = np.linalg.lstsq(np.vstack([Xc, np.sqrt(len(y) * lam) * np.eye(D)]), np.append(yc, np.zeros(D)), rcond=None)[0]
    return w, np.mean(y - X @ w)


@right(ID)
def by_singular_values(X, y, lam):
    Xc, yc = X - X.mean(axis=0), y - y.mean()
    U, s, Vt = np.linalg.svd(Xc, full_matrices=False)
    w = Vt.T @ (s / (s**2 + len(y) * lam) * (U.T @ yc))
    return w, np.mean(y) - np.mean(X, axis=0) @ w


# --- L1 ---

ID = "l07.l1_penalty"


@wrong(ID, "no_alpha")
def without_alpha_too(w, alpha):
    return np.sum(np.abs(w)), np.sign(w)


@wrong(ID, "not_absolute")
def with_their_signs(w, alpha):
    return alpha * w.sum(), alpha * np.ones(w.shape)


@wrong(ID, "mean")
def averages(w, alpha):
    return alpha * np.mean(np.abs(w)), alpha * np.sign(w) / w.size


@wrong(ID, "half")
def a_half_as_in_l2(w, alpha):
    return alpha / 2 * np.sum(np.abs(w)), alpha / 2 * np.sign(w)


@wrong(ID, "squared")
def l2_again(w, alpha):
    return alpha / 2 * np.sum(w**2), alpha * w


@wrong(ID, "euclidean")
def the_default_norm(w, alpha):
    return alpha * np.linalg.norm(w), alpha * w / np.linalg.norm(w)


@wrong(ID, "absolute_gradient")
def keeps_the_bars(w, alpha):
    return alpha * np.sum(np.abs(w)), alpha * np.abs(w)


@wrong(ID, "downhill")
def minus_sign(w, alpha):
    return alpha * np.sum(np.abs(w)), -alpha * np.sign(w)


@wrong(ID, "pushed_at_0")
def zero_is_positive(w, alpha):
    return alpha * np.sum(np.abs(w)), np.where(w >= 0, alpha, -alpha)


@wrong(ID, "pushed_at_0")
def zero_is_negative(w, alpha):
    return alpha * np.sum(np.abs(w)), np.where(w > 0, alpha, -alpha)


@wrong(ID, "zero_by_zero")
def w_over_its_length(w, alpha):
    return alpha * np.sum(np.abs(w)), alpha * w / np.abs(w)


@right(ID)
def by_cases(w, alpha):
    return alpha * np.abs(w).sum(), alpha * ((w > 0) * 1.0 - (w < 0) * 1.0)


@right(ID)
def one_by_one(w, alpha):
    total, slope = 0.0, np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        total += alpha * max(w[i], -w[i])
        slope[i] = alpha if w[i] > 0 else -alpha if w[i] < 0 else 0.0
    return total, slope


# --- E(w) under L1 ---

ID = "l07.optimum_l1"


@wrong(ID, "not_stopped")
def goes_on(lam):
    return -1 + np.sqrt(4 - 2 * lam)


@wrong(ID, "not_stopped")
def goes_on_to_the_root(lam):
    return -1 + np.sqrt(np.maximum(4 - 2 * lam, 0))


@wrong(ID, "not_stopped")
def zero_where_there_is_no_root(lam):
    return np.where(lam <= 2, -1 + np.sqrt(np.maximum(4 - 2 * lam, 0)), 0.0)


@wrong(ID, "not_moved_back")
def u_again(lam):
    return np.where(lam < 1.5, -2 + np.sqrt(np.maximum(4 - 2 * lam, 0)), 0)


@wrong(ID, "two")
def slope_two_lambda(lam):
    return np.maximum(-1 + np.sqrt(np.maximum(4 - 4 * lam, 0)), 0)


@wrong(ID, "no_cubic")
def soft_threshold_of_the_square(lam):
    return np.maximum(1 - lam / 2, 0)


@wrong(ID, "three_forgotten")
def a_sixth_left_again(lam):
    return np.maximum(1 + 3 * (-2 + np.sqrt(np.maximum(4 - 2 / 3 * lam, 0))), 0)


@wrong(ID, "away")
def minus_lambda_there(lam):
    return np.where(lam < 1.5, -1 + np.sqrt(4 + 2 * lam), 0)


@wrong(ID, "away")
def minus_lambda_everywhere(lam):
    return -1 + np.sqrt(4 + 2 * lam)


@wrong(ID, "too_early")
def from_1_on(lam):
    return np.where(lam < 1, -1 + np.sqrt(np.maximum(4 - 2 * lam, 0)), 0)


@wrong(ID, "penalty_is_l2")
def takes_l2(lam):
    return -1 - 2 * lam + 2 * np.sqrt(lam**2 + lam + 1)


@right(ID)
def never_below_0(lam):
    return np.maximum(-1 + np.sqrt(np.maximum(4 - 2 * lam, 0)), 0)


@right(ID)
def one_lambda_at_a_time(lam):
    return np.array([np.sqrt(4 - 2 * v) - 1 if v < 1.5 else 0.0 for v in lam])


@right(ID)
def by_proximal_steps(lam):
    w = np.ones(len(lam))
    for _ in range(2000):
        v = w - 0.2 * (2 * (w - 1) + (w - 1) ** 2 / 2)
        w = v - np.minimum(0.2 * lam, np.abs(v)) * np.sign(v)
    return w


# --- which weights stay at 0 ---

ID = "l07.exactly_zero"


@wrong(ID, "no_absolute")
def without_bars(slope, lam):
    return slope <= lam


@wrong(ID, "border")
def strictly_smaller(slope, lam):
    return np.abs(slope) < lam


@wrong(ID, "turned")
def those_that_move(slope, lam):
    return np.abs(slope) > lam


@wrong(ID, "turned")
def those_that_move_or_balance(slope, lam):
    return np.abs(slope) >= lam


@wrong(ID, "squared")
def squares_the_slope(slope, lam):
    return slope**2 <= lam


@wrong(ID, "twice")
def two_lambda(slope, lam):
    return np.abs(slope) <= 2 * lam


@wrong(ID, "halved")
def half_lambda(slope, lam):
    return np.abs(slope) <= lam / 2


@wrong(ID, "slope_is_zero")
def looks_for_a_flat_place(slope, lam):
    return slope == 0


@wrong(ID, "all_at_once")
def one_answer_for_all(slope, lam):
    return bool(np.all(np.abs(slope) <= lam))


@right(ID)
def between_two_bounds(slope, lam):
    return (slope >= -lam) & (slope <= lam)


@right(ID)
def a_list_comprehension(slope, lam):
    return np.array([abs(s) <= lam for s in slope])


@right(ID)
def ones_and_zeros(slope, lam):
    return 1 * ~(np.abs(slope) > lam)


# --- the step that overshoots ---

ID = "l07.plain_l1_step"


@wrong(ID, "old_sign")
def the_first_form(w, g, eta, lam):
    v = w - eta * g
    new = v - lam * np.sign(w)
    return new, v * new < 0


@wrong(ID, "eta_too")
def lambda_times_eta(w, g, eta, lam):
    v = w - eta * g
    new = v - eta * lam * np.sign(v)
    return new, v * new < 0


@wrong(ID, "uphill")
def plus_the_gradient(w, g, eta, lam):
    v = w + eta * g
    new = v - lam * np.sign(v)
    return new, v * new < 0


@wrong(ID, "no_eta")
def the_whole_gradient(w, g, eta, lam):
    v = w - g
    new = v - lam * np.sign(v)
    return new, v * new < 0


@wrong(ID, "no_sign")
def lambda_off_all(w, g, eta, lam):
    v = w - eta * g
    new = v - lam
    return new, v * new < 0


@wrong(ID, "away")
def plus_lambda(w, g, eta, lam):
    v = w - eta * g
    new = v + lam * np.sign(v)
    return new, v * new < 0


@wrong(ID, "shrunk")
def a_share_of_w(w, g, eta, lam):
    v = w - eta * g
    new = v - lam * v
    return new, v * new < 0


@wrong(ID, "stopped")
def does_not_overshoot(w, g, eta, lam):
    v = w - eta * g
    new = v - np.minimum(lam, np.abs(v)) * np.sign(v)
    return new, v * new < 0


@wrong(ID, "landed")
def zero_counts(w, g, eta, lam):
    v = w - eta * g
    new = v - lam * np.sign(v)
    return new, v * new <= 0


@wrong(ID, "landed")
def another_sign_counts(w, g, eta, lam):
    v = w - eta * g
    new = v - lam * np.sign(v)
    return new, np.sign(v) != np.sign(new)


@wrong(ID, "against_w")
def compares_with_the_start(w, g, eta, lam):
    v = w - eta * g
    new = v - lam * np.sign(v)
    return new, w * new < 0


@right(ID)
def two_sides(w, g, eta, lam):
    v = w - eta * g
    new = v - lam * np.sign(v)
    return new, ((v > 0) & (new < 0)) | ((v < 0) & (new > 0))


@right(ID)
def shorter_than_the_step(w, g, eta, lam):
    v = w - eta * g
    return v - lam * np.sign(v), (v != 0) & (np.abs(v) < lam)


# --- the proximal operator ---

ID = "l07.prox_l1"


@wrong(ID, "overshoots")
def the_plain_step(w, step):
    return w - step * np.sign(w)


@wrong(ID, "hard")
def cuts_off(w, step):
    return np.where(np.abs(w) > step, w, 0.0)


@wrong(ID, "what_is_taken_off")
def the_part_to_remove(w, step):
    return np.minimum(step, np.abs(w)) * np.sign(w)


@wrong(ID, "no_sign")
def without_the_sign(w, step):
    return w - np.minimum(step, np.abs(w))


@wrong(ID, "positive_only")
def like_a_relu(w, step):
    return np.maximum(w - step, 0)


@wrong(ID, "length_only")
def loses_the_sign(w, step):
    return np.maximum(np.abs(w) - step, 0)


@wrong(ID, "max")
def the_longer_one(w, step):
    return w - np.maximum(step, np.abs(w)) * np.sign(w)


@wrong(ID, "no_absolute")
def min_with_w(w, step):
    return w - np.minimum(step, w) * np.sign(w)


@wrong(ID, "away")
def pushes_away(w, step):
    return w + np.minimum(step, np.abs(w)) * np.sign(w)


@wrong(ID, "prox_of_l2")
def shrinks_by_a_factor(w, step):
    return w / (1 + step)


@right(ID)
def soft_threshold(w, step):
    return np.sign(w) * np.maximum(np.abs(w) - step, 0)


@right(ID)
def by_clipping(w, step):
    return w - np.clip(w, -step, step)


@right(ID)
def two_relus(w, step):
    return np.maximum(w - step, 0) - np.maximum(-w - step, 0)


@right(ID)
def one_weight_at_a_time(w, step):
    new = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        if w[i] > step:
            new[i] = w[i] - step
        elif w[i] < -step:
            new[i] = w[i] + step
    return new


# --- a whole proximal step ---

ID = "l07.proximal_step"


@wrong(ID, "eta_missing")
def as_if_alpha_were_l5s_lambda(w, g, eta, alpha):
    v = w - eta * g
    return np.sign(v) * np.maximum(np.abs(v) - alpha, 0)


@wrong(ID, "alpha_missing")
def eta_alone(w, g, eta, alpha):
    v = w - eta * g
    return np.sign(v) * np.maximum(np.abs(v) - eta, 0)


@wrong(ID, "eta_twice")
def eta_squared(w, g, eta, alpha):
    v = w - eta * g
    return np.sign(v) * np.maximum(np.abs(v) - eta**2 * alpha, 0)


@wrong(ID, "divided")
def alpha_over_eta(w, g, eta, alpha):
    v = w - eta * g
    return np.sign(v) * np.maximum(np.abs(v) - alpha / eta, 0)


@wrong(ID, "prox_first")
def gradient_last(w, g, eta, alpha):
    return np.sign(w) * np.maximum(np.abs(w) - eta * alpha, 0) - eta * g


@wrong(ID, "no_gradient")
def penalty_alone(w, g, eta, alpha):
    v = w
    return np.sign(v) * np.maximum(np.abs(v) - eta * alpha, 0)


@wrong(ID, "uphill")
def adds_the_gradient_here(w, g, eta, alpha):
    v = w + eta * g
    return np.sign(v) * np.maximum(np.abs(v) - eta * alpha, 0)


@wrong(ID, "no_eta")
def gradient_without_eta(w, g, eta, alpha):
    v = w - g
    return np.sign(v) * np.maximum(np.abs(v) - eta * alpha, 0)


@wrong(ID, "not_stopped")
def overshoots_here(w, g, eta, alpha):
    v = w - eta * g
    return v - eta * alpha * np.sign(v)


@wrong(ID, "subgradient")
def as_w13_writes_it(w, g, eta, alpha):
    return w - eta * (g + alpha * np.sign(w))


@wrong(ID, "both")
def penalty_twice(w, g, eta, alpha):
    v = w - eta * (g + alpha * np.sign(w))
    return np.sign(v) * np.maximum(np.abs(v) - eta * alpha, 0)


@right(ID)
def by_clipping_here(w, g, eta, alpha):
    v = w - eta * g
    return v - np.clip(v, -eta * alpha, eta * alpha)


@right(ID)
def as_l5_writes_it(w, g, eta, alpha):
    lam = eta * alpha
    v = w - eta * g
    return v - np.minimum(lam, np.abs(v)) * np.sign(v)


# --- from the prior to the penalty ---

ID = "l07.prior_lambdas"


@wrong(ID, "no_two")
def w11s_alpha(variance):
    return 1 / variance, np.sqrt(2 / variance)


@wrong(ID, "turned")
def grows_with_the_variance(variance):
    return variance / 2, np.sqrt(variance / 2)


@wrong(ID, "turned")
def two_times_the_variance(variance):
    return 2 * variance, np.sqrt(2 / variance)


@wrong(ID, "squared_again")
def sigma_squared_squared(variance):
    return 1 / (2 * variance**2), np.sqrt(2) / variance


@wrong(ID, "root")
def the_deviation(variance):
    return 1 / (2 * np.sqrt(variance)), np.sqrt(2 / variance)


@wrong(ID, "variance_is_b")
def b_is_the_variance(variance):
    return 1 / (2 * variance), 1 / variance


@wrong(ID, "deviation_is_b")
def b_is_the_deviation(variance):
    return 1 / (2 * variance), 1 / np.sqrt(variance)


@wrong(ID, "two_turned")
def half_b_squared(variance):
    return 1 / (2 * variance), 1 / np.sqrt(2 * variance)


@wrong(ID, "no_root")
def b_squared(variance):
    return 1 / (2 * variance), 2 / variance


@right(ID)
def by_way_of_b(variance):
    b = np.sqrt(variance / 2)
    return 0.5 / variance, 1 / b


@right(ID)
def as_powers(variance):
    return (2 * variance) ** -1.0, 2**0.5 * variance**-0.5


# --- one lambda for each layer ---

ID = "l07.layer_penalty"


@wrong(ID, "no_half")
def without_the_halves(layers, lams):
    value = sum(lam * np.sum(W**2) for (W, b), lam in zip(layers, lams))
    return value, [2 * lam * W for (W, b), lam in zip(layers, lams)]


@wrong(ID, "biases")
def as_i4_with_biases(layers, lams):
    value = sum(lam / 2 * (np.sum(W**2) + np.sum(b**2)) for (W, b), lam in zip(layers, lams))
    return value, [lam * W for (W, b), lam in zip(layers, lams)]


@wrong(ID, "one_lambda")
def the_first_for_all(layers, lams):
    value = sum(lams[0] / 2 * np.sum(W**2) for (W, b), lam in zip(layers, lams))
    return value, [lams[0] * W for (W, b), lam in zip(layers, lams)]


@wrong(ID, "turned_round")
def from_the_output(layers, lams):
    value = sum(lam / 2 * np.sum(W**2) for (W, b), lam in zip(layers, lams[::-1]))
    return value, [lam * W for (W, b), lam in zip(layers, lams[::-1])]


@wrong(ID, "no_lambda")
def without_lambdas(layers, lams):
    value = sum(np.sum(W**2) / 2 for (W, b), lam in zip(layers, lams))
    return value, [W for (W, b), lam in zip(layers, lams)]


@wrong(ID, "not_squared")
def the_norms(layers, lams):
    value = sum(lam / 2 * np.linalg.norm(W) for (W, b), lam in zip(layers, lams))
    return value, [lam / 2 * W / np.linalg.norm(W) for (W, b), lam in zip(layers, lams)]


@wrong(ID, "spectral")
def norm_with_a_2(layers, lams):
    value = sum(lam / 2 * np.linalg.norm(W, 2) ** 2 for (W, b), lam in zip(layers, lams))
    return value, [lam * W for (W, b), lam in zip(layers, lams)]


@wrong(ID, "absolute")
def l1_for_l2(layers, lams):
    value = sum(lam * np.abs(W).sum() for (W, b), lam in zip(layers, lams))
    return value, [lam * np.sign(W) for (W, b), lam in zip(layers, lams)]


@wrong(ID, "mean")
def mean_square(layers, lams):
    value = sum(lam / 2 * np.mean(W**2) for (W, b), lam in zip(layers, lams))
    return value, [lam * W / W.size for (W, b), lam in zip(layers, lams)]


@wrong(ID, "half_left")
def half_in_the_gradient(layers, lams):
    value = sum(lam / 2 * np.sum(W**2) for (W, b), lam in zip(layers, lams))
    return value, [lam / 2 * W for (W, b), lam in zip(layers, lams)]


@wrong(ID, "downhill")
def minus_in_front(layers, lams):
    value = sum(lam / 2 * np.sum(W**2) for (W, b), lam in zip(layers, lams))
    return value, [-lam * W for (W, b), lam in zip(layers, lams)]


@right(ID)
def with_a_loop_over_layers(layers, lams):
    value, gradients = 0.0, []
    for layer, lam in zip(layers, lams):
        W = layer[0]
        value = value + 0.5 * lam * np.sum(W * W)
        gradients.append(lam * W)
    return value, gradients


@right(ID)
def by_frobenius_norms(layers, lams):
    value = sum(lam / 2 * np.linalg.norm(W, "fro") ** 2 for (W, b), lam in zip(layers, lams))
    return value, tuple(lam * W for (W, b), lam in zip(layers, lams))


@right(ID)
def by_traces(layers, lams):
    value = sum(lam / 2 * np.trace(W.T @ W) for (W, b), lam in zip(layers, lams))
    return value, [lam * W for (W, b), lam in zip(layers, lams)]


# --- a penalty on activations ---

ID = "l07.activation_penalty"


@wrong(ID, "not_divided")
def the_sum_over_the_batch(h, dh, alpha):
    return alpha * np.sum(np.abs(h)), dh + alpha * np.sign(h)


@wrong(ID, "not_divided")
def gradient_of_the_sum_here(h, dh, alpha):
    return alpha * np.sum(np.abs(h)) / len(h), dh + alpha * np.sign(h)


@wrong(ID, "divided_by_all")
def mean_of_everything(h, dh, alpha):
    return alpha * np.mean(np.abs(h)), dh + alpha * np.sign(h) / h.size


@wrong(ID, "no_alpha")
def without_alpha_here(h, dh, alpha):
    return np.sum(np.abs(h)) / len(h), dh + np.sign(h) / len(h)


@wrong(ID, "squared")
def squares_here(h, dh, alpha):
    return alpha * np.sum(h**2) / len(h), dh + 2 * alpha * h / len(h)


@wrong(ID, "squared")
def half_squares_here(h, dh, alpha):
    return alpha / 2 * np.sum(h**2) / len(h), dh + alpha * h / len(h)


@wrong(ID, "not_absolute")
def signs_kept_here(h, dh, alpha):
    return alpha * np.sum(h) / len(h), dh + alpha / len(h)


@wrong(ID, "replaced")
def loses_dh(h, dh, alpha):
    return alpha * np.sum(np.abs(h)) / len(h), alpha * np.sign(h) / len(h)


@wrong(ID, "dh_divided")
def averages_again(h, dh, alpha):
    return alpha * np.sum(np.abs(h)) / len(h), (dh + alpha * np.sign(h)) / len(h)


@wrong(ID, "subtracted")
def minus_the_penalty(h, dh, alpha):
    return alpha * np.sum(np.abs(h)) / len(h), dh - alpha * np.sign(h) / len(h)


@wrong(ID, "silent_pushed")
def zero_counts_as_positive(h, dh, alpha):
    return alpha * np.sum(np.abs(h)) / len(h), dh + alpha * np.where(h >= 0, 1, -1) / len(h)


@wrong(ID, "not_averaged")
def one_penalty_each(h, dh, alpha):
    return alpha * np.sum(np.abs(h), axis=1), dh + alpha * np.sign(h) / len(h)


@right(ID)
def mean_over_the_examples(h, dh, alpha):
    return np.mean(np.sum(alpha * np.abs(h), axis=1)), dh + alpha / h.shape[0] * np.sign(h)


@right(ID)
def by_cases_here(h, dh, alpha):
    N = len(h)
    slope = np.zeros(h.shape)
    slope[h > 0], slope[h < 0] = alpha / N, -alpha / N
    return alpha / N * np.abs(h).sum(), slope + dh


@right(ID)
def example_by_example(h, dh, alpha):
    value, total = 0.0, dh.copy()
    for n in range(len(h)):
        value += alpha * np.abs(h[n]).sum() / len(h)
        total[n] += alpha * np.sign(h[n]) / len(h)
    return value, total
