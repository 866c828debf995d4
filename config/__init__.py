"""The top floor: settings, URLs, Celery, embedded servers."""
