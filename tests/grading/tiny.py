"""A course of one tiny lesson, for tests of the build and the gates.  It brings a check of its own and needs no exercise."""

from grading import build
from grading.course import Course

NAME = "l90_tiny"

LESSON = '''\
# %% [markdown]
# # A tiny lesson
#
# See [the readme](../../README.md), and [how it ends](#The-end).
#
# <img src="square.png" alt="a red square">

# %% role="given" id="l90-setup"
from IPython.display import display


def check(answer, want, points):
    """Shows a verdict and returns the points, as the course's own check does."""
    try:
        came = answer() if callable(answer) else answer
        status = "not_written" if came is ... else "right" if came == want else "wrong_values"
    except NotImplementedError:
        status = "not_written"
    earned = points if status == "right" else 0.0
    said = {"exercise": "l90", "points": earned, "max_points": points, "status": status, "parts": [], "message": status}
    display({"text/plain": status, "application/vnd.course.verdict+json": said}, raw=True)
    return earned


# %% role="answer" id="l90-double"
def double(x):
    """Twice x."""
    ### BEGIN SOLUTION
    twice_as_much = x + x
    return twice_as_much
    ### END SOLUTION


# %% role="check" id="l90-double-check" points=2
check(lambda: double(3), 6, 2.0)

# %% [markdown]
# ## Numbers

# %% role="answer" id="l90-area"
area = ...
### BEGIN SOLUTION
area = 3 * 4  # three by four
### END SOLUTION

# %% role="check" id="l90-area-check" points=1.5
check(area, 12, 1.5)

# %%
view = {"model_id": "0", "version_major": 2, "version_minor": 0}
page = '<img alt="A line that rises from 0 to 1" src="data:image/png;base64,iVBORw0KGgo=">'
picture = {"text/plain": "A line that rises from 0 to 1", "text/html": page}
display({**picture, "application/vnd.jupyter.widget-view+json": view}, raw=True)

# %% [markdown]
# ## The end

# %% [markdown] role="written" id="l90-why" points=3
# Why is it so?
#
# ### BEGIN SOLUTION
# Because twice two is four.
#
# Rubric: one point for each number.
# ### END SOLUTION
'''


def make(root, *changes, name=NAME, built=True):
    """A course under `root`, with every (old, new) in `changes` replaced in the lesson's text."""
    text = LESSON
    for old, new in changes:
        assert old in text, f"the tiny lesson has no {old!r}"
        text = text.replace(old, new)
    course = Course(root)
    course.solutions.mkdir(parents=True)
    course.solution(name).write_text(text, encoding="utf-8")
    (root / "README.md").write_text("# A tiny course\n", encoding="utf-8")
    course.release(name).parent.mkdir(parents=True)
    (course.release(name).parent / "square.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    if built:
        build.build(course, course.lessons())
    return course
