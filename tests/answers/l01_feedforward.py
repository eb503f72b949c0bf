"""Answers to lesson 01."""

import math

import numpy as np

from tests.answers import right, wrong

# --- one neuron ------------------------------------------------------------------------------------------------------

ID = "l01.neuron"


@wrong(ID, "no_bias")
def forgets_the_bias(w, x, g):
    in_j = np.sum(w[1:] * x)
    return in_j, g(in_j)


@wrong(ID, "bias_last")
def bias_at_the_end(w, x, g):
    in_j = w @ np.append(x, 1.0)
    return in_j, g(in_j)


@wrong(ID, "bias_subtracted")
def subtracts_a_threshold(w, x, g):
    in_j = np.dot(w[1:], x) - w[0]
    return in_j, g(in_j)


@wrong(ID, "bias_in_every_term")
def adds_the_bias_in_the_loop(w, x, g):
    total = 0.0
    for i in range(len(x)):
        total += w[0] + w[i + 1] * x[i]
    return total, g(total)


@wrong(ID, "bias_outside")
def bias_after_the_activation(w, x, g):
    in_j = w[1:] @ x
    return in_j, g(in_j) + w[0]


@wrong(ID, "not_activated")
def returns_the_input_twice(w, x, g):
    in_j = w[0] + w[1:] @ x
    return in_j, in_j


@wrong(ID, "activated_twice")
def applies_g_again(w, x, g):
    in_j = w[0] + w[1:] @ x
    a_j = g(in_j)
    return in_j, g(a_j)


@wrong(ID, "terms_activated")
def applies_g_to_the_products(w, x, g):
    inputs = np.concatenate([[1.0], x])
    return w @ inputs, sum(g(weight * value) for weight, value in zip(w, inputs))


@wrong(ID, "mean")
def takes_the_mean(w, x, g):
    in_j = np.mean(w * np.concatenate([[1.0], x]))
    return in_j, g(in_j)


@wrong(ID, "wrong_type")
def returns_only_the_output(w, x, g):
    return g(w[0] + w[1:] @ x)


@wrong(ID, "raised")
def forgets_the_fixed_one(w, x, g):
    in_j = w @ x
    return in_j, g(in_j)


@wrong(ID, "wrong_shape")
def forgets_the_sum(w, x, g):
    in_j = w[0] + w[1:] * x
    return in_j, g(in_j)


@wrong(ID, "changed_argument")
def works_in_the_weights(w, x, g):
    w[1:] *= x
    return w.sum(), g(w.sum())


@wrong(ID, "wrong_values")
def a_relu_of_its_own(w, x, g):
    in_j = w[0] + w[1:] @ x
    return in_j, max(0.0, in_j) + 0.1


@right(ID)
def with_a_loop(w, x, g):
    total = w[0]
    for i in range(len(x)):
        total = total + w[i + 1] * x[i]
    return total, g(total)


@right(ID)
def with_a_longer_input(w, x, g):
    in_j = np.einsum("i,i->", w, np.concatenate([[1.0], x]))
    return in_j, g(in_j)


@right(ID)
def neuron_in_float32(w, x, g):
    in_j = np.sum(w.astype("float32") * np.insert(x, 0, 1).astype("float32"))
    return in_j, g(in_j)


# --- activations -----------------------------------------------------------------------------------------------------

ID = "l01.sigmoid"


@wrong(ID, "overflow")
def as_in_the_deck(x):
    return 1 / (1 + np.exp(-x))


@wrong(ID, "overflow")
def the_other_form(x):
    return np.exp(x) / (np.exp(x) + 1)


@wrong(ID, "overflow")
def where_computes_both(x):
    return np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))


@wrong(ID, "sign_of_exponent")
def forgets_the_minus(x):
    x = np.clip(x, -500, 500)
    return 1 / (1 + np.exp(x))


@wrong(ID, "derivative")
def slope_of_the_sigmoid(x):
    y = 1 / (1 + np.exp(-np.clip(x, -500, 500)))
    return y * (1 - y)


@wrong(ID, "tanh")
def takes_tanh(x):
    return np.tanh(x)


@wrong(ID, "softmax")
def divides_by_the_sum(x):
    e = np.exp(x - np.max(x))
    return e / np.sum(e)


@wrong(ID, "step")
def a_step(x):
    return np.where(x > 0, 1.0, 0.0)


@wrong(ID, "half_argument")
def tanh_without_its_half(x):
    return (np.tanh(x) + 1) / 2


@wrong(ID, "raised")
def with_math_exp(x):
    return 1 / (1 + math.exp(-x))


@wrong(ID, "nothing")
def prints_the_sigmoid(x):
    print(1 / (1 + np.exp(-np.abs(x))))


@wrong(ID, "absolute")
def only_for_positive_numbers(x):
    return 1 / (1 + np.exp(-np.abs(x)))


@wrong(ID, "absolute")
def the_small_form_for_all(x):
    e = np.exp(-np.abs(x))
    return e / (1 + e)


@wrong(ID, "wrong_values")
def a_hard_sigmoid(x):
    return np.clip(0.2 * x + 0.5, 0, 1)


@wrong(ID, "changed_argument")
def clips_in_place(x):
    np.clip(x, -500, 500, out=x)
    return 1 / (1 + np.exp(-x))


@right(ID)
def by_way_of_tanh(x):
    return 0.5 * (1 + np.tanh(x / 2))


@right(ID)
def with_a_mask(x):
    y = np.empty(x.shape)
    positive = x >= 0
    y[positive] = 1 / (1 + np.exp(-x[positive]))
    e = np.exp(x[~positive])
    y[~positive] = e / (1 + e)
    return y


@right(ID)
def clipped_sigmoid(x):
    return 1 / (1 + np.exp(-np.clip(x, -500, 500)))


@right(ID)
def sigmoid_in_float32(x):
    e = np.exp(-np.abs(x.astype("float32")))
    return np.where(x >= 0, 1, e) / (1 + e)


ID = "l01.tanh"


@wrong(ID, "sign")
def as_in_i15(x):
    e = np.exp(2 * np.clip(x, -300, 300))
    return (1 - e) / (1 + e)


@wrong(ID, "overflow")
def as_in_c3(x):
    e = np.exp(2 * x)
    return (e - 1) / (e + 1)


@wrong(ID, "overflow")
def as_in_c4(x):
    return (1 - np.exp(-2 * x)) / (1 + np.exp(-2 * x))


@wrong(ID, "overflow")
def sinh_over_cosh(x):
    return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))


@wrong(ID, "overflow")
def by_a_careless_sigmoid(x):
    return 2 / (1 + np.exp(-2 * x)) - 1


@wrong(ID, "no_inner_2")
def sigmoid_at_x(x):
    return 2 / (1 + np.exp(-np.clip(x, -500, 500))) - 1


@wrong(ID, "no_outer_2")
def forgets_to_stretch(x):
    return 1 / (1 + np.exp(-2 * np.clip(x, -300, 300))) - 1


@wrong(ID, "not_shifted")
def forgets_to_shift(x):
    return 2 / (1 + np.exp(-2 * np.clip(x, -300, 300)))


@wrong(ID, "only_sigmoid")
def sigmoid_at_2x(x):
    return 1 / (1 + np.exp(-2 * np.clip(x, -300, 300)))


@wrong(ID, "plain_sigmoid")
def the_sigmoid_itself(x):
    return 1 / (1 + np.exp(-np.clip(x, -500, 500)))


@wrong(ID, "derivative")
def slope_of_tanh(x):
    y = 2 / (1 + np.exp(-2 * np.clip(x, -300, 300))) - 1
    return 1 - y**2


@wrong(ID, "absolute")
def even_instead_of_odd(x):
    e = np.exp(-2 * np.abs(x))
    return (1 - e) / (1 + e)


@wrong(ID, "forbidden")
def asks_numpy(x):
    return np.tanh(x)


@wrong(ID, "not_written")
def leaves_the_stub(x):
    raise NotImplementedError("not written yet")


@right(ID)
def odd_function(x):
    e = np.exp(-2 * np.abs(x))
    return np.sign(x) * (1 - e) / (1 + e)


@right(ID)
def with_expm1(x):
    e = np.expm1(-2 * np.abs(x))
    return np.where(x < 0, e, -e) / (2 + e)


@right(ID)
def stretched_and_shifted(x):
    return 2 / (1 + np.exp(-2 * np.clip(x, -300, 300))) - 1


ID = "l01.relu"


@wrong(ID, "flipped")
def takes_the_minimum(x):
    return np.minimum(0, x)


@wrong(ID, "mirrored")
def gate_turned(x):
    return np.where(x < 0, -x, 0)


@wrong(ID, "absolute")
def absolute_value(x):
    return np.abs(x)


@wrong(ID, "slope")
def only_the_gate(x):
    return (x > 0).astype(float)


@wrong(ID, "leaky")
def leaks(x):
    return np.where(x > 0, x, 0.001 * x)


@wrong(ID, "passes_all")
def gate_without_effect(x):
    return np.where(x > 0, x, 1.0 * x)


@wrong(ID, "clipped")
def clips_to_one(x):
    return np.clip(x, 0, 1)


@wrong(ID, "max_over_axis")
def np_max_for_np_maximum(x):
    return np.max(x, 0)


@wrong(ID, "softplus")
def smooth_relu(x):
    return np.log(1 + np.exp(x))


@wrong(ID, "raised")
def max_of_python(x):
    return max(0, x)


@wrong(ID, "changed_argument")
def zeroes_in_place(x):
    x[x < 0] = 0
    return x


@wrong(ID, "nothing")
def returns_nothing(x):
    y = x.copy()
    y[y < 0] = 0


@right(ID)
def by_the_mask(x):
    return x * (x > 0)


@right(ID)
def on_a_copy(x):
    y = x.copy()
    y[y < 0] = 0
    return y


@right(ID)
def half_of_the_sum(x):
    return (x + np.abs(x)) / 2


@right(ID)
def element_by_element(x):
    y = np.zeros(x.shape, dtype="float32")
    for index in np.ndindex(x.shape):
        y[index] = max(0.0, x[index])
    return y


ID = "l01.leaky_relu"


@wrong(ID, "relu")
def nothing_leaks(x, eps):
    return np.maximum(0, x)


@wrong(ID, "swapped")
def leak_on_the_other_side(x, eps):
    return np.where(x > 0, eps * x, x)


@wrong(ID, "constant")
def eps_instead_of_eps_x(x, eps):
    return np.where(x > 0, x, eps)


@wrong(ID, "floor")
def maximum_with_eps(x, eps):
    return np.maximum(x, eps)


@wrong(ID, "sign")
def leaks_upwards(x, eps):
    return np.where(x > 0, x, eps * np.abs(x))


@wrong(ID, "fixed")
def writes_the_decks_number(x, eps):
    return np.maximum(x, 0.001 * x)


@wrong(ID, "slope")
def slope_of_the_leaky_relu(x, eps):
    return np.where(x > 0, 1.0, eps)


@wrong(ID, "scaled")
def scales_everything(x, eps):
    return eps * x


@wrong(ID, "exponential")
def takes_the_elu(x, eps):
    return np.where(x > 0, x, eps * (np.exp(np.minimum(x, 0)) - 1))


@wrong(ID, "added")
def eps_as_an_offset(x, eps):
    return np.maximum(0, x) + eps


@wrong(ID, "raised")
def if_on_an_array(x, eps):
    return x if x > 0 else eps * x


@wrong(ID, "changed_argument")
def leaks_in_place(x, eps):
    x[x < 0] *= eps
    return x


@right(ID)
def leaky_with_where(x, eps):
    return np.where(x < 0, eps * x, x)


@right(ID)
def leaky_as_two_parts(x, eps):
    return np.maximum(x, 0) + eps * np.minimum(x, 0)


@right(ID)
def leaky_in_float32(x, eps):
    x = x.astype("float32")
    return np.maximum(x, np.float32(eps) * x)


ID = "l01.softplus"


@wrong(ID, "overflow")
def softplus_as_in_the_deck(x):
    return np.log(1 + np.exp(x))


@wrong(ID, "overflow")
def log1p_alone(x):
    return np.log1p(np.exp(x))


@wrong(ID, "overflow")
def where_computes_the_large_ones_too(x):
    return np.where(x > 20, x, np.log(1 + np.exp(x)))


@wrong(ID, "sign_of_exponent")
def softplus_of_minus_x(x):
    return np.logaddexp(0, -x)


@wrong(ID, "relu")
def only_the_relu(x):
    return np.maximum(x, 0)


@wrong(ID, "derivative")
def softplus_slope(x):
    return 0.5 * (1 + np.tanh(x / 2))


@wrong(ID, "log2")
def base_two(x):
    return np.logaddexp2(0, x / np.log(2))


@wrong(ID, "log10")
def base_ten(x):
    return np.logaddexp(0, x) / np.log(10)


@wrong(ID, "no_max")
def forgets_the_max(x):
    return x + np.log1p(np.exp(-np.abs(x)))


@wrong(ID, "subtracted")
def subtracts_the_logarithm(x):
    return np.maximum(x, 0) - np.log1p(np.exp(-np.abs(x)))


@wrong(ID, "negated")
def log_of_the_sigmoid(x):
    return -np.logaddexp(0, x)


@wrong(ID, "identity")
def log_undoes_exp(x):
    return x * np.log(np.exp(1))


@wrong(ID, "wrong_values")
def clips_the_input(x):
    return np.log(1 + np.exp(np.clip(x, -500, 500)))


@wrong(ID, "raised")
def with_math_log(x):
    return math.log(1 + math.exp(x))


@right(ID)
def with_logaddexp(x):
    return np.logaddexp(0, x)


@right(ID)
def softplus_with_a_mask(x):
    y = np.array(x, dtype=float)
    small = x < 30
    y[small] = np.log1p(np.exp(x[small]))
    return y


@right(ID)
def softplus_in_float32(x):
    x = x.astype("float32")
    return np.maximum(x, 0) + np.log(1 + np.exp(-np.abs(x)))


# --- derivatives -----------------------------------------------------------------------------------------------------

ID = "l01.derivatives"


@wrong(ID, "value_for_slope")
def returns_the_values(x, eps):
    s = 0.5 * (1 + np.tanh(x / 2))
    return s, np.tanh(x), np.maximum(x, 0), np.maximum(x, eps * x), np.logaddexp(0, x)


@wrong(ID, "negated")
def all_negated(x, eps):
    s, t = 0.5 * (1 + np.tanh(x / 2)), np.tanh(x)
    return s * (s - 1), t**2 - 1, np.where(x > 0, -1.0, 0.0), np.where(x > 0, -1.0, -eps), -s


@wrong(ID, "only_complement")
def forgets_a_factor(x, eps):
    s, t = 0.5 * (1 + np.tanh(x / 2)), np.tanh(x)
    return 1 - s, 1 - t**2, (x > 0) * 1.0, np.where(x > 0, 1.0, eps), s


@wrong(ID, "input_for_output")
def puts_x_into_y_times_one_minus_y(x, eps):
    s, t = 0.5 * (1 + np.tanh(x / 2)), np.tanh(x)
    return x * (1 - x), 1 - t**2, (x > 0) * 1.0, np.where(x > 0, 1.0, eps), s


@wrong(ID, "other_rule")
def sigmoids_rule_for_tanh(x, eps):
    s, t = 0.5 * (1 + np.tanh(x / 2)), np.tanh(x)
    return s * (1 - s), t * (1 - t), (x > 0) * 1.0, np.where(x > 0, 1.0, eps), s


@wrong(ID, "no_square")
def forgets_the_square(x, eps):
    s, t = 0.5 * (1 + np.tanh(x / 2)), np.tanh(x)
    return s * (1 - s), 1 - t, (x > 0) * 1.0, np.where(x > 0, 1.0, eps), s


@wrong(ID, "no_inner_2")
def forgets_the_chain_rule(x, eps):
    s, s2 = 0.5 * (1 + np.tanh(x / 2)), 0.5 * (1 + np.tanh(x))
    return s * (1 - s), 2 * s2 * (1 - s2), (x > 0) * 1.0, np.where(x > 0, 1.0, eps), s


@wrong(ID, "flipped")
def turns_the_gate(x, eps):
    s, t = 0.5 * (1 + np.tanh(x / 2)), np.tanh(x)
    return s * (1 - s), 1 - t**2, (x < 0) * 1.0, np.where(x < 0, 1.0, eps), s


@wrong(ID, "one_at_zero")
def on_at_zero(x, eps):
    s, t = 0.5 * (1 + np.tanh(x / 2)), np.tanh(x)
    return s * (1 - s), 1 - t**2, (x >= 0) * 1.0, np.where(x >= 0, 1.0, eps), s


@wrong(ID, "half_at_zero")
def the_mean_at_zero(x, eps):
    s, t = 0.5 * (1 + np.tanh(x / 2)), np.tanh(x)
    step = np.heaviside(x, 0.5)
    return s * (1 - s), 1 - t**2, step, step + eps * (1 - step), s


@wrong(ID, "sign")
def sign_of_x(x, eps):
    s, t = 0.5 * (1 + np.tanh(x / 2)), np.tanh(x)
    return s * (1 - s), 1 - t**2, np.sign(x), np.where(x > 0, 1.0, eps), s


@wrong(ID, "no_leak")
def no_leak_in_the_slope(x, eps):
    s, t = 0.5 * (1 + np.tanh(x / 2)), np.tanh(x)
    return s * (1 - s), 1 - t**2, (x > 0) * 1.0, (x > 0) * 1.0, s


@wrong(ID, "leak_everywhere")
def adds_the_leak(x, eps):
    s, t = 0.5 * (1 + np.tanh(x / 2)), np.tanh(x)
    return s * (1 - s), 1 - t**2, (x > 0) * 1.0, (x > 0) * 1.0 + eps, s


@wrong(ID, "sign_of_exponent")
def softplus_turned(x, eps):
    s, t = 0.5 * (1 + np.tanh(x / 2)), np.tanh(x)
    return s * (1 - s), 1 - t**2, (x > 0) * 1.0, np.where(x > 0, 1.0, eps), 1 - s


@wrong(ID, "one_too_far")
def derives_softplus_twice(x, eps):
    s, t = 0.5 * (1 + np.tanh(x / 2)), np.tanh(x)
    return s * (1 - s), 1 - t**2, (x > 0) * 1.0, np.where(x > 0, 1.0, eps), s * (1 - s)


@wrong(ID, "overflow")
def first_line_of_c4(x, eps):
    s, t = 0.5 * (1 + np.tanh(x / 2)), np.tanh(x)
    return np.exp(-x) / (1 + np.exp(-x)) ** 2, 1 - t**2, (x > 0) * 1.0, np.where(x > 0, 1.0, eps), s


@wrong(ID, "wrong_type")
def only_three(x, eps):
    s, t = 0.5 * (1 + np.tanh(x / 2)), np.tanh(x)
    return s * (1 - s), 1 - t**2, (x > 0) * 1.0


@right(ID)
def with_numpy(x, eps):
    s, t = 0.5 * (1 + np.tanh(x / 2)), np.tanh(x)
    return s - s**2, (1 - t) * (1 + t), np.heaviside(x, 0), np.where(x > 0, 1, eps), s


@right(ID)
def with_booleans(x, eps):
    e = np.exp(-np.abs(x))
    s = np.where(x >= 0, 1, e) / (1 + e)
    on = x > 0
    return e / (1 + e) ** 2, 4 * e**2 / (1 + e**2) ** 2, on, on + eps * ~on, s


@right(ID)
def careless_but_right(x, eps):
    s = 1 / (1 + np.exp(-x))
    t = 2 / (1 + np.exp(-2 * x)) - 1
    return [s * (1 - s), 1 - t * t, np.where(x > 0, 1.0, 0.0), np.where(x > 0, 1.0, eps), s]


# --- layers ----------------------------------------------------------------------------------------------------------

ID = "l01.dense_forward"


@wrong(ID, "no_bias")
def dense_without_bias(x, W, b):
    return np.dot(x, W)


@wrong(ID, "bias_subtracted")
def dense_minus_bias(x, W, b):
    return x @ W - b


@wrong(ID, "bias_multiplied")
def dense_times_bias(x, W, b):
    return (x @ W) * b


@wrong(ID, "bias_in_every_term")
def bias_inside_the_sum(x, W, b):
    z = np.zeros((len(x), W.shape[1]))
    for d in range(x.shape[1]):
        z += np.outer(x[:, d], W[d]) + b
    return z


@wrong(ID, "one_bias_for_all")
def sum_of_the_biases(x, W, b):
    return x @ W + np.sum(b)


@wrong(ID, "activated")
def dense_with_a_relu(x, W, b):
    return np.maximum(0, x @ W + b)


@wrong(ID, "transposed")
def one_column_per_example(x, W, b):
    return W.T @ x.T + b[:, None]


@wrong(ID, "mean")
def mean_over_the_inputs(x, W, b):
    return x @ W / len(W) + b


@wrong(ID, "first_example")
def only_one_example(x, W, b):
    return W.T @ x[0] + b


@wrong(ID, "summed_over_batch")
def sums_the_examples(x, W, b):
    return np.einsum("nd,dm->m", x, W) + b


@wrong(ID, "bias_first_row")
def bias_for_the_first_alone(x, W, b):
    z = x @ W
    z[0] += b
    return z


@wrong(ID, "raised")
def w_times_x(x, W, b):
    return W @ x + b


@wrong(ID, "raised")
def multiplies_element_by_element(x, W, b):
    return x * W + b


@wrong(ID, "nothing")
def dense_without_return(x, W, b):
    print(x @ W + b)


@wrong(ID, "changed_argument")
def adds_to_the_bias(x, W, b):
    b += 0.1
    return x @ W + b


@right(ID)
def dense_with_loops(x, W, b):
    z = np.zeros((x.shape[0], W.shape[1]))
    for n in range(x.shape[0]):
        for m in range(W.shape[1]):
            z[n, m] = b[m] + sum(x[n, d] * W[d, m] for d in range(x.shape[1]))
    return z


@right(ID)
def dense_with_einsum(x, W, b):
    return np.einsum("nd,dm->nm", x, W) + b[None, :]


@right(ID)
def bias_as_the_weight_of_one(x, W, b):
    ones = np.ones((len(x), 1))
    return np.hstack([ones, x]) @ np.vstack([b, W])


@right(ID)
def dense_in_float32(x, W, b):
    return x.astype("float32") @ W.astype("float32") + b.astype("float32")


ID = "l01.mlp_forward"


@wrong(ID, "activated_output")
def g_on_every_layer(x, layers, g):
    hs, h = [], x
    for W, b in layers:
        h = g(h @ W + b)
        hs.append(h)
    return hs


@wrong(ID, "not_activated")
def forgets_g(x, layers, g):
    hs, h = [], x
    for W, b in layers:
        h = h @ W + b
        hs.append(h)
    return hs


@wrong(ID, "only_output_activated")
def g_at_the_end_alone(x, layers, g):
    hs, h = [], x
    for W, b in layers:
        h = h @ W + b
        hs.append(h)
    hs[-1] = g(hs[-1])
    return hs


@wrong(ID, "no_bias")
def forgets_the_biases(x, layers, g):
    hs, h = [], x
    for l in range(len(layers)):
        W = layers[l][0]
        h = h @ W if l == len(layers) - 1 else g(h @ W)
        hs.append(h)
    return hs


@wrong(ID, "bias_outside")
def adds_the_bias_after_g(x, layers, g):
    hs, h = [], x
    for l, (W, b) in enumerate(layers):
        h = h @ W + b if l == len(layers) - 1 else g(h @ W) + b
        hs.append(h)
    return hs


@wrong(ID, "activated_input")
def g_before_every_layer(x, layers, g):
    hs, h = [], g(x)
    for l, (W, b) in enumerate(layers):
        h = h @ W + b
        if l < len(layers) - 1:
            h = g(h)
        hs.append(h)
    return hs


@wrong(ID, "activated_twice")
def g_of_g(x, layers, g):
    hs, h = [], x
    for W, b in layers[:-1]:
        z = g(h @ W + b)
        h = g(z)
        hs.append(h)
    W, b = layers[-1]
    return [*hs, h @ W + b]


@wrong(ID, "pre_activations")
def keeps_what_enters_g(x, layers, g):
    zs, h = [], x
    for W, b in layers:
        z = h @ W + b
        zs.append(z)
        h = g(z)
    return zs


@wrong(ID, "with_input")
def keeps_the_input_too(x, layers, g):
    hs = [x]
    for W, b in layers[:-1]:
        hs.append(g(hs[-1] @ W + b))
    W, b = layers[-1]
    hs.append(hs[-1] @ W + b)
    return hs


@wrong(ID, "no_output")
def forgets_the_last_layer(x, layers, g):
    hs, h = [], x
    for W, b in layers[:-1]:
        h = g(h @ W + b)
        hs.append(h)
    return hs


@wrong(ID, "reversed")
def puts_the_newest_first(x, layers, g):
    hs, h = [], x
    for W, b in layers[:-1]:
        h = g(h @ W + b)
        hs.insert(0, h)
    W, b = layers[-1]
    return [h @ W + b, *hs]


@wrong(ID, "output_everywhere")
def writes_into_one_list_of_the_same(x, layers, g):
    h = x
    for l, (W, b) in enumerate(layers):
        h = h @ W + b
        if l < len(layers) - 1:
            h = g(h)
    return [h for _ in layers]


@wrong(ID, "raised")
def feeds_x_to_every_layer(x, layers, g):
    hs = []
    for W, b in layers:
        hs.append(g(x @ W + b))
    return hs


@wrong(ID, "wrong_type")
def returns_only_the_logits(x, layers, g):
    h = x
    for W, b in layers[:-1]:
        h = g(h @ W + b)
    W, b = layers[-1]
    return h @ W + b


@right(ID)
def last_layer_apart(x, layers, g):
    hs, h = [], x
    for W, b in layers[:-1]:
        h = g(h @ W + b)
        hs.append(h)
    W, b = layers[-1]
    hs.append(h @ W + b)
    return hs


@right(ID)
def by_recursion(x, layers, g):
    def go(h, rest):
        W, b = rest[0]
        z = np.einsum("nd,dm->nm", h, W) + b
        return [z] if len(rest) == 1 else [g(z), *go(g(z), rest[1:])]

    return go(x, layers)


@right(ID)
def example_by_example(x, layers, g):
    hs = []
    h = [x[n] for n in range(len(x))]
    for l in range(len(layers)):
        W, b = layers[l]
        h = [W.T @ row + b for row in h]
        if l + 1 < len(layers):
            h = [g(row) for row in h]
        hs.append(np.array(h))
    return tuple(hs)


# --- XOR by hand -----------------------------------------------------------------------------------------------------

ID = "l01.xor_layers"


@wrong(ID, "or")
def computes_or():
    W1, b1 = np.array([[1, 1], [1, 1]]), np.array([0, -1])
    W2, b2 = np.array([[1], [-0.25]]), np.array([-0.5])
    return [(W1, b1), (W2, b2)]


@wrong(ID, "and")
def computes_and():
    W1, b1 = np.array([[1, 1], [1, 1]]), np.array([0, -1])
    W2, b2 = np.array([[0], [1]]), np.array([-0.5])
    return [(W1, b1), (W2, b2)]


@wrong(ID, "nand")
def computes_nand():
    W1, b1 = np.array([[1, 1], [1, 1]]), np.array([-1, -1])
    W2, b2 = np.array([[-1], [-1]]), np.array([0.5])
    return [(W1, b1), (W2, b2)]


@wrong(ID, "nor")
def computes_nor():
    W1, b1 = np.array([[1, 0], [1, 0]]), np.array([0, 0])
    W2, b2 = np.array([[-1], [0]]), np.array([0.5])
    return [(W1, b1), (W2, b2)]


@wrong(ID, "turned_round")
def signs_of_the_output_turned():
    W1, b1 = np.array([[1, -1], [-1, 1]]), np.array([0, 0])
    W2, b2 = np.array([[-1], [-1]]), np.array([0.5])
    return [(W1, b1), (W2, b2)]


@wrong(ID, "always_1")
def bias_of_the_output_too_high():
    W1, b1 = np.array([[1, -1], [-1, 1]]), np.array([0, 0])
    W2, b2 = np.array([[1], [1]]), np.array([0.5])
    return [(W1, b1), (W2, b2)]


@wrong(ID, "always_0")
def bias_of_the_output_too_low():
    W1, b1 = np.array([[1, -1], [-1, 1]]), np.array([0, 0])
    W2, b2 = np.array([[1], [1]]), np.array([-1.5])
    return [(W1, b1), (W2, b2)]


@wrong(ID, "x1")
def looks_at_x1_alone():
    W1, b1 = np.array([[1, 1], [0, 0]]), np.array([0, 0])
    W2, b2 = np.array([[1], [1]]), np.array([-0.5])
    return [(W1, b1), (W2, b2)]


@wrong(ID, "x2")
def looks_at_x2_alone():
    W1, b1 = np.array([[0, 0], [1, 1]]), np.array([0, 0])
    W2, b2 = np.array([[1], [1]]), np.array([-0.5])
    return [(W1, b1), (W2, b2)]


@wrong(ID, "only_10")
def both_units_at_the_same_corner():
    W1, b1 = np.array([[1, 1], [-1, -1]]), np.array([0, 0])
    W2, b2 = np.array([[1], [1]]), np.array([-0.5])
    return [(W1, b1), (W2, b2)]


@wrong(ID, "only_01")
def one_unit_counts_for_nothing():
    W1, b1 = np.array([[1, -1], [-1, 1]]), np.array([0, 0])
    W2, b2 = np.array([[0], [1]]), np.array([-0.5])
    return [(W1, b1), (W2, b2)]


@wrong(ID, "raised")
def output_weights_as_a_vector():
    W1, b1 = np.array([[1, -1], [-1, 1]]), np.array([0, 0])
    return [(W1, b1), (np.array([1, 1]), np.array([-0.5]))]


@wrong(ID, "raised")
def nine_numbers():
    return 0, 0, -0.5, 1, -1, -1, 1, 1, 1


@wrong(ID, "nothing")
def weights_without_return():
    print([(np.array([[1, -1], [-1, 1]]), np.array([0, 0]))])


@right(ID)
def one_unit_for_each_corner():
    W1, b1 = np.array([[1, -1], [-1, 1]]), np.array([0, 0])
    W2, b2 = np.array([[1], [1]]), np.array([-0.5])
    return [(W1, b1), (W2, b2)]


@right(ID)
def or_without_and():
    W1, b1 = [[1.0, 1.0], [1.0, 1.0]], [0.0, -1.0]
    W2, b2 = [[3.0], [-6.0]], [-1.0]
    return [(W1, b1), (W2, b2)]


@right(ID)
def from_the_equal_corners():
    W1, b1 = np.array([[-2.0, 2.0], [-2.0, 2.0]], dtype="float32"), np.array([1.0, -3.0], dtype="float32")
    W2, b2 = np.array([[-1.0], [-1.0]], dtype="float32"), np.array([0.5], dtype="float32")
    return ((W1, b1), (W2, b2))


@right(ID)
def without_an_output_bias():
    W1, b1 = np.array([[1, 1], [1, 1]]), np.array([0, -1])
    W2, b2 = np.array([[1], [-2]]), np.array([0])
    return [(W1, b1), (W2, b2)]


# --- parameters ------------------------------------------------------------------------------------------------------

ID = "l01.count_parameters"


@wrong(ID, "no_biases")
def counts_weights_only(sizes):
    return sum(n * m for n, m in zip(sizes, sizes[1:]))


@wrong(ID, "biases_of_inputs")
def every_unit_has_a_bias(sizes):
    return sum(n * m for n, m in zip(sizes, sizes[1:])) + sum(sizes)


@wrong(ID, "bias_of_the_sender")
def bias_for_each_sender(sizes):
    return sum(n * (m + 1) for n, m in zip(sizes, sizes[1:]))


@wrong(ID, "one_bias_per_layer")
def one_bias_each(sizes):
    total = 0
    for n, m in zip(sizes, sizes[1:]):
        total += n * m + 1
    return total


@wrong(ID, "units")
def counts_units(sizes):
    return sum(sizes)


@wrong(ID, "product")
def multiplies_everything(sizes):
    total = 1
    for n in sizes:
        total *= n
    return total


@wrong(ID, "no_output")
def stops_one_layer_early(sizes):
    total = 0
    for i in range(len(sizes) - 2):
        total += (sizes[i] + 1) * sizes[i + 1]
    return total


@wrong(ID, "no_input")
def starts_one_layer_late(sizes):
    total = 0
    for i in range(1, len(sizes) - 1):
        total += (sizes[i] + 1) * sizes[i + 1]
    return total


@wrong(ID, "sums")
def adds_the_sizes(sizes):
    return sum(n + m + m for n, m in zip(sizes, sizes[1:]))


@wrong(ID, "square")
def multiplies_a_layer_with_itself(sizes):
    return sum(m * m + m for m in sizes[1:])


@wrong(ID, "raised")
def index_out_of_range(sizes):
    total = 0
    for i in range(len(sizes)):
        total += (sizes[i] + 1) * sizes[i + 1]
    return total


@wrong(ID, "wrong_shape")
def layer_by_layer(sizes):
    n = np.array(sizes)
    return n[:-1] * n[1:] + n[1:]


@right(ID)
def with_an_index(sizes):
    total = 0
    for i in range(1, len(sizes)):
        total += (sizes[i - 1] + 1) * sizes[i]
    return total


@right(ID)
def with_numpy_arrays(sizes):
    n = np.array(sizes)
    return np.sum((n[:-1] + 1) * n[1:])


@right(ID)
def counts_the_arrays(sizes):
    layers = [(np.zeros((n, m)), np.zeros(m)) for n, m in zip(sizes, sizes[1:])]
    return sum(W.size + b.size for W, b in layers)
