"""Copies are found whatever their names and layout; honest answers are not."""

from __future__ import annotations

import ast
import json
import random
from html.parser import HTMLParser

import pytest

from grading.answering import tasks, written
from grading.course import Course, CourseError
from grading.similarity import Answer, Found, Pair, answers_of, compare, library, page, similarity, tokens
from grading.submission import release
from tests.answers import load
from tests.grading import small_class
from tests.grading.small_class import LESSON, RIGHT, answered, hand_in

COURSE = Course.find()
L02 = COURSE.lesson("l02")
ORIGINAL = '''\
def mlp(x, W, b):
    """A forward pass."""
    out = x
    for i in range(len(W)):
        z = out @ W[i] + b[i]  # pre-activation
        out = np.maximum(z, 0) if i < len(W) - 1 else z
    total = 0.0
    for w in W:
        total = total + (w ** 2).sum()
    return out, total
'''
COPY = """\
def forward(data: np.ndarray, weights: list,
            biases) -> tuple:
    # my own work
    a: np.ndarray = data
    for layer in range(len(weights)):
        pre = (a @ weights[layer]) + biases[layer]
        a = np.maximum(pre, 0) if layer < len(weights)-1 else pre

    penalty = 0.0
    for matrix in weights: penalty = penalty + (matrix**2).sum()
    "done"
    return (a, penalty)
"""
OTHER = """\
def mlp(x, W, b):
    hidden = list(zip(W[:-1], b[:-1]))
    for weights, bias in hidden:
        x = relu(np.dot(x, weights) + bias)
    return np.dot(x, W[-1]) + b[-1], sum(np.square(w).sum() for w in W)
"""


def test_names_layout_comments_and_annotations_are_set_aside():
    assert tokens(COPY) == tokens(ORIGINAL)
    assert tokens(OTHER) != tokens(ORIGINAL)


def test_names_that_are_not_the_answers_own_keep_their_meaning():
    assert tokens("def f(x):\n    return np.sum(x)") != tokens("def f(x):\n    return np.max(x)")
    assert tokens("def f(x):\n    return sum(x)") != tokens("def f(x):\n    return max(x)")
    assert tokens("def f(x, y):\n    return x - y") != tokens("def f(x, y):\n    return y - x")


@pytest.mark.parametrize(
    "text",
    [
        "def f(",
        "",
        "def f():\n    'only this'",
        "x: int",
        "class A:\n    'doc'\n    def f(self): ...",
        "1 +",
        "\0",
        "(" * 999,
    ],
)
def test_any_text_has_a_normal_form(text):
    assert isinstance(tokens(text), list)


def bank():
    """A class in which nobody copied: all right answers of the bank, each handed in once."""
    todo = {task.exercise: task for task in tasks(release(COURSE, L02))}
    right = [answer for answer in load("l02") if answer.kind == "right"]
    return [
        Answer(f"{answer.function.__name__} {i}", answer.exercise, written(todo[answer.exercise], answer, "ada"))
        for i, answer in enumerate(right)
    ]


def renamed(text):
    """A copy with other names, other spaces, a comment and a docstring."""
    tree = ast.parse(text)
    own = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    own |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    random.seed(len(text))
    new = {name: f"{random.choice('pqrst')}_{i}" for i, name in enumerate(sorted(own))}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = new.get(node.id, node.id)
        elif isinstance(node, ast.arg):
            node.arg = new[node.arg]
    return "# all mine\n\n" + ast.unparse(tree) + "\n\n# the end"


def test_honest_answers_that_differ_are_not_found():
    assert list(compare(L02, bank(), answers_of(release(COURSE, L02), ""), [], [])) == []


@pytest.mark.parametrize(
    "exercise",
    ["l02.mlp_backward", "l02.dense_backward", "l02.three_hidden", "l02.two_hidden", "l02.numerical_gradient"],
)
def test_a_renamed_copy_is_found(exercise):
    filler = [
        Answer(f"honest {i}", exercise, f"def f{i}(x):\n    " + "\n    ".join(f"x = x {op} {i}" for op in "+-*/%"))
        for i in range(20)
    ]
    honest = [one for one in bank() if one.exercise == exercise]
    copy = Answer("copy", exercise, renamed(honest[-1].text))
    found = list(compare(L02, [*filler, *honest, copy], [], [], []))
    assert ("copy" in {pair.b.whose for pair in found}) and all(
        pair.b.whose == "copy" for pair in found if "honest" not in pair.a.whose
    )
    assert max(found, key=lambda pair: pair.weight).a.whose == honest[-1].whose


def test_what_everybody_writes_says_nothing():
    line = "def f(x):\n    return np.maximum(x, 0) + np.minimum(x, 0) * 0.1"
    everybody = [Answer(f"s{i}", "e", line) for i in range(30)]
    assert list(compare("l", everybody, [], [], [])) == []
    few = [
        *(Answer(f"s{i}", "e", f"def f(x):\n    y = x * {i}\n    return y if y > {i} else -y") for i in range(28)),
        *everybody[:2],
    ]
    assert [(pair.a.whose, pair.b.whose) for pair in compare("l", few, [], [], [])] == [("s0", "s1")]


def test_what_was_handed_out_says_nothing_and_what_the_reference_has_says_less():
    two = [Answer("a", "e", ORIGINAL), Answer("b", "e", COPY), *(Answer(f"s{i}", "e", OTHER) for i in range(6))]
    (plain,) = (one for one in compare("l", two, [], [], []) if one.a.whose == "a")
    assert [one for one in compare("l", two, [Answer("", "e", ORIGINAL)], [], []) if one.a.whose == "a"] == []
    weights = {
        (one.a.whose, one.b.whose): one.weight
        for one in compare("l", two, [], [Answer("reference", "e", ORIGINAL)], [])
    }
    assert weights[("a", "b")] == pytest.approx(plain.weight / 2)
    assert ("a", "reference") in weights


def test_an_answer_that_is_a_function_of_the_library_is_found():
    known = max((one for one in library() if "layers/dense.py" in one.whose), key=lambda one: len(one.text))
    text = "\n".join(line for line in ast.unparse(ast.parse(known.text.replace("\n    ", "\n"))).split("\n"))
    honest = [Answer(f"s{i}", "e", OTHER) for i in range(9)]
    found = list(compare("l", [Answer("a", "e", text), *honest], [], [], [known]))
    assert [(pair.a.whose, pair.b.whose) for pair in found] == [("a", known.whose)]


def test_a_class(tmp_path):
    course = small_class.course(tmp_path / "course")
    texts = {
        "ada": ORIGINAL,
        "bob": COPY,
        "<b>eve</b>": OTHER,
        "dan": OTHER.replace("np.dot", "np.matmul").replace("sum(", "max(") + "# <script>",
    }
    for student, text in texts.items():
        hand_in(tmp_path / "class", student, answered(double=text, square=RIGHT["square"]))
    for i in range(12):
        hand_in(tmp_path / "class", f"honest {i}", answered(square=RIGHT["square"]))
    hand_in(tmp_path / "class", "broken", "{")
    found = similarity(course, tmp_path / "class", "1")
    assert [(pair.lesson, pair.a.whose, pair.b.whose, pair.a.exercise) for pair in found.pairs][:1] == [
        (LESSON, "ada", "bob", "l01-double")
    ]
    html = found.path.read_text(encoding="utf-8")
    assert "not a proof" in html and "my own work" in html and "<script" not in html
    (tmp_path / "empty" / "submitted").mkdir(parents=True)
    with pytest.raises(CourseError, match="nothing handed in"):
        similarity(course, tmp_path / "empty")


def test_the_report_escapes_what_students_wrote():
    evil = "</pre><script>alert(1)</script>"
    pair = Pair("l", Answer(evil, evil, evil), Answer("b", evil, evil), 50.0, 1.0)

    seen = set()

    class Tags(HTMLParser):
        def handle_starttag(self, tag, attrs):
            seen.add(tag)

    Tags().feed(page(Found([pair], None)))
    assert "script" not in seen and json.dumps(evil) not in page(Found([pair], None))


def test_an_empty_report_says_so():
    assert "There are none" in page(Found([], None))
