from __future__ import annotations

from copy import deepcopy

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from nbconvert.filters import markdown2html_mistune
from nbformat import v4
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import DeduplicateIds
from nbgrader.utils import compute_checksum

from course_lib.handing_in.repair import ids, note, repair
from tests.grading import small_class
from tests.grading.small_class import at

RELEASE = small_class.release()
WANTED = [cell.metadata.nbgrader.grade_id for cell in RELEASE.cells if "nbgrader" in cell.metadata]
LOCKED = ["l01-setup", "l01-double-check", "l01-square-check", "l01-who-check"]
ANSWERS = ["l01-double", "l01-square", "l01-why"]


def without(notebook, *gone):
    notebook.cells = [cell for cell in notebook.cells if cell.id not in gone]
    return notebook


def order(notebook):
    return [cell.metadata.nbgrader.grade_id for cell in notebook.cells if "nbgrader" in cell.metadata]


def sources(notebook):
    return [cell.source for cell in notebook.cells]


def test_a_sound_notebook_stays_as_it_is():
    solved = small_class.solved("ada")
    repaired, said = repair(solved, RELEASE)
    assert said == []
    assert repaired.cells == solved.cells


def test_the_submitted_notebook_is_not_changed():
    submitted = without(small_class.solved("ada"), "l01-double-check")
    at(submitted, "l01-setup").source = "mine"
    before = deepcopy(submitted)
    repair(submitted, RELEASE)
    assert submitted == before


@pytest.mark.parametrize("id", LOCKED)
def test_an_edited_locked_cell_gets_its_text_back(id):
    submitted = small_class.solved("ada")
    at(submitted, id).source = "3.0"
    repaired, said = repair(submitted, RELEASE)
    assert at(repaired, id) == at(RELEASE, id)
    assert said == [
        f"Cell {id} had been edited; the released text was used. Please leave it as it is, and add cells of your own."
    ]


def test_spaces_at_line_ends_are_no_edit():
    submitted = small_class.solved("ada")
    at(submitted, "l01-double-check").source += "  \n\n"
    repaired, said = repair(submitted, RELEASE)
    assert said == []
    assert at(repaired, "l01-double-check").source == at(RELEASE, "l01-double-check").source


@pytest.mark.parametrize("id", ["l01-double-check", "l01-setup", "l01-who-check"])
def test_a_missing_locked_cell_comes_back_to_its_place(id):
    repaired, said = repair(without(small_class.solved("ada"), id), RELEASE)
    assert said == [f"Cell {id} was missing; it was put back."]
    assert sources(repaired) == sources(small_class.solved("ada"))


def test_a_check_that_was_missing_sees_cells_the_student_added_before_the_next_section():
    submitted = without(small_class.answered(), "l01-double-check")
    place = submitted.cells.index(at(submitted, "l01-double")) + 1
    submitted.cells.insert(place, v4.new_code_cell(small_class.RIGHT["double"], id="mine"))
    repaired, _ = repair(submitted, RELEASE)
    assert [cell.id for cell in repaired.cells][3:6] == ["l01-double", "mine", "l01-double-check"]


def test_an_answer_that_was_missing_does_not_undo_the_students_own_cell():
    submitted = without(small_class.answered(), "l01-double")
    place = submitted.cells.index(at(submitted, "l01-double-check"))
    submitted.cells.insert(place, v4.new_code_cell(small_class.RIGHT["double"], id="mine"))
    repaired, said = repair(submitted, RELEASE)
    assert said == ["Answer l01-double was missing; it was put back."]
    assert [cell.id for cell in repaired.cells][3:6] == ["l01-double", "mine", "l01-double-check"]


def test_an_answer_that_was_missing_does_not_undo_what_is_written_further_up():
    submitted = without(small_class.answered(), "l01-square")
    at(submitted, "l01-double").source = f"{small_class.RIGHT['double']}\n\n\n{small_class.RIGHT['square']}"
    repaired, said = repair(submitted, RELEASE)
    assert said == ["Answer l01-square was missing; it was put back."]
    space = {}
    for id in ("l01-double", "l01-square"):
        exec(at(repaired, id).source, space)
    assert space["square"](3) == 9


def test_an_answer_that_was_missing_and_is_nowhere_else_is_the_stub_again():
    submitted = without(small_class.answered(double="squared = 1\nif squared == 1:\n    square = 2"), "l01-square")
    assert at(repair(submitted, RELEASE)[0], "l01-square").source == at(RELEASE, "l01-square").source


def test_the_first_of_two_answers_is_graded_and_the_other_is_kept():
    submitted = small_class.solved("ada")
    place = submitted.cells.index(at(submitted, "l01-double"))
    copy = deepcopy(submitted.cells[place])
    copy.id, copy.source = "copy", "def double(x):\n    return x + x"
    submitted.cells.insert(place + 1, copy)
    repaired, said = repair(submitted, RELEASE)
    assert said == [
        "Answer l01-double was there 2 times; the first one was graded, others were kept as cells of your own."
    ]
    assert at(repaired, "l01-double").source == small_class.RIGHT["double"]
    assert at(repaired, "copy").source == copy.source
    assert "nbgrader" not in at(repaired, "copy").metadata


def test_of_two_answers_the_written_one_is_graded():
    submitted = small_class.answered(why="")
    at(submitted, "l01-why").source = at(RELEASE, "l01-why").source
    written = deepcopy(at(submitted, "l01-why"))
    written.id, written.source = "copy", "Because both grow."
    submitted.cells.insert(submitted.cells.index(at(submitted, "l01-why")) + 1, written)
    repaired, said = repair(submitted, RELEASE)
    assert said == [
        "Answer l01-why was there 2 times; the first written one was graded, others were kept as cells of your own."
    ]
    assert at(repaired, "l01-why").source == "Because both grow."
    assert sum("YOUR ANSWER HERE" in cell.source for cell in repaired.cells) == 0


def test_copies_of_a_check_are_dropped_unless_the_student_wrote_into_them():
    submitted = small_class.solved("ada")
    place = submitted.cells.index(at(submitted, "l01-double-check"))
    same, other = deepcopy(submitted.cells[place]), deepcopy(submitted.cells[place])
    same.id, other.id, other.source = "same", "other", "print(double(3))"
    submitted.cells[place + 1 : place + 1] = [same, other]
    repaired, said = repair(submitted, RELEASE)
    assert said == ["Cell l01-double-check was there 3 times; it was graded once."]
    assert "same" not in {cell.id for cell in repaired.cells}
    assert "nbgrader" not in at(repaired, "other").metadata


@pytest.mark.parametrize("kind", ["markdown", "raw"])
@pytest.mark.parametrize("id", ["l01-double", "l01-double-check"])
def test_a_retyped_cell_is_code_again(id, kind):
    submitted = small_class.solved("ada")
    at(submitted, id).cell_type = kind
    repaired, said = repair(submitted, RELEASE)
    assert at(repaired, id).cell_type == "code"
    assert at(repaired, id).source == at(small_class.solved("ada"), id).source
    name = "Answer l01-double" if id == "l01-double" else "Cell l01-double-check"
    assert said == [f"{name} had been turned into a {kind} cell; it was graded as a code cell again."]


def test_a_moved_cell_goes_back_and_nothing_else_moves():
    submitted = small_class.solved("ada")
    submitted.cells.append(submitted.cells.pop(submitted.cells.index(at(submitted, "l01-setup"))))
    repaired, said = repair(submitted, RELEASE)
    assert said == ["Cell l01-setup had been moved; it was put back in its place."]
    assert sources(repaired) == sources(small_class.solved("ada"))


def test_tags_that_skip_a_cell_are_dropped():
    submitted = small_class.solved("ada")
    at(submitted, "l01-double-check").metadata.tags = ["skip-execution"]
    submitted.cells.append(v4.new_code_cell("mine = 1", id="mine", metadata={"tags": ["skip-execution"]}))
    repaired, said = repair(submitted, RELEASE)
    assert said == ["Cell l01-double-check was marked to be skipped; it was run."]
    assert not any("tags" in cell.metadata for cell in repaired.cells)


def test_points_and_other_metadata_come_from_the_release():
    submitted = small_class.solved("ada")
    at(submitted, "l01-double-check").metadata.nbgrader.update(points=1000.0, locked=False, schema_version=1)
    repaired, _ = repair(submitted, RELEASE)
    assert at(repaired, "l01-double-check").metadata == at(RELEASE, "l01-double-check").metadata


def test_a_cell_whose_metadata_are_gone_is_known_by_its_own_id():
    submitted = small_class.solved("ada")
    at(submitted, "l01-double").metadata.clear()
    repaired, said = repair(submitted, RELEASE)
    assert said == ["Answer l01-double had lost its mark for grading; it was put back."]
    assert at(repaired, "l01-double").source == small_class.RIGHT["double"]


def test_without_any_metadata_and_ids_the_students_functions_still_win():
    submitted = small_class.solved("ada")
    for number, cell in enumerate(submitted.cells):
        cell.metadata.clear()
        cell.id = f"lost-{number}"
    repaired, said = repair(submitted, RELEASE)
    text = sources(repaired)
    stub, own, check = small_class.STUB.format("square"), small_class.RIGHT["square"], at(RELEASE, "l01-square-check")
    assert text.index(stub) < text.index(own) < text.index(check.source)
    assert text.count(check.source) == 1
    assert "Cell l01-square-check had lost its mark for grading; it was put back." in said


def test_a_cell_of_another_lesson_is_kept_but_not_graded():
    submitted = small_class.solved("ada")
    submitted.cells.append(small_class.cell("code", "check(7)", "l09-check", grade=True, locked=True, points=100.0))
    repaired, said = repair(submitted, RELEASE)
    assert said == ["Cell l09-check is not a cell of this lesson; it was kept, but not graded."]
    assert ids(repaired) == set(WANTED)


def test_what_the_student_calls_a_cell_is_shortened_and_no_markup():
    submitted = small_class.solved("ada")
    submitted.cells.append(small_class.cell("code", "1", "l09-check", grade=True, locked=True, points=1.0))
    submitted.cells[-1].metadata.nbgrader.grade_id = "<script>\n" + "a" * 10**5
    said = repair(submitted, RELEASE)[1]
    assert said == [f"Cell ?script??{'a' * 31}... is not a cell of this lesson; it was kept, but not graded."]


def test_pictures_in_written_answers_are_kept():
    submitted = small_class.solved("ada")
    at(submitted, "l01-why").attachments = {"plot.png": {"image/png": "aGVsbG8="}}
    repaired, said = repair(submitted, RELEASE)
    assert said == []
    assert at(repaired, "l01-why").attachments == {"plot.png": {"image/png": "aGVsbG8="}}


def test_another_language_is_reported_and_run_as_python():
    submitted = small_class.solved("ada")
    submitted.metadata.language = "R"
    repaired, said = repair(submitted, RELEASE)
    assert said == ["The notebook was set to R; it was run as Python."]
    assert repaired.metadata == RELEASE.metadata


def test_the_note_says_every_finding():
    cell = note(["A was missing.", "B had been edited."])
    assert cell.cell_type == "markdown"
    assert "- A was missing.\n- B had been edited." in cell.source


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=alert(1)>",
        "![a](http://b/c)",
        "[a]: javascript:alert(1)",
        "`x` *y* __z__ ~~w~~ $v$ \\(u\\) a|b",
        "&lt;b&gt; \\<i> \\\\[x\\\\]",
        "https://example.org",
        "two\n\n# lines",
    ],
)
def test_the_note_shows_what_it_quotes_as_text(text):
    html = markdown2html_mistune(note([f"Cell {text} ended Python."]).source)
    page = BeautifulSoup(html, "html.parser")
    assert {tag.name for tag in page.find_all()} == {"p", "strong", "ul", "li"}
    assert page.li and page.li.get_text().strip() == f"Cell {' '.join(text.split())} ended Python."


MISHAPS = st.lists(
    st.tuples(
        st.sampled_from(["delete", "copy", "move", "edit", "retype", "strip", "tag", "clone id"]),
        st.integers(0, 40),
        st.integers(0, 40),
    ),
    max_size=12,
)


def battered(mishaps):
    notebook = small_class.solved("ada")
    for number, (mishap, first, second) in enumerate(mishaps):
        cells = notebook.cells
        if not cells:
            break
        cell = cells[first % len(cells)]
        place = second % len(cells)
        if mishap == "delete":
            cells.remove(cell)
        elif mishap == "copy":
            cells.insert(place, deepcopy(cell))
            cells[place].id = f"copy-{number}"
        elif mishap == "move":
            cells.remove(cell)
            cells.insert(place, cell)
        elif mishap == "edit":
            cell.source += f"\n# edit {number}"
        elif mishap == "retype":
            new = (v4.new_code_cell, v4.new_markdown_cell, v4.new_raw_cell)[second % 3]
            cells[cells.index(cell)] = new(cell.source, id=cell.id, metadata=cell.metadata)
        elif mishap == "strip":
            cell.metadata.pop("nbgrader", None)
        elif mishap == "tag":
            cell.metadata.tags = ["skip-execution"]
        elif mishap == "clone id":
            cells[place].id = cell.id
    return notebook


@given(MISHAPS)
def test_whatever_happened_nbgrader_gets_what_it_wants(mishaps):
    submitted = battered(mishaps)
    repaired, said = repair(submitted, RELEASE)

    assert order(repaired) == WANTED
    assert len({cell.id for cell in repaired.cells}) == len(repaired.cells)
    MetadataValidator().validate_nb(repaired)
    for id in LOCKED:
        assert at(repaired, id) == at(RELEASE, id)
        assert compute_checksum(at(repaired, id)) == at(RELEASE, id).metadata.nbgrader.checksum
    deduplicated, _ = DeduplicateIds().preprocess(deepcopy(repaired), {})
    assert deduplicated == repaired  # nbgrader finds nothing twice

    # every line that the student wrote is still there, but for edits of locked cells
    kept = "\n".join(sources(repaired)).split("\n")
    locked_lines = {line for id in LOCKED for line in at(RELEASE, id).source.split("\n")}
    for cell in submitted.cells:
        nbgrader = cell.metadata.get("nbgrader", {})
        if cell.id not in LOCKED and nbgrader.get("grade_id") not in LOCKED:
            assert set(cell.source.split("\n")) <= set(kept) | locked_lines

    again, nothing = repair(repaired, RELEASE)
    assert nothing == []
    assert again.cells == repaired.cells
    assert all(sentence.endswith(".") and "\n" not in sentence for sentence in said)
