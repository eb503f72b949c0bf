"""nbgrader's settings for this course: used by our commands and, through nbgrader_config.py, by nbgrader's own."""

from __future__ import annotations

from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from grading import safe_html
from grading.autograde import HOOK, modules
from grading.build import STEPS
from grading.class_folder import ClassFolder
from grading.course import Course
from grading.engine import steps
from grading.execute import ExecuteForStudent


def settings(course: Course, folder: ClassFolder) -> Config:
    """Folders as in DESIGN: source in build/, release in notebooks/, everything of a class in its class folder."""
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

    # the engine in place of nbgrader's own steps; the checks draw their cases from the class's key and the student's id
    steps.configure(c)
    c.Autograde.autograde_preprocessors = [
        ExecuteForStudent if step is steps.JudgedExecute else step for step in c.Autograde.autograde_preprocessors
    ]
    c.ExecuteForStudent.key_file = str(folder.key_file)
    c.ExecuteForStudent.hook, c.ExecuteForStudent.modules = HOOK, list(modules())
    c.Execute.store_widget_state = False  # a page without a kernel would show empty widgets instead of their pictures

    c.ExportApp.plugin_class = "grading.export.CsvTable"
    c.CsvTable.class_folder = str(folder.path)
    c.CsvTable.course_root = str(course.root)
    c.CsvTable.database = folder.database

    safe_html.configure(c)
    return c
