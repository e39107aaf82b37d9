"""The image API as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GatewayConfig(AppConfig):
    """The app keeps its label, which names its tables and migrations."""

    name = "playground.gateway"
    label = "gateway"
    verbose_name = _("Image API")
