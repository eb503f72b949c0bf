"""What PyTorch has been asked about: every layer, loss, optimizer, schedule and initializer, or the reason why not."""

import ast
import inspect
from pathlib import Path

import numpy as np
import pytest

import course_lib.layers
import course_lib.losses
import course_lib.optim
from tests.course_lib import test_initializers
from tests.course_lib.layers import test_against_pytorch as layers
from tests.course_lib.losses import test_by_pytorch as losses
from tests.course_lib.optim import test_optimizers as optimizers
from tests.course_lib.optim import test_schedules as schedules
from tests.oracles import expected, oracles

HERE = Path(__file__).parent

# What PyTorch can not judge, and what judges it instead.
WITHOUT = {
    # layers
    "Dropout": "random, and PyTorch draws other masks; layers/test_dropout.py: its expectation, its rate, its factor",
    "VanillaDropout": "random, and not in PyTorch; layers/test_dropout.py",
    "SpatialDropout": "random, and PyTorch draws other masks; layers/test_dropout.py",
    "GaussianNoise": "random; layers/test_noise.py: SciPy's test of normality",
    "MaskingNoise": "random; layers/test_noise.py",
    "ActivityPenalty": "not in PyTorch; layers/test_penalty.py: central differences of loss plus penalty",
    "Identity": "moves no number; layers/test_activations.py",
    "Reshape": "moves no number; layers/test_reshape.py",
    # optimizers
    "Momentum": "PyTorch's moving average starts at the first gradient instead of 0; SciPy's lfilter and I12 term by term",
    # schedules, initializers
    "zeros": "no statistics: every weight is 0",
    "constant": "no statistics: every weight is equal",
    "u14_normal": "the slide's own form, not in PyTorch [E3]",
    "i7_uniform": "the slide's own form, not in PyTorch [E4]",
}


def concrete(package, kind):
    """The names of what a package exports and can be made."""
    members = inspect.getmembers(package, inspect.isclass)
    return {name for name, c in members if issubclass(c, kind) and not inspect.isabstract(c)}


def names_in(function):
    """All names in the source of a test, such as those of the layers it puts together."""
    return {node.id for node in ast.walk(ast.parse(inspect.getsource(function))) if isinstance(node, ast.Name)}


def kinds(objects):
    return {type(made).__name__ for made in objects}


JUDGED = {
    "layers": kinds([*layers.LAYERS.values(), *layers.ACTIVATIONS.values()])
    | names_in(layers.test_a_whole_network)
    | names_in(layers.test_tied_weights),
    "losses": kinds(losses.LOSSES.values()) | names_in(losses.test_the_kl_of_a_code) | names_in(losses.test_two_tasks),
    "optimizers": kinds(make() for make in optimizers.BY_TORCH.values()),
    "schedules": kinds(schedules.BY_TORCH.values()),
    "initializers": set(test_initializers.BY_TORCH),
}
PUBLIC = {
    "layers": concrete(course_lib.layers, course_lib.layers.Layer),
    "losses": concrete(course_lib.losses, course_lib.losses.Loss),
    "optimizers": concrete(course_lib.optim, course_lib.optim.Optimizer),
    "schedules": {
        name
        for name, c in inspect.getmembers(course_lib.optim, inspect.isclass)
        if c.__module__ == "course_lib.optim.schedules"
    },
    "initializers": {f.__name__ for f in test_initializers.MOMENTS},
}


@pytest.mark.parametrize("family", PUBLIC)
def test_pytorch_judges_everything_that_it_can(family):
    assert len(PUBLIC[family]) >= 7
    missing = PUBLIC[family] - JUDGED[family] - set(WITHOUT)
    assert not missing, f"compare with PyTorch, or say in WITHOUT why not: {', '.join(sorted(missing))}"


def test_what_is_judged_has_no_excuse():
    everything = set().union(*PUBLIC.values())
    assert set(WITHOUT) <= everything, "WITHOUT names what is not there any more"
    assert not set(WITHOUT) & set().union(*JUDGED.values())


def test_every_oracle_is_asked():
    """No stored value is there for nothing: some test file names it."""
    text = "".join(file.read_text(encoding="utf-8") for file in HERE.rglob("test_*.py"))
    unused = {name for name in oracles() if f'"{name}"' not in text and f'"{name.partition(".")[2]}"' not in text}
    assert not unused


# --- float32, where the families' own tests are about float64 ---------------------------------------------------------


@pytest.mark.parametrize("name", optimizers.BY_TORCH)
def test_twenty_steps_in_float32(name):
    torch, optimizer = expected(f"optimizers.{name}"), optimizers.BY_TORCH[name]()
    theta = torch["theta"][0].astype(np.float32)
    for grad, where in zip(torch["grad"].astype(np.float32), torch["theta"][1:], strict=True):
        optimizer.step(theta, grad)
        np.testing.assert_allclose(theta, where, rtol=1e-5, atol=1e-5)
    assert theta.dtype == np.float32
