"""One training step, side by side, as a table:  python -m benchmarks.run [workload ...] [--batch 32 128 512] [--threads 1 2] [--dtype float32 float64]"""

import argparse
import importlib.util
import itertools
import statistics

from benchmarks.blas import blas
from benchmarks.harness import OURS, PEERS, ratio, times
from benchmarks.targets import target
from benchmarks.workloads import WORKLOADS


def main(words=None):
    options = _parser().parse_args(words)
    peers = PEERS if importlib.util.find_spec("torch") else {k: v for k, v in PEERS.items() if "PyTorch" not in k}
    kernels = blas()
    print(f"{kernels}\n")
    print("| workload | batch | threads | dtype | ms | " + " | ".join(f"/ {peer}" for peer in peers) + " |")
    print("|---" * (5 + len(peers)) + "|")
    for dtype, threads, batch, name in itertools.product(
        options.dtype, options.threads, options.batch, options.workloads or WORKLOADS
    ):
        ours, *others = times([OURS, *peers.values()], name, batch, dtype, threads, options.rounds)
        wanted = kernels if (batch, threads, dtype) == (128, 1, "float32") else None
        cells = [
            _cell(ratio(ours, other), wanted and target(peer, name, wanted))
            for peer, other in zip(peers, others, strict=True)
        ]
        print(
            f"| {name} | {batch} | {threads} | {dtype} | {1e3 * statistics.median(ours):.3g} | {' | '.join(cells)} |",
            flush=True,
        )


def _cell(found, wanted):
    if wanted is None:
        return str(found)
    cell = f"{found}, wanted {wanted:.2f}"
    return cell if found.median <= wanted else f"**{cell}**"


def _parser():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("workloads", nargs="*", metavar="workload", choices=[[], *WORKLOADS], help=", ".join(WORKLOADS))
    parser.add_argument("--batch", type=int, nargs="+", default=[128])
    parser.add_argument("--threads", type=int, nargs="+", default=[1])
    parser.add_argument("--dtype", nargs="+", default=["float32"], choices=["float32", "float64"])
    parser.add_argument("--rounds", type=int, default=9)
    return parser


if __name__ == "__main__":
    main()
