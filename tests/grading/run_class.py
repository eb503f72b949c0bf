"""python -m tests.grading.run_class COURSE CLASS [SECONDS [SCHEDULER]]: grade a class, with a stand-in for kernels that takes so long."""

import os
import sys
from pathlib import Path

from grading.course import Course
from grading.grade import grade
from tests.grading import stand_in

if __name__ == "__main__":
    root, class_dir, *more = sys.argv[1:]
    stand_in.install()
    stand_in.SECONDS = float(more[0]) if more else 0.0
    Path(class_dir, "running").write_text(str(os.getpid()))
    grade(Course(Path(root)), class_dir, scheduler="".join(more[1:]))
