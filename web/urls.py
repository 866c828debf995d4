"""Pages that belong to no app."""

from django.urls import path

from web import views

urlpatterns = [
    path("theme/", views.choose_theme, name="choose_theme"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("help/keys/", views.keys, name="keys"),
]
