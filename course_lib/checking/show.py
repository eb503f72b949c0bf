"""Show a mimebundle: rich in Jupyter, plain text anywhere else."""

from __future__ import annotations

import sys
from typing import Any


def show(bundle: dict[str, Any]) -> None:
    """Display `bundle` in a notebook; print its text/plain where there is no notebook."""
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        ipython.display.display(bundle, raw=True)
    else:
        print(bundle["text/plain"])
