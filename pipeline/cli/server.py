"""A workspace in, a running server out: one process or several, its settings in environment variables."""

import json
import logging
import os
import signal
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

import typer
import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from pipeline.cli.console import warn
from pipeline.cli.demo import prepare_demo
from pipeline.cli.opening import LOG_KEY, clock, open_store, read_key, read_secret
from pipeline.cli.workspace import Workspace
from pipeline.errors import StorageError
from pipeline.moderation.desk import people
from pipeline.moderation.store import VARIABLE, open_database
from pipeline.storage import reason_of
from pipeline.web.app import create_app
from pipeline.web.models import ModelHolder
from pipeline.web.services import Keys, Places, Services, Settings

FACTORY: Final = "pipeline.cli.server:build_app"
VARIABLE_OF_SETTINGS: Final = "SARING_SERVE"
WAITING: Final = 512


class Options(NamedTuple):
    """How to serve."""

    host: str
    port: int
    n_processes: int
    behind_proxy: bool
    demo: bool


def serve(workspace: Workspace, options: Options) -> None:
    """Check what every process will need, listen, print the address, and serve until told to stop."""
    if options.demo:
        prepare_demo(workspace)
    with open_store(workspace) as store, store.reading() as connection:
        if not people.can_anybody_log_in(connection):
            warn("no account can log in; expected one; make it with `saring user add NAME --role lead`")
    read_keys(workspace)
    os.environ[VARIABLE_OF_SETTINGS] = _write_settings(workspace, options)
    if not options.behind_proxy and not _is_local(options.host):
        warn(
            "passwords and cookies go in the clear; expected a proxy with HTTPS before it and --behind-proxy"
        )
    listening = _listen(options)
    host, port = listening.getsockname()[:2]
    typer.echo(f"http://{f'[{host}]' if ':' in host else host}:{port}/")
    signal.signal(signal.SIGTERM, lambda *_: None)  # a server that was asked to stop ends with 0
    config = _configure(options)
    if options.n_processes == 1:
        uvicorn.Server(config).run(sockets=[listening])
    else:
        Multiprocess(config, sockets=[listening]).run()


def build_app() -> FastAPI:
    """Return the application of one process, as its environment says."""
    _log_to_stderr()
    given = json.loads(os.environ[VARIABLE_OF_SETTINGS])
    workspace = Workspace(Path(given["root"]), Path(given["params"]))
    services = open_services(workspace, Settings(given["secure"], given["demo"]), shift_clock(given["shift"]))
    services.models.get()  # before the first request waits for it
    return create_app(services)


def open_services(
    workspace: Workspace, settings: Settings, tell_time: Callable[[], datetime] = clock
) -> Services:
    """Return what requests need of a root."""
    return Services(
        store=open_database(workspace.root, os.environ.get(VARIABLE)),
        params=workspace.params,
        models=ModelHolder(workspace.models),
        keys=read_keys(workspace),
        places=Places(workspace.root, workspace.models, workspace.tombstones, workspace.debunks),
        settings=settings,
        clock=tell_time,
    )


def read_keys(workspace: Workspace) -> Keys:
    """Return the root's secrets, made where they are missing."""
    return Keys(workspace.pseudonym_key(), read_key(workspace, LOG_KEY), read_secret(workspace))


def shift_clock(seconds: float) -> Callable[[], datetime]:
    """Return a clock that goes as the real one does, so many seconds away from it."""
    return lambda: clock() + timedelta(seconds=seconds)


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


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("saring").setLevel(logging.INFO)
