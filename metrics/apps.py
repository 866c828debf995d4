"""What the machine works out."""

from django.apps import AppConfig


class MetricsConfig(AppConfig):
    """Registers the app."""

    name = "metrics"
