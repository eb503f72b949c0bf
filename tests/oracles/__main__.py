"""python -m tests.oracles [family ...]: compute PyTorch's values anew and store them."""

import sys

from tests.oracles import STORE, remake

if __name__ == "__main__":
    values = remake(sys.argv[1:])
    print(f"{len(values)} oracles, {STORE.stat().st_size:,} bytes in {STORE.name}")
