"""A params file and what it extends: YAML in, nested values out; strings know the folder of their file."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

from pipeline.config.values import PlacedText, resolve_path
from pipeline.errors import ConfigError

VARIABLE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def read_chain(path: Path, above: tuple[Path, ...] = ()) -> dict[str, Any]:
    """Return what a file and those that it extends say together. Raises ConfigError."""
    if path in above:
        raise ConfigError(f"{path}: extends itself; expected a chain with an end")
    content = _load_file(path)
    if "extends" not in content:
        return content
    base = resolve_path(content.pop("extends"))
    if not isinstance(base, Path):
        raise ConfigError(f"{path}: 'extends' holds {base!r}; expected the path of another params file")
    return merge(read_chain(base, (*above, path)), content)


def _load_file(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
        raise ConfigError(
            f"{path}: cannot be read ({reason}); expected a params file; name one with --params"
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        where = getattr(error, "problem_mark", None)
        line = f", line {where.line + 1}" if where else ""
        raise ConfigError(f"{path}{line}: is not YAML; expected sections of keys and values") from error
    if not isinstance(content, dict):
        raise ConfigError(f"{path}: holds {type(content).__name__}; expected sections of keys and values")
    return {str(key): _place(value, path, str(key)) for key, value in content.items()}


def _place(value: Any, file: Path, where: str) -> Any:
    """Fill in environment variables, and note on every string the folder of the file it stands in."""
    if isinstance(value, dict):
        return {key: _place(item, file, f"{where}.{key}") for key, item in value.items()}
    if isinstance(value, list):
        return [_place(item, file, f"{where}[{index}]") for index, item in enumerate(value)]
    if not isinstance(value, str):
        return value
    placed = PlacedText(VARIABLE.sub(lambda match: _look_up(match[1], file, where), value))
    placed.folder = Path.cwd() if VARIABLE.match(value) else file.resolve().parent
    return placed


def _look_up(name: str, file: Path, where: str) -> str:
    if not os.environ.get(name):
        raise ConfigError(f"{file}: {where!r} names ${{{name}}}, which is not set; set it in the environment")
    return os.environ[name]


def merge(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping with changes laid over it, level by level."""
    merged = dict(base)
    for key, value in changes.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = merge(merged[key], value) if both else value
    return merged


def describe_fault(path: Path, error: ValidationError) -> str:
    """Say in one line what is wrong with a file, with the full path of the key."""
    others = error.error_count() - 1
    more = f" (and {others} more)" if others else ""
    return f"{path}: {describe_first(error)}{more}"


def describe_first(error: ValidationError) -> str:
    """Say in half a line what is wrong first."""
    first = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in first["loc"])
    return f"{key!r} {_describe_kind(first)}" if key else _describe_kind(first).removeprefix("is wrong: ")


def _describe_kind(fault: Any) -> str:
    message = str(fault["msg"]).removeprefix("Value error, ")
    match fault["type"]:
        case "missing":
            return "is missing; expected a value"
        case "extra_forbidden":
            return "is unknown; expected a key that pipeline/config names"
        case "value_error":
            return f"is wrong: {message}"
        case _:
            return f"holds {fault['input']!r}; expected: {message[0].lower()}{message[1:]}"
