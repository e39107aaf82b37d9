"""The visitor's keys as the key page lists them: one an account."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from playground.pages import choices, key


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


def accounts(request: HttpRequest) -> list[AccountView]:
    """Every account that the listed APIs belong to, in their order."""
    by_account: dict[str, list[str]] = {}
    for api in choices.listed().values():
        by_account.setdefault(api.profile.account, []).append(api.id)
    return [_view(request, account, ids) for account, ids in by_account.items()]


def _view(request: HttpRequest, account: str, ids: list[str]) -> AccountView:
    api = choices.listed()[ids[0]]
    choice = choices.choice(request, api)
    kept = key.kept(request, account) if choice.has_key else None
    return AccountView(
        api_id=api.id,
        labels=" · ".join(choices.label_of(one) for one in ids),
        is_builtin=api.is_builtin,
        has_key=choice.has_key,
        last4=choice.key_last4,
        ends_at=kept.ends_at if kept else None,
        key_placeholder=choice.key_placeholder,
    )
