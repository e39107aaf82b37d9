"""Which pictures and which mask a form of the edit page sends.

What the form names is sent: the pictures of the draft (`source`, repeated) in the form's order, then its files
(`image`, repeated). A form with files that names no picture of the draft sends exactly its files; a form with
neither sends the draft as it stands. `of_run` sends what that run sent, `of_picture` a result. The mask is the
form's file; that of the draft only when the form says `keep_mask`, or what one in black and white means.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Final

from django.db import DatabaseError
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from playground.imageapi import messages
from playground.imageapi.options import MAX_FILE_BYTES, MAX_TOTAL_BYTES
from playground.pages import choices, refused, source_views, visitor
from playground.pages.uploads import Uploaded, files_of
from playground.runs import drafts, files, history
from playground.runs.drafts import MaskRefused, SourceRefused, away
from playground.runs.models import Picture, Run, Source

ROLE: Final = "role-"
# Which colour of a black-and-white mask marks what is repainted: white, black, or none for no mask.
MARKS: Final = "mask_marks"


@dataclass(slots=True)
class Brought:
    """What goes along with a form. `troubles` are (field, sentence); `scratch` holds its files for now."""

    images: tuple[messages.Source, ...] = ()
    mask: messages.Source | None = None
    troubles: list[tuple[str, str]] = field(default_factory=list)
    scratch: str = ""
    is_alone: bool = False
    run: Run | None = None
    picture: Picture | None = None

    @contextmanager
    def noting(self, name: str) -> Iterator[None]:
        """Note a refusal as a sentence at the field `name`."""
        try:
            yield
        except SourceRefused as error:
            self.troubles.append((name, refused.of_source(error)))
        except MaskRefused as error:
            self.troubles.append((name, refused.of_mask(error)))
        except (OSError, DatabaseError) as error:
            self.troubles.append((name, refused.of_full_disk(error)))


def bring(request: HttpRequest) -> Brought:
    """What this form sends. Raises Http404 for a run or picture that is not the visitor's."""
    who = visitor.of(request)
    uploads = files_of(request, "image")
    if not uploads and (run_id := request.POST.get("of_run")):
        return _with_mask(request, _of_run(history.run_of(who, run_id)))
    if not uploads and (place := request.POST.get("of_picture")):
        return _with_mask(request, _of_picture(_picture_at(who, place)))
    named = request.POST.getlist("source")
    brought = Brought(is_alone=bool(uploads) and not named)
    if uploads:
        brought.scratch = f"{who}~{token_hex(6)}"
        for one in uploads:
            with brought.noting("image"):
                take_in(brought.scratch, one)
    if not brought.is_alone:
        brought = _in_order(who, named, brought)
    brought.images += drafts.images_of(brought.scratch)
    with brought.noting("image"):
        _check_together(brought.images, choices.chosen(request, request.POST.get("api", "")).profile.max_sources)
    return _with_mask(request, brought)


def take_in(owner: str, upload: Uploaded) -> Source:
    """Put an uploaded file into the draft of `owner`. Raises SourceRefused."""
    if (upload.size or 0) > MAX_FILE_BYTES:
        raise SourceRefused("too_large", upload.name or "")
    return drafts.add(owner, upload.path, upload.name or "")


def take_in_mask(owner: str, upload: Uploaded) -> Path:
    """Make an uploaded file the mask of the owner's first picture. Raises MaskRefused.

    One in black and white is refused too, but waits with the picture: `MARKS` says later which of the two marks.
    """
    if (upload.size or 0) > MAX_FILE_BYTES:
        raise MaskRefused("too_large")
    try:
        kept = drafts.keep_mask(owner, upload.path)
    except MaskRefused as error:
        if error.reason == "no_alpha" and drafts.keep_flat(owner, upload.path):
            raise MaskRefused("black_and_white") from error
        raise
    drafts.drop_flat(owner)
    return kept


def settle(request: HttpRequest, brought: Brought, *, was_sent: bool) -> None:
    """The form's own files: gone when it was sent, since the run has them; else they wait in the draft."""
    if not brought.scratch:
        return
    if was_sent:
        drafts.clear(brought.scratch)
        return
    who, taken = visitor.of(request), drafts.sources_of(brought.scratch)
    present = drafts.sources_of(who)
    if brought.is_alone and taken:
        away.put_away(who, present)
        present = []
    away.move(taken, who)
    drafts.reorder(who, [one.pk for one in (*present, *taken)])


def set_roles(request: HttpRequest) -> tuple[list[str], list[str]]:
    """Keep the roles that the form says; the roles of the draft before and after."""
    sources = drafts.sources_of(visitor.known(request))
    before = [one.role for one in sources]
    for one in sources:
        said = request.POST.get(f"{ROLE}{one.pk}")
        if said is not None and said.strip() != one.role:
            drafts.set_role(one, said)
    return before, [one.role for one in sources]


def _in_order(who: str, named: list[str], brought: Brought) -> Brought:
    present = {one.pk: one for one in drafts.sources_of(who)}
    if [one for one in named if one not in present]:
        why = _("A picture was removed meanwhile. Look at the pictures, then send again.")
        brought.troubles.append(("image", why))
    order = [one for one in dict.fromkeys(named) if one in present] or list(present)
    if order != list(present)[: len(order)]:
        drafts.reorder(who, order)
    brought.images = tuple(drafts.as_image(present[one]) for one in order)
    return brought


def _check_together(images: Sequence[messages.Source], most: int) -> None:
    """The draft and the form's files were each within limits; here are both, and the API that takes `most`."""
    if len(images) > most:
        raise SourceRefused("too_many", images[most].name, most)
    if sum(one.size for one in images) > MAX_TOTAL_BYTES:
        raise SourceRefused("too_large_together", images[-1].name)


def _with_mask(request: HttpRequest, brought: Brought) -> Brought:
    masks = files_of(request, "mask")
    who = visitor.of(request)
    with brought.noting("mask"):
        if len(masks) > 1:
            brought.troubles.append(("mask", _("Send one mask: it belongs to the first picture.")))
        elif masks and not brought.images:
            # What is wrong with the pictures is said already; without any, that is what has to be corrected first.
            return brought
        elif masks and (brought.run or brought.picture):
            drafts.check_mask(masks[0].path)
            brought.mask = drafts.as_mask(masks[0].path)
        elif masks:
            owner = brought.scratch if brought.is_alone else who
            brought.mask = drafts.as_mask(take_in_mask(owner, masks[0]))
        elif not brought.is_alone and (converted := _converted(request, who)):
            brought.mask = drafts.as_mask(converted)
        elif request.POST.get("keep_mask") and not brought.is_alone and (kept := drafts.mask_of(who)):
            brought.mask = drafts.as_mask(kept)
    return brought


def _converted(request: HttpRequest, who: str) -> Path | None:
    """The mask that waited in black and white, as the form says it is meant; None when the form says nothing."""
    marks = request.POST.get(MARKS, "")
    if marks == "none":
        drafts.drop_flat(who)
    return drafts.convert_flat(who, white_marks=marks == "white") if marks in ("white", "black") else None


def _of_run(run: Run) -> Brought:
    if not run.sources:
        raise Http404("not an edit")
    brought = Brought(run=run)
    if gone := [one["name"] for one in run.sources if not one["file"]]:
        brought.troubles.append(("image", refused.source_sentence("gone", gone[0])))
        return brought
    request = run.request()
    brought.images, brought.mask = request.images, request.mask
    return brought


def _of_picture(picture: Picture) -> Brought:
    name = source_views.result(picture).name
    image = messages.Source(files.path_of(picture), name, picture.media_type, picture.size)
    return Brought((image,), picture=picture)


def _picture_at(who: str, place: str) -> Picture:
    run_id, _slash, number = place.partition("/")
    if not (number.isascii() and number.isdigit() and len(number) < 4):
        raise Http404("no such picture")
    return history.picture_of(who, run_id, int(number))
