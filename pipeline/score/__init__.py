"""Raw texts and a published model in, scores out, batch by batch; the one way from text to score."""

from pipeline.score.summary import Summary, measure_drift, summarise
from pipeline.score.texts import Scores, score_batches, score_prepared, score_texts

__all__ = [
    "Scores",
    "Summary",
    "measure_drift",
    "score_batches",
    "score_prepared",
    "score_texts",
    "summarise",
]
