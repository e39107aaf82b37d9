"""What callers are told of a file that cannot be used, and of a disk that is full."""

from typing import Final

from playground.full_disk import is_full
from playground.gateway.looking import Files, Seen, Unusable
from playground.gateway.renderers.pool import Pool
from playground.imageapi.errors import ApiError
from playground.imageapi.options import MAX_EDGE, MAX_PIXELS

_REASONS: Final = {
    "format": "is not a PNG, JPEG or WebP picture; save it as one of these",
    "size": f"has over {MAX_PIXELS // 1_000_000} megapixels, or over {MAX_EDGE:,} pixels a side",
    "png": "must be a PNG picture, whose transparent area is repainted",
    "broken": "is damaged and cannot be read",
}


def called(field: str, number: int, name: str) -> str:
    """How a file is called in sentences: `image 2 (cat.png)`, `mask (m.png)`. `number` counts from 1."""
    return f"mask ({name})" if field == "mask" else f"{field} {number} ({name})"


def refusal(found: Unusable, names: list[str], mask: str) -> ApiError:
    """The error for a file; `names` are those of the images in order, `mask` that of the mask."""
    name = mask if found.field == "mask" else names[found.number - 1]
    reason = _REASONS.get(found.reason, "cannot be read")
    return ApiError("invalid_request", f"{called(found.field, found.number, name)} {reason}.", param=found.field)


def disk_full() -> ApiError:
    """The error for a call that the server has no room for."""
    message = "The server's disk is full; nothing was sent and nothing was charged. Try again later."
    return ApiError("server_error", message)


def error_of(error: Exception) -> ApiError:
    """The error for whatever broke in the server."""
    return disk_full() if is_full(error) else ApiError("server_error")


# Heads of files can be hostile: a child process reads them.
file_checks: "Pool[Files, tuple[Seen, ...] | Unusable]" = Pool("playground.gateway.looking:look", children=1)
