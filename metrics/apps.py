"""What the machine works out."""

from django.apps import AppConfig
from django.utils.module_loading import import_string

from portfolio.bell import listeners


class MetricsConfig(AppConfig):
    """Registers the app, and its task as a listener to the portfolio's bell."""

    name = "metrics"

    def ready(self) -> None:
        """Lets every write ring for a refresh; tasks can be imported only now, once the models are there."""
        ring = import_string("metrics.tasks.ring")
        if ring not in listeners:
            listeners.append(ring)
