"""Early stopping: the number of epochs is a hyper-parameter, and one training searches all of its values."""

from course_lib.arrays import check_size


class EarlyStopping:
    """Stop when the dev loss has not reached a new minimum for `patience` checks, and go back to the best weights.

        stopping = EarlyStopping(network, patience=5)
        for record in train(...):
            if stopping(record.dev_loss):
                break
        stopping.restore()

    min_delta    how far below the best a value must be to count as better    best: the best value, best_check: when it was, from 1
    A score, where larger is better, is given as stopping(-record.dev_score). nan is never better.
    Raises    ValueError if patience is under 1; RuntimeError to restore what never was.          [Lectures: W17, U26]
    """

    def __init__(self, network, patience, min_delta=0.0):
        if not min_delta >= 0:
            raise ValueError(f"min_delta: wanted a number of at least 0, got {min_delta}")
        self.network, self.patience, self.min_delta = network, check_size("patience", patience), min_delta
        self.best, self.best_check, self.checks = float("inf"), 0, 0
        self._weights = None

    def __call__(self, value):
        """Note a new value; True if it is time to stop."""
        self.checks += 1
        if value < self.best - self.min_delta:
            self.best, self.best_check = float(value), self.checks
            self._weights = self.network.snapshot()
        return self.checks - self.best_check >= self.patience

    def restore(self):
        """Write the weights (and running means) of the best check back into the network."""
        if self._weights is None:
            raise RuntimeError("restore: wanted a value below infinity first, there has been none")
        self.network.load(self._weights)
