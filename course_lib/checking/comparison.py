"""Compare what came with what was wanted, in tiers: nothing, wrong type, wrong shape, not finite, wrong dtype, wrong values, right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Difference:
    """How an answer differs: the tier's name and one sentence."""

    status: str
    message: str


class NotPlain(TypeError):
    """The answer is no plain data: not a number, array, list, tuple, dict, text or None."""


def plain(value: Any) -> Any:
    """The same data, rebuilt from exact built-in types, so that no subclass can answer `==` in its own favour.

    Raises  NotPlain naming the type that is no plain data.
    """
    if value is None or value is Ellipsis:
        return value
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.array(value, copy=True, subok=False, order="C")
        if array.dtype.kind not in "biufUS":
            raise NotPlain(f"an array of dtype {array.dtype}")
        return array
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, list):
        return [plain(item) for item in list.__iter__(value)]
    if isinstance(value, tuple):
        return tuple(plain(item) for item in tuple.__iter__(value))
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in dict.items(value)}
    raise NotPlain(f"{_a(type(value).__name__)}")


def _a(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def close(got: np.ndarray, want: np.ndarray, rtol: float, atol: float) -> np.ndarray:
    """Elementwise |got - want| <= atol * max|want| + rtol * |want|; equal infinities and NaNs are close."""
    if got.dtype.kind in "US" or want.dtype.kind in "US":
        return np.asarray(got == want)
    finite = np.abs(want[np.isfinite(want)])
    scale = finite.max() if finite.size else 0.0
    return np.isclose(got, want, rtol=rtol, atol=atol * scale, equal_nan=True)


def difference(got: Any, want: Any, rtol: float, atol: float, dtype: bool = False) -> Difference | None:
    """None where `got` is right, else the first tier in which it differs from `want`.  Both are plain data.

    dtype  whether float32 in place of float64 (or the reverse) counts as a difference
    """
    if got is None:
        return Difference("nothing", "nothing came back: is a return missing?")
    if isinstance(want, (list, tuple)):
        return _difference_of_sequences(got, want, rtol, atol, dtype)
    if isinstance(got, (list, tuple, dict, str)) and not isinstance(want, str):
        return Difference("wrong_type", f"{_a(type(got).__name__)} came back where {_noun(want)} was wanted")
    g, w = np.asarray(got), np.asarray(want)
    if (g.dtype.kind in "US") != (w.dtype.kind in "US"):
        return Difference("wrong_type", f"{_noun(got)} came back where {_noun(want)} was wanted")
    if g.shape != w.shape:
        return Difference("wrong_shape", f"shape {_shape(g)} came back, wanted {_shape(w)}")
    if g.dtype.kind == "f" and np.isfinite(w).all() and not np.isfinite(g).all():
        bad = np.argwhere(~np.isfinite(g))
        return Difference("not_finite", f"{len(bad)} of {g.size} values are nan or infinite{_first(bad[0])}")
    if dtype and g.dtype != w.dtype:
        return Difference("wrong_dtype", f"dtype {g.dtype} came back, wanted {w.dtype}, the dtype of the input")
    ok = close(g, w, rtol, atol)
    return None if ok.all() else Difference("wrong_values", _say_wrong(g, w, ok))


def _difference_of_sequences(got, want, rtol, atol, dtype) -> Difference | None:
    if not isinstance(got, (list, tuple)):
        return Difference("wrong_type", f"{_noun(got)} came back where a list of {len(want)} was wanted")
    if len(got) != len(want):
        return Difference("wrong_shape", f"{len(got)} values came back, wanted {len(want)}")
    for i, (g, w) in enumerate(zip(got, want, strict=True)):
        if found := difference(g, w, rtol, atol, dtype):
            return Difference(found.status, f"at index [{i}]: {found.message}")
    return None


def _say_wrong(got: np.ndarray, want: np.ndarray, ok: np.ndarray) -> str:
    """How many values are wrong, and which is the worst."""
    if got.ndim == 0:
        return f"you have {_number(got)}, wanted {_number(want)}"
    if got.dtype.kind in "US":
        worst = tuple(int(i) for i in np.argwhere(~ok)[0])
    else:
        with np.errstate(all="ignore"):
            error = np.where(ok, -1.0, np.nan_to_num(np.abs(got.astype(float) - want), nan=np.inf))
        worst = tuple(int(i) for i in np.unravel_index(int(np.argmax(error)), got.shape))
    wrong = int((~ok).sum())
    count = "all" if wrong == got.size and wrong > 1 else str(wrong)
    place = ", ".join(map(str, worst))
    verb = "is" if wrong == 1 else "are"
    return f"{count} of {got.size} values {verb} wrong; worst at [{place}]: you have {_number(got[worst])}, wanted {_number(want[worst])}"


def _number(value: Any) -> str:
    return repr(str(value)) if np.asarray(value).dtype.kind in "US" else f"{np.asarray(value).item():.6g}"


def _first(index: np.ndarray) -> str:
    return f", the first at [{', '.join(map(str, index))}]" if len(index) else ""


def _shape(array: np.ndarray) -> str:
    return "() (one number)" if array.shape == () else str(tuple(int(n) for n in array.shape))


def _noun(value: Any) -> str:
    if isinstance(value, str):
        return "text"
    if isinstance(value, (list, tuple, dict)):
        return _a(type(value).__name__)
    return "a number" if np.ndim(value) == 0 else "an array"
