"""The API under /api/v1: for platforms that send reports and for programs that read priorities."""

from fastapi import APIRouter

api = APIRouter(prefix="/api/v1")
