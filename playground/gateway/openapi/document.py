"""The OpenAPI document of the image API."""

from functools import cache
from typing import Any

from django.conf import settings

from playground.gateway.openapi.operations import HEADERS, paths
from playground.gateway.openapi.schemas import schemas


@cache
def openapi_document() -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "gpt-image-2 image API",
            "version": settings.VERSION,
            "description": "An OpenAI-compatible API to generate and edit images.",
        },
        "servers": [{"url": f"/{settings.URL_PREFIX}v1"}],
        "security": [{"key": []}],
        "paths": paths(),
        "components": {
            "schemas": schemas(),
            "headers": {
                name: {"description": meaning, "schema": {"type": "string"}} for name, meaning in HEADERS.items()
            },
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "An API key `cr_…`."}},
        },
    }
