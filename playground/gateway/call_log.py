"""The log line of one call of the image API. It never holds a prompt or a key."""

import json
import logging
import time
import traceback
from dataclasses import dataclass, field

from playground.core import metrics
from playground.core.logging import current_request_id
from playground.imageapi.schemas import ImageRequest

logger = logging.getLogger("playground.gateway.calls")


@dataclass(slots=True)
class CallLog:
    """Values of the line. `key` is the key's first 11 characters, `ignored` are unknown fields.

    `key_id` and `daily_images` are those of the key's row, for the headers of the response.

    `origin` is the client's own id of the call, `site` the address under which it reaches this server (see
    `core.logging.site_url`), `micro_usd` the price. `is_recorded` says whether the database has a row of the call.
    """

    id: str
    endpoint: str
    origin: str = ""
    site: str = ""
    started: float = field(default_factory=time.monotonic)
    key: str = ""
    key_id: int | None = None
    daily_images: int = 0
    code: str = ""
    n: int | None = None
    size: str | None = None
    quality: str | None = None
    ignored: tuple[str, ...] = ()
    micro_usd: int = 0
    is_recorded: bool = False

    def add_request(self, image_request: ImageRequest) -> None:
        """Take the values of the request."""
        # Never the prompt: logs are copied to places where prompts must not be.
        self.n, self.size, self.quality = image_request.n, image_request.size, image_request.quality

    def write(self, status: int) -> None:
        """Write the line of a call that ended."""
        line = {
            "request_id": self.id,
            "key": self.key,
            "endpoint": self.endpoint,
            "status": status,
            "code": self.code,
            "seconds": round(time.monotonic() - self.started, 3),
            "n": self.n,
            "size": self.size,
            "quality": self.quality,
            "micro_usd": self.micro_usd,
            "origin": self.origin,
        }
        # The request-id middleware has finished by the time a streamed response ends, so set the id again.
        reset_token = current_request_id.set(self.id)
        logger.info(json.dumps(line), extra={"call": line})
        current_request_id.reset(reset_token)
        metrics.increment("api_calls", {"endpoint": self.endpoint, "status": str(status), "code": self.code})

    def write_error(self, error: Exception) -> None:
        """Log where an unexpected error was raised. Its message is left out: it may quote the request."""
        # The traceback alone names the place; its source lines hold no values.
        trace = "".join(traceback.format_tb(error.__traceback__))
        logger.error("%s: unexpected %s at\n%s", self.id, type(error).__name__, trace)
