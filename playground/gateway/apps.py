from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GatewayConfig(AppConfig):
    """The image API. Keep its label: tables and migrations are named after it."""

    name = "playground.gateway"
    label = "gateway"
    verbose_name = _("Image API")

    def ready(self) -> None:
        """Connect the receivers that record changes of keys and create the operators' roles."""
        from playground.gateway import roles, signals  # noqa: F401
