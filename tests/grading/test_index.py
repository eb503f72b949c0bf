"""Every row of the lectures has a section, an object, an exercise and a test, and the page's links lead there."""

from __future__ import annotations

from pathlib import Path

import pytest

from grading import documents, index, lectures
from grading.course import Course
from grading.index import KINDS, Index, page

COURSE = Course.find()
WHOLE = Index(COURSE)


@pytest.mark.parametrize("row", lectures.rows(), ids=lambda row: row.id)
def test_every_row_is_at_home(row):
    assert WHOLE.homeless(row) == []


def test_the_page_is_fresh_and_holds_every_row():
    text = (COURSE.root / index.PAGE).read_text(encoding="utf-8")
    assert text == page(COURSE), "run python -m grading.index"
    assert len(lectures.rows()) == 98 + 19
    for row in lectures.rows():
        assert f"\n| {row.id} | " in text


def test_its_links_lead_somewhere():
    place = COURSE.root / index.PAGE
    assert list(documents.problems(documents.Document(place, "index", page(COURSE)))) == []
    wrong = page(COURSE).replace("#1--One-idea", "#1--Another-idea")
    assert "there is no such heading" in "".join(documents.problems(documents.Document(place, "index", wrong)))


def test_a_row_that_nobody_teaches_is_homeless():
    row = lectures.Row("W99", "Waterloo", (3,), "what nobody has written")
    assert WHOLE.homeless(row) == list(KINDS)
    without = Index(COURSE, [lesson for lesson in COURSE.lessons() if lesson[:3] != "l02"])
    deep = next(row for row in lectures.rows() if row.id == "U5")
    assert without.homeless(deep) == ["sections", "exercises"]


def test_what_the_heading_names_stands_first():
    assert WHOLE.sections["E1"][0].path.startswith("notebooks/l08_dropout")
    assert "`Dropout`" in [link.text for link in WHOLE.objects["W19"]]
    assert WHOLE.exercises["C7"][0].text.startswith("`l02.")
    assert all((COURSE.root / link.path).is_file() for links in WHOLE.tests.values() for link in links)


def test_students_have_the_columns_that_they_have_files_for():
    text = page(COURSE, ["l08_dropout"], kinds=("sections", "objects", "exercises"))
    assert "tests/" not in text and "l08_dropout.ipynb" in text and "l03_losses" not in text
    assert Path("notebooks") == index.PAGE.parent
