"""The file of registered cohorts in, who speaks with which cohort's voice out."""

import csv
from pathlib import Path
from typing import Final

from pipeline.cli.workspace import Workspace
from pipeline.errors import ConfigError
from pipeline.privacy.pseudonyms import REPORTER_PREFIX, digest_reporter
from pipeline.storage import reason_of

COLUMNS: Final = ("reporter_id", "cohort")


def read_cohorts(workspace: Workspace) -> dict[str, str]:
    """Return the cohort of each registered reporter, by pseudonym.

    The file names reporters as their source does, or by the pseudonym ("p-...") that stands in the reports.
    Raises ConfigError when it cannot be read, or names a reporter for two cohorts.
    """
    params = workspace.params
    path = params.prioritise.reliability.cohorts
    if path is None:
        return {}
    cohorts: dict[str, str] = {}
    for reporter_id, cohort in _read_rows(path):
        hidden = not params.ingest.mask_identities or reporter_id.startswith(REPORTER_PREFIX)
        pseudonym = reporter_id if hidden else digest_reporter(reporter_id, workspace.pseudonym_key())
        if cohorts.setdefault(pseudonym, cohort) != cohort:
            raise ConfigError(
                f"{path}: registers a reporter for two cohorts ({cohort!r} is one); expected one"
            )
    return cohorts


def _read_rows(path: Path) -> list[tuple[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = reason_of(error) if isinstance(error, OSError) else "no CSV in UTF-8"
        raise ConfigError(f"{path}: cannot be read ({reason}); expected registered cohorts") from error
    for number, row in enumerate(rows, start=1):
        if not all(row.get(name) for name in COLUMNS):
            raise ConfigError(
                f"{path}: row {number} lacks a reporter or a cohort; expected {', '.join(COLUMNS)}"
            )
    return [(row["reporter_id"].strip(), row["cohort"].strip()) for row in rows]
