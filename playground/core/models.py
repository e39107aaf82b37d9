"""The audit log: what operators changed, in the admin or in a shell."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Change(models.Model):
    """A change. Rows are only added; nothing here deletes them."""

    created_at = models.DateTimeField(_("time"), default=timezone.now, db_index=True)
    # The name of the signed-in operator, or `shell (NAME)` with the user of the operating system.
    actor = models.CharField(_("by"), max_length=200)
    action = models.CharField(_("change"), max_length=60)
    subject = models.CharField(_("object"), max_length=200, db_index=True)
    # Old and new values by field: never a key, a secret or a password.
    details = models.JSONField(_("values"), default=dict, blank=True)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
