"""What arrives, compared with training, on a real store: as usual, and with drift planted."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pytest
from sqlalchemy import select

from pipeline.model.bundle import Bundle
from pipeline.model.estimator import Examples, fit_model
from pipeline.model.reference import measure_reference
from pipeline.model.unknown import measure_unknown
from pipeline.moderation.desk.verdicts import Ruling, decide
from pipeline.moderation.monitor import Measure, watch
from pipeline.moderation.store.facts import LAST_INGEST, note_fact
from pipeline.moderation.store.tables import Claim
from pipeline.text.chain import TextChain
from tests.model.conftest import REPORTS
from tests.moderation.store.conftest import LATER, Queue, at, report

USUAL = [text for text, _ in REPORTS]
STRANGE = [
    "dagangan skincare racikan bidan viral bikin glowing seminggu",
    "gacor slot depo receh auto sultan bosku gaskeun",
    "lowongan admin olshop gaji harian rebahan cuan",
]


@pytest.fixture(scope="module")
def bundle(chain: TextChain, params) -> Bundle:
    """A model of invented reports, with its own record of them."""
    prepared = [chain.prepare(text) for text in USUAL]
    labels = np.array([label for _, label in REPORTS], np.int8)
    examples = Examples(prepared, labels, np.ones(len(labels)))
    model = fit_model(examples, examples, params.train.model_copy(update={"min_claims": 1}), prevalence=0.5)
    reference = measure_reference(model.predict(prepared), labels, np.ones(len(labels)), 0.5, 0.0)
    return Bundle(
        "v1-0",
        model,
        chain,
        1.0,
        reference._replace(unknown_rate=measure_unknown(model, prepared)),
        date(2026, 10, 1),
    )


def send(queue: Queue, texts: Sequence[str], n_claims: int = 120) -> None:
    """Load claims, each of one report with one of some texts."""
    queue.load(
        [report(f"r{number}", f"c-{number}", text=texts[number % len(texts)]) for number in range(n_claims)]
    )


def look(queue: Queue, bundle: Bundle, days: float = 1) -> dict[str, Measure]:
    measures = queue.read(watch, bundle, queue.params, LATER + timedelta(days=days))
    return {measure.name: measure for measure in measures}


def alarms(found: dict[str, Measure]) -> set[str]:
    return {name for name, measure in found.items() if measure.alarm}


def test_reports_as_in_training_raise_no_alarm(queue: Queue, bundle: Bundle):
    send(queue, USUAL)
    found = look(queue, bundle)
    assert alarms(found) == set()
    assert found["scores"].n == 120
    assert found["unknown words"].value == pytest.approx(found["unknown words"].usual)
    assert found["prevalence"].why


def test_planted_drift_trips_its_alarms(queue: Queue, bundle: Bundle):
    send(queue, [*STRANGE, "😂😂😂"])
    assert alarms(look(queue, bundle)) == {"scores", "unknown words", "abstained"}


def test_what_came_long_ago_is_not_looked_at(queue: Queue, bundle: Bundle):
    send(queue, STRANGE)
    assert look(queue, bundle, days=queue.params.monitor.days + 1)["scores"].n == 0


def test_rejected_rows_and_age_have_limits_of_their_own(queue: Queue, bundle: Bundle):
    queue.write(note_fact, LAST_INGEST, {"n_rows": 1000, "n_rejected": 21})
    assert alarms(look(queue, bundle)) == {"rejected"}
    assert alarms(look(queue, bundle, days=130)) == {"rejected", "model's age"}


def test_a_prevalence_that_members_refute_is_an_alarm(queue: Queue, bundle: Bundle):
    params = queue.params.model_copy(update={"audit": queue.params.audit.model_copy(update={"rate": 1.0})})
    whole = queue._replace(params=params)
    send(whole, USUAL, 30)
    for claim_id in whole.read(lambda c: list(c.execute(select(Claim.claim_id)).scalars())):
        whole.write(decide, whole.sari, claim_id, Ruling("misinformation", "other"), at())
    found = look(whole, bundle, days=10)["prevalence"]
    assert (found.value, found.usual, found.n, found.alarm) == (1.0, 0.5, 30, True)
