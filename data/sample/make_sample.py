"""Make the sample: `python data/sample/make_sample.py [--output DIR]` writes DIR/reports and DIR/source.

The same claims and seed give the same files on every Python from 3.11 on (Parquet: the same table).
Prints what was written, file by file.
"""

import argparse
import csv
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from generator.broken import Broken, break_tables, list_planted
from generator.claims import Claim, Edge, read_claims, read_edges
from generator.files import Table, make_tables, write_table
from generator.identities import Planted, plant_identities
from generator.people import WORKSHOP, Reporter, invent_people
from generator.plan import plan_claims
from generator.reports import Report, make_brigade, make_edges, make_reports, number_reports

HERE = Path(__file__).resolve().parent
N_BRIGADE = 60


class Sample(NamedTuple):
    """Everything that is written."""

    reports: list[Report]
    tables: list[Table]
    planted: list[Planted]
    broken: list[Broken]
    students: tuple[Reporter, ...]


def make_sample(claims: list[Claim], edges: list[Edge]) -> Sample:
    """Turn claims into reports, and reports into files that have their share of dirt."""
    plans = plan_claims(claims)
    people = invent_people(N_BRIGADE)
    made = make_reports(plans, people) + make_brigade(plans, people) + make_edges(edges, people)
    reports, planted = plant_identities(number_reports(made))
    tables, broken = break_tables(make_tables(reports))
    return Sample(reports, tables, planted + list_planted(), broken, people.by_source[WORKSHOP])


def write_sample(sample: Sample, claims: list[Claim], edges: list[Edge], folder: Path) -> None:
    """Write the reports, who is registered for which cohort, and beside them what is true, planted and broken."""
    for table in sample.tables:
        write_table(table, folder / "reports")
    source = folder / "source"
    source.mkdir(parents=True, exist_ok=True)
    write_truth(sample.reports, claims, edges, source / "truth.csv")
    write_csv(
        ["report_id", "column", "kind", "value", "digits"],
        ([seed.report_id, seed.column, seed.kind, seed.value, seed.digits] for seed in sample.planted),
        source / "planted.csv",
    )
    write_csv(
        ["reporter_id", "cohort"],
        ([reporter.id, reporter.cohort] for reporter in sorted(sample.students, key=lambda one: one.id)),
        folder / "cohorts.csv",
    )
    write_csv(
        ["file", "row", "why", "fate"],
        ([row.file, row.row, row.why, row.fate] for row in sample.broken),
        source / "broken.csv",
    )


def write_truth(reports: list[Report], claims: list[Claim], edges: list[Edge], path: Path) -> None:
    """Write what is true of every claim, with the reports that were made from it; edge cases are label 0."""
    kinds = {claim.id: [claim.label, claim.type, claim.topic, claim.register] for claim in claims}
    kinds |= {edge.id: [0, "other", "edge", "edge"] for edge in edges}
    members: dict[str, list[Report]] = {claim_id: [] for claim_id in kinds}
    for report in reports:
        members[report.claim_id].append(report)
    write_csv(
        ["claim_id", "label", "type", "topic", "register", "first_reported_at", "report_ids"],
        (
            [claim_id, *kind, members[claim_id][0].reported_at.isoformat(), _join_ids(members[claim_id])]
            for claim_id, kind in kinds.items()
        ),
        path,
    )


def write_csv(header: list[str], rows: Iterable[list[object]], path: Path) -> None:
    """Write a small table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def describe_sample(sample: Sample) -> str:
    """Count what was made, as the table that stands in README.md."""
    lines = ["| file | rows |", "|---|---:|"]
    lines += [f"| reports/{table.path} | {len(table.rows):,} |" for table in sample.tables]
    n_rows = sum(len(table.rows) for table in sample.tables)
    n_claims = len({report.claim_id for report in sample.reports})
    return "\n".join(
        [
            *lines,
            f"| all files | {n_rows:,} |",
            "",
            f"{len(sample.reports):,} reports of {n_claims} claims; "
            f"{n_rows - len(sample.reports) - len(sample.broken)} rows are later looks at a report, "
            f"{len(sample.broken)} are broken; {len(sample.planted)} rows hold a planted identity.",
        ]
    )


def _join_ids(reports: list[Report]) -> str:
    return " ".join(report.report_id for report in reports)


def main(arguments: list[str]) -> None:
    """Make the sample from source/ beside this file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=HERE, help="where reports/ and source/ go")
    folder: Path = parser.parse_args(arguments).output
    claims, edges = read_claims(HERE / "source" / "claims.csv"), read_edges(HERE / "source" / "edges.csv")
    sample = make_sample(claims, edges)
    write_sample(sample, claims, edges, folder)
    print(describe_sample(sample))


if __name__ == "__main__":
    main(sys.argv[1:])
