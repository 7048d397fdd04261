from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import Params
from pipeline.config.prioritise import Lanes
from pipeline.moderation.lanes import (
    Balance,
    Lane,
    Waiting,
    deal,
    deal_all,
    give_back,
    is_in_lane,
    sort_key,
)

NOW = datetime(2026, 10, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
SHARES = Lanes(quality=0.05, due=0.25, oldest=0.05)


def claim(
    number: int, harm: float = 1.0, age: float | None = 1.0, due: float | None = None, quality: bool = False
) -> Waiting:
    arrived = None if age is None else NOW - age * HOUR
    return Waiting(f"c{number:04d}", harm, arrived, None if due is None else NOW + due * HOUR, quality)


def find_heads(claims: list[Waiting]) -> dict[Lane, str]:
    """Look for each lane's first claim, as the store does by SQL."""
    lanes = {lane: [claim for claim in claims if is_in_lane(lane, claim, NOW)] for lane in Lane}
    return {
        lane: min(inside, key=lambda claim: sort_key(lane, claim)).claim_id
        for lane, inside in lanes.items()
        if inside
    }


def ask_again_and_again(claims: list[Waiting], balance: Balance, shares: Lanes) -> list[tuple[str, Lane]]:
    waiting, asked = list(claims), []
    while waiting:
        made = deal(balance, find_heads(waiting), shares)
        assert made is not None
        balance = made.balance
        waiting = [claim for claim in waiting if claim.claim_id != made.claim_id]
        asked.append((made.claim_id, made.lane))
    return asked


waiting_claims = st.lists(
    st.tuples(
        st.floats(0, 1e6),
        st.one_of(st.none(), st.floats(0, 500)),
        st.one_of(st.none(), st.floats(-50, 200)),
        st.booleans(),
    ),
    max_size=40,
).map(lambda rows: [claim(number, *row) for number, row in enumerate(rows)])


@settings(max_examples=60, deadline=None)
@given(waiting_claims, st.integers(0, 30))
def test_asking_again_and_again_gives_the_whole_order(claims, already_dealt):
    balance = Balance()
    for _ in range(already_dealt):
        balance = deal(balance, dict.fromkeys(Lane, "x"), SHARES).balance
    whole = deal_all(balance, claims, NOW, SHARES)
    assert [(made.claim_id, made.lane) for made in whole] == ask_again_and_again(claims, balance, SHARES)
    assert sorted(made.claim_id for made in whole) == sorted(claim.claim_id for claim in claims)
    assert all(sum(made.balance) == 0 for made in whole)


def test_the_first_deals_by_hand():
    claims = [
        claim(1, harm=9, age=1),
        claim(2, harm=1, age=5, due=48),
        claim(3, harm=8, age=2),
        claim(4, harm=7, age=90, due=-2),
        claim(5, harm=0.1, age=300),
    ]
    order = [(made.claim_id[-1], made.lane) for made in deal_all(Balance(), claims, NOW, SHARES)]
    # most harm first; then the due lane has two shares of .25 against harm's .65 + .65 - 1
    assert order == [("1", "harm"), ("2", "due"), ("3", "harm"), ("4", "harm"), ("5", "harm")]


def test_shares_hold_over_a_long_day_and_due_gets_no_more_at_any_time():
    claims = [claim(n, harm=n, age=n / 10, due=1 + n, quality=n % 3 == 0) for n in range(2000)]
    lanes = [made.lane for made in deal_all(Balance(), claims, NOW, SHARES)][:1000]
    assert Counter(lanes) == {Lane.harm: 650, Lane.due: 250, Lane.quality: 50, Lane.oldest: 50}
    for until in range(1, 1001):
        assert lanes[:until].count(Lane.due) <= 0.25 * until + 1


def test_an_idle_lane_saves_nothing_up():
    balance = Balance()
    for _ in range(1000):
        balance = deal(balance, {Lane.harm: "c", Lane.oldest: "c"}, SHARES).balance
    lanes = []
    for _ in range(100):
        made = deal(balance, dict.fromkeys(Lane, "c"), SHARES)
        balance = made.balance
        lanes.append(made.lane)
    assert lanes.count(Lane.due) == 25


def test_deadlines_that_passed_go_by_harm_and_those_to_be_met_by_time():
    late, soon, later = claim(1, due=-1), claim(2, due=3), claim(3, harm=99, due=9)
    assert [is_in_lane(Lane.due, one, NOW) for one in (late, soon, later)] == [False, True, True]
    assert sort_key(Lane.due, soon) < sort_key(Lane.due, later)
    assert all(is_in_lane(Lane.harm, one, NOW) for one in (late, soon, later))


def test_ties_go_to_the_earlier_then_the_smaller_id_and_no_time_is_last():
    claims = [claim(3, age=None), claim(2, age=5), claim(1, age=5), claim(0, age=1)]
    everything = Lanes(quality=0, due=0, oldest=0)
    assert [made.claim_id for made in deal_all(Balance(), claims, NOW, everything)] == [
        "c0001", "c0002", "c0000", "c0003",
    ]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sets(st.sampled_from([Lane.due, Lane.quality, Lane.oldest])), min_size=1, max_size=60),
    st.data(),
)
def test_a_lapsed_lock_gives_its_deal_back_exactly(opened, data):
    """Whichever deal lapses, and whatever was dealt since: nobody could tell that it was ever made."""
    lapsed = data.draw(st.integers(0, len(opened) - 1))
    balance, made = Balance(), []
    for lanes in opened:
        dealt = deal(balance, dict.fromkeys({*lanes, Lane.harm}, "c"), SHARES)
        balance = dealt.balance
        made.append(dealt)
    given_back = give_back(balance, made[lapsed].lane, made[lapsed].open_lanes, SHARES)
    assert sum(given_back) == 0
    before = made[lapsed - 1].balance if lapsed else Balance()
    if lapsed == len(opened) - 1:
        assert given_back == before
    lost = [after - at for after, at in zip(made[lapsed].balance, before, strict=True)]
    assert [a - b for a, b in zip(balance, given_back, strict=True)] == lost


def test_nothing_waits_nothing_is_dealt(params: Params):
    assert deal(Balance(), {}, params.prioritise.lanes) is None
    assert deal_all(Balance(), [], NOW, params.prioritise.lanes) == []
