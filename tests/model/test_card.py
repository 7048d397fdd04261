from typing import Any

from pipeline.model.card import write_card

FACTS: dict[str, Any] = {
    "version": "v3-0a1b2c3d",
    "content_digest": "c" * 64,
    "word_list_digest": "d" * 64,
    "params": {"train": {"C": 4.0, "word_ngrams": [1, 2]}, "queue": {"prevalence": 0.1}},
    "data": {"reports": "e" * 64},
    "libraries": {"numpy": "2.4.6"},
}
METRICS: dict[str, Any] = {
    "headline": {
        "auc": 0.7123,
        "auc_lower": 0.64,
        "auc_upper": 0.78,
        "brier_skill": 0.05,
        "n_claims": 1320,
        "n_misinformation": 41,
        "n_abstained": 2,
        "first_reported_at": "2026-07-01",
        "last_reported_at": "2026-09-15",
        "reason": None,
    },
    "random": {"auc": 0.93, "auc_lower": 0.9, "auc_upper": 0.96, "n_claims": 130},
    "gap": {"auc": 0.2177},
    "probes": {
        "date": {
            "auc": 0.72,
            "auc_lower": 0.63,
            "auc_upper": 0.81,
            "alarm": True,
            "n_claims": 1320,
            "pooled_auc": 0.9,
        },
        "source": {"auc": None, "alarm": False, "reason": "one source only"},
    },
    "terms": {"prevalence": 0.1, "capacity_share": 0.3, "bootstraps": 1000, "interval": 0.95},
    "neutrality": {"max_shift": 0.0125, "kind": "party"},
    "sources": {
        "a|b <c>": {
            "n_claims": 80,
            "n_misinformation": 20,
            "protocol": "forward in time",
            "auc": 0.7,
            "auc_lower": 0.6,
            "auc_upper": 0.8,
            "reason": None,
        },
        "$headline ${gap}": {
            "n_claims": 5,
            "protocol": "not computable",
            "auc": None,
            "reason": "only label 0",
        },
    },
}
HEADINGS = (
    *("Model details", "Intended use", "Factors", "Metrics", "Evaluation data", "Training data"),
    *("Quantitative analyses", "Ethical considerations", "Caveats and recommendations"),
)


def card(**changes: Any) -> str:
    return write_card(FACTS, METRICS | changes, ["reliability.png"])


def test_the_card_has_the_headings_of_mitchell_et_al_in_their_order() -> None:
    lines = card().splitlines()
    assert lines[0] == "# Model card: saring v3-0a1b2c3d"
    assert tuple(line.removeprefix("## ") for line in lines if line.startswith("## ")) == HEADINGS


def test_the_honest_figure_stands_before_the_flattering_one_and_the_gap() -> None:
    text = card()
    n = "1,320 claims, 41 of them misinformation, 2 of them abstained on"
    honest = text.index(f"| auc | 0.712 | 0.640 to 0.780 | {n} |")
    flattering = text.index("| auc | 0.930 | 0.900 to 0.960 | 130 claims |")
    assert honest < flattering < text.index("The random split flatters the AUC by +0.218.")


def test_probes_say_alarm_or_why_there_is_no_figure() -> None:
    assert "| date | 0.720 | 0.630 to 0.810 | 1,320 claims | ALARM | 0.900 |  |" in card()
    assert "| source |  |  |  | not computable: one source only |  |  |" in card()


def test_a_headline_that_cannot_be_computed_says_why() -> None:
    text = card(headline={"auc": None, "reason": "only label 1", "n_claims": 3}, gap={})
    assert "Not computable: only label 1." in text
    assert "Not computable: one of the two figures is not measured yet." in text


def test_what_is_not_measured_says_so() -> None:
    text = write_card({"version": "v1-00000000"}, {}, [])
    assert text.count("Not computable: not measured yet.") >= 4
    assert "None" not in text
    assert "nan" not in text.split()


def test_sources_are_a_table_that_their_names_cannot_break() -> None:
    text = card()
    n = "80 claims, 20 of them misinformation"
    assert f"| a\\|b &lt;c> | forward in time | {n} | 0.700 | 0.600 to 0.800 |  |  |  |" in text
    assert "| $headline ${gap} | not computable | 5 claims |  |  |  |  | only label 0 |" in text
    assert "2 sources, each with a row of its own" in text


def test_facts_and_plots_are_in_it() -> None:
    text = card()
    assert "| Parameter train.C | 4.000 |" in text
    assert "| Library numpy | 2.4.6 |" in text
    assert f"| reports | {'e' * 64} |" in text
    assert "![reliability](reliability.png)" in text
    assert "| kind | party |" in text
    assert "unseen: 1,320 claims" in text
    assert "Intervals hold 95% of 1,000 draws of a bootstrap" in text
    assert "reported from 2026-07-01 to 2026-09-15" in text
    assert "a share of 0.100 is misinformation" in text


def test_the_same_arguments_give_the_same_card() -> None:
    turned_facts, turned_metrics = (dict(reversed(content.items())) for content in (FACTS, METRICS))
    assert write_card(turned_facts, turned_metrics, []) == write_card(FACTS, METRICS, [])


def test_slices_thresholds_and_behaviour_stand_with_their_n_and_interval() -> None:
    some = {"n_claims": 91, "n_misinformation": 23, "auc": 0.9, "auc_lower": 0.8, "auc_upper": 0.95}
    unreachable = {"threshold": None, "reason": "not reachable", "n_claims": 91}
    passing = {"n_cases": 1200, "right": 0.25, "right_lower": 0.2, "right_upper": 0.3, "split": "test"}
    text = card(
        slices={"platform": {"whatsapp": some}},
        thresholds={"precision >= 0.8": unreachable},
        contestants={
            "nomor urut 2": {"n_claims": 4, "missed": 0.5, "missed_lower": 0.1, "missed_upper": 0.9}
        },
        behaviour={"invariance": {"emoji": passing}, "n_cases": 1200, "worst": []},
    )
    n = "91 claims, 23 of them misinformation"
    assert f"| platform | whatsapp | {n} | 0.900 | 0.800 to 0.950 |  |  |  |" in text
    assert "| precision >= 0.8 |  |  |  |  | 91 claims | not reachable |" in text
    assert "| nomor urut 2 | 4 claims | 0.500 | 0.100 to 0.900 |  |  |  |" in text
    assert "| invariance | emoji | 1200 | 0.250 | 0.200 to 0.300 | test |" in text
    assert "- invariance, emoji: only 25% of 1,200 cases pass." in text
    assert "Not measured for this version: calibration, adversary, ablation." in text


def test_data_stand_by_source_and_time() -> None:
    part = {"n_reports": 9, "n_claims": 7, "n_misinformation": 3, "first_reported_at": "2026-01-02"}
    text = write_card(FACTS | {"training_data": {"desa": {"train": part}}}, METRICS, [])
    assert "| desa | train | 7 claims, 3 of them misinformation, 9 reports | 2026-01-02 |  |" in text
