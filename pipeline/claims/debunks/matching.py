"""Claims and the library in, for each claim the known fact-checks that it may repeat out."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from pipeline.claims.debunks.features import FeatureMaker, measure_plain
from pipeline.claims.debunks.found import Found, Level
from pipeline.claims.debunks.index import DebunkIndex, weigh_words
from pipeline.claims.debunks.ranker import PLAIN, Ranker, decide_level, is_old
from pipeline.claims.debunks.reading import MatchReader, MatchWords

COLUMNS: Final = (
    "report_id",
    "rank",
    "level",
    "similarity",
    "kind",
    "url",
    "title",
    "verdict",
    "published_at",
    "publisher",
)

AT_ONCE: Final = 64


class Limits(NamedTuple):
    """A claim of fewer words than `short_words` is only suggested to, a debunk older than `old_days` only suggested."""

    short_words: int
    old_days: float


class Claim(NamedTuple):
    """What was reported: its text as scored, and when; now, where that is unknown."""

    report_id: str
    text: str
    reported_at: datetime


class Match(NamedTuple):
    """One row of the library that a claim may repeat; `row` is its place in the library."""

    row: int
    similarity: float
    level: Level


class Indexed(NamedTuple):
    """A library (DEBUNKS, with or without its texts) and the index of its rows."""

    rows: pd.DataFrame
    lookup: DebunkIndex


def index_library(rows: pd.DataFrame, reader: MatchReader) -> Indexed:
    """Read and weigh the words of a library."""
    titles, texts = ([reader.read(text) for text in rows[name]] for name in ("title", "text"))
    return Indexed(rows, DebunkIndex(weigh_words(titles, texts)))


class Matcher:
    """A library made ready to be asked. With no library it matches nothing."""

    def __init__(self, library: Indexed, reader: MatchReader, ranker: Ranker, limits: Limits) -> None:
        self._library = library.rows
        self._reader = reader
        self._ranker = ranker
        self._limits = limits
        self._index = library.lookup
        self._features = FeatureMaker(self._index, ranker.habits)
        moments = self._library["published_at"]
        self._published = [None if pd.isna(at) else at.to_pydatetime() for at in moments]

    @property
    def encoder(self) -> str | None:
        """Which encoder reads claims and titles, if any."""
        return self._ranker.encoder

    def match(self, claims: Sequence[Claim], top: int) -> Iterator[list[Match]]:
        """Yield for each claim at most `top` matches, the most similar first."""
        for start in range(0, len(claims), AT_ONCE):
            yield from self._match_some(claims[start : start + AT_ONCE], top)

    def _match_some(self, claims: Sequence[Claim], top: int) -> Iterator[list[Match]]:
        words = self._reader.read_all([claim.text for claim in claims])
        for claim, read, found in zip(claims, words, self._index.find(words), strict=True):
            features = self._features.measure(read, found)
            similarity = self._ranker.measure_similarity(features, len(read.stems))
            best = np.lexsort((found.rows, -similarity))[:top].tolist()
            judged = ((int(found.rows[place]), float(similarity[place])) for place in best)
            levels = ((row, alike, self._decide(claim, read, row, alike)) for row, alike in judged)
            yield [Match(row, alike, level) for row, alike, level in levels if level is not None]

    def find(self, claims: Sequence[Claim], top: int) -> Iterator[list[Found]]:
        """Yield for each claim at most `top` matches as people see them, the most similar first."""
        for matches in self.match(claims, top):
            yield [self._tell(match) for match in matches]

    def _tell(self, match: Match) -> Found:
        row = self._library.iloc[match.row]
        names = ("kind", "url", "title", "verdict", "publisher", "conflicts")
        shown = {name: None if pd.isna(row[name]) else str(row[name]) for name in names}
        similarity = round(match.similarity, 4)
        published_at = self._published[match.row]
        return Found(str(match.level), similarity, published_at=published_at, **shown)  # type: ignore[arg-type]

    def describe(self, claims: Iterable[Claim], matches: Iterable[list[Match]]) -> pd.DataFrame:
        """Return COLUMNS, a row a match, as the page and files show them; the encoder's name where one read too."""
        rows = [
            (claim.report_id, rank, str(match.level), round(match.similarity, 4), match.row)
            for claim, found in zip(claims, matches, strict=True)
            for rank, match in enumerate(found, start=1)
        ]
        frame = pd.DataFrame(rows, columns=["report_id", "rank", "level", "similarity", "row"])
        shown = self._library.iloc[frame["row"].to_numpy(dtype=int)].reset_index(drop=True)
        table = pd.concat([frame.drop(columns="row"), shown], axis=1)[list(COLUMNS)]
        return table if self.encoder is None else table.assign(encoder=self.encoder)

    def _decide(self, claim: Claim, words: MatchWords, row: int, similarity: float) -> Level | None:
        level = decide_level(similarity, self._ranker)
        published = self._published[row]
        unsure = (
            len(words.stems) < self._limits.short_words
            or is_old(None if published is None else claim.reported_at - published, self._limits.old_days)
            or measure_plain(words, self._index.title_stems[row], self._ranker.habits) < PLAIN
        )
        return Level.suggest if level is Level.match and unsure else level


class Library(NamedTuple):
    """Known fact-checks ready to be asked; another `digest` means other answers."""

    matcher: Matcher
    digest: str
