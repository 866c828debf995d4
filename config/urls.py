"""Every URL of the product, by app."""

from django.urls import include, path

urlpatterns = [
    path("", include("web.urls")),
    path("", include("accounts.urls")),
    path("", include("portfolio.urls")),
    path("", include("metrics.urls")),
    path("", include("notices.urls")),
]
