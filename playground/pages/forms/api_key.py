"""The key of an API, posted by itself from the bar, the key page or the usage page."""

from django.utils.translation import gettext as _

from playground.pages.presenters import apis
from playground.pages.session import api_keys
from playground.pages.session.visitor import PageRequest


def save_posted_key(request: PageRequest) -> tuple[str, str] | None:
    """Save the posted key for its API and choose that API; return (field, message) when that is impossible."""
    api_id = request.POST.get("api", "")
    api = apis.chosen_api(request, api_id)
    key = request.POST.get("key", "").strip()
    if api_id not in ("", api.id):
        return "api", _("This API is not listed here. Choose one that is shown.")
    if not api.profile.accepts_key(key):
        return "key", _("This does not look like a key of this API. Check the key.")
    apis.remember_api(request, api)
    api_keys.save_key(request, api.profile.account, key)
    return None
