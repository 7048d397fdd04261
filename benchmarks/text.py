"""Stems and clean text beside PySastrawi 1.2.1, in one process: microseconds a word, texts a second, ratios.

python benchmarks/text.py [PARQUET]: the texts are its column `text`, else made of root words with affixes.
Prints a table; the last line is one JSON object.
"""

import json
import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from statistics import median
from typing import NamedTuple

import pyarrow.parquet as pq
from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

from pipeline.config import load_params
from pipeline.text.chain import TextChain
from pipeline.text.fold import fold
from pipeline.text.markers import strip_markers
from pipeline.text.normalise import normalise
from pipeline.text.redact import redact
from pipeline.text.root_words import installed_words
from pipeline.text.rules import TextRules
from pipeline.text.stem import Stemmer

PARAMS = Path(__file__).parents[1] / "params.yaml"
SEED = 20_241_127
N_WORDS = 30_000
N_TURNS = 5
N_TEXTS = 20_000
PREFIXES = ("", "", "di", "ke", "ber", "me", "mem", "men", "meng", "pe", "pem", "pen", "peng", "ter")
SUFFIXES = ("", "", "an", "i", "kan", "nya", "annya", "lah")


class Row(NamedTuple):
    """One line of the table: what was done, what PySastrawi and ours reached, in which unit."""

    task: str
    pysastrawi: float
    ours: float
    unit: str
    ratio: float


def main() -> None:
    """Print the table and the JSON object."""
    memory_mb = measure_memory(1_000_000)
    rng = random.Random(SEED)
    affixed = [f"{p}{root}{s}" for root, p, s in product(sorted(installed_words()), PREFIXES, SUFFIXES)]
    texts = read_texts(Path(sys.argv[1])) if len(sys.argv) > 1 else build_texts(affixed, rng)
    sample = rng.sample(texts, min(N_TEXTS, len(texts)))
    rows = [
        time_new_words("one new word, from texts", Stemmer().normalise(" ".join(texts)).split(" "), rng),
        time_new_words("one new word, root with affixes", affixed, rng),
        *time_chain(sample),
        time_hyphens(20_000),
    ]
    print(f"{'task':<36}{'PySastrawi':>14}{'ours':>12}  {'unit':<12}{'ratio':>9}")
    for row in rows:
        print(f"{row.task:<36}{row.pysastrawi:>14,.2f}{row.ours:>12,.2f}  {row.unit:<12}{row.ratio:>8.2f}x")
    steps = time_steps(sample)
    print(f"{'step by itself':<36}{'microseconds a text':>26}")
    for step, cost in steps.items():
        print(f"{step:<36}{cost:>26.1f}")
    print(f"a million distinct words add {memory_mb:.1f} MB of resident memory")
    print(
        json.dumps({"rows": [row._asdict() for row in rows], "steps": steps, "million_words_mb": memory_mb})
    )


def read_texts(path: Path) -> list[str]:
    """Return the texts of a Parquet file."""
    return [text for text in pq.read_table(path, columns=["text"])["text"].to_pylist() if text]


def build_texts(affixed: Sequence[str], rng: random.Random) -> list[str]:
    """Return texts in which few words are frequent and many are rare."""
    ranks = [1 / rank for rank in range(1, len(affixed) + 1)]
    words = rng.choices(rng.sample(affixed, len(affixed)), weights=ranks, k=1_000_000)
    return [" ".join(words[start : start + 20]) for start in range(0, len(words), 20)]


def time_new_words(task: str, words: Sequence[str], rng: random.Random) -> Row:
    """Give both sides, in turns, words that neither has seen; take the median turn of each."""
    sample = rng.sample(sorted(set(words)), N_WORDS)
    theirs, ours = StemmerFactory().create_stemmer().delegatedStemmer.stem_word, Stemmer().stem_word
    seconds: dict[Callable[[str], str], list[float]] = {theirs: [], ours: []}
    for turn in range(N_TURNS):
        for stem, turns in seconds.items():
            fresh = " ".join(sample[turn::N_TURNS]).split(" ")  # strings without a hash so far
            turns.append(time_each(stem, fresh) / len(fresh))
    slow, fast = (median(seconds[stem]) * 1e6 for stem in (theirs, ours))
    return Row(task, slow, fast, "us a word", slow / fast)


def time_chain(texts: Sequence[str]) -> list[Row]:
    """Take raw texts to stems, redaction and all, beside PySastrawi's cached stemmer, which only stems."""
    theirs = StemmerFactory().create_stemmer().stem
    ours = TextChain(TextRules.from_params(load_params(PARAMS).text)).prepare
    rows = []
    for task in ("raw text to stems, cold", "raw text to stems, warm"):
        slow, fast = (len(texts) / time_each(stem, texts) for stem in (theirs, ours))
        rows.append(Row(task, slow, fast, "texts/s", fast / slow))
    return rows


def time_hyphens(n_hyphens: int) -> Row:
    """Stem the word on which PySastrawi takes quadratic time."""
    slow, fast = (
        time_each(stem, ["-" * n_hyphens]) * 1e3
        for stem in (StemmerFactory().create_stemmer().stem, Stemmer().stem)
    )
    return Row(f"{n_hyphens:,} hyphens", slow, fast, "ms", slow / fast)


def time_steps(texts: Sequence[str]) -> dict[str, float]:
    """Return the microseconds that each step takes for a text by itself, memos warm."""
    stem = Stemmer().stem
    steps: dict[str, Callable[[str], object]] = {
        "fold": fold,
        "redact": redact,
        "markers": strip_markers,
        "normalise": normalise,
        "stem": stem,
    }
    costs = {}
    for name, step in steps.items():
        time_each(step, texts)
        costs[name] = time_each(step, texts) / len(texts) * 1e6
    return costs


def time_each(step: Callable[[str], object], texts: Sequence[str]) -> float:
    """Return the seconds that all texts take."""
    start = time.perf_counter()
    for text in texts:
        step(text)
    return time.perf_counter() - start


def measure_memory(n_words: int) -> float:
    """Return by how many megabytes the process grows over distinct words of a usual length."""
    stemmer = Stemmer()
    stemmer.stem_word("pertama")
    before = resident_mb()
    for number in range(n_words):
        stemmer.stem_word(f"memper{number:x}kannya")
    return resident_mb() - before


def resident_mb() -> float:
    """Return the resident memory of this process (Linux)."""
    n_pages = int(Path("/proc/self/statm").read_text().split()[1])
    return n_pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
