"""Code that all apps share. Its one table is the log of operators' changes."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "playground.core"
    verbose_name = _("Operators")

    def ready(self) -> None:
        """Record changes of operators' accounts."""
        from playground.core import signals  # noqa: F401
