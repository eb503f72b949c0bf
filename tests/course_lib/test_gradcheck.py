"""Central differences against derivatives that are known, and their own good manners."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.optimize import approx_fprime

from course_lib.gradcheck import check_layer, check_loss, numerical_gradient, relative_error
from course_lib.layers import Dense, Layer, ReLU, Sequential, pack
from course_lib.losses import SoftmaxCrossEntropy, SquaredError


@given(hnp.arrays(np.float64, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0), elements=st.floats(-3, 3)))
def test_the_gradient_of_a_polynomial(x):
    g = numerical_gradient(lambda x: np.sum(x**3 - 2 * x), x)
    assert g.shape == x.shape
    assert g.dtype == np.float64
    np.testing.assert_allclose(g, 3 * x**2 - 2, atol=1e-7)


def test_it_agrees_with_scipy():
    x, a = np.random.default_rng(0).normal(size=(2, 5))

    def f(x):
        return np.exp(a @ x) + np.prod(np.sin(x))

    np.testing.assert_allclose(numerical_gradient(f, x), approx_fprime(x, f, 1e-8), rtol=1e-4)


def test_halving_the_step_quarters_the_error():
    errors = [abs(numerical_gradient(np.exp, np.float64(1.0), eps) - np.e) for eps in (1e-2, 5e-3)]
    assert errors[0] / errors[1] == pytest.approx(4, rel=1e-3)


def test_float32_and_integers_are_differentiated_in_float64():
    for x in (np.array([1, 2, 3]), np.array([1, 2, 3], np.float32), [1, 2, 3]):
        np.testing.assert_allclose(numerical_gradient(lambda x: np.sum(x**2), x), [2, 4, 6], rtol=1e-9)


def test_neither_the_argument_nor_the_outcome_is_at_the_mercy_of_f():
    x = np.array([1.0, 2.0])
    x.flags.writeable = False
    seen = []

    def greedy(w):
        value = float(np.sum(w**2))
        w[...] = 99  # a function that spoils what it is given
        seen.append(w)
        return value

    np.testing.assert_allclose(numerical_gradient(greedy, x), [2, 4], rtol=1e-9)
    assert len({id(w) for w in seen}) == 4


def test_f_must_return_one_number_and_eps_must_be_a_step():
    with pytest.raises(ValueError, match=r"f: wanted a function that returns one number, got an array of shape \(2,\)"):
        numerical_gradient(lambda x: x, np.ones(2))
    for eps in (0, -1e-5, np.nan):
        with pytest.raises(ValueError, match="eps: wanted a step above 0"):
            numerical_gradient(np.sum, np.ones(2), eps)


@pytest.mark.parametrize("wrong", [None, "words", 1 + 2j], ids=repr)
def test_what_f_returns_must_be_a_real_number(wrong):
    with pytest.raises(TypeError, match="f: wanted a function that returns a real number, got"):
        numerical_gradient(lambda x: wrong, np.ones(2))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sum(x.astype(np.float32) ** 2),
        lambda x: np.float32(np.sum(x**2)),
        lambda x: float(np.sum(x**2, dtype=np.float32)),
        lambda x: np.float16(np.sum(x**2)),
        lambda x: np.float32(1e6 + np.sum(x**2)),  # all differences are 0
    ],
)
def test_a_function_that_rounds_to_float32_is_found_out(f, rng):
    """Its differences would be wrong in every digit: 1e-7 of rounding over a step of 1e-5."""
    with pytest.raises(ValueError, match="f: wanted a function that computes in float64"):
        numerical_gradient(f, rng.normal(size=5) + 3)


@pytest.mark.parametrize(
    ("f", "x", "eps", "gradient"),
    [
        (np.sum, [1.0, 2.0], 0.5, [1, 1]),  # steps that float32 has too: nothing was rounded
        (lambda x: 3.0, [1.0, 2.0], 1e-5, [0, 0]),
        (lambda x: x @ [1, -2], [0.0, 0.0], 1e-5, [1, -2]),
        (lambda x: 1e300 * x[0], [1.0, 2.0], 1e-5, [1e300, 0]),
    ],
)
def test_numbers_that_float32_happens_to_have_are_no_offence(f, x, eps, gradient):
    np.testing.assert_allclose(numerical_gradient(f, x, eps), gradient, rtol=1e-9)


def test_a_layer_or_loss_that_leaves_float64_is_refused(rng):
    class Rounding(Dense):
        def forward(self, x, training=False):
            return super().forward(x, training).astype(np.float32)

    class Rounded(SquaredError):
        def forward(self, pred, target):
            return super().forward(pred.astype(np.float32), target)

    with pytest.raises(
        ValueError, match=r"layer: wanted one that computes in .* float64, got float32 from Dense\(4, 3\)"
    ):
        check_layer(Rounding(4, 3, rng=rng), rng.normal(size=(5, 4)), rng=rng)
    with pytest.raises(ValueError, match="f: wanted a function that computes in float64"):
        check_loss(Rounded("sum"), rng.normal(size=(5, 4)), rng.normal(size=(5, 4)))


def test_relative_error():
    assert relative_error([1.0, 2.0], [1.0, 2.0]) == 0
    assert relative_error([0, 0], [0, 0]) == 0
    assert relative_error([], []) == 0
    assert relative_error([100.0, 0.0], [100.0, 1.0]) == pytest.approx(0.01)
    assert relative_error([1.0], [-1.0]) == pytest.approx(2)
    assert relative_error([0.0], [5.0]) == relative_error([5.0], [0.0]) == 1
    assert np.isnan(relative_error([np.nan], [1.0]))
    with pytest.raises(ValueError, match=r"b: wanted the shape of a, \(2,\), got \(2, 1\)"):
        relative_error([1.0, 2.0], [[1.0], [2.0]])


@pytest.fixture
def rng():
    return np.random.default_rng(3)


@pytest.mark.parametrize("packed", [False, True])
def test_a_network_is_checked_in_float64_and_left_as_it_is(packed, rng):
    network = Sequential(Dense(4, 3, rng=rng), ReLU(), Dense(3, 2, rng=rng))
    if packed:
        pack(network)
    before = network.snapshot()
    errors = check_layer(network, rng.normal(size=(5, 4)).astype(np.float32), rng=rng)
    assert list(errors) == ["x", "0.W", "0.b", "2.W", "2.b"]
    assert max(errors.values()) < 1e-8
    assert network.params == {}
    np.testing.assert_equal(network.snapshot(), before)
    assert all(array.dtype == np.float32 for array in network.snapshot().values())
    with pytest.raises(RuntimeError):
        network.backward(np.ones((5, 2)))


@pytest.mark.parametrize("name", ["x", "W", "b"])
def test_a_wrong_gradient_is_found_where_it_is(name, rng):
    class Wrong(Dense):
        def backward(self, dy, need_dx=True):
            dx = super().backward(dy, need_dx)
            if name == "x":
                return -dx
            self.grads[name][...] *= 2
            return dx

    errors = check_layer(Wrong(4, 3, rng=rng), rng.normal(size=(5, 4)), rng=rng)
    assert [key for key, error in errors.items() if error > 0.4] == [name]


def test_a_layer_that_draws_repeats_its_draw(rng):
    class Noisy(Layer):
        """y = x m with a new random m for every forward, as dropout has it, and a state that drifts."""

        def __init__(self, rng):
            super().__init__()
            self.rng, self.state = rng, {"count": np.zeros(())}

        def forward(self, x, training=False):
            self.state["count"] += 1
            self._saved = self.rng.random(x.shape) + self.state["count"]
            return x * self._saved

        def backward(self, dy, need_dx=True):
            return dy * self.recall()

    layer = Noisy(rng)
    assert check_layer(layer, rng.normal(size=(3, 2)), rng=np.random.default_rng(1))["x"] < 1e-9
    assert layer.state["count"] == 0


def test_a_loss_is_left_as_it_is(rng):
    loss, logits, target = SoftmaxCrossEntropy(), rng.normal(size=(4, 3)), [0, 2, 1, 1]
    loss.forward(logits, target)
    expected = loss.backward()
    loss.forward(logits, target)
    assert check_loss(loss, 2 * logits, target) < 1e-9
    assert check_loss(loss, logits.astype(np.float32), target) < 1e-9
    np.testing.assert_array_equal(loss.backward(), expected)  # what was saved is still there
