"""The API under /api/v1: for platforms that send reports, and programs that read the queue and priorities."""

from pipeline.web.api.build import create_api

__all__ = ["create_api"]
