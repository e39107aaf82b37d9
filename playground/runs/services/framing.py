"""Cut or pad the first source of a run as its frame says, and keep what it was made from."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from playground.core.files import storage
from playground.imageapi.catalog import AUTO, FILE_EXTENSIONS, MEDIA_TYPES, MIB, nearest_size, parse_size
from playground.imaging import sandbox
from playground.imaging.alignment import Size, box_size
from playground.imaging.annotations import Annotation, move_annotations
from playground.imaging.decode import PictureError
from playground.imaging.frames import Frame, frame_sides
from playground.runs.exceptions import MaskRejected, SourceRejected, rejection_reason
from playground.runs.models import MASK_NAME

ORIGINAL_MASK_NAME: Final = "original-mask.png"
_ENDINGS: Final = {"fit": "", "fill": "-cropped", "extend": "-extended"}


def resolve_size(frame: Frame, source: Size, size: str | None) -> str:
    """Return the size that is requested for a framed source: a name, also for `auto`. Raises FrameError."""
    if size and size != AUTO:
        return size
    return nearest_size(*box_size(frame.region(source))).name


def framed_name(name: str, frame: Frame) -> str:
    """Return the file name of a framed source."""
    return f"{name.rpartition('.')[0] or name}{_ENDINGS[frame.mode]}.png"


def frame_source(
    folder: Path, name: str, original: dict[str, Any], mask: str, frame: Frame, size: str, limits: tuple[int, int]
) -> tuple[dict[str, Any], str]:
    """Write the framed first source and its mask into a run's folder; return its entry and the mask's name.

    `original` is the entry of the source in the folder, `mask` the file of its own mask there, `limits` are the bytes
    that source and mask may have. Raises FrameError, SourceRejected and MaskRejected.
    """
    box = frame.box((original["width"], original["height"]), parse_size(size))
    file, thumbnail = "source-1.png", "source-1.thumbnail.webp"
    own_mask = folder / mask if mask else None
    try:
        framed = sandbox.frame_picture(
            folder / original["file"],
            box,
            folder / file,
            folder / thumbnail,
            own_mask,
            folder / MASK_NAME,
            limits[0],
        )
    except PictureError as error:
        raise SourceRejected(rejection_reason(error.reason), name) from error
    if mask and not framed.has_mask:
        raise MaskRejected("outside_frame")
    if framed.has_mask and (folder / MASK_NAME).stat().st_size > limits[1]:
        raise MaskRejected("too_large")
    for written in (file, thumbnail, *([MASK_NAME] if framed.has_mask else [])):
        storage.store_file(folder / written)
    facts = framed.facts
    entry = {
        **original,
        "name": name,
        "file": file,
        "thumbnail": thumbnail,
        "media_type": MEDIA_TYPES[facts.format],
        "size": facts.size,
        "width": facts.width,
        "height": facts.height,
        "has_alpha": facts.has_alpha,
        "digest": facts.digest,
        "frame": {**describe_frame(frame), "box": box, "kept": framed.kept, "original": original, "mask": mask},
    }
    return entry, MASK_NAME if framed.has_mask else ""


def draw_framed_notes(
    folder: Path, notes: dict[str, Any], framed: dict[str, Any], annotations: Sequence[Annotation], limit: int
) -> dict[str, Any]:
    """Draw the copy with annotations again, on the framed first source; return its new entry.

    `limit` are the bytes that it may have. Raises SourceRejected.
    """
    left, top, right, _bottom = framed["frame"]["box"]
    # A large picture is sent smaller than its frame.
    scale = framed["width"] / (right - left)
    moved = move_annotations(annotations, (-left * scale, -top * scale), scale)
    stem = notes["file"].partition(".")[0]
    drawn, thumbnail = folder / f"{stem}.drawn", folder / f"{stem}.thumbnail.webp"
    try:
        facts = sandbox.draw_annotated_copy(folder / framed["file"], moved, drawn)
        sandbox.make_thumbnail(drawn, thumbnail)
    except PictureError as error:
        raise SourceRejected(rejection_reason(error.reason), notes["name"]) from error
    if facts.size > limit:
        raise SourceRejected("too_large", notes["name"], limit // MIB)
    storage.remove_file(folder / notes["file"])
    extension = FILE_EXTENSIONS[facts.format]
    file = drawn.replace(folder / f"{stem}.{extension}")
    for written in (file, thumbnail):
        storage.store_file(written)
    return {
        **notes,
        "name": f"{notes['name'].rpartition('.')[0]}.{extension}",
        "file": file.name,
        "thumbnail": thumbnail.name,
        "media_type": MEDIA_TYPES[facts.format],
        "size": facts.size,
        "width": facts.width,
        "height": facts.height,
        "has_alpha": facts.has_alpha,
        "digest": facts.digest,
    }


def describe_frame(frame: Frame) -> dict[str, str]:
    """Return mode and sides of a frame as a form has them."""
    sides = {side: "" if pixels is None else str(pixels) for side, pixels in frame_sides(frame).items()}
    return {"mode": frame.mode, **sides}
