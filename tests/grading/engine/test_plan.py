"""The plan: which names are the student's, what the judge runs itself, what a test leaves behind."""

import json
from pathlib import Path

import nbformat
import nbgrader
import pytest
from nbformat import v4

from grading import build
from grading.course import Course
from grading.engine.plan import Plan, judged, plan, read


def cell(role, source, id="", schema=3):
    """A code cell as nbgrader marks it."""
    flags = {
        "given": dict(grade=False, solution=False, locked=True),
        "answer": dict(grade=False, solution=True, locked=False),
        "manual": dict(grade=True, solution=True, locked=False, points=2),
        "test": dict(grade=True, solution=False, locked=True, points=1),
    }
    made = v4.new_code_cell(source)
    if role != "plain":
        made.metadata["nbgrader"] = {"schema_version": schema, "grade_id": id, **flags[role]}
        if schema == 3:
            made.metadata["nbgrader"]["task"] = False
    return made


def planned(*cells, **options):
    """The plan of a notebook of (role, source) cells; the tests are t1, t2, ..."""
    made, tests = [], 0
    for role, source in cells:
        tests += role == "test"
        made.append(cell(role, source, f"t{tests}" if role == "test" else f"c{len(made)}"))
    return plan(v4.new_notebook(cells=made), **options)


def only(*cells, **options):
    (test,) = planned(*cells, **options).tests
    return test


# --- which names are the student's -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("def f(x): y = x", "f"),
        ("class A:\n    z = 1", "A"),
        ("async def f(): pass", "f"),
        ("a, (b, *c) = 1, (2, 3)", "a b c"),
        ("x: int = 3", "x"),
        ("x += 1", "x"),
        ("print(y := 3)", "y"),
        ("[z := i for i in range(3)]", "z"),
        ("[i for i in range(3)]", ""),
        ("for i in range(3):\n    a = i", "a i"),
        ("while True:\n    b = 1\n    break", "b"),
        ("with open('f') as f:\n    text = f.read()", "f text"),
        ("try:\n    a = 1\nexcept ValueError as e:\n    b = 2\nelse:\n    c = 3\nfinally:\n    d = 4", "a b c d e"),
        ("if True:\n    def g(): pass\nelse:\n    g = None", "g"),
        ("match 3:\n    case n:\n        m = n", "m n"),
        ("def f():\n    global counter\n    counter = 1", "counter f"),
        ("data[0] = 1\nnet.weights = 2\nx.y.z[3] += 1", "data net x"),
        ("%matplotlib inline\nx = 1\n!ls\nfiles = !ls", "files x"),
        ("%%time\ny = 3", "y"),
        ("%time z = 3", "z"),
        ("%%bash\nx=1", ""),
        ("import numpy as np\nfrom math import sin as s\nx = 1", "x"),
        ("print('x = 1')", ""),
        ("f(x for x in y)", ""),
        ("lambda q: q", ""),
        ("a = 1  # YOUR CODE HERE\nraise NotImplementedError()", "a"),
        ("", ""),
        ("# only words", ""),
    ],
)
def test_the_students_names(source, names):
    assert planned(("answer", source)).student_names == tuple(names.split())


def test_a_graded_answer_is_an_answer_and_no_test():
    made = planned(("manual", "def pyramid(n): return 1"), ("test", "pyramid(1)"))
    assert made.student_names == ("pyramid",) and [t.key for t in made.tests] == ["t1"]


# --- what is fetched before a test -----------------------------------------------------------------------------------


def test_only_what_a_test_may_use_is_fetched():
    test = only(("answer", "def f(): pass\ndef g(): pass\ndata = [1]"), ("test", "assert f() == 1"))
    assert test.names == ("f",)


@pytest.mark.parametrize(
    "source",
    [
        "patch('__main__.f')",
        "'f' in dir()",
        "def run():\n    return f()\nrun()",
        "lambda: f",
        "[f(x) for x in y]",
        "%time f(3)",
        "%%time\nf(3)",
        "assert not f'{f(3)}'",
        "del f",
        "@f\ndef g(): pass",
        "f.x = 3",
        "globals()['f']",
        "eval('f(3)')",
        "this is no Python",
    ],
)
def test_names_are_found_wherever_a_test_may_use_them(source):
    assert "f" in only(("answer", "def f(): pass"), ("test", source)).names


def test_answers_after_a_test_do_not_count():
    assert only(("answer", "a = 1"), ("test", "a, b"), ("answer", "b = 1")).names == ("a",)


def test_an_answers_imports_are_run_by_the_judge_and_never_fetched():
    test = only(
        ("answer", "import numpy as np\nfrom math import *\nx = np.zeros(3)\nif x: import os"),
        ("test", "np.all(x); os"),
    )
    assert test.names == ("x",)
    (imports,) = test.given
    assert imports.source == "import numpy as np\nfrom math import *\nimport os"


# --- which given cells the judge runs --------------------------------------------------------------------------------


def given_before(*cells, **options):
    return [given.index for given in only(*cells, **options).given]


def test_given_cells_run_for_the_names_that_a_test_uses_and_for_what_these_need():
    cells = [
        ("plain", "import numpy as np"),
        ("given", "n = 3"),
        ("given", "data = np.arange(n)"),
        ("plain", "other = slow()"),
        ("answer", "def f(x): return x"),
        ("given", "f(other)"),
        ("test", "assert f(data)"),
    ]
    assert given_before(*cells) == [0, 1, 2]
    assert all(not g.names for g in only(*cells).given), "they can run ahead"


def test_a_given_cell_that_uses_the_students_work_gets_its_names():
    test = only(
        ("answer", "def f(x): return x"),
        ("given", "def check_f():\n    assert f(1) == 1"),
        ("given", "y = f(2)"),
        ("test", "check_f()"),
    )
    assert [(g.index, g.names) for g in test.given] == [(1, ("f",))] and test.names == ("f",)


def test_given_cells_that_fill_a_name_belong_to_it():
    cells = [
        ("given", "d = {}"),
        ("given", "d['a'] = 1"),
        ("given", "d.update(b=2)"),
        ("given", "print(d)"),
        ("test", "d"),
    ]
    assert given_before(*cells) == [0, 1, 2]


def test_a_call_on_a_module_binds_nothing():
    cells = [("given", "import numpy as np"), ("given", "np.set_printoptions()\nnp.linalg.x = 1"), ("test", "np")]
    assert given_before(*cells) == [0]


def test_who_binds_a_name_last_owns_it():
    assert only(("given", "a = None"), ("answer", "a = 1"), ("test", "a")).names == ("a",)
    assert given_before(("given", "a = None"), ("answer", "a = 1"), ("test", "a")) == []
    test = only(("answer", "a = 1"), ("given", "a = 2"), ("test", "a"))
    assert test.names == () and [g.index for g in test.given] == [1]


def test_a_cell_that_shows_too_little_of_itself_runs_before_every_test():
    for wild in ("from helpers import *", "%run helpers.py", "exec(text)", "globals()['x'] = 1", "no Python at all"):
        test = only(("answer", "def f(): pass"), ("given", wild), ("test", "1"))
        assert [(g.index, g.names) for g in test.given] == [(1, ("f",))], wild


def test_other_languages_and_shows_bind_nothing():
    assert given_before(("given", "%%html\n<b>x</b>"), ("given", "%matplotlib inline"), ("test", "x")) == []


def test_what_an_earlier_test_defines_may_use_the_students_names():
    made = planned(
        ("answer", "def f(): pass"),
        ("test", "def throws(g): return g()\ndef helper(): return f()"),
        ("answer", "def h(): pass"),
        ("test", "helper(); h()"),
    )
    assert made.test("t2").names == ("f", "h") and made.test("t2").given == ()


def test_names_of_given_cells_can_be_taken_from_the_student():
    cells = [("given", "class Node: pass\nimport math"), ("answer", "def f(n): pass"), ("test", "f(Node())")]
    assert only(*cells).names == ("f",) and given_before(*cells) == [0]
    test = only(*cells, students=["Node"])
    assert test.names == ("Node", "f") and test.given == ()
    assert planned(*cells, students=["Node"]).student_names == ("Node", "f")


# --- what a test leaves behind ---------------------------------------------------------------------------------------


def test_what_later_cells_use_of_a_test():
    made = planned(
        ("test", "import numpy as np\nsize = 3\nexpected = 4\ni = 1"),
        ("answer", "def f(i):\n    return np.zeros(size) + i"),
        ("plain", "expected = 5\nprint('expected', expected)"),
        ("test", "expected"),
    )
    assert made.test("t1").makes == ("np", "size"), "a name that the later cell binds itself stays with the judge"


def test_a_name_that_only_tests_use_stays_with_the_judge():
    assert planned(("test", "secret = 42"), ("answer", "def f(): pass"), ("test", "secret")).test("t1").makes == ()


def test_names_that_functions_use_are_watched_where_a_test_changes_them():
    before = [
        ("answer", "def g(): return LIMIT\ndef f(): return g()\nout = f()\nLIMIT = 3"),
        ("given", "[out for out in [1]]"),
    ]
    assert only(*before, ("test", "old = g\ndel g\nLIMIT = 5\nout = secret()")).watched == ("LIMIT", "g")
    assert only(*before, ("test", "assert f() == g() == LIMIT")).watched == ()


def test_a_comprehension_has_read_its_names_before_the_test_changes_them():
    assert only(("answer", "n = 1\nxs = [n for _ in 'ab']"), ("test", "n = secret()")).watched == ()


def test_a_name_that_a_test_changes_is_still_the_students():
    cells = [("answer", "def f(): pass"), ("test", "old = f\ndel f\nf = old"), ("test", "f()")]
    assert planned(*cells).test("t2").names == ("f",)


@pytest.mark.parametrize("source", ["np.random.seed(0)", "random.seed(1)", "seed(2)", "rng.set_state(s)"])
def test_seeds_are_seen(source):
    assert only(("test", f"{source}\nf()")).seeds
    assert only(("given", f"def fix():\n    {source}"), ("test", "fix()")).seeds
    assert not only(("given", source), ("test", "rng = default_rng(3)")).seeds


# --- real notebooks --------------------------------------------------------------------------------------------------

NBGRADER = Path(nbgrader.__file__).parent


def test_the_problem_set_of_nbgraders_own_guide():
    source = nbformat.read(NBGRADER / "docs/source/user_guide/source/ps1/problem1.ipynb", as_version=4)
    made = plan(source)
    assert made.student_names == ("pyramidal_number", "squares", "sum_of_squares")
    assert {t.key: (t.names, t.watched, t.given, t.makes) for t in made.tests} == {
        "correct_squares": (("squares",), (), (), ()),
        "squares_invalid_input": (("squares",), (), (), ()),
        "correct_sum_of_squares": (("sum_of_squares",), (), (), ()),
        "sum_of_squares_uses_squares": (("squares", "sum_of_squares"), ("squares",), (), ()),
    }


@pytest.mark.parametrize("name", ["test-v1", "test-v2", "submitted-changed", "autotest-simple", "multi"])
def test_notebooks_of_nbgraders_own_tests(name):
    path = NBGRADER / f"tests/apps/files/{name}.ipynb"
    if not path.exists():
        pytest.skip("not part of this nbgrader")
    source = nbformat.read(path, as_version=4)
    made = plan(source)
    assert (
        len(made.tests) == sum(map(judged, source.cells))
        and Plan.from_json(json.loads(json.dumps(made.to_json()))) == made
    )


@pytest.mark.parametrize("schema", [1, 2, 3])
def test_every_schema_of_nbgraders_metadata(schema):
    cells = [cell("answer", "def f(): pass", "f", schema), cell("test", "f()", "f-test", schema)]
    assert plan(v4.new_notebook(cells=cells)).test("f-test").names == ("f",)


def test_a_test_is_found_by_its_grade_id_or_its_cells_id():
    source = v4.new_notebook(cells=[cell("test", "1", "one"), cell("test", "2", "two")])
    made = plan(source)
    assert made.test("two") is made.test(source.cells[1].id) is made.tests[1]
    assert made.test("three") is None and made.test("") is None
    for one in source.cells:
        del one["id"]
    assert plan(source).test("two").key == "two", "notebooks before nbformat 4.5 have no cell ids"


def test_lessons_of_this_course():
    course = Course.find(Path(__file__))
    for lesson in course.lessons():
        built = build.build_lesson(course, lesson)
        made, released = plan(built.source), plan(built.release)
        assert [t.key for t in made.tests] == [t.key for t in released.tests]
        for test in made.tests:
            assert any("check" in g.source for g in test.given) and all(not g.names for g in test.given), test.key
            assert "check" not in test.names and not test.makes and not test.watched
        assert {n for t in made.tests for n in t.names} == {n for t in released.tests for n in t.names}


def test_plans_travel_as_json():
    made = planned(
        ("given", "import random\nn = 1"),
        ("answer", "def f(): return n"),
        ("test", "random.seed(n)\nn = f()"),
        ("plain", "print(n)"),
    )
    assert Plan.from_json(json.loads(json.dumps(made.to_json()))) == made


def test_a_notebook_with_very_odd_cells_has_a_plan():
    odd = [
        "(" * 5000,
        "x = '\\ud800'",
        "\0",
        "a" * 10**6,
        "if 1:\n" + " pass\n" * 1000,
        "%",
        "%%",
        "!",
        "?",
        "-" * 3000 + "1",
    ]
    made = planned(*[(role, source) for source in odd for role in ("answer", "given", "test")])
    assert len(made.tests) == len(odd)


def test_what_is_no_python_may_do_anything():
    assert read("def f(:").wild and not read("x = 1").wild and read("\n\n  %%time\nx = 1").binds == {"x"}


def test_name_that_no_cell_makes_is_the_students():
    assert only(("answer", "# YOUR CODE HERE"), ("test", "assert weights == 3 and len(weights)")).names == ("weights",)


def test_classes_of_the_solution():
    made = planned(("answer", "class Account:\n    class Inner: pass"), ("test", "class Mock: pass\nAccount()"))
    assert made.classes == ("Account", "Inner")
    assert Plan.from_json(made.to_json()) == made
