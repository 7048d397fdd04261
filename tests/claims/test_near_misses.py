import random

from benchmarks.near_misses import PARAMS, judge, plant_near_misses
from pipeline.claims.clusters import Limits
from pipeline.config import load_params
from pipeline.text.chain import TextChain
from pipeline.text.rules import TextRules


def test_what_differs_in_one_fact_stays_apart_and_shows_as_related():
    chain = TextChain(TextRules.from_params(load_params(PARAMS).text))
    chance = random.Random(8)
    pairs = list(plant_near_misses(100, chain.rules.names, chance))
    outcomes = judge(pairs, chain, Limits(0.6, 128, 32), chance)
    assert [
        outcome for outcome in outcomes if not (outcome.apart and outcome.related and outcome.joined)
    ] == []
