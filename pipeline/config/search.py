"""The section `search` of params.yaml: which other ways of training are tried."""

from typing import Annotated, Any

from pydantic import Field

from pipeline.config.values import Section


class Search(Section):
    """Candidates, each of which says what differs from `train`, and into how many later parts a source is cut."""

    folds: Annotated[int, Field(ge=1)]
    candidates: list[dict[str, Any]]
