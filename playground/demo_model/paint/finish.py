"""The last steps of every picture: style, light, grain, and the cut for transparent backgrounds."""

from PIL import Image, ImageChops

from .art import Art
from .effects import add_bloom, add_grain, add_vignette
from .styles import STYLES

# Printed and drawn pictures: a lens's bloom and vignette would look wrong on them.
_GRAPHIC = frozenset({"poster", "pattern", "logo", "interface", "infographic", "shanshui"})


def apply_finish(art: Art, *, grainy: bool) -> None:
    """Apply the prompt's style, then vignette, bloom and grain as the detail allows."""
    if art.detail and art.scene.kind not in _GRAPHIC and not art.clear:
        _light(art)
    # An ink landscape is painted in ink already; the filter would grey its red seal.
    style = None if art.scene.kind == "shanshui" and art.scene.style == "ink" else STYLES.get(art.scene.style or "")
    if style:
        style(art)
    elif grainy and art.detail == 2:
        add_grain(art.canvas, art.rng("grain"), 3, 0.5)
    elif grainy and art.detail == 1:
        add_grain(art.canvas, art.rng("grain"), 2)


def cut_to_card(art: Art) -> None:
    """Cut a place, which has no subject to stand free, to a rounded card with soft corners."""
    margin = art.unit * 0.05
    card = art.stencil().rectangle(margin, margin, art.width - margin, art.height - margin, art.unit * 0.16)
    cover = card.mask().within((0, 0, art.width, art.height)).image
    # A clear canvas keeps its colours multiplied by coverage.
    art.canvas.picture = ImageChops.multiply(art.canvas.picture, Image.merge("RGB", [cover] * 3))
    art.canvas.cover = cover


def _light(art: Art) -> None:
    dark = art.palette.dark
    add_bloom(art.canvas, 150 if dark else 205, art.unit * 0.015, 0.5 if dark else 0.3)
    add_vignette(art.canvas, 0.5 if dark else 0.3)
