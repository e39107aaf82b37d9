"""Encode requests: headers, key, and the body, as JSON for generations and as multipart in blocks for edits."""

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import requests

from playground.imageapi.catalog import BLOCK
from playground.imageapi.schemas import ImageRequest, SourceImage

USER_AGENT = "gpt-image-playground"
# Browsers escape these three, which would end a name (WHATWG HTML, multipart/form-data encoding).
_ESCAPES = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


class SourceMissingError(Exception):
    """A picture that should be sent is not on disk, or is shorter than it was."""


class MultipartBody:
    """A multipart/form-data body (RFC 7578): iterable in blocks of 256 KB, with a length known in advance.

    It has no `read`: requests would send it in pieces of 16 KB, whereas it sends the blocks of an iterable as they
    are. Raises SourceMissingError when a file is missing.
    """

    def __init__(self, fields: Mapping[str, Any], files: Iterable[tuple[str, SourceImage]]) -> None:
        self._boundary = secrets.token_hex(16)
        self._fields = [(name, form_value(value)) for name, value in fields.items()]
        self._files = [(name, source, _file_size(source)) for name, source in files]
        self._end = f"--{self._boundary}--\r\n".encode()

    @property
    def content_type(self) -> str:
        """The Content-Type header, which names the boundary."""
        return f"multipart/form-data; boundary={self._boundary}"

    def __len__(self) -> int:
        """Return the bytes of the whole body."""
        fields = sum(len(self._field(name, value)) for name, value in self._fields)
        files = sum(len(self._file_head(name, source)) + size + 2 for name, source, size in self._files)
        return fields + files + len(self._end)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the body in blocks; a retry iterates it again."""
        yield b"".join(self._field(name, value) for name, value in self._fields)
        for name, source, size in self._files:
            yield self._file_head(name, source)
            yield from _read_blocks(source.path, size)
            yield b"\r\n"
        yield self._end

    def _field(self, name: str, value: str) -> bytes:
        head = f'--{self._boundary}\r\nContent-Disposition: form-data; name="{escape_header_value(name)}"\r\n\r\n'
        return f"{head}{value}\r\n".encode(errors="replace")

    def _file_head(self, name: str, source: SourceImage) -> bytes:
        return (
            f"--{self._boundary}\r\n"
            f'Content-Disposition: form-data; name="{escape_header_value(name)}"; '
            f'filename="{escape_header_value(source.name)}"\r\n'
            f"Content-Type: {source.media_type}\r\n\r\n"
        ).encode(errors="replace")


class BearerAuth(requests.auth.AuthBase):
    """Set the Authorization header; no repr shows the key."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        prepared.headers["Authorization"] = f"Bearer {self._key}"
        return prepared


def build_request(
    url: str, key: str, request: ImageRequest, headers: Mapping[str, str], *, images_field: str = "image"
) -> requests.Request:
    """Build the HTTP request; `headers` are sent besides those of `request_headers`. Raises SourceMissingError."""
    body, content_type = encode_body(request, images_field)
    return requests.Request(
        "POST",
        url,
        data=body,
        headers={**headers, **request_headers(content_type, is_stream=request.stream)},
        auth=BearerAuth(key),
    )


def encode_body(request: ImageRequest, images_field: str = "image") -> tuple[bytes | MultipartBody, str]:
    """Return the body of a request and its content type. Raises SourceMissingError."""
    if request.endpoint == "generations":
        return json.dumps(request.parameters()).encode(), "application/json"
    files = [(images_field, image) for image in request.images]
    if request.mask is not None:
        files.append(("mask", request.mask))
    if request.markup is not None:
        files.append(("markup", request.markup))
    # Up to 200 MB: the body is read from disk while it is sent.
    body = MultipartBody(request.parameters(), files)
    return body, body.content_type


def request_headers(content_type: str, *, is_stream: bool | None = False) -> dict[str, str]:
    """Return the headers of a request with a body, except for the key and the length of the body."""
    accept = "text/event-stream, application/json" if is_stream else "application/json"
    return {
        "User-Agent": USER_AGENT,
        "Accept": accept,
        # Compression would win back only what base64 adds, for CPU on both sides.
        "Accept-Encoding": "identity",
        # A reused connection can break after a byte was sent, and that would be an unknown outcome.
        "Connection": "close",
        "Content-Type": content_type,
    }


def escape_header_value(name: str) -> str:
    """Escape a field or file name for the quotes in the head of a part."""
    return name.translate(_ESCAPES)


def form_value(value: object) -> str:
    """Return a value as a form field sends it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _file_size(source: SourceImage) -> int:
    try:
        return source.path.stat().st_size
    except OSError:
        raise SourceMissingError(source.name) from None


def _read_blocks(path: Path, size: int) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as file:
        bytes_left = size
        while bytes_left:
            block = file.read(min(BLOCK, bytes_left))
            if not block:
                raise SourceMissingError(path.name)
            bytes_left -= len(block)
            yield block
