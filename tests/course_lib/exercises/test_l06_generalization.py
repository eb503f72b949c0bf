"""The references of lesson 06 against NumPy's polynomials, scikit-learn, SciPy and PyTorch: oracles that are not ours; and E7, E16 settled."""

import warnings
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from scipy import stats
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import PolynomialFeatures

from course_lib.data.synthetic import POLYNOMIALS
from course_lib.exercises import l06_generalization as l06
from course_lib.models import mlp, summary
from course_lib.training import EarlyStopping, log_uniform

rng = np.random.default_rng(6)
step: Any = l06.training_step


@pytest.fixture(autouse=True)
def without_warnings():
    with warnings.catch_warnings(), np.errstate(all="raise", under="ignore"):
        warnings.simplefilter("error")
        yield


def test_i1_split_has_the_class_counts_of_scikit_learn():
    labels = rng.permutation(np.repeat([0, 1, 2], [40, 20, 10]))
    train, dev, test = l06.split(labels, 0.2, 0.1, rng)
    rest, test_oracle = train_test_split(np.arange(70), test_size=7, stratify=labels, random_state=0)
    train_oracle, dev_oracle = train_test_split(rest, test_size=14, stratify=labels[rest], random_state=0)
    for part, oracle in ((train, train_oracle), (dev, dev_oracle), (test, test_oracle)):
        np.testing.assert_array_equal(np.bincount(labels[part]), np.bincount(labels[oracle]))
    np.testing.assert_array_equal(np.sort(np.concatenate([train, dev, test])), np.arange(70))


def test_i1_every_example_has_the_same_chance_of_a_place_in_the_dev_set():
    rng = np.random.default_rng(1)
    labels = np.repeat([0, 1], [30, 10])
    counts = np.zeros(40)
    for _ in range(1000):
        counts[l06.split(labels, 0.2, 0.3, rng)[1]] += 1
    for mine in (counts[:30], counts[30:]):
        # without putting back the counts of a class spread less than chi^2 says: an upper bound
        assert stats.chisquare(mine).pvalue > 1e-3


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (([0, 1, 1], [2], [3]), "twice in one part"),
        (([0, 1], [2], [2, 3]), "in dev and in test"),
        (([0, 1, 2], [2], [3]), "in train and in dev"),
        (([0], [2], [3]), "nowhere"),
    ],
)
def test_a_split_is_described(parts, said):
    labels = np.array([0, 1, 0, 1])
    came = l06._splits(lambda *args: tuple(map(np.array, parts)), labels, 0.25, 0.25, 0)
    assert came is not None and said in came[1]


@pytest.mark.parametrize("degree", [0, 1, 4])
def test_i3_polynomial_fit(degree):
    x, y = rng.uniform(-2, 2, 12), rng.normal(size=12)
    np.testing.assert_allclose(
        l06.fit_polynomial(x, y, degree), np.polynomial.polynomial.polyfit(x, y, degree), atol=1e-10
    )
    columns = PolynomialFeatures(degree).fit_transform(x[:, None])
    normal = columns.T @ (columns @ l06.fit_polynomial(x, y, degree) - y)
    np.testing.assert_allclose(normal, 0, atol=1e-9)


def test_i3_errors_by_degree():
    x, y, x_dev, y_dev = rng.uniform(-1, 1, 9), rng.normal(size=9), rng.uniform(-1, 1, 5), rng.normal(size=5)
    train, dev = l06.degree_errors(x, y, x_dev, y_dev, [0, 2, 3])
    for i, degree in enumerate((0, 2, 3)):
        curve = np.polynomial.Polynomial.fit(x, y, degree)
        assert train[i] == pytest.approx(np.mean((curve(x) - y) ** 2))
        assert dev[i] == pytest.approx(np.mean((curve(x_dev) - y_dev) ** 2))
    assert np.all(np.diff(train) <= 0)


def test_i3_the_second_curve_is_minus_a_fifth_of_the_first():
    x = np.linspace(-3, 6, 50)
    np.testing.assert_allclose(POLYNOMIALS[0](x), -5 * POLYNOMIALS[1](x), atol=1e-9)


def test_i2_bias_variance_and_noise_against_their_formulas():
    """The mean of m draws, shrunk by a factor, as an estimate of mu: all three parts are known."""
    mu, m, factor, sigma, S = np.array([2.0, -1.0]), 5, 0.8, 0.7, 200_000
    P = factor * (mu + sigma / np.sqrt(m) * rng.normal(size=(S, 2)))
    bias2, variance, noise, error = l06.bias_variance(P, mu, mu + sigma * rng.normal(size=(S, 2)))
    assert bias2 == pytest.approx(np.mean((factor * mu - mu) ** 2), rel=0.02)
    assert variance == pytest.approx(factor**2 * sigma**2 / m, rel=0.02)
    assert noise == pytest.approx(sigma**2, rel=0.02)
    assert error == pytest.approx(bias2 + variance + noise, rel=0.01)


def test_e7_without_the_square_the_variance_of_everything_is_0():
    P = rng.normal(size=(50, 4))
    assert l06.bias_variance(P, np.zeros(4), P)[1] == pytest.approx(np.var(P, axis=0).mean())
    (printed,) = (m for m in l06._BIAS_MISTAKES if m.key == "no_square")
    assert abs(printed.answer(P, np.zeros(4), P)[1]) < 1e-15


def test_e16_a_penalty_lowers_the_generalization_error_and_raises_the_training_error():
    x = np.linspace(-1, 1, 15)
    x_new = np.linspace(-1, 1, 500)
    A, B = (PolynomialFeatures(12, include_bias=False).fit_transform(v[:, None]) for v in (x, x_new))
    errors = []
    for seed in range(20):
        noise = np.random.default_rng(seed)
        f, f_new = (POLYNOMIALS[1](4 * v + 1.5) for v in (x, x_new))
        y = f + 3 * noise.normal(size=15)
        errors.append([])
        for model in (Ridge(alpha=1e-10, solver="svd"), Ridge(alpha=15 * 3e-4, solver="svd")):
            model.fit(A, y)
            errors[-1] += [np.mean((model.predict(A) - y) ** 2), np.mean((model.predict(B) - f_new) ** 2)]
    train_0, new_0, train_1, new_1 = np.transpose(errors)
    assert np.all(train_1 > train_0) and np.mean(new_1 < new_0) > 0.9


def test_u25_random_search_draws_log_uniformly():
    rng = np.random.default_rng(25)
    tried = []
    best = l06.random_search(lambda lam: tried.append(lam) or abs(np.log(lam / 0.01)), 1e-4, 10.0, 2000, rng)
    kolmogorov: Any = stats.kstest
    assert kolmogorov(tried, stats.loguniform(1e-4, 10.0).cdf).pvalue > 1e-3
    draw = log_uniform(1e-4, 10.0)
    assert kolmogorov(tried, [draw(rng) for _ in range(2000)]).pvalue > 1e-3
    assert best == pytest.approx(min(tried, key=lambda lam: abs(np.log(lam / 0.01))))


def test_u25_nan_never_wins():
    errors = iter([np.nan, 3.0, 2.0, np.nan])
    lams = []
    best = l06.random_search(lambda lam: lams.append(lam) or next(errors), 0.1, 1.0, 4, rng)
    assert best == lams[2]


@pytest.mark.parametrize("patience", [1, 2, 4])
def test_w17_early_stopping_against_the_library(patience):
    for seed in range(20):
        values = np.random.default_rng(seed).uniform(1, 2, size=12).round(1)  # with ties
        network = mlp([2, 3, 2], rng=np.random.default_rng(0))
        stopping = EarlyStopping(network, patience)
        for value in values:
            if stopping(value):
                break
        theta = np.zeros(2)

        def one_more(theta):
            theta += 1

        kept, best, last = l06.early_stopping(
            theta, one_more, lambda theta, values=values: values[int(theta[0]) // 3 - 1], 3, patience, 12
        )
        assert (best, last) == (stopping.best_check, stopping.checks)
        np.testing.assert_array_equal(kept, [3 * best, 3 * best])


@pytest.mark.parametrize("n", [1, 7])
def test_l12_a_training_step_against_pytorch(n):
    shapes = (3, 5), (5,), (5, 4), (4,)
    start = [rng.normal(size=shape) for shape in shapes]
    X, y = rng.normal(size=(n, 3)), rng.integers(0, 4, n)
    weights = [torch.tensor(a, requires_grad=True) for a in start]
    logits = torch.relu(torch.tensor(X) @ weights[0] + weights[1]) @ weights[2] + weights[3]
    torch.nn.functional.cross_entropy(logits, torch.tensor(y)).backward()
    *new, wrong = step(*start, X, y, 0.3)
    for a, w in zip(new, weights, strict=True):
        assert w.grad is not None
        np.testing.assert_allclose(a, (w - 0.3 * w.grad).detach().numpy(), atol=1e-12)
    assert wrong == pytest.approx(float((logits.argmax(dim=1) != torch.tensor(y)).double().mean()))


def test_l12_a_training_step_survives_large_logits():
    W1, b1, W2, b2 = np.full((2, 3), 500.0), np.zeros(3), np.full((3, 4), 2.0) * np.arange(4), np.zeros(4)
    came = l06.training_step(W1, b1, W2, b2, np.ones((2, 2)), np.array([0, 3]), 0.1)
    assert all(np.all(np.isfinite(a)) for a in came)


def test_l12_random_labels_are_learned_by_heart():
    X, y = rng.uniform(size=(60, 20)), rng.integers(0, 5, 60)
    weights = [rng.normal(size=(20, 64)) * 0.3, np.zeros(64), rng.normal(size=(64, 5)) * 0.2, np.zeros(5)]
    wrong = 1.0
    for _ in range(2000):
        *weights, wrong = step(*weights, X, y, 0.5)
        if wrong == 0:
            break
    assert wrong == 0
    *_, new = step(*weights, rng.uniform(size=(5000, 20)), rng.integers(0, 5, 5000), 0.0)
    assert new == pytest.approx(0.8, abs=0.03)


@pytest.mark.parametrize("depth", [1, 2, 3, 10])
@pytest.mark.parametrize("budget", [200, 1000, 3001])
def test_c10_the_width_is_the_largest_that_fits(depth, budget):
    width, weights = l06.width_for(6, 4, depth, budget)

    def in_torch(width):
        sizes = [6] + depth * [width] + [4]
        layers = [torch.nn.Linear(a, b) for a, b in pairwise(sizes)]
        return sum(p.numel() for layer in layers for p in layer.parameters())

    assert weights == in_torch(width) <= budget < in_torch(width + 1)
    network = mlp([6] + depth * [width] + [4], rng=rng)
    assert weights == summary(network, (6,)).parameters
