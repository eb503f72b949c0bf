"""A contest is scored by what was kept back, and its limits hold; whatever comes from the other side is looked at first."""

import numpy as np
import pytest

from course_lib.checking import check
from course_lib.checking.checker import check_contest
from course_lib.exercises import Contest, Mistake, find
from course_lib.layers import Dense, Flatten, Sequential

SIDES = Contest(
    id="l97.sides",
    title="Which side of the line?",
    points=4,
    lectures=("W23",),
    hints=("a", "b", "c"),
    draw=lambda rng: _points(rng),
    run=lambda answer, x, t, x_test: answer(x, t, x_test),
    limits={"steps": 100},
    floor=0.5,
    full=0.9,
    mistakes=(Mistake("turned", "The sides are exchanged.", lambda guesses, t: np.mean(guesses == t) < 0.1, "W23"),),
)


def _points(rng):
    x = rng.normal(size=(300, 2))
    t = (x.sum(axis=1) > 0).astype(int)
    return x[:100], t[:100], x[100:], t[100:]


def verdict(answer):
    return check_contest(SIDES, answer, np.random.default_rng(5))


def partly(share):
    """Guesses of which this share is right"""

    def answer(x, t, x_test):
        truth = (x_test.sum(axis=1) > 0).astype(int)
        return np.where(np.arange(len(truth)) < round(share * len(truth)), truth, 1 - truth), 7

    return answer


@pytest.mark.parametrize(
    ("share", "points"), [(1.0, 4), (0.9, 4), (0.8, 3), (0.74, 2), (0.55, 0.5), (0.5, 0), (0.3, 0)]
)
def test_points_grow_with_the_share_in_halves(share, points):
    found = verdict(partly(share))
    assert found.points == points
    assert found.right == (points == 4)
    assert found.parts[0].value == pytest.approx(share)
    assert found.parts[1].value == 7


def test_beyond_a_limit_there_is_nothing():
    found = verdict(lambda x, t, x_test: (partly(1.0)(x, t, x_test)[0], 101))
    assert (found.points, found.right) == (0, False)
    assert found.parts[0].message == "100.0% of 200 right, but it cost more than allowed"
    assert found.parts[1].message == "101, and 100 are allowed"


def test_a_mistake_of_the_guesses_is_named():
    found = verdict(partly(0.05))
    assert (found.parts[0].mistake, found.points) == ("turned", 0)
    assert found.parts[0].message == "5.0% of 200 right. The sides are exchanged [W23]."


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (None, "not_written"),
        ("a text", "wrong_type"),
        (lambda x, t, x_test: 1 / 0, "raised"),
        (lambda x, t, x_test: None, "wrong_type"),
        (lambda x, t, x_test: [1, 2, 3], "wrong_type"),
        (lambda x, t, x_test: ("all right", 7), "wrong_type"),
        (lambda x, t, x_test: (partly(1.0)(x, t, x_test)[0], "few"), "wrong_type"),
        (lambda x, t, x_test: (partly(1.0)(x, t, x_test)[0], -1), "wrong_type"),
        (lambda x, t, x_test: (partly(1.0)(x, t, x_test)[0], float("nan")), "wrong_type"),
        (lambda x, t, x_test: (partly(1.0)(x, t, x_test)[0], 10**400), "wrong_type"),
        (lambda x, t, x_test: (partly(1.0)(x, t, x_test)[0].astype(str), 7), "wrong_type"),
        (lambda x, t, x_test: (np.ones(5, int), 7), "wrong_shape"),
    ],
)
def test_what_is_no_answer_earns_nothing_and_says_why(answer, status):
    found = verdict(answer)
    assert found.parts[0].status == status
    assert (found.points, found.max_points, found.right) == (0, 4, False)


def test_labels_stay_here_and_other_digits_come_with_another_seed():
    given = []

    def spy(x, t, x_test):
        given.append((x, t, x_test))
        return np.zeros(len(x_test), int), 1

    for seed in (1, 1, 2):
        check_contest(SIDES, spy, np.random.default_rng(seed))
    assert [len(part) for part in given[0]] == [100, 100, 200]
    np.testing.assert_array_equal(given[0][2], given[1][2])
    assert not np.array_equal(given[0][2], given[2][2])


def test_the_capstone_counts_numbers_and_multiply_adds(capsys):
    def untrained(x, t):
        net = Sequential(Flatten(), Dense(196, 10, rng=np.random.default_rng(0)))
        net.forward(x)
        return net

    found = check("l13.capstone", untrained)
    capsys.readouterr()
    assert [part.value for part in found.parts[1:]] == [1970, 600 * 1960]  # the guesses for the test cost nothing
    assert found.points == 0
    assert find("l13.capstone").limits == {"numbers": 6000, "multiply_adds": 2e9}
