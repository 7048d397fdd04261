import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.claims.agreement import Facts, find_difference
from pipeline.claims.contrasts import contrast_facts

FACTS = st.builds(
    Facts,
    st.lists(st.sampled_from(["1", "2", "3", "2024", "150000"]), max_size=4).map(
        lambda found: tuple(sorted(found))
    ),
    st.sampled_from([(), ("solo",), ("bali",)]),
    st.just(()),
    st.sampled_from([(), (("tidak", 1),), (("tidak", 2),)]),
)


@given(FACTS, FACTS)
def test_what_surely_differs_does(first: Facts, second: Facts):
    told = contrast_facts([first, second]).tell(np.array([0]), np.array([1])).item()
    assert told in {"", find_difference(first, second)}


def test_numbers_and_negations_are_told_without_looking():
    kinds = [Facts(("1",), (), (), ()), Facts(("2",), (), (), ()), Facts(("2",), (), (), (("tidak", 1),))]
    told = contrast_facts(kinds).tell(np.array([0, 1, 1]), np.array([1, 2, 1]))
    assert told.tolist() == ["numbers", "negations", ""]
