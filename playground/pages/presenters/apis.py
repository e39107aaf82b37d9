"""Which image API, and what visitors need to know to choose one."""

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

_IN_SESSION: Final = "api"
_LABELS: Final[dict[str, Promise]] = {
    BUILTIN: gettext_lazy("Built-in demo"),
    "asia": gettext_lazy("QCode Hong Kong"),
    "api": gettext_lazy("QCode China"),
    "eu": gettext_lazy("QCode Europe"),
    "us": gettext_lazy("QCode North America"),
}
# Where QCode's addresses answer from.
_WHERE: Final[dict[str, Promise]] = {
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
    """One listed API as the form shows it. `key_last4` is all that is ever shown of a key."""

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


def api_label(api_id: str) -> str:
    """What people call the API of that id."""
    return str(_LABELS.get(api_id, api_id))


def api_location(api: ImageApi) -> str:
    """Where the API is best used from."""
    return str(_WHERE.get(api.id) or _("Answers at %(host)s.") % {"host": api.host})


def listed_apis() -> dict[str, ImageApi]:
    """The APIs of IMAGE_APIS by id, in the order shown."""
    return dict(settings.IMAGE_APIS)


def chosen_api(request: HttpRequest, asked: str = "") -> ImageApi:
    """The API asked for, else the session's last one, else the demo, else the first that is listed."""
    apis = listed_apis()
    for api_id in (asked, str(request.session.get(_IN_SESSION, "")), BUILTIN):
        if api_id in apis:
            return apis[api_id]
    return next(iter(apis.values()))


def remember_api(request: HttpRequest, api: ImageApi) -> None:
    """Preselect this API from now on."""
    if request.session.get(_IN_SESSION) != api.id:
        request.session[_IN_SESSION] = api.id


def api_choice(request: HttpRequest, api: ImageApi, current: ImageApi | None = None) -> ApiChoice:
    """The API as the form shows it to this visitor."""
    entry = api_keys.stored_key(request, api.profile.account)
    own = entry is not None and not entry.is_demo
    return ApiChoice(
        id=api.id,
        label=api_label(api.id),
        where=_("Charged to your key by the price table. Forget the key to use the demo, which charges nothing.")
        if own and api.is_builtin
        else api_location(api),
        host=api.host,
        is_chosen=current is not None and api.id == current.id,
        is_demo=api.is_builtin and not own,
        behind_cdn=api.behind_cdn,
        has_key=own,
        key_last4=entry.last4 if entry is not None and own else "",
        key_placeholder=_("not needed") if api.is_builtin else api.profile.key_hint,
    )


def api_choices(request: HttpRequest, current: ImageApi) -> list[ApiChoice]:
    """Every listed API, `current` marked."""
    return [api_choice(request, api, current) for api in listed_apis().values()]


def direct_alternative(api: ImageApi) -> ImageApi | None:
    """The direct entry of the same account for an API that a CDN cuts off; None when none is listed."""
    if not api.behind_cdn:
        return None
    same = (one for one in listed_apis().values() if one.profile.account == api.profile.account)
    return next((one for one in same if one.is_direct_alternative and not one.behind_cdn), None)


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account with its APIs. `last4` is all that is ever shown of its key; `ends_at` when the key ends unused."""

    api_id: str
    labels: str
    is_builtin: bool
    has_key: bool
    last4: str
    ends_at: datetime | None
    key_placeholder: str


def account_views(request: HttpRequest) -> list[AccountView]:
    """Every account that the listed APIs belong to, in their order."""
    by_account: dict[str, list[str]] = {}
    for api in listed_apis().values():
        by_account.setdefault(api.profile.account, []).append(api.id)
    return [_view(request, account, ids) for account, ids in by_account.items()]


def _view(request: HttpRequest, account: str, ids: list[str]) -> AccountView:
    api = listed_apis()[ids[0]]
    choice = api_choice(request, api)
    kept = api_keys.stored_key(request, account) if choice.has_key else None
    return AccountView(
        api_id=api.id,
        labels=" · ".join(api_label(one) for one in ids),
        is_builtin=api.is_builtin,
        has_key=choice.has_key,
        last4=choice.key_last4,
        ends_at=kept.ends_at if kept else None,
        key_placeholder=choice.key_placeholder,
    )
