"""What people record."""

from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    """Registers the app."""

    name = "portfolio"
