"""An environment variable in, the application of one process out; the processes of a server import this."""

import json
import logging
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from fastapi import FastAPI

from pipeline.cli.opening import LOG_KEY, clock, read_key, read_secret
from pipeline.cli.server import SETTINGS
from pipeline.cli.workspace import Workspace
from pipeline.moderation.store import VARIABLE, open_database
from pipeline.web.app import create_app
from pipeline.web.models import ModelHolder
from pipeline.web.services import Keys, Places, Services, Settings


def build_app() -> FastAPI:
    """Return the application of one process, as its environment says."""
    _log_to_stderr()
    given = json.loads(os.environ[SETTINGS])
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


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("saring").setLevel(logging.INFO)
