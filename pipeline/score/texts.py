"""Raw texts and a published model in, scores out, batch by batch."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from pipeline.model.bundle import Bundle
from pipeline.score.explain import name_words
from pipeline.text.chain import PreparedText

MIN_BATCH: Final = 64
"""Fewer texts are scored sooner one by one."""


class Scores(NamedTuple):
    """One entry a text: P(misinformation) in [0, 1], or None with the reason for abstaining.

    `model_version` also names the encoder where it had a say (`Bundle.name_pass`).
    """

    score: list[float | None]
    abstain_reason: list[str | None]
    model_version: list[str]
    words: list[list[str]]


def score_texts(bundle: Bundle, texts: Sequence[str], n_words: int = 0, encoded_share: float = 1.0) -> Scores:
    """Score joined texts; with `n_words` also name the words that raised each score most, as written.

    A model with an encoder reads only what its first pass ranks in `encoded_share` of a queue with it. A text's
    score depends on the text, the model and that share alone, never on its batch.
    """
    if len(texts) >= MIN_BATCH and bundle.model.encoder is None and not n_words:
        return _score_batch(bundle, texts)
    return score_prepared(
        bundle, texts, [bundle.chain.prepare(text) for text in texts], n_words, encoded_share
    )


def score_prepared(
    bundle: Bundle,
    texts: Sequence[str],
    prepared: Sequence[PreparedText],
    n_words: int = 0,
    encoded_share: float = 1.0,
) -> Scores:
    """Score texts that a chain of the bundle's own rules has prepared."""
    probabilities, encoded = bundle.model.predict_in_passes(prepared, encoded_share)
    reasons = [text.abstain_reason for text in prepared]
    return Scores(
        [None if reason else float(p) for p, reason in zip(probabilities, reasons, strict=True)],
        reasons,
        [bundle.name_pass(encoded=is_encoded) for is_encoded in encoded.tolist()],
        [
            name_words(bundle, text, clean, n_words) if n_words else []
            for text, clean in zip(texts, prepared, strict=True)
        ],
    )


def _score_batch(bundle: Bundle, texts: Sequence[str]) -> Scores:
    """Score many texts at once."""
    batch = bundle.batch_chain.prepare(texts)
    reasons = batch.abstain_reasons
    probabilities = bundle.model.predict_batch(batch).tolist()
    return Scores(
        [None if reason else p for p, reason in zip(probabilities, reasons, strict=True)],
        reasons,
        [bundle.version] * len(texts),
        [[] for _ in texts],
    )


def score_batches(
    bundle: Bundle, batches: Iterable[Sequence[str]], n_words: int = 0, encoded_share: float = 1.0
) -> Iterator[Scores]:
    """Score batch after batch, holding one at a time."""
    for texts in batches:
        yield score_texts(bundle, texts, n_words, encoded_share)
