"""Choose the renderer of a key. Each is imported and started at its first call."""

from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from playground.gateway.models import ApiKey
from playground.gateway.renderers.base import Renderer

DEMO = "playground.gateway.renderers.demo.start_demo_renderer"
UPSTREAM = "playground.gateway.renderers.upstream.UpstreamRenderer"


def renderer_for(api_key: ApiKey) -> Renderer:
    """Return the renderer of a key: demo keys never spend the operator's money."""
    return demo_renderer() if api_key.is_demo else upstream_renderer() or demo_renderer()


@cache
def demo_renderer() -> Renderer:
    return cast(Renderer, import_string(DEMO)())


@cache
def upstream_renderer() -> Renderer | None:
    """Return the provider behind this API, if any. It gets 90 % of the deadline, so that our answer is in time."""
    if not settings.GATEWAY_UPSTREAM_URL:
        return None
    url, key = settings.GATEWAY_UPSTREAM_URL, settings.GATEWAY_UPSTREAM_KEY
    return cast(Renderer, import_string(UPSTREAM)(url, key, settings.RUN_DEADLINE * 0.9))
