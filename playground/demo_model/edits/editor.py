"""Edit pictures for a brief: the same brief and files give the same bytes, another index another picture."""

from dataclasses import replace

from PIL import Image

from playground.imaging.typefaces import cjk_typeface

from ..briefs import Drawing, EditBrief
from ..describe import describe_edit
from ..encoder import encode
from ..paint.art import Art, seeded_random
from ..paint.canvas import Canvas
from ..paint.mask import darkest_level, threshold
from ..paint.palette import choose_palette
from ..previews import partial_previews
from .blend import blend_into_source
from .inserts.scene_layers import time_of_day
from .outpaint import extend_picture
from .overlays import draw_edit_mark
from .parsing.instructions import Instruction, parse_instruction
from .session import EditSession
from .sources import lay_on_white, load_insert, load_mask, load_source
from .steps import apply_instruction
from .transparency import flatten_on_white, subject_alpha

_INSERT_SHARE = 0.6  # further images are loaded no larger than this share of the answer


def edit(brief: EditBrief) -> Drawing:
    """Edit, encode and describe; any prompt works.

    The answer keeps the first image's ICC profile: dropping it would change every colour.

    Raises UnusableImageError for a file that is no picture or too large, ValueError for an unknown output format.
    """
    size = (brief.width, brief.height)
    instruction = parse_instruction(brief.prompt)
    order, instruction = _order_images(instruction, len(brief.images), brief.mask is not None)
    marked = load_mask(brief.mask, size) if brief.mask is not None else None
    source, profile = load_source(brief.images[order[0]], order[0] + 1, size, whole=marked is not None)
    max_size = (max(round(size[0] * _INSERT_SHARE), 64), max(round(size[1] * _INSERT_SHARE), 64))
    others = tuple(load_insert(brief.images[place], place + 1, max_size, profile) for place in order[1:])
    session = _open_session(brief, instruction, source, marked, others)
    is_extended = extend_picture(session)
    picture = _edit_picture(session, _wants_alpha(brief, instruction, source, is_extended=is_extended))
    if any(place < len(brief.images) for place in instruction.notes):
        session.note_change("the annotations were ignored: the demo can't read them", "演示程序看不懂标注，已忽略")
    form = (brief.output_format, brief.output_compression)
    previews = partial_previews(picture, brief.partials, marked)
    partials = tuple(encode(preview, *form, 1, profile) for preview in previews)
    description = describe_edit(brief.prompt, session.changes, is_masked=marked is not None)
    return Drawing(encode(picture, *form, brief.detail, profile), partials, description)


def _edit_picture(session: EditSession, wants_alpha: bool) -> Image.Image:
    """Apply the instruction: RGB, or RGBA when transparency is wanted, with the demo's mark."""
    apply_instruction(session)
    picture = blend_into_source(session)
    alpha = subject_alpha(session, picture) if wants_alpha else None
    if alpha is None and session.instruction.actions.cut_out:
        picture = flatten_on_white(session, picture)
    return draw_edit_mark(session, picture, alpha)


def _open_session(
    brief: EditBrief,
    instruction: Instruction,
    source: Image.Image,
    marked: Image.Image | None,
    others: tuple[Image.Image, ...],
) -> EditSession:
    """Lay the RGBA source on a canvas."""
    alpha = source.getchannel("A")
    cover = alpha if darkest_level(alpha) < 250 else None
    opaque = lay_on_white(source)
    if cover is not None and _wants_alpha(brief, instruction, source):
        # Where the result stays transparent, half covered edges must keep their own colour instead of white.
        opaque = Image.composite(source.convert("RGB"), opaque, threshold(alpha, 0))
    scene, seed = instruction.scene, f"{brief.prompt}\0{brief.index}\0{brief.user_seed}\0edit"
    canvas = Canvas(opaque.size, dither=seeded_random(seed, "dither"))
    canvas.picture = opaque.copy()
    palette = choose_palette(scene, time_of_day(scene, seed), seeded_random(seed, "palette"))
    art = Art(canvas, scene, palette, cjk_typeface(), brief.detail, seed, brief.index)
    return EditSession(art, opaque, marked, others, instruction, brief.input_fidelity == "high", cover)


def _wants_alpha(
    brief: EditBrief, instruction: Instruction, source: Image.Image, *, is_extended: bool = False
) -> bool:
    if brief.output_format == "jpeg" or brief.background == "opaque":
        return False
    # A few levels of alpha may come from encoding; nobody sees them.
    has_alpha = darkest_level(source.getchannel("A")) < 250 and not instruction.actions.backdrop and not is_extended
    return brief.background == "transparent" or instruction.actions.cut_out or has_alpha


def _order_images(instruction: Instruction, images: int, is_masked: bool) -> tuple[list[int], Instruction]:
    """Put the image with the role "scene" first, and the roles in that order; with a mask the order stays.

    Leave out copies with annotations.
    """
    order = [place for place in range(images) if place == 0 or place not in instruction.notes]
    roles = [*instruction.roles, *([""] * images)][:images]
    if not is_masked and "scene" in roles and roles[0] not in ("scene", ""):
        order.insert(0, order.pop(roles.index("scene")))
    return order, replace(instruction, roles=tuple(roles[place] for place in order))
