"""The demo model as a renderer: draw in child processes, and deliver at a model's pace."""

import os
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, wait
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from playground.demo_model import DrawBrief, EditBrief
from playground.demo_model.work import RenderedFiles, RenderJob, UnusableFile
from playground.gateway.client_connection import POLL_SECONDS, ClientConnection
from playground.gateway.parsing.image_check import RejectedFile, image_error
from playground.gateway.renderers.base import (
    PAUSE_SECONDS,
    RenderedPicture,
    RenderedPreview,
    Rendering,
    RenderingOptions,
)
from playground.imageapi.catalog import AUTO, parse_size
from playground.imageapi.errors import ApiError
from playground.imageapi.schemas import ImageRequest
from playground.processes.child import DRAWING
from playground.processes.pool import PoolTask, ProcessPool

WORK: Final = "playground.demo_model.work:render_to_files"
# The demo's choice for `auto`; an automatic background follows the prompt.
AUTO_QUALITY: Final = "medium"
MEGAPIXEL: Final = 1_000_000
# A drawing that takes longer is taken for lost.
MAX_DRAWING_SECONDS: Final = 60.0
type Result = RenderedFiles | UnusableFile


def event_times(seconds: float, previews: int) -> tuple[float, ...]:
    """Spread the previews and, last, the picture evenly; return seconds after the start."""
    return tuple(seconds * step / (previews + 1) for step in range(1, previews + 2))


class DemoRenderer:
    """Draws with `pool`; a call takes `seconds()` for any n, or longer when drawing does."""

    def __init__(self, pool: "ProcessPool[RenderJob, Result]", seconds: Callable[[], float]) -> None:
        self._pool = pool
        self._seconds = seconds

    def render(self, request: ImageRequest, client: ClientConnection, folder: Path) -> Rendering:
        """Queue all pictures. Raises ApiError `service_overloaded` when they would come too late."""
        briefs = [_brief_from_request(request, index) for index in range(request.n or 1)]
        tasks = [PoolTask(RenderJob(brief, folder), brief.width * brief.height / MEGAPIXEL) for brief in briefs]
        drawings = client.submit(self._pool, tasks)
        return DemoRendering(request, briefs[0], drawings, client, event_times(self._seconds(), briefs[0].partials))


class DemoRendering:
    """The drawings of one call, delivered at their times."""

    def __init__(
        self,
        request: ImageRequest,
        brief: DrawBrief,
        drawings: list[Future[Result]],
        client: ClientConnection,
        event_seconds: tuple[float, ...],
    ) -> None:
        self._request = request
        self._brief = brief
        self._drawings = drawings
        self._client = client
        self._event_seconds = event_seconds
        self._started = time.monotonic()

    def __iter__(self) -> Iterator[RenderedPreview | RenderedPicture | None]:
        *previews, end = self._event_seconds
        for step, seconds in enumerate(previews):
            yield from self._wait_until(seconds)
            for index, future in enumerate(self._drawings):
                drawing = yield from self._wait_for(future)
                yield RenderedPreview(index, step, drawing.partials[step], self._options(drawing))
        yield from self._wait_until(end)
        for index, future in enumerate(self._drawings):
            drawing = yield from self._wait_for(future)
            yield RenderedPicture(index, drawing.picture, self._options(drawing), drawing.revised_prompt)

    def close(self) -> None:
        """Cancel drawings that have not started, and wait for the others: they still occupy the key's slots."""
        wait([drawing for drawing in self._drawings if not drawing.cancel()], MAX_DRAWING_SECONDS)

    def _wait_until(self, seconds: float) -> Iterator[None]:
        """Wait until so many seconds after the start."""
        end = self._started + seconds
        while (left := end - time.monotonic()) > PAUSE_SECONDS:
            self._client.wait(PAUSE_SECONDS)
            yield None
        self._client.wait(left)

    def _wait_for(self, future: Future[Result]) -> Generator[None, None, RenderedFiles]:
        while not wait([future], POLL_SECONDS).done:
            self._client.wait(0)
            yield None
        files = self._client.wait_for(future)
        if isinstance(files, UnusableFile):
            raise self._damaged_file_error(files)
        return files

    def _damaged_file_error(self, file: UnusableFile) -> ApiError:
        """Name a file with a good header that cannot be decoded to its end."""
        is_mask = file.image is None
        rejected = RejectedFile("mask" if is_mask else "image", file.image or 1, "broken")
        return image_error(rejected, self._request.images, self._request.mask)

    def _options(self, drawing: RenderedFiles) -> RenderingOptions:
        background = "transparent" if drawing.has_alpha else "opaque"
        size = f"{self._brief.width}x{self._brief.height}"
        return RenderingOptions(size, self._brief.quality, background, self._brief.output_format)


def _brief_from_request(request: ImageRequest, index: int) -> DrawBrief:
    width, height = parse_size(request.size or "")
    common: dict[str, Any] = {
        "prompt": request.prompt,
        "width": width,
        "height": height,
        "quality": AUTO_QUALITY if request.quality in (None, AUTO) else request.quality,
        "index": index,
        "background": request.background or AUTO,
        "output_format": request.output_format or "png",
        "output_compression": 100 if request.output_compression is None else request.output_compression,
        "partials": request.partial_images or 0 if request.stream else 0,
        "user_seed": request.user or "",
    }
    if request.endpoint == "generations":
        return DrawBrief(**common)
    images = tuple(source.path for source in request.images)
    mask = request.mask.path if request.mask else None
    return EditBrief(**common, images=images, mask=mask, input_fidelity=request.input_fidelity or "low")


def start_demo_renderer() -> DemoRenderer:
    """Create the renderer with a pool of processes, which start at the first drawing."""
    # A container may have fewer cores than its machine; os.cpu_count() does not know.
    has_affinity = hasattr(os, "sched_getaffinity")
    cores = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1
    children = max(1, cores // int(settings.WEB_WORKERS))
    pool: ProcessPool[RenderJob, Result] = ProcessPool(WORK, name=DRAWING, children=children)
    return DemoRenderer(pool, lambda: settings.DEMO_SECONDS)
