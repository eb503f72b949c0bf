"""nbgrader's own Execute, told whose work it runs."""

from __future__ import annotations

import os
import tempfile
import unicodedata
from pathlib import Path

from nbgrader.preprocessors import Execute
from traitlets import Unicode


class ExecuteForStudent(Execute):
    """Execute with COURSE_KEY and COURSE_STUDENT in the kernel's environment, and nowhere else.

    Without a key file the checks draw their visible cases.
    """

    key_file = Unicode("", help="the class's secret, in hex").tag(config=True)

    def preprocess(self, nb, resources=None, km=None):
        self._student = resources["nbgrader"]["student"]
        with tempfile.TemporaryDirectory(prefix="kernel-") as self._sockets:
            return super().preprocess(nb, resources, km)

    def create_kernel_manager(self):
        """Sockets in a folder of its own where the system has them: several kernels that start at once race for TCP ports."""
        manager = super().create_kernel_manager()
        if os.name == "posix":
            manager.transport, manager.ip = "ipc", os.path.join(self._sockets, "ipc")
        return manager

    def start_new_kernel(self, **kwargs):
        super().start_new_kernel(env={**os.environ, **self._environment()}, **kwargs)

    def _environment(self) -> dict[str, str]:
        # macOS writes an accent as a character of its own in file names; students type one
        known = {"COURSE_STUDENT": unicodedata.normalize("NFC", self._student)}
        if self.key_file and Path(self.key_file).exists():
            known["COURSE_KEY"] = Path(self.key_file).read_text(encoding="utf-8").strip()
        return known
