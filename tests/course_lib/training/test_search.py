"""Grids are scikit-learn's, draws are SciPy's distributions, and a training that diverged loses."""

import numpy as np
import pytest
from scipy import stats
from sklearn.model_selection import ParameterGrid

from course_lib.training import Diverged, Trial, grid_search, log_uniform, random_search, uniform


@pytest.fixture
def rng():
    return np.random.default_rng(6)


def test_a_grid_is_scikit_learns():
    grid = {"a": [1, 2, 3], "b": ["x", "y"]}
    trials = grid_search(lambda a, b: a if b == "x" else -a, grid)
    key = lambda p: (p["a"], p["b"])  # noqa: E731 - for the two lines below
    assert sorted((t.params for t in trials), key=key) == sorted(ParameterGrid(grid), key=key)
    assert [t.value for t in trials] == [-3, -2, -1, 1, 2, 3]
    assert trials[0] == Trial(-3, {"a": 3, "b": "y"})


def test_draws_have_the_distributions_they_are_called_after(rng):
    draws = [log_uniform(1e-5, 1e2)(rng) for _ in range(3000)]
    assert stats.kstest(draws, stats.loguniform(1e-5, 1e2).cdf).pvalue > 0.01
    draws = [uniform(-1, 3)(rng) for _ in range(3000)]
    assert stats.kstest(draws, stats.uniform(-1, 4).cdf).pvalue > 0.01
    assert type(draws[0]) is float
    assert log_uniform(0.1, 0.1)(rng) == pytest.approx(0.1)


def test_a_random_search_tries_every_time_another_point_and_sorts(rng):
    space = {"x": uniform(-1, 1), "kind": ["a", "b"], "n": range(3)}
    trials = random_search(lambda x, kind, n: (x - 0.3) ** 2 + (kind == "b") + n, space, 200, rng=rng)
    assert len(trials) == 200
    assert len({t.params["x"] for t in trials}) == 200
    assert [t.value for t in trials] == sorted(t.value for t in trials)
    assert trials[0].params["kind"] == "a" and trials[0].params["n"] == 0
    assert abs(trials[0].params["x"] - 0.3) < 0.1
    for name, number in (("kind", 2), ("n", 3)):
        assert len({t.params[name] for t in trials}) == number


def test_the_seed_decides():
    runs = [random_search(lambda x: x, {"x": uniform(0, 1)}, 5, rng=np.random.default_rng(s)) for s in (1, 1, 2)]
    assert runs[0] == runs[1] != runs[2]


def test_what_diverged_or_is_nan_comes_last(rng):
    def objective(x):
        if x == 0:
            raise Diverged(1, "here", "try that")
        return np.nan if x == 1 else x

    trials = grid_search(objective, {"x": [0, 1, 2, 3]})
    assert [t.params["x"] for t in trials] == [2, 3, 0, 1]
    assert [t.value for t in trials[2:]] == [np.inf, np.inf]
    with pytest.raises(ZeroDivisionError):
        grid_search(lambda x: 1 / 0, {"x": [1]})  # a mistake in the objective is not hidden


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda rng: log_uniform(0, 1), "low: wanted a number above 0, got 0"),
        (lambda rng: uniform(2, 1), "low, high: wanted low <= high, both finite, got 2 and 1"),
        (lambda rng: uniform(0, np.inf), "both finite"),
        (lambda rng: random_search(abs, {"x": []}, 3, rng=rng), r"x: wanted something to choose from, got \[\]"),
        (lambda rng: random_search(abs, {}, 0, rng=rng), "n_trials: wanted at least 1"),
        (lambda rng: random_search(abs, {}, 1, rng=1), "rng: wanted a numpy Generator"),
    ],
)
def test_what_cannot_be_is_said(call, message, rng):
    with pytest.raises((ValueError, TypeError), match=message):
        call(rng)
