"""Read by plain nbgrader commands and by formgrader:  cd grading && nbgrader autograde l02_backpropagation

The class is the one that the environment variable COURSE_CLASS names, else classes/default.
"""

import sys
from pathlib import Path


def course_settings():
    root = Path(__file__).resolve().parents[1]
    if str(root) not in sys.path:  # nbgrader puts this folder on the path, not the one that holds the package
        sys.path.append(str(root))
    from grading.class_folder import ClassFolder
    from grading.course import Course, CourseError
    from grading.settings import settings

    try:
        return settings(Course(root), ClassFolder.chosen(Course(root)))
    except CourseError as error:  # nbgrader would print a traceback and go on with settings of its own
        raise SystemExit(f"nbgrader_config.py: {error}") from None


c = get_config()  # noqa: F821  # type: ignore[name-defined] - traitlets puts it there
c.merge(course_settings())
