"""How many identities are masked, and how many masks are right: python benchmarks/identities.py FILE...

Files as `tests/blind/README.md` describes them. Counted by span: a marked span is found when a mask of its
kind covers the same letters and digits (punctuation and space at its ends aside), and every other mask is
wrong. Prints recall and precision by kind with Wilson's 95 % interval, and each line with a miss by its id.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path
from typing import Final

from pipeline.text.redact import locate_identities

MARKED: Final = re.compile(r"⟦(\w+)\|(.*?)⟧", re.DOTALL)
Z_95: Final = 1.959964

Mask = tuple[str, frozenset[int]]
"""A kind, and the places of the letters and digits that are covered."""


@dataclass
class Tally:
    """Spans by kind, how many were found, masks by kind, how many were right; lines by what is amiss."""

    marked: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    masked: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    amiss: dict[str, list[str]] = field(default_factory=dict)


def judge_file(path: Path) -> Tally:
    """Compare what is masked in every line of a file with what is marked there."""
    tally = Tally()
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text, marked = read_marks(row["text"])
        masked = set(_read_masks(text))
        tally.marked.update(kind for kind, _ in marked)
        tally.masked.update(kind for kind, _ in masked)
        tally.found.update(kind for kind, _ in marked & masked)
        tally.right.update(kind for kind, _ in marked & masked)
        for kind in sorted({kind for kind, _ in marked - masked}):
            tally.amiss.setdefault(f"missed {kind}", []).append(row["id"])
        for kind in sorted({kind for kind, _ in masked - marked}):
            tally.amiss.setdefault(f"wrongly masked as {kind}", []).append(row["id"])
    return tally


def read_marks(marked: str) -> tuple[str, set[Mask]]:
    """Return a line's text without its marks, and the masks that it should get."""
    pieces, spans, done, length = [], [], 0, 0
    for match in MARKED.finditer(marked):
        pieces += [marked[done : match.start()], match[2]]
        start = length + match.start() - done
        length = start + len(match[2])
        spans.append((match[1], start, length))
        done = match.end()
    text = "".join([*pieces, marked[done:]])
    return text, {(kind, _cover(text, start, end)) for kind, start, end in spans}


def measure_share(n_hits: int, n: int) -> tuple[float, float, float]:
    """Return a share and its interval (Wilson, 1927, Journal of the American Statistical Association 22)."""
    if n == 0:
        return float("nan"), 0.0, 1.0
    share, z2 = n_hits / n, Z_95**2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z_95 / (1 + z2 / n) * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return share, centre - half, centre + half


def main() -> None:
    """Judge the files, print a table for each and one JSON line."""
    if len(sys.argv) < 2:
        sys.exit("expected: python benchmarks/identities.py FILE...")
    print(json.dumps({path: _print_table(path, judge_file(Path(path))) for path in sys.argv[1:]}))


def _read_masks(text: str) -> Iterator[Mask]:
    for start, end, kind in locate_identities(text):
        yield kind.lower(), _cover(text, start, end)


def _cover(text: str, start: int, end: int) -> frozenset[int]:
    return frozenset(place for place in range(start, end) if text[place].isalnum())


def _print_table(path: str, tally: Tally) -> dict[str, dict[str, float]]:
    print(f"{path}\n{'kind':10}{'spans':>7}  {'recall':22}{'masks':>7}  precision")
    figures = {}
    for kind in [*sorted(tally.marked | tally.masked), "all"]:
        n_marked, n_found, n_masked, n_right = (
            counts.total() if kind == "all" else counts[kind]
            for counts in (tally.marked, tally.found, tally.masked, tally.right)
        )
        recall, precision = measure_share(n_found, n_marked), measure_share(n_right, n_masked)
        shown = ["{:.3f} [{:.3f}, {:.3f}]".format(*share) for share in (recall, precision)]
        print(f"{kind:10}{n_marked:7}  {shown[0]:22}{n_masked:7}  {shown[1]}")
        figures[kind] = {"recall": round(recall[0], 4), "precision": round(precision[0], 4)}
    for what, ids in sorted(tally.amiss.items()):
        print(f"{what}: {' '.join(ids)}")
    return figures


if __name__ == "__main__":
    main()
