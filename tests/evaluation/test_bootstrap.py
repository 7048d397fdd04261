"""The bootstrap: whole claims, both classes."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.evaluation.bootstrap import draw_counts, take_interval


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 1)), min_size=1, max_size=20), st.integers(0, 9))
def test_rows_of_a_claim_come_together_and_classes_keep_their_number_of_claims(rows, seed):
    clusters = np.array([2 * cluster + label for cluster, label in rows])
    labels = np.array([label for _, label in rows], np.int8)
    counts = draw_counts(clusters, labels, 7, np.random.default_rng(seed))
    assert counts.shape == (7, len(rows))
    for cluster in np.unique(clusters):
        assert (np.ptp(counts[:, clusters == cluster], axis=1) == 0).all()
    for label in np.unique(labels):
        _, first = np.unique(np.where(labels == label, clusters, -1), return_index=True)
        first = [row for row in first if labels[row] == label]
        assert (counts[:, first].sum(axis=1) == len(first)).all()


def test_the_interval_cuts_both_tails_alike():
    interval = take_interval(np.arange(1001.0), 0.95)
    np.testing.assert_allclose(interval, (25.0, 975.0))
