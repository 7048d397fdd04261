"""How far a score moves when one name stands for another, known and unknown, capitalised and in lower case.

python benchmarks/names.py ROOT...: each root is one where `saring run` has finished. Unknown names and their
sentences are those of tests/blind/unknown_names.csv. Prints tables; the last line is one JSON object.
"""

import csv
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.evaluation.neutrality import NAMES, measure_name_shift
from pipeline.model.bundle import Bundle, load_bundle
from pipeline.model.linear import logit
from pipeline.storage import read_frame

BLIND: Final = Path(__file__).parents[1] / "tests" / "blind" / "unknown_names.csv"
SEED: Final = 20_241_127
N_SWAPS: Final = 8
PERCENTILE: Final = 95.0
KNOWN: Final = {
    "person": (
        "Jokowi",
        "Prabowo Subianto",
        "Anies",
        "Ganjar Pranowo",
        "Megawati",
        "SBY",
        "Khofifah",
        "Gus Dur",
    ),
    "party": NAMES["party"],
    "religion": NAMES["religion"],
    "people": NAMES["people"],
    "place": (*NAMES["province"], "Surabaya", "Sleman", "Bantul", "Makassar"),
    "ballot": NAMES["ballot number"],
}
"""Names that everybody knows, by kind, to put in place of an unknown one."""

FloatArray = npt.NDArray[np.float64]


class Row(NamedTuple):
    """One unknown name, and a sentence with a place for it."""

    name: str
    kind: str
    title: str
    sentence: str


class Swap(NamedTuple):
    """One text with one name and with another."""

    kind: str
    other: str
    case: str
    titled: str
    before: str
    after: str


def main() -> None:
    """Print, for each root, a table of swaps."""
    with BLIND.open(encoding="utf-8", newline="") as file:
        rows = [Row(**row) for row in csv.DictReader(file)]
    swaps = list(draw_swaps(rows, random.Random(SEED)))
    print(json.dumps({root: measure_root(Path(root), swaps) for root in sys.argv[1:]}))


def draw_swaps(rows: list[Row], rng: random.Random) -> Iterator[Swap]:
    """Draw, for each row, other names of its kind, known and unknown, in each way of writing."""
    for row in rows:
        unknown = [other.name for other in rows if other.kind == row.kind and other.name != row.name]
        for other, names in (("unknown", unknown), ("known", KNOWN[row.kind])):
            for name in rng.sample(names, min(N_SWAPS, len(names))):
                for title in {"", row.title}:
                    before, after = (
                        row.sentence.replace("{name}", f"{title} {filled}".strip())
                        for filled in (row.name, name)
                    )
                    titled = "titled" if title else "bare"
                    yield Swap(row.kind, other, "capitals", titled, before, after)
                    yield Swap(row.kind, other, "lower case", titled, before.lower(), after.lower())


def measure_root(root: Path, swaps: list[Swap]) -> dict[str, dict[str, float]]:
    """Measure every swap with the candidate of a root; ranks are among all that it scored in its queue."""
    bundle = load_bundle(root / "data" / "candidate", "candidate")
    queue = np.sort(
        logit(read_frame(root / "data" / "queue" / "scored.parquet")["score"].dropna().to_numpy())
    )
    shifts, ranks = measure_swaps(bundle, queue, swaps)
    print(
        f"{root.name}: largest shift of known names {measure_name_shift(bundle.model, bundle.chain).max_shift:.3g}"
    )
    print(f"{'an unknown name for':<44}{'swaps':>7}{'equal':>8}{'p50':>8}{'p95':>8}{'rank p95':>10}")
    return {label: describe(label, shifts[chosen], ranks[chosen]) for label, chosen in choose(swaps)}


def measure_swaps(bundle: Bundle, queue: FloatArray, swaps: list[Swap]) -> tuple[FloatArray, FloatArray]:
    """Return how far each swap moves the logit, and the rank in per cent of the queue."""
    logits = score_texts(bundle, sorted({text for swap in swaps for text in (swap.before, swap.after)}))
    before, after = (
        np.array([logits[text] for text in texts])
        for texts in ([swap.before for swap in swaps], [swap.after for swap in swaps])
    )
    ranks = 100 * np.abs(np.searchsorted(queue, after) - np.searchsorted(queue, before)) / len(queue)
    return np.abs(after - before), ranks


def score_texts(bundle: Bundle, texts: list[str]) -> dict[str, float]:
    """Return each text's calibrated logit."""
    prepared = [bundle.chain.prepare(text) for text in texts]
    return dict(zip(texts, bundle.model.calibrate(bundle.model.decide(prepared)).tolist(), strict=True))


def choose(swaps: list[Swap]) -> Iterator[tuple[str, npt.NDArray[np.bool_]]]:
    """Yield the lines of the table: all, then each way of writing, then each kind."""
    table = np.array([swap[:4] for swap in swaps])
    yield "any other", np.ones(len(table), np.bool_)
    for case in ("capitals", "lower case"):
        for other in ("known", "unknown"):
            for titled in ("titled", "bare"):
                label = f"{'a known' if other == 'known' else 'another unknown'}, {titled}, {case}"
                yield label, (table[:, 1] == other) & (table[:, 2] == case) & (table[:, 3] == titled)
    for kind in KNOWN:
        for case in ("capitals", "lower case"):
            yield f"{kind}, {case}", (table[:, 0] == kind) & (table[:, 2] == case)


def describe(label: str, shifts: FloatArray, ranks: FloatArray) -> dict[str, float]:
    """Print and return one line: share of swaps that move nothing, percentiles of the move."""
    figures = {
        "swaps": len(shifts),
        "equal": float(np.mean(shifts < 1e-12)),
        "p50": float(np.median(shifts)),
        "p95": float(np.percentile(shifts, PERCENTILE)),
        "rank_p95": float(np.percentile(ranks, PERCENTILE)),
    }
    print(
        f"{label:<44}{figures['swaps']:>7,}{figures['equal']:>8.1%}{figures['p50']:>8.3f}"
        f"{figures['p95']:>8.3f}{figures['rank_p95']:>10.1f}"
    )
    return figures


if __name__ == "__main__":
    main()
