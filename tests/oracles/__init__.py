"""What PyTorch computes, kept in torch_values.npz, so that the tests compare with PyTorch where it is not installed.

    @oracle("layers.conv2d")                a function without arguments in tests/oracles/<family>.py; it imports torch inside
    def conv2d():                           and returns {name: array}, the inputs AND the outputs
        ...
    expected("layers.conv2d")["y"]          the stored arrays; where torch is installed it must still compute the same
    python -m tests.oracles [family ...]    computes and stores them anew, all of them or those of some families

The arrays are float64 unless the test is about float32, and small: the whole file stays under LIMIT.
"""

import importlib
import importlib.util
import os
import pkgutil
from pathlib import Path

import numpy as np

STORE = Path(__file__).with_name("torch_values.npz")
LIMIT = 500_000  # bytes

_oracles = {}


def oracle(name):
    """Note a function as the one that computes `name`, "family.what"; the family is the name of its module."""

    def note(function):
        family = function.__module__.rpartition(".")[2]
        if name in _oracles or name.partition(".")[0] != family:
            raise ValueError(f"oracle: wanted a new name such as '{family}.something', got {name!r}")
        _oracles[name] = function
        return function

    return note


def oracles():
    """All functions by name, from every module of this package."""
    for module in pkgutil.iter_modules(__path__):
        if module.name != "__main__":
            importlib.import_module(f"{__name__}.{module.name}")
    return dict(sorted(_oracles.items()))


def compute(name):
    """What PyTorch says now."""
    import torch

    torch.set_num_threads(1)
    return {key: v.detach().numpy() if torch.is_tensor(v) else np.asarray(v) for key, v in oracles()[name]().items()}


def expected(name):
    """The stored arrays of one oracle. Where PyTorch is installed it must still compute the same; under CI it must be installed."""
    stored = stored_values().get(name)
    if stored is None:
        raise KeyError(f"{name!r} is not in {STORE.name}: run python -m tests.oracles {name.partition('.')[0]}")
    if importlib.util.find_spec("torch"):
        assert_agreement(name, stored, compute(name))
    elif os.environ.get("CI") == "true":
        raise RuntimeError("CI has to compare with PyTorch itself, not with stored values alone: install torch")
    return stored


def stored_values():
    """{name: {key: array}} of all that is in the file."""
    values = {}
    if STORE.exists():
        with np.load(STORE, allow_pickle=False) as file:
            for path in file.files:
                name, _, key = path.partition("/")
                values.setdefault(name, {})[key] = file[path]
    return values


def assert_agreement(name, stored, computed):
    """Both hold the same arrays: up to 1e-10 of the largest number in float64, 1e-5 in float32."""
    assert set(stored) == set(computed), f"{name}: other arrays are stored than computed, remake them"
    for key, array in stored.items():
        now = computed[key]
        assert (array.dtype, array.shape) == (now.dtype, now.shape), (
            f"{name}: {key} has another dtype or shape, remake it"
        )
        rtol = 1e-5 if array.dtype == np.float32 else 1e-10
        scale = np.max(np.abs(array[np.isfinite(array)]), initial=0)
        np.testing.assert_allclose(now, array, rtol=rtol, atol=rtol * scale, err_msg=f"{name}: {key}")


def remake(families=()):
    """Compute and store; without families, everything, and what has no function any more is dropped."""
    values = {n: v for n, v in stored_values().items() if families and n.partition(".")[0] not in families}
    values |= {n: compute(n) for n in oracles() if not families or n.partition(".")[0] in families}
    fresh = STORE.with_name(f"{os.getpid()}.tmp.npz")
    np.savez_compressed(fresh, **{f"{n}/{k}": a for n, v in sorted(values.items()) for k, a in sorted(v.items())})
    os.replace(fresh, STORE)
    return values
