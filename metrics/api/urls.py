"""API v1 of computed figures."""

from django.urls import URLPattern, URLResolver, path

from metrics.api import figures, planning, published_rates, traces

urlpatterns: list[URLPattern | URLResolver] = [
    path("initiatives/<str:key>/roi/", figures.Roi.as_view(), name="api_roi"),
    path("initiatives/<str:key>/snapshots/", figures.Snapshots.as_view(), name="api_snapshots"),
    path("initiatives/<str:key>/risk/", figures.Risk.as_view(), name="api_risk"),
    path("figures/<str:figure>/", traces.Trace.as_view(), name="api_figure"),
    path("kpis/<int:pk>/detectable/", planning.DetectableChange.as_view(), name="api_detectable"),
    path("published_rates/", published_rates.PublishedRates.as_view(), name="api_published_rates"),
    path("portfolio/", figures.Portfolio.as_view(), name="api_portfolio"),
]
