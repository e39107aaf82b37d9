"""Record changes of operators' accounts and roles."""

from typing import Any, Final

from django.contrib.auth.models import Group, User
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from django.dispatch import receiver

from playground.core.audit import changed_values, record_change, remember_stored_row

_FIELDS: Final = {
    User: ("username", "email", "first_name", "last_name", "is_active", "is_staff", "is_superuser"),
    Group: ("name",),
}


for _model in _FIELDS:
    pre_save.connect(remember_stored_row, sender=_model)


@receiver(post_save, sender=User)
@receiver(post_save, sender=Group)
def record_account(sender: Any, instance: Any, created: bool, raw: bool, **_: Any) -> None:
    """Record a new or changed account or role; signing in is none."""
    if raw:
        return
    before = instance.stored_row
    values = changed_values(before, instance, _FIELDS[sender])
    # Only that it changed: its hash is a secret.
    details = {**values, "password": "changed"} if sender is User and _has_new_password(before, instance) else values
    if details:
        record_change(f"{'add' if created else 'change'} {sender._meta.model_name}", instance, details)


@receiver(post_delete, sender=User)
@receiver(post_delete, sender=Group)
def record_deletion(sender: Any, instance: Any, **_: Any) -> None:
    """Record a deleted account or role."""
    record_change(f"delete {sender._meta.model_name}", instance)


@receiver(m2m_changed, sender=User.groups.through)
@receiver(m2m_changed, sender=User.user_permissions.through)
@receiver(m2m_changed, sender=Group.permissions.through)
def record_rights(instance: Any, action: str, model: Any, pk_set: set[int] | None, **_: Any) -> None:
    """Record roles and permissions that an account or a role gets or loses."""
    if action in ("post_add", "post_remove", "post_clear") and (pk_set or action == "post_clear"):
        names = sorted(map(str, model.objects.filter(pk__in=pk_set or ())))
        change = action.removeprefix("post_")
        record_change(f"change {instance._meta.model_name}", instance, {f"{change} {model._meta.model_name}": names})


def _has_new_password(before: User | None, after: User) -> bool:
    return before is not None and before.password != after.password
