"""What each kind of record is called in the audit trail."""

from dataclasses import dataclass

from django.db.models import Model


@dataclass(frozen=True)
class Kind:
    """A kind of record: its word in an address or an answer, and its name on a page."""

    code: str
    label: str


KINDS = {
    "adoptionreading": Kind("adoption", "Share of users"),
    "assessment": Kind("assessment", "Assessment of risk"),
    "baselineapproval": Kind("baseline_approval", "Approval of a baseline"),
    "benefitline": Kind("benefit", "Benefit"),
    "businesscase": Kind("business_case", "Business case"),
    "controldose": Kind("control_dose", "Use by a control"),
    "costline": Kind("cost", "Cost"),
    "datedsetting": Kind("setting", "Setting"),
    "destination": Kind("destination", "Destination of saved time"),
    "driver": Kind("driver", "Range of a driver"),
    "event": Kind("event", "Event"),
    "evidencefile": Kind("evidence", "Evidence file"),
    "exchangerate": Kind("rate", "Exchange rate"),
    "initiative": Kind("initiative", "Initiative"),
    "initiativealias": Kind("other_key", "Other key of an initiative"),
    "initiativehurdle": Kind("hurdle", "Hurdle of an initiative"),
    "kpi": Kind("kpi", "KPI"),
    "kpishare": Kind("shared_kpi", "Shared KPI"),
    "kpitarget": Kind("target", "Target of a KPI"),
    "membership": Kind("role", "Person and role"),
    "mitigation": Kind("action", "Action against a cause"),
    "periodlock": Kind("period_lock", "Closed period"),
    "preregistration": Kind("preregistration", "Preregistration"),
    "priceindex": Kind("price", "Price level"),
    "publishedratechoice": Kind("published_rates", "Choice of published rates"),
    "reading": Kind("reading", "Reading"),
    "stagechange": Kind("stage", "Stage"),
    "statusrating": Kind("rating", "Status rating"),
    "subscription": Kind("digest", "Digest"),
    "trial": Kind("trial", "Randomised comparison"),
    "workspace": Kind("workspace", "Workspace"),
}
ACTS = {
    "recorded": "Recorded",
    "corrected": "Corrected",
    "withdrawn": "Withdrawn",
    "added": "Added",
    "changed": "Changed",
    "deleted": "Removed",
    "frozen": "Frozen",
    "approved": "Approved",
    "uploaded": "Uploaded",
}


def kind_of(model: type[Model]) -> Kind:
    """The kind of a model; a new one is called by its own name until it has one here."""
    name = str(model._meta.model_name)
    return KINDS.get(name) or Kind(name, str(model._meta.verbose_name).capitalize())
