"""In the judge: what stands for one of the student's objects.

What is done to a `Proxy` is done in the child, and plain data comes back.  It equals nothing of the judge's, takes no part in NumPy's
arithmetic, and shows itself in a cell's output by a text of ours.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import BuiltinFunctionType, CodeType, FunctionType, GeneratorType
from typing import TYPE_CHECKING, Any

import numpy as np

from grading.engine.agent import SPECIALS
from grading.engine.wire import Ref

if TYPE_CHECKING:
    from grading.engine.child import Child


class Proxy:
    # no docstring: __doc__ is the student's
    __slots__ = ("__child", "__ref", "__weakref__")
    __array_ufunc__ = None  # NumPy's functions do not take it

    def __init__(self, child: Child, ref: Ref):
        object.__setattr__(self, "_Proxy__child", child)
        object.__setattr__(self, "_Proxy__ref", ref)

    def __apply__(self, dotted: str, *args: Any) -> Any:
        return child_of(self).apply(dotted, self, *args)

    def __getattr__(self, name: str) -> Any:
        if name == "__signature__":
            return _signature(self.__apply__("grading.engine.agent:parameters"))
        if name.startswith(_NOT_ASKED):
            raise AttributeError(name)
        return self.__apply__("builtins:getattr", name)

    def __setattr__(self, name: str, value: Any) -> None:
        self.__apply__("builtins:setattr", name, value)

    def __delattr__(self, name: str) -> None:
        self.__apply__("builtins:delattr", name)

    __doc__ = property(lambda self: self.__apply__("builtins:getattr", "__doc__"))  # pyright: ignore

    # what compares and what shows: between two of the student's objects the student's code decides, else nothing is asked

    def __eq__(self, other: Any) -> Any:
        if self is other:
            return True
        return self.__apply__("operator:eq", other) if issubclass(type(other), Proxy) else NotImplemented

    def __hash__(self) -> int:
        return self.__apply__("builtins:hash")

    def __repr__(self) -> str:
        return self.__apply__("builtins:repr")

    def __str__(self) -> str:
        return self.__apply__("builtins:str")

    def __format__(self, spec: str) -> str:
        return self.__apply__("builtins:format", spec)

    def __dir__(self) -> list[str]:
        return self.__apply__("builtins:dir")

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(_text(self))

    def __instancecheck__(self, instance: Any) -> bool:
        return issubclass(type(instance), Proxy) and self.__apply_to__("builtins:isinstance", instance)

    def __subclasscheck__(self, subclass: Any) -> bool:
        return issubclass(type(subclass), Proxy) and self.__apply_to__("builtins:issubclass", subclass)

    def __apply_to__(self, dotted: str, first: Any) -> bool:
        return bool(child_of(self).apply(dotted, first, self))

    def __mro_entries__(self, bases: tuple) -> tuple:
        raise TypeError("a test cannot derive a class from a student's class")

    def __array__(self, *args: Any, **kwargs: Any) -> np.ndarray:
        raise TypeError(f"no number, list or array came from the student's code, but a {identifier(ref_of(self).type)}")

    def __copy__(self) -> Any:
        return self.__apply__("copy:copy")

    def __deepcopy__(self, memo: dict) -> Any:
        return self.__apply__("copy:deepcopy")

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError("a student's object cannot be pickled")


_NOT_ASKED = (
    "_repr_",
    "_ipython_",
    "__array",
    "__wrapped__",
    "__cuda",
    "__dlpack",
    "__buffer__",
    "__dataframe__",
    "__get__",
    "__set__",
)


def identifier(name: str) -> str:
    return name if name.isidentifier() else "object"


def child_of(proxy: Proxy) -> Child:
    return object.__getattribute__(proxy, "_Proxy__child")


def ref_of(proxy: Proxy) -> Ref:
    return object.__getattribute__(proxy, "_Proxy__ref")


def _text(proxy: Proxy) -> str:
    """How a proxy is shown: nbgrader takes a number at the end of a cell for points, so the student's own text will not do."""
    ref = ref_of(proxy)
    return f"<the student's {' '.join(filter(str.isidentifier, (ref.type, ref.name)))}>"


def _signature(parameters: list[tuple]) -> inspect.Signature:
    return inspect.Signature(
        [
            inspect.Parameter(name, inspect._ParameterKind(kind), default=default if given else inspect.Parameter.empty)
            for name, kind, given, default in parameters
        ]
    )


def _call(self: Proxy, *args: Any, **kwargs: Any) -> Any:
    __tracebackhide__ = True
    return child_of(self).call(self, args, kwargs)


def _exit(self: Proxy, kind: type | None, error: BaseException | None, trace: Any) -> Any:
    return self.__apply__("grading.engine.agent:leave", kind.__name__ if kind else "", str(error))


def _forward(name: str) -> Callable[..., Any]:
    """A special method that is done in the child: len(x) there for __len__ here, y + x for x.__radd__(y)."""
    module = "builtins" if name in _BUILT_IN else "operator"
    swapped = name[0] == "r" and name[1:] in SPECIALS
    function = f"{module}:{_SAME_AS.get(name[swapped:], name[swapped:])}"

    def method(self: Proxy, *args: Any) -> Any:
        return child_of(self).apply(function, *args, self) if swapped else child_of(self).apply(function, self, *args)

    return method


_BUILT_IN = {
    "len",
    "iter",
    "next",
    "reversed",
    "int",
    "float",
    "complex",
    "round",
    "abs",
    "divmod",
    "rdivmod",
    "pow",
    "rpow",
}
_SAME_AS = {"bool": "truth", "and": "and_", "or": "or_"}
# special methods by which an object would answer a test itself: `assert 3 in answer`
OPINIONS = sum(1 << SPECIALS.index(name) for name in ("contains", "bool"))
_METHODS: dict[str, Callable[..., Any]] = {name: _forward(name) for name in SPECIALS} | {"call": _call, "exit": _exit}
_METHODS["enter"] = lambda self: self.__apply__("grading.engine.agent:enter")

# for `isinstance` and `inspect`; they ask an object for its class, and a proxy may say what it stands for
_LOOKS = {
    "function": FunctionType,
    "generator": GeneratorType,
    "builtin_function_or_method": BuiltinFunctionType,
    "code": CodeType,
    "type": type,
}


def proxy_type(name: str, specials: int) -> type[Proxy]:
    members: dict[str, Any] = {"__doc__": vars(Proxy)["__doc__"]}
    members |= {f"__{s}__": _METHODS[s] for i, s in enumerate(SPECIALS) if specials >> i & 1}
    if looks := _LOOKS.get(name):
        members["__class__"] = property(lambda self: looks)
        members["__repr__"] = _text  # IPython shows what looks like Python's own by its repr
    return type(identifier(name), (Proxy,), {"__slots__": (), "__module__": "student", **members})
