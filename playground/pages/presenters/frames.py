"""The frame of an edit's first image: what is sent of it and what comes back, in words, before and after."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from playground.imageapi.catalog import AUTO, AUTO_SIZE_NAMES, MAX_EDGE, MAX_PIXELS, MIB, parse_size
from playground.imageapi.providers import Profile
from playground.imaging.alignment import Box, Size, box_size
from playground.imaging.frames import (
    MIN_SHOWN,
    OVERLAP,
    SIDES,
    Frame,
    FrameError,
    added_pixels,
    has_shape,
    is_padded,
    parse_frame,
)
from playground.pages.texts import upload_errors
from playground.runs.models import Picture, Run, Source
from playground.runs.services.framing import resolve_size

# A PNG of a photograph has about two bytes for each pixel.
_BYTES_PER_PIXEL: Final = 2
# The page's script fills the same sentences in.
_SENTENCES: Final[Mapping[str, Promise]] = {
    "auto": _("Auto will be {result}, the size nearest to your image."),
    "model": _("The model decides the size; {result} is nearest to your image."),
    "result": _("The result will be {result}."),
    "differs": _(
        "Your image ({source}) has another shape: the API may crop, stretch or repaint it. Fill and Extend decide "
        "that before anything is sent."
    ),
    "fill": _("Your image is cut to {frame} before it is sent ({sides})."),
    "extend": _(
        "Your image is sent as {frame} ({sides}). The added area is painted, with {overlap} px beside it; the locked "
        "version keeps the rest."
    ),
    "nothing": _(
        "Your image already has this shape, so nothing is added. Drag an edge outwards, or choose another size."
    ),
    "smaller": _("If that is over {limit} MB, a smaller copy is sent."),
    "sentences": pgettext_lazy("two sentences in a row", "{before} {after}"),
    "list": pgettext_lazy("two parts of a list", "{before}, {after}"),
}
_SIDE_NAMES: Final[Mapping[str, Promise]] = {
    "left": pgettext_lazy("side", "left"),
    "top": pgettext_lazy("side", "top"),
    "right": pgettext_lazy("side", "right"),
    "bottom": pgettext_lazy("side", "bottom"),
}
_SHAPE_TEXTS: Final[Mapping[str, Promise]] = {
    "stretched": _("You sent %(source)s and the API returned %(result)s, another shape: it stretched your image."),
    "cropped": _("You sent %(source)s and the API returned %(result)s, another shape: it cropped your image."),
    "padded": _("You sent %(source)s and the API returned %(result)s, another shape: it put bars around your image."),
    "": _(
        "You sent %(source)s and the API returned %(result)s, another shape: it cropped, stretched or repainted your "
        "image."
    ),
}


@dataclass(frozen=True, slots=True)
class FrameView:
    """The frame of the first image on the edit page; `sides` as they were typed."""

    mode: str
    sides: Mapping[str, str]
    note: str
    sentences: Mapping[str, str]
    auto_sizes: str
    overlap: int
    min_shown: int
    max_edge: int
    max_pixels: int
    bytes_per_pixel: int


def frame_view(source: Source, size: str, profile: Profile) -> FrameView:
    """Return the frame of a draft's first image, for the chosen `size`."""
    values = {"mode": "fit", **(source.frame or {})}
    pixels = (source.width, source.height)
    return FrameView(
        mode=values["mode"],
        sides={side: values.get(side, "") for side in SIDES},
        note=_describe_before(values, pixels, size, profile),
        sentences={**_texts(_SENTENCES), **_texts(_SIDE_NAMES), **upload_errors.frame_errors()},
        auto_sizes=" ".join(AUTO_SIZE_NAMES),
        overlap=OVERLAP,
        min_shown=MIN_SHOWN,
        max_edge=MAX_EDGE,
        max_pixels=MAX_PIXELS,
        bytes_per_pixel=_BYTES_PER_PIXEL,
    )


def describe_sent_frame(run: Run) -> str:
    """Say how the first image of a run was cut or padded before it was sent; empty when it was not."""
    frame = run.frame
    if not frame:
        return ""
    original, sent = _pixels(frame["original"]), _pixels(run.sources[0])
    box = tuple(frame["box"])
    text = _("Extended from %(original)s to %(sent)s (%(sides)s) before it was sent.")
    if frame["mode"] == "fill":
        text = _("Cut from %(original)s to %(sent)s (%(sides)s) before it was sent.")
    values = {"original": _format(original), "sent": _format(box_size(box)), "sides": _format_sides(box, original)}
    sentences = [text % values]
    if box_size(box) != sent:
        sentences.append(_("It was sent at %(sent)s.") % {"sent": _format(sent)})
    return _join("sentences", sentences)


def describe_new_shape(run: Run, size: str) -> str:
    """Say that a result of `size` would have another shape than the first image of a run; else nothing."""
    if not run.sources:
        return ""
    sent = _pixels(run.sources[0])
    try:
        result = parse_size(resolve_size(Frame(), sent, size))
    except ValueError:
        return ""
    if has_shape(sent, result):
        return ""
    text = _(
        "The image that is sent (%(source)s) has another shape than the result (%(result)s): the API may crop, "
        "stretch or repaint it."
    )
    return str(text) % {"source": _format(sent), "result": _format(result)}


def describe_other_shapes(source: Size, sizes: Iterable[str]) -> str:
    """Say which of these sizes have another shape than the first image of an edit; empty when none has."""
    results = [parse_size(resolve_size(Frame(), source, size)) for size in sizes]
    others = dict.fromkeys(_format(result) for result in results if not has_shape(source, result))
    if not others:
        return ""
    text = _(
        "Your image (%(source)s) has another shape than %(sizes)s: the API may crop, stretch or repaint it. The "
        "frame “Fill” or “Extend” on the edit page decides that before anything is sent."
    )
    return str(text) % {"source": _format(source), "sizes": _join("list", others)}


def describe_shape(run: Run, picture: Picture) -> str:
    """Say that a result has another shape than the image that was sent; empty when it has not."""
    if not run.sources or not picture.is_still:
        return ""
    sent, result = _pixels(run.sources[0]), (picture.width, picture.height)
    if has_shape(sent, result):
        return ""
    # Found while the result is aligned with its source, which happens after masked edits only.
    text = _SHAPE_TEXTS.get(str(picture.lock_facts.get("fit", "")), _SHAPE_TEXTS[""])
    return str(text) % {"source": _format(sent), "result": _format(result)}


def _describe_before(values: Mapping[str, str], source: Size, size: str, profile: Profile) -> str:
    try:
        frame = parse_frame(values)
        name = resolve_size(frame, source, size)
        result = parse_size(name)
        box = frame.box(source, result) if frame.mode != "fit" else (0, 0, *source)
    except FrameError as error:
        return upload_errors.frame_error(error)
    except ValueError:
        # A size that is not written out yet.
        return ""
    codes = ["auto" if size == AUTO else "result"]
    if frame.mode == "fit":
        # The official API does not say what it will do.
        codes = ["model"] if size == AUTO and profile.is_official else codes
        codes += [] if has_shape(source, result) else ["differs"]
    elif box == (0, 0, *source):
        codes = ["nothing", *codes] if frame.mode == "extend" else codes
    else:
        codes = ["extend" if is_padded(box, source) else "fill", *codes]
    width, height = box_size(box)
    if frame.mode != "fit" and width * height > _max_pixels(profile):
        codes.append("smaller")
    facts = {
        "result": _format(result),
        "source": _format(source),
        "frame": _format(box_size(box)),
        "sides": _format_sides(box, source),
        "overlap": OVERLAP,
        "limit": profile.max_file_bytes // MIB,
    }
    return _join("sentences", (str(_SENTENCES[code]).format(**facts) for code in codes))


def _join(code: str, texts: Iterable[object]) -> str:
    """Join texts as the language does it: with the sentence `sentences` or `list`."""
    pattern, parts = str(_SENTENCES[code]), [str(text) for text in texts]
    return reduce(lambda before, after: pattern.format(before=before, after=after), parts) if parts else ""


def _max_pixels(profile: Profile) -> int:
    """Return from how many pixels on a framed image may have to be made smaller."""
    return min(MAX_PIXELS, profile.max_file_bytes // _BYTES_PER_PIXEL)


def _texts(sentences: Mapping[str, Promise]) -> dict[str, str]:
    return {code: str(sentence) for code, sentence in sentences.items()}


def _pixels(facts: Mapping[str, Any]) -> Size:
    return facts["width"], facts["height"]


def _format(size: Size) -> str:
    return f"{size[0]}×{size[1]}"


def _format_sides(box: Box, size: Size) -> str:
    """Return what a box adds at the sides of a picture, in pixels: `left +120, right −40`."""
    changes = zip(SIDES, added_pixels(box, size), strict=True)
    return _join(
        "list",
        (f"{_SIDE_NAMES[side]} {'+' if pixels > 0 else '−'}{abs(pixels)}" for side, pixels in changes if pixels),
    )
