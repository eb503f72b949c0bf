"""What becomes of a student's function that is put to work."""

import sys
import warnings

import numpy as np
import pytest
import scipy.special

from course_lib.checking.calling import put_to_work
from course_lib.exercises import FORBIDDEN
from course_lib.exercises.base import call


def work(function, *args, forbids=()):
    return put_to_work(call, function, args, forbids)


def raises_index_error(x):
    return x[99]


def test_value_comes_back_as_plain_data():
    outcome = work(lambda x: (x * 2, [1]), np.arange(3.0))
    assert outcome.status == "returned"
    np.testing.assert_array_equal(outcome.value[0], [0, 2, 4])


def test_error_names_the_students_line():
    outcome = work(raises_index_error, np.zeros(3))
    assert outcome.status == "raised"
    assert "IndexError" in outcome.message
    assert "in raises_index_error" in outcome.message
    assert "return x[99]" in outcome.message


@pytest.mark.parametrize("error", [SystemExit, ZeroDivisionError, MemoryError, RecursionError])
def test_errors_are_words_not_exceptions(error):
    def stop(x):
        raise error("far")

    assert work(stop, 1).status == "raised"


def test_stub_and_unwritten_helper_are_told_apart():
    def helper(x):
        raise NotImplementedError("not written yet")

    def caller(x):
        return helper(x)

    assert work(helper, 1).message == "not written yet"
    assert work(caller, 1).message == "not written yet: helper, which your caller calls"
    assert work(caller, 1).status == "not_written"


def test_interrupt_is_a_verdict():
    def forever(x):
        raise KeyboardInterrupt

    assert work(forever, 1).status == "interrupted"


def test_arguments_are_copies_and_changes_are_seen():
    def in_place(x):
        x += 1
        return x

    x = np.zeros(3)
    assert work(in_place, x).status == "changed_argument"
    np.testing.assert_array_equal(x, 0)


def test_change_inside_a_list_is_seen():
    def empties(xs):
        xs.pop()
        return 1

    assert work(empties, [1.0, 2.0]).status == "changed_argument"


def test_warnings_and_prints_are_kept_away_and_told(capsys):
    def noisy(x):
        print("a" * 10)
        print("b", file=sys.stderr)
        warnings.warn("careful", stacklevel=2)
        return np.log(x)

    outcome = work(noisy, np.array(0.0))
    assert outcome.printed == 13
    assert any("careful" in text for text in outcome.warned)
    assert any("divide by zero" in text for text in outcome.warned)
    assert capsys.readouterr() == ("", "")


# --- forbidden helpers -----------------------------------------------------------------------------------------------


def test_a_forbidden_python_function_is_named():
    def borrowed(x):
        return scipy.special.logsumexp(x)

    outcome = work(borrowed, np.zeros(3), forbids=FORBIDDEN)
    assert outcome.status == "forbidden"
    assert outcome.message.startswith("scipy")


def test_a_forbidden_ufunc_is_seen_although_it_makes_no_call_event():
    expit = scipy.special.expit
    namespace = {"expit": expit, "__name__": "__main__"}
    exec("def borrowed(x):\n    return expit(x)", namespace)
    assert work(namespace["borrowed"], np.zeros(3), forbids=FORBIDDEN).status == "forbidden"


def test_an_import_inside_the_function_is_seen():
    namespace = {"__name__": "__main__"}
    exec("def borrowed(x):\n    import scipy.special\n    return scipy.special.expit(x)", namespace)
    assert work(namespace["borrowed"], np.zeros(3), forbids=FORBIDDEN).status == "forbidden"


def test_a_helper_of_the_students_is_looked_into():
    namespace = {"__name__": "__main__", "scipy": scipy}
    exec("def helper(x):\n    return scipy.special.expit(x)\ndef outer(x):\n    return helper(x)", namespace)
    assert work(namespace["outer"], np.zeros(3), forbids=FORBIDDEN).status == "forbidden"


def test_one_numpy_function_can_be_forbidden():
    def borrowed(x):
        return np.gradient(x)

    assert work(borrowed, np.arange(4.0), forbids=("numpy.gradient",)).status == "forbidden"
    assert work(lambda x: np.diff(x), np.arange(4.0), forbids=("numpy.gradient",)).status == "returned"


def test_numpy_and_the_standard_library_are_free():
    def own(x):
        return np.einsum("ij->j", np.linalg.inv(x)) + sum(float(v) for v in x.flat)

    assert work(own, np.eye(3), forbids=FORBIDDEN).status == "returned"


def test_profiling_is_left_as_it_was():
    before = sys.getprofile()
    work(raises_index_error, np.zeros(3), forbids=FORBIDDEN)
    assert sys.getprofile() is before


def test_the_library_itself_may_not_do_the_work():
    namespace = {"__name__": "__main__"}
    exec("def borrowed(x):\n    from course_lib.exercises.homework import draw_homework\n    return 1.0", namespace)
    assert work(namespace["borrowed"], 1.0, forbids=FORBIDDEN).status == "forbidden"


def test_a_function_among_the_arguments_may_be_called():
    from course_lib.exercises import find

    exercise = find("l02.numerical_gradient")
    case = next(iter(exercise.cases(np.random.default_rng(0))))
    assert put_to_work(exercise.run, lambda f, w, eps: f(w), case.args, FORBIDDEN).status == "returned"


def test_given_function_may_use_the_librarys_own_helpers():
    """l01.mlp_forward gets an activation of the library as an argument; the library's helpers inside it are not the student's doing."""
    from course_lib.layers import relu

    def uses_it(x, g):
        return g(x)

    def helps_itself(x, g):
        return relu(x)

    assert work(uses_it, np.ones(3), relu, forbids=FORBIDDEN).status == "returned"
    assert work(helps_itself, np.ones(3), np.abs, forbids=FORBIDDEN).status == "forbidden"
