"""The wire: what is plain data comes through as it was; whatever else comes is refused in time and in little memory."""

import contextlib
import math
import socket
import struct
import threading
import time
import tracemalloc
from collections import Counter, OrderedDict, namedtuple
from enum import IntEnum

import msgpack
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grading.engine import wire
from grading.engine.wire import Callback, Channel, Closed, Malformed, Ref, TimedOut, Unsendable, pack, unpack


def same(a, b):
    """Whether two values are of one type and equal to the last bit."""
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, np.generic):
        return a.dtype == b.dtype and a.tobytes() == b.tobytes()
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return len(a) == len(b) and all(same(list(x), list(y)) for x, y in zip(a.items(), b.items(), strict=True))
    if isinstance(a, float):
        return struct.pack("d", a) == struct.pack("d", b)
    if isinstance(a, complex):
        return same([a.real, a.imag], [b.real, b.imag])
    return a == b


keys = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.frozensets(inner, max_size=3),
    max_leaves=5,
)
arrays = hnp.arrays(
    st.one_of(
        hnp.boolean_dtypes(),
        hnp.integer_dtypes(endianness="?"),
        hnp.floating_dtypes(endianness="?"),
        hnp.complex_number_dtypes(endianness="?"),
        hnp.byte_string_dtypes(),
        hnp.unicode_string_dtypes(),
    ),
    hnp.array_shapes(min_dims=0, min_side=0, max_side=4),
)
plain_data = st.recursive(
    keys | st.floats() | st.complex_numbers() | arrays | st.builds(slice, st.none() | st.integers()) | st.just(...),
    lambda inner: (
        st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(keys, inner) | st.sets(keys, max_size=3)
    ),
    max_leaves=20,
)


@given(plain_data)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_plain_data_comes_through_to_the_last_bit(value):
    assert same(unpack(pack(value)), value)


@pytest.mark.parametrize(
    "value",
    [
        -0.0,
        struct.unpack("d", bytes.fromhex("0102030405f6ff7f"))[0],
        2**64,
        -(2**63) - 1,
        10**1000,
        np.float64(-0.0),
        np.bool_(True),
        np.str_("ä"),
        np.array(3.5),
        np.zeros((0, 3)),
        np.arange(12).reshape(3, 4)[::2, ::-1],
        np.array([np.nan, np.inf]).view("u8") + 5,
        np.array(["", "ü"]),
        "\ud800",
        range(3, 9, 2),
        {(1, frozenset({2})): {3}},
    ],
)
def test_plain_data_at_the_edges(value):
    assert same(unpack(pack(value)), value)


def test_order_of_memory_is_kept_and_arrays_can_be_written():
    came = unpack(pack(np.asfortranarray(np.ones((3, 4)))))
    assert came.flags.f_contiguous and not came.flags.c_contiguous
    came[0] = 5
    assert came.flags.owndata or came.base.flags.owndata


class Colour(IntEnum):
    RED = 3


class Loud(str):
    def __str__(self):
        raise AssertionError("the subclass has run")

    __repr__ = __iter__ = __len__ = __hash__ = __eq__ = __str__


class LoudList(list):
    def __iter__(self):
        raise AssertionError("the subclass has run")

    __len__ = __getitem__ = __iter__


class Always(np.ndarray):
    def __eq__(self, other):
        return True

    def tobytes(self, order="C"):
        raise AssertionError("the subclass has run")


@pytest.mark.parametrize(
    ("value", "base"),
    [
        (Colour.RED, 3),
        (Loud("a"), "a"),
        (LoudList([1, Loud("b")]), [1, "b"]),
        (OrderedDict(a=1), {"a": 1}),
        (Counter("aab"), {"a": 2, "b": 1}),
        (namedtuple("P", "x y")(1, 2), (1, 2)),
        (np.arange(3).view(Always), np.arange(3)),
        (np.array([[1, 2]]).view(np.matrix), np.array([[1, 2]])),
        (type("F", (float,), {"__float__": lambda self: 7.0})(2.5), 2.5),
        (type("I", (int,), {"__int__": lambda self: 7})(2), 2),
        (type("B", (bytes,), {"__bytes__": lambda self: b"x"})(b"y"), b"y"),
        (type("C", (complex,), {"real": 7.0})(1 + 2j), 1 + 2j),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_subclass_becomes_its_base_and_has_no_say(value, base):
    came = unpack(pack(value))
    assert type(came) is type(base) and same(came, base)


def cyclic():
    a = []
    a.append(a)
    return a


@pytest.mark.parametrize(
    "value",
    [
        object(),
        len,
        Exception("x"),
        (x for x in "ab"),
        iter([1]),
        memoryview(b"a"),
        np.array([object()]),
        np.array([None, "a"]),
        np.zeros(2, "i4,f4"),
        np.datetime64("2024-01-01"),
        np.random,
        {object(): 1},
        {1, object()} - {1},
        cyclic(),
        range(10**12),
        1 << 8 * wire.LONGEST_INT,
        np.broadcast_to(1.0, (10**5, 10**5)),
        {"a": [1, (2, object())]},
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_plain_data_is_not_sent(value):
    with pytest.raises(Unsendable):
        pack(value)


def test_handles_take_the_place_of_things():
    thing, function = object(), lambda: 1
    handles = {id(thing): Ref(7, "object", "", 3, ((1, "Low"), (0, "ValueError"))), id(function): Callback(3, "f")}
    raw = pack([thing, {"f": function}], lambda x: handles[id(x)])
    assert unpack(raw) == [handles[id(thing)], {"f": handles[id(function)]}]
    back = unpack(raw, lambda handle: thing if isinstance(handle, Ref) else function)
    assert back[0] is thing and back[1]["f"] is function


# --- a hostile sender ------------------------------------------------------------------------------------------------


def raw(value):
    return msgpack.packb(value, unicode_errors="surrogatepass")


MILLION = [1] * 10**6
TWINS = [{"tuple": [-1 - (i >> bit & 1) for bit in range(10)]} for i in range(2**10)]  # hash(-1) == hash(-2)

FORGED = {
    "nothing": b"",
    "half a message": raw([1, 2, 3])[:-1],
    "two messages": raw(1) + raw(2),
    "a map of two kinds": raw({"tuple": [], "set": []}),
    "an empty map": raw({}),
    "an unknown kind": raw({"object": []}),
    "a key that is no text": raw({1: []}),
    "an extension": raw(msgpack.ExtType(5, b"abc")),
    "a time": raw(msgpack.Timestamp(1, 2)),
    "object dtype": raw({"array": ["|O", [1], "C", b"\0" * 8]}),
    "object dtype by name": raw({"array": ["O", [1], "C", b"\0" * 8]}),
    "structured dtype": raw({"array": ["<i4,<f4", [1], "C", b"\0" * 8]}),
    "subarray dtype": raw({"array": ["(1000000000,)<f8", [0], "C", b""]}),
    "void": raw({"array": ["|V8", [1], "C", b"\0" * 8]}),
    "dates": raw({"array": ["<M8[s]", [1], "C", b"\0" * 8]}),
    "letters of no length": raw({"array": ["<U0", [2**40], "C", b""]}),
    "too few bytes": raw({"array": ["<f8", [2], "C", b"\0" * 8]}),
    "too many bytes": raw({"array": ["<f8", [1], "C", b"\0" * 16]}),
    "negative shape": raw({"array": ["<f8", [-1, -1], "C", b"\0" * 8]}),
    "shape with truth": raw({"array": ["<f8", [True], "C", b"\0" * 8]}),
    "shape with float": raw({"array": ["<f8", [1.0], "C", b"\0" * 8]}),
    "shape with an array": raw({"array": ["<f8", [{"array": ["<i8", [], "C", b"\0" * 8]}], "C", b"\0" * 8]}),
    "empty and enormous": raw({"array": ["<f8", [0, 2**62], "C", b""]}),
    "empty, wide once summed": raw({"array": ["<f8", [0, 2**31], "C", b""]}),
    "70 axes": raw({"array": ["<f8", [1] * 70, "C", b"\0" * 8]}),
    "no order": raw({"array": ["<f8", [1], "K", b"\0" * 8]}),
    "data as text": raw({"array": ["<f8", [1], "C", "\0" * 8]}),
    "a True of 2": raw({"array": ["|b1", [1], "C", b"\2"]}),
    "no character": raw({"array": ["<U1", [1], "C", b"\xff\xff\xff\x7f"]}),
    "a scalar with a shape": raw({"scalar": ["<f8", [1], "C", b"\0" * 8]}),
    "a long integer": raw({"int": b"\1" * (wire.LONGEST_INT + 1)}),
    "an integer as text": raw({"int": "12"}),
    "a complex of text": raw({"complex": ["1", "2"]}),
    "a complex of three": raw({"complex": [1.0, 2.0, 3.0]}),
    "a tuple of text": raw({"tuple": "abc"}),
    "half a pair": raw({"dict": [1, 2, 3]}),
    "a list as key": raw({"dict": [[1], 2]}),
    "an array in a set": raw({"set": [{"array": ["<f8", [1], "C", b"\0" * 8]}]}),
    "a thing as key": raw({"dict": [{"ref": [1, "x", "", 0, {"tuple": []}]}, 2]}),
    "a thing in a key": raw({"set": [{"tuple": [{"ref": [1, "x", "", 0, {"tuple": []}]}]}]}),
    "keys of one hash": raw({"dict": [x for twin in TWINS for x in (twin, 1)]}),
    "a set of one hash": raw({"set": TWINS}),
    "an endless range": raw({"range": [0, 2**62, 1]}),
    "a range of no step": raw({"range": [0, 1, 0]}),
    "a range of floats": raw({"range": [0.0, 1.0, 1.0]}),
    "a slice of two": raw({"slice": [1, 2]}),
    "a handle without a number": raw({"ref": ["1", "x", "", 0, {"tuple": []}]}),
    "a handle that is short": raw({"ref": [1]}),
    "a lineage without end": raw({"ref": [1, "x", "", 0, {"tuple": [{"tuple": [1, "y"]}] * 101}]}),
    "a callback by name": raw({"call": ["f", "f"]}),
    "100,000 deep": b"\x91" * 100_000 + b"\xc0",
    "1,000 deep": b"\x91" * 2_000 + b"\xc0",
    "a list that says it has 2^32 items": b"\xdd\xff\xff\xff\xff",
    "lists that say it, nested": b"\xdd\x00\x3f\xff\xff" * 1000,
    "bytes that say they are 2^32": b"\xc6\xff\xff\xff\xff",
    "a map that says it has 2^32 items": b"\xdf\xff\xff\xff\xff",
    "millions of empty lists": b"\xdd" + struct.pack(">I", 2**21) + b"\x90" * 2**21,
    "five million things": raw([MILLION] * 5),
    "bad text": b"\xa2\xff\xfe",
    "the byte that means nothing": b"\xc1",
}


@pytest.mark.parametrize("message", FORGED.values(), ids=FORGED)
def test_a_forged_message_is_malformed_and_nothing_else(message):
    tracemalloc.start()
    try:
        with pytest.raises(Malformed):
            unpack(message)
        assert tracemalloc.get_traced_memory()[1] < wire.LARGEST
    finally:
        tracemalloc.stop()


@given(st.binary(max_size=200))
@settings(max_examples=500)
def test_random_bytes_are_data_or_malformed(message):
    with contextlib.suppress(Malformed, Unsendable):
        pack(unpack(message))


@given(plain_data, st.data())
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_message_is_data_or_malformed(value, data):
    message = bytearray(pack(value))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(message) - 1))
        change = data.draw(st.sampled_from(["set", "cut", "double"]))
        if change == "set":
            message[at] = data.draw(st.integers(0, 255))
        elif change == "cut" and len(message) > 1:
            del message[at]
        else:
            message[at:at] = message[: data.draw(st.integers(1, 20))]
    with contextlib.suppress(Malformed):
        unpack(bytes(message))


def test_many_honest_keys_are_welcome():
    grid = {(x, y): x * y for x in range(-50, 50) for y in range(-50, 50)}
    assert unpack(pack(grid)) == grid
    assert unpack(pack(set(range(10**5)))) == set(range(10**5))


# --- the channel -----------------------------------------------------------------------------------------------------


@pytest.fixture
def ends():
    a, b = socket.socketpair()
    with a, b:
        yield a, b


def test_messages_keep_their_order_and_their_size(ends):
    a, b = map(Channel, ends)
    large = np.arange(300_000.0)
    sender = threading.Thread(target=lambda: [a.send(m) for m in ([1], large, "x")])
    sender.start()
    assert b.receive(5) == [1]
    assert same(b.receive(5), large)
    assert b.receive(5) == "x"
    sender.join()


def test_a_message_that_says_it_is_enormous_is_refused_before_a_byte_is_kept(ends):
    ends[0].sendall(struct.pack(">Q", 2**60))
    with pytest.raises(Malformed, match="1,152,921,504,606,846,976 bytes; 268,435,456 are allowed"):
        Channel(ends[1]).receive(5)


def test_a_message_beyond_the_bound_is_not_sent(ends):
    with pytest.raises(Unsendable, match="too large"):
        Channel(ends[0], largest=1000).send(np.zeros(1000))
    with pytest.raises(Unsendable, match="too many"):
        Channel(ends[0], largest=1000).send("x" * 1001)
    with pytest.raises(TimedOut):
        Channel(ends[1]).receive(0.01)


def test_silence_and_a_drip_of_bytes_end_at_the_deadline(ends):
    with pytest.raises(TimedOut):
        Channel(ends[1]).receive(0.05)
    stop = threading.Event()

    def drip():
        ends[0].sendall(struct.pack(">Q", 1000))
        while not stop.wait(0.01):
            ends[0].sendall(b"\x90")

    dripping = threading.Thread(target=drip)
    dripping.start()
    start = time.monotonic()
    try:
        with pytest.raises(TimedOut):
            Channel(ends[1]).receive(0.3)
    finally:
        stop.set()
        dripping.join()
    assert time.monotonic() - start < 9, "a thousand bytes at this pace are ten seconds"


def test_a_reader_that_does_not_read_ends_at_the_deadline(ends):
    with pytest.raises(TimedOut):
        Channel(ends[0]).send(np.zeros(10**6), timeout=0.05)


@pytest.mark.parametrize("sent", [b"", b"\0\0", struct.pack(">Q", 10) + b"\x90"])
def test_an_end_in_the_middle_is_closed(ends, sent):
    ends[0].sendall(sent)
    ends[0].close()
    with pytest.raises(Closed):
        Channel(ends[1]).receive(5)
    with pytest.raises(Closed):
        for _ in range(2):  # the first may still fit into the system's buffer
            Channel(ends[1]).send(np.zeros(10**6), timeout=5)


def test_a_nan_keeps_its_payload():
    quiet = struct.unpack("d", bytes.fromhex("010000000000f87f"))[0]
    assert math.isnan(quiet) and same(unpack(pack([quiet])), [quiet])


@pytest.mark.parametrize("name", ["PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"])
def test_random_generator_goes_on_where_it_was(name):
    rng = np.random.Generator(getattr(np.random, name)(3))
    rng.normal(size=7)
    twin = unpack(pack(rng))
    assert type(twin) is np.random.Generator
    np.testing.assert_array_equal(twin.normal(size=5), rng.normal(size=5))


@pytest.mark.parametrize(
    "content", [["PCG64", {}], ["PCG64", 3], ["exit", {}], [[], {}], ["MT19937", {"state": "x"}], []]
)
def test_forged_random_generator_is_refused(content):
    with pytest.raises(Malformed):
        unpack(msgpack.packb({"generator": content}))
