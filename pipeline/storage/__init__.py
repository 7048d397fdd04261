"""Tables and files in and out: formats, atomic writes, digests, and one lock per root."""

from pipeline.storage.files import (
    append_line,
    digest_bytes,
    digest_file,
    digest_frame,
    read_frame,
    read_json,
    reason_of,
    remove_directory,
    replace_directory,
    replace_file,
    write_bytes,
    write_frame,
    write_json,
    write_text,
)
from pipeline.storage.lock import lock_path, lock_root

__all__ = [
    "append_line",
    "digest_bytes",
    "digest_file",
    "digest_frame",
    "lock_path",
    "lock_root",
    "read_frame",
    "read_json",
    "reason_of",
    "remove_directory",
    "replace_directory",
    "replace_file",
    "write_bytes",
    "write_frame",
    "write_json",
    "write_text",
]
