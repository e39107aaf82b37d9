"""The demo behind the renderer protocol: draw in child processes and deliver at the pace of a demo."""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from playground.demo_model import DrawBrief, EditBrief
from playground.demo_model.work import RenderedFiles, RenderJob, UnusableFile
from playground.gateway.client_connection import ClientConnection
from playground.gateway.parsing.image_check import RejectedFile, image_error
from playground.gateway.renderers.base import RenderedPicture, RenderedPreview, Rendering, RenderingOptions
from playground.imageapi.catalog import AUTO, parse_size
from playground.imageapi.errors import ApiError
from playground.imageapi.schemas import ImageRequest
from playground.processes.pool import PoolTask, ProcessPool

WORK: Final = "playground.demo_model.work:render_to_files"
# What the demo makes of `auto`; an automatic background follows the prompt.
AUTO_QUALITY: Final = "medium"
MEGAPIXEL: Final = 1_000_000
# Seconds; a drawing process that takes longer is lost.
LONGEST_DRAWING: Final = 60.0
type Result = RenderedFiles | UnusableFile


def event_times(seconds: float, previews: int) -> tuple[float, ...]:
    """Seconds after the start at which each preview and, last, the picture is shown, evenly spread."""
    return tuple(seconds * step / (previews + 1) for step in range(1, previews + 2))


class DemoRenderer:
    """Draws and edits with `pool`; a call takes `seconds()` whatever n is, or as long as the drawing needs."""

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
        shown_at: tuple[float, ...],
    ) -> None:
        self._request = request
        self._brief = brief
        self._drawings = drawings
        self._caller = client
        self._shown_at = shown_at
        self._started = time.monotonic()

    def __iter__(self) -> Iterator[RenderedPreview | RenderedPicture]:
        """Previews step by step, then the pictures."""
        *previews, end = self._shown_at
        for step, moment in enumerate(previews):
            for index, drawing in self._wait_for_drawings(moment):
                yield RenderedPreview(index, step, drawing.partials[step], self._look(drawing))
        for index, drawing in self._wait_for_drawings(end):
            yield RenderedPicture(index, drawing.picture, self._look(drawing), drawing.revised_prompt)

    def close(self) -> None:
        """Cancel drawings that have not started and wait for the others, so that the slot is really free."""
        wait([drawing for drawing in self._drawings if not drawing.cancel()], LONGEST_DRAWING)

    def _wait_for_drawings(self, moment: float) -> Iterator[tuple[int, RenderedFiles]]:
        self._caller.wait(self._started + moment - time.monotonic())
        for index, drawing in enumerate(self._drawings):
            pictures = self._caller.wait_for(drawing)
            if isinstance(pictures, UnusableFile):
                raise self._refusal(pictures)
            yield index, pictures

    def _refusal(self, file: UnusableFile) -> ApiError:
        """Name the file that turned out to be damaged once all of it was decoded."""
        names, mask = [source.name for source in self._request.images], self._request.mask
        unusable = (
            RejectedFile("mask", 1, "broken") if file.image is None else RejectedFile("image", file.image, "broken")
        )
        return image_error(unusable, names, mask.name if mask else "")

    def _look(self, drawing: RenderedFiles) -> RenderingOptions:
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
    """The demo with a pool of drawing processes; the first drawing starts them."""
    has_affinity = hasattr(os, "sched_getaffinity")
    cores = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1
    pool: ProcessPool[RenderJob, Result] = ProcessPool(WORK, children=max(1, cores // int(settings.WEB_WORKERS)))
    return DemoRenderer(pool, lambda: settings.DEMO_SECONDS)
