"""Sastrawi's exact stems as a scikit-learn transformer, for pipelines of other people."""

from collections.abc import Iterable, Sequence
from typing import Any, Self

from sklearn.base import BaseEstimator, TransformerMixin

from pipeline.text.stem import Stemmer


class StemTransformer(TransformerMixin, BaseEstimator):  # type: ignore[misc] # scikit-learn has no types
    """Replace each text by its stems, joined by blanks; nothing is learnt.

    Parameters
    ----------
    protected_words
        Words that stay as they are. With none, the output is that of PySastrawi 1.2.1.

    Attributes
    ----------
    stemmer_
        The stemmer in use, with its memo.

    Examples
    --------
    >>> StemTransformer().fit_transform(["Mereka menyebarkan pesan"])
    ['mereka sebar pesan']
    """

    def __init__(self, protected_words: Sequence[str] = ()) -> None:
        self.protected_words = protected_words

    def fit(self, X: Iterable[str], y: Any = None) -> Self:  # noqa: ARG002 - scikit-learn passes both
        """Load the root words; the texts are not looked at."""
        self.stemmer_ = Stemmer(protected=frozenset(self.protected_words))
        return self

    def transform(self, X: Iterable[str]) -> list[str]:
        """Return one text of stems for each text."""
        return [self.stemmer_.stem(text) for text in X]

    def __sklearn_is_fitted__(self) -> bool:
        """Say whether `fit` was called."""
        return hasattr(self, "stemmer_")
