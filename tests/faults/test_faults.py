"""All that can be graded is graded, with the points written down, and everybody hears what was wrong."""

from __future__ import annotations

import nbformat
import pytest

from course_lib.handing_in.mending import mend
from course_lib.handing_in.reading import Unreadable, read
from grading.engine.limits import Limits
from grading.grade import grade
from grading.submission import Submission, originals
from tests.faults.class_of_sixty import CLASS, hand_in
from tests.grading import small_class

EACH = pytest.mark.parametrize("one", CLASS, ids=lambda one: one.student[:40])
LIMITS = Limits(cell=10, notebook=60)


def test_the_class_is_large_enough():
    assert len(CLASS) >= 60
    assert len({one.student for one in CLASS}) == len(CLASS)


# --- before anything is run: the quick part ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return small_class.course(tmp_path_factory.mktemp("course"))


@EACH
def test_what_can_be_mended_is_mended_and_said_first(one, course, tmp_path):
    hand_in(tmp_path, one)
    submission = Submission(one.student, small_class.LESSON, tmp_path / "submitted" / one.student / small_class.LESSON)
    try:
        path, said = submission.file()
        notebook, repaired = mend(small_class.LESSON, read(path), originals(course))
    except Unreadable as error:
        assert one.double is None
        _compare([str(error)], one.says)
    else:
        assert one.double is not None
        nbformat.validate(notebook)
        said += repaired
        _compare(said, one.says[: len(said)])


# --- the whole class -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rows(course):
    folder = course.classes / "default"
    for one in CLASS:
        hand_in(folder, one)
    return {row.student: row for row in grade(course, folder, limits=LIMITS).rows}


@pytest.mark.slow
@EACH
def test_all_that_can_be_graded_is(one, rows):
    row = rows[one.student]
    came = [row.exercises.get(name) for name in ("l01-double", "l01-square")]
    assert (came, row.waiting) == ([one.double, one.square], one.words), row.notes


@pytest.mark.slow
@EACH
def test_everybody_hears_what_was_wrong(one, rows):
    # nobody in this class has answered the one exercise that is another one for each student
    _compare([sentence for sentence in rows[one.student].notes if not sentence.startswith("who: ")], one.says)


def _compare(heard, says):
    assert len(heard) == len(says), heard
    for sentence, wanted in zip(heard, says, strict=True):
        assert wanted in sentence
        assert sentence.isprintable()
