"""In the judge: the other end of the wire.

A `Child` asks the student's process and takes what comes.  Nothing that the child says is believed further than that it is plain data;
all else stays there, and a `Proxy` stands for it here.

An answer that never comes is no exception of the student's: `Stopped` is a KeyboardInterrupt, as a stopped cell of an ordinary
kernel raises, so that neither `except Exception` nor `pytest.raises(Exception)` takes a hung function for a right one.
"""

from __future__ import annotations

import builtins
import math
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import Any
from weakref import WeakValueDictionary

import numpy as np

from grading.engine import agent
from grading.engine.agent import PRINTED
from grading.engine.proxy import OPINIONS, Proxy, child_of, identifier, proxy_type, ref_of
from grading.engine.wire import (
    LARGEST,
    Callback,
    Channel,
    Closed,
    Handle,
    Malformed,
    Place,
    Ref,
    TimedOut,
    Unsendable,
    pack,
    refuse,
)

CALLBACKS = 100_000  # in one call
DEEPEST = 20  # calls inside callbacks inside calls
TYPES = 1000  # of proxies, each with a name of its own


class Stopped(KeyboardInterrupt):
    """The student's code gave no answer."""


class OutOfTime(Stopped):
    """It ran too long and was interrupted."""


class ChildDied(Stopped):
    """Python has ended there, or sends what is no answer."""


class StudentError(Exception):
    """An exception of a kind that Python itself has not."""


class Child:
    """The student's process as the judge sees it.

    channel   the judge's end of the wire
    classes   names of the classes that a student is asked for: objects of no other class may say what they contain, or that
              they are false
    deadline  time.monotonic() until which the child must have answered
    """

    def __init__(self, channel: Channel, classes: Iterable[str] = ()):
        self.channel, self.deadline = channel, math.inf
        self.classes = frozenset(classes)
        channel.outgoing, channel.incoming = self._outgoing, self._incoming
        self.lost = ""  # why there is no child any more
        self._number = self._handed = 0
        self._lent: list[dict[int, Callable]] = []  # functions that the calls under way have handed over
        self._standing: dict[int, Callable] = {}  # functions that stand in the place of the student's, see `watch`
        self._callbacks = 0
        self._proxies: WeakValueDictionary[int, Any] = WeakValueDictionary()
        self._types: dict[tuple[str, int], type[Proxy]] = {}
        self._errors: dict[int, type[BaseException]] = {}
        self._namespace: Mapping[str, Any] = {}
        self._known: dict[str, Any] = {}
        self._builtins: dict[str, Any] = {}
        self._usual: dict[str, Any] = {}
        self._state = b""

    def fetch(self, names: Iterable[str]) -> dict[str, Any]:
        """What the student's names stand for now: plain data as copies, all else as proxies; names that are not bound are absent."""
        wanted = set(names)
        came, _ = self._ask("get", sorted(wanted))
        if type(came) is not dict or not set(came) <= wanted:
            raise self._lose("what came are not the names that were asked for")
        return came

    def put(self, **values: Any) -> None:
        """Bind names in the child: to plain data, the student's own objects, and what can be imported; all else is left out."""
        self._put({n: v for n, v in values.items() if _place(v) or issubclass(type(v), Proxy) or not callable(v)})

    def apply(self, dotted: str, *args: Any, **kwargs: Any) -> Any:
        """The value of the function "package.module:name", called in the child; arguments keep their values here."""
        self._settle()
        return self._ask("apply", dotted, args, kwargs)[0]

    def watch(self, namespace: Mapping[str, Any], names: Iterable[str], randomness: bool = False) -> None:
        """From now on what a test does to these names in its namespace happens in the child as well, before the next call.

        So a test may delete or replace a function that the student's other functions use.  The same holds for `input` and
        `print`, and with `randomness` for the state of `random` and `numpy.random`, which comes back after each call.
        """
        self._namespace, self._standing = namespace, {}
        self._known = {name: namespace.get(name, _ABSENT) for name in names}
        self._builtins = {name: getattr(builtins, name) for name in _PATCHED}
        self._usual = dict(self._builtins)
        self._state = pack(agent.randomness()) if randomness else b""

    def call(self, proxy: Proxy, args: tuple, kwargs: dict) -> Any:
        """The value of a student's function; what it changes in its arguments is changed here."""
        self._settle()
        value, changed = self._ask("call", proxy, args, kwargs)
        if changed is not None:
            _take_over((args, kwargs), changed)
        if self._state:
            self._take_randomness()
        return value

    # --- what a test changes around the student's functions ----------------------------------------------------------

    def _settle(self) -> None:
        """Tell the child what has changed since the last call."""
        changed = {
            name: now for name, known in self._known.items() if (now := self._namespace.get(name, _ABSENT)) is not known
        }
        if changed:
            self._known |= changed
            self._ask("drop", [name for name, value in changed.items() if value is _ABSENT])
            self._put({name: value for name, value in changed.items() if value is not _ABSENT})
        for name, known in self._builtins.items():
            if (now := getattr(builtins, name)) is not known:
                self._builtins[name] = now
                self._ask("builtin", name, None if now is self._usual[name] else now)
        if self._state and (state := pack(agent.randomness())) != self._state:
            self._state = state
            self._ask("apply", "grading.engine.agent:set_randomness", (agent.randomness(),), {})

    def _take_randomness(self) -> None:
        state, _ = self._ask("apply", "grading.engine.agent:randomness", (), {})
        try:
            agent.set_randomness(state)
        except Exception:
            raise self._lose("what came is no state of a random generator") from None
        self._state = pack(agent.randomness())

    def _put(self, values: dict[str, Any]) -> None:
        places = {name: place for name, value in values.items() if (place := _place(value))}
        self._ask("put", {name: v for name, v in values.items() if name not in places and _can_travel(v)}, places)

    # --- asking ------------------------------------------------------------------------------------------------------

    def _ask(self, operation: str, *operands: Any) -> tuple[Any, Any]:
        """What the child answers to one request, and the arguments that it has changed.

        Raises  what the student's code raised, or Stopped.
        """
        if self.lost:
            raise ChildDied(self.lost)
        if len(self._lent) >= DEEPEST:
            raise RecursionError(f"calls and callbacks inside one another, more than {DEEPEST} deep")
        if not self._lent:
            self._callbacks = 0
        # a function that is bound to a name or an attribute stays with the child until the test is over
        stays = operation in ("put", "builtin") or operands[0] in ("builtins:setattr", "operator:setitem")
        self._lent.append(self._standing if stays else {})
        try:
            kind, content = self._exchange([operation, *operands])
            if kind == "returned":
                value, changed = content
                return value, changed
            error = self._error(kind, content)
        except Unsendable:  # nothing was sent
            raise
        except TimedOut:
            error = self._lose("it did not answer in time", OutOfTime)
        except Closed:
            error = self._lose("Python has ended there")
        except (Malformed, ValueError, TypeError) as malformed:
            error = self._lose(f"what came is no answer: {malformed}")
        except BaseException:  # the test itself was stopped, and the answer would come too late
            self._lose("the test was stopped while it waited")
            raise
        finally:
            self._lent.pop()
        raise error

    def _exchange(self, request: list) -> tuple[str, list]:
        """Send one request, serve callbacks, and return the answer's kind and content."""
        self._number = number = self._number + 1
        self.channel.send([number, *request], self._left())
        while True:
            came, said, kind, *content = self.channel.receive(self._left())
            if said:
                print(said[:PRINTED], end="")
            if kind == "callback":
                self._serve(*content)
            elif came == number:
                return kind, content
            else:
                raise Malformed("an answer to another question")

    def _left(self) -> float | None:
        """Seconds until the deadline; one that has passed leaves a moment, for an answer that is already there."""
        return None if self.deadline == math.inf else max(self.deadline - time.monotonic(), 0.001)

    def _lose(self, why: str, kind: type[Stopped] = ChildDied) -> Stopped:
        self.lost = f"the student's code gave no answer: {why}"
        self.channel.close()
        return kind(self.lost)

    # --- callbacks ---------------------------------------------------------------------------------------------------

    def _serve(self, id: int, args: tuple, kwargs: dict) -> None:
        """Call a function of the judge's that was lent to a call under way, and send what it returns."""
        try:
            function = next((lent[id] for lent in (*self._lent, self._standing) if id in lent), None)
            self._callbacks += 1
            if function is None:
                raise RuntimeError("this function was lent for one call only, and the call is over")
            if self._callbacks > CALLBACKS:
                raise RuntimeError(f"called back more than {CALLBACKS:,} times")
            self.channel.send([0, "returned", function(*args, **kwargs)], self._left())
        except (Exception, OutOfTime) as error:  # neither the traceback nor anything else of the judge's goes out
            if isinstance(error, (Closed, TimedOut)):
                raise
            kind = next(k.__name__ for k in type(error).__mro__ if k.__module__ == "builtins")
            self.channel.send([0, "raised", kind, (str(error),)], self._left())

    # --- handles -----------------------------------------------------------------------------------------------------

    def _outgoing(self, thing: Any) -> Handle:
        if issubclass(type(thing), Proxy):
            if child_of(thing) is not self:
                raise Unsendable("an object of a process that has ended")
            return Ref(ref_of(thing).id)
        if id := next((id for id, kind in self._errors.items() if kind is thing), 0):
            return Ref(id)
        place = _place(thing)
        if place and place.partition(":")[0].partition(".")[0] in _COMMON:
            return Place(place)
        if not callable(thing):
            raise Unsendable(
                f"a {type(thing).__name__} cannot be passed to a student's code: only plain data, arrays and functions can"
            )
        self._handed += 1
        self._lent[-1][self._handed] = thing
        return Callback(self._handed, str(getattr(thing, "__name__", "function")))

    def _incoming(self, handle: Handle) -> Any:
        if isinstance(handle, Callback):
            for lent in (*self._lent, self._standing):
                if handle.id in lent:
                    return lent[handle.id]
            raise Malformed("a function that was never lent")
        if isinstance(handle, Place):
            raise Malformed("a place to import from")
        if handle.lineage:
            return self._error_class(handle.lineage)
        proxy = self._proxies.get(handle.id)
        if proxy is None:
            proxy = self._proxies[handle.id] = self._type(handle)(self, handle)
        return proxy

    def _type(self, ref: Ref) -> type[Proxy]:
        """The class of proxies for a student's type: of its name, with the operations that the type knows."""
        key = ref.type, ref.specials & ~(0 if ref.type in self.classes else OPINIONS)
        if key not in self._types and len(self._types) < TYPES:
            self._types[key] = proxy_type(*key)
        return self._types.get(key, Proxy)

    # --- errors ------------------------------------------------------------------------------------------------------

    def _error(self, kind: str, content: list) -> BaseException:
        if kind == "interrupted":
            (text,) = content
            return _with_note(OutOfTime("the student's code ran too long and was interrupted"), text)
        if kind != "raised":
            raise Malformed("an answer of another kind")
        name, args, attributes, text = content
        cls = _built_in(name) if type(name) is str else name
        if not (issubclass(type(cls), type) and issubclass(cls, BaseException)):
            raise Malformed("an error that is none")
        if type(args) is not tuple or type(attributes) is not dict:
            raise Malformed("an error of another form")
        try:
            error = cls(*args)
        except TypeError:
            error = StudentError(f"{cls.__name__}{args}")
        for attribute, value in attributes.items():
            if type(attribute) is str and attribute[:1] != "_" and not hasattr(BaseException, attribute):
                setattr(error, attribute, value)
        return _with_note(error, text)

    def _error_class(self, lineage: tuple) -> type[BaseException]:
        """A class that can be caught, for a student's class of exceptions."""
        kind: type[BaseException] = _built_in(lineage[-1][1])
        for id, name in reversed(lineage[:-1]):
            if id not in self._errors:
                self._errors[id] = type(identifier(name), (kind,), {"__module__": "student"})
            kind = self._errors[id]
        return kind


_ABSENT = object()
_PATCHED = (
    "input",
    "print",
)  # built-in functions that tests replace, to type for the student's function or to listen to it


def _built_in(name: str) -> type[BaseException]:
    """Python's own exception of that name; those that would stop the judge itself become a StudentError."""
    kind = getattr(builtins, name, None)
    if isinstance(kind, type) and issubclass(kind, (Exception, SystemExit)) and kind.__name__ == name:
        return kind
    return StudentError


def _with_note(error: BaseException, text: Any) -> BaseException:
    """The error, with the student's part of the traceback as a note."""
    if text and type(text) is str:
        error.__notes__ = [f"In the student's code:\n{text[:4000]}".rstrip()]  # pyright: ignore[reportAttributeAccessIssue]
    return error


# what both processes have, and nobody has written for this course
_COMMON = sys.stdlib_module_names - {"__main__"} | {"numpy"}


def _place(value: Any) -> str:
    """Where a module, or a function or class of one, can be imported from; "" for all else."""
    if type(value) is ModuleType:
        return value.__name__
    if issubclass(type(value), Proxy) or not callable(value):
        return ""
    module, name = getattr(value, "__module__", None), getattr(value, "__name__", None)
    if type(module) is not str or type(name) is not str or module == "__main__":
        return ""
    return f"{module}:{name}" if getattr(sys.modules.get(module), name, None) is value else ""


def _can_travel(value: Any) -> bool:
    def handle(thing: Any) -> Handle:
        return Callback(0) if callable(thing) or issubclass(type(thing), Proxy) else refuse(thing)

    try:
        pack(value, handle, LARGEST // 2)
    except Unsendable:
        return False
    return True


def _take_over(old: Any, new: Any) -> Any:
    """Give what is mutable in `old` the values that it has in `new`, in place; returns what stands for `new`."""
    if type(old) is not type(new):
        return new
    if type(old) is np.ndarray and old.shape == new.shape and old.dtype == new.dtype and old.flags.writeable:
        old[...] = new
    elif type(old) is np.random.Generator and type(old.bit_generator) is type(new.bit_generator):
        old.bit_generator.state = new.bit_generator.state
    elif type(old) is list:
        old[:] = [*map(_take_over, old, new), *new[len(old) :]]
    elif type(old) is dict:
        merged = {key: _take_over(old[key], value) if key in old else value for key, value in new.items()}
        old.clear()
        old.update(merged)
    elif type(old) is set:
        old.clear()
        old.update(new)
    elif type(old) is tuple and len(old) == len(new):
        for pair in zip(old, new, strict=True):
            _take_over(*pair)
    else:
        return new
    return old
