"""The top floor that wires the rest."""

from django.apps import AppConfig

from config.celery import app as celery_app


class ConfigApp(AppConfig):
    """Holds the management commands that touch several apps, and the start-up checks."""

    name = "config"

    def ready(self) -> None:
        """Lets every process ring through the product's Celery application, web and commands too."""
        celery_app.set_default()
