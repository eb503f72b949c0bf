"""Answers to lesson 13."""

import numpy as np

from course_lib.layers import Dense, Flatten, ReLU, Sequential
from course_lib.losses import SoftmaxCrossEntropy
from course_lib.models import cnn
from course_lib.optim import Adam
from course_lib.training import fit, predict
from tests.answers import right, wrong

# --- rates ---

ID = "l13.layer_rates"


@wrong(ID, "first_fastest")
def from_the_first(n, rate, factor):
    return rate / factor ** np.arange(n)


@wrong(ID, "all_equal")
def one_rate_for_all(n, rate, factor):
    return np.full(n, rate)


@wrong(ID, "faster")
def multiplies(n, rate, factor):
    return rate * factor ** np.arange(n)[::-1]


@wrong(ID, "linear")
def divides_by_multiples(n, rate, factor):
    rates = [rate / (factor * k) if k else rate for k in range(n)]
    return np.array(rates[::-1])


@wrong(ID, "last_slowed")
def slows_the_last(n, rate, factor):
    return rate / factor ** np.arange(n, 0, -1)


@wrong(ID, "two_rates")
def two_groups(n, rate, factor):
    rates = np.full(n, rate / factor)
    rates[-1] = rate
    return rates


@wrong(ID, "root")
def root_of_the_factor(n, rate, factor):
    return rate / np.sqrt(factor) ** np.arange(n)[::-1]


@wrong(ID, "wrong_shape")
def one_too_many(n, rate, factor):
    return rate / factor ** np.arange(n + 1)[::-1]


@right(ID)
def from_the_last_back(n, rate, factor):
    rates = np.empty(n)
    for k in range(n - 1, -1, -1):
        rates[k] = rate
        rate = rate / factor
    return rates


@right(ID)
def on_a_logarithmic_scale(n, rate, factor):
    return np.geomspace(rate * factor ** (1 - n), rate, n)


# --- unfreezing ---

ID = "l13.unfrozen"


@wrong(ID, "frozen")
def says_what_is_frozen(step, n, every):
    return np.arange(n) < n - 1 - step // every


@wrong(ID, "from_below")
def first_layers_first(step, n, every):
    return np.arange(n) < 1 + step // every


@wrong(ID, "none_at_first")
def starts_with_none(step, n, every):
    return np.arange(n) >= n - step // every


@wrong(ID, "two_at_first")
def starts_with_two(step, n, every):
    return np.arange(n) >= n - 2 - step // every


@wrong(ID, "one_at_a_time")
def only_the_newest(step, n, every):
    return np.arange(n) == max(n - 1 - step // every, 0)


@wrong(ID, "every_step")
def one_more_each_step(step, n, every):
    return np.arange(n) >= n - 1 - step


@wrong(ID, "one_step_early")
def counts_from_one(step, n, every):
    return np.arange(n) >= n - 1 - (step + 1) // every


@wrong(ID, "all_at_once")
def all_after_the_first_time(step, n, every):
    learns = np.zeros(n, dtype=bool)
    learns[-1] = True
    return learns if step < every else np.ones(n, dtype=bool)


@wrong(ID, "wrong_shape")
def how_many(step, n, every):
    return np.array([min(n, 1 + step // every)])


@right(ID)
def by_slicing(step, n, every):
    learns = np.zeros(n, dtype=bool)
    learns[max(n - 1 - step // every, 0) :] = True
    return learns


@right(ID)
def layer_by_layer(step, n, every):
    return np.array([step >= (n - 1 - layer) * every for layer in range(n)])


# --- steps ---

ID = "l13.transfer_step"


@wrong(ID, "uphill")
def adds(theta, grad, starts, rates):
    lengths = np.diff([*starts, len(theta)])
    return theta + np.repeat(rates, lengths) * grad


@wrong(ID, "rates_reversed")
def rates_from_the_end(theta, grad, starts, rates):
    lengths = np.diff([*starts, len(theta)])
    return theta - np.repeat(rates[::-1], lengths) * grad


@wrong(ID, "one_rate")
def first_rate_for_all(theta, grad, starts, rates):
    return theta - rates[0] * grad


@wrong(ID, "last_rate")
def last_rate_for_all(theta, grad, starts, rates):
    return theta - rates[-1] * grad


@wrong(ID, "mean_rate")
def mean_rate_for_all(theta, grad, starts, rates):
    return theta - np.mean(rates) * grad


@wrong(ID, "one_number_late")
def begins_too_late(theta, grad, starts, rates):
    new = theta.copy()
    ends = [*starts[1:], len(theta) - 1]
    for layer, (a, b) in enumerate(zip(starts, ends)):
        a = a + 1 if layer else a
        new[a : b + 1] = theta[a : b + 1] - rates[layer] * grad[a : b + 1]
    return new


@wrong(ID, "frozen_moves")
def moves_the_frozen(theta, grad, starts, rates):
    lengths = np.diff([*starts, len(theta)])
    rates = np.where(rates == 0, rates[-1], rates)
    return theta - np.repeat(rates, lengths) * grad


@wrong(ID, "only_frozen_or_not")
def frozen_or_last_rate(theta, grad, starts, rates):
    lengths = np.diff([*starts, len(theta)])
    return theta - rates[-1] * np.repeat(rates > 0, lengths) * grad


@wrong(ID, "step_alone")
def only_the_step(theta, grad, starts, rates):
    lengths = np.diff([*starts, len(theta)])
    return -np.repeat(rates, lengths) * grad


@wrong(ID, "changed_argument")
def moves_in_place(theta, grad, starts, rates):
    lengths = np.diff([*starts, len(theta)])
    theta -= np.repeat(rates, lengths) * grad
    return theta.copy()


@wrong(ID, "raised")
def one_rate_per_number(theta, grad, starts, rates):
    return theta - rates * grad


@right(ID)
def layer_by_layer_in_a_copy(theta, grad, starts, rates):
    new = theta.copy()
    ends = [*starts[1:], len(theta)]
    for a, b, rate in zip(starts, ends, rates):
        new[a:b] -= rate * grad[a:b]
    return new


@right(ID)
def by_searching(theta, grad, starts, rates):
    layer = np.searchsorted(starts, np.arange(len(theta)), side="right") - 1
    return theta - rates[layer] * grad


# --- what it costs ---

ID = "l13.training_cost"


@wrong(ID, "frozen_pay")
def nothing_is_saved(costs, frozen):
    return 3 * sum(costs) - costs[0]


@wrong(ID, "error_for_all")
def error_below_the_first(costs, frozen):
    return sum(costs) + 2 * sum(costs[frozen:])


@wrong(ID, "error_through_frozen")
def error_to_the_bottom(costs, frozen):
    return sum(costs) + sum(costs[frozen:]) + sum(costs[1:])


@wrong(ID, "forward_alone")
def only_forward(costs, frozen):
    return sum(costs)


@wrong(ID, "no_errors")
def without_errors(costs, frozen):
    return sum(costs) + sum(costs[frozen:])


@wrong(ID, "no_weights")
def without_gradients(costs, frozen):
    return sum(costs) + sum(costs[frozen + 1 :])


@wrong(ID, "frozen_skipped")
def forward_through_the_learning(costs, frozen):
    return 2 * sum(costs[frozen:]) + sum(costs[frozen + 1 :])


@wrong(ID, "last_frozen")
def freezes_the_last(costs, frozen):
    k = len(costs) - frozen
    return sum(costs) + sum(costs[:k]) + sum(costs[1:k])


@wrong(ID, "wrong_type")
def a_list(costs, frozen):
    return [c + (c if k >= frozen else 0) + (c if k > frozen else 0) for k, c in enumerate(costs)]


@right(ID)
def layer_by_layer_added(costs, frozen):
    total = 0
    for k, cost in enumerate(costs):
        total += cost * (1 + (k >= frozen) + (k > frozen))
    return total


@right(ID)
def three_for_all_but_two(costs, frozen):
    learning = costs[frozen:]
    return sum(costs[:frozen]) + 3 * sum(learning) - learning[0]


# --- ablation ---

ID = "l13.ablation"


@wrong(ID, "sign")
def without_less_with(scores):
    d = scores[1:] - scores[0]
    effect, error = d.mean(axis=1), d.std(axis=1, ddof=1) / np.sqrt(d.shape[1])
    return effect, error, np.abs(effect) > 2 * error


@wrong(ID, "unpaired")
def errors_of_both_means(scores):
    d = scores[0] - scores[1:]
    effect, error = d.mean(axis=1), d.std(axis=1, ddof=1) / np.sqrt(d.shape[1])
    v = scores.var(axis=1, ddof=1) / scores.shape[1]
    error = np.sqrt(v[0] + v[1:])
    return effect, error, np.abs(effect) > 2 * error


@wrong(ID, "divided_by_s")
def numpys_default(scores):
    d = scores[0] - scores[1:]
    effect, error = d.mean(axis=1), d.std(axis=1) / np.sqrt(d.shape[1])
    return effect, error, np.abs(effect) > 2 * error


@wrong(ID, "deviation")
def spread_of_one(scores):
    d = scores[0] - scores[1:]
    effect, error = d.mean(axis=1), d.std(axis=1, ddof=1)
    return effect, error, np.abs(effect) > 2 * error


@wrong(ID, "variance")
def forgets_the_root(scores):
    d = scores[0] - scores[1:]
    effect, error = d.mean(axis=1), d.var(axis=1, ddof=1) / d.shape[1]
    return effect, error, np.abs(effect) > 2 * error


@wrong(ID, "by_s")
def divides_by_s(scores):
    d = scores[0] - scores[1:]
    effect, error = d.mean(axis=1), d.std(axis=1, ddof=1) / d.shape[1]
    return effect, error, np.abs(effect) > 2 * error


@wrong(ID, "one_error")
def one_standard_error(scores):
    d = scores[0] - scores[1:]
    effect, error = d.mean(axis=1), d.std(axis=1, ddof=1) / np.sqrt(d.shape[1])
    return effect, error, np.abs(effect) > error


@wrong(ID, "one_sided")
def only_what_helps(scores):
    d = scores[0] - scores[1:]
    effect, error = d.mean(axis=1), d.std(axis=1, ddof=1) / np.sqrt(d.shape[1])
    return effect, error, effect > 2 * error


@wrong(ID, "turned")
def what_is_not_clear(scores):
    d = scores[0] - scores[1:]
    effect, error = d.mean(axis=1), d.std(axis=1, ddof=1) / np.sqrt(d.shape[1])
    return effect, error, np.abs(effect) <= 2 * error


@wrong(ID, "median")
def takes_the_median(scores):
    d = scores[0] - scores[1:]
    effect, error = np.median(d, axis=1), d.std(axis=1, ddof=1) / np.sqrt(d.shape[1])
    return effect, error, np.abs(effect) > 2 * error


@wrong(ID, "relative")
def relative_to_the_first(scores):
    d = scores[0] - scores[1:]
    effect, error = d.mean(axis=1), d.std(axis=1, ddof=1) / np.sqrt(d.shape[1])
    effect = effect / scores[0].mean()
    return effect, error, np.abs(d.mean(axis=1)) > 2 * error


@wrong(ID, "wrong_shape")
def with_the_first_row(scores):
    d = scores[0] - scores
    effect, error = d.mean(axis=1), d.std(axis=1, ddof=1) / np.sqrt(d.shape[1])
    return effect, error, np.abs(effect) > 2 * error


@right(ID)
def row_by_row(scores):
    S = scores.shape[1]
    effects, errors = [], []
    for row in scores[1:]:
        d = scores[0] - row
        effects.append(sum(d) / S)
        errors.append((sum((d - effects[-1]) ** 2) / (S - 1) / S) ** 0.5)
    effect, error = np.array(effects), np.array(errors)
    return effect, error, abs(effect / error) > 2


@right(ID)
def by_the_covariance(scores):
    S = scores.shape[1]
    C = np.cov(scores)
    v = C[0, 0] + np.diag(C)[1:] - 2 * C[0, 1:]
    effect, error = scores[0].mean() - scores[1:].mean(axis=1), np.sqrt(np.maximum(v, 0) / S)
    return effect, error, effect**2 > 4 * error**2


# --- the contest ---

ID = "l13.capstone"


@wrong(ID, "wrong_values")
def too_many_numbers(x, t):
    rng = np.random.default_rng(1)
    net = Sequential(Flatten(), Dense(196, 40, rng=rng), ReLU(), Dense(40, 10, rng=rng))
    fit(net, SoftmaxCrossEntropy(), Adam(3e-3), x, t, rng=rng, epochs=16, progress=False)
    return net


@wrong(ID, "wrong_values")
def too_many_steps(x, t):
    rng = np.random.default_rng(1)
    net = cnn((1, 14, 14), (8, 16), 10, rng=rng)
    fit(net, SoftmaxCrossEntropy(), Adam(3e-3), x, t, rng=rng, epochs=17, progress=False)
    return net


@wrong(ID, "wrong_values")
def one_layer(x, t):
    rng = np.random.default_rng(1)
    net = Sequential(Flatten(), Dense(196, 10, rng=rng))
    fit(net, SoftmaxCrossEntropy(), Adam(3e-3), x, t, rng=rng, epochs=4, progress=False)
    return net


@wrong(ID, "no_better_than_guessing")
def labels_in_another_order(x, t):
    rng = np.random.default_rng(1)
    net = cnn((1, 14, 14), (8, 16), 10, rng=rng)
    fit(net, SoftmaxCrossEntropy(), Adam(3e-3), x, rng.permutation(t), rng=rng, epochs=4, progress=False)
    return net


@wrong(ID, "always_the_same")
def weights_set_to_zero(x, t):
    rng = np.random.default_rng(1)
    net = cnn((1, 14, 14), (8, 16), 10, rng=rng)
    fit(net, SoftmaxCrossEntropy(), Adam(3e-3), x, t, rng=rng, epochs=1, progress=False)
    for p in net.layers[-1].params.values():
        p[...] = 0
    return net


@wrong(ID, "exchanged")
def exchanges_two_labels(x, t):
    rng = np.random.default_rng(1)
    net = cnn((1, 14, 14), (8, 16), 10, rng=rng)
    fit(
        net,
        SoftmaxCrossEntropy(),
        Adam(3e-3),
        x,
        np.where(t == 3, 8, np.where(t == 8, 3, t)),
        rng=rng,
        epochs=16,
        progress=False,
    )
    return net


@wrong(ID, "raised")
def forgets_to_return(x, t):
    rng = np.random.default_rng(1)
    net = cnn((1, 14, 14), (8, 16), 10, rng=rng)
    fit(net, SoftmaxCrossEntropy(), Adam(3e-3), x, t, rng=rng, epochs=1, progress=False)


@wrong(ID, "raised")
def returns_guesses(x, t):
    rng = np.random.default_rng(1)
    net = cnn((1, 14, 14), (8, 16), 10, rng=rng)
    fit(net, SoftmaxCrossEntropy(), Adam(3e-3), x, t, rng=rng, epochs=1, progress=False)
    return predict(net, x).argmax(axis=1)


@wrong(ID, "changed_argument")
def scales_the_pictures(x, t):
    rng = np.random.default_rng(1)
    net = cnn((1, 14, 14), (8, 16), 10, rng=rng)
    x *= 2
    fit(net, SoftmaxCrossEntropy(), Adam(3e-3), x, t, rng=rng, epochs=1, progress=False)
    return net


@right(ID)
def a_small_cnn(x, t):
    rng = np.random.default_rng(1)
    net = cnn((1, 14, 14), (8, 16), 10, rng=rng)
    fit(net, SoftmaxCrossEntropy(), Adam(3e-3), x, t, rng=rng, epochs=16, progress=False)
    return net


@right(ID)
def another_start(x, t):
    rng = np.random.default_rng(7)
    net = cnn((1, 14, 14), (8, 16), 10, rng=rng)
    fit(net, SoftmaxCrossEntropy(), Adam(4e-3), x, t, rng=rng, epochs=15, progress=False)
    return net
