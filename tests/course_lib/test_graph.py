"""The scalar graph against central differences, closed forms and its own promises about order."""

import ast
import inspect
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import graph
from course_lib.graph import (
    Node,
    backward,
    backward_steps,
    cross_entropy,
    exp,
    forward_steps,
    log,
    relu,
    show,
    sigmoid,
    softplus,
    tanh,
    weighted_sum,
)

OPERATIONS = {
    "a + b": lambda a, b: a + b,
    "a - b": lambda a, b: a - b,
    "a * b": lambda a, b: a * b,
    "a / b": lambda a, b: a / b,
    "3 + a": lambda a, b: 3 + a,
    "3 - a": lambda a, b: 3 - a,
    "3 * a": lambda a, b: 3 * a,
    "3 / b": lambda a, b: 3 / b,
    "-a": lambda a, b: -a,
    "b ** 3": lambda a, b: b**3,
    "b ** -1.5": lambda a, b: b**-1.5,
    "b ** 0": lambda a, b: b**0,
    "exp": lambda a, b: exp(a),
    "log": lambda a, b: log(b),
    "relu": lambda a, b: relu(a),
    "sigmoid": lambda a, b: sigmoid(a),
    "tanh": lambda a, b: tanh(a),
    "softplus": lambda a, b: softplus(a),
    "weighted_sum": lambda a, b: weighted_sum(a, [b, a], [a, 2.0]),
    "cross_entropy": lambda a, b: cross_entropy(a, b / 10),
    "shared": lambda a, b: (a * b + sigmoid(a)) * (a * b) - tanh(a) / (b + a * a),
    "deep": lambda a, b: softplus(tanh(a * sigmoid(b * exp(tanh(a))))),
}


def central_differences(f, a, b, eps=1e-5):
    def value(a, b):
        return f(Node(a), Node(b)).value

    return (value(a + eps, b) - value(a - eps, b)) / (2 * eps), (value(a, b + eps) - value(a, b - eps)) / (2 * eps)


@pytest.mark.parametrize("name", OPERATIONS)
@given(a=st.floats(-3, 3).filter(lambda a: abs(a) > 1e-3), b=st.floats(0.5, 3))
def test_gradients_are_those_of_central_differences(name, a, b):
    x, y = Node(a), Node(b)
    backward(OPERATIONS[name](x, y))
    assert (x.grad, y.grad) == pytest.approx(central_differences(OPERATIONS[name], a, b), rel=1e-5, abs=1e-7)


@pytest.mark.parametrize(
    ("f", "oracle"),
    [
        (exp, math.exp),
        (log, math.log),
        (tanh, math.tanh),
        (softplus, lambda a: math.log(1 + math.exp(a))),
        (sigmoid, lambda a: 1 / (1 + math.exp(-a))),
        (relu, lambda a: a if a > 0 else 0),
    ],
)
@pytest.mark.parametrize("a", [0.25, 1.0, 3.5])
def test_values(f, oracle, a):
    assert f(Node(a)).value == pytest.approx(oracle(a), rel=1e-14)


@pytest.mark.parametrize(
    ("f", "a", "value", "slope"),
    [
        (softplus, 1000, 1000, 1),
        (softplus, -1000, 0, 0),
        (softplus, -40, math.exp(-40), math.exp(-40)),
        (sigmoid, 1000, 1, 0),
        (sigmoid, -1000, 0, 0),
        (sigmoid, 40, 1, math.exp(-40)),
        (sigmoid, -40, math.exp(-40), math.exp(-40)),
        (tanh, 1000, 1, 0),
        (tanh, -1000, -1, 0),
        (exp, -1000, 0, 0),
        (relu, 1000, 1000, 1),
        (relu, -1000, 0, 0),
        (relu, 0, 0, 0),
    ],
)
def test_far_out_nothing_overflows_and_no_digit_is_lost(f, a, value, slope):
    x = Node(a)
    y = f(x)
    backward(y)
    assert (y.value, x.grad) == pytest.approx((value, slope), rel=1e-13, abs=0)


@pytest.mark.parametrize("y", [0, 1])
@pytest.mark.parametrize("z", [-1000, -40, -3, 0, 3, 40, 1000])
def test_cross_entropy_is_exact_where_the_probability_rounds_to_0_or_1(z, y):
    logit = Node(z)
    loss = cross_entropy(logit, y)
    backward(loss)
    wrong = -z if y else z  # how far the logit is on the wrong side
    assert loss.value == pytest.approx(max(wrong, 0) + math.log1p(math.exp(-abs(wrong))), rel=1e-15, abs=0)
    share = math.exp(min(wrong, 0)) / (1 + math.exp(-abs(wrong)))
    assert logit.grad == pytest.approx(-share if y else share, rel=1e-15, abs=0)


def test_a_node_that_is_used_twice_gets_both_errors():
    x = Node(3, "x")
    backward((x * x + x).named("y"))
    assert x.grad == 7


def test_each_node_is_visited_once_however_many_paths_lead_to_it():
    x = Node(1.0)
    y = x
    for _ in range(60):
        y = y + y
    assert len(list(forward_steps(y))) == 60
    assert len(list(backward_steps(y))) == 120
    assert x.grad == 2.0**60


def test_a_long_chain_needs_no_recursion():
    x = Node(0.5)
    y = x
    for _ in range(20_000):
        y = y + 1
    backward(y)
    assert x.grad == 1


def test_every_pass_starts_from_zero():
    x = Node(2.0)
    y = exp(x * x)
    backward(y)
    first = x.grad
    backward(y)
    assert x.grad == first
    backward(x * 5)  # another result that x belongs to
    assert x.grad == 5


def graph_with_sharing():
    a, b = Node(2, "a"), Node(-3, "b")
    c = (a * b).named("c")
    d = (c + tanh(a)).named("d")
    return (d * c - sigmoid(d) / b).named("result")


def test_forward_steps_come_after_their_parents():
    done = set()
    for step in forward_steps(graph_with_sharing()):
        assert all(p in done or not p.parents for p in step.node.parents)
        assert step.node not in done
        assert step.value == step.node.value
        done.add(step.node)


def test_backward_steps_add_up_and_a_node_hands_on_only_its_complete_error():
    result = graph_with_sharing()
    steps = list(backward_steps(result))
    so_far, handed_on = {}, set()
    for step in steps:
        assert step.parent not in handed_on
        assert step.error == step.node.grad  # the error of the end of the pass, already now
        assert step.handed == step.error * step.slope
        so_far[step.parent] = so_far.get(step.parent, 0.0) + step.handed
        assert step.total == so_far[step.parent]
        handed_on.add(step.node)
    assert all(node.grad == total for node, total in so_far.items())
    assert len(steps) == sum(len(step.node.parents) for step in forward_steps(result))


def test_backward_steps_show_the_gradients_as_they_grow():
    x = Node(3, "x")
    y = x * x
    seen = [x.grad for _ in backward_steps(y)]
    assert seen == [3, 6]


def test_equations_in_words_and_numbers():
    a, b = Node(2, "a"), Node(-3, "b")
    c = (exp(a * b + 1) - relu(b)).named("c")
    assert [step.equation for step in forward_steps(c)] == [
        "v1 = a * b = 2 * (-3) = -6",
        "v2 = v1 + 1 = (-6) + 1 = -5",
        "v3 = exp(v2) = exp(-5) = 0.00673795",
        "v4 = relu(b) = relu(-3) = 0",
        "c = v3 - v4 = 0.00673795 - 0 = 0.00673795",
    ]
    assert next(backward_steps(c)).equation == "c hands v3 1 * 1 = 1; v3 has 1 so far"
    unit = weighted_sum(Node(2, "w03"), [Node(2, "w13"), Node(3, "w23")], [Node(-3, "x1"), Node(5, "x2")]).named("in3")
    assert [s.equation for s in forward_steps(unit)] == ["in3 = w03 + w13 * x1 + w23 * x2 = 2 + 2 * (-3) + 3 * 5 = 11"]
    assert next(forward_steps(a**-2)).equation == "v1 = a ** (-2) = 2 ** (-2) = 0.25"


@pytest.mark.parametrize(
    ("value", "text", "as_factor"),
    [
        (2.0, "2", "2"),
        (-3, "-3", "(-3)"),
        (-0.0, "0", "0"),
        (1 / 3, "0.333333", "0.333333"),
        (sigmoid(23).value, "1 - 1.03e-10", "(1 - 1.03e-10)"),
        (1.0, "1", "1"),
        (1e-10, "1e-10", "1e-10"),
    ],
)
def test_show(value, text, as_factor):
    assert show(value) == text
    assert show(value, factor=True) == as_factor


def test_numpy_numbers_are_numbers():
    node = np.float64(2) * Node(3) + np.int64(1)
    assert isinstance(node, Node)
    assert node.value == 7
    assert type(node.value) is float


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda: Node("2"), TypeError, "value: wanted a number, got str"),
        (lambda: Node(math.nan), ValueError, "value: wanted finite numbers, got nan"),
        (lambda: Node(1e300) * 1e300, ValueError, "wanted finite numbers, got inf"),
        (lambda: Node(1) / 0, ZeroDivisionError, "cannot divide by 0"),
        (lambda: log(Node(0)), ValueError, "log: wanted a number above 0, got 0"),
        (lambda: exp(Node(1000)), OverflowError, "exp: 1000 is too large"),
        (lambda: Node(-2) ** 0.5, ValueError, r"-2 \*\* 0.5"),
        (lambda: Node(0) ** 0.5, ValueError, r"0 \*\* 0.5"),
        (lambda: Node(2) ** Node(3), TypeError, "exponent: wanted a number, got Node"),
        (lambda: cross_entropy(Node(1), 1.5), ValueError, "y: wanted a target from 0 to 1, got 1.5"),
        (lambda: weighted_sum(1, [2, 3], [4]), ValueError, "as many of both, got 2 and 1"),
    ],
)
def test_what_cannot_be_is_said_plainly(make, error, says):
    with pytest.raises(error, match=says):
        make()


def test_it_imports_the_standard_library_only():
    tree = ast.parse(inspect.getsource(graph))
    modules = {
        n.module if isinstance(n, ast.ImportFrom) else a.name
        for n in ast.walk(tree)
        if isinstance(n, (ast.Import, ast.ImportFrom))
        for a in n.names
    }
    assert modules == {"math", "collections.abc", "numbers", "typing"}
