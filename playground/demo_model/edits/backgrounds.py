"""Replace the background or the sky with a colour or another scene."""

from dataclasses import replace
from typing import Final

from PIL import Image, ImageChops, ImageStat

from ..paint.colour import WHITE, mix, tone
from ..paint.fills import Ramp
from ..paint.mask import threshold
from ..paint.palette import named_colour
from .inserts.scene_layers import paint_scene, paint_sky
from .segmentation import segment
from .session import EditSession

_CHANGES: Final = {"background": ("the background exchanged", "更换背景"), "sky": ("the sky exchanged", "更换天空")}


def change_background(session: EditSession) -> bool:
    """Replace the backdrop; return False when the instruction asks for nothing that can be done."""
    canvas = session.art.canvas
    if session.marked is not None:
        left, top, right, bottom = session.box
        backdrop = _draw_backdrop(session, (right - left, bottom - top))
        if backdrop is None:
            return False
        canvas.picture.paste(backdrop, (left, top))
    else:
        front = _foreground_mask(session)
        free = ImageChops.invert(front).getbbox() or (0, 0, *canvas.size)
        # A sky is painted down to where it ends: a horizon at the foot of the picture would lie behind the ground.
        size = (canvas.size[0], free[3]) if session.instruction.actions.backdrop == "sky" else canvas.size
        backdrop = _draw_backdrop(session, size)
        if backdrop is None:
            return False
        foreground = canvas.picture if _is_plain(session) else _match_light(canvas.picture, backdrop, front)
        canvas.picture = foreground.copy()
        canvas.picture.paste(backdrop, mask=ImageChops.invert(front).crop((0, 0, *backdrop.size)))
    session.note_change(*_CHANGES[session.instruction.actions.backdrop])
    return True


def _is_plain(session: EditSession) -> bool:
    """Return whether the new backdrop is a plain colour, which does not tint the foreground."""
    return session.instruction.actions.colour is not None and not session.instruction.names_a_scene


def _draw_backdrop(session: EditSession, size: tuple[int, int]) -> Image.Image | None:
    """Draw the new backdrop; None when the instruction names none."""
    instruction = session.instruction
    if instruction.names_a_scene:
        return paint_scene(instruction.scene, size, session.art)
    if instruction.actions.colour is not None:
        return _draw_paper(session, size)
    is_weathered = bool(instruction.scene.time or instruction.scene.weather)
    if is_weathered and (instruction.actions.replaces or instruction.actions.backdrop == "sky"):
        return paint_sky(instruction.scene, size, session.art)
    if instruction.actions.replaces:
        return paint_scene(replace(instruction.scene, kind="abstract"), size, session.art)
    return None


def _draw_paper(session: EditSession, size: tuple[int, int]) -> Image.Image:
    """Draw studio paper in the requested colour, a little lighter in the middle."""
    tint = named_colour(session.instruction.actions.colour or "grey")
    light = mix(tint, WHITE, 0.22)
    if session.instruction.actions.backdrop == "sky":
        return Ramp([tone(tint, light=-0.08), tint, mix(tint, WHITE, 0.45)]).image(size, session.art.rng("ground"))
    return Ramp([light, tint, tone(tint, light=-0.07)], "out", (0, 0.55, 1)).image(size, session.art.rng("ground"))


def _foreground_mask(session: EditSession) -> Image.Image:
    """Mask the foreground that stays: the source's own opacity, the segmented subject, or a guess."""
    if session.cover is not None and session.instruction.actions.backdrop != "sky":
        return session.cover
    segmentation = segment(session.source, "top" if session.instruction.actions.backdrop == "sky" else "around")
    return segmentation.subject if segmentation.is_clear else _guess_foreground(session)


def _guess_foreground(session: EditSession) -> Image.Image:
    """Guess the foreground when nothing stands out: the lower part below a sky, else an upright oval."""
    width, height = session.source.size
    if session.instruction.actions.backdrop == "sky":
        shape = session.art.rectangle(0, height * 0.42, width, height)
    else:
        shape = session.art.ellipse(width / 2, height * 0.58, width * 0.3, height * 0.44)
    return shape.soft(session.art.unit * 0.04, (width, height)).within((0, 0, width, height)).image


def _match_light(front: Image.Image, ground: Image.Image, shape: Image.Image) -> Image.Image:
    """Tint the foreground with a little of the backdrop's light."""
    # The mean needs no more than every eighth pixel.
    there = ImageStat.Stat(ground.reduce(8) if min(ground.size) > 64 else ground).mean
    here = ImageStat.Stat(front, threshold(shape, 127)).mean
    # About a third of the difference, and at least 62 %: a face before a night sky must not turn black.
    gains = [min(max(1 + (a - b) / 255 * 0.35, 0.62), 1.15) for a, b in zip(there, here, strict=True)]
    return front.point([min(round(level * gain), 255) for gain in gains for level in range(256)])
