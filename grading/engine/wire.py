"""Plain data over a socket, between two processes of which one does not trust the other.

A message is a length and a msgpack text.  Numbers, text and lists are msgpack's own; every other kind of data is a map with
one key that names the kind.  There is no pickle: a receiver builds nothing but exact built-in types and NumPy arrays.  What is
no plain data stays where it is; a handle travels in its place: a `Ref` to a thing of the child, a `Callback` to a function of
the judge, a `Place` where both find the same function of Python's or NumPy's.
"""

from __future__ import annotations

import math
import re
import socket
import struct
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgpack
import numpy as np

MiB = 2**20
LARGEST = 256 * MiB  # of a message, in bytes
DEEPEST = 100  # lists inside lists
MOST = 2**22  # items in all lists of one message
LONGEST_INT = 2**16  # bytes of one integer
LONGEST_RANGE = 10**7  # a range is short on the wire and long once somebody makes a list of it
MOST_ALIKE = 100  # keys of one dict that share a hash: a table of such keys takes quadratic time to build


class Closed(Exception):
    """The other side is gone."""


class TimedOut(Exception):
    """The other side did not answer in time."""


class Malformed(Exception):
    """What came is no message."""


class Unsendable(TypeError):
    """A value that is too large, too deep or of no kind that can be sent."""


@dataclass(frozen=True)
class Ref:
    """A thing that stays in the child.

    id        by which the child finds it        type  the name of its type        name  its own, if it has one
    specials  which operations its type knows, as bits in the order of proxy.SPECIALS
    lineage   for a class of exceptions: (id, name) of it and its student-made ancestors, and last the built-in one
    """

    id: int
    type: str = ""
    name: str = ""
    specials: int = 0
    lineage: tuple = ()


@dataclass(frozen=True)
class Callback:
    """A function that stays in the judge."""

    id: int
    name: str = ""


@dataclass(frozen=True)
class Place:
    """What both sides can import, as "module:name"; from the judge to the child only."""

    name: str


Handle = Ref | Callback | Place


# --- values ----------------------------------------------------------------------------------------------------------


def refuse(thing: Any) -> Handle:
    raise Unsendable(f"a {type(thing).__name__} cannot be sent: only plain data, arrays and functions can")


def pack(value: Any, outgoing: Callable[[Any], Handle] = refuse, largest: int = LARGEST) -> bytes:
    """A value as bytes.

    outgoing  gives the handle for what is no plain data
    Raises  Unsendable.
    """
    try:
        raw: Any = msgpack.packb(_encode(value, outgoing, largest, DEEPEST), unicode_errors="surrogatepass")
    except (ValueError, OverflowError, RecursionError, MemoryError) as error:
        raise Unsendable(str(error)) from None
    if len(raw) > largest:
        raise Unsendable(f"{len(raw):,} bytes are too many; {largest:,} can be sent")
    return raw


_AS_IT_IS = frozenset((float, str, bool, bytes, type(None)))


def _encode(value: Any, outgoing: Callable, largest: int, depth: int) -> Any:
    """The value in msgpack's terms.  Looks at true types alone and takes the base type's view of a subclass."""
    kind = type(value)
    if kind in _AS_IT_IS:
        return value
    if kind is int and -(2**63) <= value < 2**64:
        return value
    if depth == 0:
        raise Unsendable(f"nested more than {DEEPEST} deep")

    def inner(values: Any) -> list:
        return [x if type(x) in _AS_IT_IS else _encode(x, outgoing, largest, depth - 1) for x in values]

    if kind is list:
        return inner(value)
    if kind is Ref:
        return {"ref": inner([value.id, value.type, value.name, value.specials, value.lineage])}
    if kind is Callback:
        return {"call": [value.id, value.name]}
    if kind is Place:
        return {"place": value.name}
    if issubclass(kind, (np.ndarray, np.generic)) and (array := np.asarray(value)).dtype.kind in "biufcSU":
        if array.nbytes > largest:
            raise Unsendable(f"an array of {array.nbytes:,} bytes is too large; {largest:,} can be sent")
        if array.dtype.itemsize == 0:
            array = array.astype(array.dtype.kind + "1")
        order = "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"
        tag = "array" if issubclass(kind, np.ndarray) else "scalar"
        return {tag: [array.dtype.str, list(array.shape), order, array.tobytes(order)]}
    if issubclass(kind, int):
        plain = int.__int__(value)
        size = plain.bit_length() // 8 + 1
        if size > LONGEST_INT:
            raise Unsendable(f"an integer of {size:,} bytes is too long")
        return plain if -(2**63) <= plain < 2**64 else {"int": plain.to_bytes(size, "big", signed=True)}
    if issubclass(kind, float):
        return float.__float__(value)
    if issubclass(kind, complex):
        return {"complex": [complex.real.__get__(value), complex.imag.__get__(value)]}  # pyright: ignore[reportAttributeAccessIssue]
    if issubclass(kind, str):
        return str.__str__(value)
    if issubclass(kind, bytes):
        return bytes.__getitem__(value, slice(None))
    if issubclass(kind, list):
        return inner(list.__iter__(value))
    if issubclass(kind, tuple):
        return {"tuple": inner(tuple.__iter__(value))}
    if issubclass(kind, dict) and all(map(_is_key, dict.keys(value))):
        return {"dict": inner(part for item in dict.items(value) for part in item)}
    if issubclass(kind, (set, frozenset)) and all(map(_is_key, items := list(frozenset(value)))):
        return {"set" if issubclass(kind, set) else "frozenset": inner(items)}
    if kind is slice:
        return {"slice": inner([value.start, value.stop, value.step])}
    if kind is range and (value[:LONGEST_RANGE] == value):
        return {"range": inner([value.start, value.stop, value.step])}
    if kind is np.random.Generator and (bits := value.bit_generator) and type(bits).__name__ in _GENERATORS:
        return {"generator": inner([type(bits).__name__, bits.state])}
    if value is ...:
        return {"ellipsis": 0}
    return _encode(outgoing(value), outgoing, largest, depth)


_GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")  # NumPy's own
_KEYS = (int, float, complex, str, bytes, type(None), np.bool_, np.number)


def _is_key(key: Any) -> bool:
    """Whether a value may be a key: its hash must be a built-in one, so that no foreign code runs when a dict is built."""
    if issubclass(type(key), (tuple, frozenset)):
        return all(map(_is_key, key))
    return issubclass(type(key), _KEYS)


def unpack(raw: Any, incoming: Callable[[Handle], Any] = lambda handle: handle) -> Any:
    """The value that `raw` stands for.

    incoming  gives what stands here for a handle
    Raises  Malformed, whatever the bytes are.
    """
    left = MOST

    def count(items: list) -> list:
        nonlocal left
        left -= len(items) + 4
        if left < 0:
            raise Malformed(f"more than {MOST:,} items")
        return items

    def decode(tagged: dict) -> Any:
        count([])
        ((tag, content),) = tagged.items()
        if tag in ("ref", "call", "place"):
            return incoming(_handle(tag, content))
        return _DECODERS[tag](content)

    try:
        return msgpack.unpackb(
            raw,
            object_hook=decode,
            list_hook=count,
            ext_hook=_no_extension,
            max_array_len=MOST,
            max_map_len=1,
            max_ext_len=0,
            unicode_errors="surrogatepass",
        )
    except Malformed:
        raise
    except Exception as error:  # whatever goes wrong here is the sender's doing
        raise Malformed(f"{type(error).__name__}: {error}"[:200]) from None


def _no_extension(code: int, data: bytes) -> Any:
    raise Malformed("an extension type")


def _exactly(kind: type, *values: Any) -> None:
    for value in values:
        if type(value) is not kind:
            raise Malformed(f"{type(value).__name__} where {kind.__name__} is wanted")


def _want(fits: bool, what: str) -> None:
    if not fits:
        raise Malformed(f"{what} that is none")


def _handle(tag: str, content: Any) -> Handle:
    if tag == "place":
        _exactly(str, content)
        return Place(content)
    if tag == "call":
        id, name = content
        _exactly(int, id)
        _exactly(str, name)
        return Callback(id, name[:100])
    id, kind, name, specials, lineage = content
    _exactly(int, id, specials)
    _exactly(str, kind, name)
    _exactly(tuple, lineage)
    _want(len(lineage) <= DEEPEST, "a lineage")
    for ancestor, its_name in lineage:
        _exactly(int, ancestor)
        _exactly(str, its_name)
    return Ref(id, kind[:100], name[:100], specials, lineage)


_DTYPE = re.compile(r"[<>|](b1|[iu][1248]|f(2|4|8|12|16)|c(8|16|24|32)|[SU][1-9]\d{0,8})")


def _array(content: Any) -> np.ndarray:
    dtype, shape, order, data = content
    _exactly(str, dtype, order)
    _exactly(bytes, data)
    _exactly(int, *shape)
    _want(_DTYPE.fullmatch(dtype) is not None and order in ("C", "F"), "an array")
    _want(min(shape, default=0) >= 0 and math.prod(n or 1 for n in shape) <= LARGEST, "a shape")
    kind = np.dtype(dtype)
    _want(math.prod(shape) * kind.itemsize == len(data), "an array")
    array = np.frombuffer(data, kind).reshape(shape, order=order).copy(order)
    # NumPy believes what memory says: a True of 2, or a character beyond the last one, would confuse it
    if kind.kind == "b":
        _want(not data or max(data) <= 1, "a truth value")
    if kind.kind == "U":
        _want(not data or np.frombuffer(data, kind.byteorder + "u4").max() <= 0x10FFFF, "a character")
    return array


def _scalar(content: Any) -> Any:
    array = _array(content)
    _want(array.shape == (), "a scalar")
    return array[()]


def _int(content: Any) -> int:
    _exactly(bytes, content)
    _want(len(content) <= LONGEST_INT, "an integer")
    return int.from_bytes(content, "big", signed=True)


def _complex(content: Any) -> complex:
    _exactly(float, *content)
    return complex(*content)


def _tuple(content: Any) -> tuple:
    _exactly(list, content)
    return tuple(content)


def _keys(keys: Any) -> list:
    _exactly(list, keys)
    _want(all(map(_is_key, keys)), "a key")
    if len(keys) > MOST_ALIKE and max(Counter(map(hash, keys)).values()) > MOST_ALIKE:
        raise Malformed("too many keys of one hash")
    return keys


def _dict(content: Any) -> dict:
    _exactly(list, content)
    return dict(zip(_keys(content[::2]), content[1::2], strict=True))


def _range(content: Any) -> range:
    _exactly(int, *content)
    made = range(*content)
    _want(made[:LONGEST_RANGE] == made, "a range")
    return made


def _slice(content: Any) -> slice:
    start, stop, step = content
    return slice(start, stop, step)


def _generator(content: Any) -> np.random.Generator:
    name, state = content
    _want(name in _GENERATORS, "a random generator")
    bits = getattr(np.random, name)(0)
    bits.state = state
    return np.random.Generator(bits)


_DECODERS: dict[str, Callable[[Any], Any]] = {
    "array": _array,
    "scalar": _scalar,
    "int": _int,
    "complex": _complex,
    "tuple": _tuple,
    "dict": _dict,
    "set": lambda content: set(_keys(content)),
    "frozenset": lambda content: frozenset(_keys(content)),
    "generator": _generator,
    "range": _range,
    "slice": _slice,
    "ellipsis": lambda content: ...,
}


# --- messages --------------------------------------------------------------------------------------------------------

_LENGTH = struct.Struct(">Q")


class Channel:
    """Messages over a connected stream socket; one thread at a time.

    outgoing, incoming  turn things into handles and handles into things, as in `pack` and `unpack`
    largest             bytes of one message, either way
    """

    def __init__(self, sock: socket.socket, largest: int = LARGEST) -> None:
        self.sock, self.largest = sock, largest
        self.outgoing: Callable[[Any], Handle] = refuse
        self.incoming: Callable[[Handle], Any] = lambda handle: handle

    def send(self, message: Any, timeout: float | None = None) -> None:
        """Raises  Unsendable (nothing was sent), Closed, TimedOut (the connection is of no more use)."""
        self.send_packed(pack(message, self.outgoing, self.largest), timeout)

    def send_packed(self, raw: bytes, timeout: float | None = None) -> None:
        try:
            self.sock.settimeout(timeout)
            self.sock.sendall(_LENGTH.pack(len(raw)) + raw)
        except TimeoutError:
            raise TimedOut("the other side does not read") from None
        except (OSError, ValueError):
            raise Closed("the connection is closed") from None

    def receive(self, timeout: float | None = None) -> Any:
        """The next message, complete within `timeout` seconds however slowly it drips.

        Raises  Closed, TimedOut, Malformed; after the last two the connection is of no more use in the middle of a message.
        """
        until = None if timeout is None else time.monotonic() + timeout
        (length,) = _LENGTH.unpack(self._bytes(_LENGTH.size, until))
        if length > self.largest:
            raise Malformed(f"a message of {length:,} bytes; {self.largest:,} are allowed")
        return unpack(self._bytes(length, until), self.incoming)

    def _bytes(self, wanted: int, until: float | None) -> bytearray:
        buffer = bytearray(wanted)
        view, filled = memoryview(buffer), 0
        while filled < wanted:
            left = None if until is None else until - time.monotonic()
            if left is not None and left <= 0:
                raise TimedOut("no answer in time")
            try:
                self.sock.settimeout(left)
                came = self.sock.recv_into(view[filled:])
            except TimeoutError:
                continue
            except (OSError, ValueError):
                raise Closed("the connection is closed") from None
            if not came:
                raise Closed("the other side closed the connection")
            filled += came
        return buffer

    def close(self) -> None:
        self.sock.close()
