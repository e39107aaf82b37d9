"""Rehearsals: the codes that a demo key can ask the built-in API to answer with, and the header that asks."""

from typing import Final

from playground.imageapi.errors import API_ERRORS

HEADER: Final = "X-Rehearse"
PARTIAL: Final = "partial"
# What a broken road looks like; the other codes are answers of the API itself.
BROKEN: Final = ("upstream_timeout", "unknown_outcome", "garbled_response")
CODES: Final = (*(row.code for row in API_ERRORS), "unknown_outcome", "garbled_response", PARTIAL)
