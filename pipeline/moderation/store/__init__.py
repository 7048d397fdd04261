"""The moderators' database: tables, transactions, versions."""

from pipeline.moderation.store.alone import try_alone
from pipeline.moderation.store.engine import DATABASE, VARIABLE, Store, open_database
from pipeline.moderation.store.versions import create_store, require_version, upgrade_store

__all__ = [
    "DATABASE",
    "VARIABLE",
    "Store",
    "create_store",
    "open_database",
    "require_version",
    "try_alone",
    "upgrade_store",
]
