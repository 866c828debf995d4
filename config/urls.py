"""Every URL of the product, by app."""

from django.urls import include, path

from config import mail

urlpatterns = [
    path("", include("web.urls")),
    path("", include("accounts.urls")),
    path("", include("portfolio.urls")),
    path("", include("metrics.urls")),
    path("", include("notices.urls")),
    path("mail/", mail.mail_list, name="mail_list"),
    path("mail/<str:name>/", mail.mail_message, name="mail_message"),
    path("mail/<str:name>/html/", mail.mail_html, name="mail_html"),
]
