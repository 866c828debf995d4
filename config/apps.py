"""The top floor that wires the rest."""

from django.apps import AppConfig


class ConfigApp(AppConfig):
    """Holds the management commands that touch several apps, and the start-up checks."""

    name = "config"
