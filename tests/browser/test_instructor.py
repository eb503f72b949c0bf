"""The instructor's way through a graded class in nbgrader's own pages: the list, a submission, points by hand, feedback."""

import re

import pytest

from grading.class_folder import ClassFolder
from grading.course import Course
from grading.grade import grade
from grading.gradebook import opened, scores
from grading.sample_class import hand_ins
from tests.browser.conftest import ROOT, jupyterlab

pytestmark = pytest.mark.browser
LESSON = "l02_backpropagation"


@pytest.fixture(scope="module")
def a_class(tmp_path_factory):
    """A class of two, one all right and one half done, graded."""
    folder, kinds = tmp_path_factory.mktemp("autumn"), {}
    for one in hand_ins(Course(ROOT), LESSON):
        if one.kind in ("all right", "first half"):
            kinds.setdefault(one.kind, one)
    for one in kinds.values():
        path = folder / "submitted" / one.student / LESSON / f"{LESSON}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(one.content)
    grade(Course(ROOT), folder)
    return folder, {kind: one.student for kind, one in kinds.items()}


@pytest.fixture(scope="module")
def address(a_class, tmp_path_factory):
    environment = {"COURSE_CLASS": str(a_class[0])}
    with jupyterlab(tmp_path_factory.mktemp("home"), ROOT, cwd=ROOT / "grading", environment=environment) as address:
        yield address


def opened_page(page, address, asks):
    """Open a page of formgrader, which asks the server once for its table and waits for ever where that fails."""
    with page.expect_response(lambda response: response.url.endswith(asks)) as answer:
        page.goto(address)
    assert answer.value.ok, f"{answer.value.status} from {asks}: {answer.value.text()}"


def test_formgrader_lists_the_class_and_takes_points_by_hand(a_class, address, page):
    folder, students = a_class
    opened_page(page, f"{address}/formgrader?token=t", "/api/assignments")
    row = page.locator("tr", has_text=LESSON)
    row.wait_for()
    assert row.locator("td.num-submissions").inner_text() == "2"
    page.goto(f"{address}/formgrader/manage_submissions/{LESSON}")
    waits = page.get_by_role("row", name=re.compile(students["all right"]))
    waits.wait_for()
    assert "needs manual grading" in waits.inner_text()
    assert "66.5 / 70.5" in waits.inner_text()

    page.get_by_role("link", name="Manual Grading").click()
    page.get_by_role("link", name=LESSON).click()
    page.get_by_role("link", name=LESSON).last.click()
    page.locator("tr", has_text="66.5 / 70.5").get_by_text(re.compile(r"Submission #\d")).click()
    points = page.locator("input#l02-cost-why")
    points.wait_for()
    # the cards are there as the student saw them
    assert page.get_by_text("of 6 points").first.is_visible()
    points.fill("3")
    with page.expect_response(lambda response: "/api/grade/" in response.url and response.request.method == "PUT"):
        points.press("Tab")
    with opened(ClassFolder.open(folder)) as book:
        given = scores(book, LESSON)[students["all right"]]
    assert (given.points, given.waiting) == (69.5, 0)


def test_feedback_is_made_and_opens(a_class, address, page):
    folder, students = a_class
    page.goto(f"{address}/formgrader?token=t")
    page.goto(f"{address}/formgrader/manage_submissions/{LESSON}")
    row = page.get_by_role("row", name=re.compile(students["first half"]))
    row.locator("td.generate-feedback a, td.generate-feedback span").first.click()
    page.get_by_text(re.compile("Success|Log Output")).first.wait_for()
    written = folder / "feedback" / students["first half"] / LESSON / f"{LESSON}.html"
    page.goto(written.as_uri())
    assert page.get_by_text("37.5").first.is_visible()
    assert page.get_by_text("not written yet").first.is_visible()
