"""For whoever doubts the order: past claims read again by every policy."""

from pathlib import Path
from typing import Annotated

import typer


def replay(  # noqa: PLR0913, PLR0917 - each is an option of the command
    context: typer.Context,
    output: Annotated[
        Path, typer.Option(metavar="OUT.json", help="Where to write; a picture is put beside it.")
    ],
    source: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE",
            help="Rows with report_id, truth, score (or text), and where known claim_id, reported_at, views, type,"
            " reporter, cohort; without it the claims that the last evaluation held out.",
        ),
    ] = None,
    observations: Annotated[
        Path | None, typer.Option(help="claim_id (or report_id), seen_at, views: what was counted, and when.")
    ] = None,
    capacity_share: Annotated[
        float | None, typer.Option(min=0.01, max=1.0, help="Of the claims that arrive, how many are read.")
    ] = None,
    tails: Annotated[str, typer.Option(metavar="1.1,1.5", help="Tails of simulated views.")] = "",
    own_views: Annotated[
        bool, typer.Option("--own-views", help="The file's views in the place of tails.")
    ] = False,
    staff: Annotated[
        str, typer.Option(metavar="5,10,20", help="Also: what so many people would reach.")
    ] = "",
    row: Annotated[
        str | None,
        typer.Option(metavar="Q", help="Of the sheet of `saring evaluate --protocol`: its row of this name."),
    ] = None,
    per_day: Annotated[
        float | None,
        typer.Option(min=0.01, help="With --staff: claims that arrive a day, where not as in the file."),
    ] = None,
    seeds: Annotated[int | None, typer.Option(min=1, help="How many runs.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an output that exists.")] = False,
) -> None:
    """Compare orders of reading on claims whose truth is known: FIFO, newest, counts, flags, score, views, ours."""
    from pipeline.cli.replayfile import Request, replay_file  # noqa: PLC0415 - loads pandas, which --help need not wait for

    context.obj.check_params()
    request = Request(
        source,
        observations,
        output,
        capacity_share,
        tails,
        staff,
        row,
        per_day,
        seeds,
        own_views=own_views,
        force=force,
    )
    replay_file(context.obj, request)
