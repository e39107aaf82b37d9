"""What an answer says: the entries of `data` with their pictures, and the fields around them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from playground.imageapi.client.json_stream import JsonStreamParser
from playground.imageapi.client.picture_files import PictureFiles, UnusablePictureError
from playground.imageapi.schemas import Usage
from playground.imageapi.untrusted_text import clean_text, plain_text

_LONGEST_URL = 8_000
_LONGEST_WORD = 40
_WORDS = ("size", "quality", "output_format", "background")


_PARAM = re.compile(r"([A-Za-z_][A-Za-z0-9_]{0,39})(?:\[\d*\])?")
_LONGEST = 8_000


@dataclass(frozen=True, slots=True)
class ErrorFields:
    """What an error body says, as far as it says it. `status` is an HTTP status that stands in the body."""

    message: str = ""
    code: str = ""
    type: str = ""
    param: str | None = None
    status: int | None = None


def read_error_fields(body: Any) -> ErrorFields | None:
    """The error in a decoded answer; None when the answer holds none.

    Understands the OpenAI schema (`error` as object or text), FastAPI's `detail`, and `{code, msg}` of resellers.
    """
    if not isinstance(body, Mapping):
        return None
    error = body.get("error")
    if isinstance(error, Mapping):
        return _from_fields(error)
    if isinstance(error, str) and error:
        return ErrorFields(message=error[:_LONGEST], code=_word(body.get("code")))
    if "detail" in body:
        return _from_detail(body["detail"])
    if any(isinstance(body.get(name), str) for name in ("msg", "message", "error_msg", "errmsg")):
        return _from_fields(body)
    return None


def _from_fields(fields: Mapping[str, Any]) -> ErrorFields:
    message = next((fields[name] for name in ("message", "msg", "error_msg", "errmsg") if fields.get(name)), "")
    return ErrorFields(
        message=message[:_LONGEST] if isinstance(message, str) else "",
        code=_word(fields.get("code")),
        type=_word(fields.get("type")),
        param=_param(fields.get("param")),
        status=_status(fields.get("code")) or _status(fields.get("status")),
    )


def _from_detail(detail: Any) -> ErrorFields | None:
    if isinstance(detail, str):
        return ErrorFields(message=detail[:_LONGEST])
    if isinstance(detail, Mapping):
        return _from_fields(detail)
    if not isinstance(detail, list) or not detail or not isinstance(detail[0], Mapping):
        return None
    first = detail[0]
    place = first.get("loc")
    param = _param(place[-1]) if isinstance(place, list) and place else None
    return ErrorFields(message=str(first.get("msg", ""))[:_LONGEST], code="invalid_request", param=param)


def _word(value: Any) -> str:
    return value.strip().lower()[:100] if isinstance(value, str) else ""


def _param(value: Any) -> str | None:
    found = _PARAM.fullmatch(value) if isinstance(value, str) else None
    return found[1] if found else None


def _status(value: Any) -> int | None:
    if isinstance(value, str) and re.fullmatch("[45][0-9]{2}", value):
        value = int(value)
    return value if type(value) is int and 400 <= value < 600 else None


class ErrorAnswer(Exception):
    """An answer with status 200, or an event, that says an error."""

    def __init__(self, said: ErrorFields, *, is_event: bool = False) -> None:
        self.said = said
        self.is_event = is_event
        super().__init__("the answer says an error")


@dataclass(frozen=True, slots=True)
class ImageEntry:
    """One picture of an answer: a file, an address it must be fetched from, or the failure that left neither."""

    path: Path | None
    url: str
    revised_prompt: str
    failure: UnusablePictureError | OSError | None = None


def read_json(
    blocks: Iterable[bytes], intake: PictureFiles, text_bytes: int
) -> tuple[list[ImageEntry], Mapping[str, Any]]:
    """The entries and the fields of a JSON answer. Raises ErrorSaid, Unusable, or Broke."""
    diverter = JsonStreamParser(intake, text_bytes)
    for block in blocks:
        diverter.feed(block)
    body = diverter.finish()
    entries = read_entries(body, diverter)
    if entries:
        return entries, body
    said = read_error_fields(body)
    if said is not None:
        raise ErrorAnswer(said)
    raise UnusablePictureError("it holds no pictures")


def read_entries(body: Mapping[str, Any], diverter: JsonStreamParser) -> list[ImageEntry]:
    """The entries of `data`, in order; those without a picture are left out."""
    data = body.get("data")
    if not isinstance(data, list):
        return []
    entries = (read_entry(one, diverter) for one in data if isinstance(one, Mapping))
    return [entry for entry in entries if entry is not None]


def read_entry(fields: Mapping[str, Any], diverter: JsonStreamParser) -> ImageEntry | None:
    """The picture that `fields` hold or point to, if only a damaged one; None when there is none."""
    prompt = clean_text(fields.get("revised_prompt"))
    try:
        path = diverter.picture_of(fields)
    except (UnusablePictureError, OSError) as error:
        return ImageEntry(None, "", prompt, error)
    if path is not None:
        return ImageEntry(path, "", prompt)
    url = fields.get("url")
    return ImageEntry(None, url, prompt) if isinstance(url, str) and 0 < len(url) <= _LONGEST_URL else None


def read_details(body: Mapping[str, Any]) -> dict[str, Any]:
    """What an answer says around its pictures, as fields of ImageResult."""
    words = {name: plain_text(body[name][:_LONGEST_WORD]) for name in _WORDS if isinstance(body.get(name), str)}
    created = whole_number(body.get("created")) or whole_number(body.get("created_at"))
    return {"created": created, "usage": _read_usage(body.get("usage")), **words}


def whole_number(value: Any) -> int:
    """A number that may have come as text; 0 for anything else."""
    if isinstance(value, str) and re.fullmatch(r"\s*[0-9]{1,12}(\.[0-9]{0,9})?\s*", value, re.ASCII):
        value = float(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 10**12
    return int(value) if is_number else 0


def sum_usage(one: Usage | None, other: Usage | None) -> Usage | None:
    """The tokens of two events of a stream together: each event tells those of its own picture."""
    if one is None or other is None:
        return one or other
    return Usage(*(getattr(one, part.name) + getattr(other, part.name) for part in fields(Usage)))


def _read_usage(value: Any) -> Usage | None:
    if not isinstance(value, Mapping):
        return None
    details = value.get("input_tokens_details")
    inputs = details if isinstance(details, Mapping) else {}
    return Usage(
        input_tokens=whole_number(value.get("input_tokens")),
        output_tokens=whole_number(value.get("output_tokens")),
        total_tokens=whole_number(value.get("total_tokens")),
        input_image_tokens=whole_number(inputs.get("image_tokens")),
        input_text_tokens=whole_number(inputs.get("text_tokens")),
    )
