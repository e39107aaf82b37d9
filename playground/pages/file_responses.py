"""Pictures as files: download links, file names, conversions, and responses that browsers only display."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from zipstream import ZipStream

from playground.core.files import storage
from playground.imageapi.catalog import ALPHA_FORMATS, MEDIA_TYPES, OUTPUT_FORMATS, RESULT_EXTENSIONS
from playground.imageapi.untrusted_text import safe_file_name
from playground.imaging.convert import Conversion
from playground.imaging.metadata import MAX_JPEG_BYTES, xmp_packet
from playground.runs import paths
from playground.runs.models import Picture, Run

# Never the model's name: a file that leaves the page must not claim what the model did not draw.
DEMO_RENDERER: Final = "Demo renderer of the gpt-image-2 playground"
_LABELS: Final = {"png": "PNG", "jpeg": "JPEG", "webp": "WebP", "gif": "GIF", "svg": "SVG"}
# At most 160 bytes in UTF-8; file systems allow 255 for the whole name.
_MAX_STEM_LENGTH: Final = 40
# 24 bits are enough to tell the runs of one visitor apart.
_SHORT_ID: Final = 6
_BLOCK_BYTES: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class Download:
    """A picture in one format. `size_label` is empty until the file exists."""

    format: str
    label: str
    url: str
    file_name: str
    size_label: str = ""


def download_links(
    picture: Picture, run: Run, sizes: dict[str, int] | None = None, *, locked: bool = False
) -> list[Download]:
    """Return a link for each format; `sizes` are the known sizes in bytes by format.

    With `locked` the links lead to the result that keeps the source outside the mask.
    """
    known = {**({} if locked else {picture.format: picture.size}), **(sizes or {})}
    return [
        Download(
            name,
            _LABELS[name],
            download_url(picture, name, locked=locked),
            file_name(run, picture.number, name, locked=locked),
            filesizeformat(known[name]) if name in known else "",
        )
        for name in (OUTPUT_FORMATS if picture.is_still else (picture.format,))
    ]


def download_url(picture: Picture, name: str, *, locked: bool = False) -> str:
    """Return the address of the picture as an attachment in that format."""
    address = reverse("locked" if locked else "picture", args=[picture.run_id, picture.number])
    return f"{address}?{urlencode({'format': name, 'download': 1})}"


def file_name(run: Run, number: int, name: str, *, locked: bool = False) -> str:
    """Return a name from the prompt, the run and the picture's number: `vintage-poster_3f2a91_1.png`."""
    return f"{file_stem(run)}_{number}{'-locked' if locked else ''}.{RESULT_EXTENSIONS[name]}"


def file_stem(run: Run) -> str:
    """Return the part of the name that all files of a run share."""
    return f"{_words(run.prompt) or 'picture'}_{run.pk[:_SHORT_ID]}"


def _words(prompt: str) -> str:
    """Join the first words, of any script, by hyphens; cut between words where that is possible."""
    # A prompt may have 32,000 characters; the name needs the first 40.
    joined = "-".join(re.findall(r"[^\W_]+", prompt[:200].lower()))
    if len(joined) <= _MAX_STEM_LENGTH:
        return joined
    # Chinese has no spaces, so there may be nothing to cut at.
    cut = joined[: _MAX_STEM_LENGTH + 1].rpartition("-")[0]
    return cut or joined[:_MAX_STEM_LENGTH]


def content_disposition(name: str, *, as_attachment: bool) -> str:
    """Return the header for a name in any script (RFC 6266): an ASCII name, then the real one."""
    fallback = _ascii_name(name)
    kind = "attachment" if as_attachment else "inline"
    extended = "" if fallback == name else f"; filename*=UTF-8''{quote(name, safe='')}"
    return f'{kind}; filename="{fallback}"{extended}'


def _ascii_name(name: str) -> str:
    """Keep ASCII and the extension of the name: programs without RFC 6266 tell the type from the extension."""
    whole, dot, extension = name.rpartition(".") if "." in name else (name, "", "")
    stem, separator, suffix = _ascii(whole).partition("_")
    plain = f"{stem.strip('-.') or 'picture'}{separator}{suffix}".rstrip("-._")
    return f"{plain}{dot}{_ascii(extension)}".rstrip(".")


def _ascii(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "", text)


# A picture never changes under its address, but it can be deleted.
ONE_DAY_CACHE: Final = "private, max-age=86400, immutable"
# A shared file can be withdrawn: browsers ask each time whether they may still show it.
SHARED_CACHE: Final = "private, no-cache"
# The address of a shared run opens it, so no other site may learn it.
NO_REFERRER: Final = "no-referrer"
# A file may hold HTML or SVG whatever its type says; opened by itself it must run nothing.
_INERT: Final = "default-src 'none'; sandbox"
_FORMATS: Final = {media_type: name for name, media_type in MEDIA_TYPES.items()}


def file_response(
    request: HttpRequest,
    path: Path,
    media_type: str,
    name: str,
    *,
    as_attachment: bool = False,
    cache_control: str = ONE_DAY_CACHE,
    may_change: bool = False,
) -> HttpResponseBase:
    """Return the file, or 304 when the browser has it. Raises Http404 when it was deleted.

    Replace the extension of `name` by that of the media type: a thumbnail may have another format than its picture.
    """
    try:
        stat = storage.fetch_file(path, may_change=may_change).stat()
    except FileNotFoundError:
        raise Http404("the file was deleted") from None
    # Replaced files have another inode even when size and second are the same.
    etag = f'"{stat.st_ino:x}-{stat.st_size:x}-{stat.st_mtime_ns:x}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag, int(stat.st_mtime))
    if response is None:
        # For a HEAD with a body, gunicorn logs a warning; and the file would be opened needlessly.
        response = (
            HttpResponse(content_type=media_type)
            if request.method == "HEAD"
            else FileResponse(path.open("rb"), content_type=media_type)
        )
        response.headers["Content-Length"] = str(stat.st_size)
        full_name = safe_file_name(name, _FORMATS[media_type]) if media_type in _FORMATS else name
        response.headers["Content-Disposition"] = content_disposition(full_name, as_attachment=as_attachment)
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(stat.st_mtime)
    return inert_response(response, cache_control)


def inert_response(response: HttpResponseBase, cache_control: str) -> HttpResponseBase:
    """Add headers that let browsers only display or store the response: no scripts, no sniffing, no other site."""
    response.headers["Cache-Control"] = cache_control
    response.headers["Content-Security-Policy"] = _INERT
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


class BadConversionError(Exception):
    """A query parameter is invalid; the text of the exception is shown to the visitor."""


def read_conversion(picture: Picture, query: Mapping[str, str], *, locked: bool = False) -> Conversion | None:
    """Return the requested conversion; None for the file as it is. Raises BadConversionError.

    With `locked` the original is a PNG, which may be as transparent as the source of the edit. Parameters without
    effect are dropped, so that equal results share one cached file and the original stays untouched.
    """
    original = "png" if locked else picture.format
    name = query.get("format") or original
    if not picture.is_still:
        if name != original:
            raise BadConversionError(_("This image can only be downloaded as it is."))
        return None
    if name not in OUTPUT_FORMATS:
        raise BadConversionError(_("format must be png, jpeg or webp."))
    quality, matte = _read_quality(query.get("quality", "")), _read_matte(query.get("matte", ""))
    if name == "png":
        quality = None
    flattens = query.get("flatten") == "1" and (locked or picture.has_alpha)
    if not (locked or picture.has_alpha) or (name in ALPHA_FORMATS and not flattens):
        matte = None
    xmp = picture_xmp(picture, name) if query.get("metadata") == "1" else b""
    if name == original and quality is None and matte is None and not flattens and not xmp:
        return None
    # The default quality and matte are those of imaging/convert.py.
    default = Conversion(name)
    return Conversion(
        name,
        default.quality if quality is None else quality,
        default.matte if matte is None else matte,
        flattens=flattens and name in ALPHA_FORMATS,
        xmp=xmp,
    )


def picture_xmp(picture: Picture, name: str) -> bytes:
    """Return an XMP packet with prompt, model and date of the picture, for a file of the format `name`."""
    run = picture.run
    model = str(run.parameters.get("model", ""))
    # Terms of the IPTC: https://cv.iptc.org/newscodes/digitalsourcetype/
    if is_drawn_here(run):
        model, source_type = DEMO_RENDERER, "algorithmicMedia"
    elif run.endpoint == "edits":
        source_type = "compositeWithTrainedAlgorithmicMedia"
    else:
        source_type = "trainedAlgorithmicMedia"
    created = timezone.localtime(run.finished_at or run.created_at)
    max_bytes = MAX_JPEG_BYTES if name == "jpeg" else 0
    return xmp_packet(run.prompt, model, created, source_type=source_type, max_bytes=max_bytes)


def is_drawn_here(run: Run) -> bool:
    """Say whether the demo renderer draws the pictures of the run instead of a model."""
    api = settings.IMAGE_APIS.get(run.api)
    return run.is_demo or (api is not None and api.is_builtin and not settings.GATEWAY_UPSTREAM_URL)


def _read_quality(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,3}", text, re.ASCII) or int(text) > 100:
        raise BadConversionError(_("quality must be a whole number from 0 to 100."))
    return int(text)


def _read_matte(text: str) -> str | None:
    if not text:
        return None
    # Browsers' colour inputs send a leading #.
    if not re.fullmatch(r"#?[0-9a-fA-F]{6}", text, re.ASCII):
        raise BadConversionError(_("matte must be six hexadecimal digits, such as ffffff."))
    return text.removeprefix("#").lower()


def zip_response(
    pictures: Sequence[Picture], name: str, texts: Mapping[str, bytes] = MappingProxyType({})
) -> HttpResponseBase:
    """Stream the pictures, and texts by their file names, as a ZIP. Raises Http404 when the first file was deleted.

    They are stored, because they are already compressed. So the length is known before the first byte, and browsers
    notice when a download breaks off.
    """
    archive = ZipStream(sized=True)
    for text_name, text in texts.items():
        archive.add(text, text_name)
    for picture in pictures:
        archive.add(_read_blocks(picture), file_name(picture.run, picture.number, picture.format), size=picture.size)
    try:
        storage.fetch_file(paths.picture_path(pictures[0]))
    except FileNotFoundError:
        raise Http404("the files are gone") from None
    response = StreamingHttpResponse(iter(archive), content_type="application/zip")
    response.headers["Content-Length"] = str(len(archive))
    response.headers["Content-Disposition"] = content_disposition(name, as_attachment=True)
    return inert_response(response, "no-store")


def _read_blocks(picture: Picture) -> Iterator[bytes]:
    # The file is fetched when its turn comes: the first byte does not wait until a bucket has sent all of them.
    with storage.fetch_file(paths.picture_path(picture)).open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            yield block
