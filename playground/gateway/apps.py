from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GatewayConfig(AppConfig):
    """The image API. Its label stays: it names tables and migrations."""

    name = "playground.gateway"
    label = "gateway"
    verbose_name = _("Image API")

    def ready(self) -> None:
        """Record changes of keys, and make the roles of operators."""
        from playground.gateway import roles, signals  # noqa: F401
