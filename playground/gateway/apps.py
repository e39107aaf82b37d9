"""What the image API is made of in one web process: who draws, and how many calls may be open."""

import os
from typing import TYPE_CHECKING, Self, cast

from django.apps import AppConfig, apps
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from playground.gateway.admission import Places
from playground.gateway.guesses import Guesses
from playground.gateway.looking import Files, Seen, Unusable
from playground.gateway.renderers import Renderer
from playground.gateway.renderers.demo.renderer import WORK, DemoRenderer
from playground.gateway.renderers.pool import Pool
from playground.gateway.uploads import Uploads

if TYPE_CHECKING:
    # Models can be imported only after the apps are.
    from playground.gateway.leases import Leases
    from playground.gateway.models import Account

UPSTREAM_RENDERER = "playground.gateway.renderers.upstream.UpstreamRenderer"
# Threads that stay free for pages however many calls are open.
THREADS_FOR_PAGES = 100


class GatewayConfig(AppConfig):
    """The parts of the image API. Tests replace some. `upstream` is the provider behind it, when there is one."""

    name = "playground.gateway"
    label = "gateway"
    verbose_name = _("Image API")
    places: Places
    guesses: Guesses
    uploads: Uploads
    looks: "Pool[Files, tuple[Seen, ...] | Unusable]"
    leases: "Leases"
    renderer: Renderer
    upstream: Renderer | None = None

    def ready(self) -> None:
        """Put the parts together; nothing starts before the first call."""
        from playground.gateway.chores import clean_up
        from playground.gateway.leases import Leases

        self.leases = Leases(clean_up)
        self.places = Places(lambda: max(1, settings.WEB_THREADS - THREADS_FOR_PAGES))
        self.guesses = Guesses()
        self.uploads = Uploads()
        self.looks = Pool("playground.gateway.looking:look", children=1)
        self.renderer = DemoRenderer(Pool(WORK, children=_children()), lambda: settings.DEMO_SECONDS)
        self.upstream = self._provider()

    def _provider(self) -> Renderer | None:
        """The provider behind this API. It has nine tenths of the deadline, so that our answer is still in time."""
        if not settings.GATEWAY_UPSTREAM_URL:
            return None
        made = import_string(UPSTREAM_RENDERER)(
            settings.GATEWAY_UPSTREAM_URL, settings.GATEWAY_UPSTREAM_KEY, settings.RUN_DEADLINE * 0.9
        )
        return cast(Renderer, made)

    def renderer_for(self, account: "Account") -> Renderer:
        """Who draws for an account: demo keys never spend the operator's money."""
        return self.renderer if account.is_demo or self.upstream is None else self.upstream

    @classmethod
    def current(cls) -> Self:
        """The installed image API."""
        return cast(Self, apps.get_app_config(cls.label))


def _children() -> int:
    has_affinity = hasattr(os, "sched_getaffinity")
    cores = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1
    return max(1, cores // int(settings.WEB_WORKERS))
