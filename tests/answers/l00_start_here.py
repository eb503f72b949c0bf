"""Answers to lesson 00."""

import numpy as np

from tests.answers import right, wrong

ID = "l00.weighted_sum"


@wrong(ID, "no_bias")
def forgets_the_bias(w0, w, x):
    return np.dot(w, x)


@wrong(ID, "bias_subtracted")
def subtracts_the_bias(w0, w, x):
    return sum(w * x) - w0


@wrong(ID, "bias_multiplied")
def multiplies_by_the_bias(w0, w, x):
    return w0 * np.sum(w * x)


@wrong(ID, "bias_in_every_term")
def adds_the_bias_in_the_loop(w0, w, x):
    total = 0
    for i in range(len(w)):
        total += w0 + w[i] * x[i]
    return total


@wrong(ID, "not_summed")
def forgets_the_sum(w0, w, x):
    return w0 + w * x


@wrong(ID, "added")
def adds_instead_of_multiplying(w0, w, x):
    return w0 + np.sum(w + x)


@wrong(ID, "mean")
def takes_the_mean(w0, w, x):
    return w0 + (w * x).mean()


@wrong(ID, "activated")
def applies_a_relu(w0, w, x):
    return max(0.0, w0 + w @ x)


@wrong(ID, "nothing")
def prints_instead_of_returning(w0, w, x):
    print(w0 + w @ x)


@wrong(ID, "raised")
def misspells_a_name(w0, w, x):
    return w0 + np.sum(weights * x)  # noqa: F821 - the slip itself


@wrong(ID, "not_written")
def leaves_the_stub(w0, w, x):
    raise NotImplementedError("not written yet")


@wrong(ID, "changed_argument")
def works_in_place(w0, w, x):
    w *= x
    return w0 + w.sum()


@wrong(ID, "wrong_values")
def drops_the_last_input(w0, w, x):
    return w0 + w[:-1] @ x[:-1]


@right(ID)
def with_a_loop(w0, w, x):
    total = w0
    for weight, value in zip(w, x):
        total = total + weight * value
    return total


@right(ID)
def with_einsum(w0, w, x):
    return np.einsum("i,i->", w, x) + w0


@right(ID)
def with_a_longer_vector(w0, w, x):
    return np.concatenate([[w0], w]) @ np.concatenate([[1.0], x])


@right(ID)
def in_float32(w0, w, x):
    return np.float32(w0) + w.astype(np.float32) @ x.astype(np.float32)
