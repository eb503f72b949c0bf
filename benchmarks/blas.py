"""Which kernels multiply the matrices: every ratio depends on it."""

import importlib.util
import os
import re
import subprocess
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Blas:
    """openblas: the core for which NumPy's OpenBLAS chose its kernels    mkl: the instructions that PyTorch's MKL says it uses"""

    openblas: str
    mkl: str

    def __str__(self):
        return f"NumPy with OpenBLAS, core type {self.openblas}; PyTorch with MKL, path {self.mkl}"


def blas():
    """That of processes started from here: OPENBLAS_CORETYPE counts."""
    import numpy  # noqa: F401  its OpenBLAS is what is asked about
    from threadpoolctl import threadpool_info

    cores = [pool["architecture"] for pool in threadpool_info() if pool["internal_api"] == "openblas"]
    return Blas(cores[0] if cores else "none", _mkl() if importlib.util.find_spec("torch") else "none")


def _mkl():
    code = "import torch; torch.ones(64, 64) @ torch.ones(64, 64)"
    said = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "MKL_VERBOSE": "1"}, capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"64 architecture (.*?) (enabled )?processors", said)
    return found[1].replace("(R)", "") if found else "none"
