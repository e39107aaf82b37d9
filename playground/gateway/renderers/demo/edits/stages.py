"""Earlier stages of an edit: the same work done small and coarse, then enlarged."""

from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from ..mask import blurred
from .studio import Studio


@dataclass(frozen=True, slots=True)
class Stage:
    """How far the work is: the share of the sides that is really painted, blur as a share of the short side."""

    share: float
    blur: float
    detail: int


_STAGES = (Stage(0.12, 0.02, 0), Stage(0.3, 0.005, 0), Stage(0.55, 0.0, 1))


def stages(count: int) -> tuple[Stage, ...]:
    """The stages that `count` previews show, 0 to 3."""
    return {0: (), 1: _STAGES[1:2], 2: (_STAGES[0], _STAGES[2])}.get(max(count, 0), _STAGES)


def partial_pictures(studio: Studio, count: int) -> Iterator[Image.Image]:
    """`count` previews at the answer's size; what the mask keeps is sharp from the beginning."""
    for stage in stages(count):
        yield _partial(studio, stage)


def _partial(studio: Studio, stage: Stage) -> Image.Image:
    size = (max(round(studio.size[0] * stage.share), 16), max(round(studio.size[1] * stage.share), 16))
    easel = studio.easel(size, min(stage.detail, studio.detail))
    picture, cover = studio.painted(easel)
    if cover is not None:
        picture.putalpha(cover)
    picture = picture.resize(studio.size, Image.Resampling.BICUBIC)
    if stage.blur:
        picture = blurred(picture, min(studio.size) * stage.blur)
    if studio.marked is not None and cover is None:
        full = studio.easel(studio.size, 0).source
        return Image.composite(picture, full, studio.marked)
    return picture
