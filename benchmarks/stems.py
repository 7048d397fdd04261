"""Whether our stems are PySastrawi's: every difference counted, over real texts and made words.

python benchmarks/stems.py [PARQUET [PAIRS]]: all distinct tokens of the column `text`; 300,000 stacks of
affixes and 100,000 strings of odd characters; the pairs of a tab-separated file whose first cell names an
integration suite, word and stem being its last two. Prints a table; the last line is one JSON object. Exits
with 1 when anything differs. PySastrawi takes some minutes.
"""

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pyarrow.parquet as pq
from affix_stacks import distinct_stacks, random_strings
from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

from pipeline.text.stem import Stemmer

SEED = 20_241_127


def main() -> None:
    """Print the table and the JSON object."""
    ours, theirs = Stemmer().stem, StemmerFactory().create_stemmer().stem
    counts = {
        "stacks of affixes": compare(distinct_stacks(300_000, SEED), ours, theirs),
        "odd strings": compare(random_strings(100_000, SEED), ours, theirs),
    }
    if len(sys.argv) > 1:
        counts["tokens of real texts"] = compare(read_tokens(Path(sys.argv[1])), ours, theirs)
    if len(sys.argv) > 2:
        pairs = read_pairs(Path(sys.argv[2]))
        counts["integration pairs"] = [len(pairs), sum(ours(word) != stem for word, stem in pairs)]
    print(f"{'':<24}{'compared':>12}{'different':>12}")
    for name, (n_compared, n_different) in counts.items():
        print(f"{name:<24}{n_compared:>12,}{n_different:>12,}")
    print(json.dumps(counts))
    sys.exit(int(any(n_different for _, n_different in counts.values())))


def compare(texts: Iterable[str], ours: Callable[[str], str], theirs: Callable[[str], str]) -> list[int]:
    """Return how many texts were compared and how many of their stems differ."""
    differs = [ours(text) != theirs(text) for text in texts]
    return [len(differs), sum(differs)]


def read_tokens(path: Path) -> list[str]:
    """Return the distinct tokens, as PySastrawi normalises them, of a Parquet file's texts."""
    normalise = Stemmer().normalise
    texts = pq.read_table(path, columns=["text"])["text"].to_pylist()
    return sorted({token for text in texts if text for token in normalise(text).split(" ") if token})


def read_pairs(path: Path) -> list[tuple[str, str]]:
    """Return word and stem of the integration rows of a tab-separated file."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    return [(row[-2], row[-1]) for row in rows if "integration" in row[0]]


if __name__ == "__main__":
    main()
