"""Everything an edit works with, read once, and the easel that it is painted on."""

from dataclasses import dataclass, replace
from typing import Final

from PIL import Image

from ..art import Art, dice
from ..canvas import Canvas
from ..faces import face
from ..palette import choose
from .blending import blended
from .brief import EditBrief
from .carrying_out import carry_out
from .clearing import cover_of, flattened
from .easel import Easel
from .greys import above, lowest
from .marking import marked_as_demo
from .painting import time_of
from .sources import Profile, canvas_of, mask_of, on_white, part_of
from .wishes import Wish, understand

_DETAILS: Final = {"low": 0, "medium": 1, "high": 2}


@dataclass(frozen=True, slots=True)
class Studio:
    """`source` is RGBA at the answer's size; `marked` 255 where to paint, or None; `others` are RGBA, smaller.

    All are in the source's `profile`, and the answer too: a profile that is dropped changes every colour.
    """

    brief: EditBrief
    wish: Wish
    source: Image.Image
    marked: Image.Image | None
    others: tuple[Image.Image, ...]
    profile: Profile

    @classmethod
    def of(cls, brief: EditBrief) -> "Studio":
        """Read the prompt and the files. Raises UnusableImage."""
        size = (brief.width, brief.height)
        order, wish = _arranged(understand(brief.prompt), len(brief.images), brief.mask is not None)
        most = (max(round(size[0] * 0.6), 64), max(round(size[1] * 0.6), 64))
        marked = mask_of(brief.mask, size) if brief.mask is not None else None
        first, *rest = order
        source, profile = canvas_of(brief.images[first], first + 1, size, whole=marked is not None)
        others = tuple(part_of(brief.images[place], place + 1, most, profile) for place in rest)
        return cls(brief, wish, source, marked, others, profile)

    @property
    def detail(self) -> int:
        """0 (low) to 2 (high)."""
        return _DETAILS.get(self.brief.quality, 1)

    def finished(self) -> tuple[Image.Image, Easel]:
        """The edited picture, RGB or RGBA, with the demo's mark, and the easel it was made on."""
        easel = self._easel()
        picture, cover = self._painted(easel)
        return marked_as_demo(easel, picture, cover), easel

    def _painted(self, easel: Easel) -> tuple[Image.Image, Image.Image | None]:
        """Carry out the wish: the picture as RGB, and its opacity when it is transparent somewhere."""
        carry_out(easel)
        picture = blended(easel)
        cover = cover_of(easel, picture) if self._is_clear() else None
        if cover is None and self.wish.cut_out:
            return flattened(easel, picture), None
        return picture, cover

    def _easel(self) -> Easel:
        """The source set up for painting."""
        alpha = self.source.getchannel("A")
        cover = alpha if lowest(alpha) < 250 else None
        if cover is not None and self._is_clear():
            source = Image.composite(self.source.convert("RGB"), on_white(self.source), above(alpha, 0))
        else:
            source = on_white(self.source)
        return Easel(
            art=self._art(source),
            source=source,
            marked=self.marked,
            others=self.others,
            wish=self.wish,
            faithful=self.brief.input_fidelity == "high",
            cover=cover,
        )

    def _art(self, source: Image.Image) -> Art:
        brief, scene = self.brief, self.wish.scene
        seed = f"{brief.prompt}\0{brief.index}\0{brief.user_seed}\0edit"
        canvas = Canvas(source.size, dither=dice(seed, "dither"))
        canvas.picture = source.copy()
        art = Art(canvas, scene, choose(scene, "day", dice(seed, "palette")), face(), self.detail, seed, brief.index)
        return replace(art, palette=choose(scene, time_of(scene, art), dice(seed, "palette")))

    def _is_clear(self) -> bool:
        brief = self.brief
        if brief.output_format == "jpeg" or brief.background == "opaque":
            return False
        has_alpha = lowest(self.source.getchannel("A")) < 250 and not self.wish.ground
        return brief.background == "transparent" or self.wish.cut_out or has_alpha


def _arranged(wish: Wish, images: int, is_masked: bool) -> tuple[list[int], Wish]:
    """The order of the images with the scene first, and the roles in that order. A mask keeps the first first."""
    order = list(range(images))
    roles = [*wish.roles, *([""] * images)][:images]
    if not is_masked and "scene" in roles and roles[0] not in ("scene", ""):
        order.insert(0, order.pop(roles.index("scene")))
    return order, replace(wish, roles=tuple(roles[place] for place in order))
