"""Stems and clean text beside PySastrawi 1.2.1, in one process: microseconds a word, texts a second, ratios.

python benchmarks/text.py [PARQUET]: the texts are its column `text`, else made of root words with affixes.
Processor time, so that what else the machine does counts little. Prints a table; the last line is one JSON
object.
"""

import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise, product
from pathlib import Path
from statistics import median
from typing import NamedTuple

import pyarrow.parquet as pq
from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

from pipeline.config import load_params
from pipeline.text.batch import BatchChain
from pipeline.text.chain import TextChain
from pipeline.text.fold import fold
from pipeline.text.markers import strip_markers
from pipeline.text.redact import redact_folded
from pipeline.text.root_words import installed_words
from pipeline.text.rules import TextRules
from pipeline.text.stem import Stemmer

PARAMS = Path(__file__).parents[1] / "params.yaml"
SEED = 20_241_127
N_WORDS = 30_000
N_TURNS = 5
N_TEXTS = 20_000
N_BATCH = 8192
N_PASSES = 4
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
    print(f"{'task':<40}{'PySastrawi':>14}{'ours':>12}  {'unit':<12}{'ratio':>9}")
    for row in rows:
        print(f"{row.task:<40}{row.pysastrawi:>14,.2f}{row.ours:>12,.2f}  {row.unit:<12}{row.ratio:>8.2f}x")
    steps = time_steps(sample)
    print(f"{'step by itself':<36}{'microseconds a text':>26}")
    for step, cost in steps.items():
        print(f"{step:<36}{cost:>26.1f}")
    abstained, n_different = compare_ways(texts)
    for reason, n_texts in abstained.items():
        print(f"{reason:<36}{n_texts:>18,} of {len(texts):,} texts ({n_texts / len(texts):.2%})")
    print(f"batches differ from single texts in {n_different:,} of {len(texts):,} texts")
    print(f"a million distinct words add {memory_mb:.1f} MB of resident memory")
    print(
        json.dumps(
            {
                "rows": [row._asdict() for row in rows],
                "steps": steps,
                "abstained": abstained,
                "batches_differ": n_different,
                "million_words_mb": memory_mb,
            }
        )
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
    """Take raw texts to stems, redaction and all, beside PySastrawi's cached stemmer, which only stems.

    Ours goes through whole batches, as scoring does, and through single texts, as the page and the API do.
    """
    rules = TextRules.from_params(load_params(PARAMS).text)
    stem = StemmerFactory().create_stemmer().stem
    chain, batch_chain = TextChain(rules), BatchChain(TextChain(rules))
    works: dict[str, Callable[[], object]] = {
        "PySastrawi": lambda: [stem(text) for text in texts],
        "in batches": lambda: [stem_batch(batch_chain, texts[i : i + N_BATCH]) for i in starts],
        "one by one": lambda: [chain.prepare(text) for text in texts],
    }
    starts = range(0, len(texts), N_BATCH)
    seconds = {name: [time_work(work) for _ in range(N_PASSES)] for name, work in works.items()}
    rates = {name: (len(texts) / turns[0], len(texts) / min(turns)) for name, turns in seconds.items()}
    return [
        Row(f"raw text to stems, {way}, {state}", theirs, ours, "texts/s", ours / theirs)
        for way in ("in batches", "one by one")
        for state, theirs, ours in zip(("cold", "warm"), rates["PySastrawi"], rates[way], strict=True)
    ]


def stem_batch(chain: BatchChain, texts: Sequence[str]) -> list[list[str]]:
    """Return the stems of each text."""
    words, tokens, _ = chain.prepare(texts)
    stems = list(map(words.stems.__getitem__, tokens.numbers.tolist()))
    return [stems[start:end] for start, end in pairwise(tokens.starts.tolist())]


def time_work(work: Callable[[], object]) -> float:
    """Return the processor seconds that some work takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def time_hyphens(n_hyphens: int) -> Row:
    """Stem the word on which PySastrawi takes quadratic time."""
    slow, fast = (
        time_each(stem, ["-" * n_hyphens]) * 1e3
        for stem in (StemmerFactory().create_stemmer().stem, Stemmer().stem)
    )
    return Row(f"{n_hyphens:,} hyphens", slow, fast, "ms", slow / fast)


def time_steps(texts: Sequence[str]) -> dict[str, float]:
    """Return the microseconds that each step takes for a text by itself, memos warm.

    A step is the difference of two chains that stop behind and before it, or that have it on and off.
    """
    text = load_params(PARAMS).text
    chain = TextChain(TextRules.from_params(text))
    prepare = time_warm(chain.prepare, texts)
    folded = [fold(raw) for raw in texts]
    masked = [redact_folded(raw).text for raw in folded]
    costs = {
        "fold": time_warm(fold, texts),
        "redact": time_warm(redact_folded, folded),
        "markers": time_warm(strip_markers, masked),
    }
    for name, change in {"names": {"mask_names": False}, "stem": {"stem": False}}.items():
        without = TextChain(TextRules.from_params(text.model_copy(update=change)))
        costs[name] = prepare - time_warm(without.prepare, texts)
    rest = prepare - sum(costs.values())
    traced = time_warm(chain.trace, texts[::20])
    return costs | {"normalise, slang, language": rest, "whole chain": prepare, "whole chain, traced": traced}


def time_warm(step: Callable[[str], object], texts: Sequence[str]) -> float:
    """Return the microseconds a text of the second and third pass, the quicker of the two."""
    time_each(step, texts)
    return min(time_each(step, texts) for _ in range(2)) / len(texts) * 1e6


def compare_ways(texts: Sequence[str]) -> tuple[dict[str, int], int]:
    """Count the texts that the chain abstains on, by reason, and those of which batches say something else."""
    chain = TextChain(TextRules.from_params(load_params(PARAMS).text))
    batch_chain = BatchChain(chain)
    reasons: Counter[str | None] = Counter()
    n_different = 0
    for start in range(0, len(texts), N_BATCH):
        batch = texts[start : start + N_BATCH]
        alone = [chain.prepare(text) for text in batch]
        words, tokens, found = batch_chain.prepare(batch)
        rows = [words.spell(tokens.row(number)) for number in range(len(batch))]
        stems = stem_batch(batch_chain, batch)
        reasons.update(found)
        n_different += sum(
            (row, stemmed, reason) != (list(text.tokens), list(text.stems), text.abstain_reason)
            for row, stemmed, reason, text in zip(rows, stems, found, alone, strict=True)
        )
    return {f"abstains: {reason}": n for reason, n in reasons.most_common() if reason}, n_different


def time_each(step: Callable[[str], object], texts: Sequence[str]) -> float:
    """Return the seconds that all texts take."""
    start = time.process_time()
    for text in texts:
        step(text)
    return time.process_time() - start


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
