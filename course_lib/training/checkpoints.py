"""Checkpoints: a network's weights, and some numbers beside them, in one npz file. No pickle: a file can not run code."""

import os
import zipfile
import zlib
from pathlib import Path

import numpy as np

FORMAT = "course_lib checkpoint 1"

# all that np.load and zipfile raise for bytes that are no npz, or no longer one; TypeError: a single array, no archive
_DAMAGED = (OSError, EOFError, ValueError, KeyError, TypeError, NotImplementedError, zipfile.BadZipFile, zlib.error)


def save_checkpoint(path, network, optimizer=None, /, **extra):
    """Write all parameters and states of a network, and what goes with them: save_checkpoint("best.npz", network, epoch=7).

    optimizer    so that training can go on as if it had never stopped    extra: numbers, text, or arrays of them, by name
    The file is whole or not there at all: an interrupted save leaves the old one as it was.
    Raises    TypeError if an extra is something else.          [Lectures: W17, W18]
    """
    arrays = {f"network/{name}": array for name, array in network.snapshot().items()}
    if optimizer is not None:
        arrays |= {f"optimizer/{name}": array for name, array in optimizer.snapshot().items()}
    for name, value in extra.items():
        arrays[f"extra/{name}"] = value = np.asarray(value)
        if value.dtype.kind not in "biufU":
            raise TypeError(f"{name}: wanted numbers or text, got {value.dtype}")
    path = Path(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(part, "wb") as file:
            np.savez(file, format=np.array(FORMAT), **arrays)  # pyright: ignore[reportArgumentType]  # no name in arrays is allow_pickle
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)  # on one file system this happens at once or not at all
    finally:
        part.unlink(missing_ok=True)


def load_checkpoint(path, network, optimizer=None, /):
    """Write a checkpoint into a network of the same layers, and into an optimizer of the same kind; returns the extras, {"epoch": 7}.

    Raises    FileNotFoundError; ValueError if the file is damaged, is no checkpoint, or does not fit: then nothing is written.          [Lectures: W17, W18]
    """
    parts = _read(path)
    before = network.snapshot()
    try:
        network.load(parts["network"])
        if optimizer is not None:
            optimizer.load(parts["optimizer"])
    except ValueError as error:
        network.load(before)
        raise ValueError(f"{path}: made by another network or optimizer: {error}") from None
    return {name: value.item() if value.ndim == 0 else value for name, value in parts["extra"].items()}


def _read(path):
    """{"network": {name: array}, "optimizer": ..., "extra": ...}"""
    try:
        with open(path, "rb") as opened, np.load(opened, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file}  # read to the end, so that every checksum is looked at
    except FileNotFoundError:
        raise
    except _DAMAGED as error:
        raise ValueError(f"{path}: damaged, or no checkpoint ({error})") from None
    if str(arrays.pop("format", "")) != FORMAT:
        raise ValueError(f"{path}: no checkpoint of this library, or of another version of it")
    parts = {"network": {}, "optimizer": {}, "extra": {}}
    for name, array in arrays.items():
        part, _, rest = name.partition("/")
        parts.setdefault(part, {})[rest] = array
    return parts
