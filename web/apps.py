"""The manners of every page and endpoint."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Registers the app."""

    name = "web"
