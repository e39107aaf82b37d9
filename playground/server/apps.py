"""The app of `playground.server`, for its management commands."""

from django.apps import AppConfig


class ServerConfig(AppConfig):
    name = "playground.server"
