"""Scaling agrees with scikit-learn, goes back again, and survives constant and dependent features."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.decomposition import PCA as TheirPCA
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from course_lib.data import PCA, MinMax, PCAWhitening, Standardizer, ZCAWhitening, digits_split

SCALERS = [Standardizer, MinMax, PCA, PCAWhitening, ZCAWhitening]
every_scaler = pytest.mark.parametrize("make", SCALERS, ids=lambda make: make.__name__)


@pytest.fixture
def rng():
    return np.random.default_rng(3)


@pytest.fixture
def x(rng):
    """Correlated features of different means and scales, float64."""
    return rng.standard_normal((60, 5)) @ rng.standard_normal((5, 5)) * [1, 10, 0.1, 3, 1] + [0, 5, -2, 100, 1]


@pytest.mark.parametrize(("ours", "theirs"), [(Standardizer, StandardScaler), (MinMax, MinMaxScaler)])
def test_per_feature_scaling_is_scikit_learns(ours, theirs, x, rng):
    new = rng.standard_normal((7, 5))
    x[:, 2] = 0.1  # constant
    scale, reference = ours().fit(x), theirs().fit(x)
    np.testing.assert_allclose(scale.transform(new), reference.transform(new), rtol=1e-10)
    np.testing.assert_allclose(scale.inverse(new), reference.inverse_transform(new), rtol=1e-10)


def test_pca_is_scikit_learns(x, rng):
    new = rng.standard_normal((7, 5))
    ours, theirs = PCA(3).fit(x), TheirPCA(3, svd_solver="full").fit(x)
    np.testing.assert_allclose(ours.V.T, theirs.components_, atol=1e-10)
    np.testing.assert_allclose(ours.variances * 60 / 59, theirs.explained_variance_)  # theirs divides by N - 1
    np.testing.assert_allclose(ours.transform(new), theirs.transform(new), atol=1e-10)
    np.testing.assert_allclose(ours.inverse(new[:, :3]), theirs.inverse_transform(new[:, :3]), atol=1e-10)


def test_pca_whitening_is_scikit_learns_up_to_ddof(x):
    theirs = TheirPCA(whiten=True, svd_solver="full").fit_transform(x)
    np.testing.assert_allclose(PCAWhitening().fit(x).transform(x), theirs * np.sqrt(60 / 59), atol=1e-10)


@every_scaler
def test_what_is_transformed_comes_back(make, x, rng):
    scale = make().fit(x)
    new = 100 * rng.standard_normal((9, 5))
    np.testing.assert_allclose(scale.inverse(scale.transform(new)), new, rtol=1e-8)


@pytest.mark.parametrize("make", [PCAWhitening, ZCAWhitening])
def test_whitened_covariance_is_the_identity(make, x):
    z = make().fit(x).transform(x)
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(np.cov(z.T, ddof=0), np.eye(5), atol=1e-10)


def test_zca_stays_closer_to_the_data_than_any_other_whitening(x, rng):
    standard = x - x.mean(axis=0)
    zca = ZCAWhitening().fit(x).transform(x)
    for _ in range(20):
        rotation = np.linalg.qr(rng.standard_normal((5, 5)))[0]
        assert np.sum((standard - zca) ** 2) <= np.sum((standard - zca @ rotation) ** 2)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("dependent", ["copied", "constant", "combined", "few examples"])
def test_dependent_features_are_whitened_on_what_is_left(dependent, dtype, x):
    if dependent == "copied":
        x[:, 4], rank = x[:, 1], 4
    elif dependent == "constant":
        x[:, 4], rank = 123.456, 4
    elif dependent == "combined":
        x[:, 4], rank = x[:, 0] - 3 * x[:, 1] + 7, 4
    else:
        x, rank = x[:4], 3
    x = x.astype(dtype)
    atol = 1e-8 if dtype == np.float64 else 2e-3
    pca = PCAWhitening().fit(x)
    z = pca.transform(x)
    assert z.shape == (len(x), rank)
    assert z.dtype == dtype
    np.testing.assert_allclose(np.cov(z.T.astype(np.float64), ddof=0), np.eye(rank), atol=atol)
    z = ZCAWhitening().fit(x).transform(x)
    np.testing.assert_allclose(np.cov(z.T.astype(np.float64), ddof=0), pca.V @ pca.V.T, atol=atol)
    np.testing.assert_allclose(pca.inverse(pca.transform(x)), x, rtol=1e-3, atol=1e-3 if dtype == np.float32 else 1e-9)


def test_digits_lose_their_three_blank_pixels_and_no_more():
    x_train, _, x_test, _ = digits_split()
    blank = np.sum(np.ptp(x_train, axis=0) == 0)
    pca = PCAWhitening().fit(x_train)
    assert pca.V.shape == (64, 64 - blank)
    assert np.all(np.isfinite(pca.transform(x_test)))
    np.testing.assert_allclose(np.cov(pca.transform(x_train).T, ddof=0), np.eye(64 - blank), atol=1e-3)


@every_scaler
def test_constant_data_becomes_zero(make):
    x = np.full((5, 3), 0.1)  # 0.1 has no exact binary form: the mean of many is not quite it
    z = make().fit(x).transform(x)
    assert np.all(z == 0)
    assert z.shape == ((5, 0) if make in (PCA, PCAWhitening) else (5, 3))
    np.testing.assert_allclose(make().fit(x).inverse(z), x)


@every_scaler
def test_a_single_example_is_its_own_mean(make):
    scale = make().fit([[1.0, 2.0]])
    np.testing.assert_array_equal(scale.transform([[1.0, 2.0]]).ravel(), np.zeros(scale.transform([[1.0, 2.0]]).size))


@every_scaler
def test_no_examples_can_be_transformed_but_not_learned_from(make, x):
    assert make().fit(x).transform(np.empty((0, 5))).shape == (0, 5)
    with pytest.raises(ValueError, match=r"x: wanted at least one example, got shape \(0, 5\)"):
        make().fit(np.empty((0, 5)))


@every_scaler
def test_only_training_data_decide(make, x, rng):
    scale = make().fit(x)
    alone = scale.transform(x[:3])
    scale.transform(1000 * rng.standard_normal((50, 5)))
    np.testing.assert_array_equal(scale.transform(x[:3]), alone)


@every_scaler
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_is_kept_and_the_argument_too(make, dtype, x):
    x = x.astype(dtype)
    before = x.copy()
    x.flags.writeable = False
    scale = make().fit(x)
    z = scale.transform(x)
    assert z.dtype == scale.inverse(z).dtype == dtype
    np.testing.assert_array_equal(x, before)
    assert make().fit(np.arange(12).reshape(4, 3) ** 2).transform(np.ones((1, 3), int)).dtype == np.float32


@pytest.mark.parametrize("make", [Standardizer, MinMax])
def test_images_are_scaled_pixel_by_pixel(make, rng):
    x = rng.uniform(0, 1, (20, 4, 3))
    flat = make().fit(x.reshape(20, 12)).transform(x.reshape(20, 12))
    np.testing.assert_array_equal(make().fit(x).transform(x), flat.reshape(20, 4, 3))


def test_a_large_mean_costs_no_digits(rng):
    small = rng.standard_normal((1000, 2))
    x = small + 1e9
    z = Standardizer().fit(x).transform(x)
    np.testing.assert_allclose(z.std(axis=0), 1, rtol=1e-12)
    np.testing.assert_allclose(z, Standardizer().fit(small).transform(small), atol=1e-6)


@given(hnp.arrays(np.float64, (6, 2), elements=st.floats(-1e6, 1e6, width=32)))
def test_min_max_lies_between_0_and_1(x):
    z = MinMax().fit(x).transform(x)
    assert np.all((z >= 0) & (z <= 1))


def test_fewer_components_reconstruct_best(x):
    """Eckart and Young: what K components lose is the sum of the variances left out."""
    for k in range(1, 6):
        scale = PCA(k).fit(x)
        lost = np.mean(np.sum((x - scale.inverse(scale.transform(x))) ** 2, axis=1))
        np.testing.assert_allclose(lost, PCA().fit(x).variances[k:].sum(), atol=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda s: s.transform(np.ones((2, 5))), r"wanted fit\(x_train\) first"),
        (lambda s: s.inverse(np.ones((2, 5))), r"wanted fit\(x_train\) first"),
        (lambda s: s.fit(np.ones((3, 5))).transform(np.ones((2, 4))), r"x: wanted shape \(N, 5\), got \(2, 4\)"),
        (lambda s: s.fit([[1.0, np.nan]]), "x: wanted finite numbers, got 1 that are nan or inf"),
        (lambda s: s.fit([["a"]]), "x: wanted an array of real numbers"),
        (lambda s: s.fit([[1.0], [1.0, 2.0]]), "x: wanted an array, got rows of different lengths"),
        (lambda s: s.fit(3.0), r"x: wanted at least one example, got shape \(\)"),
    ],
)
@every_scaler
def test_what_cannot_be_is_said(make, call, message):
    with pytest.raises((ValueError, TypeError, RuntimeError), match=message):
        call(make())


def test_pca_wants_a_table_and_a_component():
    with pytest.raises(ValueError, match=r"x: wanted shape \(N, D\), got \(2, 3, 3\)"):
        PCA().fit(np.ones((2, 3, 3)))
    with pytest.raises(ValueError, match="n_components: wanted at least 1, got 0"):
        PCA(0)
