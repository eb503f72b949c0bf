"""The loop finds what scikit-learn finds, reports what happened, and says where nan began."""

import sys

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge

from course_lib.data import moons
from course_lib.layers import (
    ActivityPenalty,
    BatchNorm1d,
    Dense,
    Identity,
    Layer,
    MultiHead,
    ReLU,
    Sequential,
    Sigmoid,
    Tanh,
    pack,
    parameters,
)
from course_lib.losses import BinaryCrossEntropy, SigmoidCrossEntropy, SoftmaxCrossEntropy, SquaredError
from course_lib.optim import SGD, Adam
from course_lib.regularizers import L2, MaxNorm, proximal_step
from course_lib.training import Diverged, History, accuracy, evaluate, fit, gradients, predict, train


class Descent:
    """theta -= lr grad"""

    def __init__(self, lr):
        self.lr, self.norms = lr, []

    def step(self, theta, grad):
        self.norms.append(np.linalg.norm(grad))
        theta -= np.asarray(self.lr, theta.dtype) * grad


class HalfSquare:
    """lam / 2 ||w||^2"""

    def __init__(self, lam):
        self.lam = lam

    def value(self, w):
        return self.lam / 2 * float(np.sum(w * w))

    def grad(self, w):
        return self.lam * w


class Louder(Layer):
    """Twice as large in training: the loop must evaluate in prediction mode."""

    def forward(self, x, training=False):
        if training:
            self._saved = x
        return x * (2 if training else 1)

    def backward(self, dy, need_dx=True):
        self.recall()
        return 2 * dy


@pytest.fixture
def rng():
    return np.random.default_rng(4)


@pytest.fixture
def regression(rng):
    x = rng.standard_normal((40, 3))
    return x, x @ [[1.0], [-2.0], [0.5]] + 1 + 0.1 * rng.standard_normal((40, 1))


def classifier(rng, n_in=2, n_out=2):
    return Sequential(Dense(n_in, 16, rng=rng), Tanh(), Dense(16, n_out, rng=rng))


def last(records):
    *_, record = records
    return record


def test_descent_ends_at_scikit_learns_ridge(regression, rng):
    x, y = regression
    network = Dense(3, 1, rng=rng).astype(np.float64)
    options = dict(rng=rng, epochs=3000, batch_size=40, penalties={"W": HalfSquare(0.1)})
    record = last(train(network, SquaredError("half_mean"), Descent(0.3), x, y, **options))
    ridge = Ridge(alpha=0.1 * 40).fit(x, y)
    np.testing.assert_allclose(network.params["W"].ravel(), ridge.coef_.ravel(), rtol=1e-8)
    np.testing.assert_allclose(network.params["b"], ridge.intercept_, rtol=1e-8)
    assert record.penalty == pytest.approx(0.05 * np.sum(ridge.coef_**2))
    assert record.loss == pytest.approx(np.mean((ridge.predict(x) - y.ravel()) ** 2) / 2)
    assert record.grad_norm < 1e-8  # of the loss and the penalty together


def test_descent_ends_at_scikit_learns_logistic_regression(rng):
    x, y = moons(60, rng=rng, noise=0.3)
    x = x.astype(np.float64)
    network = Dense(2, 1, rng=rng).astype(np.float64)
    options = dict(rng=rng, epochs=4000, batch_size=60, penalties={"W": HalfSquare(1 / 60)})
    last(train(network, SigmoidCrossEntropy(), Descent(1.0), x, y[:, None].astype(np.float64), **options))
    theirs = LogisticRegression(C=1.0, tol=1e-10).fit(x, y)
    np.testing.assert_allclose(network.params["W"].ravel(), theirs.coef_.ravel(), rtol=1e-5)


def test_a_network_learns_the_moons(rng):
    x, y = moons(300, rng=rng)
    network = classifier(rng)
    history = fit(
        network, SoftmaxCrossEntropy(), Descent(0.5), x, y, rng=rng, epochs=40, score=accuracy, progress=False
    )
    assert accuracy(predict(network, x), y) > 0.97
    assert history["score"][-1] > 0.95
    assert history["loss"][-1] < 0.3 * history["loss"][0]


def test_gradients_are_those_of_loss_and_penalty_together(regression, rng):
    x, y = regression
    network = Sequential(Dense(3, 4, rng=rng), Tanh(), Dense(4, 1, rng=rng)).astype(np.float64)
    theta, grad = pack(network)
    first = network.layers[0]
    omegas = [(HalfSquare(0.7), first.params["W"], first.grads["W"])]
    loss = SquaredError()

    def objective(theta_new):
        theta[...] = theta_new
        return loss.forward(network.forward(x), y) + HalfSquare(0.7).value(first.params["W"])

    here = theta.copy()
    value, omega, pred = gradients(network, loss, x, y, omegas)
    found = grad.copy()
    assert value + omega == pytest.approx(objective(here))
    np.testing.assert_array_equal(pred, network.forward(x))
    steps = 1e-6 * np.eye(len(theta))
    differences = [(objective(here + e) - objective(here - e)) / 2e-6 for e in steps]
    np.testing.assert_allclose(found, differences, rtol=1e-5, atol=1e-8)


def test_a_penalty_on_activations_is_part_of_the_record(regression, rng):
    x, y = regression
    network = Sequential(Dense(3, 4, rng=rng), ActivityPenalty(L2.half(0.5)), Dense(4, 1, rng=rng)).astype(np.float64)
    expected = 0.25 * np.sum(network.layers[0].forward(x) ** 2) / 40
    record = last(train(network, SquaredError(), Descent(0.0), x, y, rng=rng, epochs=1, batch_size=8))
    assert record.penalty == pytest.approx(expected)


def test_nothing_happens_before_the_first_record_is_asked_for(regression, rng):
    network = Dense(3, 1, rng=rng)
    before, state = network.snapshot(), rng.bit_generator.state
    records = train(network, SquaredError(), Descent(0.1), *regression, rng=rng, epochs=2)
    np.testing.assert_equal(network.snapshot(), before)
    assert rng.bit_generator.state == state
    assert next(records).epoch == 1
    assert not np.array_equal(network.params["W"], before["W"])
    assert next(records).epoch == 2
    with pytest.raises(StopIteration):
        next(records)


def test_the_record_is_the_mean_over_the_examples_not_over_the_batches(regression, rng):
    x, y = regression[0][:7], regression[1][:7]  # batches of 3, 3 and 1
    network = Dense(3, 1, rng=rng).astype(np.float64)
    expected, _ = evaluate(network, SquaredError(), x, y)
    record = last(train(network, SquaredError(), Descent(0.0), x, y, rng=rng, epochs=1, batch_size=3))
    assert record.loss == pytest.approx(expected)
    assert (record.dev_loss, record.dev_score, record.score, record.penalty) == (None, None, None, 0)
    assert record.seconds > 0


def test_the_dev_set_is_looked_at_in_prediction_mode_after_the_epoch(regression, rng):
    x, y = regression
    network = Sequential(Dense(3, 1, rng=rng), Louder()).astype(np.float64)
    negative_error = lambda pred, target: -float(np.mean(np.abs(pred - target)))  # noqa: E731 - one line, used here alone
    options = dict(rng=rng, epochs=3, dev=(x[:5], y[:5]), score=negative_error)
    for record in train(network, SquaredError(), Descent(0.01), x, y, **options):
        pred = network.forward(x[:5])
        assert record.dev_loss == pytest.approx(SquaredError().forward(pred, y[:5]))
        assert record.dev_score == pytest.approx(negative_error(pred, y[:5]))
        assert record.score < 0


def test_the_seed_decides(regression):
    runs = []
    for seed in (1, 1, 2):
        network = Dense(3, 1, rng=np.random.default_rng(0))
        options = dict(rng=np.random.default_rng(seed), epochs=2, batch_size=8)
        last(train(network, SquaredError(), Descent(0.05), *regression, **options))
        runs.append(network.params["W"].copy())
    np.testing.assert_array_equal(runs[0], runs[1])
    assert not np.array_equal(runs[0], runs[2])


def test_clipping_comes_between_the_gradient_and_the_step(regression, rng):
    def clip(grad):
        grad *= 0.01 / np.linalg.norm(grad)

    optimizer, network = Descent(0.1), Dense(3, 1, rng=rng).astype(np.float64)
    record = last(train(network, SquaredError(), optimizer, *regression, rng=rng, epochs=1, batch_size=10, clip=clip))
    np.testing.assert_allclose(optimizer.norms, 0.01)
    assert len(optimizer.norms) == 4
    assert record.grad_norm > 0.1  # as it was before clipping


def test_after_each_step_weights_may_be_bounded(regression, rng):
    network = Dense(3, 1, rng=rng)
    W, seen = network.params["W"], []

    def bound():
        W = network.params["W"]
        seen.append(float(np.abs(W).max()))
        np.clip(W, -0.1, 0.1, out=W)

    last(train(network, SquaredError(), Descent(0.1), *regression, rng=rng, epochs=2, batch_size=20, after_step=bound))
    assert len(seen) == 4 and max(seen) > 0.1
    assert np.abs(network.params["W"]).max() <= np.float32(0.1)
    assert W is not network.params["W"]  # pack() moved it: the name is looked up anew


def test_max_norm_cuts_after_each_step_as_the_refusal_says(regression, rng):
    network = Dense(3, 1, rng=rng)
    options = dict(rng=rng, epochs=20, batch_size=20)
    last(
        train(
            network,
            SquaredError(),
            Descent(0.1),
            *regression,
            **options,
            after_step=lambda: proximal_step({"W": MaxNorm(0.5)}, parameters(network), 1),
        )
    )
    assert np.linalg.norm(network.params["W"]) == pytest.approx(0.5, rel=1e-6)


def test_batches_are_augmented_and_each_example_comes_once_an_epoch(rng):
    x = np.arange(10, dtype=np.float32)[:, None]
    seen = []

    def augment(xb):
        seen.append(xb.ravel())
        return 0 * xb

    network = Dense(1, 1, rng=rng)
    before = network.params["W"].copy()
    last(train(network, SquaredError(), Descent(0.1), x, x, rng=rng, epochs=3, batch_size=4, augment=augment))
    assert [len(batch) for batch in seen] == [4, 4, 2] * 3
    for epoch in range(3):
        np.testing.assert_array_equal(np.sort(np.concatenate(seen[3 * epoch : 3 * epoch + 3])), x.ravel())
    np.testing.assert_array_equal(network.params["W"], before)  # it saw zeros: dW = 0


def test_a_network_of_several_heads_takes_a_target_for_each(regression, rng):
    class Sum:
        """The sum of both tasks' losses."""

        def __init__(self):
            self.losses = SquaredError(), SquaredError()

        def forward(self, pred, target):
            return sum(loss.forward(p, t) for loss, p, t in zip(self.losses, pred, target, strict=True))

        def backward(self):
            return tuple(loss.backward() for loss in self.losses)

    x, y = regression
    network = MultiHead(Dense(3, 8, rng=rng), Dense(8, 1, rng=rng), Dense(8, 3, rng=rng)).astype(np.float64)
    options = dict(rng=rng, epochs=200, batch_size=10, dev=(x, (y, -x)))
    record = last(train(network, Sum(), Descent(0.02), x, (y, -x), **options))
    first, second = predict(network, x)
    np.testing.assert_allclose(second, -x, atol=0.02)
    assert record.dev_loss == pytest.approx(SquaredError().forward(first, y) + SquaredError().forward(second, -x))
    with pytest.raises(Diverged, match="1 of y's numbers"):
        last(
            train(
                network, Sum(), Descent(0.02), x, (y, np.where(x == x[0, 0], np.nan, x)), **options | {"batch_size": 40}
            )
        )


def test_predictions_in_parts_are_those_of_the_whole(rng):
    network, x = classifier(rng), rng.standard_normal((1100, 2)).astype(np.float32)
    np.testing.assert_allclose(predict(network, x), network.forward(x), rtol=1e-5, atol=1e-6)
    assert predict(network, x, batch_size=1).shape == (1100, 2)
    assert predict(network, x[:0]).shape == (0, 2)


# ---- nan and inf ----------------------------------------------------------------------------------------------------------


def diverging(network, loss, x, y, rng, lr=0.1, **options):
    with pytest.raises(Diverged) as caught:
        last(train(network, loss, Descent(lr), x, y, rng=rng, epochs=200, **options))
    return caught.value


def test_too_long_steps_are_blamed_with_epoch_and_layer(regression, rng):
    x, y = (a.astype(np.float32) for a in regression)
    network = Sequential(Dense(3, 8, rng=rng), ReLU(), Dense(8, 1, rng=rng))
    error = diverging(network, SquaredError(), x, y, rng, lr=100.0)
    assert error.epoch < 20
    assert str(error).startswith(f"epoch {error.epoch}: ")
    assert "Dense(" in error.where
    assert "lower the learning rate" in error.hint


def test_the_first_layer_that_overflows_is_named(rng):
    network = Sequential(Dense(2, 3, rng=rng), Tanh(), Dense(3, 3, rng=rng), ReLU(), Dense(3, 1, rng=rng))
    network.layers[0].params["W"][...] = 5
    network.layers[2].params["W"][...] = 3e38
    x = np.ones((4, 2), np.float32)
    error = diverging(network, SquaredError(), x, np.ones((4, 1), np.float32), rng)
    assert error.epoch == 1
    assert "outputs of layer 2, Dense(3, 3), are nan or inf" in error.where


@pytest.mark.parametrize("part", ["x", "y"])
def test_nan_in_the_data_is_blamed_on_the_data(part, regression, rng):
    x, y = regression
    (x if part == "x" else y)[3, 0] = np.nan
    error = diverging(Dense(3, 1, rng=rng), SquaredError(), x, y, rng, batch_size=40)
    assert f"the batch has 1 of {part}'s numbers that are nan or inf" in error.where
    assert "Clean the data" in error.hint


def test_a_certain_and_wrong_probability_is_blamed_on_the_loss(rng):
    network = Sequential(Dense(1, 1, rng=rng), Sigmoid())
    network.layers[0].params["W"][...] = 1000
    x = np.array([[1.0], [-1.0]], np.float32)
    error = diverging(network, BinaryCrossEntropy(), x, np.array([[0.0], [0.0]], np.float32), rng)
    assert "BinaryCrossEntropy() is nan or inf" in error.where
    assert "logits" in error.hint


def test_a_nan_dev_loss_stops_too(regression, rng):
    x, y = regression
    error = diverging(Dense(3, 1, rng=rng), SquaredError(), x, y, rng, dev=(np.full((2, 3), np.nan), y[:2]))
    assert error.epoch == 1
    assert "6 of x's numbers" in error.where


def test_a_running_mean_that_is_nan_is_blamed_itself(regression, rng):
    """What is not trained can be spoiled too: only the dev set, in prediction mode, meets it."""
    x, y = regression
    network = Sequential(Dense(3, 2, rng=rng), BatchNorm1d(2), Dense(2, 1, rng=rng))
    network.layers[1].state["mean"][1] = np.nan
    error = diverging(network, SquaredError(), x, y, rng, dev=(x, y))
    assert error.where.startswith("1 of 2 numbers of 1.mean, of BatchNorm1d(2)")


def test_a_last_step_to_infinity_is_noticed(rng):
    x = np.ones((2, 1), np.float32)
    network = Dense(1, 1, rng=rng)

    class Jump:
        def step(self, theta, grad):
            theta[...] = np.inf

    with pytest.raises(Diverged, match=r"epoch 1: 1 of 1 numbers of W, of Dense\(1, 1\), are nan or inf"):
        last(train(network, SquaredError(), Jump(), x, x, rng=rng, epochs=1))


def test_a_step_that_overflows_is_blamed_on_the_largest_gradient(rng):
    network = Sequential(Dense(2, 3, rng=rng), Identity(), Dense(3, 1, rng=rng))
    x, y = np.full((8, 2), 1e10, np.float32), np.zeros((8, 1), np.float32)
    with pytest.raises(Diverged) as caught:
        last(train(network, SquaredError(), Adam(0.1), x, y, rng=rng, epochs=3))
    assert caught.value.epoch == 1
    assert "0.W, of Dense(2, 3)" in caught.value.where
    assert "Adam" in str(caught.value) and "clip the gradient" in caught.value.hint


def test_the_record_has_the_learning_rate_of_a_schedule(regression, rng):
    records = train(Dense(3, 1, rng=rng), SquaredError(), SGD(lambda t: 0.1 / (1 + t)), *regression, rng=rng, epochs=3)
    assert [record.lr for record in records] == pytest.approx([0.1, 0.1 / 3, 0.1 / 5])  # two steps an epoch


def test_the_error_can_travel_between_processes():
    import pickle

    error = pickle.loads(pickle.dumps(Diverged(3, "here", "try this")))
    assert (error.epoch, str(error)) == (3, "epoch 3: here. try this")


# ---- arguments ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (dict(x=np.ones((0, 3)), y=np.ones((0, 1))), "number of examples: wanted at least 1, got 0"),
        (dict(y=np.ones((39, 1))), r"wanted arrays of one length, got shapes \(40, 3\), \(39, 1\)"),
        (dict(rng=0), "rng: wanted a numpy Generator"),
        (dict(batch_size=0), "size: wanted at least 1, got 0"),
        (dict(epochs=0), "epochs: wanted at least 1, got 0"),
        (dict(penalties={"0.W": HalfSquare(1)}), "penalties: wanted names from W, b; got 0.W"),
        (dict(penalties={"W": MaxNorm(3)}), r"penalties: MaxNorm\(limit=3\) for W is a wall.* after each step"),
        (dict(network=ReLU()), "no parameters"),
    ],
)
def test_what_does_not_fit_is_said_at_the_call(change, message, regression, rng):
    x, y = regression
    options = dict(
        network=Dense(3, 1, rng=rng), loss=SquaredError(), optimizer=Descent(0.1), x=x, y=y, rng=rng, epochs=1
    )
    with pytest.raises((ValueError, TypeError), match=message):
        train(**options | change)


# ---- fit ------------------------------------------------------------------------------------------------------------------


def test_fit_is_train_with_a_bar_and_a_history(regression, capsys):
    runs = []
    for use in (lambda *a, **o: History(train(*a, **o)), fit):
        network = Dense(3, 1, rng=np.random.default_rng(0))
        history = use(network, SquaredError(), Descent(0.1), *regression, rng=np.random.default_rng(1), epochs=4)
        runs.append((history["loss"], network.params["W"]))
    np.testing.assert_array_equal(runs[0][0], runs[1][0])
    np.testing.assert_array_equal(runs[0][1], runs[1][1])
    out, err = capsys.readouterr()
    assert "4/4" in out and "loss=" in out
    assert err == ""  # nbgrader takes any text there for a failure


def test_fit_without_a_bar_says_nothing(regression, rng, capsys):
    fit(Dense(3, 1, rng=rng), SquaredError(), Descent(0.1), *regression, rng=rng, epochs=2, progress=False)
    assert capsys.readouterr() == ("", "")


def test_fit_with_patience_stops_and_goes_back(regression, rng):
    x, y = regression
    network, lr = Dense(3, 1, rng=rng).astype(np.float64), 0.2

    class ThenWorse(Descent):
        def step(self, theta, grad):
            self.lr = lr if len(self.norms) < 20 else -0.01  # away from the minimum again
            super().step(theta, grad)

    options = dict(rng=rng, epochs=100, batch_size=40, dev=(x, y), patience=5, progress=False)
    history = fit(network, SquaredError(), ThenWorse(lr), x, y, **options)
    assert len(history) == 25
    assert history.best.epoch == 20
    assert evaluate(network, SquaredError(), x, y)[0] == history.best.dev_loss


def test_patience_wants_a_dev_set(regression, rng):
    with pytest.raises(ValueError, match=r"patience: wanted dev=\(x, y\) with it"):
        fit(Dense(3, 1, rng=rng), SquaredError(), Descent(0.1), *regression, rng=rng, epochs=1, patience=3)


def test_tqdm_is_loaded_by_fit_alone():
    import subprocess

    code = "import sys, course_lib.training; print('tqdm' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert run.stdout == "False\n", run.stderr
