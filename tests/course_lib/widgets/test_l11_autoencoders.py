"""The explorers of lesson 11: what they draw is true, and their words say what they draw."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from course_lib.data import digits_split
from course_lib.training import predict
from course_lib.widgets.l11_autoencoders import (
    SIZES,
    chosen,
    code_plane,
    describe_plane,
    describe_reconstruction,
    draw_plane,
    draw_reconstruction,
    plane,
    reconstructed,
    reconstructions,
    trained,
)

X_TRAIN, T_TRAIN, X_TEST, T_TEST = digits_split()


@pytest.mark.parametrize("numbers", SIZES)
def test_pca_is_that_of_scikit_learn_and_the_autoencoder_is_better(numbers):
    pca = PCA(numbers).fit(X_TRAIN.astype(float))
    image = pca.inverse_transform(pca.transform(X_TEST[7:8].astype(float)))
    np.testing.assert_allclose(reconstructed(7, numbers)[1].ravel(), image[0], atol=1e-4)
    theirs = np.sum((pca.inverse_transform(pca.transform(X_TEST)) - X_TEST) ** 2)
    assert np.sum((np.asarray(predict(trained(numbers), X_TEST)) - X_TEST) ** 2) < theirs


def test_the_pictures_show_the_images_and_the_words_their_errors():
    x, pca, auto = reconstructed(3, 4)
    shown = [ax.images[0].get_array() for ax in draw_reconstruction(3, 4).axes]
    for image, wanted in zip(shown, (x, pca, auto), strict=True):
        np.testing.assert_allclose(image, wanted)
    text = describe_reconstruction(3, 4)
    assert f"{np.sum((pca - x) ** 2):.2f} with PCA, {np.sum((auto - x) ** 2):.2f} with the autoencoder" in text


def test_the_code_at_a_point_is_decoded_and_the_nearest_digit_named():
    codes, t, stops = plane()
    point, image, digit = chosen(4, 15)
    np.testing.assert_array_equal(point, (stops[0, 4], stops[1, 15]))
    np.testing.assert_allclose(image.ravel(), trained(2).decode(point[None].astype(codes.dtype))[0])
    assert digit == t[np.argmin(np.linalg.norm(codes - point, axis=1))]
    np.testing.assert_allclose(draw_plane(4, 15).axes[1].images[0].get_array(), image)
    assert describe_plane(4, 15).endswith(f"nearest code is a {digit}.")


def test_the_same_digits_lie_together():
    codes, t, _ = plane()
    distances = np.linalg.norm(codes[:, None] - codes[None], axis=2) + np.diag(np.full(len(t), np.inf))
    assert np.mean(t[distances.argmin(axis=1)] == t) > 0.6


def test_they_can_be_shown():
    assert "Test digit number 7 from 2 numbers" in reconstructions().text
    assert "The code (" in code_plane().text
