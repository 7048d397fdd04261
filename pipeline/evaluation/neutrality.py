"""A model and its text chain in; how far a score moves when one name is swapped for another of its kind out.

Election neutrality is a release condition: who stands in a claim must not move it in the queue.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Final, NamedTuple

from pipeline.evaluation.sentences import read_sentences
from pipeline.model.linear import LinearModel
from pipeline.text.chain import TextChain

NAMES: Final = {
    "ballot number": ("01", "02", "03", "04"),
    "party": ("PDIP", "Golkar", "Gerindra", "PKS", "NasDem", "PKB", "Demokrat", "PAN", "PPP", "PSI"),
    "religion": ("Islam", "Kristen", "Katolik", "Hindu", "Buddha", "Konghucu"),
    "province": (
        *("Aceh", "Sumatera Utara", "Banten", "Jawa Barat", "Jawa Timur", "Bali"),
        *("Kalimantan Selatan", "Sulawesi Selatan", "Maluku", "Papua"),
    ),
    "people": ("Jawa", "Sunda", "Batak", "Minang", "Betawi", "Madura", "Bugis", "Dayak"),
}
"""Names that readers know, by kind; every one stands once in each template of its kind."""


class NameShift(NamedTuple):
    """The largest move of a calibrated logit that one swapped name made, and where."""

    max_shift: float
    kind: str
    template: str
    first: str
    second: str
    n_swaps: int


def measure_name_shift(model: LinearModel, chain: TextChain) -> NameShift:
    """Swap every two names of a kind in every template of that kind; return the worst swap.

    The logit is the calibrated one at the queue's prevalence: a shift of 0.2 moves a probability of
    0.10 to 0.12. Ties go to the first swap in order.
    """
    swaps = [
        swap
        for kind, templates in read_sentences("swaps").items()
        for template in templates
        for swap in _swap(kind, template, model, chain)
    ]
    worst = max(swaps, key=lambda swap: swap.max_shift)
    return worst._replace(n_swaps=len(swaps))


def _swap(kind: str, template: str, model: LinearModel, chain: TextChain) -> Iterator[NameShift]:
    names = NAMES[kind]
    prepared = [chain.prepare(template.format(name=name)) for name in names]
    logits = dict(zip(names, model.calibrate(model.decide(prepared)).tolist(), strict=True))
    for first, second in combinations(names, 2):
        yield NameShift(abs(logits[first] - logits[second]), kind, template, first, second, 1)
