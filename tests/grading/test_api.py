"""Everything public in course_lib is exported, documented and on the page."""

import importlib
import inspect
import pkgutil

import pytest

from grading import api

FAMILIES = api.families()


def test_the_page_is_fresh():
    assert api.PAGE.read_text(encoding="utf-8") == api.page(), "run python -m grading.api"


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_everything_public_has_a_docstring_and_a_row(family):
    page = api.PAGE.read_text(encoding="utf-8")
    for name, thing in api.public(family).items():
        if callable(thing):
            assert len(api.summary(thing)) > 5, f"{family.__name__}.{name} has no docstring"
            assert f"`{name}(" in page


# an exercise is found by its id, a widget belongs to its lesson, and a check or a hand-in has parts of its own: no exports of theirs
INSIDE = ("course_lib", "course_lib.checking", "course_lib.exercises", "course_lib.handing_in", "course_lib.widgets")
PACKAGES = [family for family in FAMILIES if hasattr(family, "__path__") and family.__name__ not in INSIDE]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_what_a_package_defines_it_exports(package):
    exported = set(package.__all__)
    for found in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{found.name}")
        classes = {n: c for n, c in vars(module).items() if inspect.isclass(c) and c.__module__ == module.__name__}
        finished = {name for name, c in classes.items() if not name.startswith("_") and not inspect.isabstract(c)}
        missing = finished - exported
        assert not missing, f"{module.__name__} defines {', '.join(sorted(missing))}"


def test_a_signature_is_shown_without_addresses_and_annotations():
    def one(x: int, *, rng, init=test_the_page_is_fresh) -> float:
        """One."""

    assert api.signature("one", one) == "one(x, *, rng, init=test_the_page_is_fresh)"
    assert api.signature("PI", 3.14) == "PI"
