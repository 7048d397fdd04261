"""A published version in; MLflow's run, registered model and alias out. An index: the truth is models/.

What it logs holds no pickle: the folder as it is, and the name of the module that loads it.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from pipeline.model.encoder import ENCODER_PACKAGES
from pipeline.model.freeze import METRICS
from pipeline.model.manifest import CARD, flatten, read_manifest
from pipeline.model.mlflow_store import Store, list_metrics, list_params, open_store, require_experiment
from pipeline.schema.columns import SCORE_COLUMNS, TEXT_PARTS
from pipeline.storage import read_json

NAME: Final = "saring"
VERSION_TAG: Final = "saring_version"
CHAMPION: Final = "champion"
CHALLENGER: Final = "challenger"
SCORING_LIBRARIES: Final = ("PySastrawi", "numpy", "pandas", "safetensors", "saring", *ENCODER_PACKAGES)
IN_TABLES: Final = frozenset({"slices", "contestants", "behaviour", "adversary"})
"""Sections of metrics that are logged as tables only: MLflow takes a thousand metrics."""

Alias = Literal["champion", "challenger"]


class Mirrored(NamedTuple):
    """What MLflow knows a version as."""

    number: str
    run_id: str


def mirror_version(root: Path, directory: Path, alias: Alias | None, tags: Mapping[str, str]) -> Mirrored:
    """Register a published folder with its parameters, metrics, plots and card, and move an alias to it.

    Everything but `tags` (commit, times: what differs from run to run) is read from the folder, so that
    a lost store can be made anew. The store is ROOT/mlflow.db, the artefacts lie in ROOT/mlartifacts. A
    version that is there already only gets the alias. Raises StorageError when the store cannot be used,
    or was made for another place: it holds absolute addresses.
    """
    with open_store(root.resolve()) as store:
        experiment_id = require_experiment(store, NAME)
        found = _find_version(store, directory.name)
        mirrored = found or _register(store, experiment_id, directory, tags)
        if alias:
            _move_alias(store, mirrored.number, alias)
        else:
            _drop_aliases(store, mirrored.number)
        return mirrored


def _find_version(store: Store, version: str) -> Mirrored | None:
    found = store.client.search_model_versions(f"name = '{NAME}' and tags.`{VERSION_TAG}` = '{version}'")
    return Mirrored(str(found[0].version), found[0].run_id) if found else None


def _register(store: Store, experiment_id: str, directory: Path, tags: Mapping[str, str]) -> Mirrored:
    run_tags = {**tags, VERSION_TAG: directory.name}
    run_id = store.client.create_run(experiment_id, run_name=directory.name, tags=run_tags).info.run_id
    try:
        _log_run(store, run_id, directory)
        logged = _log_model(store, experiment_id, run_id, directory)
        number = _create_version(store, run_id, logged, run_tags)
    except BaseException:
        store.client.set_terminated(run_id, "FAILED")
        raise
    store.client.set_terminated(run_id)
    return Mirrored(number, run_id)


def _log_run(store: Store, run_id: str, directory: Path) -> None:
    """Log parameters, metrics, card, plots and tables; the whole folder goes with the model."""
    params = list_params(store, read_manifest(directory)["params"])
    measured = {name: part for name, part in read_json(directory / METRICS).items() if name not in IN_TABLES}
    store.client.log_batch(run_id, list_metrics(store, flatten(measured)), params)
    for path in sorted(directory.iterdir()):
        if path.name in (CARD, METRICS) or path.suffix in (".png", ".csv"):
            store.client.log_artifact(run_id, str(path))


def _log_model(store: Store, experiment_id: str, run_id: str, directory: Path) -> Any:
    """Log the folder as a model of MLflow's own, loaded by our module; return what MLflow calls it."""
    versions = read_manifest(directory)["libraries"]
    logged = store.client.create_logged_model(experiment_id, name="model", source_run_id=run_id)
    description = store.mlflow.models.Model(
        artifact_path=logged.artifact_location,
        run_id=run_id,
        model_id=logged.model_id,
        model_uuid=logged.model_id,
        signature=_describe_signature(store),
    )
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch) / "model"
        store.mlflow.pyfunc.save_model(
            path=str(place),
            loader_module="pipeline.pyfunc",
            data_path=str(directory),
            mlflow_model=description,
            pip_requirements=[f"{name}=={versions[name]}" for name in SCORING_LIBRARIES if name in versions],
        )
        store.client.log_model_artifacts(logged.model_id, str(place))
    store.client.log_outputs(run_id, [store.mlflow.entities.LoggedModelOutput(logged.model_id, step=0)])
    store.client.finalize_logged_model(logged.model_id, "READY")
    return logged


def _describe_signature(store: Store) -> Any:
    """Say what goes in and out; parts that are empty in a whole frame may have any type."""
    types = store.mlflow.types
    column, anything = types.ColSpec, types.schema.AnyType()
    optional = [column(anything, name, required=False) for name in TEXT_PARTS if name != "text"]
    outputs = [column("double" if name == "score" else "string", name) for name in SCORE_COLUMNS]
    return store.mlflow.models.ModelSignature(
        types.Schema([column("string", "text"), *optional]), types.Schema(outputs)
    )


def _create_version(store: Store, run_id: str, logged: Any, tags: Mapping[str, str]) -> str:
    """Register the logged model, by its files: MLflow would look its id up in the global store."""
    if not store.client.search_registered_models(f"name = '{NAME}'"):
        store.client.create_registered_model(NAME)
    place, model_id = logged.artifact_location, logged.model_id
    made = store.client.create_model_version(NAME, place, run_id, tags=dict(tags), model_id=model_id)
    return str(made.version)


def _move_alias(store: Store, number: str, alias: Alias) -> None:
    """Point the alias at a version; a challenger that becomes champion is no challenger any more."""
    aliases = store.client.get_registered_model(NAME).aliases
    store.client.set_registered_model_alias(NAME, alias, number)
    if alias == CHAMPION and str(aliases.get(CHALLENGER)) == number:
        store.client.delete_registered_model_alias(NAME, CHALLENGER)


def _drop_aliases(store: Store, number: str) -> None:
    """Take from a version the aliases that it holds no longer."""
    for alias, holder in store.client.get_registered_model(NAME).aliases.items():
        if alias in (CHAMPION, CHALLENGER) and str(holder) == number:
            store.client.delete_registered_model_alias(NAME, alias)
