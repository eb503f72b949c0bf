"""What training reported, epoch by epoch."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Record:
    """One epoch of training; epochs are counted from 1.

    loss, score            means over the training examples, taken on the way: with dropout, and while the weights still move
    penalty                mean of what the penalties added to the loss
    grad_norm              mean norm of the gradient of all parameters, before clipping
    dev_loss, dev_score    of the dev set, after the epoch, in prediction mode; None without one
    lr                     the learning rate at the beginning of the epoch; None if the optimizer has no rate()
    """

    epoch: int
    loss: float
    penalty: float
    grad_norm: float
    seconds: float
    score: float | None = None
    dev_loss: float | None = None
    dev_score: float | None = None
    lr: float | None = None


class History:
    """Records in their order; `course_lib.plots.learning_curves(history)` draws them.          [Lectures: U15, U26, W17]

        history = History()
        for record in train(...):
            history.append(record)
        history["dev_loss"]         # (epochs,) float64, nan where there was none
        history.best.epoch          # of the least dev_loss, or of the least loss where there was no dev set

    Raises    KeyError for a name that is none of a Record's, ValueError for the best of nothing.
    """

    def __init__(self, records=()):
        self.records = list(records)

    def append(self, record):
        self.records.append(record)

    def __len__(self):
        return len(self.records)

    def __iter__(self):
        return iter(self.records)

    def __getitem__(self, name):
        if name not in Record.__dataclass_fields__:
            raise KeyError(f"name: wanted one of {', '.join(Record.__dataclass_fields__)}, got {name!r}")
        return np.array([getattr(record, name) for record in self.records], np.float64)  # None becomes nan

    @property
    def best(self):
        judged = [record for record in self.records if record.dev_loss is not None]
        if not self.records:
            raise ValueError("history: wanted at least one record, got none")
        return min(judged, key=lambda r: r.dev_loss) if judged else min(self.records, key=lambda r: r.loss)

    def __repr__(self):
        return f"History({len(self)} epochs)"
