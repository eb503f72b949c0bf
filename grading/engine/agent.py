"""In the child: answers what the judge asks about the student's objects.

It runs among the student's code, which may change anything here; the judge therefore believes nothing that it says.  What it
must do is serve an honest student, and outlive everything that student code does short of ending the process.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import inspect
import io
import linecache
import random
import signal
import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from grading.engine.wire import Callback, Channel, Closed, Handle, Malformed, Place, Ref, Unsendable, pack

_NAMES = """
    call len iter next reversed getitem setitem delitem contains bool int float complex index round abs neg pos invert
    enter exit add sub mul matmul truediv floordiv mod divmod pow and or xor lshift rshift
    radd rsub rmul rmatmul rtruediv rfloordiv rmod rdivmod rpow rand ror rxor
    iadd isub imul imatmul itruediv ifloordiv imod ipow iand ior ixor
"""
SPECIALS = tuple(_NAMES.split())  # special methods, without their underscores, that the judge may use on a thing
PRINTED = 2**20  # characters of one call's prints that are passed on
TRACEBACK = 4000  # characters


def serve(sock_fd: int, namespace: dict[str, Any], loop: Any) -> Agent:
    """Answer from now on, in the main thread, whenever `loop` (asyncio's) is idle."""
    agent = Agent(Channel(socket.socket(fileno=sock_fd)), namespace)

    def answer() -> None:
        if not agent.answer():
            loop.remove_reader(sock_fd)

    loop.add_reader(sock_fd, answer)
    return agent


class Agent:
    """Answers requests [number, operation, ...], one at a time; a request may come while the answer to a callback is awaited."""

    def __init__(self, channel: Channel, namespace: dict[str, Any]):
        self.channel, self.namespace = channel, namespace
        channel.outgoing, channel.incoming = self._outgoing, self._incoming
        self.things: dict[int, Any] = {}  # what the judge holds a handle to
        self.ids: dict[int, int] = {}  # id() of a thing -> its number
        self.borrowed: dict[int, Callback] = {}  # id() of a function here -> the judge's function behind it
        self.operations = {
            "get": self._get,
            "put": self._put,
            "drop": self._drop,
            "builtin": self._builtin,
            "call": self._call,
            "apply": self._apply,
        }
        self.builtins = dict(vars(builtins))
        self.said = _Prints()

    def answer(self) -> bool:
        """Answer one request; False when there will be no more."""
        try:
            self._answer(self.channel.receive())
        except (Closed, Malformed):
            self.channel.close()
            return False
        return True

    def _answer(self, request: list) -> None:
        number, operation, *operands = request
        outer, self.said = self.said, _Prints()
        try:
            reply = self._work(number, operation, operands)
        finally:
            self.said = outer
        self.channel.send_packed(reply)

    def _work(self, number: int, operation: str, operands: list) -> bytes:
        """Do one thing and pack what came of it; nothing that student code does gets out of here."""
        try:
            with _interruptible(), contextlib.redirect_stdout(self.said), contextlib.redirect_stderr(self.said):
                try:
                    return self._packed([number, "", "returned", *self.operations[operation](*operands)])
                except KeyboardInterrupt as error:
                    return self._packed([number, "", "interrupted", self._where(error)])
                except Closed:
                    raise
                except BaseException as error:
                    return self._packed([number, "", "raised", *self._describe(error)])
        except Closed:
            raise
        except KeyboardInterrupt:  # it came in the last moment, between the student's code and the answer
            return self._packed([number, "", "interrupted", ""])
        except BaseException as error:  # an error that fails to describe itself
            return self._packed([number, "", "raised", "RuntimeError", (type(error).__name__,), {}, ""])

    def _packed(self, message: list) -> bytes:
        message[1] = self.said.take()
        try:
            return pack(message, self._outgoing, self.channel.largest)
        except Unsendable as error:
            if message[2] == "returned":  # too large or too deep to travel: it stays here
                return pack([*message[:3], self._outgoing(message[3]), None], self._outgoing)
            return pack([*message[:2], "raised", "ValueError", (str(error),), {}, ""])

    # --- operations --------------------------------------------------------------------------------------------------

    def _get(self, names: list[str]) -> list:
        return [{name: self._sendable(self.namespace[name]) for name in names if name in self.namespace}, None]

    def _put(self, values: dict[str, Any], places: dict[str, str]) -> list:
        """Bind names to values, and to what can be imported from places, "module" or "module:name"."""
        self.namespace.update(values)
        for name, place in places.items():
            with contextlib.suppress(ImportError, AttributeError):
                self.namespace[name] = find(place)
        return [None, None]

    def _drop(self, names: list[str]) -> list:
        for name in names:
            self.namespace.pop(name, None)
        return [None, None]

    def _builtin(self, name: str, function: Callable | None) -> list:
        """A function of the judge's in the place of a built-in one; None puts the built-in one back."""
        setattr(builtins, name, function or self.builtins[name])
        return [None, None]

    def _call(self, function: Callable, args: tuple, kwargs: dict) -> list:
        """The function's value, and the arguments anew if it has changed them."""
        before = pack((args, kwargs), self._outgoing)
        value = function(*args, **kwargs)
        if isinstance(function, type) and type(value).__module__ != "builtins":
            value = self._outgoing(value)  # who calls a class wants the object, also of a class that extends list
        return [value, (args, kwargs) if pack((args, kwargs), self._outgoing) != before else None]

    def _apply(self, dotted: str, args: tuple, kwargs: dict) -> list:
        return [find(dotted)(*args, **kwargs), None]

    # --- handles -----------------------------------------------------------------------------------------------------

    def _sendable(self, value: Any) -> Any:
        """The value, or a handle to it where it is too large or too deep to be sent."""
        try:
            pack(value, self._outgoing, self.channel.largest // 2)
        except Unsendable:
            return self._outgoing(value)
        return value

    def _outgoing(self, thing: Any) -> Handle:
        if id(thing) in self.borrowed:
            return self.borrowed[id(thing)]
        kind = type(thing)
        lineage = ()
        if isinstance(thing, type) and issubclass(thing, BaseException):
            lineage = tuple(
                (0 if a.__module__ == "builtins" else self._number(a), a.__name__) for a in _ancestors(thing)
            )
        specials = sum(1 << i for i, name in enumerate(SPECIALS) if _knows(kind, f"__{name}__"))
        name = getattr(thing, "__name__", "") if isinstance(thing, type) or callable(thing) else ""
        return Ref(self._number(thing), kind.__name__, name if type(name) is str else "", specials, lineage)

    def _number(self, thing: Any) -> int:
        number = self.ids.setdefault(id(thing), len(self.ids) + 1)
        self.things[number] = thing
        return number

    def _incoming(self, handle: Handle) -> Any:
        if isinstance(handle, Ref):
            return self.things[handle.id]
        if isinstance(handle, Place):
            return find(handle.name)

        def borrowed(*args: Any, **kwargs: Any) -> Any:
            return self._call_back(handle, args, kwargs)

        borrowed.__name__ = borrowed.__qualname__ = handle.name or "function"
        self.borrowed[id(borrowed)] = handle
        self.things[-len(self.borrowed)] = borrowed  # kept, so that its id() stays its own
        return borrowed

    def _call_back(self, handle: Callback, args: tuple, kwargs: dict) -> Any:
        """Call a function of the judge's; it may ask for something itself before it answers."""
        self.channel.send([0, self.said.take(), "callback", handle.id, args, kwargs])
        while True:
            message = self.channel.receive()
            if message[1] == "returned":
                return message[2]
            if message[1] == "raised":
                raise getattr(builtins, message[2], RuntimeError)(*message[3])
            self._answer(message)

    # --- errors ------------------------------------------------------------------------------------------------------

    def _describe(self, error: BaseException) -> tuple[Any, tuple, dict, str]:
        """Class, arguments, attributes and the student's part of the traceback."""
        kind = type(error)
        attributes = {name: self._sendable(value) for name, value in getattr(error, "__dict__", {}).items()}
        args = tuple(self._sendable(arg) for arg in error.args)
        return (kind.__name__ if kind.__module__ == "builtins" else kind), args, attributes, self._where(error)

    def _where(self, error: BaseException) -> str:
        """The traceback as text, from the student's first frame on."""
        frames = list(traceback.walk_tb(error.__traceback__))
        own = [i for i, (frame, _) in enumerate(frames) if frame.f_globals is self.namespace]
        if not own:
            return ""
        trace = error.__traceback__
        for _ in range(own[0]):
            trace = trace.tb_next if trace else None
        linecache.checkcache()
        with contextlib.suppress(Exception):  # the text of an error is the student's code, too
            return "".join(traceback.format_exception(type(error), error, trace, chain=False))[-TRACEBACK:]
        return f"{type(error).__name__}\n"


def _knows(kind: type, method: str) -> bool:
    """Whether objects of a type have a special method; the type's own type does not matter."""
    return any(vars(k)[method] is not None for k in kind.__mro__ if method in vars(k))


def find(place: str) -> Any:
    """What "package.module" or "package.module:name" stands for."""
    module, _, name = place.partition(":")
    found = importlib.import_module(module)
    return getattr(found, name) if name else found


def parameters(function: Callable) -> list[tuple]:
    """A function's signature as plain data: (name, kind, has a default, the default) of each parameter."""
    return [
        (p.name, p.kind.value, p.default is not p.empty, None if p.default is p.empty else p.default)
        for p in inspect.signature(function).parameters.values()
    ]


def randomness() -> tuple:
    """The state of the generators that all code of a process shares."""
    return random.getstate(), np.random.get_state()  # noqa: NPY002


def set_randomness(state: tuple) -> None:
    random.setstate(state[0])
    np.random.set_state(state[1])  # noqa: NPY002


def enter(manager: Any) -> Any:
    return type(manager).__enter__(manager)


def leave(manager: Any, kind: str, message: str) -> Any:
    """`manager.__exit__` after the judge's block has ended, with an exception of that name if there is one."""
    if not kind:
        return type(manager).__exit__(manager, None, None, None)
    error = getattr(builtins, kind, RuntimeError)(message)
    return type(manager).__exit__(manager, type(error), error, None)


def _ancestors(kind: type) -> Iterator[type]:
    """A class of exceptions and its ancestors, up to the first that Python itself has."""
    for ancestor in kind.__mro__:
        if issubclass(ancestor, BaseException):
            yield ancestor
            if ancestor.__module__ == "builtins":
                return


class _Prints(io.TextIOBase):
    """Keeps what is printed, up to a bound."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.left = PRINTED

    def write(self, text: str) -> int:
        if self.left > 0:
            self.parts.append(text[: self.left])
            self.left -= len(text)
            if self.left <= 0:
                self.parts.append("\n(the rest of what was printed is left out)\n")
        return len(text)

    def take(self) -> str:
        text = "".join(self.parts)
        self.parts.clear()
        return text


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """SIGINT raises KeyboardInterrupt inside, and only inside."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
