import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import Params
from pipeline.config.prioritise import Views
from pipeline.moderation.audience import (
    NOBODY,
    NOTHING_KNOWN,
    OF_AGE,
    OF_ALL,
    OF_PLATFORM,
    OF_PLATFORM_AND_AGE,
    Audience,
)
from pipeline.moderation.growth import count_views, extrapolate, measure_growths
from pipeline.moderation.views import (
    GROWTH,
    ONE_LOOK,
    History,
    Look,
    ViewsEstimate,
    estimate_views,
    measure_audience,
)

NOW = datetime(2026, 10, 1, tzinfo=UTC)


@pytest.fixture
def views(params: Params) -> Views:
    """A median that weighs one count, posts that are six hours older than their first count, a day's half-life."""
    changes = {"half_life_hours": 24.0, "lead_hours": 6.0, "least_gap_hours": 6.0, "usual_looks": 1.0}
    more = {"ages_hours": [6.0, 24.0], "min_claims": 2, "growth_quantile": 0.999, "max_next_24h": 1e6}
    return params.prioritise.views.model_copy(update=changes | more)


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def history(*looks: tuple[float, int], platform: str | None = "x", first: float | None = None) -> History:
    """One post with a url, counted so many hours ago."""
    oldest = first if first is not None else max((hours for hours, _ in looks), default=0)
    return History(platform, ago(oldest), [Look("url", True, ago(hours), count) for hours, count in looks])


def foresee(claim: History, views: Views, audience: Audience = NOBODY) -> ViewsEstimate:
    return estimate_views(claim, NOW, audience, views)


def test_a_post_that_halves_its_rate_daily_gains_half_of_what_it_gained_the_day_before(views: Views):
    [growth] = measure_growths(history((24, 100), (0, 1100)), NOW, views).values()
    assert growth.extrapolate(24.0) == pytest.approx(500)
    # two counts of its own against one count's worth of what is usual, here 1
    assert foresee(history((24, 100), (0, 1100)), views).next_24h == pytest.approx((2 * 500 + 1) / 3)


def test_extrapolation_is_exact_for_a_rate_that_halves():
    def total(age_hours: float) -> float:
        return 10_000 * (1 - 0.5 ** (age_hours / 20))

    for begin, end in ((3.0, 9.0), (0.0, 50.0), (100.0, 101.0)):
        gained = total(end) - total(begin)
        # `end` is the post's age at its last count, five hours ago
        coming = total(end + 5 + 24) - total(end + 5)
        assert gained * extrapolate(end - begin + 5, 5, 20) == pytest.approx(coming)


def test_a_post_counted_once_began_some_hours_before(views: Views):
    estimate = foresee(history((0, 600)), views)
    assert (estimate.source, estimate.views) == (ONE_LOOK, 600)
    own = 600 * 0.5 / (2 ** (6 / 24) - 1)
    assert estimate.next_24h == pytest.approx((own + 1) / 2)


def test_urls_are_summed_and_of_the_rest_the_largest_counts():
    looks = [
        Look("a", True, NOW, 5),
        Look("a", True, NOW, 9),
        Look("b", True, NOW, 3),
        Look("r1", False, NOW, 4),
    ]
    assert count_views(looks) == 12
    assert count_views([Look("r1", False, NOW, 4), Look("r2", False, NOW, 6)]) == 6
    assert count_views([Look("a", True, NOW, 1), Look("r2", False, NOW, 6)]) == 6
    assert count_views([]) is None


def test_without_counts_the_closest_median_stands_in_with_its_name(views: Views):
    audience = Audience((6, 24), {"x": (10.0, None, None, 30.0), "": (1.0, 2.0, None, 4.0)}, {})
    unseen = [
        ("x", 0, 10.0, OF_PLATFORM_AND_AGE),
        ("x", 10, 30.0, OF_PLATFORM),
        ("y", 10, 2.0, OF_AGE),
        (None, 100, 4.0, OF_ALL),
    ]
    for platform, hours, expected, source in unseen:
        estimate = foresee(history(platform=platform, first=hours), views, audience)
        assert estimate == ViewsEstimate(None, expected, source, False)
    assert foresee(history(platform="x"), views).source == NOTHING_KNOWN


def test_more_counts_trust_the_median_less(views: Views):
    audience = Audience((6, 24), {"x": (1e5, 1e5, 1e5, 1e5), "": (1e5, 1e5, 1e5, 1e5)}, {})
    once = foresee(history((0, 0)), views, audience).next_24h
    often = foresee(history(*((hour * 8, 0) for hour in range(10))), views, audience).next_24h
    assert once == pytest.approx(1e5 / 2)
    assert often == pytest.approx(1e5 / 11)


def test_a_count_that_falls_is_no_loss(views: Views):
    fallen = foresee(history((48, 100), (24, 1000), (0, 400)), views)
    assert fallen.views == 1000
    assert fallen.next_24h == pytest.approx(1 / 4)


def test_counts_that_lie_too_close_say_nothing_about_growth(views: Views):
    close = foresee(history((2, 100), (0, 90_000)), views)
    assert close.source == ONE_LOOK
    far = foresee(history((24, 100), (2, 90_000), (0, 90_000)), views)
    assert far.source == GROWTH
    assert far.next_24h > 1000


def test_clocks_that_jump_do_no_harm(views: Views):
    future = history((-1e5, 1100), (24, 100))
    assert foresee(future, views) == foresee(history((0, 1100), (24, 100)), views)
    [early] = measure_growths(history((5e5, 100), (0, 1100), first=24), NOW, views).values()
    assert early.from_age_hours == 30  # the claim's first report, and the lead before it
    unborn = foresee(history((0, 1100), first=-1e5), views)
    assert math.isfinite(unborn.next_24h)
    assert unborn.next_24h > 0


def test_growth_that_no_audience_explains_is_cut_and_flagged(views: Views):
    audience = Audience((6, 24), {}, {"x": 10.0})
    bought = foresee(history((24, 100), (0, 1_000_100)), views, audience)
    assert bought.growth_cut
    assert bought.views == 1_000_100
    assert bought.next_24h == pytest.approx((2 * 240 * 0.5 + 1) / 3)
    assert not foresee(history((24, 100), (0, 340)), views, audience).growth_cut
    assert not foresee(history((24, 100), (0, 10**6), platform="y"), views, audience).growth_cut


def test_a_claim_counts_no_more_than_the_cap(views: Views):
    posts = [Look(f"url{number}", True, NOW, 10**9) for number in range(1000)]
    assert foresee(History("x", NOW, posts), views).next_24h == 1e6


def test_the_audience_is_measured_at_each_age_by_what_was_known_then(views: Views):
    # counted when new and a day later; the second count is far larger, but nobody knew it on the first day
    claims = [history((48, 10 * size), (24, 1000 * size)) for size in (1, 2, 3)]
    audience = measure_audience(claims, NOW, views)
    new = 20 * 0.5 / (2 ** (6 / 24) - 1)
    assert audience.medians["x"][0] == pytest.approx(new)
    assert audience.medians["x"][1] == pytest.approx(
        new * 0.5 ** (6 / 24)
    )  # six hours on, nothing new counted
    assert audience.medians["x"][2] == pytest.approx(1980 * 0.5)
    assert audience.medians["x"] == audience.medians[""]
    assert audience.limits["x"] == pytest.approx(2970 / 24)
    assert Audience.from_dict(audience.as_dict()) == audience


def test_too_few_claims_make_no_median(views: Views):
    audience = measure_audience([history((48, 10))], NOW, views)
    assert audience.medians["x"][0] is None
    assert audience.find_usual("x", 0).source in {OF_PLATFORM, OF_ALL}
    assert audience.find_limit("x") == pytest.approx(10 / 6) or math.isinf(audience.find_limit("x"))


def test_the_999th_of_a_thousand_posts_is_the_limit(views: Views):
    claims = [history((1, 6 * size)) for size in range(1, 1001)]
    assert measure_audience(claims, NOW, views).limits["x"] == pytest.approx(999)


looks = st.lists(
    st.builds(
        Look,
        st.sampled_from(["a", "b", "c"]),
        st.booleans(),
        st.datetimes(
            datetime(1970, 1, 1),
            datetime(2100, 1, 1),
            timezones=st.just(UTC),
        ),
        st.integers(0, 10**12),
    ),
    max_size=6,
)


@settings(max_examples=100, deadline=None)
@given(looks, st.one_of(st.none(), st.datetimes(datetime(1990, 1, 1), timezones=st.just(UTC))))
def test_any_counts_give_a_finite_estimate_whatever_their_order(found, first):
    views = Views(
        half_life_hours=24, lead_hours=6, least_gap_hours=6, usual_looks=1, ages_hours=[6, 24],
        min_claims=1, growth_quantile=0.999, max_next_24h=1e6,
    )  # fmt: skip
    claim = History("x", first, found)
    audience = measure_audience([claim], NOW, views)
    estimate = estimate_views(claim, NOW, audience, views)
    assert 0 <= estimate.next_24h <= 1e6
    assert estimate == estimate_views(claim._replace(looks=found[::-1]), NOW, audience, views)
