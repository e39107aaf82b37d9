"""What a visitor asked for and what came back."""

from django.apps import AppConfig


class RunsConfig(AppConfig):
    """Names the room for Django."""

    name = "playground.runs"
    verbose_name = "Runs"
