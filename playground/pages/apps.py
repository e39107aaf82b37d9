"""HTML for visitors: forms in, templates out."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "playground.pages"
    label = "pages"
    verbose_name = "Pages"
