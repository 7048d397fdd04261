"""The model in service: another champion is taken up without a restart, a damaged one leaves the last."""

import logging
import threading

import pytest

from pipeline.model.registry import Registry
from pipeline.web.models import ModelHolder
from tests.model.conftest import candidate, evaluation, facts, model, params, rules
from tests.model.test_registry import Publish, publish, registry

__all__ = ["candidate", "evaluation", "facts", "model", "params", "publish", "registry", "rules"]


def test_a_new_champion_is_taken_up(registry: Registry, publish: Publish):
    holder = ModelHolder(registry.models)
    assert holder.get() is None
    first = publish("one")
    assert holder.get().version == first.name
    kept = holder.get()
    assert holder.get() is kept  # loaded once
    second = publish("two")
    assert holder.get().version == second.name


def test_a_damaged_champion_leaves_the_last_in_service(
    registry: Registry, publish: Publish, caplog: pytest.LogCaptureFixture
):
    first = publish("one")
    holder = ModelHolder(registry.models)
    assert holder.get().version == first.name
    (registry.models / "champion.json").write_text("{}")
    with caplog.at_level(logging.ERROR, "saring.web"):
        for _ in range(3):
            assert holder.get().version == first.name
    assert sum("is damaged" in record.getMessage() for record in caplog.records) == 1  # said once
    (registry.models / "champion.json").unlink()
    assert holder.get() is None
    second = publish("two")
    assert holder.get().version == second.name


def test_many_threads_load_a_model_once_and_all_get_it(registry: Registry, publish: Publish):
    name = publish("one").name
    holder, found = ModelHolder(registry.models), []
    threads = [threading.Thread(target=lambda: found.append(holder.get())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.version for one in found] == [name] * 8
    assert len(set(map(id, found))) == 1
