"""The listed image APIs and their accounts, with what a visitor needs to choose one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from playground.imageapi.providers import BUILTIN, ImageApi
from playground.pages.session import api_keys

_LABELS: Final[dict[str, Promise]] = {
    BUILTIN: gettext_lazy("Built-in demo"),
    "asia": gettext_lazy("QCode Hong Kong"),
    "api": gettext_lazy("QCode China"),
    "eu": gettext_lazy("QCode Europe"),
    "us": gettext_lazy("QCode North America"),
}
_LOCATIONS: Final[dict[str, Promise]] = {
    BUILTIN: gettext_lazy("No key, no account; drawn by this server, not by a model."),
    "asia": gettext_lazy(
        "Best from Hong Kong and South-East Asia, and anywhere for medium and high quality: "
        "direct, without the 100 s limit."
    ),
    "api": gettext_lazy("Best from China over HTTPS. Behind a CDN that ends calls after 100 s."),
    "eu": gettext_lazy("Best from Europe (Frankfurt). Behind a CDN that ends calls after 100 s."),
    "us": gettext_lazy("Best from North America (Los Angeles). Behind a CDN that ends calls after 100 s."),
}


@dataclass(frozen=True, slots=True)
class ApiChoice:
    """One listed API in the form. Of a key only `key_last4` is ever shown."""

    id: str
    label: str
    where: str
    host: str
    is_chosen: bool
    is_demo: bool
    behind_cdn: bool
    has_key: bool
    key_last4: str
    key_placeholder: str


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account with its APIs. `ends_at` is when its key is forgotten if it stays unused."""

    api_id: str
    labels: str
    is_builtin: bool
    has_key: bool
    last4: str
    ends_at: datetime | None
    key_placeholder: str


def api_label(api_id: str) -> str:
    """Return the name of an API for people."""
    return str(_LABELS.get(api_id, api_id))


def api_location(api: ImageApi) -> str:
    """Return the region that an API is best used from."""
    return str(_LOCATIONS.get(api.id) or _("Answers at %(host)s.") % {"host": api.host})


def api_choice(request: HttpRequest, api: ImageApi, current: ImageApi | None = None) -> ApiChoice:
    """Return an API as the form shows it to this visitor."""
    entry = api_keys.stored_key(request, api.profile.account)
    has_key = entry is not None and not entry.is_demo
    return ApiChoice(
        id=api.id,
        label=api_label(api.id),
        where=_("Charged to your key by the price table. Forget the key to use the demo, which charges nothing.")
        if has_key and api.is_builtin
        else api_location(api),
        host=api.host,
        is_chosen=current is not None and api.id == current.id,
        is_demo=api.is_builtin and not has_key,
        behind_cdn=api.behind_cdn,
        has_key=has_key,
        key_last4=entry.last4 if entry is not None and has_key else "",
        key_placeholder=_("not needed") if api.is_builtin else api.profile.key_hint,
    )


def api_choices(request: HttpRequest, current: ImageApi) -> list[ApiChoice]:
    """Return every listed API, with `current` marked."""
    return [api_choice(request, api, current) for api in settings.IMAGE_APIS.values()]


def direct_alternative(api: ImageApi) -> ImageApi | None:
    """Return the direct entry of the same account for an API behind a CDN; None when none is listed."""
    if not api.behind_cdn:
        return None
    same_account = (other for other in settings.IMAGE_APIS.values() if other.profile.account == api.profile.account)
    return next((other for other in same_account if other.is_direct_alternative and not other.behind_cdn), None)


def account_views(request: HttpRequest) -> list[AccountView]:
    """Return the accounts of the listed APIs, in their order."""
    by_account: dict[str, list[str]] = {}
    for api in settings.IMAGE_APIS.values():
        by_account.setdefault(api.profile.account, []).append(api.id)
    return [_account_view(request, account, ids) for account, ids in by_account.items()]


def _account_view(request: HttpRequest, account: str, ids: list[str]) -> AccountView:
    api = settings.IMAGE_APIS[ids[0]]
    choice = api_choice(request, api)
    stored = api_keys.stored_key(request, account) if choice.has_key else None
    return AccountView(
        api_id=api.id,
        labels=" · ".join(api_label(api_id) for api_id in ids),
        is_builtin=api.is_builtin,
        has_key=choice.has_key,
        last4=choice.key_last4,
        ends_at=stored.ends_at if stored else None,
        key_placeholder=choice.key_placeholder,
    )
