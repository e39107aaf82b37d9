"""The project itself as an app: it brings the management commands."""

from django.apps import AppConfig


class PlaygroundConfig(AppConfig):
    """Names the project for Django."""

    name = "playground"
    verbose_name = "Playground"
