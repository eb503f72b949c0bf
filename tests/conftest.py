"""Settings that every test shares."""

import os

from hypothesis import settings

# one BLAS thread: two threads stall each other on small machines, and no result here needs them
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
settings.register_profile("course", derandomize=True, deadline=None, max_examples=50)
settings.load_profile("course")
