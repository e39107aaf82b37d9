"""The app for visitors' runs and their pictures."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RunsConfig(AppConfig):
    name = "playground.runs"
    verbose_name = _("Runs")

    def ready(self) -> None:
        """Connect the receivers of signals."""
        from playground.runs import signals  # noqa: F401
