"""The app, for its management commands."""

from django.apps import AppConfig


class ServerConfig(AppConfig):
    """Brings the management commands of `playground.server`."""

    name = "playground.server"
