"""Partial previews: the finished picture, coarser, so that no preview can show another composition."""

from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from .paint.mask import blur_image


@dataclass(frozen=True, slots=True)
class PreviewStage:
    """The coarseness of a preview: `share` of width and height, `blur` as a share of the short side."""

    share: float
    blur: float


_STAGES = (PreviewStage(0.1, 0.006), PreviewStage(0.25, 0.002), PreviewStage(0.55, 0.0))


def partial_previews(picture: Image.Image, count: int, marked: Image.Image | None = None) -> Iterator[Image.Image]:
    """Yield `count` (0 to 3) previews of a picture at its size, each sharper than the one before.

    Parts that a mask leaves unmarked (0) are sharp from the beginning.
    """
    for stage in _choose_stages(count):
        coarse = _coarsen(picture, stage)
        yield coarse if marked is None else Image.composite(coarse, picture, marked)


def _choose_stages(count: int) -> tuple[PreviewStage, ...]:
    # One preview is the middle stage, two are the coarsest and the finest: neighbouring stages look too much alike.
    return {0: (), 1: _STAGES[1:2], 2: (_STAGES[0], _STAGES[2])}.get(max(count, 0), _STAGES)


def _coarsen(picture: Image.Image, stage: PreviewStage) -> Image.Image:
    size = (max(round(picture.width * stage.share), 1), max(round(picture.height * stage.share), 1))
    # With colours multiplied by alpha, or what is see-through would shine out of its edges.
    whole = picture.convert("RGBa") if picture.mode == "RGBA" else picture
    coarse = whole.resize(size, Image.Resampling.BOX).resize(picture.size, Image.Resampling.BICUBIC)
    # Enlarging ten times leaves the squares of the small copy visible; this hides them.
    if stage.blur:
        coarse = blur_image(coarse, min(picture.size) * stage.blur)
    return coarse.convert(picture.mode)
