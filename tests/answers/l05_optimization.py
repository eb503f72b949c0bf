"""Answers to lesson 05."""

import numpy as np

from tests.answers import right, wrong

# --- mini-batches ----------------------------------------------------------------------------------------------------

ID = "l05.minibatches"


@wrong(ID, "drops_last")
def only_full_batches(X, y, B, rng):
    i = rng.permutation(len(X))
    return [(X[i[b * B : (b + 1) * B]], y[i[b * B : (b + 1) * B]]) for b in range(len(X) // B)]


@wrong(ID, "empty_last")
def as_the_slide_counts(X, y, B, rng):
    i = rng.permutation(len(X))
    batches = []
    for b in range(1, len(X) // B + 2):
        part = i[B * (b - 1) : min(B * b, len(X))]
        batches.append((X[part], y[part]))
    return batches


@wrong(ID, "replacement")
def draws_each_batch_anew(X, y, B, rng):
    batches = []
    for _ in range(int(np.ceil(len(X) / B))):
        i = rng.integers(0, len(X), size=B)
        batches.append((X[i], y[i]))
    return batches


@wrong(ID, "replacement")
def chooses_each_batch_from_all(X, y, B, rng):
    batches = []
    for _ in range(int(np.ceil(len(X) / B))):
        i = rng.choice(len(X), B, replace=False)
        batches.append((X[i], y[i]))
    return batches


@wrong(ID, "replacement")
def draws_full_batches_anew(X, y, B, rng):
    batches = []
    for _ in range(len(X) // B):
        i = rng.choice(len(X), B)
        batches.append((X[i], y[i]))
    return batches


@wrong(ID, "not_shuffled")
def in_the_order_of_the_file(X, y, B, rng):
    return [(X[s : s + B], y[s : s + B]) for s in range(0, len(X), B)]


@wrong(ID, "same_order")
def with_a_seed_of_its_own(X, y, B, rng):
    i = np.random.default_rng(42).permutation(len(X))
    return [(X[i[s : s + B]], y[i[s : s + B]]) for s in range(0, len(X), B)]


@wrong(ID, "torn_apart")
def shuffles_x_and_y_apart(X, y, B, rng):
    X, y = rng.permutation(X), rng.permutation(y)
    return [(X[s : s + B], y[s : s + B]) for s in range(0, len(X), B)]


@wrong(ID, "number_for_size")
def so_many_batches(X, y, B, rng):
    return [(X[i], y[i]) for i in np.array_split(rng.permutation(len(X)), B)]


@wrong(ID, "even")
def batches_of_about_one_size(X, y, B, rng):
    n = int(np.ceil(len(X) / B))
    return [(X[i], y[i]) for i in np.array_split(rng.permutation(len(X)), n)]


@wrong(ID, "one_short")
def the_end_is_left_out(X, y, B, rng):
    i = rng.permutation(len(X))
    return [(X[i[s : s + B - 1]], y[i[s : s + B - 1]]) for s in range(0, len(X), B)]


@wrong(ID, "one_short")
def counts_from_one(X, y, B, rng):
    i, m = rng.permutation(len(X)), len(X)
    batches = []
    for b in range(1, int(np.ceil(m / B)) + 1):
        part = i[B * (b - 1) + 1 : min(B * b, m)]
        batches.append((X[part], y[part]))
    return batches


@wrong(ID, "changed_argument")
def shuffles_the_arrays_that_were_given(X, y, B, rng):
    i = rng.permutation(len(X))
    X[:], y[:] = X[i], y[i]
    return [(X[s : s + B], y[s : s + B]) for s in range(0, len(X), B)]


@right(ID)
def with_a_loop(X, y, B, rng):
    order = list(range(len(X)))
    rng.shuffle(order)
    batches = []
    while order:
        now, order = order[:B], order[B:]
        batches.append((X[now], y[now]))
    return batches


@right(ID)
def by_a_generator(X, y, B, rng):
    def deal():
        i = np.argsort(rng.random(len(X)))
        for b in range(int(np.ceil(len(X) / B))):
            part = i[B * b : min(B * (b + 1), len(X))]
            yield X[part], y[part]

    return list(deal())


@right(ID)
def cut_at_places(X, y, B, rng):
    i = rng.permutation(len(X))
    cuts = range(B, len(X), B)
    return list(zip(np.split(X[i], cuts), np.split(y[i], cuts)))


# --- stochastic gradient ---------------------------------------------------------------------------------------------

ID = "l05.sgd"


@wrong(ID, "uphill")
def goes_uphill(theta, gradient, batches, alpha):
    for X_b, y_b in batches:
        theta = theta + alpha * gradient(theta, X_b, y_b)
    return theta


@wrong(ID, "old_gradient")
def gradients_at_the_start(theta, gradient, batches, alpha):
    new = theta.copy()
    for X_b, y_b in batches:
        new = new - alpha * gradient(theta, X_b, y_b)
    return new


@wrong(ID, "one_step")
def one_step_an_epoch(theta, gradient, batches, alpha):
    g = np.mean([gradient(theta, X_b, y_b) for X_b, y_b in batches], axis=0)
    return theta - alpha * g


@wrong(ID, "first_only")
def returns_in_the_loop(theta, gradient, batches, alpha):
    for X_b, y_b in batches:
        return theta - alpha * gradient(theta, X_b, y_b)
    return None


@wrong(ID, "last_only")
def forgets_the_steps_before(theta, gradient, batches, alpha):
    for X_b, y_b in batches:
        new = theta - alpha * gradient(theta, X_b, y_b)
    return new


@wrong(ID, "divided_again")
def divides_by_the_batch(theta, gradient, batches, alpha):
    for X_b, y_b in batches:
        theta = theta - alpha * gradient(theta, X_b, y_b) / len(X_b)
    return theta


@wrong(ID, "summed")
def multiplies_by_the_batch(theta, gradient, batches, alpha):
    for X_b, y_b in batches:
        theta = theta - alpha * len(y_b) * gradient(theta, X_b, y_b)
    return theta


@wrong(ID, "no_alpha")
def without_a_step_size(theta, gradient, batches, alpha):
    for X_b, y_b in batches:
        theta = theta - gradient(theta, X_b, y_b)
    return theta


@wrong(ID, "gradient_for_theta")
def returns_the_way(theta, gradient, batches, alpha):
    moved = np.zeros_like(theta)
    for X_b, y_b in batches:
        moved = moved - alpha * gradient(theta + moved, X_b, y_b)
    return moved


@wrong(ID, "changed_argument")
def in_place(theta, gradient, batches, alpha):
    for X_b, y_b in batches:
        theta -= alpha * gradient(theta, X_b, y_b)
    return theta


@right(ID)
def on_a_copy(theta, gradient, batches, alpha):
    theta = theta.copy()
    for X_b, y_b in batches:
        theta -= alpha * gradient(theta, X_b, y_b)
    return theta


@right(ID)
def with_indices(theta, gradient, batches, alpha):
    path = [theta]
    for b in range(len(batches)):
        path.append(path[-1] - alpha * gradient(path[-1], batches[b][0], batches[b][1]))
    return path[-1]


@right(ID)
def in_float32(theta, gradient, batches, alpha):
    for X_b, y_b in batches:
        theta = np.float32(theta - alpha * gradient(theta, X_b, y_b))
    return theta


# --- step sizes that fall --------------------------------------------------------------------------------------------

ID = "l05.schedules"


@wrong(ID, "no_floor")
def falls_all_the_time(t, alpha, every, factor, decay, T):
    return (
        alpha * factor ** (t / every),
        alpha / (1 + decay * t),
        alpha * (1 + np.cos(np.pi * np.minimum(t, T) / T)) / 2,
    )


@wrong(ID, "one_early")
def counts_steps_from_one(t, alpha, every, factor, decay, T):
    cosine = alpha * (1 + np.cos(np.pi * np.minimum(t, T) / T)) / 2
    return alpha * factor ** ((t + 1) // every), alpha / (1 + decay * t), cosine


@wrong(ID, "rounded")
def rounds_the_falls(t, alpha, every, factor, decay, T):
    cosine = alpha * (1 + np.cos(np.pi * np.minimum(t, T) / T)) / 2
    return alpha * factor ** np.round(t / every), alpha / (1 + decay * t), cosine


@wrong(ID, "only_once")
def falls_once(t, alpha, every, factor, decay, T):
    cosine = alpha * (1 + np.cos(np.pi * np.minimum(t, T) / T)) / 2
    return np.where(t < every, alpha, alpha * factor), alpha / (1 + decay * t), cosine


@wrong(ID, "times_not_power")
def factor_times_falls(t, alpha, every, factor, decay, T):
    cosine = alpha * (1 + np.cos(np.pi * np.minimum(t, T) / T)) / 2
    return alpha * factor * (t // every), alpha / (1 + decay * t), cosine


@wrong(ID, "divided")
def divides_by_the_factor(t, alpha, every, factor, decay, T):
    cosine = alpha * (1 + np.cos(np.pi * np.minimum(t, T) / T)) / 2
    return alpha / factor ** (t // every), alpha / (1 + decay * t), cosine


@wrong(ID, "no_one")
def without_the_one(t, alpha, every, factor, decay, T):
    cosine = alpha * (1 + np.cos(np.pi * np.minimum(t, T) / T)) / 2
    return alpha * factor ** (t // every), alpha / (decay * t), cosine


@wrong(ID, "plain_1_over_t")
def without_the_decay(t, alpha, every, factor, decay, T):
    cosine = alpha * (1 + np.cos(np.pi * np.minimum(t, T) / T)) / 2
    return alpha * factor ** (t // every), alpha / (1 + t), cosine


@wrong(ID, "root")
def with_a_root(t, alpha, every, factor, decay, T):
    cosine = alpha * (1 + np.cos(np.pi * np.minimum(t, T) / T)) / 2
    return alpha * factor ** (t // every), alpha / np.sqrt(1 + decay * t), cosine


@wrong(ID, "linear")
def a_straight_line(t, alpha, every, factor, decay, T):
    cosine = alpha * (1 + np.cos(np.pi * np.minimum(t, T) / T)) / 2
    return alpha * factor ** (t // every), alpha * (1 - decay * t), cosine


@wrong(ID, "exponential")
def an_exponential(t, alpha, every, factor, decay, T):
    cosine = alpha * (1 + np.cos(np.pi * np.minimum(t, T) / T)) / 2
    return alpha * factor ** (t // every), alpha * np.exp(-decay * t), cosine


@wrong(ID, "no_half")
def without_the_half(t, alpha, every, factor, decay, T):
    return alpha * factor ** (t // every), alpha / (1 + decay * t), alpha * (1 + np.cos(np.pi * np.minimum(t, T) / T))


@wrong(ID, "cosine_alone")
def the_cosine_alone(t, alpha, every, factor, decay, T):
    return alpha * factor ** (t // every), alpha / (1 + decay * t), alpha * np.cos(np.pi * np.minimum(t, T) / T)


@wrong(ID, "sine")
def the_wrong_sign_of_the_cosine(t, alpha, every, factor, decay, T):
    cosine = alpha * (1 - np.cos(np.pi * np.minimum(t, T) / T)) / 2
    return alpha * factor ** (t // every), alpha / (1 + decay * t), cosine


@wrong(ID, "rises_again")
def no_end_at_t(t, alpha, every, factor, decay, T):
    return alpha * factor ** (t // every), alpha / (1 + decay * t), alpha * (1 + np.cos(np.pi * t / T)) / 2


@wrong(ID, "whole_turn")
def a_whole_turn(t, alpha, every, factor, decay, T):
    cosine = alpha * (1 + np.cos(2 * np.pi * np.minimum(t, T) / T)) / 2
    return alpha * factor ** (t // every), alpha / (1 + decay * t), cosine


@wrong(ID, "half_way")
def half_of_the_way(t, alpha, every, factor, decay, T):
    cosine = alpha * (1 + np.cos(np.pi / 2 * np.minimum(t, T) / T)) / 2
    return alpha * factor ** (t // every), alpha / (1 + decay * t), cosine


@wrong(ID, "degrees")
def in_degrees(t, alpha, every, factor, decay, T):
    cosine = alpha * (1 + np.cos(180 * np.minimum(t, T) / T)) / 2
    return alpha * factor ** (t // every), alpha / (1 + decay * t), cosine


@right(ID)
def step_by_step(t, alpha, every, factor, decay, T):
    steps, inverse, cosine = [], [], []
    for k in t:
        rate = alpha
        for _ in range(int(k) // every):
            rate = rate * factor
        steps.append(rate)
        inverse.append(alpha / (1 + decay * k))
        cosine.append(alpha * np.cos(np.pi * k / (2 * T)) ** 2 if k < T else 0.0)
    return np.array(steps), np.array(inverse), np.array(cosine)


@right(ID)
def with_where_in_float32(t, alpha, every, factor, decay, T):
    t = t.astype(np.float32)
    steps = alpha * np.exp(np.floor(t / every) * np.log(factor))
    return steps, 1 / (1 / alpha + decay / alpha * t), np.where(t < T, alpha / 2 + alpha / 2 * np.cos(np.pi * t / T), 0)


# --- Bottou's search -------------------------------------------------------------------------------------------------

ID = "l05.bottou_step_size"


@wrong(ID, "only_longer")
def doubles_only(error_after, start):
    alpha = start
    error = error_after(alpha)
    if np.isnan(error):
        error = np.inf
    while error_after(2 * alpha) < error:
        alpha = 2 * alpha
        error = error_after(alpha)
    return alpha


@wrong(ID, "only_shorter")
def halves_only(error_after, start):
    alpha, error = start, error_after(start)
    while True:
        new = error_after(alpha / 2)
        if new < error or not np.isfinite(error):
            alpha, error = alpha / 2, new
        else:
            return alpha


@wrong(ID, "one_too_far")
def returns_the_last_tried(error_after, start):
    def error_of(alpha):
        error = error_after(alpha)
        return np.inf if np.isnan(error) else error

    alpha = start
    if error_of(2 * alpha) < error_of(alpha):
        while True:
            if not error_of(2 * alpha) < error_of(alpha):
                return 2 * alpha
            alpha = 2 * alpha
    while error_of(alpha / 2) < error_of(alpha) or error_of(alpha) == np.inf:
        alpha = alpha / 2
    return alpha / 2


@wrong(ID, "one_trial")
def a_single_doubling_or_halving(error_after, start):
    trials = {}
    for alpha in (start, 2 * start, start / 2):
        error = error_after(alpha)
        trials[alpha] = np.inf if np.isnan(error) else error
    if np.isinf(trials[start]):
        return start / 2
    return min(trials, key=trials.get)


@wrong(ID, "diverged_start")
def nothing_is_less_than_inf(error_after, start):
    alpha, error = start, error_after(start)
    factor = 2 if error_after(2 * alpha) < error else 0.5
    while error_after(alpha * factor) < error:
        alpha = alpha * factor
        error = error_after(alpha)
    return alpha


@wrong(ID, "nan_stops")
def forgets_nan(error_after, start):
    alpha, error = start, error_after(start)
    while True:
        new = error_after(2 * alpha)
        if not new < error:
            break
        alpha, error = 2 * alpha, new
    while alpha <= start:
        new = error_after(alpha / 2)
        if not (new < error or new == error == np.inf):
            break
        alpha, error = alpha / 2, new
    return alpha


@wrong(ID, "factor_10")
def in_factors_of_ten(error_after, start):
    def error_of(alpha):
        error = error_after(alpha)
        return np.inf if np.isnan(error) else error

    alpha = start
    while error_of(alpha * 10) < error_of(alpha):
        alpha = alpha * 10
    if alpha == start:
        while error_of(alpha * 0.1) < error_of(alpha) or error_of(alpha) == np.inf:
            alpha = alpha * 0.1
    return alpha


@wrong(ID, "fine")
def in_finer_steps(error_after, start):
    def error_of(alpha):
        error = error_after(alpha)
        return np.inf if np.isnan(error) else error

    alpha = start
    while error_of(alpha * 1.5) < error_of(alpha):
        alpha = alpha * 1.5
    if alpha == start:
        while error_of(alpha / 1.5) < error_of(alpha) or error_of(alpha) == np.inf:
            alpha = alpha / 1.5
    return alpha


@wrong(ID, "returns_error")
def returns_the_error(error_after, start):
    def error_of(alpha):
        error = error_after(alpha)
        return np.inf if np.isnan(error) else error

    return min(error_of(start * 2.0**k) for k in range(-15, 16))


@wrong(ID, "wrong_values")
def nan_is_never_worse(error_after, start):
    alpha, error = start, error_after(start)
    while True:
        new = error_after(2 * alpha)
        if new >= error:
            break
        alpha, error = 2 * alpha, new
    return alpha


@right(ID)
def a_grid_of_powers_of_two(error_after, start):
    best, least = None, np.inf
    for k in range(-20, 21):
        error = error_after(start * 2.0**k)
        if error < least:
            best, least = start * 2.0**k, error
    return best


@right(ID)
def halves_first(error_after, start):
    def error_of(alpha):
        error = error_after(alpha)
        return error if np.isfinite(error) else np.inf

    alpha = start
    while error_of(alpha) == np.inf or error_of(alpha / 2) < error_of(alpha):
        alpha = alpha / 2
    while error_of(alpha * 2) < error_of(alpha):
        alpha = alpha * 2
    return alpha


# --- moving averages and momentum ------------------------------------------------------------------------------------

ID = "l05.moving_average"


@wrong(ID, "starts_at_first")
def starts_at_y0(y, beta):
    v, w, now = [], [], y[0]
    for t in range(len(y)):
        now = beta * now + (1 - beta) * y[t]
        v.append(now)
        w.append(now / (1 - beta ** (t + 1)))
    return np.array(v), np.array(w)


@wrong(ID, "exchanged")
def exchanges_the_weights(y, beta):
    v, w, now = [], [], 0.0
    for t in range(len(y)):
        now = (1 - beta) * now + beta * y[t]
        v.append(now)
        w.append(now / (1 - beta ** (t + 1)))
    return np.array(v), np.array(w)


@wrong(ID, "not_weighted")
def adds_the_number_itself(y, beta):
    v, w, now = [], [], 0.0
    for t in range(len(y)):
        now = beta * now + y[t]
        v.append(now)
        w.append(now / (1 - beta ** (t + 1)))
    return np.array(v), np.array(w)


@wrong(ID, "old_not_weighted")
def forgets_nothing(y, beta):
    v, w, now = [], [], 0.0
    for t in range(len(y)):
        now = now + (1 - beta) * y[t]
        v.append(now)
        w.append(now / (1 - beta ** (t + 1)))
    return np.array(v), np.array(w)


@wrong(ID, "exponent")
def exponent_t(y, beta):
    v = np.zeros(len(y))
    v[0] = (1 - beta) * y[0]
    for t in range(1, len(y)):
        v[t] = beta * v[t - 1] + (1 - beta) * y[t]
    return v, v / (1 - beta ** np.arange(len(y)))


@wrong(ID, "exponent_fixed")
def no_exponent(y, beta):
    v, now = [], 0.0
    for value in y:
        now = beta * now + (1 - beta) * value
        v.append(now)
    return np.array(v), np.array(v) / (1 - beta)


@wrong(ID, "product")
def power_of_the_difference(y, beta):
    v, now = [], 0.0
    for value in y:
        now = beta * now + (1 - beta) * value
        v.append(now)
    return np.array(v), np.array(v) / (1 - beta) ** np.arange(1, len(y) + 1)


@wrong(ID, "multiplied")
def multiplies_the_correction(y, beta):
    v, now = [], 0.0
    for value in y:
        now = beta * now + (1 - beta) * value
        v.append(now)
    return np.array(v), np.array(v) * (1 - beta ** np.arange(1, len(y) + 1))


@wrong(ID, "not_corrected")
def without_correction(y, beta):
    v, now = [], 0.0
    for value in y:
        now = beta * now + (1 - beta) * value
        v.append(now)
    return np.array(v), np.array(v)


@wrong(ID, "fed_back")
def corrects_what_it_keeps(y, beta):
    v, w, now = [], [], 0.0
    for t in range(len(y)):
        now = beta * now + (1 - beta) * y[t]
        v.append(now)
        now = now / (1 - beta ** (t + 1))
        w.append(now)
    return np.array(v), np.array(w)


@wrong(ID, "wrong_type")
def one_average_only(y, beta):
    v = np.zeros(len(y))
    for t in range(len(y)):
        v[t] = beta * (v[t - 1] if t else 0) + (1 - beta) * y[t]
    return v


@right(ID)
def as_a_matrix(y, beta):
    t = np.arange(len(y))
    lag = t[:, None] - t
    weights = np.where(lag >= 0, (1 - beta) * float(beta) ** np.maximum(lag, 0), 0)
    return weights @ y, weights @ y / weights.sum(axis=1)


@right(ID)
def as_weighted_means(y, beta):
    v, w = [], []
    for t in range(len(y)):
        weights = beta ** np.arange(t, -1, -1)
        v.append((1 - beta) * np.sum(weights * y[: t + 1]))
        w.append(np.sum(weights * y[: t + 1]) / np.sum(weights))
    return np.array(v), np.array(w)


@right(ID)
def the_average_in_float32(y, beta):
    v, now = np.zeros(len(y), dtype=np.float32), np.float32(0)
    for t, value in enumerate(y.astype(np.float32)):
        now += np.float32(1 - beta) * (value - now)
        v[t] = now
    return v, v / (1 - np.float32(beta) ** np.arange(1, len(y) + 1))


ID = "l05.momentum"


@wrong(ID, "uphill")
def the_average_is_added(theta, v, g, alpha, beta):
    v = beta * v + (1 - beta) * g
    return theta + alpha * v, v


@wrong(ID, "old_average")
def moves_first(theta, v, g, alpha, beta):
    theta = theta - alpha * v
    return theta, beta * v + (1 - beta) * g


@wrong(ID, "plain_gradient")
def moves_by_the_gradient(theta, v, g, alpha, beta):
    return theta - alpha * g, beta * v + (1 - beta) * g


@wrong(ID, "exchanged")
def weights_exchanged(theta, v, g, alpha, beta):
    v = (1 - beta) * v + beta * g
    return theta - alpha * v, v


@wrong(ID, "not_weighted")
def the_other_convention(theta, v, g, alpha, beta):
    v = beta * v + g
    return theta - alpha * v, v


@wrong(ID, "beta_twice")
def one_weight_for_both(theta, v, g, alpha, beta):
    v = beta * (v + g)
    return theta - alpha * v, v


@wrong(ID, "rate_shortened")
def shortens_the_rate_as_well(theta, v, g, alpha, beta):
    v = beta * v + (1 - beta) * g
    return theta - alpha * (1 - beta) * v, v


@wrong(ID, "no_alpha")
def no_step_size(theta, v, g, alpha, beta):
    v = beta * v + (1 - beta) * g
    return theta - v, v


@wrong(ID, "added_to_gradient")
def average_and_gradient(theta, v, g, alpha, beta):
    v = beta * v + (1 - beta) * g
    return theta - alpha * (v + g), v


@wrong(ID, "changed_argument")
def changes_v(theta, v, g, alpha, beta):
    v *= beta
    v += (1 - beta) * g
    return theta - alpha * v, v


@wrong(ID, "wrong_type")
def theta_alone(theta, v, g, alpha, beta):
    return theta - alpha * (beta * v + (1 - beta) * g)


@right(ID)
def towards_the_gradient(theta, v, g, alpha, beta):
    new = v + (1 - beta) * (g - v)
    return theta - alpha * new, new


@right(ID)
def number_by_number(theta, v, g, alpha, beta):
    new_v = [beta * a + (1 - beta) * b for a, b in zip(v, g)]
    return np.array([p - alpha * a for p, a in zip(theta, new_v)]), np.array(new_v)


ID = "l05.heavy_ball"


@wrong(ID, "uphill")
def up_the_hill(w, w_before, g, alpha, beta):
    return w + alpha * g + beta * (w - w_before)


@wrong(ID, "backwards")
def turns_the_move(w, w_before, g, alpha, beta):
    return w - alpha * g + beta * (w_before - w)


@wrong(ID, "backwards")
def subtracts_the_move(w, w_before, g, alpha, beta):
    return w - alpha * g - beta * (w - w_before)


@wrong(ID, "weighted")
def weights_of_an_average(w, w_before, g, alpha, beta):
    return w - alpha * (1 - beta) * g + beta * (w - w_before)


@wrong(ID, "memory_with_alpha")
def alpha_before_both(w, w_before, g, alpha, beta):
    return w - alpha * (g - beta * (w - w_before))


@wrong(ID, "no_beta")
def never_fades(w, w_before, g, alpha, beta):
    return w - alpha * g + (w - w_before)


@wrong(ID, "no_memory")
def gradient_descent(w, w_before, g, alpha, beta):
    return w - alpha * g


@wrong(ID, "place_for_move")
def the_place_before(w, w_before, g, alpha, beta):
    return w - alpha * g + beta * w_before


@wrong(ID, "no_start")
def the_move_alone(w, w_before, g, alpha, beta):
    return -alpha * g + beta * (w - w_before)


@wrong(ID, "no_alpha")
def the_whole_gradient(w, w_before, g, alpha, beta):
    return w - g + beta * (w - w_before)


@right(ID)
def collected_terms(w, w_before, g, alpha, beta):
    return (1 + beta) * w - beta * w_before - alpha * g


@right(ID)
def weight_by_weight(w, w_before, g, alpha, beta):
    new = np.zeros(len(w), dtype=np.float32)
    for i in range(len(w)):
        move = beta * (w[i] - w_before[i]) - alpha * g[i]
        new[i] = w[i] + move
    return new


ID = "l05.same_path"


@wrong(ID, "same_rate")
def leaves_the_rates(alphas, beta):
    betas = np.full(len(alphas), beta)
    betas[1:] = beta * alphas[1:] / alphas[:-1]
    return alphas.copy(), betas


@wrong(ID, "divided")
def divides_the_rates(alphas, beta):
    betas = np.full(len(alphas), beta)
    betas[1:] = beta * alphas[1:] / alphas[:-1]
    return alphas / (1 - beta), betas


@wrong(ID, "beta_for_rest")
def beta_times_the_rates(alphas, beta):
    betas = np.full(len(alphas), beta)
    betas[1:] = beta * alphas[1:] / alphas[:-1]
    return alphas * beta, betas


@wrong(ID, "constant_beta")
def one_beta_for_all(alphas, beta):
    return (1 - beta) * alphas, np.full(len(alphas), beta)


@wrong(ID, "ratio_turned")
def turns_the_ratio(alphas, beta):
    betas = np.full(len(alphas), beta)
    betas[1:] = beta * alphas[:-1] / alphas[1:]
    return (1 - beta) * alphas, betas


@wrong(ID, "ratio_alone")
def the_ratio_alone(alphas, beta):
    betas = np.full(len(alphas), beta)
    betas[1:] = alphas[1:] / alphas[:-1]
    return (1 - beta) * alphas, betas


@wrong(ID, "rest_for_beta")
def rest_times_the_ratio(alphas, beta):
    betas = np.full(len(alphas), beta)
    betas[1:] = (1 - beta) * alphas[1:] / alphas[:-1]
    return (1 - beta) * alphas, betas


@wrong(ID, "times_rate")
def beta_times_the_rate(alphas, beta):
    return (1 - beta) * alphas, beta * alphas


@wrong(ID, "wrong_shape")
def one_beta_short(alphas, beta):
    return (1 - beta) * alphas, beta * alphas[1:] / alphas[:-1]


@right(ID)
def with_a_loop_over_time(alphas, beta):
    betas = [0.0]
    for t in range(1, len(alphas)):
        betas.append(beta * alphas[t] / alphas[t - 1])
    return np.array([a - beta * a for a in alphas]), np.array(betas)


@right(ID)
def rolled(alphas, beta):
    return alphas * (1 - beta), beta * alphas / np.roll(alphas, 1)


# --- a step size for each parameter ----------------------------------------------------------------------------------

ID = "l05.adagrad"


@wrong(ID, "no_eps")
def adagrad_without_eps(theta, S, g, alpha, eps):
    S = S + g**2
    return theta - alpha * g / np.sqrt(S), S


@wrong(ID, "eps_inside")
def adagrad_with_eps_inside(theta, S, g, alpha, eps):
    S = S + g**2
    return theta - alpha * g / np.sqrt(S + eps), S


@wrong(ID, "no_root")
def adagrad_without_root(theta, S, g, alpha, eps):
    S = S + g**2
    return theta - alpha * g / (S + eps), S


@wrong(ID, "eps_squared")
def adagrad_eps_squared(theta, S, g, alpha, eps):
    S = S + g * g
    return theta - alpha * g / np.sqrt(S + eps**2), S


@wrong(ID, "old_s")
def adagrad_steps_first(theta, S, g, alpha, eps):
    theta = theta - alpha * g / (np.sqrt(S) + eps)
    return theta, S + g**2


@wrong(ID, "absolute")
def adagrad_absolute(theta, S, g, alpha, eps):
    S = S + np.abs(g)
    return theta - alpha * g / (np.sqrt(S) + eps), S


@wrong(ID, "one_for_all")
def adagrad_of_the_norm(theta, S, g, alpha, eps):
    S = S + g @ g
    return theta - alpha * g / (np.sqrt(S) + eps), S


@wrong(ID, "uphill")
def adagrad_uphill(theta, S, g, alpha, eps):
    S = S + g**2
    return theta + alpha * g / (np.sqrt(S) + eps), S


@wrong(ID, "plain")
def adagrad_only_collects(theta, S, g, alpha, eps):
    return theta - alpha * g, S + g**2


@wrong(ID, "not_squared")
def adagrad_not_squared(theta, S, g, alpha, eps):
    S = S + g
    return theta - alpha * g / (np.sqrt(S) + eps), S


@wrong(ID, "forgets")
def adagrad_without_memory(theta, S, g, alpha, eps):
    S = g**2
    return theta - alpha * g / (np.sqrt(S) + eps), S


@wrong(ID, "averaged")
def adagrad_averaged(theta, S, g, alpha, eps):
    S = 0.5 * S + 0.5 * g**2
    return theta - alpha * g / (np.sqrt(S) + eps), S


@wrong(ID, "changed_argument")
def adagrad_in_place(theta, S, g, alpha, eps):
    S += g**2
    theta -= alpha * g / (np.sqrt(S) + eps)
    return theta, S


@right(ID)
def adagrad_by_loops(theta, S, g, alpha, eps):
    new_theta, new_S = [], []
    for p, s, d in zip(theta, S, g):
        s = s + d * d
        new_S.append(s)
        new_theta.append(p - alpha / (s**0.5 + eps) * d)
    return np.array(new_theta), np.array(new_S)


@right(ID)
def adagrad_by_hypot(theta, S, g, alpha, eps):
    root = np.hypot(np.sqrt(S), g)
    return theta - g * alpha / (eps + root), root**2


@right(ID)
def adagrad_in_float32(theta, S, g, alpha, eps):
    theta, S, g = (a.astype(np.float32) for a in (theta, S, g))
    S = S + g * g
    return theta - np.float32(alpha) * g / (np.sqrt(S) + np.float32(eps)), S


ID = "l05.rmsprop"


@wrong(ID, "no_eps")
def as_the_slide_has_it(theta, S, g, alpha, beta, eps):
    S = beta * S + (1 - beta) * g * g
    return theta - alpha * g / np.sqrt(S), S


@wrong(ID, "eps_inside")
def rmsprop_with_eps_inside(theta, S, g, alpha, beta, eps):
    S = beta * S + (1 - beta) * g**2
    return theta - alpha * g / np.sqrt(S + eps), S


@wrong(ID, "no_root")
def rmsprop_without_root(theta, S, g, alpha, beta, eps):
    S = beta * S + (1 - beta) * g**2
    return theta - alpha * g / (S + eps), S


@wrong(ID, "eps_squared")
def rmsprop_eps_squared(theta, S, g, alpha, beta, eps):
    S = beta * S + (1 - beta) * g**2
    return theta - alpha * g / np.sqrt(S + eps * eps), S


@wrong(ID, "old_s")
def rmsprop_steps_first(theta, S, g, alpha, beta, eps):
    return theta - alpha * g / (np.sqrt(S) + eps), beta * S + (1 - beta) * g**2


@wrong(ID, "absolute")
def rmsprop_absolute(theta, S, g, alpha, beta, eps):
    S = beta * S + (1 - beta) * np.abs(g)
    return theta - alpha * g / (np.sqrt(S) + eps), S


@wrong(ID, "one_for_all")
def rmsprop_of_the_norm(theta, S, g, alpha, beta, eps):
    S = beta * S + (1 - beta) * np.dot(g, g)
    return theta - alpha * g / (np.sqrt(S) + eps), S


@wrong(ID, "uphill")
def rmsprop_uphill(theta, S, g, alpha, beta, eps):
    S = beta * S + (1 - beta) * g**2
    return theta + alpha * g / (np.sqrt(S) + eps), S


@wrong(ID, "plain")
def rmsprop_only_averages(theta, S, g, alpha, beta, eps):
    return theta - alpha * g, beta * S + (1 - beta) * g**2


@wrong(ID, "not_squared")
def rmsprop_not_squared(theta, S, g, alpha, beta, eps):
    S = beta * S + (1 - beta) * g
    return theta - alpha * g / (np.sqrt(S) + eps), S


@wrong(ID, "exchanged")
def rmsprop_exchanged(theta, S, g, alpha, beta, eps):
    S = (1 - beta) * S + beta * g**2
    return theta - alpha * g / (np.sqrt(S) + eps), S


@wrong(ID, "not_weighted")
def rmsprop_not_weighted(theta, S, g, alpha, beta, eps):
    S = beta * S + g**2
    return theta - alpha * g / (np.sqrt(S) + eps), S


@wrong(ID, "adagrad")
def adagrad_again(theta, S, g, alpha, beta, eps):
    S = S + g**2
    return theta - alpha * g / (np.sqrt(S) + eps), S


@wrong(ID, "square_of_average")
def squares_too_much(theta, S, g, alpha, beta, eps):
    S = beta * S + ((1 - beta) * g) ** 2
    return theta - alpha * g / (np.sqrt(S) + eps), S


@wrong(ID, "changed_argument")
def rmsprop_in_place(theta, S, g, alpha, beta, eps):
    S *= beta
    S += (1 - beta) * g**2
    return theta - alpha * g / (np.sqrt(S) + eps), S


@right(ID)
def rmsprop_by_loops(theta, S, g, alpha, beta, eps):
    new_theta, new_S = np.zeros(len(theta)), np.zeros(len(theta))
    for i in range(len(theta)):
        new_S[i] = S[i] - (1 - beta) * (S[i] - g[i] ** 2)
        new_theta[i] = theta[i] - alpha * g[i] / (new_S[i] ** 0.5 + eps)
    return new_theta, new_S


@right(ID)
def rmsprop_in_float32(theta, S, g, alpha, beta, eps):
    theta, S, g = (np.asarray(a, dtype=np.float32) for a in (theta, S, g))
    S = np.float32(beta) * S + np.float32(1 - beta) * g * g
    return theta - np.float32(alpha) * g / (np.sqrt(S) + np.float32(eps)), S


ID = "l05.adam"


@wrong(ID, "not_corrected")
def adam_without_correction(theta, v, S, g, t, alpha, beta1, beta2, eps):
    v = beta1 * v + (1 - beta1) * g
    S = beta2 * S + (1 - beta2) * g**2
    return theta - alpha * v / (np.sqrt(S) + eps), v, S


@wrong(ID, "first_not_corrected")
def corrects_s_only(theta, v, S, g, t, alpha, beta1, beta2, eps):
    v = beta1 * v + (1 - beta1) * g
    S = beta2 * S + (1 - beta2) * g**2
    return theta - alpha * v / (np.sqrt(S / (1 - beta2 ** (t + 1))) + eps), v, S


@wrong(ID, "second_not_corrected")
def corrects_v_only(theta, v, S, g, t, alpha, beta1, beta2, eps):
    v = beta1 * v + (1 - beta1) * g
    S = beta2 * S + (1 - beta2) * g**2
    return theta - alpha * v / (1 - beta1 ** (t + 1)) / (np.sqrt(S) + eps), v, S


@wrong(ID, "exponent")
def adam_with_exponent_t(theta, v, S, g, t, alpha, beta1, beta2, eps):
    v = beta1 * v + (1 - beta1) * g
    S = beta2 * S + (1 - beta2) * g**2
    v_hat, S_hat = v / (1 - beta1**t), S / (1 - beta2**t)
    return theta - alpha * v_hat / (np.sqrt(S_hat) + eps), v, S


@wrong(ID, "eps_inside")
def adam_of_the_slide(theta, v, S, g, t, alpha, beta1, beta2, eps):
    v = beta1 * v + (1 - beta1) * g
    S = beta2 * S + (1 - beta2) * g * g
    v_hat, S_hat = v / (1 - beta1 ** (t + 1)), S / (1 - beta2 ** (t + 1))
    return theta - alpha * v_hat / np.sqrt(S_hat + eps), v, S


@wrong(ID, "eps_uncorrected")
def corrects_the_rate(theta, v, S, g, t, alpha, beta1, beta2, eps):
    v = beta1 * v + (1 - beta1) * g
    S = beta2 * S + (1 - beta2) * g**2
    rate = alpha * np.sqrt(1 - beta2 ** (t + 1)) / (1 - beta1 ** (t + 1))
    return theta - rate * v / (np.sqrt(S) + eps), v, S


@wrong(ID, "no_eps")
def adam_without_eps(theta, v, S, g, t, alpha, beta1, beta2, eps):
    v = beta1 * v + (1 - beta1) * g
    S = beta2 * S + (1 - beta2) * g**2
    v_hat, S_hat = v / (1 - beta1 ** (t + 1)), S / (1 - beta2 ** (t + 1))
    return theta - alpha * v_hat / np.sqrt(S_hat), v, S


@wrong(ID, "no_root")
def adam_without_root(theta, v, S, g, t, alpha, beta1, beta2, eps):
    v = beta1 * v + (1 - beta1) * g
    S = beta2 * S + (1 - beta2) * g**2
    v_hat, S_hat = v / (1 - beta1 ** (t + 1)), S / (1 - beta2 ** (t + 1))
    return theta - alpha * v_hat / (S_hat + eps), v, S


@wrong(ID, "one_beta")
def beta1_for_both(theta, v, S, g, t, alpha, beta1, beta2, eps):
    v = beta1 * v + (1 - beta1) * g
    S = beta1 * S + (1 - beta1) * g**2
    v_hat, S_hat = v / (1 - beta1 ** (t + 1)), S / (1 - beta1 ** (t + 1))
    return theta - alpha * v_hat / (np.sqrt(S_hat) + eps), v, S


@wrong(ID, "exchanged")
def adam_exchanged(theta, v, S, g, t, alpha, beta1, beta2, eps):
    v = (1 - beta1) * v + beta1 * g
    S = (1 - beta2) * S + beta2 * g**2
    v_hat, S_hat = v / (1 - beta1 ** (t + 1)), S / (1 - beta2 ** (t + 1))
    return theta - alpha * v_hat / (np.sqrt(S_hat) + eps), v, S


@wrong(ID, "not_weighted")
def adam_not_weighted(theta, v, S, g, t, alpha, beta1, beta2, eps):
    v = beta1 * v + g
    S = beta2 * S + g**2
    v_hat, S_hat = v / (1 - beta1 ** (t + 1)), S / (1 - beta2 ** (t + 1))
    return theta - alpha * v_hat / (np.sqrt(S_hat) + eps), v, S


@wrong(ID, "rmsprop")
def the_gradient_on_top(theta, v, S, g, t, alpha, beta1, beta2, eps):
    v = beta1 * v + (1 - beta1) * g
    S = beta2 * S + (1 - beta2) * g**2
    S_hat = S / (1 - beta2 ** (t + 1))
    return theta - alpha * g / (np.sqrt(S_hat) + eps), v, S


@wrong(ID, "not_squared")
def adam_not_squared(theta, v, S, g, t, alpha, beta1, beta2, eps):
    v = beta1 * v + (1 - beta1) * g
    S = beta2 * S + (1 - beta2) * g
    v_hat, S_hat = v / (1 - beta1 ** (t + 1)), S / (1 - beta2 ** (t + 1))
    return theta - alpha * v_hat / (np.sqrt(S_hat) + eps), v, S


@wrong(ID, "uphill")
def adam_uphill(theta, v, S, g, t, alpha, beta1, beta2, eps):
    v = beta1 * v + (1 - beta1) * g
    S = beta2 * S + (1 - beta2) * g**2
    v_hat, S_hat = v / (1 - beta1 ** (t + 1)), S / (1 - beta2 ** (t + 1))
    return theta + alpha * v_hat / (np.sqrt(S_hat) + eps), v, S


@wrong(ID, "corrected_kept")
def keeps_the_corrected_ones(theta, v, S, g, t, alpha, beta1, beta2, eps):
    v = (beta1 * v + (1 - beta1) * g) / (1 - beta1 ** (t + 1))
    S = (beta2 * S + (1 - beta2) * g**2) / (1 - beta2 ** (t + 1))
    return theta - alpha * v / (np.sqrt(S) + eps), v, S


@wrong(ID, "corrected_twice")
def corrects_the_root(theta, v, S, g, t, alpha, beta1, beta2, eps):
    v = beta1 * v + (1 - beta1) * g
    S = beta2 * S + (1 - beta2) * g**2
    root = np.sqrt(S) / (1 - beta2 ** (t + 1))
    return theta - alpha * v / (1 - beta1 ** (t + 1)) / (root + eps), v, S


@wrong(ID, "changed_argument")
def adam_in_place(theta, v, S, g, t, alpha, beta1, beta2, eps):
    v *= beta1
    v += (1 - beta1) * g
    S *= beta2
    S += (1 - beta2) * g**2
    v_hat, S_hat = v / (1 - beta1 ** (t + 1)), S / (1 - beta2 ** (t + 1))
    return theta - alpha * v_hat / (np.sqrt(S_hat) + eps), v, S


@right(ID)
def adam_by_loops(theta, v, S, g, t, alpha, beta1, beta2, eps):
    new = [[], [], []]
    for p, a, b, d in zip(theta, v, S, g):
        a = a + (1 - beta1) * (d - a)
        b = b + (1 - beta2) * (d * d - b)
        step = alpha * a / (1 - beta1 ** (t + 1)) / ((b / (1 - beta2 ** (t + 1))) ** 0.5 + eps)
        for values, value in zip(new, (p - step, a, b)):
            values.append(value)
    return tuple(np.array(values) for values in new)


@right(ID)
def adam_with_a_corrected_rate(theta, v, S, g, t, alpha, beta1, beta2, eps):
    v, S = beta1 * v + (1 - beta1) * g, beta2 * S + (1 - beta2) * g * g
    c1, c2 = 1 - beta1 ** (t + 1), np.sqrt(1 - beta2 ** (t + 1))
    return theta - (alpha * c2 / c1) * v / (np.sqrt(S) + eps * c2), v, S


@right(ID)
def adam_in_float32(theta, v, S, g, t, alpha, beta1, beta2, eps):
    theta, v, S, g = (a.astype(np.float32) for a in (theta, v, S, g))
    v = np.float32(beta1) * v + np.float32(1 - beta1) * g
    S = np.float32(beta2) * S + np.float32(1 - beta2) * g**2
    v_hat, S_hat = v / np.float32(1 - beta1 ** (t + 1)), S / np.float32(1 - beta2 ** (t + 1))
    return theta - np.float32(alpha) * v_hat / (np.sqrt(S_hat) + np.float32(eps)), v, S


ID = "l05.learning_rates"


@wrong(ID, "weights_too")
def all_of_them_bigger(shapes, alpha, multiplier):
    return np.full(sum(D * M + M for D, M in shapes), alpha * multiplier)


@wrong(ID, "on_the_weights")
def bigger_for_the_weights(shapes, alpha, multiplier):
    return np.concatenate([part for D, M in shapes for part in (np.full(D * M, alpha * multiplier), np.full(M, alpha))])


@wrong(ID, "ignored")
def the_same_for_all(shapes, alpha, multiplier):
    return np.full(sum((D + 1) * M for D, M in shapes), alpha)


@wrong(ID, "multiplier_alone")
def the_multiplier_itself(shapes, alpha, multiplier):
    return np.concatenate([part for D, M in shapes for part in (np.full(D * M, alpha), np.full(M, multiplier))])


@wrong(ID, "added")
def adds_the_multiplier(shapes, alpha, multiplier):
    rates = []
    for D, M in shapes:
        rates += [alpha] * (D * M) + [alpha + multiplier] * M
    return np.array(rates)


@wrong(ID, "divided")
def divides_by_the_multiplier(shapes, alpha, multiplier):
    rates = []
    for D, M in shapes:
        rates += [alpha] * (D * M) + [alpha / multiplier] * M
    return np.array(rates)


@wrong(ID, "biases_first")
def biases_before_weights(shapes, alpha, multiplier):
    rates = []
    for D, M in shapes:
        rates += [alpha * multiplier] * M + [alpha] * (D * M)
    return np.array(rates)


@wrong(ID, "biases_last")
def all_weights_then_all_biases(shapes, alpha, multiplier):
    weights = sum(D * M for D, M in shapes)
    biases = sum(M for D, M in shapes)
    return np.concatenate([np.full(weights, alpha), np.full(biases, alpha * multiplier)])


@wrong(ID, "bias_per_input")
def a_bias_for_each_input(shapes, alpha, multiplier):
    rates = []
    for D, M in shapes:
        rates += [alpha] * (D * M) + [alpha * multiplier] * D
    return np.array(rates)


@wrong(ID, "no_biases")
def weights_only(shapes, alpha, multiplier):
    return np.full(sum(D * M for D, M in shapes), alpha)


@wrong(ID, "one_bias")
def one_bias_a_layer(shapes, alpha, multiplier):
    rates = []
    for D, M in shapes:
        rates += [alpha] * (D * M) + [alpha * multiplier]
    return np.array(rates)


@wrong(ID, "wrong_type")
def a_list_of_arrays(shapes, alpha, multiplier):
    return [part for D, M in shapes for part in (np.full((D, M), alpha), np.full(M, alpha * multiplier))]


@right(ID)
def a_row_of_biases_below_the_weights(shapes, alpha, multiplier):
    parts = []
    for D, M in shapes:
        block = np.full((D + 1, M), alpha, dtype=np.float32)
        block[-1] *= multiplier
        parts.append(block.ravel())
    return np.concatenate(parts)


@right(ID)
def marks_the_biases(shapes, alpha, multiplier):
    rates = np.full(sum((D + 1) * M for D, M in shapes), alpha)
    end = 0
    for D, M in shapes:
        end += (D + 1) * M
        rates[end - M : end] = alpha * multiplier
    return rates
