"""Every kind of identity in every column: after a run and all that can follow it, none can be found."""

import shutil
from pathlib import Path

import pytest

from tests.cli.private import COLUMNS, GARDEN, KINDS, MINE, REPORTER, SHEET, Planted
from tests.cli.test_run import decoded_files

ALSO = [
    Planted("phone", "text", "0854-2218-7745"),
    Planted("phone", "report_id", str(MINE[0]["report_id"])),
    Planted("email", "reporter_id", REPORTER),
    Planted("phone", "file", SHEET.removesuffix(".csv").split()[1]),
]
PLANTED = [*GARDEN.planted, *ALSO]


def find_planted(root: Path, kinds: tuple[str, ...] = tuple(KINDS)) -> dict[Planted, list[str]]:
    """Say of each planted value in which files under a root it stands."""
    texts = [(str(path.relative_to(root)), text) for path, text in decoded_files(root)]
    return {
        one: [name for name, text in texts if one.stands_in(text)] for one in PLANTED if one.kind in kinds
    }


def test_every_kind_is_planted_in_every_column():
    assert {(one.kind, one.column) for one in PLANTED} >= {
        (kind, column) for kind in KINDS for column in COLUMNS
    }
    assert len({one.value for one in PLANTED}) == len(PLANTED)


def test_none_is_found_in_tables_rejected_rows_mlflow_cards_outputs_and_what_was_printed(private_desk):
    names = {str(path.relative_to(private_desk.root)) for path, _ in decoded_files(private_desk.root)}
    assert names >= {"mlflow.db", "catatan.log", "data/interim/rejected.parquet", "luaran/s.jsonl"}
    assert any(name.startswith("mlartifacts/") and name.endswith("MODEL_CARD.md") for name in names)
    assert {one: files for one, files in find_planted(private_desk.root).items() if files} == {}


@pytest.mark.parametrize("column", ["report_id", "reporter_id", "url", "external_subject"])
def test_ids_stay_as_many_as_they_were(private_desk, column: str):
    import pyarrow.parquet as pq

    values = pq.read_table(private_desk.root / "data/interim/reports.parquet")[column].to_pylist()
    n_planted = sum(str(value).startswith(("x-", "p-")) for value in set(values))
    assert n_planted >= 3 * len(KINDS)


def test_with_masking_off_all_are_found(private_desk, tmp_path: Path):
    shutil.copytree(private_desk.folder, tmp_path / "desk", ignore=shutil.ignore_patterns("root"))
    desk = private_desk._replace(folder=tmp_path / "desk")
    desk.name("kiriman", more="ingest: {max_rejected_share: 0.5, mask_identities: false}")
    desk.pass_through("ingest")
    assert [one for one, files in find_planted(desk.root).items() if not files] == []
