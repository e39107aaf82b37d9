"""The state of one edit: the source on a canvas, the marked area, and the instruction."""

from dataclasses import dataclass, field

from PIL import Image, ImageChops

from ..paint.art import Art
from ..paint.mask import Mask
from .parsing.instructions import Instruction

type Box = tuple[int, int, int, int]
# The description of a change, in English and in Chinese.
type Change = tuple[str, str]


@dataclass(slots=True)
class EditSession:
    """`art.canvas` begins as `source` and is painted over freely: only the `marked` area (255) is shown.

    `marked` is None without a mask. `others` are the further images. `high_fidelity` keeps all outside the mask.
    `cover` is the source's own opacity, if it has any; `solid` collects what is pasted in front of its backdrop.
    """

    art: Art
    source: Image.Image
    marked: Image.Image | None
    others: tuple[Image.Image, ...]
    instruction: Instruction
    high_fidelity: bool
    cover: Image.Image | None = None
    changes: list[Change] = field(default_factory=list)
    solid: Image.Image | None = None

    @property
    def box(self) -> Box:
        """Return the rectangle of pixels that holds everything marked, or the whole picture."""
        whole = (0, 0, *self.source.size)
        return whole if self.marked is None else self.marked.getbbox() or whole

    @property
    def where(self) -> Mask:
        """Return the area that may change as a mask of the canvas's size."""
        return Mask(self.marked or Image.new("L", self.source.size, 255), 0, 0)

    @property
    def unit(self) -> float:
        """Return the short side of the marked rectangle, in pixels."""
        left, top, right, bottom = self.box
        return float(min(right - left, bottom - top))

    def note_change(self, english: str, chinese: str) -> None:
        """Note a change for the revised prompt."""
        if (english, chinese) not in self.changes:
            self.changes.append((english, chinese))

    def stand(self, shape: Mask) -> None:
        """Add a pasted shape to `solid`, which stays opaque when the background becomes transparent."""
        whole = shape.within((0, 0, *self.source.size)).image
        self.solid = whole if self.solid is None else ImageChops.lighter(self.solid, whole)
