"""API v1 of computed figures."""

from django.urls import URLPattern, URLResolver, path

from metrics.api import figures

urlpatterns: list[URLPattern | URLResolver] = [
    path("initiatives/<str:key>/roi/", figures.Roi.as_view(), name="api_roi"),
    path("initiatives/<str:key>/risk/", figures.Risk.as_view(), name="api_risk"),
    path("portfolio/", figures.Portfolio.as_view(), name="api_portfolio"),
]
