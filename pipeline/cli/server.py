"""A workspace in, a running server out: one process or several, told by an environment variable what to serve."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Final, NamedTuple

import typer
import uvicorn
from uvicorn.supervisors import Multiprocess

from pipeline.cli.console import warn
from pipeline.cli.demo import prepare_demo
from pipeline.cli.opening import clock, make_keys, open_store
from pipeline.cli.refresher import Refresher
from pipeline.cli.workspace import Workspace
from pipeline.errors import StorageError
from pipeline.moderation.desk import people
from pipeline.storage import reason_of

SETTINGS: Final = "SARING_SERVE"
FACTORY: Final = "pipeline.cli.webapp:build_app"
WAITING: Final = 512


class Options(NamedTuple):
    """How to serve."""

    host: str
    port: int
    n_processes: int
    behind_proxy: bool
    demo: bool
    refresh: bool


def serve(workspace: Workspace, options: Options) -> None:
    """Check what every process will need, listen, print the address, and serve until told to stop."""
    if options.demo:
        prepare_demo(workspace)
    with open_store(workspace) as store, store.reading() as connection:
        if not people.can_anybody_log_in(connection):
            warn("no account can log in; expected one; make it with `saring user add NAME --role lead`")
    make_keys(workspace)
    os.environ[SETTINGS] = _write_settings(workspace, options)
    if not options.behind_proxy and not _is_local(options.host):
        warn(
            "passwords and cookies go in the clear; expected a proxy with HTTPS before it and --behind-proxy"
        )
    listening = _listen(options)
    host, port = listening.getsockname()[:2]
    typer.echo(f"http://{f'[{host}]' if ':' in host else host}:{port}/")
    signal.signal(signal.SIGTERM, lambda *_: None)  # a server that was asked to stop ends with 0
    with _keep_fresh(workspace) if options.refresh and not options.demo else nullcontext():
        config = _configure(options)
        if options.n_processes == 1:
            uvicorn.Server(config).run(sockets=[listening])
        else:
            Multiprocess(config, sockets=[listening]).run()


@contextmanager
def _keep_fresh(workspace: Workspace) -> Iterator[None]:
    """Make the order anew whenever it is due; a demonstration's stands at the time that its parameters pin."""
    refresher = Refresher(workspace)
    refresher.start()
    try:
        yield
    finally:
        refresher.stop()


def _write_settings(workspace: Workspace, options: Options) -> str:
    """Return what each process reads; a demonstration begins at the time that its parameters pin."""
    pinned = workspace.params.run.now if options.demo else None
    return json.dumps(
        {
            "root": str(workspace.root),
            "params": str(workspace.params_path.absolute()),
            "secure": options.behind_proxy,
            "demo": options.demo,
            "shift": (pinned - clock()).total_seconds() if pinned else 0.0,
        }
    )


def _is_local(host: str) -> bool:
    return host in {"127.0.0.1", "::1", "localhost"}


def _configure(options: Options) -> uvicorn.Config:
    return uvicorn.Config(
        FACTORY,
        factory=True,
        workers=options.n_processes,
        proxy_headers=options.behind_proxy,
        access_log=False,  # it would hold what people searched for
        server_header=False,
        log_level="warning",
        timeout_keep_alive=75,  # longer than proxies keep theirs, which would meet a closed one otherwise
        timeout_graceful_shutdown=10,
    )


def _listen(options: Options) -> socket.socket:
    """Return a socket at which browsers may wait from now on, until a process answers."""
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((options.host, options.port))
        listening.listen(WAITING)
    except OSError as error:
        listening.close()
        raise StorageError(
            f"{options.host}:{options.port}: cannot be listened on ({reason_of(error)}); "
            "expected a free port of this machine; take any with --port 0"
        ) from error
    listening.set_inheritable(True)
    return listening
