"""What the machine works out."""

from django.apps import AppConfig
from django.utils.module_loading import import_string

from portfolio.bell import listeners
from portfolio.previews import tellers


class MetricsConfig(AppConfig):
    """Registers the app, its task as a listener to the bell, and who tells what a setting would do."""

    name = "metrics"

    def ready(self) -> None:
        """Hears every write, and tells what a setting would do; both can be imported once the models are there."""
        ring = import_string("metrics.tasks.ring")
        if ring not in listeners:
            listeners.append(ring)
        preview = import_string("metrics.contexts.setting_effects.preview")
        if preview not in tellers:
            tellers.append(preview)
