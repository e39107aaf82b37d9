"""Reading an error body: the shapes in which APIs say that something went wrong."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_PARAM = re.compile(r"([A-Za-z_][A-Za-z0-9_]{0,39})(?:\[\d*\])?")
_LONGEST = 8_000


@dataclass(frozen=True, slots=True)
class Saying:
    """What an error body says, as far as it says it. `status` is an HTTP status that stands in the body."""

    message: str = ""
    code: str = ""
    type: str = ""
    param: str | None = None
    status: int | None = None


def read_saying(body: Any) -> Saying | None:
    """The error in a decoded answer; None when the answer holds none.

    Understands the OpenAI schema (`error` as object or text), FastAPI's `detail`, and `{code, msg}` of resellers.
    """
    if not isinstance(body, Mapping):
        return None
    error = body.get("error")
    if isinstance(error, Mapping):
        return _from_fields(error)
    if isinstance(error, str) and error:
        return Saying(message=error[:_LONGEST], code=_word(body.get("code")))
    if "detail" in body:
        return _from_detail(body["detail"])
    if any(isinstance(body.get(name), str) for name in ("msg", "message", "error_msg", "errmsg")):
        return _from_fields(body)
    return None


def _from_fields(fields: Mapping[str, Any]) -> Saying:
    message = next((fields[name] for name in ("message", "msg", "error_msg", "errmsg") if fields.get(name)), "")
    return Saying(
        message=message[:_LONGEST] if isinstance(message, str) else "",
        code=_word(fields.get("code")),
        type=_word(fields.get("type")),
        param=_param(fields.get("param")),
        status=_status(fields.get("code")) or _status(fields.get("status")),
    )


def _from_detail(detail: Any) -> Saying | None:
    if isinstance(detail, str):
        return Saying(message=detail[:_LONGEST])
    if isinstance(detail, Mapping):
        return _from_fields(detail)
    if not isinstance(detail, list) or not detail or not isinstance(detail[0], Mapping):
        return None
    first = detail[0]
    place = first.get("loc")
    param = _param(place[-1]) if isinstance(place, list) and place else None
    return Saying(message=str(first.get("msg", ""))[:_LONGEST], code="invalid_request", param=param)


def _word(value: Any) -> str:
    return value.strip().lower()[:100] if isinstance(value, str) else ""


def _param(value: Any) -> str | None:
    found = _PARAM.fullmatch(value) if isinstance(value, str) else None
    return found[1] if found else None


def _status(value: Any) -> int | None:
    if isinstance(value, str) and re.fullmatch("[45][0-9]{2}", value):
        value = int(value)
    return value if type(value) is int and 400 <= value < 600 else None
