"""nbgrader's settings for this course: used by our commands and, through nbgrader_config.py, by nbgrader's own."""

from __future__ import annotations

from typing import Any

from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from traitlets.config import Config

from grading.build import STEPS
from grading.class_folder import ClassFolder
from grading.course import Course
from grading.execute import ExecuteForStudent

CELL_TIMEOUT = 20


def settings(course: Course, folder: ClassFolder, cell_timeout: int = CELL_TIMEOUT) -> Config:
    """Folders as in DESIGN: source in build/, release in notebooks/, everything of a class in its class folder.

    cell_timeout  seconds that one cell may run before it is interrupted
    """
    c = Config()
    c.CourseDirectory.root = str(course.root)
    c.CourseDirectory.source_directory = folder.step(course.source, course.root)
    c.CourseDirectory.release_directory = folder.step(course.notebooks, course.root)
    c.CourseDirectory.submitted_directory = folder.step(folder.submitted, course.root)
    c.CourseDirectory.autograded_directory = folder.step(folder.autograded, course.root)
    c.CourseDirectory.feedback_directory = folder.step(folder.feedback, course.root)
    c.CourseDirectory.db_url = folder.db_url
    # the last one is a student's map of progress: nobody else's business
    c.CourseDirectory.ignore = [*(CourseDirectory.ignore.default() or []), ".course_progress.json"]

    c.GenerateAssignment.preprocessors = STEPS  # nbgrader's own command then makes our release

    # the checks draw their cases from the class's key and the student's id: our Execute hands both to the kernel
    stock: list[Any] = Autograde.autograde_preprocessors.default() or []
    c.Autograde.autograde_preprocessors = [ExecuteForStudent if step is Execute else step for step in stock]
    c.ExecuteForStudent.key_file = str(folder.key_file)
    c.Execute.timeout = cell_timeout
    c.Execute.startup_timeout = 120  # a loaded machine starts kernels slowly
    c.Execute.iopub_timeout = 10  # nbgrader's 4 s lose whole submissions on a loaded machine
    c.Execute.shutdown_kernel = "immediate"  # nothing of the kernel is wanted any more: saves 0.2 s per submission
    c.Execute.store_widget_state = False  # a page without a kernel would show empty widgets instead of their pictures

    c.ExportApp.plugin_class = "grading.export.CsvTable"
    c.CsvTable.class_folder = str(folder.path)
    c.CsvTable.course_root = str(course.root)

    # in feedback: cards and pictures before widgets, and never a student's JavaScript
    c.WidgetsDataTypeFilter.display_data_priority = [
        "text/html",
        "image/svg+xml",
        "image/png",
        "image/jpeg",
        "text/latex",
        "text/markdown",
        "application/vnd.jupyter.widget-view+json",
        "text/plain",
    ]
    return c
