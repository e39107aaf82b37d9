"""Long-lived children that touch pictures, so that a hostile file costs a child and not the server.

A child has limits of CPU and memory, and is replaced after 200 files or when it hits one.
"""

import atexit
import errno
import os
import resource
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Literal

from playground.imaging import convert as encode
from playground.imaging import decode, mask_lock, masks, normalize
from playground.imaging import mask_lock as locking
from playground.imaging.alignment import Placement
from playground.imaging.convert import Conversion
from playground.imaging.decode import PictureError, PictureFacts
from playground.imaging.files import DiskFullError
from playground.imaging.mask_lock import LockFacts
from playground.imaging.masks import MaskFacts, Region
from playground.processes.child import ChildLostError, ChildProcess, ChildTaskError

CPU_SECONDS: Final = 20
MEMORY_BYTES: Final = 2 * 1024**3
FILES_A_CHILD: Final = 200
# What a child says instead of a PictureError's reason.
_DISK_FULL: Final = "disk_full"
Work = Literal[
    "head",
    "heads",
    "check_and_thumbnail",
    "convert",
    "thumbnail",
    "rgba",
    "take_in",
    "inspect_mask",
    "fit_mask",
    "from_black_and_white",
    "marked_region",
    "lock",
    "outside_changed",
]
WORKS: Final[dict[Work, Callable[..., object]]] = {
    "head": decode.read_header,
    "heads": decode.read_headers,
    "check_and_thumbnail": encode.check_and_thumbnail,
    "convert": encode.convert_picture,
    "thumbnail": encode.make_thumbnail,
    "rgba": encode.rgba,
    "take_in": normalize.normalize_source,
    "inspect_mask": masks.inspect_mask,
    "fit_mask": masks.fit_mask,
    "from_black_and_white": masks.from_black_and_white,
    "marked_region": masks.marked_region,
    "lock": locking.lock_picture,
    "outside_changed": mask_lock.measure_outside_change,
}


def head(path: Path) -> PictureFacts:
    """What the picture is, of a file that holds all of it, undecoded.

    Raises PictureError, with `limit` when it cost too much to find out.
    """
    facts = _desk.run("head", path)
    assert isinstance(facts, PictureFacts)
    return facts


def heads(paths: Sequence[Path]) -> list[PictureFacts | None]:
    """The same of several at once, None for those that cannot be used. Raises PictureError when it cost too much."""
    facts = _desk.run("heads", paths)
    assert isinstance(facts, list)
    return facts


def check_and_thumbnail(source: Path, target: Path, *, patience: float = -1) -> bool:
    """Decode the whole picture and write a small one; whether that could be written. Raises PictureError.

    Raises Busy when nobody had time for it within `patience` seconds; a negative one waits for ever.
    """
    return bool(_back.run("check_and_thumbnail", source, target, patience=patience))


def convert(source: Path, target: Path, conversion: Conversion) -> None:
    """Write the picture in another format. Raises PictureError."""
    _desk.run("convert", source, target, conversion)


def thumbnail(source: Path, target: Path) -> None:
    """Write a small picture for lists. Raises PictureError."""
    _desk.run("thumbnail", source, target)


def rgba(source: Path, size: tuple[int, int]) -> tuple[tuple[int, int], bytes]:
    """The upright picture's own size, and its RGBA at `size`, gzipped. Raises PictureError."""
    (width, height), pixels = _desk.run("rgba", source, size)
    return (width, height), pixels


def take_in(source: Path, target: Path, thumbnail: Path | None = None) -> PictureFacts:
    """Write what may be sent of `source` to `target`: upright, without metadata. Raises PictureError."""
    facts = _desk.run("take_in", source, target, thumbnail)
    assert isinstance(facts, PictureFacts)
    return facts


def inspect_mask(path: Path) -> MaskFacts:
    """What a mask file is. Raises PictureError."""
    facts = _desk.run("inspect_mask", path)
    assert isinstance(facts, MaskFacts)
    return facts


def fit_mask(mask_file: Path, target: Path, size: tuple[int, int]) -> None:
    """Write the mask as the API takes it, at `size` in pixels. Raises PictureError."""
    _desk.run("fit_mask", mask_file, target, size)


def from_black_and_white(source: Path, target: Path, *, white_marks: bool) -> None:
    """Write a mask from a black-and-white picture, of which white (else black) is marked. Raises PictureError."""
    _desk.run("from_black_and_white", source, target, white_marks)


def marked_region(mask_file: Path) -> Region:
    """How much is marked and where, for words. Raises PictureError."""
    region = _desk.run("marked_region", mask_file)
    assert isinstance(region, Region)
    return region


def lock(source: Path, mask_file: Path, result: Path, target: Path) -> LockFacts:
    """Write the source with the result inside the mask to `target`. Raises PictureError."""
    facts = _bench.run("lock", source, mask_file, result, target)
    assert isinstance(facts, LockFacts)
    return facts


def outside_changed(source: Path, mask_file: Path, result: Path, heat_target: Path, placement: Placement) -> float:
    """How many percent of the pixels outside the mask changed once the result is moved back; writes where.

    Raises PictureError.
    """
    percent = _bench.run("outside_changed", source, mask_file, result, heat_target, placement)
    assert isinstance(percent, float)
    return percent


class DecoderBusyError(Exception):
    """The child has other work."""


class SandboxedDecoder:
    """Where pictures are handed to the child and its findings come back, one at a time.

    Every work that writes a file raises OSError when the disk is full.
    """

    def __init__(self, niceness: int = 0) -> None:
        self._niceness = niceness
        self._lock = threading.Lock()
        self._child: ChildProcess | None = None
        self._files = 0

    def run(self, work: Work, *arguments: object, patience: float = -1) -> Any:
        """What `work` returns in the child. Raises PictureError, and Busy after `patience` seconds."""
        if not self._lock.acquire(timeout=patience):
            raise DecoderBusyError
        try:
            outcome, refused = self._open().run((work, arguments))
        except (ChildLostError, ChildTaskError) as error:
            self._drop()
            raise PictureError("limit") from error
        finally:
            self._lock.release()
        if refused == _DISK_FULL:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if refused:
            raise PictureError(refused)
        return outcome

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._drop()

    def _open(self) -> ChildProcess:
        # One that was ended from outside died of no picture: it is replaced before the next one suffers for it.
        if self._child is not None and (self._files >= FILES_A_CHILD or not self._child.is_alive):
            self._drop()
        if self._child is None:
            self._child = ChildProcess(f"{__name__}:run_in_sandbox", niceness=self._niceness)
        self._files += 1
        return self._child

    def _drop(self) -> None:
        if self._child is not None:
            self._child.close()
        self._child, self._files = None, 0


def run_in_sandbox(job: tuple[Work, tuple[Any, ...]]) -> tuple[object, str]:
    """In the child: the outcome, or why the picture is refused. This file may use CPU_SECONDS and MEMORY_BYTES."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    work, arguments = job
    try:
        return WORKS[work](*arguments), ""
    except DiskFullError:
        return None, _DISK_FULL
    except PictureError as error:
        return None, error.reason


_desk = SandboxedDecoder()
# Long work has a child of its own, so that nobody's upload or picture waits behind it.
_bench = SandboxedDecoder()
# What nobody waits for gives way to everything else.
_back = SandboxedDecoder(niceness=10)
for _one in (_desk, _bench, _back):
    atexit.register(_one.close)
