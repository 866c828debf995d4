"""URLs of pages that tell people."""

from django.urls import URLPattern, URLResolver, path

from notices.views import alerts, overview, reports, requests, unsubscribe

urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.overview_page, name="overview"),
    path("alerts/", alerts.inbox, name="alerts"),
    path("alerts/choose/", alerts.choose_held, name="choose_alerts"),
    path("alerts/<int:pk>/acknowledge/", alerts.acknowledge_alert, name="acknowledge_alert"),
    path("alerts/<int:pk>/undo/", alerts.undo_answer, name="undo_answer"),
    path("alerts/<int:pk>/snooze/", alerts.snooze_alert, name="snooze_alert"),
    path("many/ask/", requests.ask, name="many_ask"),
    path("reports/", reports.reports, name="reports"),
    path("reports/digest/", reports.digest_html, name="digest_html"),
    path("reports/digest.txt", reports.digest_text, name="digest_text"),
    path("reports/test/", reports.send_test, name="send_test_digest"),
    path("reports/subscription/", reports.subscription, name="digest_subscription"),
    path("reports/subscription/resume/", reports.resume, name="resume_digest"),
    path("unsubscribe/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
]
