"""What `import course_lib` costs above `import numpy`:  python -m benchmarks.imports"""

import os
import subprocess
import sys
import tempfile

from benchmarks.harness import ROOT
from benchmarks.targets import IMPORT

NUMPY, OURS, TRAINING = (
    "import numpy",
    "import numpy, course_lib",
    "import numpy, course_lib.training, course_lib.optim",
)


def seconds(statements, rounds=9):
    """Seconds of the processor for each statement in a new Python, [[...], ...], in turn; modules are compiled before."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": folder}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        runs = [[_once(statement, environment) for statement in statements] for _ in range(rounds + 1)]
    return [list(times) for times in zip(*runs[1:], strict=True)]  # the first one compiled


def _once(statement, environment):
    code = f"import time; {statement}; print(time.process_time())"  # with the start of Python, the same for all
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return float(ended.stdout)


def above_numpy(rounds=9):
    """(`import course_lib`, all that training needs): seconds above `import numpy`, the fastest of each, which were disturbed least."""
    numpy, *ours = map(min, seconds([NUMPY, OURS, TRAINING], rounds))
    return [fastest - numpy for fastest in ours]


def main():
    ours, training = above_numpy()
    print(f"import course_lib: {1e3 * ours:.1f} ms above import numpy; at most {1e3 * IMPORT:.0f} ms are wanted")
    print(f"with all that training needs: {1e3 * training:.1f} ms above import numpy")


if __name__ == "__main__":
    main()
