"""The model in service, kept loaded: asked at every use whether another became champion."""

import logging
import os
import threading
from pathlib import Path
from typing import Final

from pipeline.errors import ModelError
from pipeline.model.bundle import Bundle
from pipeline.model.champion import CHAMPION
from pipeline.model.registry import Registry

logger: Final = logging.getLogger("saring.web")

Stamp = tuple[int, int, int]


class ModelHolder:
    """Gives the champion, or None where none is published; one that does not load leaves the last in service."""

    def __init__(self, models: Path) -> None:
        self._models = models
        self._stamp: Stamp | None = None
        self._bundle: Bundle | None = None
        self._begun = False
        self._loading = threading.Lock()

    def get(self) -> Bundle | None:
        """Return the champion; while a new one is loaded, other threads go on with the one before it."""
        if self._begun and self._stamp == self._look():
            return self._bundle
        if self._loading.acquire(blocking=not self._begun):
            try:
                self._reload()
            finally:
                self._loading.release()
        return self._bundle

    def _reload(self) -> None:
        stamp = self._look()
        if self._begun and stamp == self._stamp:
            return
        try:
            self._bundle = Registry(self._models).load_champion() if stamp else None
            logger.info(
                "model: %s", self._bundle.version if self._bundle else "none, claims stay at the prior"
            )
        except ModelError as error:
            logger.error("model: %s", error)
        self._stamp, self._begun = stamp, True

    def _look(self) -> Stamp | None:
        """Return what changes when another version becomes champion."""
        try:
            found = os.stat(self._models / CHAMPION)  # noqa: PTH116 - asked at every use
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size
