"""How long tasks wait for a child process: reported to observers, because this package knows no metrics."""

from collections.abc import Callable
from typing import Final

# The child processes by their work: draw demo images, check uploads, decode for a page, lock masked edits, and make
# thumbnails in the background.
DRAWING: Final = "drawing"
UPLOADS: Final = "uploads"
DECODER: Final = "decoder"
MASK_LOCK: Final = "mask_lock"
THUMBNAILS: Final = "thumbnails"
POOLS: Final = (DRAWING, UPLOADS, DECODER, MASK_LOCK, THUMBNAILS)
# Called with the name of the pool and the seconds that a task waited.
observers: Final[list[Callable[[str, float], None]]] = []


def report_wait(pool: str, seconds: float) -> None:
    """Tell the observers that a task has waited for a child."""
    for observe in observers:
        observe(pool, seconds)
