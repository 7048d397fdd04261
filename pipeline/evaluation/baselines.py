"""What may train in, plain models of the field out, so that ours is seen beside them on the same trials.

All see the features, the claims and the weights that ours does, ordinary talk included: only the classifier
differs. The report count sees no text at all; it is how a queue without a model is often ordered.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from pipeline.config import Params
from pipeline.evaluation.bootstrap import FloatArray
from pipeline.evaluation.cases import build_cases
from pipeline.evaluation.protocol import Corpus, Fit, Scorer
from pipeline.evaluation.protocol.outcome import take_background
from pipeline.evaluation.refits import split_claims
from pipeline.model.estimator import Learnt, build_matrix, fit_blocks
from pipeline.model.heads import fit_naive_bayes

REPORT_COUNT: Final = "report count"
INTERPOLATION: Final = 0.25
"""How much of NB-SVM's weights stays their own, the rest being their mean (Wang and Manning 2012)."""

MAX_ITERATIONS: Final = 20_000

Labels = npt.NDArray[np.int8]
Decide = Callable[[sparse.csr_array], FloatArray]
FitClassifier = Callable[[sparse.csr_array, Labels, FloatArray], Decide]


def fit_baseline(name: str, params: Params) -> Fit:
    """Return the way of fitting of one of CLASSIFIERS; what the chain abstains on stands in the middle."""
    classify = CLASSIFIERS[name]

    def fit(train: Corpus) -> Scorer:
        talk = take_background(train, params)
        cases = build_cases(train.table, train.prepared, params.evaluate.verdict_delay_days, talk)
        examples, _ = split_claims(cases, np.arange(len(cases.table)), params)
        learnt = Learnt.gather(examples, talk.prepared, params.train)
        blocks = fit_blocks(learnt.prepared, learnt.claims, params.train)
        features = build_matrix(blocks, learnt.prepared)
        with threadpool_limits(limits=1):
            decide = classify(features, learnt.y_true, learnt.weights)
        middle = float(np.median(decide(features)))

        def score(judged: Corpus) -> FloatArray:
            abstains = np.array([text.abstain_reason is not None for text in judged.prepared], np.bool_)
            return np.where(abstains, middle, decide(build_matrix(blocks, judged.prepared))).astype(
                np.float64
            )

        return score

    return fit


def fit_report_count(reports: pd.DataFrame) -> Fit:
    """Return a contestant that ranks claims by how many of `reports` tell them, later ones too."""
    counts = reports["claim_id"].value_counts()

    def score(judged: Corpus) -> FloatArray:
        return np.asarray(counts.reindex(judged.table["claim_id"]), np.float64)

    return lambda _train: score


def _fit_complement(features: sparse.csr_array, y_true: Labels, weights: FloatArray) -> Decide:
    """Fit complement naive Bayes (Rennie et al. 2003)."""
    model = ComplementNB().fit(features, y_true, sample_weight=weights)
    return lambda texts: np.subtract(*model.predict_joint_log_proba(texts).T[::-1])


def _fit_nb_svm(features: sparse.csr_array, y_true: Labels, weights: FloatArray) -> Decide:
    """Fit a linear SVM over terms scaled by naive Bayes' log-ratios (Wang and Manning 2012)."""
    ratios = fit_naive_bayes(features, y_true, weights, 1.0)
    model = _fit_svm(sparse.csr_array(features @ sparse.diags_array(ratios)), y_true, weights)
    own = model.coef_[0]
    mixed = INTERPOLATION * own + (1.0 - INTERPOLATION) * np.abs(own).mean()
    return lambda texts: np.asarray(texts @ (ratios * mixed), np.float64)


def _fit_logistic(features: sparse.csr_array, y_true: Labels, weights: FloatArray) -> Decide:
    model = LogisticRegression(max_iter=1000).fit(features, y_true, sample_weight=weights)
    return lambda texts: np.asarray(model.decision_function(texts), np.float64)


def _fit_linear_svm(features: sparse.csr_array, y_true: Labels, weights: FloatArray) -> Decide:
    model = _fit_svm(features, y_true, weights)
    return lambda texts: np.asarray(model.decision_function(texts), np.float64)


def _fit_svm(features: sparse.csr_array, y_true: Labels, weights: FloatArray) -> LinearSVC:
    """Fit by liblinear, which takes 32-bit indices only."""
    narrow = sparse.csr_matrix(features)
    narrow.indices, narrow.indptr = narrow.indices.astype(np.int32), narrow.indptr.astype(np.int32)
    return LinearSVC(max_iter=MAX_ITERATIONS, random_state=0).fit(narrow, y_true, sample_weight=weights)


CLASSIFIERS: Final[Mapping[str, FitClassifier]] = MappingProxyType(
    {
        "complement naive Bayes": _fit_complement,
        "NB-SVM": _fit_nb_svm,
        "logistic regression": _fit_logistic,
        "linear SVM": _fit_linear_svm,
    }
)
"""With scikit-learn's own regularisation, C = 1 and alpha = 1."""
