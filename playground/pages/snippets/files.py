"""Which files a half-filled form of the edit page would send, without taking anything in."""

from collections.abc import Iterable
from pathlib import Path

from django.http import HttpRequest, QueryDict

from playground.imageapi import messages
from playground.imageapi.options import MAX_FILE_BYTES, MEDIA_TYPES
from playground.pages import source_views, visitor
from playground.pages.snippets.wire import Sent
from playground.runs import drafts, files, history
from playground.runs.models import MASK_NAME, Picture, Run


def files_of(request: HttpRequest, entries: QueryDict) -> tuple[list[Sent], Sent | None]:
    """Pictures and mask that go along with `entries`. Raises Http404 for what is not the visitor's.

    `mask_bytes` is the size of a mask that is still in the browser.
    """
    who = visitor.known(request)
    if run_id := entries.get("of_run"):
        images, mask = of_run(history.run_of(who, run_id))
    elif place := entries.get("of_picture"):
        run_id, _slash, number = place.partition("/")
        is_number = number.isascii() and number.isdigit() and len(number) < 4
        images, mask = of_picture(history.picture_of(who, run_id, int(number) if is_number else 0)), None
    else:
        images, mask = of_draft(who, entries.getlist("source"))
    told = entries.get("mask_bytes", "")
    if told.isascii() and told.isdigit() and 0 < int(told[:12]) <= MAX_FILE_BYTES and images:
        source = messages.Source(Path(), MASK_NAME, MEDIA_TYPES["png"], int(told))
        return images, Sent(source, images[0].width, images[0].height)
    return images, mask


def of_draft(who: str, order: Iterable[str] = ()) -> tuple[list[Sent], Sent | None]:
    """The pictures that wait on the edit page, those of `order` first, and the mask that is kept with the first."""
    present = {one.pk: one for one in drafts.sources_of(who)}
    named = [present[one] for one in dict.fromkeys(order) if one in present] or list(present.values())
    images = [Sent(drafts.as_image(one), one.width, one.height) for one in named]
    kept = drafts.mask_with(named[0]) if named else None
    return images, Sent(drafts.as_mask(kept), images[0].width, images[0].height) if kept else None


def of_run(run: Run) -> tuple[list[Sent], Sent | None]:
    """The pictures and the mask that a run sent."""
    asked = run.request()
    images = [
        Sent(source, facts["width"], facts["height"]) for source, facts in zip(asked.images, run.sources, strict=True)
    ]
    return images, Sent(asked.mask, images[0].width, images[0].height) if asked.mask and images else None


def of_picture(picture: Picture) -> list[Sent]:
    """A result as the one picture of an edit."""
    name = source_views.result(picture).name
    source = messages.Source(files.path_of(picture), name, picture.media_type, picture.size)
    return [Sent(source, picture.width, picture.height)]
