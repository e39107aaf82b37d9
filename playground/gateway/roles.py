"""Roles of operators: groups that are made once, and then belong to the operators."""

from typing import Any, Final

from django.contrib.auth.models import Group, Permission
from django.db.models.signals import post_migrate
from django.dispatch import receiver

_VIEW: Final = (
    *("view_apikey", "view_keyday", "view_imagecall", "view_imagejob", "view_ledgerentry"),
    *("view_run", "view_worker", "view_blockedsession", "view_change"),
)
_SESSIONS: Final = ("change_run", "delete_blockedsession")
# Names as the documents give them; codenames of permissions are unique among our apps.
ROLES: Final = {
    "Auditors": _VIEW,
    "Support": (*_VIEW, *_SESSIONS),
    "Operators": (*_VIEW, *_SESSIONS, "add_apikey", "change_apikey"),
}


@receiver(post_migrate)
def create_roles(sender: Any, using: str, **_: Any) -> None:
    """Make the groups that do not exist, after the permissions of the last app were made."""
    if sender.label != "gateway":
        return
    present = set(Group.objects.using(using).values_list("name", flat=True))
    # In bulk, which sends no signals: this is no change of an operator.
    missing = Group.objects.using(using).bulk_create([Group(name=name) for name in ROLES if name not in present])
    permissions = Permission.objects.using(using).filter(content_type__app_label__in=("core", "gateway", "runs"))
    by_codename = {permission.codename: permission.pk for permission in permissions}
    Through = Group.permissions.through
    Through.objects.using(using).bulk_create(
        Through(group_id=group.pk, permission_id=by_codename[codename])
        for group in missing
        for codename in ROLES[group.name]
        if codename in by_codename
    )
