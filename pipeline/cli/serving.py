"""For whoever runs the desk: the page and the API as a server."""

from typing import Annotated

import typer


def serve(  # noqa: PLR0913, PLR0917 - each is an option of the command
    context: typer.Context,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8000,
    processes: Annotated[int, typer.Option(metavar="N", min=1, help="How many answer requests.")] = 1,
    behind_proxy: Annotated[
        bool,
        typer.Option(
            "--behind-proxy",
            help="Believe the proxy's X-Forwarded headers (from FORWARDED_ALLOW_IPS, by default this machine); "
            "cookies go by HTTPS only.",
        ),
    ] = False,
    refresh: Annotated[
        bool,
        typer.Option(
            "--refresh/--no-refresh",
            help="Make the order anew every queue.refresh_minutes, by a process beside the server.",
        ),
    ] = True,
    demo: Annotated[
        bool, typer.Option("--demo", help="Make a queue and three accounts first, where there are none.")
    ] = False,
) -> None:
    """Serve the moderators' page and the API; prints its address."""
    from pipeline.cli import server  # noqa: PLC0415 - loads FastAPI, which --help need not wait for

    context.obj.check_params()
    server.serve(context.obj, server.Options(host, port, processes, behind_proxy, demo, refresh))
