"""The references of lesson 10 against PyTorch, SciPy and scikit-learn; and E2 settled."""

import numpy as np
import pytest
from scipy import ndimage
from sklearn.ensemble import VotingClassifier

from course_lib.exercises import l10_data_and_ensembles as l10

torch = pytest.importorskip("torch")
rng = np.random.default_rng(10)


def leaf(a):
    return torch.tensor(a, requires_grad=True)


def test_moving_is_that_of_scipy():
    images = rng.uniform(size=(2, 5, 7))
    for down, right in ((1, -2), (0, 3), (-4, 0)):
        theirs = ndimage.shift(images, (0, down, right), order=0, mode="constant", cval=0)
        np.testing.assert_allclose(l10.shift(images, down, right), theirs)


def test_turning_reads_where_scipy_reads():
    image = rng.uniform(size=(9, 9))
    points = np.stack(np.meshgrid(np.arange(9.0), np.arange(9.0), indexing="ij"), axis=2).reshape(-1, 2)
    places = l10.read_from(points, image.shape, 30, 0.0)
    ours = ndimage.map_coordinates(image, places.T, order=1, cval=0).reshape(9, 9)
    theirs = ndimage.rotate(image, 30, reshape=False, order=1)
    np.testing.assert_allclose(ours[2:-2, 2:-2], theirs[2:-2, 2:-2], atol=1e-9)  # at the border they fade otherwise


def test_noise_in_the_inputs_is_a_penalty_on_the_mean_of_many_draws():
    X, w, t, sigma = rng.normal(size=(6, 3)), leaf(rng.normal(size=3)), rng.normal(size=6), 0.4
    loss = torch.mean((torch.tensor(X) @ w - torch.tensor(t)) ** 2) / 2 + sigma**2 / 2 * torch.sum(w**2)
    loss.backward()
    value, slope = l10.noisy_loss(w.detach().numpy(), X, t, sigma)
    np.testing.assert_allclose((value, *slope), (loss.item(), *w.grad.numpy()))
    noisy = X + sigma * rng.normal(size=(200_000, 6, 3))
    assert np.mean((noisy @ w.detach().numpy() - t) ** 2) / 2 == pytest.approx(value, rel=0.01)


@pytest.mark.parametrize("K", [2, 3, 5])
def test_smoothed_labels_and_when_w15_is_a_distribution(K):
    labels, logits = rng.integers(K, size=4), torch.tensor(rng.normal(size=(4, K)))
    w15, standard = l10.smoothed(labels, K, 0.8, 0.1)
    theirs = torch.nn.functional.cross_entropy(logits, torch.tensor(labels), label_smoothing=0.1)
    ours = -torch.mean(torch.sum(torch.tensor(standard) * torch.log_softmax(logits, dim=1), dim=1))
    assert ours.item() == pytest.approx(theirs.item())
    np.testing.assert_allclose(w15.sum(axis=1), 1 - (K - 2) * 0.1)  # E2: 1 for two classes alone


def test_two_tasks_on_one_trunk():
    X, labels, r = rng.normal(size=(6, 4)), rng.integers(3, size=6), rng.normal(size=(6, 2))
    W, V, U = (leaf(rng.normal(size=shape)) for shape in ((4, 5), (5, 3), (5, 2)))
    h = torch.tanh(torch.tensor(X) @ W)
    first = torch.nn.functional.cross_entropy(h @ V, torch.tensor(labels))
    second = torch.sum((h @ U - torch.tensor(r)) ** 2) / 2 / 6
    (0.7 * first + 0.3 * second).backward()
    ours = l10.multitask_gradients(X, labels, r, *(p.detach().numpy() for p in (W, V, U)), 0.3)
    for mine, p in zip(ours, (W, V, U), strict=True):
        np.testing.assert_allclose(mine, p.grad.numpy(), atol=1e-12)


def test_votes_are_those_of_scikit_learn():
    P, weights = rng.dirichlet(np.ones(4), size=(3, 20)), np.array([1.0, 2.5, 1.8])

    class Says:
        """A model that is asked for the examples by number"""

        def __init__(self, p):
            self.p = p

        def predict(self, X):
            return self.p[X.ravel()].argmax(axis=1)

        def predict_proba(self, X):
            return self.p[X.ravel()]

    theirs = []
    for kind in ("hard", "soft"):
        both = VotingClassifier([(str(k), None) for k in range(3)], voting=kind, weights=weights)
        both.estimators_, both.le_ = [Says(p) for p in P], _Labels()
        both.named_estimators_ = {}
        theirs.append(both.predict(np.arange(20)[:, None]))
    np.testing.assert_array_equal(l10.weighted_vote(P, weights), theirs)


class _Labels:
    """Classes are 0 .. 3, and called so"""

    @staticmethod
    def inverse_transform(places):
        return places


def test_the_cyclic_rate_is_cosine_annealing_with_restarts():
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=5)
    theirs = []
    for _ in range(15):
        theirs.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    np.testing.assert_allclose(l10.cyclic_rate(np.arange(15), 15, 3, 0.2), theirs)


def test_resampling_leaves_a_third_out():
    drawn, left = l10.bootstrap(rng.uniform(size=5000))
    assert sorted({*drawn.tolist(), *left.tolist()}) == list(range(5000))
    assert len(left) / 5000 == pytest.approx(np.exp(-1), abs=0.02)


def test_the_gain_is_what_the_correlation_says():
    E = rng.normal(size=(4, 50)) + rng.normal(size=50)
    one, together, rho = l10.ensemble_gain(E)
    assert together == pytest.approx(one * (rho + (1 - rho) / 4))
    pairs = [np.mean(E[a] * E[b]) for a in range(4) for b in range(4) if a != b]
    assert rho == pytest.approx(np.mean(pairs) / one)
