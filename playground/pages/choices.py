"""Which image API, and what visitors need to know to choose one."""

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from playground.imageapi.profiles import BUILTIN, ImageApi
from playground.pages import key

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


def label_of(api_id: str) -> str:
    """What people call the API of that id."""
    return str(_LABELS.get(api_id, api_id))


def where_of(api: ImageApi) -> str:
    """Where the API is best used from."""
    return str(_WHERE.get(api.id) or _("Answers at %(host)s.") % {"host": api.host})


def listed() -> dict[str, ImageApi]:
    """The APIs of IMAGE_APIS by id, in the order shown."""
    return dict(settings.IMAGE_APIS)


def chosen(request: HttpRequest, asked: str = "") -> ImageApi:
    """The API asked for, else the session's last one, else the demo, else the first that is listed."""
    apis = listed()
    for api_id in (asked, str(request.session.get(_IN_SESSION, "")), BUILTIN):
        if api_id in apis:
            return apis[api_id]
    return next(iter(apis.values()))


def remember(request: HttpRequest, api: ImageApi) -> None:
    """Preselect this API from now on."""
    if request.session.get(_IN_SESSION) != api.id:
        request.session[_IN_SESSION] = api.id


def choice(request: HttpRequest, api: ImageApi, current: ImageApi | None = None) -> ApiChoice:
    """The API as the form shows it to this visitor."""
    entry = key.kept(request, api.profile.account)
    own = entry is not None and not entry.is_demo
    return ApiChoice(
        id=api.id,
        label=label_of(api.id),
        where=_("Charged to your key by the price table. Forget the key to use the demo, which charges nothing.")
        if own and api.is_builtin
        else where_of(api),
        host=api.host,
        is_chosen=current is not None and api.id == current.id,
        is_demo=api.is_builtin and not own,
        behind_cdn=api.behind_cdn,
        has_key=own,
        key_last4=entry.last4 if entry is not None and own else "",
        key_placeholder=_("not needed") if api.is_builtin else api.profile.key_hint,
    )


def choices(request: HttpRequest, current: ImageApi) -> list[ApiChoice]:
    """Every listed API, `current` marked."""
    return [choice(request, api, current) for api in listed().values()]


def direct_alternative(api: ImageApi) -> ImageApi | None:
    """The direct entry of the same account for an API that a CDN cuts off; None when none is listed."""
    if not api.behind_cdn:
        return None
    same = (one for one in listed().values() if one.profile.account == api.profile.account)
    return next((one for one in same if one.is_direct_alternative and not one.behind_cdn), None)
