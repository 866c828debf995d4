"""Every URL of the product, by app."""

from django.urls import include, path, re_path

from config import api, first_run, mail

urlpatterns = [
    path("", include("web.urls")),
    path("", include("accounts.urls")),
    path("", include("portfolio.urls")),
    path("", include("metrics.urls")),
    path("", include("notices.urls")),
    path("api/", api.documentation, name="api_docs"),
    path("api/v1/openapi.json", api.OpenApi.as_view(), name="openapi"),
    path("api/v1/", include("portfolio.api.urls")),
    path("api/v1/", include("metrics.api.urls")),
    path("api/v1/", include("notices.api.urls")),
    re_path(r"^api/(?P<rest>.*)$", api.not_found),
    path("setup/sample/", first_run.load_sample, name="load_sample"),
    path("mail/", mail.mail_list, name="mail_list"),
    path("mail/<str:name>/", mail.mail_message, name="mail_message"),
    path("mail/<str:name>/html/", mail.mail_html, name="mail_html"),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
