"""Which kernels multiply the matrices: every ratio depends on it."""

import importlib.util
import os
import re
import subprocess
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Blas:
    """openblas: the core for which NumPy's OpenBLAS chose its kernels    mkl: the instructions that PyTorch's MKL says it uses

    gain: how many times faster these kernels multiply than OpenBLAS's AVX2 ones.  A processor that does AVX-512 in two halves (Zen 4)
    gains nothing by it, one that does it at once (Zen 5) nearly 2.
    """

    openblas: str
    mkl: str
    gain: float

    def __str__(self):
        of_avx2 = f"{self.gain:.1f} times as fast as with AVX2 kernels"
        return f"NumPy with OpenBLAS, core type {self.openblas}, {of_avx2}; PyTorch with MKL, path {self.mkl}"


def blas():
    """That of processes started from here: OPENBLAS_CORETYPE counts."""
    import numpy  # noqa: F401  its OpenBLAS is what is asked about
    from threadpoolctl import threadpool_info

    cores = [pool["architecture"] for pool in threadpool_info() if pool["internal_api"] == "openblas"]
    mkl = _mkl() if importlib.util.find_spec("torch") else "none"
    return Blas(cores[0] if cores else "none", mkl, _product({"OPENBLAS_CORETYPE": "Haswell"}) / _product({}))


def _product(environment):
    """Processor seconds of one large product of matrices, in a process of its own."""
    code = """
import time, timeit, numpy as np
a = np.ones((512, 512), np.float32)
print(min(timeit.repeat(lambda: a @ a, timer=time.process_time, number=10, repeat=20)))
"""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", **environment}
    return float(subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True).stdout)


def _mkl():
    code = "import torch; torch.ones(64, 64) @ torch.ones(64, 64)"
    said = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "MKL_VERBOSE": "1"}, capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"64 architecture (.*?) (enabled )?processors", said)
    return found[1].replace("(R)", "") if found else "none"
