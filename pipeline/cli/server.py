"""A workspace in, a running server out: one process or several, its settings in environment variables."""

import logging
import os
import socket
from pathlib import Path
from typing import Final, NamedTuple

import typer
import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from pipeline.cli.opening import LOG_KEY, open_store, read_key, read_secret
from pipeline.cli.workspace import Workspace
from pipeline.errors import StorageError
from pipeline.moderation.store import VARIABLE, open_database
from pipeline.storage import reason_of
from pipeline.web.app import create_app
from pipeline.web.models import ModelHolder
from pipeline.web.services import Keys, Places, Services, Settings

FACTORY: Final = "pipeline.cli.server:build_app"
ROOT_VARIABLE: Final = "SARING_SERVE_ROOT"
PARAMS_VARIABLE: Final = "SARING_SERVE_PARAMS"
SECURE_VARIABLE: Final = "SARING_SERVE_SECURE"
DEMO_VARIABLE: Final = "SARING_SERVE_DEMO"
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
    with open_store(workspace):
        pass
    read_secret(workspace)
    os.environ[ROOT_VARIABLE] = str(workspace.root)
    os.environ[PARAMS_VARIABLE] = str(workspace.params_path.absolute())
    os.environ[SECURE_VARIABLE] = str(int(options.behind_proxy))
    os.environ[DEMO_VARIABLE] = str(int(options.demo))
    listening = _listen(options)
    host, port = listening.getsockname()[:2]
    typer.echo(f"http://{f'[{host}]' if ':' in host else host}:{port}/")
    config = _configure(options)
    if options.n_processes == 1:
        uvicorn.Server(config).run(sockets=[listening])
    else:
        Multiprocess(config, sockets=[listening]).run()


def build_app() -> FastAPI:
    """Return the application of one process, as its environment says."""
    _log_to_stderr()
    workspace = Workspace(Path(os.environ[ROOT_VARIABLE]), Path(os.environ[PARAMS_VARIABLE]))
    settings = Settings(secure=os.environ[SECURE_VARIABLE] == "1", demo=os.environ[DEMO_VARIABLE] == "1")
    return create_app(open_services(workspace, settings))


def open_services(workspace: Workspace, settings: Settings) -> Services:
    """Return what requests need of a root."""
    return Services(
        store=open_database(workspace.root, os.environ.get(VARIABLE)),
        params=workspace.params,
        models=ModelHolder(workspace.models),
        keys=Keys(workspace.pseudonym_key(), read_key(workspace, LOG_KEY), read_secret(workspace)),
        places=Places(workspace.root, workspace.models, workspace.tombstones, workspace.debunks),
        settings=settings,
    )


def _configure(options: Options) -> uvicorn.Config:
    return uvicorn.Config(
        FACTORY,
        factory=True,
        workers=options.n_processes,
        proxy_headers=options.behind_proxy,
        access_log=False,  # it would hold what people searched for
        server_header=False,
        log_level="warning",
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
