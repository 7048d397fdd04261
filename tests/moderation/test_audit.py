import pytest

from pipeline.moderation.audit import draw_audit

KEY = b"k" * 32


@pytest.mark.parametrize("rate", [0.0, 0.0075, 0.1, 1.0])
def test_members_are_the_share_that_was_asked_for(rate: float):
    n_members = sum(draw_audit(f"c-{number}", KEY, rate) for number in range(40_000))
    assert n_members == pytest.approx(40_000 * rate, abs=4 * (40_000 * rate * (1 - rate)) ** 0.5)


def test_the_draw_is_the_keys_and_the_claims_alone():
    claims = [f"c-{number}" for number in range(2000)]
    members = {claim for claim in claims if draw_audit(claim, KEY, 0.1)}
    assert members == {claim for claim in reversed(claims) if draw_audit(claim, KEY, 0.1)}
    others = {claim for claim in claims if draw_audit(claim, b"other" * 8, 0.1)}
    assert len(members & others) < 50  # by chance 20 of 200
    assert members < {claim for claim in claims if draw_audit(claim, KEY, 0.2)}
