"""API v1 of alerts."""

from django.urls import URLPattern, URLResolver, path

from notices.api import alerts

urlpatterns: list[URLPattern | URLResolver] = [
    path("alerts/", alerts.Alerts.as_view(), name="api_alerts"),
    path("alerts/<int:pk>/acknowledge/", alerts.Acknowledge.as_view(), name="api_alert_acknowledge"),
    path("alerts/<int:pk>/snooze/", alerts.Snooze.as_view(), name="api_alert_snooze"),
]
