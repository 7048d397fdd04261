"""A page over a small queue of invented claims."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from pipeline.model.decisions import Grounds
from pipeline.model.registry import Registry
from pipeline.moderation.intake.load import Terms, load_batch
from pipeline.text.chain import TextChain
from pipeline.text.rules import TextRules
from tests.model.conftest import candidate, evaluation, facts, model, params, rules  # noqa: F401 - fixtures
from tests.moderation.store.conftest import NOW, SCALE, make_batch, report
from tests.web.conftest import Site

RLO = "\u202e"


@pytest.fixture(scope="session")
def chain() -> TextChain:
    from tests.web.conftest import ROOT, load_params

    return TextChain(TextRules.from_params(load_params(ROOT / "params.yaml").text))


@pytest.fixture
def desk(site: Site, chain: TextChain) -> Site:
    """Six claims; the worst texts that anybody may send are among them."""
    fill(site, chain, list_reports())
    return site


def fill(site: Site, chain: TextChain, reports: Sequence[Mapping[str, Any]]) -> None:
    terms = Terms(chain, site.services.params, NOW, b"k" * 32)
    for _ in load_batch(site.store, make_batch(reports), SCALE, terms, site.clock()):
        pass


def list_reports() -> list[dict[str, Any]]:
    return [
        report(
            "r1", "c-1", views=5000, text="<script>alert(1)</script> warga rapat", url="javascript:alert(1)"
        ),
        report("r2", "c-1", views=5000, text="warga rapat lagi", url="https://contoh.example/a?b=<c>"),
        report("r3", "c-2", views=900, text=f"pengumuman {RLO}gnadnu balai desa"),
        report("r4", "c-3", views=800, text="\N{PILE OF POO}" * 20_000),
        report("r5", "c-4", views=100, text="gunung meletus warga mengungsi", reporter_group="bawaslu"),
        report("r6", "c-5", text="surat suara dicoblos", region="Kota Baru"),
        report("r7", "c-6", text="minum air hangat", reported_at=None, platform=None),
    ]


@pytest.fixture
def models(desk: Site, candidate: Path, evaluation: Path, facts: dict[str, Any]) -> Registry:  # noqa: F811
    """Two versions: the first in service, the second refused by the gate."""
    registry = Registry(desk.services.places.models)
    first = registry.add(candidate, evaluation, facts)
    second = registry.add(candidate, evaluation, facts | {"data": {"reports": "cd" * 32}})
    grounds = Grounds("gate", ("invented",), desk.clock())
    registry.promote(first.name, grounds)
    registry.refuse(second.name, grounds)
    return registry
