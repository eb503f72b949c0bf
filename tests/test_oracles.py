"""The stored values of PyTorch: complete, small, and compared with PyTorch itself wherever it is installed."""

import importlib.util

import numpy as np
import pytest

from tests import oracles


def test_the_store_holds_every_oracle_and_nothing_else():
    stored = oracles.stored_values()
    assert set(stored) == set(oracles.oracles()), "run python -m tests.oracles"
    assert oracles.STORE.stat().st_size < oracles.LIMIT


def test_no_stored_number_is_nan():
    for name, arrays in oracles.stored_values().items():
        for key, array in arrays.items():
            assert not np.isnan(array).any(), f"{name}: {key}"


@pytest.mark.parametrize("name", sorted(oracles.oracles()))
def test_every_oracle_agrees_with_what_is_stored(name):
    assert oracles.expected(name)


@pytest.fixture
def made_up(monkeypatch, tmp_path):
    """A store of one oracle, one.line, which computes what the returned dictionary holds."""
    values = {"y": np.linspace(0, 1, 5)}

    def line():
        return values

    line.__module__ = "tests.oracles.one"
    monkeypatch.setattr(oracles, "STORE", tmp_path / "store.npz")
    monkeypatch.setattr(oracles, "_oracles", {})
    monkeypatch.setattr(oracles, "oracles", lambda: oracles._oracles)
    monkeypatch.setattr(oracles, "compute", lambda name: oracles._oracles[name]())
    oracles.oracle("one.line")(line)
    oracles.remake()
    return values


def pretend_torch_is(monkeypatch, there):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object() if there else None)


def test_a_value_that_moved_is_found(made_up, monkeypatch):
    pretend_torch_is(monkeypatch, True)
    np.testing.assert_array_equal(oracles.expected("one.line")["y"], np.linspace(0, 1, 5))
    for wrong in (
        {"y": np.linspace(0, 1, 5) + 1e-9},
        {"y": np.linspace(0, 1, 5)[None]},
        {"y": np.linspace(0, 1, 5, dtype=np.float32)},
        {"z": np.linspace(0, 1, 5)},
    ):
        made_up.clear()
        made_up.update(wrong)
        with pytest.raises(AssertionError, match=r"one\.line"):
            oracles.expected("one.line")


def test_without_torch_the_stored_values_do_except_under_ci(made_up, monkeypatch):
    made_up["y"] = np.zeros(5)
    pretend_torch_is(monkeypatch, False)
    monkeypatch.delenv("CI", raising=False)
    assert oracles.expected("one.line")["y"][-1] == 1
    monkeypatch.setenv("CI", "true")
    with pytest.raises(RuntimeError, match="CI has to compare with PyTorch itself"):
        oracles.expected("one.line")


def test_what_is_not_stored_is_a_clear_error(made_up):
    with pytest.raises(KeyError, match=r"run python -m tests\.oracles two"):
        oracles.expected("two.lines")


def test_remaking_one_family_keeps_the_others(made_up):
    def square():
        return {"y": np.ones(2)}

    square.__module__ = "tests.oracles.two"
    oracles.oracle("two.square")(square)
    made_up["y"] = np.zeros(5)
    assert set(oracles.remake(["two"])) == {"one.line", "two.square"}
    assert oracles.stored_values()["one.line"]["y"][-1] == 1
    oracles.remake(["one"])
    assert oracles.stored_values()["one.line"]["y"][-1] == 0
    oracles._oracles.pop("one.line")
    assert set(oracles.remake()) == {"two.square"}


def test_a_name_belongs_to_its_module_and_is_taken_once(made_up):
    function = oracles._oracles["one.line"]
    for name in ("one.line", "two.line", "line"):
        with pytest.raises(ValueError, match=r"wanted a new name such as 'one\.something'"):
            oracles.oracle(name)(function)
