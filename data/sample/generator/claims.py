"""The hand-written sources: claims.csv and edges.csv in, claims and odd reports out."""

import csv
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Claim:
    """What is said, once; `label` is 1 for misinformation."""

    id: str
    text: str
    label: int
    type: str
    topic: str
    register: str


@dataclass(frozen=True)
class Edge:
    """A report that is no claim at all, or none that a model can read, and why it is here."""

    id: str
    text: str
    ocr_text: str
    platform: str
    why: str


def read_claims(path: Path) -> list[Claim]:
    """Read the claims, in the order of their ids."""
    rows = sorted(_read_rows(path), key=lambda row: row["id"])
    return [Claim(**{**row, "label": int(row["label"])}) for row in rows]  # type: ignore[arg-type]


def read_edges(path: Path) -> list[Edge]:
    """Read the edge cases, in the order of the file."""
    return [Edge(**row) for row in _read_rows(path)]


def _read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
