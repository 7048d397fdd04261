"""For anybody with a text: what each step of the chain makes of it, and what each word gave to its score."""

import json
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from pipeline.cli.console import warn
from pipeline.cli.words import STANDARD_INPUT, warn_of_slang
from pipeline.cli.workspace import Workspace

if TYPE_CHECKING:
    from pipeline.model.bundle import Bundle
    from pipeline.score.explain import ScoreTerms, WordPart
    from pipeline.text.chain import TracedTokens
    from pipeline.text.explain import Explanation, Step
    from pipeline.text.rules import TextRules

SHOWN_WORDS: Final = 20
"""How many words are listed one by one; `--json` has all."""

CELL: Final = 20
BAR: Final = 20
WRITTEN: Final = 46
INDENT: Final = 11


def explain(
    context: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="One raw text; - for standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, with all words.")] = False,
) -> None:
    """Show what each step makes of a text, and what each word gave to the champion's score of it."""
    from pipeline.score.explain import explain_score  # noqa: PLC0415 - loads numpy, which --help need not wait for
    from pipeline.text.chain import TextChain  # noqa: PLC0415
    from pipeline.text.explain import explain_text  # noqa: PLC0415

    workspace: Workspace = context.obj
    bundle = load_champion(workspace.models)
    rules = _read_rules(workspace, bundle)
    raw = sys.stdin.buffer.read().decode("utf-8", "replace") if text == str(STANDARD_INPUT) else text
    explanation = explain_text(bundle.chain if bundle else TextChain(rules), raw)
    terms = explain_score(bundle, explanation.traced) if bundle else None
    if as_json:
        content = to_json(explanation) | score_to_json(terms, bundle)
        typer.echo(json.dumps(content, ensure_ascii=False, indent=1))
        return
    typer.echo("\n".join(describe_text(raw, explanation)))
    typer.echo("\n".join(["", *describe_score(terms, bundle, workspace.models)]))


def load_champion(models: Path) -> "Bundle | None":
    """Return the model in service, or None where nothing is published yet."""
    from pipeline.model.registry import Registry  # noqa: PLC0415 - as above

    registry = Registry(models)
    return registry.load_champion() if registry.champion() else None


def _read_rules(workspace: Workspace, bundle: "Bundle | None") -> "TextRules":
    """Return the rules that the text is read by: the champion's, if there is one."""
    from pipeline.text.rules import TextRules  # noqa: PLC0415 - as above

    warn_of_slang(workspace.params.text)
    rules = TextRules.from_params(workspace.params.text)
    if bundle is None or rules == bundle.chain.rules:
        return rules
    warn(
        f"{workspace.params_path}: 'text' differs from what {bundle.version} was trained with; "
        "shown is what the model makes of the text"
    )
    return bundle.chain.rules


def describe_text(raw: str, explanation: "Explanation") -> Iterator[str]:
    """Yield the lines that say what became of a text."""
    prepared = explanation.traced.prepared
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for name, shown in (
        *describe_steps(raw, explanation.steps),
        ("language", prepared.language),
        ("abstains", f"yes: {prepared.abstain_reason}" if prepared.abstain_reason else "no"),
    ):
        yield wrap(f"{name:<{INDENT}}{shown}".rstrip(), width)
    yield ""
    yield from describe_tokens(explanation.traced)


def describe_steps(raw: str, steps: "Iterable[Step]") -> Iterator[tuple[str, str]]:
    """Yield each step with what it left, or that it changed nothing, or that it is off."""
    before = raw
    for name, after in steps:
        yield name, "(off)" if after is None else "(no change)" if after == before else printable(after)
        before = before if after is None else after


def describe_tokens(traced: "TracedTokens") -> Iterator[str]:
    """Yield a line for each token: its place in the raw text, what stands there, token and stem."""
    yield f"{'from':>6}{'to':>7}  {'written':<{CELL}} {'token':<{CELL}} stem"
    tokens = zip(traced.places, traced.prepared.tokens, traced.prepared.stems, strict=True)
    for index, (place, token, stem) in enumerate(tokens):
        written = fit(traced.written_at(index), CELL)
        line = (
            f"{place.start:>6}{place.end:>7}  {written:<{CELL}} {fit(token, CELL):<{CELL}} {fit(stem, CELL)}"
        )
        yield line


def describe_score(terms: "ScoreTerms | None", bundle: "Bundle | None", models: Path) -> Iterator[str]:
    """Yield the lines that add up to the score, or the one that says why there is none."""
    if bundle is None:
        yield f"{'score':<{INDENT}}none: no champion in {models}; `saring run` makes one"
    elif terms is None:
        yield f"{'score':<{INDENT}}none: the model abstains; the queue goes by {bundle.model.prevalence:.2f}"
    else:
        yield f"{'score':<{INDENT}}{terms.score:.4f} by {bundle.version}; its log-odds are the sum of"
        yield from describe_terms(terms, bundle.model.prevalence)


def describe_terms(terms: "ScoreTerms", prevalence: float) -> Iterator[str]:
    """Yield a line for each term of a score, words first, those that raised it most on top."""
    from pipeline.score.explain import rank_words  # noqa: PLC0415 - as above

    ranked = rank_words(terms.words)
    strongest = sorted(ranked, key=lambda word: -abs(word.part))[:SHOWN_WORDS]
    largest = max((abs(word.part) for word in strongest), default=0.0) or 1.0
    listed = [word for word in ranked if word in strongest and word.part]
    for word in listed:
        yield _term(word.part, fit(word.written, WRITTEN), abs(word.part) / largest)
    yield from _describe_rest([word for word in ranked if word not in listed])
    yield _term(terms.base.intercepts, "(intercepts of the heads)")
    if terms.base.encoder:
        yield _term(terms.base.encoder, "(what the encoder makes of the whole)")
    yield _term(terms.base.calibration, "(calibration)")
    yield _term(terms.base.prevalence, f"(a queue with {prevalence:.0%} misinformation)")
    if terms.base.limit:
        yield _term(terms.base.limit, "(no score is nearer to 0 or 1 than a millionth)")
    yield _term(terms.logit, "= the log-odds of the score")


def _describe_rest(words: "Sequence[WordPart]") -> Iterator[str]:
    """Yield a line for the weaker words, and one for those of which the model knows nothing."""
    weaker = [word for word in words if word.part]
    unknown = [word.written for word in words if not word.part]
    if weaker:
        yield _term(sum(word.part for word in weaker), f"({len(weaker)} weaker words)")
    if unknown:
        yield _term(0.0, fit(f"(unknown: {', '.join(unknown)})", WRITTEN))


def _term(part: float, what: str, share: float = 0.0) -> str:
    bar = ("█" if part > 0 else "░") * round(share * BAR)
    return f"{part:>+10.4f} {bar:<{BAR}} {what}"


def to_json(explanation: "Explanation") -> dict[str, Any]:
    """Return what became of a text as JSON can hold it; places count characters of the raw text."""
    traced = explanation.traced
    tokens = zip(traced.places, traced.prepared.tokens, traced.prepared.stems, strict=True)
    return {
        "steps": dict(explanation.steps),
        "language": traced.prepared.language,
        "abstain_reason": traced.prepared.abstain_reason,
        "tokens": [
            {"from": start, "to": end, "written": traced.written_at(index), "token": token, "stem": stem}
            for index, ((start, end), token, stem) in enumerate(tokens)
        ],
    }


def score_to_json(terms: "ScoreTerms | None", bundle: "Bundle | None") -> dict[str, Any]:
    """Return the score and its terms, in log-odds, as JSON can hold them; null where there is none."""
    words = [
        {"from": start, "to": end, "written": written, "tokens": tokens, "part": part}
        for written, (start, end), tokens, part in (terms.words if terms else ())
    ]
    return {
        "model_version": bundle.version if bundle else None,
        "prevalence": bundle.model.prevalence if bundle else None,
        "score": terms.score if terms else None,
        "log_odds": terms.logit if terms else None,
        "base": terms.base._asdict() if terms else None,
        "words": words if terms else None,
    }


def wrap(line: str, width: int | None) -> str:
    """Break a line where a terminal ends, what follows under its text; None = no terminal."""
    if width is None or len(line) <= width or width <= 2 * INDENT:
        return line
    return textwrap.fill(line, width - 1, subsequent_indent=" " * INDENT)


def fit(text: str, width: int) -> str:
    """Escape what a terminal would act on, and cut what is longer than `width`."""
    shown = printable("".join(islice(text, width + 1)))
    return shown if len(shown) <= width else f"{shown[: width - 1]}…"


def printable(text: str) -> str:
    """Escape what a terminal would act on or could not show."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text
    )
