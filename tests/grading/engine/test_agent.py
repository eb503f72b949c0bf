"""The agent outlives what student code does around it, and answers as before."""

import signal
import time

import pytest

from grading.engine.agent import parameters
from grading.engine.child import Child, OutOfTime
from grading.engine.wire import Channel
from tests.grading.engine.student import student

MISDEEDS = {
    "takes stdout away": "sys.stdout = sys.stderr = None",
    "closes stdout": "sys.stdout.close()",
    "takes print away": "del builtins.print",
    "takes the handler": "signal.signal(signal.SIGINT, signal.SIG_IGN)",
    "changes the path": "sys.path.clear()",
    "forgets modules": "[sys.modules.pop(m) for m in list(sys.modules) if m.startswith('numpy')]",
    "changes the folder": "os.chdir('/')",
    "collects nothing": "gc.disable()",
    "turns recursion down": "sys.setrecursionlimit(120)",
    "fills the stack": "f = lambda: f()\nf()",
    "raises what cannot be shown": "class E(Exception):\n    __str__ = lambda self: 1 / 0\n    args = property(lambda self: 1 / 0)\nraise E",
    "raises what cannot be looked at": "class M(type):\n    __getattribute__ = lambda *a: 1 / 0\nclass E(Exception, metaclass=M): pass\nraise E",
    "leaves": "sys.exit()",
    "raises KeyboardInterrupt": "raise KeyboardInterrupt",
    "raises GeneratorExit": "raise GeneratorExit",
    "raises a group": "raise BaseExceptionGroup('x', [SystemExit()])",
    "starts threads": "threading.Thread(target=lambda: [time.sleep(0.001) for _ in range(100)]).start()",
    "warns as error": "import warnings; warnings.simplefilter('error')",
    "traces": "sys.setprofile(lambda *a: None); sys.settrace(lambda *a: None)",
    "returns a bomb": "bomb = 1\nfor _ in range(40): bomb = [bomb, bomb]\nreturn bomb[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]",
    "returns itself": "a = []\na.append(a)\nreturn a",
    "returns what hides its type": "class T:\n    __class__ = property(lambda self: 1 / 0)\nreturn T()",
    "returns a class without a name": "class M(type):\n    __name__ = property(lambda self: 1 / 0)\nclass T(metaclass=M): pass\nreturn T",
    "returns what is too large": "return np.zeros(2**26)",
}


@pytest.mark.parametrize("misdeed", MISDEEDS.values(), ids=MISDEEDS)
def test_the_agent_goes_on(misdeed):
    body = "\n".join(f"    {line}" for line in misdeed.split("\n"))
    modules = "import builtins, gc, os, signal, sys, threading, time\nimport numpy as np\n"
    with student(f"{modules}def misdeed():\n{body}\n\ndef right():\n    return [1, 2.5, 'x']\n") as (sock, _):
        child = Child(Channel(sock))
        child.deadline = time.monotonic() + 60
        names = child.fetch(["misdeed", "right"])
        try:
            names["misdeed"]()
        except (Exception, SystemExit, OutOfTime):
            assert not child.lost
        assert names["right"]() == [1, 2.5, "x"] and not child.lost


def test_an_interrupt_reaches_the_students_code_and_no_other():
    text = """
    import time
    def wait():
        for _ in range(1000):
            time.sleep(0.01)
    """
    with student(text) as (sock, process):
        child = Child(Channel(sock))
        child.deadline = time.monotonic() + 60
        wait = child.fetch(["wait"])["wait"]
        for _ in range(3):
            process.send_signal(signal.SIGINT)  # nothing runs: nothing happens
            time.sleep(0.05)
            child.channel.send([child._number + 1, "call", wait, (), {}])
            time.sleep(0.2)
            process.send_signal(signal.SIGINT)
            number, _, kind, where = child.channel.receive(30)
            assert number == child._number + 1 and kind == "interrupted" and "in wait\n" in where


def test_parameters_are_plain():
    def f(a, /, b=1, *args, c, d=(2,), **more): ...

    assert parameters(f) == [
        ("a", 0, False, None),
        ("b", 1, True, 1),
        ("args", 2, False, None),
        ("c", 3, False, None),
        ("d", 3, True, (2,)),
        ("more", 4, False, None),
    ]
