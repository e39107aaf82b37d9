"""What our customer is told when the provider behind us fails, and what the operator is told."""

import logging
from dataclasses import dataclass
from typing import Final

from playground.imageapi.errors import ERRORS, ApiError

logger = logging.getLogger("playground.gateway.upstream")

# Seconds after which a customer may try again, at least and at most.
SOONEST: Final = 1
LATEST: Final = 120
UNREACHABLE_AGAIN: Final = 5
# Nothing changes before the operator does something.
OPERATOR_AGAIN: Final = 60


@dataclass(frozen=True, slots=True)
class _Told:
    """Our code for the customer. `level` is that of the operator's log line, None for none."""

    code: str
    level: int | None = None
    retry_after: int | None = None
    message: str = ""


# The operator's account with the provider is in trouble: nothing that our customer did or could change.
_ACCOUNT: Final = _Told("image_provider_unavailable", logging.ERROR, OPERATOR_AGAIN)
_BROKEN: Final = _Told("image_provider_error", logging.WARNING)
_PASSED: Final = ("moderation_blocked", "invalid_request", "unsupported_size", "image_too_large")
_TOLD: Final[dict[str, _Told]] = {
    **{code: _Told(code) for code in _PASSED},
    "unsupported_media_type": _Told("invalid_request"),
    "invalid_api_key": _ACCOUNT,
    "key_expired": _ACCOUNT,
    "permission_denied": _ACCOUNT,
    "not_found": _ACCOUNT,
    "model_not_found": _ACCOUNT,
    "method_not_allowed": _ACCOUNT,
    "crs_daily_exhausted": _ACCOUNT,
    "crs_total_exhausted": _ACCOUNT,
    "image_daily_limit": _ACCOUNT,
    "concurrency_exhausted": _Told("service_overloaded", logging.WARNING),
    "service_overloaded": _Told("service_overloaded", logging.WARNING),
    "image_provider_unavailable": _Told("image_provider_unavailable", logging.WARNING),
    "network_unreachable": _Told("image_provider_unavailable", logging.WARNING, UNREACHABLE_AGAIN),
    "upstream_timeout": _Told(
        "upstream_timeout", logging.WARNING, message="The provider did not answer in time. Nothing was charged."
    ),
    "server_error": _Told(
        "image_provider_error", logging.WARNING, message="The provider failed. Nothing was charged."
    ),
    "interrupted": _Told("server_error", logging.ERROR),
}


def told(error: ApiError, request_id: str) -> ApiError:
    """What our customer is told of the provider's `error`; the operator's line is written under `request_id`."""
    row = _TOLD.get(error.code, _BROKEN)
    if row.level is not None:
        # Neither the provider's words nor ours: they may quote key or prompt.
        theirs = error.request_id or "none"
        logger.log(
            row.level, "%s: provider: %s, status %d, its request id: %s", request_id, error.code, error.status, theirs
        )
    return ApiError(row.code, _message(row, error), param=error.param, retry_after=_retry_after(row, error))


def _message(row: _Told, error: ApiError) -> str:
    if row.code in ("invalid_request", "unsupported_size") and error.provider_said:
        return f"The provider refused the request: {error.provider_said}"
    return row.message


def _retry_after(row: _Told, error: ApiError) -> int | None:
    if ERRORS[row.code].retry_after is None:
        return None
    seconds = row.retry_after or error.retry_after or ERRORS[row.code].retry_after or SOONEST
    return min(max(seconds, SOONEST), LATEST)
