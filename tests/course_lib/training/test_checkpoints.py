"""Checkpoints bring everything back, refuse what they are not, and are never half written."""

import os

import numpy as np
import pytest

from course_lib.layers import Dense, Sequential, Tanh, pack
from course_lib.losses import SquaredError
from course_lib.optim import SGD, Adam
from course_lib.training import load_checkpoint, save_checkpoint, train


def make(seed=0, hidden=4):
    rng = np.random.default_rng(seed)
    return Sequential(Dense(3, hidden, rng=rng), Tanh(), Dense(hidden, 2, rng=rng))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "best.npz"


def test_weights_and_extras_come_back(path):
    network, other = make(0), make(1)
    network.layers[1].state["mean"] = np.arange(3.0)
    other.layers[1].state["mean"] = np.zeros(3)
    theta, _ = pack(other)
    save_checkpoint(path, network, epoch=7, dev_loss=0.25, name="a", moments=np.arange(5.0))
    extra = load_checkpoint(path, other)
    np.testing.assert_equal(other.snapshot(), network.snapshot())
    np.testing.assert_array_equal(theta, pack(network)[0])  # written in place: still packed
    assert (extra["epoch"], extra["dev_loss"], extra["name"]) == (7, 0.25, "a")
    assert type(extra["epoch"]) is int
    np.testing.assert_array_equal(extra["moments"], np.arange(5.0))


def test_it_is_a_plain_npz_without_pickle(path):
    save_checkpoint(str(path), make())
    with np.load(path, allow_pickle=False) as file:
        assert all(file[name].dtype.kind in "biufU" for name in file)
    with pytest.raises(TypeError, match="best: wanted numbers or text, got object"):
        save_checkpoint(path, make(), best={"a": 1})


def test_names_that_numpy_knows_are_only_names(path):
    save_checkpoint(path, make(), allow_pickle=1, file=2, network=3)
    assert load_checkpoint(path, make()) == {"allow_pickle": 1, "file": 2, "network": 3}


def test_another_save_replaces_the_first_and_leaves_nothing_beside_it(path):
    save_checkpoint(path, make(0), epoch=1)
    save_checkpoint(path, make(1), epoch=2)
    assert load_checkpoint(path, make()) == {"epoch": 2}
    assert os.listdir(path.parent) == ["best.npz"]


def test_an_interrupted_save_leaves_the_old_file(path, monkeypatch):
    save_checkpoint(path, make(0), epoch=1)
    before = path.read_bytes()

    def interrupted(file, **arrays):
        file.write(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez", interrupted)
    with pytest.raises(KeyboardInterrupt):
        save_checkpoint(path, make(1), epoch=2)
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == ["best.npz"]


def test_the_old_file_makes_way_only_for_a_whole_new_one(path, monkeypatch):
    save_checkpoint(path, make(0), epoch=1)
    before, seen = path.read_bytes(), []

    def replace(part, file):
        seen.append(load_checkpoint(part, make(2)))
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(KeyboardInterrupt):
        save_checkpoint(path, make(1), epoch=2)
    assert seen == [{"epoch": 2}]
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == ["best.npz"]


def unchanged(path, message, network=None):
    network = network or make(5)
    before = network.snapshot()
    with pytest.raises(ValueError, match=message) as caught:
        load_checkpoint(path, network)
    assert str(path) in str(caught.value)
    np.testing.assert_equal(network.snapshot(), before)


def test_every_truncation_is_noticed(path):
    save_checkpoint(path, make())
    whole = path.read_bytes()
    for length in [0, 1, 3, 4, 10, *range(50, len(whole), 97), len(whole) - 1]:
        path.write_bytes(whole[:length])
        unchanged(path, "damaged, or no checkpoint")


def test_a_flipped_bit_is_noticed_or_harmless(path):
    network = make()
    save_checkpoint(path, network)
    whole, noticed = path.read_bytes(), 0
    for position in range(0, len(whole), 13):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 16]) + whole[position + 1 :])
        other = make(5)
        before = other.snapshot()
        try:
            load_checkpoint(path, other)
        except ValueError as error:
            assert "best.npz: " in str(error)
            np.testing.assert_equal(other.snapshot(), before)
            noticed += 1
        else:
            np.testing.assert_equal(other.snapshot(), network.snapshot())  # a time stamp in the archive
    assert noticed > 0.5 * len(whole) / 13


@pytest.mark.parametrize("content", [b"hello, I am a text file\n", b"PK\x03\x04 not really a zip", b"\x80\x04K\x01."])
def test_a_foreign_file_is_refused(path, content):
    path.write_bytes(content)
    unchanged(path, "damaged, or no checkpoint")


def test_a_foreign_npz_or_npy_is_refused(path):
    np.savez(path, a=np.arange(3))
    unchanged(path, "no checkpoint of this library")
    np.savez(path, format=np.array("course_lib checkpoint 99"))
    unchanged(path, "no checkpoint of this library, or of another version of it")
    with open(path, "wb") as file:
        np.save(file, np.arange(3))
    unchanged(path, "damaged, or no checkpoint")
    np.savez(path, format=np.array(["a", "b"]))
    unchanged(path, "no checkpoint of this library")
    np.savez(path, format=np.array("course_lib checkpoint 1"), other=np.arange(3))
    unchanged(path, "no checkpoint of this library|made by another network")


def test_pickles_are_never_opened(path):
    np.savez(path, format=np.array("course_lib checkpoint 1"), **{"network/0.W": np.array([print], object)})
    unchanged(path, "damaged, or no checkpoint .*allow_pickle=False")


def test_another_networks_weights_are_refused(path):
    save_checkpoint(path, make(0, hidden=6))
    unchanged(path, "made by another network or optimizer: .*0.W: wanted shape")
    save_checkpoint(path, Dense(3, 2, rng=np.random.default_rng(0)))
    unchanged(path, "made by another network or optimizer: snapshot: wanted 0.W")


def test_training_goes_on_as_if_it_had_never_stopped(path):
    x = np.random.default_rng(0).standard_normal((40, 3)).astype(np.float32)
    y = x[:, :2] ** 2

    def run(network, optimizer, epochs, seed):
        for _ in train(network, SquaredError(), optimizer, x, y, rng=np.random.default_rng(seed), epochs=epochs):
            pass

    straight, optimizer = make(), Adam(0.01)
    run(straight, optimizer, 3, 1)
    save_checkpoint(path, straight, optimizer, epoch=3)
    run(straight, optimizer, 3, 2)
    resumed, fresh = make(5), Adam(0.01)
    assert load_checkpoint(path, resumed, fresh) == {"epoch": 3}
    run(resumed, fresh, 3, 2)
    np.testing.assert_equal(resumed.snapshot(), straight.snapshot())
    load_checkpoint(path, make())  # who needs no optimizer takes none


def test_an_optimizer_that_does_not_fit_changes_nothing(path):
    save_checkpoint(path, make(0), SGD(0.1))
    unchanged_with = make(5)
    before, optimizer = unchanged_with.snapshot(), Adam(0.01)
    optimizer.step(np.ones(3), np.ones(3))
    state = optimizer.snapshot()
    save_checkpoint(path, make(0))
    with pytest.raises(ValueError, match=r"made by another network or optimizer: .*missing or unknown: t"):
        load_checkpoint(path, unchanged_with, optimizer)
    np.testing.assert_equal(unchanged_with.snapshot(), before)
    np.testing.assert_equal(optimizer.snapshot(), state)


def test_a_missing_file_is_missing(path):
    with pytest.raises(FileNotFoundError, match=r"best\.npz"):
        load_checkpoint(path, make())
