"""What each step of the text chain does to the ranking: the AUC with all steps minus the AUC with one changed.

SARING_PUBLIC_DATA=FOLDER python benchmarks/text_steps.py ROOT [STEP ...]: ROOT holds a finished
`saring --params data/public/params.yaml --root ROOT run`. Every variant is fitted and judged on the same
trials of the development protocol (rows W, R1, H, Q); differences are paired, with 95 % intervals by
cluster bootstrap. About a minute a variant. A positive difference speaks for the shipped setting.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

import pandas as pd

from pipeline.config import Params, load_params
from pipeline.evaluation.cases import read_terms
from pipeline.evaluation.likeness import Likeness
from pipeline.evaluation.protocol import build_corpus, compare_sheets, measure_rows, plan_trials, run_trials
from pipeline.evaluation.protocol.outcome import fit_as_train
from pipeline.evaluation.protocol.trials import Ground, Trial
from pipeline.preprocess import join_texts
from pipeline.storage import read_frame
from pipeline.text.chain import TextChain
from pipeline.text.rules import TextRules

PARAMS: Final = Path(__file__).parents[1] / "data/public/params.yaml"
PROTECTED: Final = (
    "alasan asian bali bekasi berasa beragam berikan dikuasai dipesan ditemani gerakan ketum memasuki "
    "membantah memesan memuaskan menemani mengawal mengerikan menikah meninggal pasukan pemerintah "
    "pemerintahan pemilu pemilukada penculikan pengalaman perasaan relawan terasa terkesan"
).split()
"""Frequent words that Sastrawi takes for another: pemilu becomes "milu", bali "bal", menikah "meni"."""

VARIANTS: Final[dict[str, dict[str, Any]]] = {
    "stem off": {"stem": False},
    "slang off": {"slang": False},
    "markers off": {"strip_markers": False},
    "names off": {"mask_names": False},
    "protected words on": {"protected_words": PROTECTED},
}


def main() -> None:
    """Print the table and the JSON object."""
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    params = load_params(PARAMS)
    reports = read_frame(Path(sys.argv[1]) / "data/processed/reports.parquet")
    trials = plan(reports, params)
    shipped = judge(reports, trials, params, {})
    terms, seed = read_terms(params), params.run.seed
    figures = measure_rows(shipped, terms, seed)
    print(f"{'':<20}" + "".join(f"{row:<26}" for row in figures))
    print(f"{'as shipped':<20}" + "".join(f"{show(figure, '.3f'):<26}" for figure in figures.values()))
    outcome: dict[str, Any] = {"as shipped": {row: figure._asdict() for row, figure in figures.items()}}
    for variant in sys.argv[2:] or VARIANTS:
        sheet = judge(reports, trials, params, VARIANTS[variant])
        differences = compare_sheets(shipped, sheet, terms, seed)
        print(
            f"{variant:<20}" + "".join(f"{show(figure, '+.4f'):<26}" for figure in differences.values()),
            flush=True,
        )
        outcome[variant] = {row: figure._asdict() for row, figure in differences.items()}
    print(json.dumps(outcome))


def plan(reports: pd.DataFrame, params: Params) -> list[Trial]:
    """Plan the trials on texts as they are shipped, so that every variant is judged on the same."""
    corpus = build_corpus(reports, prepare(reports, params, {}))
    assert params.evaluate.protocol is not None
    ground = Ground(
        corpus.table,
        Likeness(corpus.prepared),
        params.evaluate.protocol,
        params.evaluate.verdict_delay_days,
        params.run.seed,
    )
    return plan_trials(ground)


def judge(
    reports: pd.DataFrame, trials: list[Trial], params: Params, changes: dict[str, Any]
) -> pd.DataFrame:
    """Fit and judge a variant on every trial."""
    return run_trials(build_corpus(reports, prepare(reports, params, changes)), trials, fit_as_train(params))


def prepare(reports: pd.DataFrame, params: Params, changes: dict[str, Any]) -> list[Any]:
    """Prepare every text by a chain with some settings changed."""
    chain = TextChain(TextRules.from_params(params.text.model_copy(update=changes)))
    return [chain.prepare(text) for text in join_texts(reports)]


def show(figure: Any, style: str) -> str:
    """Write a figure with its interval."""
    return f"{figure.value:{style}} [{figure.lower:{style}}, {figure.upper:{style}}]"


if __name__ == "__main__":
    main()
