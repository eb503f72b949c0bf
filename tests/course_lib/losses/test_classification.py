"""Cross-entropies by SciPy and scikit-learn, and where naive formulas break (warnings are errors here)."""

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.metrics import log_loss

from course_lib.arrays import one_hot
from course_lib.layers import log_softmax, sigmoid, softmax
from course_lib.losses import BinaryCrossEntropy, SigmoidCrossEntropy, SoftmaxCrossEntropy

wide = hnp.arrays(np.float64, hnp.array_shapes(min_dims=1, max_dims=3, min_side=1), elements=st.floats(-1000, 1000))


@pytest.fixture
def rng():
    return np.random.default_rng(23)


@given(wide)
def test_softmax_and_log_softmax_are_scipys(x):
    for axis in range(-1, x.ndim):
        np.testing.assert_allclose(softmax(x, axis), scipy.special.softmax(x, axis), rtol=1e-13, atol=1e-300)
        np.testing.assert_allclose(log_softmax(x, axis), scipy.special.log_softmax(x, axis), rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_at_the_ends_of_the_scale(dtype):
    x = np.array([[1000, 0, -1000], [-1000, -1000, -1000], [1000, 1000, -1000]], dtype)
    p, log_p = softmax(x), log_softmax(x)
    assert p.dtype == log_p.dtype == dtype
    np.testing.assert_allclose(p, [[1, 0, 0], [1 / 3] * 3, [0.5, 0.5, 0]], rtol=1e-6)
    np.testing.assert_allclose(log_p[0], [0, -1000, -2000])  # p itself is 0 here


def test_log_softmax_keeps_its_digits_far_from_0():
    """Subtracting log-sum-exp, 10000.9, from 10000 in float32 would leave three digits."""
    x = np.array([10000, 10000.5], np.float32)
    np.testing.assert_allclose(log_softmax(x), scipy.special.log_softmax(x.astype(np.float64)), rtol=1e-6)


def test_the_softmax_of_two_logits_is_the_sigmoid_of_their_difference(rng):
    z = rng.normal(size=(9, 2))
    np.testing.assert_allclose(softmax(z)[:, 1], sigmoid(z[:, 1] - z[:, 0]))


def test_lists_and_integers_are_taken():
    np.testing.assert_allclose(softmax([0, 0]), [0.5, 0.5])
    np.testing.assert_allclose(log_softmax([[0, 0]]), np.log([[0.5, 0.5]]))
    assert softmax(np.ones((0, 3))).shape == log_softmax(np.ones((0, 3))).shape == (0, 3)


# --- two classes ------------------------------------------------------------------------------------------------------


def test_binary_losses_are_scikit_learns(rng):
    z, t = 3 * rng.normal(size=50), rng.integers(0, 2, 50)
    expected = log_loss(t, sigmoid(z))
    assert BinaryCrossEntropy().forward(sigmoid(z), t) == pytest.approx(expected)
    assert SigmoidCrossEntropy().forward(z, t) == pytest.approx(expected)


def test_the_labels_of_one_example_are_summed(rng):
    """U7, multi-label: independent bits, and so the sum of their losses."""
    z, t = rng.normal(size=(20, 3)), rng.integers(0, 2, (20, 3))
    expected = sum(log_loss(t[:, k], sigmoid(z[:, k])) for k in range(3))
    assert SigmoidCrossEntropy().forward(z, t) == pytest.approx(expected)
    assert BinaryCrossEntropy().forward(sigmoid(z), t) == pytest.approx(expected)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("logit", "target", "value", "gradient"),
    [
        (800, 1, 0, 0),
        (800, 0, 800, 1),
        (-800, 1, 800, -1),
        (-800, 0, 0, 0),
        (800, 0.25, 600, 0.75),
        (0, 1, np.log(2), -0.5),
    ],
)
def test_from_logits_it_is_exact_far_out(dtype, logit, target, value, gradient):
    loss = SigmoidCrossEntropy()
    assert loss.forward(np.array([logit], dtype), [target]) == pytest.approx(value, rel=1e-6, abs=0)
    assert loss.backward() == pytest.approx(gradient, rel=1e-6, abs=0)


def test_no_digit_of_a_small_loss_is_lost():
    z = np.array([20.0, 30.0, 40.0, 100.0])
    for n in range(len(z)):
        loss = SigmoidCrossEntropy().forward(z[n : n + 1], [1])
        assert loss == pytest.approx(np.log1p(np.exp(-z[n])), rel=1e-14, abs=0)


def test_the_homework():
    """E15: yhat = sigmoid(23), y = 0: the loss is 23 + 1.03e-10, and a ReLU output has no loss at all."""
    loss = SigmoidCrossEntropy()
    assert loss.forward([23.0], [0]) - 23 == pytest.approx(1.026e-10, rel=1e-3, abs=0)
    assert loss.backward() == pytest.approx(1)
    by_way_of_yhat = BinaryCrossEntropy().forward(sigmoid(np.array([23.0])), [0])
    assert by_way_of_yhat == pytest.approx(23, abs=1e-5)
    assert by_way_of_yhat != loss.forward([23.0], [0])
    with pytest.raises(ValueError, match="pred: wanted probabilities from 0 to 1, got 23 to 23"):
        BinaryCrossEntropy().forward([23.0], [0])


def test_from_probabilities_at_0_and_1():
    loss = BinaryCrossEntropy()
    assert loss.forward([0.0, 1.0], [0, 1]) == 0
    np.testing.assert_array_equal(loss.backward(), [0.5, -0.5])  # 1 / (1 - p) and -1 / p, over N = 2
    for p, t, slope in ((0.0, 1, -np.inf), (1.0, 0, np.inf), (0.0, 0.5, -np.inf), (1.0, 0.5, np.inf)):
        assert loss.forward([p], [t]) == np.inf
        assert loss.backward() == slope
    assert loss.forward([1e-20], [0]) == pytest.approx(1e-20, rel=1e-12, abs=0)


@pytest.mark.parametrize("wrong", [-0.1, 1.1, np.nan])
def test_what_is_no_probability_is_refused(wrong):
    with pytest.raises(ValueError, match="pred: wanted probabilities from 0 to 1, got"):
        BinaryCrossEntropy().forward([wrong], [0])
    for loss in (BinaryCrossEntropy(), SigmoidCrossEntropy()):
        with pytest.raises(ValueError, match="target: wanted probabilities from 0 to 1, got"):
            loss.forward([0.5], [wrong])


def test_boolean_targets_are_taken():
    assert SigmoidCrossEntropy().forward([0.0], [True]) == pytest.approx(np.log(2))


# --- many classes -----------------------------------------------------------------------------------------------------


def test_softmax_loss_is_scikit_learns(rng):
    z, y = 3 * rng.normal(size=(50, 4)), rng.integers(0, 4, 50)
    loss = SoftmaxCrossEntropy()
    assert loss.forward(z, y) == pytest.approx(log_loss(y, softmax(z), labels=range(4)))


def test_classes_one_hot_and_distributions_are_one_loss(rng):
    z, y = 3 * rng.normal(size=(8, 4)), rng.integers(0, 4, 8)
    loss, results = SoftmaxCrossEntropy(), []
    for target in (y, y.tolist(), y.astype(np.uint8), one_hot(y, 4), one_hot(y, 4).astype(int), one_hot(y, 4) == 1):
        results.append((loss.forward(z, target), loss.backward()))
    for value, gradient in results[1:]:
        assert value == results[0][0]
        np.testing.assert_array_equal(gradient, results[0][1])
    np.testing.assert_allclose(results[0][1], (softmax(z) - one_hot(y, 4)) / 8, atol=1e-15)  # C15


def test_a_soft_target_mixes_the_losses_of_its_classes(rng):
    z, t = rng.normal(size=(1, 3)), np.array([[0.2, 0.5, 0.3]])
    loss = SoftmaxCrossEntropy()
    assert loss.forward(z, t) == pytest.approx(sum(t[0, k] * loss.forward(z, [k]) for k in range(3)))
    entropy = -np.sum(t * np.log(t))
    assert loss.forward(np.log(t), t) == pytest.approx(entropy)  # the least that is possible
    np.testing.assert_allclose(loss.backward(), 0, atol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_it_is_exact_far_out_and_never_saturates(dtype):
    loss, z = SoftmaxCrossEntropy(), np.array([[800, 0, -800]], dtype)
    for k, (value, gradient) in enumerate([(0, [0, 0, 0]), (800, [1, -1, 0]), (1600, [1, 0, -1])]):
        assert loss.forward(z, [k]) == value
        np.testing.assert_array_equal(loss.backward(), [gradient])


def test_a_whole_sequence_counts_as_one_example(rng):
    z, y = rng.normal(size=(5, 3, 4)), rng.integers(0, 4, (5, 3))
    each = SoftmaxCrossEntropy().forward(z.reshape(15, 4), y.reshape(15))
    assert SoftmaxCrossEntropy().forward(z, y) == pytest.approx(3 * each)


@pytest.mark.parametrize(
    ("target", "error", "message"),
    [
        ([0, 3], ValueError, "target: wanted classes from 0 to 2, got 0 to 3"),
        ([-1, 0], ValueError, "target: wanted classes from 0 to 2, got -1 to 0"),
        (
            [0.0, 1.0],
            ValueError,
            r"integers of shape \(2,\) or distributions of shape \(2, 3\), got float64 of shape \(2,\)",
        ),
        ([[0], [1]], ValueError, r"or distributions of shape \(2, 3\), got int\d+ of shape \(2, 1\)"),
        ([[0.5, 0.5, 0.5], [1, 0, 0]], ValueError, "rows >= 0 that sum to 1, got .* sums from 1 to 1.5"),
        ([[1.5, -0.5, 0], [1, 0, 0]], ValueError, "rows >= 0 that sum to 1, got entries from -0.5"),
        (["a", "b"], TypeError, "target: wanted an array of real numbers, got dtype <U1"),
    ],
)
def test_targets_that_are_no_classes_are_refused(target, error, message):
    with pytest.raises(error, match=message):
        SoftmaxCrossEntropy().forward(np.zeros((2, 3)), target)


def test_logits_want_an_axis_of_classes():
    with pytest.raises(ValueError, match=r"logits: wanted shape \(N, ..., K\), got \(3,\)"):
        SoftmaxCrossEntropy().forward(np.zeros(3), [1, 2, 0])


def test_label_smoothing_as_w15_has_it_is_no_distribution_beyond_two_classes():
    """E2: p + eps and (1 - p) / (k - 1) - eps sum to 1 - (k - 2) eps; (1 - eps) onehot + eps / k sums to 1."""
    eps = 0.05
    for k in (2, 3, 10):
        true, false = 0.9 + eps, 0.1 / (k - 1) - eps
        deck = np.array([[true] + [false] * (k - 1)])
        assert deck.sum() == pytest.approx(1 - (k - 2) * eps)
        if k == 2:
            SoftmaxCrossEntropy().forward(np.zeros((1, k)), deck)
        else:
            with pytest.raises(ValueError, match="rows >= 0 that sum to 1"):
                SoftmaxCrossEntropy().forward(np.zeros((1, k)), deck)
        SoftmaxCrossEntropy().forward(np.zeros((1, k)), (1 - eps) * one_hot([0], k) + eps / k)
