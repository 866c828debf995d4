"""The sign-in page of django-allauth, once there is somebody who could sign in."""

from allauth.account import views as allauth
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from accounts.models import User


def login(request: HttpRequest) -> HttpResponse | HttpResponseBase:
    """Signs in; on a new installation it leads to the first run instead."""
    if not User.objects.exists():
        return redirect("/setup/")
    response: HttpResponseBase = allauth.login(request)
    return response
