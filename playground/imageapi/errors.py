"""All error codes of the image API and of connections to it, one row each, and the exception for them."""

from dataclasses import dataclass
from typing import Any, Final, Literal

from playground.imageapi.catalog import MAX_FILE_BYTES, MAX_TOTAL_BYTES, MIB

Charged = Literal["no", "maybe", "yes"]
# The status of a CDN that did not wait for the response of its origin; its body is a page instead of JSON.
CDN_TIMEOUT: Final = 524
# Why a run was interrupted. Empty: the server was restarted. disk: it did not take the response. files: those to send
# could not be read. worker: its heartbeat stopped.
Fault = Literal["", "server", "disk", "files", "worker"]


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """One error: its HTTP status and type, and whether it may have cost money.

    `is_local`: this server reports it about a connection; no API sends it. `other_statuses` are those that proxies
    and CDNs send for it.
    """

    code: str
    status: int
    type: str
    message: str
    charged: Charged = "no"
    retry_after: int | None = None
    should_retry: bool | None = None
    is_local: bool = False
    other_statuses: tuple[int, ...] = ()


# The official SDKs repeat 408, 409, 429 and 5xx twice unless `x-should-retry` is false. `should_retry=False` stands
# where repeating cannot help, or may cost a second picture. Their texts on pages: pages/texts/error_codes.py.
_ROWS: Final = (
    ErrorCode("invalid_request", 400, "invalid_request_error", "The request is invalid."),
    ErrorCode(
        "moderation_blocked",
        400,
        "image_generation_user_error",
        "Your request was rejected by the safety system. You weren't charged.",
    ),
    ErrorCode(
        "invalid_api_key", 401, "authentication_error", "The API key is wrong or disabled.", should_retry=False
    ),
    ErrorCode("key_expired", 401, "authentication_error", "The API key has expired.", should_retry=False),
    ErrorCode("permission_denied", 403, "permission_error", "The API key doesn't have access to this model."),
    ErrorCode("not_found", 404, "invalid_request_error", "This URL doesn't exist."),
    ErrorCode("model_not_found", 404, "invalid_request_error", "The model does not exist."),
    ErrorCode("method_not_allowed", 405, "invalid_request_error", "This URL doesn't support this method."),
    ErrorCode(
        "idempotency_in_progress",
        409,
        "invalid_request_error",
        "The first request with this idempotency key is still running.",
    ),
    ErrorCode(
        "idempotency_expired",
        409,
        "invalid_request_error",
        "The response to the first request with this idempotency key is no longer stored. No image was generated, "
        "and you weren't charged again. Send the request with a new key to generate it and be charged again.",
        # The SDKs repeat every 409 by themselves, and this one never changes.
        should_retry=False,
    ),
    ErrorCode(
        "image_too_large",
        413,
        "invalid_request_error",
        f"A file is over {MAX_FILE_BYTES // MIB} MB, or all files together are over {MAX_TOTAL_BYTES // MIB} MB.",
    ),
    ErrorCode("unsupported_media_type", 415, "invalid_request_error", "The content type isn't supported."),
    ErrorCode("unsupported_size", 422, "invalid_request_error", "The size isn't supported."),
    ErrorCode(
        "idempotency_mismatch",
        422,
        "invalid_request_error",
        "The idempotency key was already used with a different request.",
    ),
    ErrorCode(
        # Codes with `crs_` are QCode's names; programs written for QCode know them.
        "crs_daily_exhausted",
        429,
        "rate_limit_error",
        "The account's daily budget is used up.",
        should_retry=False,
    ),
    ErrorCode(
        "crs_total_exhausted",
        429,
        "rate_limit_error",
        "The account's total budget is used up.",
        should_retry=False,
    ),
    ErrorCode(
        "image_daily_limit",
        429,
        "rate_limit_error",
        "Daily image generation count limit reached.",
        should_retry=False,
    ),
    ErrorCode(
        "concurrency_exhausted",
        429,
        "rate_limit_error",
        "The API key is at its concurrency limit.",
        retry_after=5,
    ),
    ErrorCode(
        "client_gone",
        # nginx writes so of a client that closed the connection. Logs and usage show it; a client that closed only
        # its own side reads it.
        499,
        "invalid_request_error",
        "The connection was closed before the request or the response was complete. You weren't charged.",
    ),
    ErrorCode("server_error", 500, "server_error", "Internal server error. You weren't charged.", should_retry=False),
    ErrorCode(
        "image_provider_error",
        502,
        "server_error",
        "The provider's response was unusable.",
        charged="maybe",
        should_retry=False,
    ),
    ErrorCode(
        "service_overloaded", 503, "server_error", "The service is overloaded; try again later.", retry_after=10
    ),
    ErrorCode("image_provider_unavailable", 503, "server_error", "The provider is unavailable.", retry_after=5),
    ErrorCode(
        "upstream_timeout",
        504,
        "server_error",
        "No response arrived within the time limit.",
        charged="maybe",
        should_retry=False,
        other_statuses=(CDN_TIMEOUT,),
    ),
    # Errors of connections and of runs; no API sends them.
    ErrorCode("network_unreachable", 0, "connection_error", "The API couldn't be reached.", is_local=True),
    ErrorCode(
        "unknown_outcome",
        0,
        "connection_error",
        "The connection was lost after the request was sent.",
        charged="maybe",
        is_local=True,
    ),
    ErrorCode(
        "garbled_response", 0, "connection_error", "The response was unusable.", charged="maybe", is_local=True
    ),
    ErrorCode(
        "interrupted", 0, "connection_error", "The server was restarted or failed.", charged="maybe", is_local=True
    ),
    ErrorCode(
        "key_forgotten", 0, "connection_error", "The key was removed before the request was sent.", is_local=True
    ),
    ErrorCode("cancelled", 0, "connection_error", "The run was cancelled.", charged="maybe", is_local=True),
)
ERRORS: Final = {row.code: row for row in _ROWS}
# Limits that end by themselves, at midnight in Beijing. A total budget does not: waiting never helps there.
UNTIL_MIDNIGHT: Final = ("image_daily_limit", "crs_daily_exhausted")
API_ERRORS: Final = tuple(row for row in _ROWS if not row.is_local)


class ApiError(Exception):
    """A failed call. The built-in API turns it into JSON, the client turns JSON into it.

    `code` is a key of ERRORS. `message` is safe to log: it holds no key. `provider_message` is the provider's
    own message, redacted and cut, or empty. `retry_after` is in whole seconds. `fault` says what broke
    on this side.
    """

    def __init__(
        self,
        code: str,
        message: str = "",
        *,
        param: str | None = None,
        status: int | None = None,
        retry_after: int | None = None,
        provider_message: str = "",
        request_id: str = "",
        charged: Charged | None = None,
        fault: Fault = "",
    ) -> None:
        # A code without a row is a bug in this program, so this raises KeyError.
        row = ERRORS[code]
        self.row = row
        self.code = code
        self.message = message or row.message
        self.param = param
        self.status = row.status if status is None else status
        self.retry_after = row.retry_after if retry_after is None else retry_after
        self.provider_message = provider_message
        self.request_id = request_id
        self.charged: Charged = charged or row.charged
        self.fault: Fault = fault
        super().__init__(f"{code}: {self.message}")

    def as_json(self) -> dict[str, Any]:
        """Return the error in the OpenAI schema."""
        return {"error": {"type": self.row.type, "code": self.code, "message": self.message, "param": self.param}}


# The images a day of a key, those that are left, and the seconds until the quota resets.
RATE_LIMIT_HEADERS: Final = (
    "x-ratelimit-limit-images",
    "x-ratelimit-remaining-images",
    "x-ratelimit-reset-images",
)
REHEARSAL_HEADER: Final = "X-Rehearse"
PARTIAL_REHEARSAL: Final = "partial"
# Rehearsed as a broken or unusable response; the other codes are responses of the API.
BROKEN_REHEARSALS: Final = ("upstream_timeout", "unknown_outcome", "garbled_response")
REHEARSAL_CODES: Final = (*(row.code for row in API_ERRORS), "unknown_outcome", "garbled_response", PARTIAL_REHEARSAL)
