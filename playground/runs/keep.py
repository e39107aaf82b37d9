"""What came back, kept: file first, then row, so that a row never names a picture that is not there."""

import contextlib
from collections.abc import Iterable

from django.conf import settings
from django.db import DatabaseError, IntegrityError

from playground import statements, store
from playground.imageapi import official
from playground.imageapi.messages import ImageResult, PartialPicture, ReceivedPicture
from playground.imageapi.options import FILE_ENDINGS, SIZE_NAMES
from playground.imageapi.prices import picture_price, rendered_quality
from playground.pixels import child
from playground.pixels.decode import PictureError
from playground.runs import files, reserve, rows
from playground.runs.models import Picture, Run


def keep_preview(run: Run, partial: PartialPicture) -> None:
    """Show the newest preview of an unfinished picture."""
    number = partial.index + 1
    if partial.path.parent != files.folder_of(run.pk):
        # The disk is full: what room there is belongs to the picture.
        partial.path.unlink(missing_ok=True)
        return
    partial.path.replace(files.preview_path(run.pk, number))
    with contextlib.suppress(store.Unreachable):
        store.keep(files.preview_path(run.pk, number))
    run.previews = {**run.previews, str(number): partial.step + 1}
    rows.change(run.pk, {"previews": run.previews})


def keep_picture(run: Run, received: ReceivedPicture) -> Picture:
    """Keep a delivered picture, and show it. Raises PictureError when it is none; its bytes are then removed.

    Its pixels are not decoded yet: that is for `check_pictures`. Raises DatabaseError or OSError when it cannot be
    kept; it is where it was then, and may be tried again.
    """
    number = received.index + 1
    try:
        facts = child.head(received.path)
    except PictureError:
        received.path.unlink(missing_ok=True)
        raise
    name = f"{number}.{FILE_ENDINGS[facts.format]}"
    # In its own folder: what a full disk did not take stays in the spare one.
    path = received.path.replace(received.path.with_name(name))
    store.keep_surely(files.folder_of(run.pk) / name, path)
    picture = Picture(
        run=run,
        number=number,
        file=name,
        format=facts.format,
        width=facts.width,
        height=facts.height,
        size=facts.size,
        has_alpha=facts.has_alpha,
        revised_prompt=received.revised_prompt,
    )
    try:
        reserve.write(lambda: statements.insert(picture))
    except IntegrityError:
        # Whoever took this worker for dead has found it on disk.
        return Picture.objects.get(run=run, number=number)
    except Exception:
        path.replace(received.path)
        raise
    # It is there; that pages look sooner may fail.
    with contextlib.suppress(DatabaseError):
        rows.change(run.pk)
    return picture


def check_pictures(pictures: Iterable[Picture], *, patience: float = -1) -> list[Picture]:
    """Decode pictures that no one has decoded yet and make their small versions; those that turned out to be none.

    What is not even begun after `patience` seconds is left for later; a negative one waits for ever.
    """
    unusable = []
    for picture in pictures:
        if picture.thumbnail:
            continue
        name = f"{picture.number}.thumbnail.webp"
        target = files.folder_of(picture.run_id) / name
        try:
            has_small = child.check_and_thumbnail(store.fetch(files.path_of(picture)), target, patience=patience)
        except child.Busy:
            break
        except PictureError as error:
            # Our own limits say nothing against a picture that was paid for.
            if error.reason == "broken":
                unusable.append(picture)
            continue
        if has_small:
            store.keep_surely(target)
            picture.thumbnail = name
            statements.update(Picture, {"pk": picture.pk}, {"thumbnail": name})
    return unusable


def take_away(picture: Picture) -> None:
    """Remove a picture that turned out to be none."""
    Picture.objects.filter(pk=picture.pk).delete()
    rows.change(picture.run_id)
    path = files.path_of(picture)
    path.unlink(missing_ok=True)
    store.remove(files.folder_of(picture.run_id) / path.name)


def price_of(run: Run, pictures: Iterable[Picture], result: ImageResult | None) -> int:
    """Micro-dollars for the pictures that came: by the words of the answer that we know, else by what was asked."""
    api = settings.IMAGE_APIS.get(run.api)
    if api is not None and not api.profile.priced_by_table:
        usage = result.usage if result else None
        # Output that counts no tokens was not counted: no picture is drawn with none.
        return official.cost(usage) if usage and usage.output_tokens else run.estimate_high
    parameters = run.parameters
    quality = rendered_quality(result and result.quality, parameters.get("quality"))
    total = 0
    for picture in pictures:
        sizes = (result and result.size, parameters.get("size"), f"{picture.width}x{picture.height}")
        total += picture_price(next((str(one) for one in sizes if one in SIZE_NAMES), SIZE_NAMES[0]), quality)
    return total
