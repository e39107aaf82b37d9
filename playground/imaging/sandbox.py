"""Decode pictures in child processes, so that a hostile file can crash a child but not the server.

A child has limits of CPU and memory, and is replaced after MAX_FILES_PER_CHILD files or when it reaches a limit. Each
function here runs the function of the same name in a child. All raise PictureError, with the reason `limit` when the
picture costs too much, and those that write a file raise OSError when the disk is full.
"""

import atexit
import errno
import os
import resource
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, cast

from playground.imaging import annotations, convert, decode, frames, mask_lock, masks, normalize
from playground.imaging.alignment import Box, Placement
from playground.imaging.annotations import Annotation
from playground.imaging.convert import CheckedPicture, Conversion
from playground.imaging.decode import DiskFullError, PictureError, PictureFacts
from playground.imaging.frames import FramedPicture
from playground.imaging.mask_lock import LockFacts
from playground.imaging.masks import MaskFacts, Region
from playground.processes.child import (
    DECODER,
    MASK_LOCK,
    THUMBNAILS,
    ChildLostError,
    ChildProcess,
    ChildTaskError,
    report_wait,
)

CPU_SECONDS: Final = 20
MEMORY_BYTES: Final = 2 * 1024**3
MAX_FILES_PER_CHILD: Final = 200
# A child returns this in place of a PictureError's reason.
_DISK_FULL: Final = "disk_full"
# A child runs nothing else.
_FUNCTIONS: Final[dict[str, Callable[..., object]]] = {
    function.__name__: function
    for function in (
        decode.read_header,
        decode.read_headers,
        decode.read_result_header,
        convert.check_and_thumbnail,
        convert.convert_picture,
        convert.make_thumbnail,
        convert.read_rgba,
        normalize.normalize_source,
        masks.inspect_mask,
        masks.fit_mask,
        masks.mask_from_black_and_white,
        masks.marked_region,
        frames.frame_picture,
        annotations.draw_annotations,
        annotations.draw_annotated_copy,
        annotations.draw_annotated_thumbnail,
        mask_lock.lock_picture,
        mask_lock.measure_outside_change,
    )
}


class SandboxedDecoder:
    """Run functions in one child, one at a time. `name` is one of `child.POOLS`."""

    def __init__(self, name: str, niceness: int = 0) -> None:
        self._name = name
        self._niceness = niceness
        self._lock = threading.Lock()
        self._child: ChildProcess | None = None
        self._files = 0

    def run[Result](self, function: Callable[..., Result], *arguments: object) -> Result:
        """Return the result of a function of `_FUNCTIONS`. Raises PictureError, and OSError when the disk is full."""
        started = time.monotonic()
        with self._lock:
            report_wait(self._name, time.monotonic() - started)
            try:
                result, rejection = self._ensure_child().run((function.__name__, arguments))
            except (ChildLostError, ChildTaskError) as error:
                self._close_child()
                raise PictureError("limit") from error
        if rejection == _DISK_FULL:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if rejection:
            raise PictureError(rejection)
        return cast("Result", result)

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._close_child()

    def _ensure_child(self) -> ChildProcess:
        # The kernel may have killed an idle child, for example for memory. Replace it instead of rejecting a picture.
        if self._child is not None and (self._files >= MAX_FILES_PER_CHILD or not self._child.is_alive):
            self._close_child()
        if self._child is None:
            self._child = ChildProcess(f"{__name__}:run_in_sandbox", niceness=self._niceness)
        self._files += 1
        return self._child

    def _close_child(self) -> None:
        if self._child is not None:
            self._child.close()
        self._child, self._files = None, 0


_decoder: Final = SandboxedDecoder(DECODER)
# Locking takes seconds: uploads and pages must not wait for it.
_lock_decoder: Final = SandboxedDecoder(MASK_LOCK)
# Nobody waits for this one, so it yields the CPU to everything else.
_background_decoder: Final = SandboxedDecoder(THUMBNAILS, niceness=10)
for _each in (_decoder, _lock_decoder, _background_decoder):
    atexit.register(_each.close)


def read_header(path: Path) -> PictureFacts:
    """Return the facts of a picture without decoding it."""
    return _decoder.run(decode.read_header, path)


def read_result_header(path: Path) -> PictureFacts:
    """Return the facts of a result, which may also be a GIF or an SVG."""
    return _decoder.run(decode.read_result_header, path)


def read_headers(paths: Sequence[Path]) -> list[PictureFacts | None]:
    """Return the facts of each picture, None for an unusable one. Raises PictureError for `limit` only."""
    return _decoder.run(decode.read_headers, paths)


def check_and_thumbnail(source: Path, stem: Path, *, measures_transparency: bool = False) -> CheckedPicture:
    """Decode the whole picture, measure its transparency if asked, and write a thumbnail where that is possible.

    `stem` is the thumbnail's path without extension.
    """
    return _background_decoder.run(convert.check_and_thumbnail, source, stem, measures_transparency)


def convert_picture(source: Path, target: Path, conversion: Conversion) -> None:
    """Write the picture in another format."""
    _decoder.run(convert.convert_picture, source, target, conversion)


def make_thumbnail(source: Path, target: Path) -> None:
    """Write a thumbnail."""
    _decoder.run(convert.make_thumbnail, source, target)


def read_rgba(source: Path, size: tuple[int, int]) -> tuple[tuple[int, int], bytes]:
    """Return the upright picture's own size, and its RGBA at `size`, gzipped."""
    return _decoder.run(convert.read_rgba, source, size)


def normalize_source(source: Path, target: Path, thumbnail: Path | None = None) -> PictureFacts:
    """Write the picture upright and without metadata, as it may be sent to an API."""
    return _decoder.run(normalize.normalize_source, source, target, thumbnail)


def inspect_mask(path: Path) -> MaskFacts:
    """Return the facts of a mask file."""
    return _decoder.run(masks.inspect_mask, path)


def fit_mask(mask_file: Path, target: Path, size: tuple[int, int]) -> None:
    """Write the mask as the API takes it, at `size` in pixels."""
    _decoder.run(masks.fit_mask, mask_file, target, size)


def mask_from_black_and_white(source: Path, target: Path, *, white_marks: bool) -> None:
    """Write a mask from a black-and-white picture, of which white (else black) is marked."""
    _decoder.run(masks.mask_from_black_and_white, source, target, white_marks)


def marked_region(mask_file: Path) -> Region:
    """Return how much of the picture is marked, and where."""
    return _decoder.run(masks.marked_region, mask_file)


def frame_picture(
    source: Path, box: Box, target: Path, thumbnail: Path, mask_file: Path | None, mask_target: Path, max_bytes: int
) -> FramedPicture:
    """Write the part of the source in `box`, padded where the box reaches outside of it, and the mask for it."""
    return _decoder.run(frames.frame_picture, source, box, target, thumbnail, mask_file, mask_target, max_bytes)


def lock_picture(source: Path, mask_file: Path, result: Path, target: Path, kept: Box | None = None) -> LockFacts:
    """Write the source with the result inside the mask; `kept` is the picture within a source that was padded."""
    return _lock_decoder.run(mask_lock.lock_picture, source, mask_file, result, target, kept)


def measure_outside_change(
    source: Path, mask_file: Path, result: Path, heat_target: Path, placement: Placement
) -> float:
    """Return the percentage of pixels outside the mask that the API changed, and write a heat map of them."""
    return _lock_decoder.run(mask_lock.measure_outside_change, source, mask_file, result, heat_target, placement)


def draw_annotations(size: tuple[int, int], drawn: Sequence[Annotation], target: Path) -> PictureFacts:
    """Write annotations alone as a transparent PNG."""
    return _decoder.run(annotations.draw_annotations, size, drawn, target)


def draw_annotated_copy(source: Path, drawn: Sequence[Annotation], target: Path) -> PictureFacts:
    """Write a copy of the picture with annotations."""
    return _decoder.run(annotations.draw_annotated_copy, source, drawn, target)


def draw_annotated_thumbnail(
    thumbnail: Path, size: tuple[int, int], drawn: Sequence[Annotation], target: Path
) -> None:
    """Write a thumbnail with the annotations of a picture of `size`."""
    _decoder.run(annotations.draw_annotated_thumbnail, thumbnail, size, drawn, target)


def run_in_sandbox(job: tuple[str, tuple[Any, ...]]) -> tuple[object, str]:
    """Run in the child: return the result, or the reason why the picture was rejected.

    Each file may use CPU_SECONDS and MEMORY_BYTES.
    """
    usage = resource.getrusage(resource.RUSAGE_SELF)
    cpu_limit = int(usage.ru_utime + usage.ru_stime) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    name, arguments = job
    try:
        return _FUNCTIONS[name](*arguments), ""
    except DiskFullError:
        return None, _DISK_FULL
    except PictureError as error:
        return None, error.reason
