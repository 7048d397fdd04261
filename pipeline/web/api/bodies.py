"""The body of a request in, what its JSON holds out; refused with one line where it is none."""

import json
from collections.abc import Callable
from typing import Annotated, Any, Final, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError

from pipeline.web.api.problems import Problem, describe_invalid

JSON: Final = "application/json"
MAX_ITEMS: Final = 1000

_Model = TypeVar("_Model", bound=BaseModel)


async def read_body(request: Request) -> bytes:
    """Return the body as it was sent; how much may come is bounded while it comes."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != JSON:
        raise Problem(415, f"the body is of kind {kind[:60] or 'none'!r}; expected {JSON}")
    return await request.body()


Body = Annotated[bytes, Depends(read_body)]


def parse_json(body: bytes) -> Any:
    """Return what a body says, as `ingest` reads a line of JSON: NUL and lone surrogates are its business.

    An object that names something twice is a `Twice`. Raises Problem 422.
    """
    try:
        return json.loads(body.decode("utf-8"), strict=False, object_pairs_hook=_name_once)
    except (ValueError, RecursionError) as error:
        raise Problem(422, "the body is no JSON; expected JSON in UTF-8") from error


class Twice(dict[str, Any]):
    """An object of JSON that names something twice: nobody can tell which was meant, so nothing is."""


def parse_items(body: bytes) -> list[Any]:
    """Return the one object of a body, or those of its list. Raises Problem 422, or 413 for more than MAX_ITEMS."""
    content = parse_json(body)
    items = content if isinstance(content, list) else [content]
    if len(items) > MAX_ITEMS:
        raise Problem(413, f"the body holds {len(items):,} objects; expected at most {MAX_ITEMS:,}")
    if not items or not isinstance(content, list | dict):
        raise Problem(422, f"the body holds no object; expected one, or a list of up to {MAX_ITEMS:,}")
    return items


def parse_as(model: type[_Model]) -> Callable[[bytes], _Model]:
    """Return a dependency that reads the body as a model. Raises Problem 422 for the first thing that is wrong."""

    def parse(body: Body) -> _Model:
        content = parse_json(body)
        try:
            return model.model_validate(None if isinstance(content, Twice) else content)
        except ValidationError as error:
            raise Problem(422, describe_invalid(error.errors())) from error

    return parse


def _name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any] | Twice:
    record = dict(pairs)
    return record if len(record) == len(pairs) else Twice()
