"""Exchanges the background or the sky: for a colour or for another scene."""

from dataclasses import replace
from typing import Final

from PIL import Image, ImageChops, ImageStat

from ..paint.colour import WHITE, mix, tone
from ..paint.fills import Ramp
from ..paint.mask import threshold
from ..paint.palette import named_colour
from .scene_layers import paint_scene, paint_sky
from .segmentation import segment
from .session import EditSession


def change_background(session: EditSession) -> bool:
    """Carry out a wish about background or sky; False when there is none that could be carried out."""
    canvas = session.art.canvas
    if session.marked is not None:
        left, top, right, bottom = session.box
        there = _new_ground(session, (right - left, bottom - top))
        if there is None:
            return False
        canvas.picture.paste(there, (left, top))
    else:
        front = _front(session)
        free = ImageChops.invert(front).getbbox() or (0, 0, *canvas.size)
        size = (canvas.size[0], free[3]) if session.instruction.backdrop == "sky" else canvas.size
        there = _new_ground(session, size)
        if there is None:
            return False
        kept = canvas.picture if _is_plain(session) else _lit_like(canvas.picture, there, front)
        canvas.picture = kept.copy()
        canvas.picture.paste(there, mask=ImageChops.invert(front).crop((0, 0, *there.size)))
    session.note_change(*_TOLD[session.instruction.backdrop])
    return True


_TOLD: Final = {"background": ("the background exchanged", "更换背景"), "sky": ("the sky exchanged", "更换天空")}


def _is_plain(session: EditSession) -> bool:
    """Whether the new ground is a colour, which lends the front no light."""
    return session.instruction.colour is not None and not session.instruction.names_a_scene


def _new_ground(session: EditSession, size: tuple[int, int]) -> Image.Image | None:
    """What shall be there; None when the wish does not words."""
    instruction = session.instruction
    if instruction.names_a_scene:
        return paint_scene(instruction.scene, size, session.art)
    if instruction.colour is not None:
        return _backdrop(session, size)
    is_weathered = bool(instruction.scene.time or instruction.scene.weather)
    if is_weathered and (instruction.replaces or instruction.backdrop == "sky"):
        return paint_sky(instruction.scene, size, session.art)
    if instruction.replaces:
        return paint_scene(replace(instruction.scene, kind="abstract"), size, session.art)
    return None


def _backdrop(session: EditSession, size: tuple[int, int]) -> Image.Image:
    """A studio's paper in the wanted colour, a little lighter in the middle."""
    tint = named_colour(session.instruction.colour or "grey")
    light = mix(tint, WHITE, 0.22)
    if session.instruction.backdrop == "sky":
        return Ramp([tone(tint, light=-0.08), tint, mix(tint, WHITE, 0.45)]).image(size, session.art.rng("ground"))
    return Ramp([light, tint, tone(tint, light=-0.07)], "out", (0, 0.55, 1)).image(size, session.art.rng("ground"))


def _front(session: EditSession) -> Image.Image:
    """What stays in front: the source's own opacity, what stands out, or a guess."""
    if session.cover is not None and session.instruction.backdrop != "sky":
        return session.cover
    found = segment(session.source, "top" if session.instruction.backdrop == "sky" else "around")
    return found.subject if found.is_clear else _guess(session)


def _guess(session: EditSession) -> Image.Image:
    """What stays when nothing stands out: for a sky the lower part, else an upright oval in the middle."""
    width, height = session.source.size
    if session.instruction.backdrop == "sky":
        shape = session.art.stencil().rectangle(0, height * 0.42, width, height).mask()
    else:
        shape = session.art.stencil().ellipse(width / 2, height * 0.58, width * 0.3, height * 0.44).mask()
    return shape.soft(session.art.unit * 0.04, (width, height)).within((0, 0, width, height)).image


def _lit_like(front: Image.Image, ground: Image.Image, shape: Image.Image) -> Image.Image:
    """The front with a little of the ground's light, so that both seem to stand in one place."""
    there = ImageStat.Stat(ground.reduce(8) if min(ground.size) > 64 else ground).mean
    here = ImageStat.Stat(front, threshold(shape, 127)).mean
    gains = [min(max(1 + (a - b) / 255 * 0.35, 0.62), 1.15) for a, b in zip(there, here, strict=True)]
    return front.point([min(round(level * gain), 255) for gain in gains for level in range(256)])
