"""Models: thin compositions of layers, and what they are made of."""

from course_lib.models.autoencoder import Autoencoder
from course_lib.models.belief_network import BeliefNetwork
from course_lib.models.classifiers import cnn, rnn_classifier
from course_lib.models.gan import GANRecord, train_gan
from course_lib.models.meter import Meter, metered
from course_lib.models.mixture_density import MixtureDensityNetwork
from course_lib.models.mlp import mlp
from course_lib.models.summary import Row, Summary, summary
from course_lib.models.trace import Trace, trace
from course_lib.models.vae import VAE, NegativeELBO

__all__ = [
    "VAE",
    "Autoencoder",
    "BeliefNetwork",
    "GANRecord",
    "Meter",
    "MixtureDensityNetwork",
    "NegativeELBO",
    "Row",
    "Summary",
    "Trace",
    "cnn",
    "metered",
    "mlp",
    "rnn_classifier",
    "summary",
    "trace",
    "train_gan",
]
