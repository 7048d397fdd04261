"""What ingest saw on its way in; what somebody should be told of it, one line each, out."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple


class Seen(NamedTuple):
    """One file as it was read: columns that were not taken or not there, rows, and characters replaced."""

    source: str
    file: str
    ignored: Sequence[str]
    absent: Sequence[str]
    n_rows: int
    n_rejected: int
    n_forgotten: int
    replaced: Mapping[str, int]


def build_notes(
    files: Sequence[Seen], masked: Mapping[str, int], n_contradicted: int, max_rejected_share: float
) -> tuple[str, ...]:
    """Write the notes of a whole ingest, sorted by source and file."""
    return (
        *_note_columns(files),
        *_note_rejected(files, max_rejected_share),
        *_note_forgotten(files),
        *_note_counts("characters", sum((Counter(seen.replaced) for seen in files), Counter())),
        *_note_counts("masked", masked),
        *_note_labels(n_contradicted),
    )


def _note_columns(files: Sequence[Seen]) -> Iterator[str]:
    for source in sorted({seen.source for seen in files}):
        own = [seen for seen in files if seen.source == source]
        ignored = sorted({name for seen in own for name in seen.ignored})
        absent = sorted(set.intersection(*(set(seen.absent) for seen in own)))
        if ignored:
            yield f"{source}: columns ignored: {_list_some(ignored)}"
        if absent:
            yield f"{source}: columns that params.yaml maps and no file has: {_list_some(absent)}"


def _note_rejected(files: Sequence[Seen], max_rejected_share: float) -> Iterator[str]:
    for seen in sorted(files, key=lambda seen: (seen.source, seen.file)):
        if seen.n_rejected > max_rejected_share * seen.n_rows:
            yield f"{seen.file}: {seen.n_rejected} of {seen.n_rows} rows are rejected"


def _note_forgotten(files: Sequence[Seen]) -> Iterator[str]:
    for seen in sorted(files, key=lambda seen: (seen.source, seen.file)):
        if seen.n_forgotten:
            yield f"{seen.file}: still holds {seen.n_forgotten} forgotten rows; delete them there"


def _note_counts(what: str, counts: Mapping[str, int]) -> Iterator[str]:
    if counts:
        yield f"{what}: {', '.join(f'{kind} {counts[kind]}' for kind in sorted(counts))}"


def _note_labels(n_contradicted: int) -> Iterator[str]:
    if n_contradicted:
        yield f"labels that contradict each other at the same time, left empty: {n_contradicted}"


def _list_some(names: Iterable[str], most: int = 10) -> str:
    shown = list(names)
    more = f" and {len(shown) - most} more" if len(shown) > most else ""
    return ", ".join(shown[:most]) + more
