"""Answers as files: their pictures have addresses for an hour, and are there again when a call is sent again.

Each is a folder below DATA_DIR with the pictures and a list of what they are. What is past its time is removed, and
the oldest when there are too many: of one key, so that a busy key takes no room from others, and of all together.
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
from django.db.models import QuerySet, Sum

from playground.core.db.locks import serialized_write
from playground.core.files import storage
from playground.gateway.models import ApiKey, ImageCall, StoredAnswer
from playground.gateway.renderers.base import RenderedPicture, RenderingOptions
from playground.imageapi.catalog import FILE_ENDINGS, MAX_ANSWER_BYTES_OF_KEY, MEDIA_TYPES, URL_LIFETIME_SECONDS

MANIFEST_NAME: Final = "answer.json"
URL_FOLDER: Final = timedelta(seconds=URL_LIFETIME_SECONDS)
MAX_BYTES: Final = 4 * 1024**3
# A folder without a row was left by a killed process; no answer takes so long to be written.
STRAY_AFTER_SECONDS: Final = timedelta(hours=1)


def store_answer(
    job: ImageCall, drawn: Sequence[RenderedPicture], at: datetime, *, until: datetime, is_shown: bool
) -> StoredAnswer:
    """Write the pictures of a call to disk. Raises OSError of the disk."""
    token = secrets.token_hex(20)
    try:
        _write(_answers_folder() / token, drawn)
    except OSError:
        storage.remove_stored_folder(_answers_folder() / token)
        raise
    size = sum(picture.path.stat().st_size for picture in drawn)
    shown_until = at + URL_FOLDER if is_shown else None
    with serialized_write():
        kept = StoredAnswer.objects.create(
            job=job, token=token, bytes=size, created_at=at, until=until, shown_until=shown_until
        )
        evicted = evict_oldest(job.account)
    # After the transaction: a bucket may take its time, and other calls wait to write.
    for one in evicted:
        storage.remove_stored_folder(_answers_folder() / one)
    return kept


def load_pictures(kept: StoredAnswer) -> list[RenderedPicture]:
    """The pictures of an answer. Raises OSError when they are gone."""
    folder = _answers_folder() / kept.token
    told: dict[str, Any] = json.loads(storage.fetch_file(folder / MANIFEST_NAME).read_text(encoding="utf-8"))
    pictures = []
    for one in told["pictures"]:
        look = RenderingOptions(**one["look"])
        path = folder / published_name(one["index"], look)
        storage.fetch_file(path)
        pictures.append(RenderedPicture(one["index"], path, look, one["revised_prompt"]))
    return pictures


def publish_pictures(kept: StoredAnswer, at: datetime) -> None:
    """The addresses of its pictures are given out once more."""
    with serialized_write():
        StoredAnswer.objects.filter(pk=kept.pk).update(shown_until=at + URL_FOLDER)


def find_published(token: str, name: str, at: datetime) -> tuple[BinaryIO, str] | None:
    """The open file of the picture at an address and its media type; None when there is nothing any more."""
    number, _, ending = name.partition(".")
    kind = next((kind for kind, known in FILE_ENDINGS.items() if known == ending), None)
    if kind is None or not number.isascii() or not number.isdigit():
        return None
    if not StoredAnswer.objects.filter(token=token, shown_until__gt=at).exists():
        return None
    try:
        return storage.fetch_file(_answers_folder() / token / name).open("rb"), MEDIA_TYPES[kind]
    except OSError:
        return None


def published_name(index: int, look: RenderingOptions) -> str:
    """What the file of a picture is called: `1.png` is the first."""
    return f"{index + 1}.{FILE_ENDINGS.get(look.output_format, 'png')}"


def evict_oldest(account: ApiKey, *, of_key: int = MAX_ANSWER_BYTES_OF_KEY, of_all: int = MAX_BYTES) -> list[str]:
    """Delete the rows of the oldest answers until the key and all keys are within their bytes; their folders' names.

    Demo keys go first when all are too many: every visitor has one, and can have as many as he likes.
    """
    own = _evict(StoredAnswer.objects.filter(job__account=account).order_by("created_at"), of_key)
    return own + _evict(StoredAnswer.objects.order_by("-job__account__is_demo", "created_at"), of_all)


def delete_expired_answers(at: datetime) -> None:
    """Remove what is past its time, and folders that have no row."""
    for kept in StoredAnswer.objects.filter(until__lte=at):
        remove(kept)
    if not _answers_folder().exists():
        return
    before = (at - STRAY_AFTER_SECONDS).timestamp()
    old = [folder for folder in _answers_folder().iterdir() if folder.stat().st_mtime < before]
    known = set(StoredAnswer.objects.values_list("token", flat=True))
    for folder in old:
        if folder.name not in known:
            shutil.rmtree(folder, ignore_errors=True)


def _write(folder: Path, drawn: Sequence[RenderedPicture]) -> None:
    folder.mkdir(parents=True)
    for picture in drawn:
        _store_file(picture.path, folder / published_name(picture.index, picture.look))
    told = [{"look": asdict(one.look), "index": one.index, "revised_prompt": one.revised_prompt} for one in drawn]
    (folder / MANIFEST_NAME).write_text(json.dumps({"pictures": told}), encoding="utf-8")
    for path in folder.iterdir():
        storage.store_file(path)


def _store_file(source: Path, target: Path) -> None:
    """Give a file a second name; copied where the file system knows of none."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _evict(answers: QuerySet[StoredAnswer], limit: int) -> list[str]:
    excess = answers.order_by().aggregate(total=Sum("bytes", default=0))["total"] - limit
    evicted = []
    for kept in answers.iterator() if excess > 0 else ():
        if excess <= 0:
            break
        excess -= kept.bytes
        evicted.append(kept)
    StoredAnswer.objects.filter(pk__in=[one.pk for one in evicted]).delete()
    return [one.token for one in evicted]


def remove(kept: StoredAnswer) -> None:
    """Delete an answer, its row first."""
    kept.delete()
    storage.remove_stored_folder(_answers_folder() / kept.token)


def _answers_folder() -> Path:
    return Path(settings.FILES_DIR if settings.PICTURES_URL else settings.DATA_DIR, "answers")
