"""For anybody with Indonesian text: its Sastrawi stems, and what each step of the chain makes of it."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import warn
from pipeline.cli.workspace import Workspace
from pipeline.errors import StorageError
from pipeline.storage import reason_of

if TYPE_CHECKING:
    from pipeline.config import Text
    from pipeline.text.chain import TracedTokens
    from pipeline.text.explain import Step

STANDARD_INPUT = Path("-")


def stems(
    source: Annotated[
        Path, typer.Argument(metavar="FILE", help="Text, a line each; - for standard input.")
    ] = (STANDARD_INPUT),
) -> None:
    """Print for each line what PySastrawi's Stemmer.stem prints, some hundred times sooner."""
    from pipeline.text.stem import Stemmer  # noqa: PLC0415 - reads the word list, which --help need not wait for

    stemmer = Stemmer()
    try:
        with nullcontext(sys.stdin.buffer) if source == STANDARD_INPUT else source.open("rb") as file:
            sys.stdout.writelines(f"{stemmer.stem(line)}\n" for line in read_lines(file))
    except OSError as error:
        raise StorageError(f"{source}: cannot be read ({reason_of(error)}); expected a text file") from error


def read_lines(file: IO[bytes] | Iterable[bytes]) -> Iterator[str]:
    """Yield the lines of a UTF-8 file without their ends; what is not UTF-8 becomes U+FFFD."""
    for line in file:
        yield line.rstrip(b"\r\n").decode("utf-8", "replace")


def explain(
    context: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="One raw text; - for standard input.")],
) -> None:
    """Show what each step makes of a text, where its tokens stand in it, and why it would abstain."""
    from pipeline.text.chain import TextChain  # noqa: PLC0415 - as above
    from pipeline.text.explain import explain_text  # noqa: PLC0415
    from pipeline.text.rules import TextRules  # noqa: PLC0415

    workspace: Workspace = context.obj
    warn_of_slang(workspace.params.text)
    chain = TextChain(TextRules.from_params(workspace.params.text))
    raw = sys.stdin.buffer.read().decode("utf-8", "replace") if text == str(STANDARD_INPUT) else text
    explanation = explain_text(chain, raw)
    prepared = explanation.traced.prepared
    typer.echo("\n".join(describe_steps(raw, explanation.steps)))
    typer.echo(f"{'language':<10} {prepared.language}")
    typer.echo(f"{'abstains':<10} {f'yes: {prepared.abstain_reason}' if prepared.abstain_reason else 'no'}")
    typer.echo("\n".join(["", *describe_tokens(explanation.traced)]))


def warn_of_slang(params: "Text") -> None:
    """Say on a line each what is doubtful in the user's slang lexicon."""
    from pipeline.text.slang import find_slang_faults  # noqa: PLC0415 - as above

    if params.slang and params.slang_lexicon:
        for fault in find_slang_faults(params.slang_lexicon):
            warn(fault)


def describe_steps(raw: str, steps: "Iterable[Step]") -> Iterator[str]:
    """Yield a line for each step: what it left, or that it changed nothing, or that it is off."""
    before = raw
    for name, after in steps:
        shown = "(off)" if after is None else "(no change)" if after == before else printable(after)
        yield f"{name:<10} {shown}".rstrip()
        before = before if after is None else after


def describe_tokens(traced: "TracedTokens") -> Iterator[str]:
    """Yield a line for each token: its place in the raw text, what stands there, token and stem."""
    yield f"{'from':>6}{'to':>7}  {'written':<24} {'token':<24} stem"
    tokens = zip(traced.places, traced.prepared.tokens, traced.prepared.stems, strict=True)
    for index, (place, token, stem) in enumerate(tokens):
        written = printable(traced.written_at(index))
        yield f"{place.start:>6}{place.end:>7}  {written:<24} {token:<24} {stem}"


def printable(text: str) -> str:
    """Escape what a terminal would act on or could not show."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text
    )
