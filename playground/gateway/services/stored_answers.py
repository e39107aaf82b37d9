"""Answers on disk: their pictures have addresses for an hour, and are delivered again when a call is sent again.

Each answer is a folder below DATA_DIR with the pictures and a manifest. Expired answers are removed, and the oldest
ones over the limit of a key, so that a busy key takes no space from others, and over the limit of all keys.
"""

import json
import os
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Final

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.urls import reverse

from playground.core.db.transactions import serialized_write
from playground.core.files import storage
from playground.gateway.models import ApiKey, ImageCall, ImageJob, StoredAnswer
from playground.gateway.renderers.base import RenderedPicture, RenderingOptions
from playground.imageapi.catalog import FILE_EXTENSIONS, MAX_ANSWER_BYTES_OF_KEY, MEDIA_TYPES, URL_LIFETIME_SECONDS

MANIFEST_NAME: Final = "answer.json"
URL_LIFETIME: Final = timedelta(seconds=URL_LIFETIME_SECONDS)
MAX_BYTES: Final = 4 * 1024**3
# A folder without a row is left of a killed process; writing an answer never takes so long.
STRAY_AGE: Final = timedelta(hours=1)


def store_answer(
    call: ImageCall, pictures: Sequence[RenderedPicture], now: datetime, *, expires_at: datetime, is_published: bool
) -> StoredAnswer:
    """Write the pictures of a call to disk. Raises OSError of the disk."""
    # 160 bits: anyone with the URL sees the picture, so it must be impossible to guess.
    token = secrets.token_hex(20)
    try:
        _write_folder(_answers_folder() / token, pictures)
    except OSError:
        storage.remove_stored_folder(_answers_folder() / token)
        raise
    size = sum(picture.path.stat().st_size for picture in pictures)
    published_until = now + URL_LIFETIME if is_published else None
    with serialized_write():
        stored_answer = StoredAnswer.objects.create(
            call=call,
            token=token,
            bytes=size,
            created_at=now,
            expires_at=expires_at,
            published_until=published_until,
        )
        evicted = evict_oldest(call.api_key)
    # After the transaction: a bucket may be slow, and other calls wait to write.
    for name in evicted:
        storage.remove_stored_folder(_answers_folder() / name)
    return stored_answer


def load_pictures(stored_answer: StoredAnswer) -> list[RenderedPicture]:
    """Fetch the pictures of an answer. Raises OSError when they are gone."""
    folder = _answers_folder() / stored_answer.token
    manifest: dict[str, Any] = json.loads(storage.fetch_file(folder / MANIFEST_NAME).read_text(encoding="utf-8"))
    pictures = []
    for entry in manifest["pictures"]:
        options = RenderingOptions(**entry["look"])
        path = folder / published_name(entry["index"], options)
        storage.fetch_file(path)
        pictures.append(RenderedPicture(entry["index"], path, options, entry["revised_prompt"]))
    return pictures


def publish_pictures(stored_answer: StoredAnswer, now: datetime) -> None:
    """Let the addresses of the pictures work for another hour."""
    with serialized_write():
        StoredAnswer.objects.filter(pk=stored_answer.pk).update(published_until=now + URL_LIFETIME)


def find_published(token: str, name: str, now: datetime) -> tuple[BinaryIO, str] | None:
    """Open the picture at an address; return it with its media type, or None when it is not there any more."""
    number, _, extension = name.partition(".")
    output_format = next(
        (format for format, format_extension in FILE_EXTENSIONS.items() if format_extension == extension), None
    )
    if output_format is None or not number.isascii() or not number.isdigit():
        return None
    if not StoredAnswer.objects.filter(token=token, published_until__gt=now).exists():
        return None
    try:
        return storage.fetch_file(_answers_folder() / token / name).open("rb"), MEDIA_TYPES[output_format]
    except OSError:
        return None


def published_name(index: int, options: RenderingOptions) -> str:
    """Return the name of a picture's file: `1.png` is the first."""
    return f"{index + 1}.{FILE_EXTENSIONS.get(options.output_format, 'png')}"


def published_url(site: str, stored_answer: StoredAnswer, picture: RenderedPicture) -> str:
    """Build the address of a picture. It works for an hour, without a key, and cannot be guessed."""
    name = published_name(picture.index, picture.options)
    return f"{site}{reverse('gateway:picture', args=(stored_answer.token, name))}"


def evict_oldest(
    api_key: ApiKey, *, key_limit: int = MAX_ANSWER_BYTES_OF_KEY, total_limit: int = MAX_BYTES
) -> list[str]:
    """Delete rows of the oldest answers until the limits in bytes hold; return the names of their folders.

    Answers of demo keys go first when all are too large: each visitor can have any number of demo keys. Answers of
    jobs go last: nothing else delivers their pictures, which are charged.
    """
    answers = StoredAnswer.objects.annotate(is_of_job=Exists(ImageJob.objects.filter(call=OuterRef("call"))))
    of_key = _evict(answers.filter(call__api_key=api_key).order_by("is_of_job", "created_at"), key_limit)
    return of_key + _evict(answers.order_by("-call__api_key__is_demo", "is_of_job", "created_at"), total_limit)


def remove_answer(stored_answer: StoredAnswer) -> None:
    """Delete an answer, its row first."""
    stored_answer.delete()
    storage.remove_stored_folder(_answers_folder() / stored_answer.token)


def delete_expired_answers(now: datetime) -> None:
    """Remove expired answers, and folders without a row."""
    for stored_answer in StoredAnswer.objects.filter(expires_at__lte=now):
        remove_answer(stored_answer)
    if not _answers_folder().exists():
        return
    before = (now - STRAY_AGE).timestamp()
    old_folders = [folder for folder in _answers_folder().iterdir() if folder.stat().st_mtime < before]
    # Read after the folders were listed: an answer that is written meanwhile has a row.
    tokens = set(StoredAnswer.objects.values_list("token", flat=True))
    for folder in old_folders:
        if folder.name not in tokens:
            shutil.rmtree(folder, ignore_errors=True)


def _write_folder(folder: Path, pictures: Sequence[RenderedPicture]) -> None:
    folder.mkdir(parents=True)
    for picture in pictures:
        _link_file(picture.path, folder / published_name(picture.index, picture.options))
    # "look" is what earlier versions wrote: both read each other's answers during an upgrade.
    entries = [
        {"look": asdict(picture.options), "index": picture.index, "revised_prompt": picture.revised_prompt}
        for picture in pictures
    ]
    (folder / MANIFEST_NAME).write_text(json.dumps({"pictures": entries}), encoding="utf-8")
    for path in folder.iterdir():
        storage.store_file(path)


def _link_file(source: Path, target: Path) -> None:
    """Link the file, or copy it where the file system has no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _evict(answers: QuerySet[StoredAnswer], limit: int) -> list[str]:
    excess = answers.order_by().aggregate(total=Sum("bytes", default=0))["total"] - limit
    evicted = []
    for stored_answer in answers.iterator() if excess > 0 else ():
        if excess <= 0:
            break
        excess -= stored_answer.bytes
        evicted.append(stored_answer)
    StoredAnswer.objects.filter(pk__in=[stored_answer.pk for stored_answer in evicted]).delete()
    return [stored_answer.token for stored_answer in evicted]


def _answers_folder() -> Path:
    return Path(settings.FILES_DIR if settings.PICTURES_URL else settings.DATA_DIR, "answers")
