"""Another image API as a renderer. Its errors become errors of this API, with a log line for the operator."""

import logging
import queue
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from playground.core import metrics, spans
from playground.core.logging import CLIENT_ID_HEADER, current_request_id
from playground.gateway.client_connection import POLL_SECONDS, ClientConnection
from playground.gateway.parsing.image_check import RejectedFile, UploadedPaths, file_checks, image_error
from playground.gateway.renderers.base import RenderedPicture, RenderedPreview, Rendering, RenderingOptions
from playground.imageapi.catalog import AUTO, IMAGE_MODELS, Limits
from playground.imageapi.client.call import DEFAULT_LIMITS, ImageApiCall
from playground.imageapi.errors import ERRORS, ApiError
from playground.imageapi.pricing import rendered_quality
from playground.imageapi.providers import ImageApi, Profile
from playground.imageapi.schemas import ImageRequest, ImageResult, PartialPicture, SourceImage
from playground.imaging import sandbox
from playground.imaging.decode import PictureError, PictureFacts
from playground.processes.pool import PoolTask

logger = logging.getLogger("playground.gateway.upstream")

# Bounds of the seconds after which a customer may try again.
MIN_RETRY_AFTER: Final = 1
MAX_RETRY_AFTER: Final = 120
UNREACHABLE_RETRY_AFTER: Final = 5
# Nothing changes before the operator acts.
OPERATOR_RETRY_AFTER: Final = 60


@dataclass(frozen=True, slots=True)
class _ProviderAnswer:
    """The code that the customer gets. `level` is that of the operator's log line; None writes none."""

    code: str
    level: int | None = None
    retry_after: int | None = None
    message: str = ""


# A problem of the operator's account with the provider, which no customer causes or solves.
_ACCOUNT: Final = _ProviderAnswer("image_provider_unavailable", logging.ERROR, OPERATOR_RETRY_AFTER)
_BROKEN: Final = _ProviderAnswer("image_provider_error", logging.WARNING)
_PASSED: Final = ("moderation_blocked", "invalid_request", "unsupported_size", "image_too_large")
_ANSWERS: Final[dict[str, _ProviderAnswer]] = {
    **{code: _ProviderAnswer(code) for code in _PASSED},
    "unsupported_media_type": _ProviderAnswer("invalid_request"),
    "invalid_api_key": _ACCOUNT,
    "key_expired": _ACCOUNT,
    "permission_denied": _ACCOUNT,
    "not_found": _ACCOUNT,
    "model_not_found": _ACCOUNT,
    "method_not_allowed": _ACCOUNT,
    "crs_daily_exhausted": _ACCOUNT,
    "crs_total_exhausted": _ACCOUNT,
    "image_daily_limit": _ACCOUNT,
    "concurrency_exhausted": _ProviderAnswer("service_overloaded", logging.WARNING),
    "service_overloaded": _ProviderAnswer("service_overloaded", logging.WARNING),
    "image_provider_unavailable": _ProviderAnswer("image_provider_unavailable", logging.WARNING),
    "network_unreachable": _ProviderAnswer("image_provider_unavailable", logging.WARNING, UNREACHABLE_RETRY_AFTER),
    "upstream_timeout": _ProviderAnswer(
        "upstream_timeout", logging.WARNING, message="The provider didn't respond in time. You weren't charged."
    ),
    "server_error": _ProviderAnswer(
        "image_provider_error", logging.WARNING, message="The provider had an error. You weren't charged."
    ),
    "interrupted": _ProviderAnswer("server_error", logging.ERROR),
}


def customer_error(error: ApiError, request_id: str) -> ApiError:
    """Convert an error of the provider to one for the customer; log it for the operator under `request_id`."""
    row = _ANSWERS.get(error.code, _BROKEN)
    if row.level is not None:
        # Messages are left out: they may quote key or prompt.
        logger.log(
            row.level,
            "%s: provider: %s, status %d, its request id: %s",
            request_id,
            error.code,
            error.status,
            error.request_id or "none",
        )
    return ApiError(row.code, _message(row, error), param=error.param, retry_after=_retry_after(row, error))


def _message(row: _ProviderAnswer, error: ApiError) -> str:
    if row.code in ("invalid_request", "unsupported_size") and error.provider_message:
        return f"The provider rejected the request: {error.provider_message}"
    return row.message


def _retry_after(row: _ProviderAnswer, error: ApiError) -> int | None:
    if ERRORS[row.code].retry_after is None:
        return None
    seconds = row.retry_after or error.retry_after or ERRORS[row.code].retry_after or MIN_RETRY_AFTER
    return min(max(seconds, MIN_RETRY_AFTER), MAX_RETRY_AFTER)


PROVIDER: Final = Profile("upstream", "upstream", streams=True)
_MASK: Final = "fitted-mask.png"


class UpstreamRenderer:
    """Renders with the API at `base_url` and the operator's `key`, within `seconds` a call."""

    def __init__(self, base_url: str, key: str, seconds: float, limits: Limits = DEFAULT_LIMITS) -> None:
        self._api = ImageApi("upstream", PROVIDER, base_url)
        self._key = key
        self._seconds = seconds
        self._limits = limits

    def render(self, request: ImageRequest, client: ClientConnection, folder: Path) -> Rendering:
        """Forward the request. Raises ApiError for an unreadable mask, and ClientDisconnected."""
        partials: queue.SimpleQueue[PartialPicture | None] = queue.SimpleQueue()
        call = ImageApiCall(
            self._api,
            self._key,
            _forwarded_fields(_fit_mask(request, folder, client)),
            folder,
            seconds=self._seconds,
            listed=(self._api.base_url,),
            on_partial=partials.put,
            headers={CLIENT_ID_HEADER: current_request_id.get()},
            limits=self._limits,
            # The official API takes several pictures as an array only.
            images_field="image[]" if len(request.images) > 1 else "image",
        )
        return UpstreamRendering(call, partials, request, client)


class UpstreamRendering:
    """A call to the provider, in a thread of its own: the client may disconnect meanwhile."""

    def __init__(
        self,
        call: ImageApiCall,
        partials: "queue.SimpleQueue[PartialPicture | None]",
        request: ImageRequest,
        client: ClientConnection,
    ) -> None:
        self._call = call
        self._partials = partials
        self._request = request
        self._client = client
        self._request_id = current_request_id.get()
        self._outcome: Future[ImageResult] = Future()
        # A call that was sent is paid for, so its thread must outlive a client that leaves.
        threading.Thread(target=spans.in_this_trace(self._run), name="upstream", daemon=True).start()

    def __iter__(self) -> Iterator[RenderedPreview | RenderedPicture | None]:
        """Yield previews, and at the end the pictures: their format and size are known only then."""
        yield from self._previews()
        try:
            result = self._outcome.result()
        except ApiError as error:
            raise customer_error(error, self._request_id) from None
        pictures = list(self._pictures(result))
        if not pictures:
            raise customer_error(ApiError("garbled_response", request_id=result.request_id), self._request_id)
        yield from pictures

    def close(self) -> None:
        """Wait for the provider: it goes on, and is paid, also after a disconnect.

        A request that was not sent yet is aborted.
        """
        if not self._call.was_sent:
            self._call.abort()
        wait([self._outcome])

    def _run(self) -> None:
        started = time.monotonic()
        try:
            with spans.span("call image API", {"playground.api": PROVIDER.name}, is_call=True):
                result = self._call.run()
            self._outcome.set_result(result)
        except BaseException as error:  # handed to the thread that waits
            self._outcome.set_exception(error)
        finally:
            self._partials.put(None)
            labels = {"api": PROVIDER.name, "endpoint": self._request.endpoint}
            metrics.observe("upstream_seconds", time.monotonic() - started, labels)

    def _previews(self) -> Iterator[RenderedPreview | None]:
        while True:
            try:
                partial = self._partials.get(timeout=POLL_SECONDS)
            except queue.Empty:
                self._client.wait(0)
                yield None
                continue
            if partial is None:
                return
            # Providers may send previews that the customer did not ask for.
            if self._request.partial_images:
                yield self._preview(partial)

    def _preview(self, partial: PartialPicture) -> RenderedPreview:
        request = self._request
        background = request.background if request.background not in (None, AUTO) else "opaque"
        options = RenderingOptions(
            request.size or "", self._quality(""), background or "", request.output_format or "png"
        )
        return RenderedPreview(partial.index, partial.step, partial.path, options)

    def _pictures(self, result: ImageResult) -> Iterator[RenderedPicture]:
        """Yield the usable pictures, numbered again; files that are no pictures are left out."""
        try:
            checked = sandbox.read_headers([picture.path for picture in result.pictures])
        except PictureError:
            return
        usable = ((picture, facts) for picture, facts in zip(result.pictures, checked, strict=True) if facts)
        for index, (received, facts) in enumerate(usable):
            yield RenderedPicture(index, received.path, self._options(facts, result), received.revised_prompt)

    def _options(self, facts: PictureFacts, result: ImageResult) -> RenderingOptions:
        background = "transparent" if facts.has_alpha else "opaque"
        if facts.has_alpha and result.background == "opaque":
            background = "opaque"
        return RenderingOptions(
            f"{facts.width}x{facts.height}", self._quality(result.quality), background, facts.format
        )

    def _quality(self, reported: str) -> str:
        """Return the quality that the provider reports, else the requested one."""
        return rendered_quality(reported, self._request.quality)


def _forwarded_fields(request: ImageRequest) -> ImageRequest:
    """Keep only the parameters that the provider's model takes."""
    parameters = IMAGE_MODELS[request.model].accepted_parameters(request.parameters())
    return ImageRequest.from_parameters(request.endpoint, parameters, request.images, request.mask)


def _fit_mask(request: ImageRequest, folder: Path, client: ClientConnection) -> ImageRequest:
    """Resize the mask to the first picture. Raises ApiError and ClientDisconnected."""
    mask = request.mask
    if mask is None:
        return request
    paths = UploadedPaths((request.images[0].path, mask.path))
    (check,) = client.submit(file_checks, [PoolTask(paths)])
    checked = client.wait_for(check)
    if isinstance(checked, RejectedFile):
        raise image_error(checked, [request.images[0], mask], mask)
    picture, mask_facts = checked
    size = (picture.width, picture.height)
    if size == (mask_facts.width, mask_facts.height):
        return request
    target = folder / _MASK
    try:
        sandbox.fit_mask(mask.path, target, size)
    except PictureError as error:
        raise image_error(RejectedFile("mask", 1, error.reason), [], mask) from None
    return replace(request, mask=SourceImage(target, mask.name, "image/png", target.stat().st_size))
