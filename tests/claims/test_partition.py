from collections.abc import Sequence

from pipeline.claims.agreement import Facts
from pipeline.claims.clusters import Clusters, Limits, group_reports
from pipeline.claims.links import CANNOT, MUST, Link

NOTICE = "besok pagi semua warga diminta datang ke balai desa membawa kartu keluarga asli"
PRICES = "harga beras naik lagi di pasar karena hujan tidak kunjung datang tahun ini"
VOTE = "pilihlah paslon nomor itu karena janjinya jelas untuk desa kita semua tahun ini"
LIMITS = Limits(0.6, 128, 32)


def state(*numbers: str) -> Facts:
    return Facts(numbers, (), (), ())


def group(
    texts: Sequence[str], facts: Sequence[Facts] | None = None, links: Sequence[tuple[str, str, str]] = ()
) -> Clusters:
    """Group reports r0, r1, ... in this order of time."""
    return group_reports(
        [f"r{number}" for number in range(len(texts))],
        texts,
        facts or [state()] * len(texts),
        LIMITS,
        [Link(*link, None, None) for link in links],
    )


def list_parts(clusters: Clusters) -> list[int]:
    numbers: dict[int, int] = {}
    return [numbers.setdefault(group, len(numbers)) for group in clusters.groups.tolist()]


def list_related(clusters: Clusters) -> list[tuple[set[int], str]]:
    """Return the reports of related groups, and why these are two."""
    members = {group: [] for group in clusters.groups.tolist()}
    for report, group_number in enumerate(clusters.groups.tolist()):
        members[group_number].append(report)
    related = clusters.related
    couples = zip(related.first.tolist(), related.second.tolist(), related.why.tolist(), strict=True)
    return [({*members[first], *members[second]}, why) for first, second, why in couples]


def test_a_must_link_joins_what_is_not_alike():
    assert list_parts(group([NOTICE, PRICES, NOTICE], links=[("r1", "r2", MUST)])) == [0, 0, 0]


def test_a_must_link_joins_what_states_other_facts_with_all_copies():
    texts, facts = [VOTE, VOTE[:-2], VOTE, VOTE[:-4]], [state("1"), state("1"), state("2"), state("2")]
    assert list_parts(group(texts, facts)) == [0, 0, 1, 1]
    assert list_parts(group(texts, facts, [("r1", "r2", MUST)])) == [0, 0, 0, 0]


def test_a_cannot_link_parts_copies_of_one_text():
    assert list_parts(group([NOTICE, NOTICE], links=[("r0", "r1", CANNOT)])) == [0, 1]


def test_what_is_split_takes_its_closest_copies_along():
    other = NOTICE.replace("balai desa", "kantor kelurahan")
    texts = [NOTICE, other, NOTICE + " ya", other + " ya", NOTICE, other]
    assert list_parts(group(texts)) == [0] * 6
    assert list_parts(group(texts, links=[("r0", "r1", CANNOT)])) == [0, 1, 0, 1, 0, 1]


def test_must_links_come_before_cannot_links():
    links = [("r0", "r1", CANNOT), ("r0", "r2", MUST), ("r2", "r1", MUST)]
    assert list_parts(group([NOTICE, NOTICE, PRICES], links=links)) == [0, 0, 0]


def test_a_cannot_link_holds_for_what_must_links_bring_along():
    links = [("r0", "r1", CANNOT), ("r1", "r2", MUST)]
    assert list_parts(group([NOTICE, PRICES, NOTICE], links=links)) == [0, 1, 1]


def test_a_report_without_words_stays_alone_unless_linked():
    assert list_parts(group(["", "", NOTICE, ""], links=[("r3", "r2", MUST)])) == [0, 1, 2, 2]


def test_a_wordless_report_states_nothing_that_parts_others():
    links = [("r0", "r2", MUST)]
    assert list_parts(group([VOTE, VOTE[:-2], ""], [state("1")] * 2 + [state()], links)) == [0, 0, 0]


def test_links_to_reports_that_are_not_there_change_nothing():
    assert list_parts(group([NOTICE, PRICES], links=[("r0", "r9", MUST), ("r8", "r9", CANNOT)])) == [0, 1]


def test_no_claim_holds_two_texts_that_contradict_each_other():
    facts = [state("1"), state("1", "2"), state("2")]
    parts = list_parts(group([VOTE, VOTE + " ya", VOTE[:-3]], facts))
    assert parts[0] != parts[2]


def test_what_differs_in_a_fact_is_related():
    assert list_related(group([VOTE, VOTE, PRICES], [state("1"), state("2"), state()])) == [
        ({0, 1}, "numbers")
    ]


def test_what_is_split_is_related():
    assert list_related(group([NOTICE, NOTICE + " ya"], links=[("r0", "r1", CANNOT)])) == [({0, 1}, "apart")]


def test_a_copy_between_two_contestants_joins_the_closer_one_and_both_stay_related():
    clusters = group([VOTE, VOTE[:-6], VOTE[:-3]], [state("1"), state("2"), state()])
    assert list_parts(clusters) == [0, 1, 0]
    assert list_related(clusters) == [({0, 1, 2}, "numbers")]
