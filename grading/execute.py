"""The engine's step of nbgrader, told whose work it runs."""

from __future__ import annotations

from pathlib import Path

from traitlets import Unicode

from grading.autograde import environment
from grading.engine.steps import JudgedExecute


class ExecuteForStudent(JudgedExecute):
    """JudgedExecute whose judge knows the class's key and the student.

    Without a key file the checks draw their visible cases.
    """

    key_file = Unicode("", help="the class's secret, in hex").tag(config=True)

    def environment(self, resources):
        if not (self.key_file and Path(self.key_file).exists()):
            return {}
        return environment(Path(self.key_file).read_text(encoding="utf-8").strip(), resources["nbgrader"]["student"])
