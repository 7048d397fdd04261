"""Candidates of a search in, an MLflow run with a child for each out, as they are done."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from pipeline.model.manifest import flatten
from pipeline.model.mlflow_store import Store, list_metrics, list_params, open_store, require_experiment

EXPERIMENT: Final = "saring-search"
"""Apart from the versions', which can be made anew from models/: searches cannot."""

PARENT_TAG: Final = "mlflow.parentRunId"


class SearchLog:
    """One search: a parent run, and a child run for each candidate."""

    def __init__(self, store: Store, experiment_id: str, parent_id: str) -> None:
        self._store = store
        self._experiment_id = experiment_id
        self.parent_id = parent_id
        self._children: dict[str, str] = {}

    def add(self, name: str, params: Mapping[str, Any], metrics: Mapping[str, Any]) -> None:
        """Log a finished candidate with its parameters and figures, nested as they may be."""
        client = self._store.client
        made = client.create_run(self._experiment_id, run_name=name, tags={PARENT_TAG: self.parent_id})
        self._children[name] = made.info.run_id
        client.log_batch(made.info.run_id, [], list_params(self._store, params))
        self.add_metrics(name, metrics)
        client.set_terminated(made.info.run_id)

    def add_metrics(self, name: str, metrics: Mapping[str, Any]) -> None:
        """Log more figures of a candidate, such as those that need all the others."""
        self._store.client.log_batch(self._children[name], list_metrics(self._store, flatten(metrics)))


@contextmanager
def open_search_log(root: Path, name: str, tags: Mapping[str, str]) -> Iterator[SearchLog]:
    """Open a parent run in the store of a root; it is FINISHED when the block ends well, else FAILED.

    Raises StorageError when the store cannot be used.
    """
    with open_store(root.resolve()) as store:
        experiment_id = require_experiment(store, EXPERIMENT)
        parent_id = store.client.create_run(experiment_id, run_name=name, tags=dict(tags)).info.run_id
        try:
            yield SearchLog(store, experiment_id, parent_id)
        except BaseException:
            store.client.set_terminated(parent_id, "FAILED")
            raise
        store.client.set_terminated(parent_id)
