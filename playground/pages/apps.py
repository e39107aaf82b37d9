"""HTML for visitors: forms in, templates out."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Names the room for Django."""

    name = "playground.pages"
    label = "pages"
    verbose_name = "Pages"
