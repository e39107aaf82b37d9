"""One call of the image API: what its log line says. Never a prompt, never a key."""

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
    """What is known of a call. `key` is the key's first 11 characters, `ignored` are unknown fields.

    `origin` is what the caller calls it, `site` where the caller reaches this server (see `web.requests.site_url`),
    `micro_usd` what it cost; `is_written` says that the books have a row of it.
    """

    id: str
    endpoint: str
    origin: str = ""
    site: str = ""
    started: float = field(default_factory=time.monotonic)
    key: str = ""
    code: str = ""
    n: int | None = None
    size: str | None = None
    quality: str | None = None
    ignored: tuple[str, ...] = ()
    micro_usd: int = 0
    is_written: bool = False

    def describe(self, asked: ImageRequest) -> None:
        """Remember what is asked for."""
        self.n, self.size, self.quality = asked.n, asked.size, asked.quality

    def log(self, status: int) -> None:
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
        # Of a call that is delivered the middleware has taken its leave: the line is under its id all the same.
        mark = current_request_id.set(self.id)
        logger.info(json.dumps(line), extra={"call": line})
        current_request_id.reset(mark)
        metrics.increment("api_calls", {"endpoint": self.endpoint, "status": str(status), "code": self.code})

    def log_unexpected(self, error: Exception) -> None:
        """Write where a fault of ours happened. Its own words are left out: they may quote the request."""
        where = "".join(traceback.format_tb(error.__traceback__))
        logger.error("%s: unexpected %s at\n%s", self.id, type(error).__name__, where)
