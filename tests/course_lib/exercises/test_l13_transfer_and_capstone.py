"""The references of lesson 13 against PyTorch and SciPy."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from course_lib.exercises import l13_transfer_and_capstone as l13

torch = pytest.importorskip("torch")
rng = np.random.default_rng(13)


def test_a_step_with_rates_is_that_of_parameter_groups():
    starts, rates = np.array([0, 5, 8]), np.array([0.0, 0.1, 0.3])
    theta, grad = rng.normal(size=12), rng.normal(size=12)
    parts = [torch.tensor(part, requires_grad=True) for part in np.split(theta.copy(), starts[1:])]
    for part, g in zip(parts, np.split(grad, starts[1:]), strict=True):
        part.grad = torch.tensor(g)
    torch.optim.SGD([{"params": [part], "lr": rate} for part, rate in zip(parts, rates, strict=True)]).step()
    theirs = np.concatenate([part.detach().numpy() for part in parts])
    np.testing.assert_allclose(l13.transfer_step(theta, grad, starts, rates), theirs)


@pytest.mark.parametrize("frozen", [0, 1, 2])
def test_pytorch_spends_as_much_on_a_step(frozen):
    from torch.utils.flop_counter import FlopCounterMode

    sizes = [7, 5, 9, 3]
    net = torch.nn.Sequential(*(torch.nn.Linear(a, b, bias=False) for a, b in pairwise(sizes)))
    for layer in net[:frozen]:
        layer.requires_grad_(False)
    with FlopCounterMode(display=False) as counter:
        net(torch.ones((1, 7))).sum().backward()
    costs = [a * b for a, b in pairwise(sizes)]
    assert l13.training_cost(costs, frozen) == counter.get_total_flops() / 2


def test_effect_over_error_is_the_paired_t():
    scores = rng.normal(0.8, 0.02, size=(4, 6))
    effect, error, clear = l13.ablation(scores)
    theirs = stats.ttest_rel(scores[0], scores[1:], axis=1)
    np.testing.assert_allclose(effect / error, theirs.statistic)
    np.testing.assert_array_equal(clear, np.abs(theirs.statistic) > 2)


def test_rates_and_layers_that_learn():
    np.testing.assert_allclose(l13.layer_rates(3, 0.1, 10), [0.001, 0.01, 0.1])
    learning = [l13.unfrozen(step, 3, 2).tolist() for step in range(5)]
    assert learning == [[False, False, True]] * 2 + [[False, True, True]] * 2 + [[True] * 3]


def test_the_contest_draws_other_digits_each_time_and_keeps_the_labels():
    one, two = (l13._draw(np.random.default_rng(seed)) for seed in (1, 2))
    assert [part.shape for part in one] == [(600, 1, 14, 14), (600,), (1000, 1, 14, 14), (1000,)]
    assert one[0].dtype == np.float32
    assert not np.array_equal(one[2], two[2])
