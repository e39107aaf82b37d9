"""Pictures as files to keep: what formats there are, and names that say what is inside."""

import re
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final
from urllib.parse import quote, urlencode

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _

from playground.core.files import storage
from playground.imageapi.catalog import ALPHA_FORMATS, FILE_ENDINGS, MEDIA_TYPES, OUTPUT_FORMATS
from playground.imageapi.untrusted_text import safe_file_name
from playground.imaging.convert import Conversion
from playground.runs import paths
from playground.runs.models import Picture, Run

_LABELS: Final = {"png": "PNG", "jpeg": "JPEG", "webp": "WebP"}
_MAX_STEM_LENGTH: Final = 40
_SHORT_ID: Final = 6


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
    """The three formats, the delivered one with its true size; `sizes` are bytes by format where known.

    `locked`: of the picture that keeps what is outside the mask.
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
        for name in OUTPUT_FORMATS
    ]


def download_url(picture: Picture, name: str, *, locked: bool = False) -> str:
    """Where the picture is delivered as an attachment in that format."""
    address = reverse("locked" if locked else "picture", args=[picture.run_id, picture.number])
    return f"{address}?{urlencode({'format': name, 'download': 1})}"


def file_name(run: Run, number: int, name: str, *, locked: bool = False) -> str:
    """A name from the prompt's first words, the run and the picture's number: `vintage-poster_3f2a91_1.png`."""
    return f"{file_stem(run)}_{number}{'-locked' if locked else ''}.{FILE_ENDINGS[name]}"


def file_stem(run: Run) -> str:
    """The part of the name that all files of a run share."""
    return f"{_words(run.prompt) or 'picture'}_{run.pk[:_SHORT_ID]}"


def _words(prompt: str) -> str:
    """The first words, letters and digits of any script joined by hyphens; cut at a word where there is one."""
    joined = "-".join(re.findall(r"[^\W_]+", prompt[:200].lower()))
    if len(joined) <= _MAX_STEM_LENGTH:
        return joined
    cut = joined[: _MAX_STEM_LENGTH + 1].rpartition("-")[0]
    return cut or joined[:_MAX_STEM_LENGTH]


def content_disposition(name: str, *, attached: bool) -> str:
    """The Content-Disposition for a file name in any script (RFC 6266): an ASCII name, and the real one beside it."""
    fallback = _ascii_name(name)
    kind = "attachment" if attached else "inline"
    extended = "" if fallback == name else f"; filename*=UTF-8''{quote(name, safe='')}"
    return f'{kind}; filename="{fallback}"{extended}'


def _ascii_name(name: str) -> str:
    """Keep what is ASCII of the name, and its ending: programs without RFC 6266 tell a file's type by that."""
    whole, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
    words, mark, rest = _ascii(whole).partition("_")
    plain = f"{words.strip('-.') or 'picture'}{mark}{rest}".rstrip("-._")
    return f"{plain}{dot}{_ascii(ending)}".rstrip(".")


def _ascii(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "", text)


ONE_DAY_CACHE: Final = "private, max-age=86400, immutable"
_INERT: Final = "default-src 'none'; sandbox"
_FORMATS: Final = {media_type: name for name, media_type in MEDIA_TYPES.items()}


def file_response(
    request: HttpRequest,
    path: Path,
    media_type: str,
    name: str,
    *,
    attached: bool = False,
    caching: str = ONE_DAY_CACHE,
    may_change: bool = False,
) -> HttpResponseBase:
    """The file as it is kept, or 304 when the browser has it. Raises Http404 when it is gone.

    The file is called `name`, with the ending of its media type: a small version may be of another one.
    """
    try:
        facts = storage.fetch_file(path, may_change=may_change).stat()
    except FileNotFoundError:
        raise Http404("the file is gone") from None
    etag = f'"{facts.st_ino:x}-{facts.st_size:x}-{facts.st_mtime_ns:x}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag, int(facts.st_mtime))
    if response is None:
        # A HEAD with a body makes gunicorn complain in the log, and opens a file for nothing.
        response = (
            HttpResponse(content_type=media_type)
            if request.method == "HEAD"
            else FileResponse(path.open("rb"), content_type=media_type)
        )
        response.headers["Content-Length"] = str(facts.st_size)
        true_name = safe_file_name(name, _FORMATS[media_type]) if media_type in _FORMATS else name
        response.headers["Content-Disposition"] = content_disposition(true_name, attached=attached)
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(facts.st_mtime)
    return inert_response(response, caching)


def inert_response(response: HttpResponseBase, caching: str) -> HttpResponseBase:
    """The response as something to look at and keep, never a page: no scripts, no type guessing, no other site."""
    response.headers["Cache-Control"] = caching
    response.headers["Content-Security-Policy"] = _INERT
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


class BadConversionError(Exception):
    """A parameter of the address is wrong; its text is a sentence for people."""


def read_conversion(picture: Picture, asked: Mapping[str, str], *, locked: bool = False) -> Conversion | None:
    """The conversion that the address asks for; None for the bytes as they are. Raises BadParameter.

    `locked`: of the picture that keeps what is outside the mask, a PNG that may be as transparent as its source.
    """
    made_as = "png" if locked else picture.format
    name = asked.get("format") or made_as
    if name not in OUTPUT_FORMATS:
        raise BadConversionError(_("The format must be png, jpeg or webp."))
    quality, matte = _quality(asked.get("quality", "")), _matte(asked.get("matte", ""))
    if name == made_as and quality is None and matte is None:
        return None
    plain = Conversion(name)
    # What has no effect is left out, so that one result is one file.
    return Conversion(
        name,
        plain.quality if quality is None or name == "png" else quality,
        plain.matte if matte is None or name in ALPHA_FORMATS or not (locked or picture.has_alpha) else matte,
    )


def _quality(said: str) -> int | None:
    if not said:
        return None
    if not re.fullmatch(r"[0-9]{1,3}", said, re.ASCII) or int(said) > 100:
        raise BadConversionError(_("The quality must be a whole number from 0 to 100."))
    return int(said)


def _matte(said: str) -> str | None:
    if not said:
        return None
    # Browsers' colour fields write a hash sign before it.
    if not re.fullmatch(r"#?[0-9a-fA-F]{6}", said, re.ASCII):
        raise BadConversionError(_("The matte must be six hexadecimal digits, such as ffffff."))
    return said.removeprefix("#").lower()


def zip_file(run: Run, pictures: Sequence[Picture]) -> IO[bytes]:
    """An open temporary file that holds the ZIP, at its start. Pictures are compressed already: they are stored."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as bundle:
        for picture in pictures:
            bundle.write(
                storage.fetch_file(paths.picture_path(picture)), file_name(run, picture.number, picture.format)
            )
    target.seek(0)
    return target
