"""Planted copies in, claims out: seconds, memory, recall and precision of the grouping.

python benchmarks/clusters.py [--reports N]: claims are made of root words, the sizes of their groups are Pareto
1.2 with one of at least a twentieth of all reports; copies carry typos, cuts, greetings and headers. Prints a
table; the last line is one JSON object.
"""

import argparse
import json
import random
import resource
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pipeline.claims.agreement import read_facts
from pipeline.claims.clusters import Limits, group_texts
from pipeline.config import load_params
from pipeline.text.root_words import installed_words

PARAMS = Path(__file__).parents[1] / "params.yaml"
SEED = 20_241_127
TAIL = 1.2
LARGEST_SHARE = 0.05
LETTERS = "abcdefghijklmnopqrstuvwxyz"
GREETINGS = ("assalamualaikum", "info penting", "mohon dibaca sampai habis", "dari grup sebelah", "cek dulu")


class Planted(NamedTuple):
    """Reports, the number of the claim that each copies, and the claims as first written."""

    texts: list[str]
    claims: list[int]
    originals: list[str]


def plant_copies(n_reports: int, rng: random.Random) -> Planted:
    """Write claims and copy them until there are `n_reports` reports, in random order."""
    words = sorted(installed_words())
    weights = list(np.cumsum(1.0 / (10.0 + np.arange(len(words)))))
    rng.shuffle(words)
    texts: list[str] = []
    claims: list[int] = []
    originals: list[str] = []
    while len(texts) < n_reports:
        size = max(int(LARGEST_SHARE * n_reports), 1) if not originals else int(rng.paretovariate(TAIL))
        original = " ".join(rng.choices(words, cum_weights=weights, k=rng.randint(10, 30)))
        copies = [original] + [copy_text(original, rng) for _ in range(min(size, n_reports - len(texts)) - 1)]
        texts += copies
        claims += [len(originals)] * len(copies)
        originals.append(original)
    order = rng.sample(range(len(texts)), len(texts))
    return Planted([texts[row] for row in order], [claims[row] for row in order], originals)


def copy_text(text: str, rng: random.Random) -> str:
    """Copy a text as people do: as it is, or with a greeting, a cut, and typos."""
    if rng.random() < 0.4:
        return text
    words = text.split(" ")
    if rng.random() < 0.3:
        words = words[: max(6, round(len(words) * rng.uniform(0.7, 1.0)))]
    for place in rng.sample(range(len(words)), rng.randint(0, 3)):
        word = words[place]
        spot = rng.randrange(len(word))
        words[place] = word[:spot] + rng.choice(LETTERS) + word[spot + 1 :]
    if rng.random() < 0.3:
        words = [*rng.choice(GREETINGS).split(" "), *words]
    return " ".join(words)


def judge(planted: Planted, groups: list[int], jaccard: float) -> dict[str, float]:
    """Say which share of close copies stands with most of its claim, and which share of a group is one claim."""
    largest = _most_common(planted.claims, groups)
    main_claim = _most_common(groups, planted.claims)
    pairs = list(zip(planted.texts, planted.claims, groups, strict=True))
    kept = [
        largest[claim] == group
        for text, claim, group in pairs
        if _is_close(text, planted.originals[claim], jaccard)
    ]
    pure = [main_claim[group] == claim for _, claim, group in pairs]
    return {"recall": float(np.mean(kept)), "precision": float(np.mean(pure))}


def _most_common(keys: list[int], values: list[int]) -> dict[int, int]:
    counts: dict[tuple[int, int], int] = {}
    for pair in zip(keys, values, strict=True):
        counts[pair] = counts.get(pair, 0) + 1
    ranked = sorted((count, -value, key) for (key, value), count in counts.items())
    return {key: -value for _, value, key in ranked}


def _is_close(text: str, original: str, jaccard: float) -> bool:
    ours, theirs = ({written[at : at + 5] for at in range(len(written) - 4)} for written in (text, original))
    return len(ours & theirs) >= jaccard * len(ours | theirs)


def main() -> None:
    """Plant, group, judge and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--reports", type=int, default=100_000)
    n_reports = parser.parse_args().reports
    limits = Limits.from_params(load_params(PARAMS).preprocess)
    planted = plant_copies(n_reports, random.Random(SEED))
    facts = [read_facts(text, text.split(" "), text.split(" "), ()) for text in planted.texts]
    before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    begin, begin_cpu = time.perf_counter(), time.process_time()
    groups = group_texts(planted.texts, facts, limits).tolist()
    seconds, cpu_seconds = time.perf_counter() - begin, time.process_time() - begin_cpu
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = {
        "reports": n_reports,
        "claims": len(planted.originals),
        "groups": max(groups) + 1,
        "largest": max(np.bincount(planted.claims).tolist()),
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
        "peak_mb": peak_mb,
        "peak_mb_before": before_mb,
        **judge(planted, groups, limits.jaccard),
    }
    for name, value in figures.items():
        print(f"{name:<16}{value:>14,.4g}" if isinstance(value, float) else f"{name:<16}{value:>14,}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
