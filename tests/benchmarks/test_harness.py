"""How times are taken and compared; how long anything takes is no matter here."""

import pytest

from benchmarks import harness, run
from benchmarks.blas import Blas
from benchmarks.targets import target

ZEN5, ZEN4, HASWELL, INTEL = (
    Blas("SkylakeX", "Intel Architecture", 1.9),
    Blas("SkylakeX", "Intel Architecture", 1.0),
    Blas("Haswell", "Intel Architecture", 1.0),
    Blas("SkylakeX", "Intel Advanced Vector Extensions 512", 1.9),
)


def test_ratio_is_the_median_of_the_rounds_each_against_its_own():
    found = harness.ratio([1, 2, 30, 4, 5], [2, 2, 20, 8, 4])
    assert (found.low, found.median, found.high) == (0.5, 1, 1.25)
    assert str(found) == "1.00 (0.50-1.25)"


def test_times_of_each_implementation_in_each_round():
    found = harness.times(["benchmarks.ours:make", "benchmarks.gemm:make"], "AE", batch=8, rounds=3)
    assert [len(times) for times in found] == [3, 3]
    assert all(seconds > 0 for times in found for seconds in times)


def test_an_implementation_that_does_not_start_is_named():
    with pytest.raises(RuntimeError, match=r"benchmarks\.gemm:nothing"):
        harness.times(["benchmarks.gemm:nothing"], "AE", rounds=1)


def test_targets_depend_on_the_kernels():
    assert target("PyTorch", "M", ZEN5) == 0.60
    assert target("PyTorch", "M", HASWELL) == target("PyTorch", "M", ZEN4) == 0.90
    assert target("PyTorch", "M", INTEL) is None
    assert target("GEMM", "M", HASWELL) == target("GEMM", "M", INTEL) == 1.6
    assert target("course NumPy", "M", HASWELL) is target("PyTorch", "S+", HASWELL) is None


def test_the_table_says_what_is_reached(monkeypatch, capsys):
    made = {"benchmarks.ours:make": 1e-3, "benchmarks.course_numpy:make": 2e-3, "benchmarks.gemm:make": 5e-4}
    monkeypatch.setattr(run, "blas", lambda: HASWELL)
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(run, "times", lambda places, *options: [[made[place]] * 3 for place in places])
    run.main(["S", "CNN", "--batch", "32", "128"])
    *_, s32, cnn32, s128, cnn128 = capsys.readouterr().out.splitlines()
    assert s32 == "| S | 32 | 1 | float32 | 1 | 0.50 (0.50-0.50) | 2.00 (2.00-2.00) |"
    assert cnn32.startswith("| CNN | 32 |") and "wanted" not in cnn32
    assert s128.endswith("| **2.00 (2.00-2.00), wanted 1.70** |")
    assert cnn128.endswith("| 2.00 (2.00-2.00), wanted 2.10 |")
