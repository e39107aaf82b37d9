"""A real provider behind the renderer protocol: forwards a call, and hands on what comes back."""

import queue
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, wait
from dataclasses import replace
from pathlib import Path
from typing import Final

from playground.gateway.caller import LOOK_EVERY, Caller
from playground.gateway.looking import Files, Unusable
from playground.gateway.refusals import file_checks, refusal
from playground.gateway.renderers import Look, Picture, Preview, Rendering
from playground.gateway.renderers.pool import Task
from playground.gateway.renderers.provider_errors import told
from playground.imageapi.client import DEFAULT_LIMITS, Call
from playground.imageapi.errors import ApiError
from playground.imageapi.limits import Limits
from playground.imageapi.messages import ImageRequest, ImageResult, PartialPicture, Source
from playground.imageapi.models import MODELS
from playground.imageapi.options import AUTO
from playground.imageapi.prices import rendered_quality
from playground.imageapi.profiles import ImageApi, Profile
from playground.pixels import child
from playground.pixels.decode import PictureError, PictureFacts
from playground.web import metrics
from playground.web.requests import ORIGIN_HEADER, current_request_id

PROVIDER: Final = Profile("upstream", "upstream", streams=True, calls_at_once=None)
_MASK: Final = "fitted-mask.png"


class UpstreamRenderer:
    """Lets the API at `base_url` make the pictures, with the operator's `key`, within `seconds` a call."""

    def __init__(self, base_url: str, key: str, seconds: float, limits: Limits = DEFAULT_LIMITS) -> None:
        self._api = ImageApi("upstream", PROVIDER, base_url)
        self._key = key
        self._seconds = seconds
        self._limits = limits

    def render(self, request: ImageRequest, caller: Caller, folder: Path) -> Rendering:
        """Send the request on. Raises ApiError for a mask that cannot be read, and CallerLeft."""
        came: queue.SimpleQueue[PartialPicture | None] = queue.SimpleQueue()
        call = Call(
            self._api,
            self._key,
            _forwarded(_with_fitting_mask(request, folder, caller)),
            folder,
            seconds=self._seconds,
            listed=(self._api.base_url,),
            on_partial=came.put,
            headers={ORIGIN_HEADER: current_request_id.get()},
            limits=self._limits,
            # The official API takes several pictures as an array only.
            images_field="image[]" if len(request.images) > 1 else "image",
        )
        return UpstreamRendering(call, came, request, caller)


class UpstreamRendering:
    """A call to the provider, which runs in a thread of its own: its caller may leave meanwhile."""

    def __init__(
        self,
        call: Call,
        came: "queue.SimpleQueue[PartialPicture | None]",
        request: ImageRequest,
        caller: Caller,
    ) -> None:
        self._call = call
        self._came = came
        self._request = request
        self._caller = caller
        self._request_id = current_request_id.get()
        self._outcome: Future[ImageResult] = Future()
        threading.Thread(target=self._run, name="upstream", daemon=True).start()

    def __iter__(self) -> Iterator[Preview | Picture]:
        """Previews as they come, and at the end the pictures: only then it is known what they are."""
        yield from self._previews()
        try:
            result = self._outcome.result()
        except ApiError as error:
            raise told(error, self._request_id) from None
        pictures = list(self._pictures(result))
        if not pictures:
            raise told(ApiError("garbled_response", request_id=result.request_id), self._request_id)
        yield from pictures

    def close(self) -> None:
        """Wait until the provider is done: it goes on, and is paid, when nobody listens any more.

        A request that was not sent yet is not sent.
        """
        if not self._call.sent:
            self._call.abort()
        wait([self._outcome])

    def _run(self) -> None:
        started = time.monotonic()
        try:
            self._outcome.set_result(self._call.run())
        except BaseException as error:  # handed to the thread that waits
            self._outcome.set_exception(error)
        finally:
            self._came.put(None)
            labels = {"api": PROVIDER.name, "endpoint": self._request.endpoint}
            metrics.observe("upstream_seconds", time.monotonic() - started, labels)

    def _previews(self) -> Iterator[Preview]:
        while True:
            try:
                partial = self._came.get(timeout=LOOK_EVERY)
            except queue.Empty:
                self._caller.wait(0)
                continue
            if partial is None:
                return
            if self._request.partial_images:
                yield self._preview(partial)

    def _preview(self, partial: PartialPicture) -> Preview:
        asked = self._request
        background = asked.background if asked.background not in (None, AUTO) else "opaque"
        look = Look(asked.size or "", self._quality(""), background or "", asked.output_format or "png")
        return Preview(partial.index, partial.step, partial.path, look)

    def _pictures(self, result: ImageResult) -> Iterator[Picture]:
        """The usable pictures, numbered anew; files that are none are left out."""
        try:
            checked = child.heads([one.path for one in result.pictures])
        except PictureError:
            return
        usable = ((one, facts) for one, facts in zip(result.pictures, checked, strict=True) if facts)
        for index, (received, facts) in enumerate(usable):
            yield Picture(index, received.path, self._look(facts, result), received.revised_prompt)

    def _look(self, facts: PictureFacts, result: ImageResult) -> Look:
        background = "transparent" if facts.has_alpha else "opaque"
        if facts.has_alpha and result.background == "opaque":
            background = "opaque"
        return Look(f"{facts.width}x{facts.height}", self._quality(result.quality), background, facts.format)

    def _quality(self, said: str) -> str:
        """What was rendered: as the provider says, else as it was asked for."""
        return rendered_quality(said, self._request.quality)


def _forwarded(request: ImageRequest) -> ImageRequest:
    """The request as the provider's model takes it."""
    parameters = MODELS[request.model].taken(request.parameters())
    return ImageRequest.from_parameters(request.endpoint, parameters, request.images, request.mask)


def _with_fitting_mask(request: ImageRequest, folder: Path, caller: Caller) -> ImageRequest:
    """The request with a mask as large as the first picture. Raises ApiError, and CallerLeft."""
    mask = request.mask
    if mask is None:
        return request
    files = Files((request.images[0].path, mask.path))
    (looked,) = file_checks.submit([Task(files)], owner=caller.account)
    seen = caller.wait_for(looked)
    if isinstance(seen, Unusable):
        raise refusal(seen, [request.images[0].name, mask.name], mask.name)
    picture, present = seen
    size = (picture.width, picture.height)
    if size == (present.width, present.height):
        return request
    target = folder / _MASK
    try:
        child.fit_mask(mask.path, target, size)
    except PictureError as error:
        raise refusal(Unusable("mask", 1, error.reason), [], mask.name) from None
    return replace(request, mask=Source(target, mask.name, "image/png", target.stat().st_size))
