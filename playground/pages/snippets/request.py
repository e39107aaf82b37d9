"""The request that the programs of the code panel send, its raw HTTP form, and its files."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from django.http import QueryDict
from markupsafe import Markup

from playground.imageapi import schemas
from playground.imageapi.catalog import (
    FILE_EXTENSIONS,
    MAX_FILE_BYTES,
    MEDIA_TYPES,
    OUTPUT_FORMATS,
    RESULT_EXTENSIONS,
    RESULT_MEDIA_TYPES,
    parse_size,
)
from playground.imageapi.client.request import SourceMissingError, encode_body, form_value, request_headers
from playground.imageapi.providers import Capabilities
from playground.imageapi.schemas import ImageRequest, SourceImage
from playground.imageapi.untrusted_text import is_invisible, unique_file_names
from playground.imaging.alignment import box_size
from playground.imaging.annotations import Annotation
from playground.imaging.frames import Frame, FrameError, is_padded, parse_frame
from playground.pages.forms import markup
from playground.pages.forms.edit_sources import FRAME_FIELD, frame_values
from playground.pages.session.visitor import PageRequest
from playground.pages.snippets.highlight import highlight
from playground.runs import draft_masks, drafts, selectors
from playground.runs.models import MARKUP_NAME, MASK_NAME, Run
from playground.runs.services.framing import framed_name, resolve_size

# Seconds between two looks at a job.
JOB_POLL_SECONDS: Final = 2
# Programs never hold a real key.
KEY: Final = "cr_YOUR_QCODE_API_KEY"


@dataclass(frozen=True, slots=True)
class File:
    """A file of a request: its field, the name that is sent, and its name in the current folder."""

    field: str
    name: str
    media_type: str
    local: str


@dataclass(frozen=True, slots=True)
class SnippetRequest:
    """A request to the API at `base_url`, which ends in `/v1`; `is_job`: as a job of the built-in API."""

    request: ImageRequest
    base_url: str
    is_job: bool = False
    images_field: str = "image"

    @property
    def url(self) -> str:
        """Return the address of the endpoint."""
        return f"{self.base_url}/images/{self.request.endpoint}"

    @property
    def fields(self) -> dict[str, Any]:
        """Return the fields that are sent, without files, and with the model first."""
        parameters = self.request.parameters()
        return {"model": parameters.pop("model"), **parameters}

    @property
    def count(self) -> int:
        """Return the number of requested pictures."""
        return self.request.n or 1

    @property
    def streams(self) -> bool:
        """Return True when the response comes as server-sent events."""
        return bool(self.request.stream)

    @property
    def media_type(self) -> str:
        """Return the media type of the results."""
        return RESULT_MEDIA_TYPES[self.request.output_format or OUTPUT_FORMATS[0]]

    @property
    def images(self) -> list[File]:
        """Return the pictures of an edit, in order."""
        return [File(self.images_field, image.name, image.media_type, image.name) for image in self.request.images]

    @property
    def layers(self) -> list[File]:
        """Return the mask and the markup of an edit, under local names that no picture has."""
        layers, taken = [], {image.name for image in self.request.images}
        for field, layer in (("mask", self.request.mask), ("markup", self.request.markup)):
            if layer is None:
                continue
            local = layer.name
            while local in taken:
                local = f"the-{local}"
            layers.append(File(field, layer.name, layer.media_type, local))
        return layers

    @property
    def files(self) -> list[File]:
        """Return the pictures, then the layers, in the order of the request."""
        return [*self.images, *self.layers]

    @property
    def outputs(self) -> list[str]:
        """Return the names of the files that the program writes, one for each picture."""
        extension = RESULT_EXTENSIONS[self.request.output_format or OUTPUT_FORMATS[0]]
        if self.count == 1:
            return [f"output.{extension}"]
        return [f"output-{number}.{extension}" for number in range(1, self.count + 1)]


@dataclass(frozen=True, slots=True)
class FormPart:
    """A part of a multipart form: a text, or a file. Sizes are 0 while they are not known."""

    name: str
    value: str = ""
    file_name: str = ""
    media_type: str = ""
    size: int = 0
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class RawRequest:
    """The HTTP request: its first line, headers in order, and a JSON body or the parts of a form."""

    line: str
    headers: list[tuple[str, str]]
    json: str
    parts: list[FormPart]

    @property
    def json_html(self) -> Markup:
        """Return the highlighted JSON body."""
        return highlight(self.json, "json")


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file of a request, with its pixels. Without a path only its size is known."""

    source: SourceImage
    width: int = 0
    height: int = 0
    has_alpha: bool = False


@dataclass(frozen=True, slots=True)
class FormFiles:
    """The files of an edit, and how the first picture is framed before it is sent; None: it is sent whole."""

    images: Sequence[RawFile] = ()
    mask: RawFile | None = None
    markup: RawFile | None = None
    frame: Frame | None = None

    @property
    def layers(self) -> list[tuple[str, RawFile]]:
        """The mask and the markup with their fields."""
        layers = (("mask", self.mask), ("markup", self.markup))
        return [(field, layer) for field, layer in layers if layer is not None]


def raw_request(target: SnippetRequest, files: FormFiles) -> RawRequest:
    """Return the HTTP request for `target`, which has these files."""
    url, request = urlsplit(target.url), target.request
    length, content_type = _measure_body(target)
    headers = {
        "Host": url.netloc,
        **request_headers(content_type, is_stream=request.stream),
        "Content-Length": length,
        "Authorization": f"Bearer {KEY}",
    }
    parts = []
    if request.endpoint == "edits":
        parts = [FormPart(name, form_value(value)) for name, value in request.parameters().items()]
        parts += [_file_part(target.images_field, image) for image in files.images]
        parts += [_file_part(field, layer) for field, layer in files.layers]
    return RawRequest(
        line=f"POST {url.path} HTTP/1.1",
        headers=[(name, value) for name, value in headers.items() if value],
        json=json_object(request.parameters()) if request.endpoint == "generations" else "",
        parts=parts,
    )


def snippet_files(request: PageRequest, entries: QueryDict, capabilities: Capabilities) -> FormFiles:
    """Return the files of a form's entries. Raises Http404 for those of another visitor.

    `mask_bytes` is the size of a mask that is still in the browser.
    """
    visitor_id = request.visitor.id
    if run_id := entries.get("of_run"):
        run = selectors.get_run(visitor_id, run_id)
        sent = run_files(run)
        is_drawn = [bool(facts.get("is_notes")) and not run.frame for facts in run.sources]
        images = [image for image, drawn in zip(sent.images, is_drawn, strict=True) if not drawn]
        # The copy with annotations of a framed picture is sent as it is: they fit the picture before it was framed.
        files, annotations = FormFiles(images, sent.mask), None if run.frame else run.annotations
    else:
        files, annotations = draft_files(visitor_id, entries.getlist("source"))
        files = replace(files, frame=_draft_frame(visitor_id, entries))
    mask_bytes = entries.get("mask_bytes", "")
    if re.fullmatch("[0-9]{1,12}", mask_bytes, re.ASCII) and 0 < int(mask_bytes) <= MAX_FILE_BYTES and files.images:
        first = files.images[0]
        source = schemas.SourceImage(Path(), MASK_NAME, MEDIA_TYPES["png"], int(mask_bytes))
        files = replace(files, mask=RawFile(source, first.width, first.height))
    return _add_drawing(files, capabilities) if annotations and files.images else files


def _draft_frame(visitor_id: str, entries: QueryDict) -> Frame | None:
    """Return how the form frames its first picture, or how that is stored."""
    first = next(iter(drafts.list_sources(visitor_id)), None)
    values = frame_values(entries) if FRAME_FIELD in entries else (first and first.frame) or {}
    try:
        frame = parse_frame(values)
    except FrameError:
        # The page says what is wrong with it.
        return None
    return frame if frame.mode != "fit" else None


def frame_files(request: ImageRequest, files: FormFiles, frame: Frame) -> tuple[ImageRequest, FormFiles]:
    """Return a request and its files with the first picture framed. Raises FrameError.

    The framed picture is made when the form is sent, so its bytes are not known yet.
    """
    first, *others = files.images
    size = resolve_size(frame, (first.width, first.height), request.size)
    box = frame.box((first.width, first.height), parse_size(size))
    width, height = box_size(box)
    png, mask = MEDIA_TYPES["png"], files.mask
    framed = RawFile(SourceImage(Path(), framed_name(first.source.name, frame), png, 0), width, height)
    if mask or is_padded(box, (first.width, first.height)):
        mask = RawFile(SourceImage(Path(), MASK_NAME, png, 0), width, height)
    names = unique_file_names(file.source.name for file in (framed, *others))
    images = [
        replace(file, source=replace(file.source, name=name))
        for file, name in zip((framed, *others), names, strict=True)
    ]
    sources = tuple(file.source for file in images)
    request = replace(request, size=size, images=sources, mask=mask.source if mask else None)
    return request, replace(files, images=images, mask=mask)


def _add_drawing(files: FormFiles, capabilities: Capabilities) -> FormFiles:
    """Add the file that is drawn from annotations when the form is sent; its bytes are not known yet."""
    first = files.images[0]
    if markup.sends_layer(capabilities, has_mask=bool(files.mask or files.frame)):
        layer = schemas.SourceImage(Path(), MARKUP_NAME, MEDIA_TYPES["png"], 0)
        return replace(files, markup=RawFile(layer, first.width, first.height))
    # As imaging/annotations.py will write it.
    format = "png" if first.has_alpha else "jpeg"
    name = f"{markup.NOTES_NAME}.{FILE_EXTENSIONS[format]}"
    copy = RawFile(schemas.SourceImage(Path(), name, MEDIA_TYPES[format], 0), first.width, first.height)
    return replace(files, images=[*files.images, copy])


def draft_files(visitor_id: str, order: Iterable[str] = ()) -> tuple[FormFiles, list[Annotation] | None]:
    """Return the pictures of the draft, or those of `order`, with the mask and the annotations of the first one."""
    present = {source.pk: source for source in drafts.list_sources(visitor_id)}
    sources = [present[pk] for pk in dict.fromkeys(order) if pk in present] or list(present.values())
    images = [
        RawFile(drafts.source_as_image(source), source.width, source.height, source.has_alpha) for source in sources
    ]
    if not sources:
        return FormFiles(), None
    mask = draft_masks.mask_for_source(sources[0])
    layer = RawFile(draft_masks.mask_as_source(mask), images[0].width, images[0].height) if mask else None
    return FormFiles(images, layer), sources[0].annotations


def run_files(run: Run) -> FormFiles:
    """Return the files that a run sent."""
    sent = run.request()
    images = [
        RawFile(source, facts["width"], facts["height"], facts.get("has_alpha", False))
        for source, facts in zip(sent.images, run.sources, strict=True)
    ]

    def layer(source: SourceImage | None) -> RawFile | None:
        return RawFile(source, images[0].width, images[0].height) if source and images else None

    return FormFiles(images, layer(sent.mask), layer(sent.markup))


def json_text(text: str) -> str:
    """Return a string of JSON: exact, and with invisible characters escaped."""
    literal = json.dumps(text, ensure_ascii=False)
    # Much quicker than a test of each character.
    if literal.isascii() and literal.isprintable():
        return literal
    return "".join(json.dumps(char)[1:-1] if is_invisible(char) else char for char in literal)


def json_object(fields: dict[str, object]) -> str:
    """Return an object of JSON, one line for each field; values are strings, numbers and booleans."""
    lines = [
        f'  "{name}": {json_text(value) if isinstance(value, str) else json.dumps(value)}'
        for name, value in fields.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}"


def _measure_body(target: SnippetRequest) -> tuple[str, str]:
    """Return content length, empty while a file is still in the browser, and content type."""
    request = target.request
    try:
        body, content_type = encode_body(request, target.images_field)
    except SourceMissingError:
        return "", "multipart/form-data"
    is_unknown = any(source.path == Path() for source in request.files)
    return "" if is_unknown else str(len(body)), content_type


def _file_part(name: str, file: RawFile) -> FormPart:
    source = file.source
    return FormPart(name, "", source.name, source.media_type, source.size, file.width, file.height)
