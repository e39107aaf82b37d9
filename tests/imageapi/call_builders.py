"""Builders for tests of the client: a call, and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playground.imageapi.catalog import MIB, Limits
from playground.imageapi.client.call import ImageApiCall
from playground.imageapi.errors import ApiError
from playground.imageapi.providers import PROFILES, ImageApi
from playground.imageapi.schemas import ImageRequest, ImageResult, PartialPicture, ReceivedPicture

KEY = "cr_test_key_0123456789abcdef"
QUICK = Limits(
    connect_seconds=2.0, error_body_seconds=0.3, fetch_seconds=0.5, retry_pace=0.01, picture_bytes=32 * MIB
)


@dataclass
class Outcome:
    """The outcome of a call: a result or an error, and everything that it reported on the way."""

    result: ImageResult | None = None
    error: ApiError | None = None
    sent: list[bool] = field(default_factory=list)
    partials: list[PartialPicture] = field(default_factory=list)
    pictures: list[ReceivedPicture] = field(default_factory=list)

    @property
    def code(self) -> str:
        """The code of the error; empty for a result."""
        return self.error.code if self.error else ""


def a_request(endpoint: Any = "generations", **fields: Any) -> ImageRequest:
    """A request for one small picture."""
    return ImageRequest(endpoint, **{"prompt": "a vase", "size": "1024x1024", "n": 1} | fields)


def a_call(
    base_url: str, folder: Path, outcome: Outcome, *, seconds: float = 20.0, limits: Limits = QUICK, **more: Any
) -> ImageApiCall:
    """A call to a listed API that notes in `outcome` what it tells; `on_sent` and the like may be replaced."""
    request = more.pop("request", None) or a_request()
    notes: dict[str, Callable[..., None]] = {
        "on_sent": lambda: outcome.sent.append(True),
        "on_partial": outcome.partials.append,
        "on_picture": outcome.pictures.append,
    }
    api = ImageApi("test", PROFILES["qcode"], base_url)
    options = {"listed": [base_url]} | notes | more
    return ImageApiCall(api, options.pop("key", KEY), request, folder, seconds=seconds, limits=limits, **options)


def run(call: ImageApiCall, outcome: Outcome) -> Outcome:
    """Run `call` and note how it ended."""
    try:
        outcome.result = call.run()
    except ApiError as error:
        outcome.error = error
    return outcome


def ask(base_url: str, folder: Path, **more: Any) -> Outcome:
    """Make a call and run it."""
    outcome = Outcome()
    return run(a_call(base_url, folder, outcome, **more), outcome)
