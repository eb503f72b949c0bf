"""What an ordinary test cell does with a student's objects, through the wire, in a real second process."""

import collections.abc
import contextlib
import copy
import gc
import inspect
import io
import itertools
import math
import random
import signal
import socket
import threading
import time
import types
from unittest.mock import Mock, call, patch

import numpy as np
import pytest

from grading.engine.child import Child, ChildDied, OutOfTime, Stopped, StudentError
from grading.engine.proxy import Proxy
from grading.engine.wire import Channel, Ref, pack
from tests.grading.engine.student import student

TEXT = '''
import contextlib
import random
import sys
import warnings
import numpy as np


def draw(rng):
    return rng.normal(size=3)


class Low(ValueError):
    def __init__(self, amount):
        super().__init__(f"{amount} is too much")
        self.amount = amount


class VeryLow(Low):
    pass


class Account:
    """Money."""

    def __init__(self, balance=0):
        self.balance = balance

    @property
    def cents(self):
        return 100 * self.balance

    def deposit(self, amount):
        self.balance += amount

    def withdraw(self, amount):
        if amount > 10 * self.balance:
            raise VeryLow(amount)
        if amount > self.balance:
            raise Low(amount)
        self.balance -= amount

    def __repr__(self):
        return f"Account({self.balance})"

    def __eq__(self, other):
        return isinstance(other, Account) and other.balance == self.balance

    def __hash__(self):
        return hash(self.balance)

    def __lt__(self, other):
        return self.balance < other.balance

    def __add__(self, other):
        return Account(self.balance + (other.balance if isinstance(other, Account) else other))

    __radd__ = __add__

    def __iadd__(self, other):
        self.balance += other
        return self


class Savings(Account):
    pass


class Shelf:
    def __init__(self, *books):
        self.books = list(books)

    def __len__(self):
        return len(self.books)

    def __contains__(self, book):
        return book in self.books

    def __getitem__(self, i):
        return self.books[i]

    def __setitem__(self, i, book):
        self.books[i] = book

    def __iter__(self):
        return iter(self.books)

    def __enter__(self):
        self.books.append("open")
        return self

    def __exit__(self, kind, error, trace):
        self.books.append(kind.__name__ if kind else "closed")
        return kind is KeyError


class Stack(list):
    def push(self, x):
        self.append(x)


def squares(n):
    """Squares from 1 to n."""
    if n < 1:
        raise ValueError("n must be at least 1")
    return [i**2 for i in range(1, n + 1)]


def sum_of_squares(n):
    return sum(squares(n))


def relu(x):
    return np.maximum(x, 0)


def count(n):
    for i in range(n):
        yield i


def forever():
    n = 0
    while True:
        yield n
        n += 1


def adder(k: int):
    def add(x, *rest, y=2, **more):
        return x + k + y

    return add


def sort(values):
    values.sort()


def fill(a):
    a[...] = 5


def nest(d):
    d["a"].append(1)
    d["new"] = 2
    del d["old"]


def derivative(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h)


def greet():
    name = input("Name? ")
    print("Hello", name)
    print("careful", file=sys.stderr)
    warnings.warn("old")
    return name


def deep(n):
    return deep(n + 1)


def loop():
    while True:
        pass


def loop_on():
    while True:
        with contextlib.suppress(BaseException):
            while True:
                pass


def roll():
    return random.randint(1, 10**9), float(np.random.rand())


def broken(kind, *args):
    raise kind(*args)


def end():
    import os
    os._exit(3)


def leave():
    sys.exit(4)


kept = None

def keep(f):
    global kept
    kept = f
    return f(1)


def use_kept():
    return kept(2)


LIMIT = 10

def limited():
    return LIMIT


table = {"a": [1, (2, 3)], "b": np.arange(3.0)}
functions = [squares, 3]
pi2 = np.float64(2.5)
missing_value = None
unwritten = ...
'''


class Names:
    """The student's names as attributes, fetched on first use."""

    def __init__(self, child):
        self.child = child

    def __getattr__(self, name):
        return self.child.fetch([name])[name]


@pytest.fixture(scope="module")
def process():
    with student(TEXT) as both:
        yield both


@pytest.fixture(scope="module")
def child(process):
    return Child(Channel(process[0]))


@pytest.fixture
def s(child):
    child.watch({}, ())
    child.deadline = time.monotonic() + 60
    return Names(child)


@pytest.fixture
def fresh():
    """A process of its own, for a test that spoils it."""
    with student(TEXT) as (sock, process):
        child = Child(Channel(sock))
        child.deadline = time.monotonic() + 60
        child.process = process
        yield child


# --- an ordinary test cell -------------------------------------------------------------------------------------------


def test_functions_return_plain_data(s):
    assert s.squares(3) == [1, 4, 9] and type(s.squares(3)) is list
    assert s.squares(n=2) == [1, 4]
    np.testing.assert_allclose(s.relu(np.array([-1.0, 2.0])), [0, 2])
    assert s.relu(-3.0) == 0 and isinstance(s.relu(-3.0), np.floating)


def test_errors_are_those_of_python(s):
    with pytest.raises(ValueError, match="at least 1") as caught:
        s.squares(0)
    assert caught.value.args == ("n must be at least 1",)
    (note,) = caught.value.__notes__
    assert 'raise ValueError("n must be at least 1")' in note and "agent.py" not in note
    try:
        s.squares(-4)
    except ValueError:
        pass
    else:
        raise AssertionError("did not raise")
    with pytest.raises(TypeError, match="positional argument"):
        s.squares()
    with pytest.raises(RecursionError):
        s.deep(0)
    with pytest.raises(KeyError) as caught:
        s.broken(KeyError, "x")
    assert str(caught.value) == "'x'"
    with pytest.raises(SystemExit):
        s.leave()
    with pytest.raises(StopIteration):
        next(s.count(0))
    with pytest.raises(UnicodeDecodeError):
        s.broken(UnicodeDecodeError, "utf-8", b"x", 0, 1, "bad")
    assert s.squares(1) == [1]


def test_errors_of_the_students_own(s):
    Low, VeryLow, account = s.Low, s.VeryLow, s.Account(10)
    with pytest.raises(Low, match="50 is too much") as caught:
        account.withdraw(50)
    assert caught.value.amount == 50 and type(caught.value) is Low
    with pytest.raises(Low) as caught:
        account.withdraw(500)
    assert type(caught.value) is VeryLow and issubclass(VeryLow, Low) and issubclass(Low, ValueError)
    with pytest.raises(ValueError):
        account.withdraw(50)
    with pytest.raises(Low):
        s.broken(Low, 3)


@pytest.mark.parametrize("kind", [KeyboardInterrupt, GeneratorExit, BaseException])
def test_an_error_that_would_stop_the_judge_is_the_students(s, kind):
    with pytest.raises((StudentError, OutOfTime)):
        s.broken(kind)
    assert s.squares(1) == [1]


def test_objects_of_the_students_classes(s):
    Account = s.Account
    a = Account(10)
    a.deposit(5)
    assert a.balance == 15 and a.cents == 1500
    a.balance = 7
    assert a.balance == 7 and vars(a) == {"balance": 7}
    assert isinstance(a, Account) and isinstance(s.Savings(1), Account) and not isinstance(a, s.Savings)
    assert not isinstance(7, Account) and issubclass(s.Savings, Account) and not issubclass(int, Account)
    assert repr(a) == str(a) == f"{a}" == "Account(7)"
    assert type(a).__name__ == "Account" and a.__class__.__name__ == "Account" and Account.__name__ == "Account"
    assert a == Account(7) and a != Account(8) and len({a, Account(7), Account(8)}) == 2
    assert (a + Account(1)).balance == 8 and (1 + a).balance == 8 and (a + np.float64(1)).balance == 8
    assert sum([Account(1), Account(2)], Account(0)).balance == 3
    before = a
    a += 3
    assert a is before and a.balance == 10
    assert hasattr(a, "deposit") and not hasattr(a, "fly") and "deposit" in dir(a)
    assert callable(Account) and callable(a.deposit) and not callable(a)
    b = copy.deepcopy(a)
    assert b == a and b is not a
    del a.balance
    assert not hasattr(a, "balance")


def test_containers_of_the_students_classes(s):
    shelf = s.Shelf("a", "b")
    assert len(shelf) == 2 and "a" in shelf and "c" not in shelf and shelf[1] == "b" and list(shelf) == ["a", "b"]
    shelf[0] = "c"
    assert shelf[0] == "c" and bool(shelf) and not s.Shelf()
    with shelf as same:
        assert same is shelf
    with shelf:
        raise KeyError("x")
    with pytest.raises(ValueError), shelf:
        raise ValueError
    assert list(shelf)[2:] == ["open", "closed", "open", "KeyError", "open", "ValueError"]
    stack = s.Stack([1])
    stack.push(2)
    assert list(stack) == [1, 2] and stack.pop() == 2


def test_generators_are_read_one_by_one(s):
    counting = s.count(4)
    assert isinstance(counting, types.GeneratorType) and inspect.isgenerator(counting)
    assert isinstance(counting, collections.abc.Iterator) and not isinstance(s.Account(), collections.abc.Iterable)
    assert next(counting) == 0 and list(counting) == [1, 2, 3] and list(counting) == []
    assert list(itertools.islice(s.forever(), 3)) == [0, 1, 2]
    assert inspect.isgeneratorfunction(s.count) and not inspect.isgeneratorfunction(s.squares)


def test_functions_tell_about_themselves(s):
    assert callable(s.squares) and s.squares.__name__ == "squares" and s.squares.__doc__ == "Squares from 1 to n."
    assert inspect.getdoc(s.squares) == "Squares from 1 to n." and inspect.isfunction(s.squares)
    assert isinstance(s.squares, types.FunctionType)
    assert str(inspect.signature(s.derivative)) == "(f, x, h=1e-05)"
    assert str(inspect.signature(s.Account)) == "(balance=0)"
    assert str(inspect.signature(s.adder(1))) == "(x, *rest, y=2, **more)"
    assert s.derivative.__defaults__ == (1e-5,) and s.sum_of_squares.__code__.co_names == ("sum", "squares")
    assert s.adder(3)(4) == 9 and s.adder(3)(4, y=0) == 7
    assert s.squares is not s.relu and s.squares == s.squares and s.squares != s.relu


def test_functions_of_the_tests_are_called_back(s):
    assert s.derivative(lambda x: x**3, 2.0) == pytest.approx(12)
    assert s.derivative(np.sin, 0.0) == pytest.approx(1)
    assert s.derivative(s.adder(0), 5.0) == pytest.approx(1), "the student's own function goes home"
    mock = Mock(return_value=1.0)
    s.derivative(mock, 1.0, h=1.0)
    assert mock.call_args_list == [call(2.0), call(0.0)]
    with pytest.raises(ZeroDivisionError):
        s.derivative(lambda x: 1 / 0, 1.0)
    with pytest.raises(RuntimeError), contextlib.redirect_stdout(io.StringIO()):
        s.derivative(lambda x: (_ for _ in ()).throw(type("Own", (RuntimeError,), {})("x")), 1.0)


def test_a_function_that_is_kept_ends_with_its_call(s):
    assert s.keep(lambda x: x + 1) == 2
    with pytest.raises(RuntimeError, match="the call is over"):
        s.use_kept()


def test_calls_inside_callbacks(s):
    squares = s.squares
    assert s.derivative(lambda x: float(sum(squares(int(x)))), 5, h=1) == (91 - 30) / 2

    def sink(x):
        return s.derivative(sink, x)

    with pytest.raises(RecursionError):
        s.derivative(sink, 1.0)
    assert squares(1) == [1]


def test_changes_in_place_come_back(s):
    values = [3, 1, 2]
    alias = values
    s.sort(values)
    assert alias == [1, 2, 3]
    a = np.zeros((3, 4))
    view = a[:, 1:3]
    s.fill(view)
    assert (a == [0, 5, 5, 0]).all(), "through a view that is not contiguous, too"
    d = {"a": [0], "old": 1}
    inner = d["a"]
    s.nest(d)
    assert d == {"a": [0, 1], "new": 2} and d["a"] is inner
    frozen = np.arange(3.0)
    assert s.relu(frozen) is not frozen


def test_global_data_are_copies(s):
    table = s.table
    assert table["a"] == [1, (2, 3)] and table["b"].tolist() == [0, 1, 2]
    table["a"].append(9)
    assert s.table["a"] == [1, (2, 3)]
    squares, three = s.functions
    assert squares is s.squares and three == 3
    assert s.pi2 == 2.5 and isinstance(s.pi2, np.float64) and s.missing_value is None and s.unwritten is ...


def test_names_that_are_not_bound_are_absent(child, s):
    assert set(child.fetch(["squares", "nothing", "relu"])) == {"squares", "relu"}


def test_prints_and_warnings_are_printed_here_on_stdout(s, capsys):
    with patch("builtins.input", return_value="Ada"):
        assert s.greet() == "Ada"
    out, err = capsys.readouterr()
    assert out.startswith("Hello Ada\ncareful\n") and "UserWarning: old" in out and err == ""
    with contextlib.redirect_stdout(io.StringIO()) as caught, patch("builtins.input", lambda question: question):
        s.greet()
    assert caught.getvalue().startswith("Hello Name? ")
    with patch("builtins.print") as mock, patch("builtins.input", lambda question: "x"):
        s.greet()
    assert mock.call_args_list[0] == call("Hello", "x")
    with pytest.raises(EOFError):
        s.greet()


# --- tests that reach into the student's namespace -------------------------------------------------------------------


def test_a_test_may_delete_replace_and_restore_a_function_that_others_use(child, s):
    cell = child.fetch(["squares", "sum_of_squares", "limited"]) | {"LIMIT": 10}
    child.watch(cell, ["squares", "LIMIT"])
    original = cell.pop("squares")
    with pytest.raises(NameError, match="squares"):
        cell["sum_of_squares"](1)
    cell["squares"] = lambda n: [100, n]
    assert cell["sum_of_squares"](1) == 101 and cell["sum_of_squares"](2) == 102
    cell["squares"] = original
    assert cell["sum_of_squares"](2) == 5
    with patch.dict(cell, squares=Mock(return_value=[7])):
        assert cell["sum_of_squares"](2) == 7
        cell["squares"].assert_called_once_with(2)
    assert cell["sum_of_squares"](2) == 5
    cell["LIMIT"] = 3
    assert cell["limited"]() == 3
    cell["LIMIT"] = 10
    assert cell["limited"]() == 10


def test_a_test_may_replace_a_method(s):
    with patch.object(s.Account, "deposit", lambda self, amount: 77):
        assert s.Account(1).deposit(3) == 77
    a = s.Account(1)
    a.deposit(3)
    assert a.balance == 4


def test_names_that_were_not_watched_are_never_sent(child, s):
    cell = child.fetch(["sum_of_squares"]) | {"expected": 385}
    child.watch(cell, [])
    cell["expected"] = 386
    cell["sum_of_squares"](2)
    assert child.fetch(["expected"]) == {}


def test_put_binds_plain_data_and_what_can_be_imported(child, s):
    child.put(x1=[1], maths=math, root=math.sqrt, own=lambda: 1, there=s.squares, thing=object())
    came = child.fetch(["x1", "maths", "root", "own", "there", "thing"])
    assert set(came) == {"x1", "maths", "root", "there"} and came["root"](9.0) == 3
    assert came["there"] is s.squares and came["maths"].floor(2.5) == 2


def test_a_seed_of_the_test_is_the_students_seed(child, s):
    child.watch({}, (), randomness=True)
    random.seed(5)
    np.random.seed(6)  # noqa: NPY002
    want = [random.randint(1, 10**9), float(np.random.rand()), random.random(), float(np.random.rand())]  # noqa: NPY002
    random.seed(5)
    np.random.seed(6)  # noqa: NPY002
    came = [*s.roll(), random.random(), float(np.random.rand())]  # noqa: NPY002
    assert came == want, "and the stream goes on here where the student's function left it"


def test_apply_puts_an_object_to_work_there_and_changes_nothing_here(child, s):
    values = [3, 1]
    assert s.squares.__apply__("builtins:callable") is True
    assert s.sort.__apply__("builtins:map", [values]) is not None
    assert child.apply("operator:setitem", values, 0, 5) is None and values == [3, 1]
    work = "tests.grading.engine.student:work"
    calls = []

    def cube(x):
        calls.append(x)
        return x**3

    came = s.derivative.__apply__(work, cube, 2.0)
    assert came == {"value": pytest.approx(12), "name": "derivative"} and len(calls) == 2
    with pytest.raises(ValueError, match="at least 1"):
        s.squares.__apply__(work, -1)


def test_functions_and_classes_of_python_and_numpy_are_found_there(s):
    assert s.derivative(np.sum, 3.0) == pytest.approx(1) and s.broken.__apply__("builtins:isinstance", object) is True
    assert s.squares.__apply__("builtins:isinstance", (int, float)) is False
    with pytest.raises(ZeroDivisionError):
        s.broken(ZeroDivisionError, "x")


# --- what a hostile student may return -------------------------------------------------------------------------------

LIES = """
import numpy as np


class Yes:
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = lambda self, other: True
    __hash__ = lambda self: 1
    __array_ufunc__ = lambda self, *a, **k: True
    __array_function__ = lambda self, *a, **k: True
    __array__ = lambda self, *a, **k: np.array(1.0)
    __array_priority__ = 1e9
    __repr__ = lambda self: "5.0"
    shape = ()
    dtype = np.dtype(float)
    item = __len__ = lambda self: 1
    __getitem__ = lambda self, i: self
    _repr_html_ = lambda self: "<script>"


class YesArray(np.ndarray):
    __eq__ = lambda self, other: True
    __array_ufunc__ = lambda self, *a, **k: np.bool_(True)


class YesFloat(float):
    __eq__ = lambda self, other: True
    __sub__ = __rsub__ = __abs__ = lambda self, *a: 0.0


class YesList(list):
    __eq__ = lambda self, other: True


class YesStr(str):
    __eq__ = lambda self, other: True
    __hash__ = str.__hash__


class YesError(Exception):
    def __str__(self):
        raise self


class Late:
    def __getattr__(self, name):
        raise SystemExit(name)


yes, array, number, values, text = Yes(), np.zeros(2).view(YesArray), YesFloat(0), YesList(), YesStr("no")
lazy = np.broadcast_to(1.0, (10**6, 10**6))
long = range(10**12)
objects = np.empty(2, object)
for i in range(2):
    objects[i] = yes
late = Late()
key = {YesStr("a"): yes}
fraud = lambda x: yes
stream = (i for i in iter(int, 1))
own = YesError()


def fail(*args):
    raise YesError(1)


class Meta(type):
    __instancecheck__ = lambda cls, x: True
    __subclasscheck__ = lambda cls, x: True


class AllOfThem(metaclass=Meta):
    pass


Fake = type("function", (), {"__call__": lambda self: 3, "__repr__": lambda self: "5.0"})
fake = Fake()
show = dict(__repr__=lambda self: "5.0", __module__="5", __qualname__="0", __name__="0")
fake_generator, fake_code, fake_type = (type(n, (), show)() for n in ("generator", "code", "type"))
Five = type("5.0", (), {"__module__": "builtins"})
odd = type("an odd name\\n", (), {})()
"""


@pytest.fixture(scope="module")
def lies():
    with student(LIES) as (sock, _):
        child = Child(Channel(sock))
        child.deadline = time.monotonic() + 120
        yield Names(child)


def test_what_equals_everything_there_equals_nothing_here(lies):
    yes = lies.yes
    assert type(yes) is not type(lies) and yes != 3 and yes not in (1, 2)
    assert not np.any(np.arange(3) == yes) and not np.array_equal(yes, np.array(1.0))
    for compare in (np.testing.assert_allclose, np.testing.assert_array_equal, np.testing.assert_equal):
        with pytest.raises((AssertionError, TypeError)):
            compare(yes, np.array(1.0))
        with pytest.raises((AssertionError, TypeError)):
            compare(lies.objects, np.ones(2))
    for operation in (np.add, np.equal, np.less):
        with pytest.raises(TypeError):
            operation(np.ones(2), yes)
    for operation in (
        lambda: yes < 3,
        lambda: np.float64(3) < yes,
        lambda: yes >= 3,
        lambda: float(yes),
        lambda: np.isclose(yes, 1),
    ):
        with pytest.raises(TypeError):
            operation()
    assert not math.isclose(lies.number, 5) and lies.number == 0 and type(lies.number) is float
    assert type(lies.array) is np.ndarray and not (lies.array == 5).any()
    assert lies.values != [1] and lies.text != "yes" and type(lies.values) is list
    assert list(lies.key) == ["a"] and "b" not in lies.key
    assert lies.fraud(3) != 9


def test_what_is_lazy_or_endless_stays_there(lies):
    assert issubclass(type(lies.lazy), Proxy) and issubclass(type(lies.long), Proxy)
    assert next(lies.stream) == 0
    with pytest.raises(TypeError):
        np.asarray(lies.lazy)
    with pytest.raises((AssertionError, TypeError)):
        np.testing.assert_allclose(lies.lazy, 1.0)


def test_a_cell_that_ends_with_a_students_object_shows_a_text_of_ours(lies):
    from IPython.core.formatters import DisplayFormatter

    for name in ("yes", "late", "fraud", "odd", "objects", "fake", "fake_generator", "fake_code", "fake_type", "Five"):
        data, _ = DisplayFormatter().format(getattr(lies, name))
        assert set(data) <= {"text/plain"} and data.get("text/plain", "<")[0] == "<", data


def test_odd_objects_spoil_nothing(lies):
    with pytest.raises((SystemExit, AttributeError)):
        _ = lies.late.name
    with pytest.raises(Exception):  # noqa: B017
        lies.fail()
    assert callable(lies.fake) and lies.fake() == 3 and type(lies.odd).__name__ == "object"
    assert not isinstance(3, lies.AllOfThem), "what is the judge's is no instance of a student's class"
    with pytest.raises(TypeError, match="derive"):

        class Mine(lies.AllOfThem):
            pass

    assert lies.text == "no"


# --- when no answer comes --------------------------------------------------------------------------------------------


def test_a_loop_that_is_interrupted_is_out_of_time_and_the_child_lives(fresh):
    loop = fresh.fetch(["loop"])["loop"]
    threading.Timer(0.3, lambda: fresh.process.send_signal(signal.SIGINT)).start()
    with pytest.raises(OutOfTime, match="interrupted") as caught:
        loop()
    assert "in loop\n" in caught.value.__notes__[0] and not isinstance(caught.value, Exception)
    assert fresh.fetch(["squares"])["squares"](2) == [1, 4]


def test_a_loop_that_swallows_the_interrupt_ends_at_the_deadline(fresh):
    loop_on, squares = fresh.fetch(["loop_on", "squares"]).values()
    threading.Timer(0.1, lambda: fresh.process.send_signal(signal.SIGINT)).start()
    fresh.deadline = time.monotonic() + 0.5
    with pytest.raises(OutOfTime):
        loop_on()
    with pytest.raises(ChildDied), contextlib.suppress(Exception):
        squares(1)
    assert "in time" in fresh.lost


def test_a_child_that_dies(fresh):
    end, squares = fresh.fetch(["end", "squares"]).values()
    with pytest.raises(ChildDied, match="Python has ended there"):
        end()
    for use in (lambda: squares(1), lambda: squares.__name__, lambda: fresh.fetch(["x"]), lambda: fresh.put(x=1)):
        with pytest.raises(Stopped):
            use()


def test_an_interrupt_between_calls_does_no_harm(fresh):
    squares = fresh.fetch(["squares"])["squares"]
    for _ in range(20):
        squares(1)
        fresh.process.send_signal(signal.SIGINT)
        with contextlib.suppress(OutOfTime):
            squares(1)
    assert squares(2) == [1, 4]


# --- a child that forges its answers ---------------------------------------------------------------------------------


@pytest.fixture
def ends():
    """The judge's end of a wire, and the forger's."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def forger(ends, *answers):
    """A Child whose other end answers requests with what `answers` make of their number."""
    ours, theirs = ends
    channel = Channel(theirs)

    def answer():
        with contextlib.suppress(Exception):
            for make in answers:
                number, *_ = channel.receive(10)
                forged = make(number)
                channel.sock.sendall(forged) if isinstance(forged, bytes) else channel.send(forged)
        theirs.close()

    threading.Thread(target=answer, daemon=True).start()
    child = Child(Channel(ours))
    child.deadline = time.monotonic() + 20
    return child


@pytest.mark.parametrize(
    "make",
    [
        lambda n: b"\0" * 8,
        lambda n: b"garbage, garbage, garbage",
        lambda n: b"\x10\0\0\0\0\0\0\0",
        lambda n: [],
        lambda n: 3,
        lambda n: "returned",
        lambda n: {1: 2},
        lambda n: [n, "", "returned"],
        lambda n: [n, "", "returned", 1],
        lambda n: [n, "", "returned", 1, None, 3],
        lambda n: [n + 1, "", "returned", 1, None],
        lambda n: [-n, "", "returned", 1, None],
        lambda n: [str(n), "", "returned", 1, None],
        lambda n: [n, 5, "returned", 1, None],
        lambda n: [n, "", "obeyed", 1, None],
        lambda n: [n, "", "raised"],
        lambda n: [n, "", "raised", "ValueError", [], {}, ""],
        lambda n: [n, "", "raised", "ValueError", (), [], ""],
        lambda n: [n, "", "raised", 3, (), {}, ""],
        lambda n: [n, "", "raised", len, (), {}, ""],
        lambda n: [n, "", "interrupted"],
        lambda n: [n, "", "callback"],
        lambda n: [n, "", "callback", 1],
        lambda n: [n, "", "callback", 1, 2, 3],
        lambda n: [n, "", "callback", [1], (), {}],
        lambda n: [n, "", "callback", 1, (), {1: 2}],
    ],
)
def test_a_forged_answer_loses_the_child_and_nothing_else(ends, make):
    def send(number):
        forged = make(number)
        return (
            forged
            if isinstance(forged, bytes)
            else len(raw := pack(forged, lambda thing: Ref(1, "type", "x"))).to_bytes(8, "big") + raw
        )

    child = forger(ends, send)
    with pytest.raises(ChildDied):
        child.apply("builtins:len", [])
    with pytest.raises(ChildDied):
        child.fetch(["x"])


@pytest.mark.parametrize("name", ["KeyboardInterrupt", "Stopped", "BaseException", "open", "no such", "__import__", ""])
def test_an_error_with_a_forged_name_is_the_students(ends, name):
    child = forger(ends, lambda n: [n, "", "raised", name, ("x",), {}, ""])
    with pytest.raises(StudentError):
        child.apply("builtins:len", [])


def test_forged_attributes_of_an_error_are_left_out(ends):
    attributes = {
        "__class__": 1,
        "args": (3,),
        "with_traceback": 1,
        "add_note": 2,
        "_x": 1,
        "amount": 5,
        3: 4,
        "a b": 1,
    }
    child = forger(ends, lambda n: [n, "", "raised", "ValueError", ("x",), attributes, ""])
    with pytest.raises(ValueError, match="x") as caught:
        child.apply("builtins:len", [])
    assert caught.value.amount == 5 and caught.value.args == ("x",)
    assert callable(caught.value.with_traceback)


def test_names_that_nobody_asked_for_are_no_answer(ends):
    child = forger(ends, lambda n: [n, "", "returned", {"check": 1}, None])
    with pytest.raises(ChildDied, match="not the names"):
        child.fetch(["answer"])


def test_the_judges_functions_cannot_be_called_by_a_child_that_was_not_given_them(ends):
    seen = []
    child = forger(
        ends,
        lambda n: [n, "", "callback", 1, (), {}],
        lambda n: (seen.append(n), [n, "", "returned", 1, None])[1],
    )
    with pytest.raises(ChildDied):
        child.apply("builtins:len", [])
    assert seen == [0], "it was told so, and answered a question that nobody had asked"


def test_a_flood_of_callbacks_ends(monkeypatch, ends):
    monkeypatch.setattr("grading.engine.child.CALLBACKS", 50)
    ours, theirs = ends
    channel, answers = Channel(theirs), []

    def flood():
        number, _, _, (handle,), _ = channel.receive(10)
        for _ in range(200):
            channel.send([0, "", "callback", handle.id, (1,), {}])
            answers.append(channel.receive(10))
        channel.send([number, "", "returned", 3, None])

    thread = threading.Thread(target=flood, daemon=True)
    thread.start()
    calls = []
    child = Child(Channel(ours))
    child.deadline = time.monotonic() + 20
    assert child.apply("builtins:id", calls.append) == 3
    assert len(calls) == 50 and answers[-1][1] == "raised" and "more than 50" in answers[-1][3][0]
    thread.join()


def test_proxies_do_not_pile_up(s, child):
    for _ in range(50):
        s.Account(1)
    gc.collect()
    assert len(child._proxies) < 50


def test_prints_without_end_are_cut(fresh, capsys):
    fresh.apply("builtins:exec", "print('x' * 10**8)")
    assert len(capsys.readouterr().out) < 2**21


def test_types_without_end_are_bounded(child):
    child.apply("builtins:exec", "kinds = [type(f'T{i}', (), {})() for i in range(3000)]", {})
    came = child.apply("builtins:eval", "[type(f'T{i}', (), {})() for i in range(3000)]")
    assert len({type(x) for x in came}) <= 1001 and len(came) == 3000


def test_an_object_cannot_be_sent_to_a_student(s):
    with pytest.raises(TypeError, match="a Random cannot be passed to a student's code"):
        s.squares(random.Random(3))
    assert s.squares(1) == [1]


LIAR = """
class Answer:
    def __contains__(self, thing):
        return True

    def __bool__(self):
        return False
"""


@pytest.mark.parametrize("asked", [True, False])
def test_object_answers_a_test_itself_only_where_its_class_was_asked_for(asked):
    with student(LIAR) as (sock, _):
        child = Child(Channel(sock), classes=["Answer"] if asked else [])
        answer = child.fetch(["Answer"])["Answer"]()
        assert bool(answer) is not asked
        if asked:
            assert 7 in answer
        else:
            with pytest.raises(TypeError):
                _ = 7 in answer


def test_random_generator_is_used_up_here_as_there(s):
    rng, twin = np.random.default_rng(5), np.random.default_rng(5)
    np.testing.assert_array_equal(s.draw(rng), twin.normal(size=3))
    np.testing.assert_array_equal(rng.normal(size=2), twin.normal(size=2))
