"""Batch scoring beside scikit-learn with PySastrawi's cached stemmer, in one run: texts a second, ratios, limits.

python benchmarks/scoring.py ROOT TEXTS [--rows N]: ROOT holds a published model, TEXTS is a Parquet file with a
column `text`; its texts are recombined to N rows (a million), so that memos have to work. Each side runs in
turns, on one core, and its fastest turn counts: other work on the machine only ever slows a turn. Rates are of
processor seconds. Prints a table; the last line is one JSON object.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from Sastrawi.Stemmer.StemmerFactory import StemmerFactory
from sklearn.feature_extraction.text import TfidfVectorizer

from pipeline.cli.batchjob import find_champion
from pipeline.cli.scorer import TEXTS_AT_ONCE
from pipeline.model.bundle import Bundle, load_bundle
from pipeline.model.features import extract_terms
from pipeline.text.chain import PreparedText, TextChain

SEED = 20_241_127
SARING = Path(sys.executable).with_name("saring")
N_TURNS = 3
TOKEN_TEXTS = 100_000
ORACLE_TEXTS = 20_000
KNOWN_TOLERANCE = 1e-9


class Row(NamedTuple):
    """One line of the table: what was done, texts a second, the target, and the machine's limit."""

    work: str
    rate: float
    target: str
    limit: str


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    arguments = parser.parse_args()
    bundle = load_champion(arguments.root)
    rng = random.Random(SEED)
    own = [text for text in pq.read_table(arguments.texts, columns=["text"])["text"].to_pylist() if text]
    with tempfile.TemporaryDirectory() as folder:
        source = write_texts(own, arguments.rows, rng, Path(folder) / "in.parquet")
        rows, facts = measure_all(bundle, arguments, source)
    print(f"{'work':<48}{'texts/s':>12}  {'target':<18}limit")
    for row in rows:
        print(f"{row.work:<48}{row.rate:>12,.0f}  {row.target:<18}{row.limit}")
    for name, fact in facts.items():
        print(f"{name}: {fact:.3g}")
    print(json.dumps({"rows": [row._asdict() for row in rows]} | facts))


def load_champion(root: Path) -> Bundle:
    """Load the model in service below a root."""
    model = find_champion(root / "models")
    return load_bundle(root / "models" / model.version, model.version)


def write_texts(own: Sequence[str], n_rows: int, rng: random.Random, path: Path) -> Path:
    """Write texts that are each the first half of one and the second half of another."""
    words = [text.split() for text in own]
    schema = pa.schema({"id": pa.int64(), "text": pa.string()})
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for start in range(0, n_rows, 100_000):
            ids = range(start, min(n_rows, start + 100_000))
            texts = [join_halves(rng.choice(words), rng.choice(words)) for _ in ids]
            writer.write_table(pa.table({"id": ids, "text": texts}, schema))
    return path


def join_halves(first: Sequence[str], second: Sequence[str]) -> str:
    """Return the first half of one text and the second half of another."""
    return " ".join([*first[: len(first) // 2], *second[len(second) // 2 :]])


def measure_all(
    bundle: Bundle, arguments: argparse.Namespace, source: Path
) -> tuple[list[Row], dict[str, float]]:
    """Measure every line of the table."""
    raw = read_some(source, TOKEN_TEXTS)
    prepared = [bundle.chain.prepare(text) for text in raw]
    oracle = Oracle(bundle)
    difference = oracle.largest_difference(prepared)
    assert difference < KNOWN_TOLERANCE, difference
    batches = [raw[start : start + TEXTS_AT_ONCE] for start in range(0, len(raw), TEXTS_AT_ONCE)]
    numbered = list(map(bundle.batch_chain.prepare, batches))
    together = np.concatenate(list(map(bundle.model.predict_batch, numbered)))
    assert np.array_equal(together, bundle.model.predict(prepared)), "a batch changed a score"
    token_rate = rate_of(lambda: list(map(bundle.model.predict_batch, numbered)), len(raw))
    chain_rate = rate_of(lambda: list(map(bundle.batch_chain.prepare, batches)), len(raw))
    theirs = oracle.rates(raw[:ORACLE_TEXTS], prepared[:ORACLE_TEXTS])
    whole = time_process(arguments.root, source, jobs=1)
    cold = time_process(arguments.root, head_of(source, ORACLE_TEXTS), jobs=1)
    start = time_process(arguments.root, head_of(source, 1), jobs=1)
    two = time_process(arguments.root, source, jobs=2)
    pair = time_pair(arguments.root, source)
    help_seconds = min(time_command([SARING, "--help"]).wall for _ in range(N_TURNS))
    n_rows = arguments.rows
    rows = [
        Row(
            "tokens to score",
            token_rate,
            ">= 110,000",
            f"one pass over its terms: {term_pass(bundle, prepared):,.0f}/s",
        ),
        Row("raw text to tokens", chain_rate, "", f"lower() and split(): {split_pass(raw):,.0f}/s"),
        Row(
            "Parquet to Parquet, warm",
            (n_rows - ORACLE_TEXTS) / (whole.cpu - cold.cpu),
            ">= 25,000",
            f"reading and writing it: {copy_pass(source, n_rows):,.0f}/s",
        ),
        Row(
            f"Parquet to Parquet, cold, {ORACLE_TEXTS:,} rows",
            ORACLE_TEXTS / (cold.cpu - start.cpu),
            ">= 15,000",
            "",
        ),
        Row("scikit-learn's vectorisers, from tokens", theirs.vectorisers, "", ""),
        Row("our chain, PySastrawi cached, scikit-learn", theirs.all, "", ""),
    ]
    facts = {
        "largest_difference_to_scikit_learn": difference,
        "ratio_tokens_to_score_over_vectorisers": token_rate / theirs.vectorisers,
        "ratio_whole_over_scikit_learn": rows[2].rate / theirs.all,
        "two_jobs_over_two_runs": pair / two.wall,
        "first_score_seconds": start.wall,
        "first_score_cpu_seconds": start.cpu,
        "help_seconds": help_seconds,
    }
    return rows, facts


class Rates(NamedTuple):
    """Texts a second of the other side."""

    vectorisers: float
    all: float


class Oracle:
    """The same model in scikit-learn's own objects."""

    def __init__(self, bundle: Bundle) -> None:
        self._model = bundle.model
        self._chain = TextChain(bundle.chain.rules)
        self._stem = StemmerFactory().create_stemmer().stem
        self._vectorisers = []
        for block in bundle.model.blocks:
            vectoriser = TfidfVectorizer(
                analyzer=lambda text, block=block: extract_terms(block.name, text, block.ngrams),
                sublinear_tf=True,
                vocabulary=block.vocabulary,
            )
            vectoriser.idf_ = block.idf
            self._vectorisers.append(vectoriser)

    def decide(self, prepared: Sequence[PreparedText]) -> np.ndarray:
        """Return combined logits by scikit-learn's features and one product a head."""
        logits = np.tile(self._model.intercepts, (len(prepared), 1))
        for block, vectoriser in zip(self._model.blocks, self._vectorisers, strict=True):
            weights = self._model.weights[:, block.offset : block.offset + len(block.idf)]
            logits += vectoriser.transform(prepared) @ weights.T
        return logits @ self._model.combination

    def largest_difference(self, prepared: Sequence[PreparedText]) -> float:
        """Return by how much our logits differ at most."""
        return float(np.max(np.abs(self.decide(prepared) - self._model.decide(prepared))))

    def rates(self, raw: Sequence[str], prepared: Sequence[PreparedText]) -> Rates:
        """Measure the vectorisers, and all the way from raw text with PySastrawi's cached stemmer."""
        alone = rate_of(lambda: self.decide(prepared), len(prepared))

        def whole() -> None:
            clean = [self._chain.prepare(text) for text in raw]
            for text in clean:
                self._stem(" ".join(text.tokens))
            self.decide(clean)

        return Rates(alone, rate_of(whole, len(raw)))


class Measured(NamedTuple):
    """One process with its children: wall and processor seconds."""

    wall: float
    cpu: float


def time_command(command: Sequence[object]) -> Measured:
    """Run a command and measure it."""
    begin = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, command
    return Measured(time.perf_counter() - begin, usage.ru_utime + usage.ru_stime)


def time_process(root: Path, source: Path, jobs: int) -> Measured:
    """Score a file with a process of its own."""
    output = source.with_name(f"out-{jobs}.parquet")
    command = [SARING, "--root", root, "score", source, "--output", output, "--jobs", jobs, "--force"]
    return time_command(command)


def time_pair(root: Path, source: Path) -> float:
    """Return the wall seconds that two runs at once take, each of half the rows."""
    halves = [head_of(source, pq.read_metadata(source).num_rows // 2, f"half-{number}") for number in (0, 1)]
    begin = time.perf_counter()
    running = [
        subprocess.Popen(
            [
                str(part)
                for part in (
                    SARING,
                    "--root",
                    root,
                    "score",
                    half,
                    "--output",
                    f"{half}.out.parquet",
                    "--force",
                )
            ],
            stdout=subprocess.DEVNULL,
        )
        for half in halves
    ]
    assert [process.wait() for process in running] == [0, 0]
    return time.perf_counter() - begin


def head_of(source: Path, n_rows: int, name: str = "head") -> Path:
    """Write the first rows of a file to another."""
    path = source.with_name(f"{name}-{n_rows}.parquet")
    pq.write_table(pq.read_table(source).slice(0, n_rows), path, compression="zstd")
    return path


def read_some(source: Path, n_rows: int) -> list[str]:
    """Return the first texts of a file."""
    return pq.read_table(source, columns=["text"]).slice(0, n_rows)["text"].to_pylist()


def rate_of(work: Callable[[], object], n_texts: int) -> float:
    """Return texts per processor second of the fastest turn."""
    return n_texts / min(cpu_turns(work))


def cpu_turns(work: Callable[[], object]) -> Iterator[float]:
    """Yield the processor seconds of each turn."""
    for _ in range(N_TURNS):
        begin = time.process_time()
        work()
        yield time.process_time() - begin


def term_pass(bundle: Bundle, prepared: Sequence[PreparedText]) -> float:
    """Return how many texts a second numpy can add up the terms of, were they all known beforehand."""
    counted = bundle.model._counter.count(prepared[:10_000])
    weights = [np.ones(counts.shape[1]) for counts in counted]

    def work() -> None:
        for counts, weight in zip(counted, weights, strict=True):
            np.bincount(np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr)), weight[counts.indices])

    return rate_of(work, min(10_000, len(prepared)))


def split_pass(raw: Sequence[str]) -> float:
    """Return how many texts a second Python can write small and cut at blanks."""
    return rate_of(lambda: [text.lower().split() for text in raw], len(raw))


def copy_pass(source: Path, n_rows: int) -> float:
    """Return how many rows a second Arrow reads and writes again."""
    copied = source.with_name("copy.parquet")
    return rate_of(lambda: pq.write_table(pq.read_table(source), copied, compression="zstd"), n_rows)


if __name__ == "__main__":
    main()
