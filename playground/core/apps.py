"""The app, for its management commands."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Brings the management commands of `playground.core`."""

    name = "playground.core"
