"""URLs of pages that tell people."""

from django.urls import URLPattern, URLResolver, path

from notices.views import overview

urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.overview_page, name="overview"),
]
