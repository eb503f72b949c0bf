"""Roles: markers become the metadata that nbgrader itself accepts, and a bad marker is named with its line."""

import jupytext
import pytest
from nbgrader.nbgraderformat import MetadataValidator

from grading import roles
from grading.course import CourseError

SOLUTION = "### BEGIN SOLUTION\npass\n### END SOLUTION\n"
WRITTEN = "# ### BEGIN SOLUTION\n# because\n# ### END SOLUTION\n"


def cells(text):
    notebook = jupytext.reads(text, fmt="py:percent")
    roles.assign(notebook, text, "solutions/l90_x.py")
    return notebook.cells


def test_every_role_is_metadata_that_nbgrader_accepts():
    text = (
        '# %% role="given" id="g"\nimport math\n\n# %% [markdown] role="given" id="t"\n# read this\n\n'
        f'# %% role="answer" id="a"\n{SOLUTION}\n# %% role="check" id="c" points=4\n1\n\n'
        f'# %% [markdown] role="written" id="w" points=2.5\n{WRITTEN}\n# %%\n"plain"\n'
    )
    *marked, plain = cells(text)
    assert plain.metadata == {}
    validator = MetadataValidator()
    for cell in marked:
        validator.validate_cell(cell)
        assert set(cell.metadata) == {"nbgrader"}, "no key of jupytext's is left"
    flags = {
        m.grade_id: (m.grade, m.solution, m.locked, m.task, m.get("points"), m.cell_type)
        for m in (c.metadata.nbgrader for c in marked)
    }
    assert flags == {
        "g": (False, False, True, False, None, "code"),
        "t": (False, False, True, False, None, "markdown"),
        "a": (False, True, False, False, None, "code"),
        "c": (True, False, True, False, 4.0, "code"),
        "w": (True, True, False, False, 2.5, "markdown"),
    }
    assert {cell.metadata.nbgrader.schema_version for cell in marked} == {3}


@pytest.mark.parametrize(
    ("marker", "body", "words"),
    [
        ('role="anwser" id="x"', SOLUTION, "unknown role 'anwser'; the roles are given, answer, check, written"),
        ('role="answer"', SOLUTION, "role 'answer' without an id"),
        ('role="answer" id="Two Words"', SOLUTION, "id 'Two Words': wanted lower-case"),
        ('role="answer" id="' + "x" * 65 + '"', SOLUTION, "at most 64"),
        ('role="check" id="x"', "1\n", "role 'check' without points"),
        ('role="answer" id="x" points=2', SOLUTION, "points on role 'answer'"),
        ('role="given" id="x" points=2', "1\n", "points on role 'given'"),
        ('role="check" id="x" points=0', "1\n", "points=0: wanted a number over 0"),
        ('role="check" id="x" points=-1', "1\n", "points=-1"),
        ('role="check" id="x" points="four"', "1\n", "points='four'"),
        ('role="check" id="x" points=true', "1\n", "points=True"),
        ('role="check" id="x" points=2 worth=3', "1\n", "unknown key worth"),
        ('a title role="check" id="x" points=2', "1\n", "unknown key title"),
        ("role=check id=x", "1\n", "cannot read 'role=check id=x'"),
        ('id="x"', "1\n", "id without a role"),
        ('role="answer" id="x"', "pass\n", "role 'answer' without ### BEGIN SOLUTION"),
        ('role="answer" id="x"', "### BEGIN SOLUTION\npass\n", "BEGIN SOLUTION without END"),
        ('role="answer" id="x"', "pass\n### END SOLUTION\n", "END SOLUTION without BEGIN"),
        ('role="answer" id="x"', "### BEGIN SOLUTION\n" + SOLUTION, "a second BEGIN SOLUTION"),
        ('role="check" id="x" points=1', SOLUTION, "a solution in a cell with role 'check'"),
        ("", SOLUTION, "a solution outside an answer"),
        ('[markdown] role="answer" id="x"', WRITTEN, "role 'answer' is code, not markdown"),
        ('role="written" id="x" points=1', SOLUTION, "role 'written' is markdown, not code"),
        ('[markdown] role="written" id="x"', WRITTEN, "role 'written' without points"),
        (
            '[markdown] role="written" id="x" points=1',
            WRITTEN + "#\n# Rubric: one point\n",
            "text after ### END SOLUTION",
        ),
        ('[raw] role="given" id="x"', "# text\n", "role 'given' is code or markdown, not raw"),
    ],
)
def test_a_bad_marker_is_named_with_its_line(marker, body, words):
    text = f'# %%\n"""\n# %% not a marker\n"""\n\n# %% {marker}\n{body}'
    with pytest.raises(CourseError) as error:
        cells(text)
    assert str(error.value).startswith("solutions/l90_x.py:6: ")
    assert words in str(error.value)


def test_an_id_that_comes_twice_names_both_lines():
    with pytest.raises(CourseError, match=r"l90_x\.py:4: id 'x' is taken by line 1"):
        cells('# %% role="given" id="x"\n1\n\n# %% role="given" id="x"\n2\n')


def test_text_before_the_first_marker_does_not_shift_the_lines():
    with pytest.raises(CourseError, match=r"l90_x\.py:3: unknown role"):
        cells('import math\n\n# %% role="nobody" id="x"\n1\n')


def test_solution_lines():
    source = "x = ...\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION\ny = 2\n    ### BEGIN SOLUTION\n    z = 3\n    ### END SOLUTION"
    assert roles.solution_lines(source) == ["x = 1", "    z = 3"]
    assert roles.regions(source) == [(1, 3), (5, 7)]
