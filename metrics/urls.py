"""URLs of pages that show computed figures."""

from django.urls import URLPattern, URLResolver, path

from metrics.views import initiatives

urlpatterns: list[URLPattern | URLResolver] = [
    path("initiatives/", initiatives.listing, name="initiatives"),
]
