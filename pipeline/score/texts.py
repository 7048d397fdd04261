"""Raw texts and a published model in, scores out, batch by batch."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipeline.model.bundle import Bundle
from pipeline.score.explain import name_words


class Scores(NamedTuple):
    """One entry a text: P(misinformation) in [0, 1], or None with the reason for abstaining."""

    score: list[float | None]
    abstain_reason: list[str | None]
    words: list[list[str]]


def score_texts(bundle: Bundle, texts: Sequence[str], n_words: int = 0) -> Scores:
    """Score joined texts; with `n_words` also name the words that raised each score most, as written.

    A text's score depends on the text and the model alone, never on its batch.
    """
    prepared = [bundle.chain.prepare(text) for text in texts]
    probabilities = bundle.model.predict(prepared)
    reasons = [text.abstain_reason for text in prepared]
    return Scores(
        [None if reason else float(p) for p, reason in zip(probabilities, reasons, strict=True)],
        reasons,
        [
            name_words(bundle, text, clean, n_words) if n_words else []
            for text, clean in zip(texts, prepared, strict=True)
        ],
    )


def score_batches(bundle: Bundle, batches: Iterable[Sequence[str]], n_words: int = 0) -> Iterator[Scores]:
    """Score batch after batch, holding one at a time."""
    for texts in batches:
        yield score_texts(bundle, texts, n_words)
