"""What a program is written for: the request, and where it goes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from django.http import QueryDict

from playground.imageapi import schemas
from playground.imageapi.catalog import FILE_ENDINGS, MAX_FILE_BYTES, MEDIA_TYPES, OUTPUT_FORMATS
from playground.imageapi.client.call import request_headers
from playground.imageapi.client.multipart import SourceMissingError, encode_body
from playground.imageapi.schemas import ImageRequest, SourceImage
from playground.pages.presenters import sources
from playground.pages.session.visitor import PageRequest
from playground.pages.snippets.quoting import json_object
from playground.runs import drafts, paths, selectors
from playground.runs.models import MASK_NAME, Picture, Run

# What stands for the key; programs never hold a real one.
KEY: Final = "cr_YOUR_QCODE_API_KEY"


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes along: in which field, under which name, and what it is called in the current folder."""

    field: str
    name: str
    media_type: str
    local: str


@dataclass(frozen=True, slots=True)
class SnippetRequest:
    """A request to the API at `base_url`, which ends in `/v1`."""

    request: ImageRequest
    base_url: str

    @property
    def url(self) -> str:
        """The address of the endpoint."""
        return f"{self.base_url}/images/{self.request.endpoint}"

    @property
    def fields(self) -> dict[str, Any]:
        """The fields that are sent, files apart; the model first, as people write it."""
        sent = self.request.parameters()
        return {"model": sent.pop("model"), **sent}

    @property
    def count(self) -> int:
        """How many pictures are asked for."""
        return self.request.n or 1

    @property
    def streams(self) -> bool:
        """Whether the answer comes as events."""
        return bool(self.request.stream)

    @property
    def media_type(self) -> str:
        """The type of the pictures that come."""
        return f"image/{self.request.output_format or OUTPUT_FORMATS[0]}"

    @property
    def images(self) -> list[File]:
        """The pictures of an edit, in order."""
        return [File("image", one.name, one.media_type, one.name) for one in self.request.images]

    @property
    def mask(self) -> File | None:
        """The mask of an edit."""
        mask: SourceImage | None = self.request.mask
        if mask is None:
            return None
        local, taken = mask.name, {one.name for one in self.request.images}
        while local in taken:
            local = f"the-{local}"
        return File("mask", mask.name, mask.media_type, local)

    @property
    def files(self) -> list[File]:
        """Pictures, then the mask: the order of the request."""
        return [*self.images, *([self.mask] if self.mask else [])]

    @property
    def outputs(self) -> list[str]:
        """The files that the program writes, one a picture."""
        ending = FILE_ENDINGS[self.request.output_format or OUTPUT_FORMATS[0]]
        if self.count == 1:
            return [f"output.{ending}"]
        return [f"output-{number}.{ending}" for number in range(1, self.count + 1)]


def parameter_text(value: object) -> str:
    """A field's value as it stands in a form."""
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a form: a text, or a file with its type, bytes and pixels; zeros where they are not known yet."""

    name: str
    value: str = ""
    file_name: str = ""
    media_type: str = ""
    size: int = 0
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A request line, headers in order, and either a JSON body or the parts of a form."""

    line: str
    headers: list[tuple[str, str]]
    json: str
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file that goes along, with its pixels. Without a path only its size is known."""

    source: SourceImage
    width: int = 0
    height: int = 0


def raw_request(target: SnippetRequest, images: Sequence[RawFile] = (), mask: RawFile | None = None) -> RawRequest:
    """What is sent for the request of `target`, whose files are `images` and `mask`."""
    url, request = urlsplit(target.url), target.request
    length, content_type = _measured(target)
    headers = {
        "Host": url.netloc,
        **request_headers(request, content_type),
        "Content-Length": length,
        "Authorization": f"Bearer {KEY}",
    }
    parts = []
    if request.endpoint == "edits":
        parts = [Part(name, parameter_text(value)) for name, value in request.parameters().items()]
        parts += [_file("image", one) for one in images] + ([_file("mask", mask)] if mask else [])
    return RawRequest(
        line=f"POST {url.path} HTTP/1.1",
        headers=[(name, value) for name, value in headers.items() if value],
        json=json_object(request.parameters()) if request.endpoint == "generations" else "",
        parts=parts,
    )


def _measured(target: SnippetRequest) -> tuple[str, str]:
    """Content length, empty where a file is not here yet, and content type with a boundary of the right length."""
    request = target.request
    try:
        body, content_type = encode_body(request)
    except SourceMissingError:
        return "", "multipart/form-data"
    is_unknown = any(one.path == Path() for one in (*request.images, *filter(None, [request.mask])))
    return "" if is_unknown else str(len(body)), content_type


def _file(name: str, sent: RawFile) -> Part:
    source = sent.source
    return Part(name, "", source.name, source.media_type, source.size, sent.width, sent.height)


def snippet_files(request: PageRequest, entries: QueryDict) -> tuple[list[RawFile], RawFile | None]:
    """Pictures and mask that go along with `entries`. Raises Http404 for what is not the visitor's.

    `mask_bytes` is the size of a mask that is still in the browser.
    """
    who = request.visitor.id
    if run_id := entries.get("of_run"):
        images, mask = run_files(selectors.get_run(who, run_id))
    elif place := entries.get("of_picture"):
        run_id, _slash, number = place.partition("/")
        is_number = number.isascii() and number.isdigit() and len(number) < 4
        images, mask = picture_files(selectors.get_picture(who, run_id, int(number) if is_number else 0)), None
    else:
        images, mask = draft_files(who, entries.getlist("source"))
    told = entries.get("mask_bytes", "")
    if told.isascii() and told.isdigit() and 0 < int(told[:12]) <= MAX_FILE_BYTES and images:
        source = schemas.SourceImage(Path(), MASK_NAME, MEDIA_TYPES["png"], int(told))
        return images, RawFile(source, images[0].width, images[0].height)
    return images, mask


def draft_files(who: str, order: Iterable[str] = ()) -> tuple[list[RawFile], RawFile | None]:
    """The pictures that wait on the edit page, those of `order` first, and the mask that is kept with the first."""
    present = {one.pk: one for one in drafts.list_sources(who)}
    named = [present[one] for one in dict.fromkeys(order) if one in present] or list(present.values())
    images = [RawFile(drafts.source_as_image(one), one.width, one.height) for one in named]
    kept = drafts.mask_for_source(named[0]) if named else None
    return images, RawFile(drafts.mask_as_source(kept), images[0].width, images[0].height) if kept else None


def run_files(run: Run) -> tuple[list[RawFile], RawFile | None]:
    """The pictures and the mask that a run sent."""
    asked = run.request()
    images = [
        RawFile(source, facts["width"], facts["height"])
        for source, facts in zip(asked.images, run.sources, strict=True)
    ]
    return images, RawFile(asked.mask, images[0].width, images[0].height) if asked.mask and images else None


def picture_files(picture: Picture) -> list[RawFile]:
    """A result as the one picture of an edit."""
    name = sources.result_source_view(picture).name
    source = schemas.SourceImage(paths.picture_path(picture), name, picture.media_type, picture.size)
    return [RawFile(source, picture.width, picture.height)]
