"""What is to be reached at batch 128, in float32, on one thread: seconds of course_lib over seconds of a peer, at most."""

# against PyTorch with its default Adam, by how NumPy's OpenBLAS multiplies here
PYTORCH = {
    "AVX-512": {"S": 0.40, "AE": 0.40, "M": 0.60, "L": 0.70, "RNN": 0.35, "CNN": 0.80},
    "AVX2": {"S": 0.45, "AE": 0.45, "M": 0.90, "L": 0.80, "RNN": 0.50, "CNN": 0.80},
}
GEMM = {"S": 1.7, "AE": 1.7, "M": 1.6, "L": 1.4, "RNN": 1.5, "CNN": 2.1}
# PyTorch's own step over GEMM's where the targets were set. Neither is ours: far above it, this machine is slower at moving memory than at
# multiplying, which stretches PyTorch and us alike, and the targets say nothing
PYTORCH_OVER_GEMM = {
    "AVX-512": {"S": 6.4, "AE": 16.0, "M": 4.4, "L": 3.3, "RNN": 4.2, "CNN": 2.4},
    "AVX2": {"S": 4.7, "AE": 13.0, "M": 2.3, "L": 1.7, "RNN": 2.5, "CNN": 2.3},
}
DIGITS = 0.35  # an epoch, against scikit-learn's MLPClassifier
IMPORT = 0.015  # seconds, above `import numpy`

WIDE = 1.5  # times as fast as with AVX2 kernels: from here on it is AVX-512 in earnest


def target(peer, name, blas):
    """The largest ratio that reaches the target; None where none was set."""
    if peer == "GEMM":
        return GEMM.get(name)
    if peer != "PyTorch" or "512" in blas.mkl:  # set where PyTorch's MKL does not take its AVX-512 path, as on AMD
        return None
    return PYTORCH[regime(blas)].get(name)


def regime(blas):
    return "AVX-512" if blas.gain >= WIDE else "AVX2"
