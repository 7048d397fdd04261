"""The section `serve` of params.yaml: how long a login lasts, and how much the page and the API take."""

from typing import Annotated

from pydantic import Field

from pipeline.config.values import Count, Section


class Serve(Section):
    """The bounds of the page and the API."""

    session_idle_minutes: Annotated[float, Field(gt=0)]
    session_hours: Annotated[float, Field(gt=0)]
    login_attempts: Count
    login_window_minutes: Annotated[float, Field(gt=0)]
    page_body_kb: Count
    api_body_mb: Count
    api_units_per_minute: Count
