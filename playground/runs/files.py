"""Where a run's files are, and the pictures made from them: previews, thumbnails, conversions."""

from pathlib import Path

from django.conf import settings

from playground.imageapi.options import FILE_ENDINGS
from playground.pixels import child
from playground.pixels.encode import Conversion
from playground.runs.models import Picture


def folder_of(run_id: str) -> Path:
    """The folder that holds everything of one run; two levels keep folders small."""
    return Path(settings.PICTURES_DIR) / run_id[:2] / run_id


def path_of(picture: Picture) -> Path:
    """The picture as the API delivered it."""
    return folder_of(picture.run_id) / picture.file


def thumbnail_of(picture: Picture) -> Path:
    """The small picture for lists; the picture itself until the runner has made one."""
    return folder_of(picture.run_id) / (picture.thumbnail or picture.file)


def preview_path(run_id: str, number: int) -> Path:
    """The newest preview of picture `number`."""
    return folder_of(run_id) / f"preview-{number}"


def converted(picture: Picture, conversion: Conversion) -> Path:
    """The picture in another format, made once and kept. Raises PictureError when it cannot be made."""
    ending = FILE_ENDINGS[conversion.format]
    target = folder_of(picture.run_id) / f"{picture.number}-{conversion.quality}-{conversion.matte}.{ending}"
    if not target.exists():
        child.convert(path_of(picture), target, conversion)
    return target
