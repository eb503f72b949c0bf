"""Answers to lesson 02."""

import math
from types import SimpleNamespace

import numpy as np

from tests.answers import right, wrong

# --- the homework ----------------------------------------------------------------------------------------------------


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def work(givens, **slips):
    """The homework worked through in order, as on paper; each slip replaces the formula of one quantity."""
    v = SimpleNamespace(**givens)
    formulas = dict(
        in3=lambda v: v.w03 + v.w13 * v.x1 + v.w23 * v.x2,
        a3=lambda v: max(v.in3, 0),
        in4=lambda v: v.w04 + v.w14 * v.x1 + v.w24 * v.x2,
        a4=lambda v: max(v.in4, 0),
        in5=lambda v: v.w05 + v.w35 * v.a3 + v.w45 * v.a4,
        yhat=lambda v: sigmoid(v.in5),
        loss=lambda v: math.log1p(math.exp(v.in5)) - v.y * v.in5,
        Delta5=lambda v: v.yhat - v.y,
        Delta3=lambda v: v.Delta5 * v.w35 * (v.in3 > 0),
        Delta4=lambda v: v.Delta5 * v.w45 * (v.in4 > 0),
        dw05=lambda v: v.Delta5,
        dw35=lambda v: v.Delta5 * v.a3,
        dw45=lambda v: v.Delta5 * v.a4,
        dw03=lambda v: v.Delta3,
        dw13=lambda v: v.Delta3 * v.x1,
        dw23=lambda v: v.Delta3 * v.x2,
        dw04=lambda v: v.Delta4,
        dw14=lambda v: v.Delta4 * v.x1,
        dw24=lambda v: v.Delta4 * v.x2,
    )
    for name, formula in (formulas | slips).items():
        setattr(v, name, formula(v))
    return {name: getattr(v, name) for name in formulas}


def slip(exercise, expected, **slips):
    """Put a wrong answer into the bank that makes these slips and goes on correctly from there."""

    def answer(**givens):
        return work(givens, **slips)

    answer.__name__ = f"{expected}_in_{'_'.join(slips)}"
    wrong(exercise, expected)(answer)


FORWARD, ERRORS, GRADIENTS, MINE = (
    f"l02.{name}" for name in ("homework_forward", "homework_errors", "homework_gradients", "my_homework")
)

slip(FORWARD, "no_bias", in3=lambda v: v.w13 * v.x1 + v.w23 * v.x2)
slip(FORWARD, "crossed_inputs", in3=lambda v: v.w03 + v.w13 * v.x2 + v.w23 * v.x1)
slip(FORWARD, "sign_of_x1", in3=lambda v: v.w03 - v.w13 * v.x1 + v.w23 * v.x2)
slip(FORWARD, "bias_subtracted", in4=lambda v: -v.w04 + v.w14 * v.x1 + v.w24 * v.x2)
slip(FORWARD, "no_relu", a4=lambda v: v.in4)
slip(FORWARD, "absolute", a4=lambda v: abs(v.in4))
slip(FORWARD, "sigmoid", a4=lambda v: sigmoid(v.in4))
slip(FORWARD, "pre_activation", in5=lambda v: v.w05 + v.w35 * v.in3 + v.w45 * v.in4)
slip(FORWARD, "crossed_inputs", in5=lambda v: v.w05 + v.w35 * v.a4 + v.w45 * v.a3)
slip(FORWARD, "no_sigmoid", yhat=lambda v: max(v.in5, 0))
slip(FORWARD, "squared", loss=lambda v: (v.yhat - v.y) ** 2)
slip(FORWARD, "sign", loss=lambda v: v.y * v.in5 - math.log1p(math.exp(v.in5)))
slip(FORWARD, "log10", loss=lambda v: (math.log1p(math.exp(v.in5)) - v.y * v.in5) / math.log(10))
slip(FORWARD, "wrong_values", in3=lambda v: 8.0)


@wrong(FORWARD, "wrong_type")
def writes_a_word(**givens):
    return work(givens) | {"in3": "eleven"}


@wrong(FORWARD, "not_written")
def stops_halfway(**givens):
    return {name: value if name in ("in3", "a3", "in4") else ... for name, value in work(givens).items()}


slip(ERRORS, "sign", Delta5=lambda v: v.y - v.yhat)
slip(ERRORS, "squared_error", Delta5=lambda v: 2 * (v.yhat - v.y) * v.yhat * (1 - v.yhat))
slip(ERRORS, "extra_slope", Delta5=lambda v: (v.yhat - v.y) * v.yhat * (1 - v.yhat))
slip(ERRORS, "factor_2", Delta5=lambda v: 2 * (v.yhat - v.y))
slip(ERRORS, "no_slope", Delta4=lambda v: v.Delta5 * v.w45)
slip(ERRORS, "no_weight", Delta3=lambda v: v.Delta5)
slip(ERRORS, "value_for_slope", Delta3=lambda v: v.Delta5 * v.w35 * v.a3)
slip(ERRORS, "other_path", Delta3=lambda v: v.Delta5 * v.w45)
slip(ERRORS, "wrong_values", Delta3=lambda v: v.Delta5 + v.w35 * v.w13)

slip(GRADIENTS, "negated", dw35=lambda v: -v.Delta5 * v.a3)
slip(GRADIENTS, "negated", dw13=lambda v: -v.Delta3 * v.x1)
slip(GRADIENTS, "weight_for_activation", dw23=lambda v: v.Delta3 * v.w23)
slip(GRADIENTS, "pre_activation", dw45=lambda v: v.Delta5 * v.in4)
slip(GRADIENTS, "wrong_error", dw13=lambda v: v.Delta5 * v.x1)
slip(GRADIENTS, "wrong_error", dw35=lambda v: v.Delta3 * v.a3)
slip(GRADIENTS, "wrong_error", dw04=lambda v: v.Delta5)
slip(GRADIENTS, "other_input", dw13=lambda v: v.Delta3 * v.x2)
slip(GRADIENTS, "other_input", dw23=lambda v: v.Delta3 * v.x1)
slip(GRADIENTS, "wrong_error", dw24=lambda v: v.Delta5 * v.x2)
slip(GRADIENTS, "wrong_values", dw03=lambda v: v.Delta3 * (v.x1 + v.x2) / 3)

slip(MINE, "no_bias", in3=lambda v: v.w13 * v.x1 + v.w23 * v.x2)
slip(MINE, "bias_subtracted", in5=lambda v: -v.w05 + v.w35 * v.a3 + v.w45 * v.a4)
slip(MINE, "slope", a3=lambda v: 1, a4=lambda v: 1)
slip(MINE, "sign", yhat=lambda v: sigmoid(-v.in5))
slip(MINE, "tanh", yhat=lambda v: math.tanh(v.in5))
slip(MINE, "other_class", loss=lambda v: math.log1p(math.exp(v.in5)) - (1 - v.y) * v.in5)
slip(MINE, "log2", loss=lambda v: (math.log1p(math.exp(v.in5)) - v.y * v.in5) / math.log(2))
slip(MINE, "extra_slope", Delta5=lambda v: (v.yhat - v.y) * v.yhat * (1 - v.yhat))
slip(MINE, "factor_2", Delta5=lambda v: 2 * (v.yhat - v.y))
slip(MINE, "other_input", dw13=lambda v: v.Delta3 * v.x2, dw14=lambda v: v.Delta4 * v.x2)


@wrong(MINE, "not_written")
def without_a_student_id(**givens):
    return {"student": "", **work(givens)}


for one in (FORWARD, ERRORS, GRADIENTS, MINE):

    @right(one)
    def on_paper(**givens):
        return work(givens)

    @right(one)
    def rounded_to_five_digits(**givens):
        return {name: float(f"{value:.5g}") for name, value in work(givens).items()}

    @right(one)
    def with_numpy(**givens):
        return {name: np.array(value, dtype=np.float64) for name, value in work(givens).items()}


# --- the factors of the squared error --------------------------------------------------------------------------------

ID = "l02.three_factors"


@wrong(ID, "negated")
def y_minus_prediction(yhat, y):
    r = y - yhat
    return r, 2 * r, 2 * r / len(y)


@wrong(ID, "no_half")
def ignores_the_half(yhat, y):
    g = 2 * (yhat - y)
    return g, g, g / len(y)


@wrong(ID, "half_everywhere")
def one_half_for_all(yhat, y):
    r = yhat - y
    return r, r, r / len(r)


@wrong(ID, "mean_not_divided")
def forgets_the_mean(yhat, y):
    r = yhat - y
    return r, 2 * r, 2 * r


@wrong(ID, "sums_divided")
def divides_everything(yhat, y):
    r = (yhat - y) / len(y)
    return r, 2 * r, 2 * r


@wrong(ID, "losses")
def returns_the_losses(yhat, y):
    e = (yhat - y) ** 2
    return 0.5 * e.sum(), e.sum(), e.mean()


@wrong(ID, "summed")
def adds_the_examples(yhat, y):
    r = yhat - y
    return r.sum(), 2 * r.sum(), 2 * r.mean()


@wrong(ID, "squared")
def keeps_the_square(yhat, y):
    e = (yhat - y) ** 2
    return e / 2, e, e / len(y)


@wrong(ID, "wrong_type")
def returns_only_one(yhat, y):
    return yhat - y


@wrong(ID, "absolute")
def takes_the_absolute_error(yhat, y):
    r = np.abs(yhat - y)
    return r, 2 * r, 2 * r / len(y)


@right(ID)
def one_after_the_other(yhat, y):
    half = yhat - y
    plain = half + half
    return half, plain, plain / y.size


@right(ID)
def with_loops(yhat, y):
    half, plain, mean = [], [], []
    for p, t in zip(yhat, y):
        half.append(p - t)
        plain.append(2 * (p - t))
        mean.append(2 * (p - t) / len(y))
    return np.array(half), np.array(plain), np.array(mean)


# --- 1, 2, 3 hidden layers -------------------------------------------------------------------------------------------


def h(z):
    return 1 / (1 + np.exp(-z))


def h_prime(z):
    return h(z) * (1 - h(z))


ID = "l02.one_hidden"


@wrong(ID, "factor_2")
def with_the_plain_square(x, y, w, W):
    z = W @ x
    r = 2 * (w @ h(z) - y)
    return r, r * h(z), r * np.outer(w * h_prime(z), x)


@wrong(ID, "negated")
def residual_turned(x, y, w, W):
    z = W @ x
    r = y - w @ h(z)
    return r, r * h(z), r * np.outer(w * h_prime(z), x)


@wrong(ID, "no_slope")
def without_the_slope(x, y, w, W):
    z = W @ x
    r = w @ h(z) - y
    return r, r * h(z), r * np.outer(w, x)


@wrong(ID, "slope_at_activation")
def slope_of_the_activation(x, y, w, W):
    a = h(W @ x)
    r = w @ a - y
    return r, r * a, r * np.outer(w * h_prime(a), x)


@wrong(ID, "value_for_slope")
def value_for_slope(x, y, w, W):
    a = h(W @ x)
    r = w @ a - y
    return r, r * a, r * np.outer(w * a, x)


@wrong(ID, "no_output_weight")
def without_w(x, y, w, W):
    z = W @ x
    r = w @ h(z) - y
    return r, r * h(z), r * np.outer(h_prime(z), x)


@wrong(ID, "pre_activation")
def gradient_of_w_before_h(x, y, w, W):
    z = W @ x
    r = w @ h(z) - y
    return r, r * z, r * np.outer(w * h_prime(z), x)


@wrong(ID, "transposed")
def matrix_transposed(x, y, w, W):
    z = W @ x
    r = w @ h(z) - y
    return r, r * h(z), r * np.outer(x, w * h_prime(z))


@wrong(ID, "no_residual")
def without_r(x, y, w, W):
    z = W @ x
    r = w @ h(z) - y
    return r, r * h(z), np.outer(w * h_prime(z), x)


@wrong(ID, "raised")
def shapes_do_not_meet(x, y, w, W):
    z = x @ W
    r = w @ h(z) - y
    return r, r * h(z), r * np.outer(w * h_prime(z), x)


@right(ID)
def element_by_element(x, y, w, W):
    k, d = W.shape
    z = [sum(W[c, j] * x[j] for j in range(d)) for c in range(k)]
    r = sum(w[c] * h(z[c]) for c in range(k)) - y
    dw = np.zeros(k)
    dW = np.zeros((k, d))
    for c in range(k):
        dw[c] = r * h(z[c])
        for j in range(d):
            dW[c, j] = r * w[c] * h_prime(z[c]) * x[j]
    return r, dw, dW


@right(ID)
def with_broadcasting(x, y, w, W):
    a = h(W @ x)
    r = a @ w - y
    return r, a * r, (r * w * a * (1 - a))[:, None] * x


ID = "l02.two_hidden"


@wrong(ID, "factor_2")
def plain_square_2(x, y, w, W2, W1):
    z1 = W1 @ x
    z2 = W2 @ h(z1)
    r = 2 * (w @ h(z2) - y)
    v = w * h_prime(z2)
    u = (W2.T @ v) * h_prime(z1)
    return r * h(z2), r * np.outer(v, h(z1)), r * np.outer(u, x)


@wrong(ID, "negated")
def residual_turned_2(x, y, w, W2, W1):
    z1 = W1 @ x
    z2 = W2 @ h(z1)
    r = y - w @ h(z2)
    v = w * h_prime(z2)
    u = (W2.T @ v) * h_prime(z1)
    return r * h(z2), r * np.outer(v, h(z1)), r * np.outer(u, x)


@wrong(ID, "no_slope")
def without_slopes_2(x, y, w, W2, W1):
    z1 = W1 @ x
    z2 = W2 @ h(z1)
    r = w @ h(z2) - y
    u = W2.T @ w
    return r * h(z2), r * np.outer(w, h(z1)), r * np.outer(u, x)


@wrong(ID, "no_lower_slope")
def without_the_lower_slope_2(x, y, w, W2, W1):
    z1 = W1 @ x
    z2 = W2 @ h(z1)
    r = w @ h(z2) - y
    v = w * h_prime(z2)
    return r * h(z2), r * np.outer(v, h(z1)), r * np.outer(W2.T @ v, x)


@wrong(ID, "slope_at_activation")
def slopes_of_activations_2(x, y, w, W2, W1):
    a1 = h(W1 @ x)
    a2 = h(W2 @ a1)
    r = w @ a2 - y
    v = w * h_prime(a2)
    u = (W2.T @ v) * h_prime(a1)
    return r * a2, r * np.outer(v, a1), r * np.outer(u, x)


@wrong(ID, "pre_activation")
def z_for_h_of_z_2(x, y, w, W2, W1):
    z1 = W1 @ x
    z2 = W2 @ h(z1)
    r = w @ h(z2) - y
    v = w * h_prime(z2)
    u = (W2.T @ v) * h_prime(z1)
    return r * z2, r * np.outer(v, z1), r * np.outer(u, x)


@wrong(ID, "transposed")
def matrices_transposed_2(x, y, w, W2, W1):
    z1 = W1 @ x
    z2 = W2 @ h(z1)
    r = w @ h(z2) - y
    v = w * h_prime(z2)
    u = (W2.T @ v) * h_prime(z1)
    return r * h(z2), r * np.outer(h(z1), v), r * np.outer(x, u)


@wrong(ID, "no_output_weight")
def without_w_2(x, y, w, W2, W1):
    z1 = W1 @ x
    z2 = W2 @ h(z1)
    r = w @ h(z2) - y
    v = h_prime(z2)
    u = (W2.T @ v) * h_prime(z1)
    return r * h(z2), r * np.outer(v, h(z1)), r * np.outer(u, x)


@wrong(ID, "raised")
def forgets_the_transpose_2(x, y, w, W2, W1):
    z1 = W1 @ x
    z2 = W2 @ h(z1)
    r = w @ h(z2) - y
    v = w * h_prime(z2)
    u = (W2 @ v) * h_prime(z1)
    return r * h(z2), r * np.outer(v, h(z1)), r * np.outer(u, x)


@wrong(ID, "wrong_type")
def a_list_for_an_array_2(x, y, w, W2, W1):
    z1 = W1 @ x
    z2 = W2 @ h(z1)
    r = w @ h(z2) - y
    v = w * h_prime(z2)
    u = (W2.T @ v) * h_prime(z1)
    return [r * h(z) for z in z2], r * np.outer(v, h(z1)), r * np.outer(u, x)


@wrong(ID, "no_residual")
def without_r_2(x, y, w, W2, W1):
    z1 = W1 @ x
    z2 = W2 @ h(z1)
    r = w @ h(z2) - y
    v = w * h_prime(z2)
    u = (W2.T @ v) * h_prime(z1)
    return r * h(z2), np.outer(v, h(z1)), np.outer(u, x)


@wrong(ID, "value_for_slope")
def values_for_slopes_2(x, y, w, W2, W1):
    a1 = h(W1 @ x)
    a2 = h(W2 @ a1)
    r = w @ a2 - y
    v = w * a2
    u = (W2.T @ v) * a1
    return r * a2, r * np.outer(v, a1), r * np.outer(u, x)


@right(ID)
def with_sums_2(x, y, w, W2, W1):
    a1 = h(W1 @ x)
    a2 = h(W2 @ a1)
    r = float(w @ a2 - y)
    v = [w[c] * a2[c] * (1 - a2[c]) for c in range(len(w))]
    u = [sum(v[e] * W2[e, c] for e in range(len(w))) * a1[c] * (1 - a1[c]) for c in range(len(a1))]
    dW2 = np.array([[r * vc * zj for zj in a1] for vc in v])
    dW1 = np.array([[r * uc * xj for xj in x] for uc in u])
    return np.array([r * a for a in a2]), dW2, dW1


@right(ID)
def with_einsum_2(x, y, w, W2, W1):
    a1 = h(np.einsum("cj,j->c", W1, x))
    a2 = h(np.einsum("cj,j->c", W2, a1))
    r = np.einsum("c,c->", w, a2) - y
    v = r * w * a2 * (1 - a2)
    u = np.einsum("ec,e->c", W2, v) * a1 * (1 - a1)
    return r * a2, np.einsum("c,j->cj", v, a1), np.einsum("c,j->cj", u, x)


ID = "l02.three_hidden"


@wrong(ID, "factor_2")
def plain_square_3(x, y, w, W3, W2, W1):
    z1 = W1 @ x
    z2 = W2 @ h(z1)
    z3 = W3 @ h(z2)
    r = 2 * (w @ h(z3) - y)
    a = w * h_prime(z3)
    b = (W3.T @ a) * h_prime(z2)
    d = (W2.T @ b) * h_prime(z1)
    return r * h(z3), r * np.outer(a, h(z2)), r * np.outer(b, h(z1)), r * np.outer(d, x)


@wrong(ID, "negated")
def residual_turned_3(x, y, w, W3, W2, W1):
    z1 = W1 @ x
    z2 = W2 @ h(z1)
    z3 = W3 @ h(z2)
    r = y - w @ h(z3)
    a = w * h_prime(z3)
    b = (W3.T @ a) * h_prime(z2)
    d = (W2.T @ b) * h_prime(z1)
    return r * h(z3), r * np.outer(a, h(z2)), r * np.outer(b, h(z1)), r * np.outer(d, x)


@wrong(ID, "no_slope")
def without_slopes_3(x, y, w, W3, W2, W1):
    z1 = W1 @ x
    z2 = W2 @ h(z1)
    z3 = W3 @ h(z2)
    r = w @ h(z3) - y
    b = W3.T @ w
    d = W2.T @ b
    return r * h(z3), r * np.outer(w, h(z2)), r * np.outer(b, h(z1)), r * np.outer(d, x)


@wrong(ID, "no_lower_slope")
def slope_only_at_the_top_3(x, y, w, W3, W2, W1):
    z1 = W1 @ x
    z2 = W2 @ h(z1)
    z3 = W3 @ h(z2)
    r = w @ h(z3) - y
    a = w * h_prime(z3)
    b = W3.T @ a
    d = W2.T @ b
    return r * h(z3), r * np.outer(a, h(z2)), r * np.outer(b, h(z1)), r * np.outer(d, x)


@wrong(ID, "slope_at_activation")
def slopes_of_activations_3(x, y, w, W3, W2, W1):
    h1 = h(W1 @ x)
    h2 = h(W2 @ h1)
    h3 = h(W3 @ h2)
    r = w @ h3 - y
    a = w * h_prime(h3)
    b = (W3.T @ a) * h_prime(h2)
    d = (W2.T @ b) * h_prime(h1)
    return r * h3, r * np.outer(a, h2), r * np.outer(b, h1), r * np.outer(d, x)


@wrong(ID, "value_for_slope")
def values_for_slopes_3(x, y, w, W3, W2, W1):
    h1 = h(W1 @ x)
    h2 = h(W2 @ h1)
    h3 = h(W3 @ h2)
    r = w @ h3 - y
    a = w * h3
    b = (W3.T @ a) * h2
    d = (W2.T @ b) * h1
    return r * h3, r * np.outer(a, h2), r * np.outer(b, h1), r * np.outer(d, x)


@wrong(ID, "transposed")
def matrices_transposed_3(x, y, w, W3, W2, W1):
    z1 = W1 @ x
    z2 = W2 @ h(z1)
    z3 = W3 @ h(z2)
    r = w @ h(z3) - y
    a = w * h_prime(z3)
    b = (W3.T @ a) * h_prime(z2)
    d = (W2.T @ b) * h_prime(z1)
    return r * h(z3), r * np.outer(h(z2), a), r * np.outer(h(z1), b), r * np.outer(x, d)


@wrong(ID, "no_residual")
def without_r_3(x, y, w, W3, W2, W1):
    z1 = W1 @ x
    z2 = W2 @ h(z1)
    z3 = W3 @ h(z2)
    r = w @ h(z3) - y
    a = w * h_prime(z3)
    b = (W3.T @ a) * h_prime(z2)
    d = (W2.T @ b) * h_prime(z1)
    return r * h(z3), np.outer(a, h(z2)), np.outer(b, h(z1)), np.outer(d, x)


@wrong(ID, "wrong_type")
def forgets_the_last_gradient_3(x, y, w, W3, W2, W1):
    z1 = W1 @ x
    z2 = W2 @ h(z1)
    z3 = W3 @ h(z2)
    r = w @ h(z3) - y
    a = w * h_prime(z3)
    b = (W3.T @ a) * h_prime(z2)
    return r * h(z3), r * np.outer(a, h(z2)), r * np.outer(b, h(z1))


@wrong(ID, "pre_activation")
def z_for_h_of_z_3(x, y, w, W3, W2, W1):
    z1 = W1 @ x
    z2 = W2 @ h(z1)
    z3 = W3 @ h(z2)
    r = w @ h(z3) - y
    a = w * h_prime(z3)
    b = (W3.T @ a) * h_prime(z2)
    d = (W2.T @ b) * h_prime(z1)
    return r * z3, r * np.outer(a, z2), r * np.outer(b, z1), r * np.outer(d, x)


@wrong(ID, "no_output_weight")
def without_w_3(x, y, w, W3, W2, W1):
    z1 = W1 @ x
    z2 = W2 @ h(z1)
    z3 = W3 @ h(z2)
    r = w @ h(z3) - y
    a = h_prime(z3)
    b = (W3.T @ a) * h_prime(z2)
    d = (W2.T @ b) * h_prime(z1)
    return r * h(z3), r * np.outer(a, h(z2)), r * np.outer(b, h(z1)), r * np.outer(d, x)


@right(ID)
def with_r_inside_3(x, y, w, W3, W2, W1):
    h1 = h(W1 @ x)
    h2 = h(W2 @ h1)
    h3 = h(W3 @ h2)
    r = w @ h3 - y
    a = r * w * h3 * (1 - h3)
    b = a @ W3 * h2 * (1 - h2)
    d = b @ W2 * h1 * (1 - h1)
    return r * h3, a[:, None] @ h2[None, :], b[:, None] @ h1[None, :], d[:, None] @ x[None, :]


@right(ID)
def in_float32_3(x, y, w, W3, W2, W1):
    x, w, W3, W2, W1 = (np.asarray(array, dtype=np.float32) for array in (x, w, W3, W2, W1))
    z1 = W1 @ x
    z2 = W2 @ h(z1)
    z3 = W3 @ h(z2)
    r = np.float32(w @ h(z3) - y)
    a = w * h_prime(z3)
    b = (W3.T @ a) * h_prime(z2)
    d = (W2.T @ b) * h_prime(z1)
    return r * h(z3), r * np.outer(a, h(z2)), r * np.outer(b, h(z1)), r * np.outer(d, x)


# --- layers ----------------------------------------------------------------------------------------------------------

ID = "l02.sigmoid_backward"


@wrong(ID, "sigmoid_twice")
def takes_y_for_x(dy, y):
    s = 1 / (1 + np.exp(-y))
    return dy * s * (1 - s)


@wrong(ID, "no_dy")
def forgets_dy(dy, y):
    return y * (1 - y)


@wrong(ID, "no_complement")
def forgets_one_minus_y(dy, y):
    return dy * y


@wrong(ID, "only_complement")
def forgets_y(dy, y):
    return dy * (1 - y)


@wrong(ID, "tanh")
def slope_of_tanh(dy, y):
    return dy * (1 - y**2)


@wrong(ID, "negated")
def sign_turned(dy, y):
    return dy * y * (y - 1)


@wrong(ID, "squared")
def slope_squared(dy, y):
    return dy * (y - y**2) ** 2


@wrong(ID, "added")
def adds_the_slope(dy, y):
    return dy + y * (1 - y)


@wrong(ID, "wrong_shape")
def sums_the_batch(dy, y):
    return (dy * y * (1 - y)).sum(axis=0)


@right(ID)
def multiplied_out(dy, y):
    return dy * y - dy * y * y


@right(ID)
def element_by_element_sigmoid(dy, y):
    dx = np.empty_like(dy)
    for index in np.ndindex(dy.shape):
        dx[index] = dy[index] * y[index] * (1 - y[index])
    return dx


ID = "l02.relu_backward"


@wrong(ID, "value_for_slope")
def multiplies_by_the_value(dy, x):
    return dy * np.maximum(0, x)


@wrong(ID, "no_dy")
def slope_alone(dy, x):
    return np.where(x > 0, 1.0, 0.0)


@wrong(ID, "mask_of_dy")
def gates_by_dy(dy, x):
    return np.where(dy > 0, dy, 0)


@wrong(ID, "flipped")
def gate_turned(dy, x):
    dx = dy.copy()
    dx[x > 0] = 0
    return dx


@wrong(ID, "one_at_zero")
def slope_one_at_zero(dy, x):
    return dy * (x >= 0)


@wrong(ID, "sign")
def slope_minus_one(dy, x):
    return np.sign(x) * dy


@wrong(ID, "passes_all")
def lets_all_pass(dy, x):
    return dy


@wrong(ID, "changed_argument")
def writes_into_dy(dy, x):
    dy[x <= 0] = 0
    return dy


@wrong(ID, "raised")
def an_if_on_an_array(dy, x):
    if x > 0:
        return dy
    return 0 * dy


@wrong(ID, "half_at_zero")
def slope_half_at_zero(dy, x):
    return dy * np.heaviside(x, 0.5)


@right(ID)
def with_where(dy, x):
    return np.where(x > 0, dy, 0.0)


@right(ID)
def on_a_copy(dy, x):
    dx = np.array(dy)
    dx[x <= 0] = 0
    return dx


ID = "l02.dense_backward"


@wrong(ID, "divided_by_n")
def averages_over_the_batch(dy, x, W):
    N = x.shape[0]
    return dy @ W.T, x.T @ dy / N, dy.mean(axis=0)


@wrong(ID, "transposed")
def dW_transposed(dy, x, W):
    return dy @ W.T, dy.T @ x, dy.sum(axis=0)


@wrong(ID, "wrong_axis")
def db_over_units(dy, x, W):
    return dy @ W.T, x.T @ dy, np.sum(dy, axis=1)


@wrong(ID, "keepdims")
def db_with_a_batch_axis(dy, x, W):
    return dy @ W.T, x.T @ dy, np.ones((1, len(dy))) @ dy


@wrong(ID, "total")
def db_over_everything(dy, x, W):
    return np.dot(dy, W.T), np.dot(x.T, dy), np.sum(dy)


@wrong(ID, "not_summed")
def db_for_each_example(dy, x, W):
    return dy @ W.T, x.T @ dy, dy


@wrong(ID, "negated")
def all_negated(dy, x, W):
    return -(dy @ W.T), -(x.T @ dy), -dy.sum(0)


@wrong(ID, "first_example")
def one_example_only(dy, x, W):
    return dy @ W.T, np.outer(x[0], dy[0]), dy[0]


@wrong(ID, "dx_without_weights")
def dx_is_dy(dy, x, W):
    return dy, x.T @ dy, dy.sum(axis=0)


@wrong(ID, "raised")
def forgets_to_transpose_W(dy, x, W):
    return dy @ W, x.T @ dy, dy.sum(axis=0)


@wrong(ID, "wrong_type")
def forgets_db(dy, x, W):
    return dy @ W.T, x.T @ dy


@right(ID)
def dense_with_einsum(dy, x, W):
    return np.einsum("nm,dm->nd", dy, W), np.einsum("nd,nm->dm", x, dy), np.einsum("nm->m", dy)


@right(ID)
def dense_with_loops(dy, x, W):
    N, M = dy.shape
    D = x.shape[1]
    dx, dW, db = np.zeros((N, D)), np.zeros((D, M)), np.zeros(M)
    for n in range(N):
        for m in range(M):
            db[m] += dy[n, m]
            for d in range(D):
                dW[d, m] += x[n, d] * dy[n, m]
                dx[n, d] += dy[n, m] * W[d, m]
    return dx, dW, db


@right(ID)
def dense_in_float32(dy, x, W):
    dy, x, W = dy.astype("float32"), x.astype("float32"), W.astype("float32")
    return dy @ W.T, (dy.T @ x).T, dy.sum(axis=0)


# --- a whole network -------------------------------------------------------------------------------------------------

ID = "l02.mlp_backward"


def mlp_forward(x, Ws, bs):
    """As the lesson hands it out: all z and all h, the input first."""
    zs, hs = [], [x]
    for l in range(len(Ws)):
        zs.append(hs[-1] @ Ws[l] + bs[l])
        hs.append(np.maximum(zs[-1], 0))
    return zs, hs


@wrong(ID, "not_divided")
def sums_over_the_batch(x, t, Ws, bs):
    zs, hs = mlp_forward(x, Ws, bs)
    z = zs[-1]
    loss = np.sum(np.logaddexp(0, z) - t * z)
    dz = 1 / (1 + np.exp(-z)) - t
    dWs, dbs = [], []
    for l in reversed(range(len(Ws))):
        dWs.append(hs[l].T @ dz)
        dbs.append(dz.sum(axis=0))
        if l > 0:
            dz = (dz @ Ws[l].T) * (zs[l - 1] > 0)
    return loss, dWs[::-1], dbs[::-1]


@wrong(ID, "divided_twice")
def divides_in_every_layer(x, t, Ws, bs):
    zs, hs = mlp_forward(x, Ws, bs)
    z, N = zs[-1], len(x)
    loss = np.mean(np.logaddexp(0, z) - t * z)
    dz = (1 / (1 + np.exp(-z)) - t) / N
    dWs, dbs = [], []
    for l in reversed(range(len(Ws))):
        dWs.append(hs[l].T @ dz / N)
        dbs.append(dz.mean(axis=0))
        if l > 0:
            dz = (dz @ Ws[l].T) * (zs[l - 1] > 0)
    return loss, dWs[::-1], dbs[::-1]


@wrong(ID, "no_gate")
def forgets_the_relu(x, t, Ws, bs):
    zs, hs = mlp_forward(x, Ws, bs)
    z = zs[-1]
    loss = np.mean(np.logaddexp(0, z) - t * z)
    dz = (1 / (1 + np.exp(-z)) - t) / len(x)
    dWs, dbs = [], []
    for l in reversed(range(len(Ws))):
        dWs.append(hs[l].T @ dz)
        dbs.append(dz.sum(axis=0))
        dz = dz @ Ws[l].T
    return loss, dWs[::-1], dbs[::-1]


@wrong(ID, "negated")
def target_minus_prediction(x, t, Ws, bs):
    zs, hs = mlp_forward(x, Ws, bs)
    z = zs[-1]
    loss = np.mean(np.logaddexp(0, z) - t * z)
    dz = (t - 1 / (1 + np.exp(-z))) / len(x)
    dWs, dbs = [], []
    for l in reversed(range(len(Ws))):
        dWs.append(hs[l].T @ dz)
        dbs.append(dz.sum(axis=0))
        if l > 0:
            dz = (dz @ Ws[l].T) * (zs[l - 1] > 0)
    return loss, dWs[::-1], dbs[::-1]


@wrong(ID, "extra_slope")
def slope_of_the_output_again(x, t, Ws, bs):
    zs, hs = mlp_forward(x, Ws, bs)
    z = zs[-1]
    p = 1 / (1 + np.exp(-z))
    loss = np.mean(np.logaddexp(0, z) - t * z)
    dz = (p - t) * p * (1 - p) / len(x)
    dWs, dbs = [], []
    for l in reversed(range(len(Ws))):
        dWs.append(hs[l].T @ dz)
        dbs.append(dz.sum(axis=0))
        if l > 0:
            dz = (dz @ Ws[l].T) * (zs[l - 1] > 0)
    return loss, dWs[::-1], dbs[::-1]


@wrong(ID, "squared_error")
def takes_the_squared_error(x, t, Ws, bs):
    zs, hs = mlp_forward(x, Ws, bs)
    p = 1 / (1 + np.exp(-zs[-1]))
    loss = np.mean((p - t) ** 2)
    dz = 2 * (p - t) * p * (1 - p) / len(x)
    dWs, dbs = [], []
    for l in reversed(range(len(Ws))):
        dWs.append(hs[l].T @ dz)
        dbs.append(dz.sum(axis=0))
        if l > 0:
            dz = (dz @ Ws[l].T) * (zs[l - 1] > 0)
    return loss, dWs[::-1], dbs[::-1]


@wrong(ID, "gate_at_output")
def gates_the_output(x, t, Ws, bs):
    zs, hs = mlp_forward(x, Ws, bs)
    z = zs[-1]
    loss = np.mean(np.logaddexp(0, z) - t * z)
    dh = (1 / (1 + np.exp(-z)) - t) / len(x)
    dWs, dbs = [], []
    for l in reversed(range(len(Ws))):
        dz = dh * (zs[l] > 0)
        dWs.append(hs[l].T @ dz)
        dbs.append(dz.sum(axis=0))
        dh = dz @ Ws[l].T
    return loss, dWs[::-1], dbs[::-1]


@wrong(ID, "reversed")
def leaves_the_lists_reversed(x, t, Ws, bs):
    zs, hs = mlp_forward(x, Ws, bs)
    z = zs[-1]
    loss = np.mean(np.logaddexp(0, z) - t * z)
    dz = (1 / (1 + np.exp(-z)) - t) / len(x)
    dWs, dbs = [], []
    for l in reversed(range(len(Ws))):
        dWs.append(hs[l].T @ dz)
        dbs.append(dz.sum(axis=0))
        if l > 0:
            dz = (dz @ Ws[l].T) * (zs[l - 1] > 0)
    return loss, dWs, dbs


@wrong(ID, "raised")
def gate_of_the_wrong_layer(x, t, Ws, bs):
    zs, hs = mlp_forward(x, Ws, bs)
    z = zs[-1]
    loss = np.mean(np.logaddexp(0, z) - t * z)
    dz = (1 / (1 + np.exp(-z)) - t) / len(x)
    dWs, dbs = [], []
    for l in reversed(range(len(Ws))):
        dWs.insert(0, hs[l].T @ dz)
        dbs.insert(0, dz.sum(axis=0))
        dz = (dz @ Ws[l].T) * (zs[l] > 0)
    return loss, dWs, dbs


@wrong(ID, "loss_negated")
def forgets_the_minus_of_the_loss(x, t, Ws, bs):
    zs, hs = mlp_forward(x, Ws, bs)
    p = 1 / (1 + np.exp(-zs[-1]))
    loss = np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))
    dz = (p - t) / len(x)
    dWs, dbs = [], []
    for l in reversed(range(len(Ws))):
        dWs.append(hs[l].T @ dz)
        dbs.append(dz.sum(axis=0))
        if l > 0:
            dz = (dz @ Ws[l].T) * (zs[l - 1] > 0)
    return loss, dWs[::-1], dbs[::-1]


@right(ID)
def in_the_order_of_the_way_back(x, t, Ws, bs):
    zs, hs = mlp_forward(x, Ws, bs)
    z = zs[-1]
    loss = np.mean(np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z))) - t * z)
    dz = (1 / (1 + np.exp(-z)) - t) / len(x)
    dWs, dbs = [], []
    for l in reversed(range(len(Ws))):
        dWs.append(hs[l].T @ dz)
        dbs.append(dz.sum(axis=0))
        if l > 0:
            dz = np.where(zs[l - 1] > 0, dz @ Ws[l].T, 0)
    return loss, dWs[::-1], dbs[::-1]


@right(ID)
def example_by_example(x, t, Ws, bs):
    N, L = len(x), len(Ws)
    dWs, dbs, loss = [0 * W for W in Ws], [0 * b for b in bs], 0.0
    for n in range(N):
        hs = [x[n]]
        for l in range(L):
            z = hs[-1] @ Ws[l] + bs[l]
            hs.append(z * (z > 0))
        p = 1 / (1 + np.exp(-z))
        loss -= float((t[n] * np.log(p) + (1 - t[n]) * np.log(1 - p))[0]) / N
        delta = (p - t[n]) / N
        for l in range(L - 1, -1, -1):
            dWs[l] = dWs[l] + np.outer(hs[l], delta)
            dbs[l] = dbs[l] + delta
            delta = (Ws[l] @ delta) * (hs[l] > 0)
    return loss, dWs, dbs


# --- differences and cost --------------------------------------------------------------------------------------------

ID = "l02.numerical_gradient"


@wrong(ID, "forward")
def forward_difference(f, w, eps):
    g = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        v = w.copy()
        v[i] += eps
        g[i] = (f(v) - f(w)) / eps
    return g


@wrong(ID, "backward")
def backward_difference(f, w, eps):
    g = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        v = w.copy()
        v[i] -= eps
        g[i] = (f(w) - f(v)) / eps
    return g


@wrong(ID, "width")
def divides_by_eps(f, w, eps):
    g = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        up, down = w.copy(), w.copy()
        up[i] += eps
        down[i] -= eps
        g[i] = (f(up) - f(down)) / eps
    return g


@wrong(ID, "half")
def halves_twice(f, w, eps):
    g = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        up, down = w.copy(), w.copy()
        up[i] += eps
        down[i] -= eps
        g[i] = 0.5 * (f(up) - f(down)) / (2 * eps)
    return g


@wrong(ID, "not_divided")
def forgets_to_divide(f, w, eps):
    g = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        up, down = w.copy(), w.copy()
        up[i] += eps
        down[i] -= eps
        g[i] = f(up) - f(down)
    return g


@wrong(ID, "negated")
def down_minus_up(f, w, eps):
    g = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        up, down = w.copy(), w.copy()
        up[i] += eps
        down[i] -= eps
        g[i] = (f(down) - f(up)) / (2 * eps)
    return g


@wrong(ID, "all_at_once")
def moves_all_weights(f, w, eps):
    g = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        g[i] = (f(w + eps) - f(w - eps)) / (2 * eps)
    return g


@wrong(ID, "not_restored")
def never_sets_back(f, w, eps):
    w = w.copy()
    g = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        old = w[i]
        w[i] = old + eps
        up = f(w)
        w[i] = old - eps
        g[i] = (up - f(w)) / (2 * eps)
    return g


@wrong(ID, "wrong_shape")
def one_number_for_all(f, w, eps):
    return (f(w + eps) - f(w - eps)) / (2 * eps)


@wrong(ID, "changed_argument")
def leaves_the_weights_moved(f, w, eps):
    g = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        w[i] += eps
        up = f(w)
        w[i] -= 2 * eps
        g[i] = (up - f(w)) / (2 * eps)
    return g


@wrong(ID, "raised")
def knows_vectors_only(f, w, eps):
    g = np.zeros(len(w))
    for i in range(len(w)):
        v = w.copy()
        v[i] += eps
        u = w.copy()
        u[i] -= eps
        g[i] = (f(v) - f(u)) / (2 * eps)
    if w.ndim > 1:
        raise ValueError("only vectors")
    return g


@wrong(ID, "one_sided_width")
def one_side_over_two_eps(f, w, eps):
    g = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        v = w.copy()
        v[i] += eps
        g[i] = (f(v) - f(w)) / (2 * eps)
    return g


@right(ID)
def with_unit_vectors(f, w, eps):
    g = np.zeros(w.size)
    for i in range(w.size):
        e = np.zeros(w.size)
        e[i] = eps
        e = e.reshape(w.shape)
        g[i] = (f(w + e) - f(w - e)) / (2 * eps)
    return g.reshape(w.shape)


@right(ID)
def in_place_and_back(f, w, eps):
    g = np.empty_like(w)
    for i, old in np.ndenumerate(w.copy()):
        w[i] = old + eps
        up = f(w)
        w[i] = old - eps
        down = f(w)
        w[i] = old
        g[i] = (up - down) / 2 / eps
    return g


ID = "l02.multiply_adds"


@wrong(ID, "units")
def counts_units(sizes):
    return sum(sizes), 2 * sum(sizes)


@wrong(ID, "biases")
def counts_biases_too(sizes):
    forward = sum((n + 1) * m for n, m in zip(sizes, sizes[1:]))
    return forward, forward + sum(n * m for n, m in zip(sizes[1:], sizes[2:]))


@wrong(ID, "same")
def backward_as_forward(sizes):
    forward = sum(n * m for n, m in zip(sizes, sizes[1:]))
    return forward, forward


@wrong(ID, "error_of_inputs")
def backward_twice_forward(sizes):
    forward = sum(n * m for n, m in zip(sizes, sizes[1:]))
    return forward, 2 * forward


@wrong(ID, "no_output")
def leaves_out_the_last_layer(sizes):
    layers = [sizes[i] * sizes[i + 1] for i in range(len(sizes) - 2)]
    return sum(layers), 2 * sum(layers) - layers[0]


@wrong(ID, "no_input")
def leaves_out_the_first_layer(sizes):
    total = 0
    for i in range(1, len(sizes) - 1):
        total += sizes[i] * sizes[i + 1]
    return total, total


@wrong(ID, "product")
def multiplies_everything(sizes):
    total = 1
    for n in sizes:
        total *= n
    return total, 2 * total


@wrong(ID, "two_each")
def counts_operations(sizes):
    layers = [2 * sizes[i] * sizes[i + 1] for i in range(len(sizes) - 1)]
    return sum(layers), 2 * sum(layers) - layers[0]


@wrong(ID, "raised")
def index_out_of_range(sizes):
    total = 0
    for i in range(len(sizes)):
        total += sizes[i] * sizes[i + 1]
    return total, total


@right(ID)
def with_an_index(sizes):
    forward = backward = 0
    for i in range(len(sizes) - 1):
        weights = sizes[i] * sizes[i + 1]
        forward += weights
        backward += weights if i == 0 else 2 * weights
    return forward, backward


@right(ID)
def with_numpy_arrays(sizes):
    n = np.array(sizes)
    weights = n[:-1] * n[1:]
    return weights.sum(), 2 * weights.sum() - weights[0]
