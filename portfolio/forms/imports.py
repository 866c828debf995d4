"""Choosing a file to import, what its rows are, and how its columns map."""

from typing import TYPE_CHECKING, Any

from django import forms

from accounts.access import Actor
from portfolio.importing.parse.profile import load_profile, shipped_profiles
from portfolio.importing.parse.schema import Kind
from portfolio.importing.parse.table import MAX_BYTES
from portfolio.services.imports import may_import

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

LABELS = {
    Kind.INITIATIVES: "Initiatives",
    Kind.STAGES: "Stage changes",
    Kind.KPIS: "KPIs",
    Kind.READINGS: "KPI readings",
    Kind.ADOPTION: "Adoption",
    Kind.COSTS: "Costs",
    Kind.BENEFITS: "Benefits",
    Kind.ASSESSMENTS: "Assessments of the eight causes",
    Kind.EVENTS: "Events",
    Kind.RATINGS: "Status ratings by others",
    Kind.RATES: "Exchange rates",
}


def kinds_for(actor: Actor) -> list[Kind]:
    """The kinds that the actor's role imports."""
    return [kind for kind in Kind if may_import(actor, kind)]


class ImportForm(forms.Form):
    """One file, one kind, one profile."""

    file = forms.FileField(
        label="File",
        help_text=f"CSV or XLSX, at most {MAX_BYTES // 10**6} MB. You see what it would change before it is written.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.zip"}),
    )

    def __init__(self, *args: Any, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"] = forms.ChoiceField(
            label="What the rows are", choices=[(kind.value, LABELS[kind]) for kind in kinds_for(actor)]
        )
        self.fields["profile"] = forms.ChoiceField(
            label="How the columns map",
            choices=[("", "Our own columns"), *((each.name, each.title) for each in shipped_profiles())],
            required=False,
            help_text="“Our own columns” fits the template files. A profile reads a file as others publish it.",
        )

    def clean_file(self) -> "UploadedFile[Any]":
        """Raises ValidationError for a file that is too large; an empty one is refused by the field."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if file.size is not None and file.size > MAX_BYTES:
            raise forms.ValidationError(f"The file is larger than {MAX_BYTES // 10**6} MB. Split it.")
        return file

    def clean(self) -> dict[str, Any]:
        """A profile reads only some kinds."""
        cleaned = super().clean() or {}
        kind, name = cleaned.get("kind"), cleaned.get("profile", "")
        recipes = load_profile(name).recipes
        if kind and kind not in recipes:
            reads = ", ".join(LABELS[each] for each in recipes)
            self.add_error("kind", f"This profile reads only: {reads}.")
        return cleaned
