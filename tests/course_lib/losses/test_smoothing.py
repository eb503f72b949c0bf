"""Targets that are less sure, and when W15's are no distributions [E2]."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.losses import SoftmaxCrossEntropy, smooth_labels, w15_smooth_labels

probability = st.floats(0, 1)


@given(st.integers(1, 9), probability)
def test_the_standard_form_is_always_a_distribution(k, eps):
    t = smooth_labels(np.arange(k), k, eps, np.float64)
    assert np.all(t >= 0)
    np.testing.assert_allclose(t.sum(axis=1), 1)
    np.testing.assert_allclose(np.diag(t), 1 - eps + eps / k)


@pytest.mark.parametrize("eps", [0.0, 0.1, 1.0])
def test_both_forms_by_hand(eps):
    assert smooth_labels([2], 4, eps).tolist() == [pytest.approx([eps / 4, eps / 4, 1 - eps * 3 / 4, eps / 4])]
    t = w15_smooth_labels([1, 0], 3, 0.9, eps, np.float64, refuse=False)
    np.testing.assert_allclose(t, [[0.05 - eps, 0.9 + eps, 0.05 - eps], [0.9 + eps, 0.05 - eps, 0.05 - eps]])


@given(st.integers(2, 9), probability, probability)
def test_e2_w15_sums_to_1_minus_k_minus_2_eps(k, p, eps):
    t = w15_smooth_labels([0], k, p, eps, np.float64, refuse=False)
    assert t.sum() == pytest.approx(1 - (k - 2) * eps, abs=1e-12)


def test_e2_it_says_when_it_is_no_distribution():
    with pytest.raises(
        ValueError, match=r"p, eps: wanted a distribution, got 0\.91 for the right class and 0\.001111 .*, 0\.92 in all"
    ):
        w15_smooth_labels([0, 1], 10, 0.9, 0.01)
    with pytest.raises(ValueError, match=r"got 1\.1 for the right class and -0\.1 for each of 1 others, 1 in all"):
        w15_smooth_labels([0, 1], 2, 0.9, 0.2)
    np.testing.assert_allclose(w15_smooth_labels([0, 1], 2, 0.9, 0.05), [[0.95, 0.05], [0.05, 0.95]])  # K = 2
    np.testing.assert_allclose(w15_smooth_labels([0], 4, 0.7, 0), [[0.7, 0.1, 0.1, 0.1]])  # eps = 0


def test_the_loss_refuses_what_is_no_distribution_too():
    t = w15_smooth_labels([0, 1], 10, 0.9, 0.01, refuse=False)
    with pytest.raises(ValueError, match="target: wanted rows >= 0 that sum to 1"):
        SoftmaxCrossEntropy().forward(np.zeros((2, 10)), t)


@given(st.integers(2, 9), st.data())
def test_with_eps_0_w15_is_the_standard_form(k, data):
    p = data.draw(st.floats(1 / k, 1))
    ours = smooth_labels(np.arange(k), k, min(1, (1 - p) * k / (k - 1)), np.float64)
    np.testing.assert_allclose(w15_smooth_labels(np.arange(k), k, p, 0, np.float64), ours, atol=1e-12)


def test_w15_reduces_the_cost_of_extremely_incorrect_examples():
    """ "Maximizing yhat can be harmful when y is wrong": a sure and right network pays, in return for paying less when the label is wrong."""
    loss, sure, label = SoftmaxCrossEntropy(), np.array([[10.0, 0, 0]]), np.array([1])
    assert loss.forward(sure, smooth_labels(label, 3, 0.3)) < loss.forward(sure, label)
    loss.forward(sure, smooth_labels([0], 3, 0.3))
    assert loss.backward()[0, 0] > 0.1  # even a right answer is pulled back


def test_shapes_and_dtypes():
    assert smooth_labels(np.zeros((2, 3), int), 4).shape == (2, 3, 4)
    for make in (
        smooth_labels,
        lambda labels, k, eps, *dtype: w15_smooth_labels(labels, k, 0.9, eps, *dtype, refuse=False),
    ):
        assert make([0, 1], 3, np.float64(0.1)).dtype == np.float32
        assert make([0, 1], 3, 0.1, np.float64).dtype == np.float64
        assert make(np.zeros(0, int), 3, 0.1).shape == (0, 3)


@pytest.mark.parametrize("wrong", [-0.1, 1.1, np.nan])
def test_what_is_no_probability_is_refused(wrong):
    with pytest.raises(ValueError, match="eps: wanted a number from 0 to 1, got"):
        smooth_labels([0], 3, wrong)
    with pytest.raises(ValueError, match="p: wanted a number from 0 to 1, got"):
        w15_smooth_labels([0], 3, wrong, 0.1)


def test_wrong_labels_are_refused():
    with pytest.raises(TypeError, match="labels: wanted integers"):
        smooth_labels([0.5], 3)
    with pytest.raises(ValueError, match="labels: wanted classes from 0 to 2, got 3 to 3"):
        smooth_labels([3], 3)
    with pytest.raises(ValueError, match="n_classes: wanted at least 2, got 1"):
        w15_smooth_labels([0], 1, 0.9, 0)
