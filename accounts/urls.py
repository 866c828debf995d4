"""URLs about people. Of django-allauth only what is needed is reachable: no sign-up, no mail address management."""

from allauth.account import views as allauth
from django.urls import URLPattern, URLResolver, path, re_path

from accounts.api.me import Me
from accounts.views import joining, people, preferences, saved_views, signing_in, tokens

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", signing_in.login, name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("password/reset/", allauth.password_reset, name="account_reset_password"),
    path("password/reset/sent/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/done/", allauth.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("me/password/", allauth.password_change, name="account_change_password"),
    path("me/preferences/", preferences.preferences, name="preferences"),
    path("me/views/", saved_views.listing, name="saved_views"),
    path("me/views/new/", saved_views.new, name="saved_view_new"),
    path("me/views/<int:pk>/", saved_views.edit, name="saved_view"),
    path("me/views/<int:pk>/delete/", saved_views.delete, name="saved_view_delete"),
    path("invitations/<str:token>/", joining.accept_invitation, name="accept_invitation"),
    path("workspace/", joining.switch_workspace, name="switch_workspace"),
    path("settings/people/", people.people, name="people"),
    path("settings/people/<int:pk>/", people.person, name="person"),
    path("settings/people/<int:pk>/invitation/", people.invite_person_again, name="invite_person_again"),
    path(
        "settings/people/<int:pk>/invitation/withdraw/", people.withdraw_person_invitation, name="withdraw_invitation"
    ),
    path("settings/people/<int:pk>/deactivate/", people.deactivate_person, name="deactivate_person"),
    path("settings/people/<int:pk>/reactivate/", people.reactivate_person, name="reactivate_person"),
    path("settings/integrations/", tokens.tokens, name="tokens"),
    path("settings/integrations/<int:pk>/revoke/", tokens.revoke, name="revoke_token"),
    path("api/v1/me/", Me.as_view(), name="api_me"),
]
