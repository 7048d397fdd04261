import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.claims import arrivals, candidates
from pipeline.claims.agreement import Facts
from pipeline.claims.arrivals import find_first_in, is_late, list_kept_keys
from pipeline.claims.candidates import CROWDED
from pipeline.claims.links import CANNOT, MUST, Link
from pipeline.claims.naming import new_claim_id
from pipeline.claims.signature import Signer, facts_from_json, facts_to_json
from pipeline.config import load_params
from pipeline.text.chain import TextChain
from pipeline.text.rules import TextRules
from tests.claims.desk import LIMITS, Desk, Report, group_at_once, sign_report

ROOT = Path(__file__).parents[2]

TEMPLATES = (
    "besok pagi semua warga diminta datang ke balai desa membawa kartu keluarga asli dan fotokopi",
    "besok pagi semua warga diminta datang ke kantor camat membawa kartu keluarga asli dan materai",
    "pilihlah calon itu karena janjinya jelas untuk desa kita semua tahun ini",
)
ENDINGS = ("", " ya", " tolong sebarkan", " sekarang juga kawan")
FACTS = tuple(
    Facts(numbers, listed, (), negations)
    for numbers, listed, negations in (
        ((), (), ()),
        (("1",), (), ()),
        (("2",), (), ()),
        (("1", "2"), (), ()),
        ((), (), (("tidak", 1),)),
        (("1",), ("solo",), ()),
        ((), ("bali",), ()),
    )
)


@st.composite
def wordings(draw: st.DrawFn) -> str:
    """A template, cut at its end or its beginning, with an ending and a typo; or no words."""
    text = draw(st.sampled_from(("", *TEMPLATES * 4)))
    if not text:
        return text
    start, cut = draw(st.sampled_from((0, 0, 9, 20))), draw(st.sampled_from((0, 0, 7, 20, 33)))
    kept = text[start : len(text) - cut]
    place = draw(st.integers(0, len(kept) - 1))
    typo = draw(st.sampled_from(("", "", "x")))
    return kept[:place] + typo + kept[place + len(typo) :] + draw(st.sampled_from(ENDINGS))


@st.composite
def streams(draw: st.DrawFn) -> tuple[list[Report], list[Link]]:
    """Reports of similar texts, in any order of arrival, and links between some."""
    n_reports = draw(st.integers(1, 14))
    reports = [
        Report(f"r{number:02d}", draw(st.integers(0, 5)), draw(wordings()), draw(st.sampled_from(FACTS)))
        for number in range(n_reports)
    ]
    ends = st.integers(0, n_reports - 1)
    links = [
        Link(f"r{first:02d}", f"r{second:02d}", kind, None, None)
        for first, second, kind in draw(
            st.lists(st.tuples(ends, ends, st.sampled_from((MUST, CANNOT, CANNOT))), max_size=4)
        )
        if first != second
    ]
    return draw(st.permutations(reports)), links


def as_sets(groups: dict[str, int]) -> set[frozenset[str]]:
    return {
        frozenset(report for report, other in groups.items() if other == group) for group in groups.values()
    }


def arrive(reports: Sequence[Report], links: Sequence[Link], chance: random.Random) -> Desk:
    """Let reports arrive in their order and links in between."""
    events: list[Report | Link] = [*reports]
    for link in links:
        events.insert(chance.randint(0, len(events)), link)
    desk = Desk()
    for event in events:
        desk.link(event) if isinstance(event, Link) else desk.take(event)
    return desk


@settings(max_examples=120, deadline=None)
@given(streams(), st.randoms(use_true_random=False))
def test_every_order_of_arrival_gives_the_partition_of_all_at_once(
    stream: tuple[list[Report], list[Link]], chance: random.Random
):
    reports, links = stream
    desk = arrive(reports, links, chance)
    assert not desk.late
    assert desk.list_claims() == as_sets(group_at_once(reports, links))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(streams(), st.booleans(), st.randoms(use_true_random=False))
def test_in_crowded_bands_order_in_time_gives_it_and_what_is_late_is_said(
    monkeypatch: pytest.MonkeyPatch,
    stream: tuple[list[Report], list[Link]],
    in_time: bool,
    chance: random.Random,
):
    for module in (candidates, arrivals):
        monkeypatch.setattr(module, "CROWDED", 2)
    reports, links = stream
    desk = arrive(sorted(reports, key=lambda report: report.rank) if in_time else reports, links, chance)
    assert not (desk.late and in_time)
    if not desk.late:
        assert desk.list_claims() == as_sets(group_at_once(reports, links))


@settings(max_examples=40, deadline=None)
@given(streams(), st.integers(0, 14))
def test_what_was_grouped_at_once_goes_on_one_by_one(stream: tuple[list[Report], list[Link]], n_loaded: int):
    reports, links = stream
    desk = Desk.load(reports[:n_loaded], links)
    for report in reports[n_loaded:]:
        desk.take(report)
    assert desk.list_claims() == as_sets(group_at_once(reports, links))


def test_most_copies_of_a_large_claim_move_nothing_else():
    chance = random.Random(11)
    words = TEMPLATES[0].split(" ")
    reports = [
        Report(
            f"r{number:04d}",
            number,
            " ".join(chance.sample(ENDINGS, 1) + words[chance.randint(0, 3) :]),
            FACTS[0],
        )
        for number in range(60)
    ]
    variants = [report._replace(report_id=f"v{report.report_id}", facts=FACTS[2]) for report in reports[::3]]
    desk = arrive([*reports, *variants], [], chance)
    assert desk.n_regrouped == 0
    assert desk.list_claims() == as_sets(group_at_once([*reports, *variants], []))


def test_a_text_that_bridges_two_claims_leaves_an_alias():
    long, short = TEMPLATES[0], TEMPLATES[0][:52]
    desk = arrive([Report("r1", 1, long, FACTS[0]), Report("r2", 2, short, FACTS[0])], [], random.Random(1))
    assert len(desk.list_claims()) == 2
    desk.take(Report("r3", 3, TEMPLATES[0][:72], FACTS[0]))
    assert desk.list_claims() == {frozenset({"r1", "r2", "r3"})}
    assert desk.aliases[new_claim_id("r2")] == new_claim_id("r1")


def test_a_band_keeps_its_first_texts():
    keys = (11, 12, 13)
    first_in = find_first_in(keys, {12: CROWDED, 13: CROWDED - 1})
    assert list_kept_keys(keys, first_in) == [11, 13]


def test_a_text_is_late_when_it_is_older_than_one_that_stands_for_a_crowded_band():
    kept = [(number, "r") for number in range(CROWDED)]
    assert is_late((3, "a"), [kept])
    assert not is_late((3, "a"), [kept[:-1]])
    assert not is_late((99, "a"), [kept])


def test_the_signature_is_what_preprocess_compares_by():
    chain = TextChain(TextRules.from_params(load_params(ROOT / "params.yaml").text))
    written = "Bsk pagi warga Kota Solo TIDAK perlu ke balai desa \U0001f64f https://contoh.id/1"
    prepared = chain.prepare(written)
    signature = Signer(chain.rules.names, LIMITS).sign(written, prepared)
    assert signature is not None
    assert signature.wording == " ".join(word for word in prepared.normalised.split(" ") if word[0] != "<")
    report = Report("r1", 1, signature.wording, signature.facts)
    assert sign_report(report) == signature
    assert facts_from_json(facts_to_json(signature.facts)) == signature.facts
    assert Signer(chain.rules.names, LIMITS).sign("\U0001f64f", chain.prepare("\U0001f64f")) is None
