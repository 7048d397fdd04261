"""A root in, its MLflow store out, opened quietly and offline; experiments, parameters and metrics as it takes them.

The only module that imports MLflow, and only when something is logged.
"""

import logging
import os
import re
import time
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NamedTuple

from pipeline.errors import StorageError
from pipeline.model.manifest import flatten

STORE: Final = "mlflow.db"
ARTIFACTS: Final = "mlartifacts"
UNNAMEABLE: Final = re.compile(r"[^\w\-. /]")
"""What MLflow does not take in the name of a metric."""


class Store(NamedTuple):
    """MLflow, opened on one root."""

    mlflow: ModuleType
    client: Any
    artifacts: str


@contextmanager
def open_store(root: Path) -> Iterator[Store]:
    """Open a root's store, made where there is none. Raises StorageError when it cannot be used."""
    path = root / STORE
    with _quietly_imported() as mlflow:
        from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415 - comes with MLflow, which lets it through

        try:
            address = f"sqlite:///{path}"
            client = mlflow.MlflowClient(tracking_uri=address, registry_uri=address)
            yield Store(mlflow, client, (root / ARTIFACTS).as_uri())
        except (mlflow.MlflowException, SQLAlchemyError, OSError) as error:
            raise StorageError(
                f"{path}: MLflow's store cannot be used ({str(error).splitlines()[0]}); expected one that "
                f"MLflow {mlflow.__version__} made here; move it away and run `saring model register --all`"
            ) from error


@contextmanager
def _quietly_imported() -> Iterator[ModuleType]:
    """Hold back what MLflow and its database layer say of themselves; errors are still raised."""
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    os.environ["DO_NOT_TRACK"] = "true"
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"mlflow|alembic|sqlalchemy")
        import mlflow.pyfunc  # noqa: PLC0415 - takes seconds, and sets the levels of its loggers

        loggers = [logging.getLogger(name) for name in ("mlflow", "alembic")]
        levels = [logger.level for logger in loggers]
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        try:
            yield mlflow
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)


def require_experiment(store: Store, name: str) -> str:
    """Return the id of an experiment, made when it is not there."""
    experiment = store.client.get_experiment_by_name(name)
    if experiment is None:
        return str(store.client.create_experiment(name, artifact_location=store.artifacts))
    if experiment.artifact_location != store.artifacts:
        raise StorageError(
            f"{STORE}: keeps its files in {experiment.artifact_location!r}; expected {store.artifacts!r}; "
            "move it away and run `saring model register --all`"
        )
    return str(experiment.experiment_id)


def list_params(store: Store, params: Mapping[str, Any]) -> list[Any]:
    """Return nested parameters as MLflow logs them, by their dotted names."""
    return [store.mlflow.entities.Param(name, str(value)) for name, value in flatten(params)]


def list_metrics(store: Store, metrics: Iterable[tuple[str, Any]]) -> list[Any]:
    """Return what is a number among named values as MLflow logs it."""
    now = int(time.time() * 1000)
    return [
        store.mlflow.entities.Metric(UNNAMEABLE.sub("_", name), float(value), now, 0)
        for name, value in metrics
        if isinstance(value, int | float) and not isinstance(value, bool)
    ]
