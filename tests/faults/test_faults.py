"""All that can be graded is graded, with the points written down, and everybody hears what was wrong."""

from __future__ import annotations

import pytest

from grading.engine.limits import Limits
from grading.grade import grade
from tests.faults.class_of_sixty import CLASS, hand_in
from tests.grading import small_class

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    course = small_class.course(tmp_path_factory.mktemp("course"))
    folder = course.classes / "default"
    for one in CLASS:
        hand_in(folder, one)
    return {row.student: row for row in grade(course, folder, limits=Limits(cell=5, notebook=60)).rows}


def test_the_class_is_large_enough():
    assert len(CLASS) >= 60
    assert len({one.student for one in CLASS}) == len(CLASS)


@pytest.mark.parametrize("one", CLASS, ids=lambda one: one.student[:40])
def test_all_that_can_be_graded_is(one, rows):
    row = rows[one.student]
    came = [row.exercises.get(name) for name in ("l01-double", "l01-square")]
    assert (came, row.waiting) == ([one.double, one.square], one.words), row.notes


@pytest.mark.parametrize("one", CLASS, ids=lambda one: one.student[:40])
def test_everybody_hears_what_was_wrong(one, rows):
    heard = [
        sentence
        for sentence in rows[one.student].notes
        if "who: " not in sentence and "l01-who-check: " not in sentence
    ]
    assert len(heard) == len(one.says), heard
    for sentence, wanted in zip(heard, one.says, strict=True):
        assert wanted in sentence
        assert "\n" not in sentence
