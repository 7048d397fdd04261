"""The development protocol on real data: four rows that pull apart what one figure would hide.

`plan_trials` says which reports train and which are judged, `run_trials` lets a way of fitting answer,
`measure_rows` gives each row's AUC with its interval, `compare_sheets` two models' paired difference.
"""

from pipeline.evaluation.protocol.figures import compare_sheets, measure_rows
from pipeline.evaluation.protocol.run import Corpus, Fit, Scorer, build_corpus, run_trials
from pipeline.evaluation.protocol.trials import Trial, plan_trials

__all__ = [
    "Corpus",
    "Fit",
    "Scorer",
    "Trial",
    "build_corpus",
    "compare_sheets",
    "measure_rows",
    "plan_trials",
    "run_trials",
]
