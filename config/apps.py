"""The top floor that wires the rest."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from config import checks
from config.celery import app as celery_app


class ConfigApp(AppConfig):
    """Holds the management commands that touch several apps, and the start-up checks."""

    name = "config"

    def ready(self) -> None:
        """Lets every process ring through the product's Celery application, and registers the checks."""
        celery_app.set_default()
        register(checks.server_is_new_enough, Tags.database)
