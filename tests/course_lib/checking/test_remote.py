"""An answer that lives in another process: what comes back is believed as far as it has the form of a Call."""

import numpy as np
import pytest

from course_lib.checking.calling import STOPPED
from course_lib.checking.checker import check_function
from course_lib.checking.remote import over_there, work
from course_lib.exercises import find

EXERCISE = find("l02.sigmoid_backward")


class StandIn:
    """Stands for a function over there; here `over there` is this process."""

    def __init__(self, answer):
        self.answer = answer

    def __call__(self, *args):
        raise AssertionError("the judge must not call it itself")

    def __apply__(self, function, *args):
        assert function == "course_lib.checking.remote:over_there"
        return over_there(self.answer, *args)


class Says(StandIn):
    def __apply__(self, function, *args):
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


def status(answer):
    return check_function(EXERCISE, answer).status


def right(dh, h):
    return dh * h * (1 - h)


def slope_forgotten(dh, h):
    return dh * h


def test_verdicts_are_those_of_a_function_that_is_here():
    assert check_function(EXERCISE, StandIn(right)).points == EXERCISE.points
    for answer in (right, slope_forgotten, lambda dh, h: dh[:1], lambda dh, h: 1 / 0):
        assert check_function(EXERCISE, StandIn(answer)) == check_function(EXERCISE, answer)


def test_notes_and_forbidden_helpers_come_along():
    def warns(*args):
        import warnings

        warnings.warn("careful", stacklevel=1)
        print("so")
        return right(*args)

    def cheats(*args):
        import scipy.special

        scipy.special.expit(0.0)
        return right(*args)

    assert check_function(EXERCISE, StandIn(warns)) == check_function(EXERCISE, warns)
    assert status(StandIn(cheats)) == "forbidden"


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (("right", 1.0, "", [], 0), "raised"),
        (("returned", 1.0), "raised"),
        ("returned", "raised"),
        (None, "raised"),
        (("returned", object(), "", [], 0), "wrong_type"),
        (("returned", np.ones(3), "", [], "many"), "raised"),
        (KeyboardInterrupt(), "interrupted"),
        (EOFError("gone"), "raised"),
    ],
)
def test_whatever_is_said_is_no_more_than_an_answer(said, wanted):
    call = work(EXERCISE, Says(said), (np.ones(2), np.ones(2)))
    assert call.status == wanted
    assert call.value is None
    assert call.message or wanted == "interrupted"


def test_a_stopped_answer_says_so_in_words():
    assert work(EXERCISE, Says(KeyboardInterrupt()), ()).message == STOPPED


def test_what_is_said_is_kept_short():
    call = work(EXERCISE, Says(("raised", None, "x" * 10**6, ["y" * 10**6] * 1000, 0)), ())
    assert len(call.message) == 2000
    assert len(call.warned) == 10 and all(len(note) == 500 for note in call.warned)
