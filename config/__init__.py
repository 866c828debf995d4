"""The top floor: settings, URLs, Celery, embedded servers."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
