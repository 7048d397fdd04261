"""The models tried so far and what each reached on every row: what a row can give, as far as anybody knows."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import ConfigError
from pipeline.evaluation.protocol.figures import RowFigure
from pipeline.storage import reason_of, write_json

QUANTILE = 0.99
"""Of all models' AUC on a row; the best of many is luck in part."""

Auc = Annotated[float, Field(ge=0.0, le=1.0)]


class Tried(BaseModel):
    """One model: its AUC on each row, the number of claims that each was judged on, and the day."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    name: str
    recorded_on: str
    auc: dict[str, Auc]
    n_claims: dict[str, int]


class History(BaseModel):
    """All models tried, in the order in which they were recorded."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    models: list[Tried]


def read_history(path: Path) -> list[Tried]:
    """Read the models tried so far; none where the file does not exist. Raises ConfigError on another content."""
    try:
        return History.model_validate(json.loads(path.read_text(encoding="utf-8"))).models
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read ({reason_of(error)}); expected the models tried so far"
        ) from error
    except (ValidationError, ValueError) as error:
        raise ConfigError(
            f"{path}: is not a history of models; expected `models` with name, recorded_on, auc, n_claims"
        ) from error


def require_new(name: str, history: Sequence[Tried], path: Path) -> None:
    """Raise ConfigError when a model of this name was tried: history is not written anew."""
    if any(tried.name == name for tried in history):
        raise ConfigError(f"{path}: holds a model {name!r} already; expected a new name")


def record_model(path: Path, name: str, recorded_on: str, figures: Mapping[str, RowFigure]) -> None:
    """Add a model to the file. Raises ConfigError when its name is taken."""
    history = read_history(path)
    require_new(name, history, path)
    added = Tried(
        name=name,
        recorded_on=recorded_on,
        auc={row: round(figure.value, 4) for row, figure in figures.items()},
        n_claims={row: figure.n_claims for row, figure in figures.items()},
    )
    write_json(History(models=[*history, added]).model_dump(), path)


def find_ceilings(history: Sequence[Tried]) -> dict[str, float]:
    """Return the 99th percentile of what models reached, row by row.

    >>> find_ceilings([Tried(name="a", recorded_on="2026-01-02", auc={"W": 0.6}, n_claims={"W": 9})])
    {'W': 0.6}
    """
    rows = sorted({row for tried in history for row in tried.auc})
    return {
        row: float(np.quantile([tried.auc[row] for tried in history if row in tried.auc], QUANTILE))
        for row in rows
    }
