"""Training: the loop, what watches it, and what is built from many trainings."""

from course_lib.training.checkpoints import load_checkpoint, save_checkpoint
from course_lib.training.divergence import Diverged
from course_lib.training.early_stopping import EarlyStopping
from course_lib.training.ensembles import average, bagging, error_correlation, predictions, snapshots, vote
from course_lib.training.history import History, Record
from course_lib.training.loop import evaluate, fit, gradients, predict, train
from course_lib.training.metrics import accuracy, confusion, roc_auc
from course_lib.training.search import Trial, grid_search, log_uniform, random_search, uniform
from course_lib.training.statistics import LayerStatistics, layer_statistics

__all__ = [
    "Diverged",
    "EarlyStopping",
    "History",
    "LayerStatistics",
    "Record",
    "Trial",
    "accuracy",
    "average",
    "bagging",
    "confusion",
    "error_correlation",
    "evaluate",
    "fit",
    "gradients",
    "grid_search",
    "layer_statistics",
    "load_checkpoint",
    "log_uniform",
    "predict",
    "predictions",
    "random_search",
    "roc_auc",
    "save_checkpoint",
    "snapshots",
    "train",
    "uniform",
    "vote",
]
