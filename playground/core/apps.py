"""The app of `playground.core`, for its management commands."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "playground.core"
