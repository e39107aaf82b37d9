"""The app for visitors' runs and their pictures."""

from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "playground.runs"
    verbose_name = "Runs"

    def ready(self) -> None:
        """Connect the receivers of signals."""
        from playground.runs import signals  # noqa: F401
