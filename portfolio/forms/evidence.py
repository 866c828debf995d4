"""Files that prove a benefit, and finance's confirmation by a file, a link or a ledger reference."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from portfolio.forms.base import RecordForm
from portfolio.forms.fields import text_input
from portfolio.models import EvidenceFile
from portfolio.services.evidence import MOST_BYTES
from portfolio.services.evidence_kinds import ALLOWED, PACKAGES, SIGNATURES, STREAMS, TEXTS

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

LIMIT = f"{MOST_BYTES // 1024 // 1024} MB"
ENDS = ",".join(sorted({*PACKAGES, *STREAMS, *TEXTS, *(ending for _, ends in SIGNATURES.values() for ending in ends)}))


class EvidenceField(forms.FileField):
    """A file of up to 20 MB; what counts is its content, which the service looks at."""

    def __init__(self, **options: Any) -> None:
        hint = f"{ALLOWED[:1].upper()}{ALLOWED[1:]}, at most {LIMIT}."
        widget = forms.FileInput(attrs={"accept": ENDS})
        super().__init__(**{"label": "File", "help_text": hint, "widget": widget, **options})

    def validate(self, value: "UploadedFile[Any] | None") -> None:
        """Refuses a file that is too large before it is read."""
        super().validate(value)
        if value is not None and value.size is not None and value.size > MOST_BYTES:
            raise ValidationError(f"The file is larger than {LIMIT}. Send a smaller one, or give a link to it.")


class EvidenceForm(RecordForm):
    """One file to keep."""

    file = EvidenceField()


class ConfirmForm(RecordForm):
    """Finance's evidence that a benefit is in the ledger: words, a file that is kept, or a new file.

    Args:
        kept: the files of the initiative.
        has_evidence: whether the line has evidence already.
    """

    evidence = forms.CharField(
        label="Link or ledger reference",
        required=False,
        max_length=1000,
        widget=text_input(),
        help_text="For example: GL 4711, March 2026. It is kept with the line.",
    )
    kept = forms.ChoiceField(label="or a file that is here already", required=False)
    file = EvidenceField(label="or a new file", required=False)

    def __init__(self, *args: Any, kept: Sequence[EvidenceFile], has_evidence: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.has_evidence, self.files_kept = has_evidence, {str(file.pk): file for file in kept}
        named = [(key, str(file)) for key, file in self.files_kept.items()]
        self.fields["kept"].choices = [("", "None"), *named]  # type: ignore[attr-defined]
        if not kept:
            del self.fields["kept"]

    def clean(self) -> dict[str, Any]:
        """There is evidence of some kind."""
        given = self.cleaned_data
        if not self.errors and not (self.has_evidence or any(given.values())):
            self.add_error("evidence", "Confirming needs evidence: a link, a file or a ledger reference.")
        return given

    @property
    def chosen(self) -> EvidenceFile | None:
        """The file that is here already; a new one goes before it."""
        return self.files_kept.get(self.cleaned_data.get("kept", ""))
