"""Answers of the image API in the official shapes: pictures, models, errors."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse

from playground.gateway.orders import Order
from playground.gateway.renderers import Look, Picture
from playground.gateway.spelled import InBase64, Spelled
from playground.imageapi.errors import ApiError
from playground.imageapi.messages import Usage
from playground.imageapi.options import PARAMETER
from playground.imageapi.tokens import usage_of

MODELS: Final = PARAMETER["model"].values
# 21 April 2026, the date in the model's snapshot name.
MODEL_CREATED: Final = 1_776_729_600


def as_json(body: object, status: int = 200) -> HttpResponse:
    """A JSON answer, without the spaces that readers of megabytes would pay for."""
    return HttpResponse(json.dumps(body, separators=(",", ":")), "application/json", status)


def pictures(order: Order, drawn: Sequence[Picture], created: int, addresses: Sequence[str] = ()) -> Spelled:
    """Build the answer with all pictures, or with their addresses. `created` is Unix time in seconds.

    Raises OSError when a picture is gone.
    """
    shown: list[dict[str, Any]] = [{"url": one} for one in addresses]
    shown = shown or [{"b64_json": InBase64(one.path)} for one in drawn]
    data = [{**one, "revised_prompt": picture.revised_prompt} for one, picture in zip(shown, drawn, strict=True)]
    looks = [(one.look.size, one.look.quality) for one in drawn]
    usage = usage_as_json(usage_of(order.asked.prompt, looks, image_tokens=order.image_tokens))
    return Spelled({"created": created, "data": data, **look_as_json(drawn[0].look), "usage": usage})


def look_as_json(look: Look) -> dict[str, str]:
    """What pictures were rendered as, under the official names."""
    return {
        "background": look.background,
        "output_format": look.output_format,
        "quality": look.quality,
        "size": look.size,
    }


def usage_as_json(usage: Usage) -> dict[str, Any]:
    """Tokens under the official names."""
    return {
        "input_tokens": usage.input_tokens,
        "input_tokens_details": {
            "text_tokens": usage.input_text_tokens,
            "image_tokens": usage.input_image_tokens,
        },
        "output_tokens": usage.output_tokens,
        "total_tokens": usage.total_tokens,
    }


def model(name: str) -> dict[str, Any]:
    """One model in the official shape. Raises ApiError `model_not_found`."""
    if name not in MODELS:
        raise ApiError("model_not_found", param="model")
    return {"id": name, "object": "model", "created": MODEL_CREATED, "owned_by": "openai"}


def models() -> dict[str, Any]:
    """All models in the official shape."""
    return {"object": "list", "data": [model(name) for name in MODELS]}


def error_as_json(error: ApiError, site: str) -> dict[str, Any]:
    """An error in the OpenAI schema; its message ends with the address on `site`, if known, of its code's page."""
    body = error.as_json()
    if site:
        body["error"]["message"] += f" See {site}{reverse('reference_error', args=[error.code])}"
    return body


def failure(error: ApiError, site: str, allowed_methods: Iterable[str] = ()) -> HttpResponse:
    """An error in the OpenAI schema, with the headers that tell clients whether and when to try again."""
    response = as_json(error_as_json(error, site), error.status)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    if error.row.should_retry is not None:
        response.headers["x-should-retry"] = "true" if error.row.should_retry else "false"
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if error.status == 405:
        response.headers["Allow"] = ", ".join((*allowed_methods, "OPTIONS"))
    return response
