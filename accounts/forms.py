"""Forms about people: signing in, joining, members, tokens, preferences."""

from typing import Any
from zoneinfo import available_timezones

from allauth.account import forms as allauth_forms
from django import forms
from django.http import HttpRequest
from kombu.exceptions import OperationalError

from accounts.choices import Role, Scope
from accounts.models import BusinessUnit, User, Workspace
from accounts.models.saved import LONGEST_QUERY
from accounts.tasks import send_password_reset
from web.locales import offered

AMOUNTS = (("", "Short: $1.61M, $247K"), ("True", "Written out: $1,609,739, $247,100"))
THEMES = (("", "As the system"), ("light", "Light"), ("dark", "Dark"))
ROLE_WORDS = {
    Role.EXECUTIVE: "reads everything",
    Role.MANAGER: "writes initiatives that are theirs or their unit's",
    Role.FINANCE: "writes money, confirms benefits, sets hurdle and rates, closes periods",
    Role.INTEGRATOR: "writes through the API with a token",
    Role.ADMIN: "people, units, settings, and every record",
}
ROLES = [(role.value, f"{role.value.capitalize()}: {words}") for role, words in ROLE_WORDS.items()]
SCOPES = [
    (Scope.READ.value, "read: read records and figures"),
    (Scope.WRITE.value, "write: record initiatives, readings, costs and benefits"),
    (Scope.CONFIRM.value, "confirm: confirm benefits and set rates (finance)"),
    (Scope.ADMIN.value, "admin: people, tokens and settings (administrators)"),
]
EXPIRIES = (("90", "in 90 days"), ("365", "in a year"), ("30", "in 30 days"), ("", "never"))


class LoginForm(allauth_forms.LoginForm):  # type: ignore[misc]
    """Mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["login"].label = "Mail address"
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class ResetForm(forms.Form):
    """Asks for a reset link; known and unknown addresses are answered alike and equally fast."""

    email = forms.EmailField(label="Mail address", max_length=254)

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Hands the address to the worker, which looks it up and sends the mail."""
        email: str = self.cleaned_data["email"]
        send_password_reset.delay(email=email.lower())
        return email

    def clean(self) -> dict[str, Any]:
        """Refuses while the queue cannot be reached."""
        cleaned = super().clean() or {}
        try:
            with send_password_reset.app.connection_for_write() as connection:
                connection.ensure_connection(max_retries=1, timeout=2)
        except OperationalError as error:
            raise forms.ValidationError("Mail cannot be sent at the moment. Try again in a minute.") from error
        return cleaned


class NewPasswordForm(allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password after a reset link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_passwords(self)


class ChangePasswordForm(allauth_forms.ChangePasswordForm):  # type: ignore[misc]
    """A new password while signed in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_passwords(self)
        self.fields["oldpassword"].label = "Current password"


def name_passwords(form: forms.Form) -> None:
    """Plain words for the two fields of a new password."""
    form.fields["password1"].label = "New password"
    form.fields["password1"].help_text = "At least 10 characters, and none of the common ones."
    form.fields["password2"].label = "New password again"
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class JoinForm(forms.Form):
    """Name and password of somebody who was invited."""

    name = forms.CharField(label="Your name", max_length=120, widget=forms.TextInput({"autocomplete": "name"}))
    password = forms.CharField(
        label="Password",
        strip=False,
        max_length=200,
        help_text="At least 10 characters, and none of the common ones.",
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )


class MemberForm(forms.Form):
    """Role and unit of a member."""

    role = forms.ChoiceField(label="Role", choices=ROLES, initial=Role.MANAGER.value)
    unit = forms.ModelChoiceField(
        BusinessUnit.objects.none(), label="Business unit", required=False, empty_label="No unit"
    )

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = self.fields["unit"]
        if isinstance(units, forms.ModelChoiceField):
            units.queryset = BusinessUnit.objects.filter(workspace=workspace)


class InviteForm(MemberForm):
    """Whom to invite, and as what."""

    email = forms.EmailField(label="Mail address", max_length=254)
    field_order = ("email", "role", "unit")


class TokenForm(forms.Form):
    """A new API token."""

    name = forms.CharField(label="What it is for", max_length=80)
    scopes = forms.MultipleChoiceField(
        label="What it may do", choices=SCOPES, initial=[Scope.READ.value], widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(
        label="Expires", choices=EXPIRIES, initial="90", coerce=int, empty_value=None, required=False
    )


class SavedViewForm(forms.Form):
    """The name of a saved view, and who sees it."""

    name = forms.CharField(label="Name of the view", max_length=80, widget=forms.TextInput({"autocomplete": "off"}))
    is_shared = forms.BooleanField(label="Everybody in the workspace sees it", required=False)

    def __init__(self, *args: Any, may_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_share:
            del self.fields["is_shared"]


class NewViewForm(SavedViewForm):
    """The same with the list that it is a view of."""

    page = forms.CharField(widget=forms.HiddenInput, max_length=40)
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=LONGEST_QUERY)


class PreferencesForm(forms.Form):
    """How the product speaks to the person."""

    name = forms.CharField(label="Your name", max_length=120)
    time_zone = forms.ChoiceField(label="Time zone", required=False)
    locale = forms.ChoiceField(
        label="Numbers and dates",
        required=False,
        help_text="Numbers that you type are read in it too. Words stay English.",
    )
    has_full_amounts = forms.ChoiceField(
        label="Money in tables",
        required=False,
        choices=AMOUNTS,
        help_text="Headlines and charts are always short. The page that shows how a figure is made goes to the cent.",
    )
    theme = forms.ChoiceField(label="Colours", required=False, choices=THEMES)
    has_shortcuts = forms.BooleanField(
        label="Shortcuts of a single key, such as / and j",
        required=False,
        help_text="Switch them off if you speak to your computer or often press keys by accident.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = self.fields["time_zone"]
        if isinstance(zones, forms.ChoiceField):
            zones.choices = [("", "As the workspace"), *((zone, zone) for zone in sorted(available_timezones()))]
        locales = self.fields["locale"]
        if isinstance(locales, forms.ChoiceField):
            locales.choices = [("", "As the workspace"), *offered()]

    def clean_has_full_amounts(self) -> bool:
        """The choice as yes or no."""
        return bool(self.cleaned_data["has_full_amounts"])

    @classmethod
    def of(cls, user: User, data: Any = None) -> "PreferencesForm":
        """The form with the person's present choices."""
        present = {name: getattr(user, name) for name in cls.base_fields}
        return cls(data, initial=present)
