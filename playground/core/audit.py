"""Record what operators change, in the transaction of the change."""

import getpass
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from django.db.models import Model

from playground.core.models import Change

_actor: Final[ContextVar[str]] = ContextVar("actor", default="")


@contextmanager
def acting_as(name: str) -> Iterator[None]:
    """Record changes in the block as made by this operator; outside of any block they come from a shell."""
    mark = _actor.set(name)
    try:
        yield
    finally:
        _actor.reset(mark)


def record_change(action: str, subject: object, details: Mapping[str, object] | None = None) -> None:
    """Write a row of the audit log."""
    Change.objects.create(
        actor=(_actor.get() or _shell_user())[:200], action=action, subject=str(subject)[:200], details=details or {}
    )


def remember_stored_row(sender: type[Model], instance: Any, **_: object) -> None:
    """Keep the row as it is in the database: a receiver of `pre_save`, for `changed_values`."""
    instance.stored_row = sender._default_manager.filter(pk=instance.pk).first() if instance.pk else None


def changed_values(before: Model | None, after: Model, names: tuple[str, ...]) -> dict[str, list[object]]:
    """Return old and new value of each field that differs; the old one of a new row is None."""
    pairs = {name: [getattr(before, name, None), getattr(after, name)] for name in names}
    return {name: [_plain(old), _plain(new)] for name, (old, new) in pairs.items() if old != new}


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | bool | None) else str(value)


def _shell_user() -> str:
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        # A container may have no name for its user.
        name = str(os.getuid())
    return f"shell ({name})"
