"""What `saring quality` prints and writes: figures from audit members, the biased ones beside them, agreement."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import typer

from pipeline.cli.opening import act_as, clock, open_store
from pipeline.cli.rowfiles import require_free
from pipeline.cli.tables import print_table
from pipeline.cli.workspace import Workspace
from pipeline.errors import ConfigError
from pipeline.moderation.desk.people import DATA, LEAD
from pipeline.moderation.quality import Quality, measure_quality
from pipeline.moderation.quality.agreement import Agreement
from pipeline.moderation.quality.estimates import Calibration, Depth
from pipeline.moderation.quality.measure import Audited
from pipeline.moderation.quality.shares import Share
from pipeline.storage import write_json

Row = tuple[str, ...]
NOTHING: Final = "-"


def print_quality(workspace: Workspace, name: str | None, output: Path | None, *, force: bool) -> None:
    """Print all figures, and write them where that is asked for."""
    if output is not None:
        if output.suffix != ".json":
            raise ConfigError(f"--output: holds {str(output)!r}; expected a name that ends in .json")
        require_free(output, force)
    with open_store(workspace) as store, store.reading() as connection:
        person = act_as(connection, name, LEAD, DATA)
        is_lead = person is not None and person.role == LEAD
        found = measure_quality(connection, workspace.params, clock(), readers=is_lead)
    _print_figures(found)
    _print_agreement(found)
    if output is not None:
        write_json(found.as_dict(), output)
        typer.echo(f"-> {output}")


def _print_figures(found: Quality) -> None:
    audited, ranked = found.audited, found.ranked
    known = audited.prevalence
    coverage = NOTHING if known.coverage is None else f"{known.coverage:.0%}"
    typer.echo(
        f"{known.n_arrived:,} claims arrived from {found.since:%Y-%m-%d} to {found.until:%Y-%m-%d};"
        f" {known.n_read:,} of {known.n_members:,} audit members were read ({coverage}),"
        f" {audited.n_unsettled:,} of them unclear or for another desk"
    )
    if known.reason:
        typer.echo(f"no figure of the audit sample: {known.reason}")
    rows = [
        ("share of misinformation", show_share(known.estimate), show_share(ranked.prevalence)),
        *_list_misses(audited),
        *_list_depths(audited.depths, ranked.depths),
        *_list_calibration(audited.calibration, ranked.calibration),
    ]
    names = ("figure", "audit members", f"biased: the {ranked.n_read:,} read in the queue's order")
    print_table(f"Quality, {found.interval:.0%} intervals", names, rows)


def _list_misses(audited: Audited) -> Iterator[Row]:
    misses = audited.misses
    if misses is None:
        yield ("misinformation that nobody found", NOTHING, NOTHING)
        return
    missed = f"{misses.missed:,.0f} [{misses.missed_lower:,.0f} to {misses.missed_upper:,.0f}]"
    yield ("misinformation that nobody found", f"{missed} beside {misses.n_found:,} found", NOTHING)


def _list_depths(audited: list[Depth], ranked: list[Depth]) -> Iterator[Row]:
    for number, one in enumerate(ranked):
        own = audited[number] if audited else None
        first = f"the first {one.share:.0%}"
        yield (f"{first}: precision", show_share(own and own.precision), show_share(one.precision))
        yield (f"{first}: of all that there is", show_share(own and own.found), show_share(one.found))


def _list_calibration(audited: Calibration | None, ranked: Calibration) -> Iterator[Row]:
    both = (audited, ranked)
    yield (
        "mean score",
        *(NOTHING if one is None or one.score is None else f"{one.score:.3f}" for one in both),
    )
    yield ("found where there was a score", *(show_share(one and one.observed) for one in both))
    for number in range(max(len(one.bins) if one else 0 for one in both)):
        yield (f"scores, part {number + 1}: mean -> found", *(_show_bin(one, number) for one in both))
    for name in ("slope", "intercept"):
        yield (f"calibration {name}", *(_show_line(one, name) for one in both))


def _show_bin(one: Calibration | None, number: int) -> str:
    if one is None or number >= len(one.bins):
        return NOTHING
    return f"{one.bins[number].score:.3f} -> {show_share(one.bins[number].observed)}"


def _show_line(one: Calibration | None, name: str) -> str:
    bounds = None if one is None else getattr(one, name)
    if bounds is None:
        return NOTHING if one is None else f"{NOTHING}: {one.reason}"
    return f"{bounds[0]:.2f} [{bounds[1]:.2f} to {bounds[2]:.2f}]"


def _print_agreement(found: Quality) -> None:
    rows = [
        ("all second reads", *_show_agreement(found.agreement)),
        ("audit members only", *_show_agreement(found.agreement_of_members)),
        ("misinformation, or not", *_show_agreement(found.agreement_on_misinformation)),
    ]
    print_table("How far people agree, the second blind", ("of", "pairs", "agreed", "kappa"), rows)
    typer.echo(f"golden claims judged right: {show_share(found.golden)}")
    if found.readers:
        people = [
            (reader.name, *_show_agreement(reader.agreement), show_share(reader.golden))
            for reader in found.readers
        ]
        names = ("person", "pairs", "agreed with others", "kappa", "golden claims right")
        print_table("By person", names, people)


def show_share(share: Share | None) -> str:
    """Write a share with its bounds and what it was made from."""
    if share is None:
        return NOTHING
    return f"{share.value:.3f} [{share.lower:.3f} to {share.upper:.3f}], n {share.n:,}"


def _show_agreement(found: Agreement) -> Row:
    if found.agreed is None:
        return ("0", NOTHING, NOTHING)
    agreed = f"{found.agreed:.3f} [{found.agreed_lower:.3f} to {found.agreed_upper:.3f}]"
    if found.kappa is None:
        return (f"{found.n:,}", agreed, f"{NOTHING}: one verdict only")
    return (f"{found.n:,}", agreed, f"{found.kappa:.2f} [{found.kappa_lower:.2f} to {found.kappa_upper:.2f}]")
