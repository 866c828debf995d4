"""The shapes of what finance enters and holds."""

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from portfolio.api.base import ListAnswer
from portfolio.api.rows import FactRow
from portfolio.choices import DriverName, Spread
from portfolio.models import BaselineApproval, BusinessCase
from portfolio.services.baselines import changed_since
from web.api.fields import AmountField, DayField, StrictSerializer, TextField, WholeField

LARGEST_COUNT = 2_147_483_647


class DriverRow(FactRow):
    """10, 50 and 90 % points of an uncertain quantity: factors, months, or shares."""

    on = DayField(required=False)
    name = serializers.ChoiceField(list(DriverName))
    p10 = AmountField()
    p50 = AmountField()
    p90 = AmountField()
    note = TextField(max_length=400, required=False, allow_blank=True)


class HurdleRow(FactRow):
    """The least ROI asked of this initiative from a day on, and why it differs."""

    value = AmountField()
    note = TextField(max_length=400)


class TrialRow(FactRow):
    """The outcome of a randomised comparison: counts, means and standard deviations of both arms."""

    allocated_on = DayField()
    randomised = TextField(max_length=80, help_text="What chance allocated: people, teams, weeks")
    spread = serializers.ChoiceField(list(Spread), required=False)
    treated_count = WholeField(min_value=0, max_value=LARGEST_COUNT)
    control_count = WholeField(min_value=0, max_value=LARGEST_COUNT)
    treated_mean = AmountField()
    control_mean = AmountField()
    treated_deviation = AmountField()
    control_deviation = AmountField()
    note = TextField(max_length=400, required=False, allow_blank=True)


class ControlDoseRow(FactRow):
    """The share of a control's own users who use the initiative."""

    series = TextField(max_length=80)
    share = AmountField()


class DestinationRow(FactRow):
    """Where saved time went from a day on, as shares; the rest is unknown."""

    cash_out = AmountField(required=False)
    redeployed = AmountField(required=False)
    absorbed = AmountField(required=False)
    note = TextField(max_length=400, required=False, allow_blank=True)


class PriceRow(FactRow):
    """The price level of a month, on a scale of any base."""

    value = AmountField()


class PreregistrationRow(StrictSerializer):
    """How the effect is to be judged, frozen before the first use."""

    id = serializers.IntegerField(read_only=True)
    on = serializers.DateField(read_only=True)
    frozen = serializers.JSONField(read_only=True)
    frozen_hash = serializers.CharField(read_only=True)
    recorded_at = serializers.DateTimeField(read_only=True)


class ApprovalRow(StrictSerializer):
    """An approved baseline window."""

    id = serializers.IntegerField(read_only=True)
    on = serializers.DateField(read_only=True)
    baseline_from = serializers.DateField(read_only=True)
    baseline_to = serializers.DateField(read_only=True)
    mean = AmountField(read_only=True)
    readings = serializers.IntegerField(read_only=True)
    note = TextField(max_length=400, required=False, allow_blank=True)
    approved = serializers.JSONField(read_only=True, help_text="The KPI's terms and its readings as they were approved")
    approved_hash = serializers.CharField(read_only=True)
    approved_by = serializers.CharField(read_only=True, allow_null=True)
    readings_changed = serializers.BooleanField(
        read_only=True, allow_null=True, help_text="Whether readings of the window changed since; null once it ended"
    )
    mean_now = AmountField(read_only=True, allow_null=True)
    readings_now = serializers.IntegerField(read_only=True, allow_null=True)
    superseded_at = serializers.DateTimeField(read_only=True, allow_null=True)
    supersede_reason = serializers.CharField(read_only=True)
    recorded_at = serializers.DateTimeField(read_only=True)


class LockRow(StrictSerializer):
    """A closed period."""

    id = serializers.IntegerField(read_only=True)
    on = serializers.DateField(read_only=True)
    through = DayField()
    note = TextField(max_length=400, required=False, allow_blank=True)
    recorded_at = serializers.DateTimeField(read_only=True)


class PlannedUse(StrictSerializer):
    """Planned share of users on a day."""

    on = DayField()
    share = AmountField()


class CaseRow(StrictSerializer):
    """A frozen version of the business case."""

    version = serializers.IntegerField(read_only=True)
    note = TextField(max_length=400, required=False, allow_blank=True)
    adoption = PlannedUse(many=True, required=False, write_only=True)
    content = serializers.JSONField(read_only=True)
    content_hash = serializers.CharField(read_only=True)
    frozen_at = serializers.DateTimeField(read_only=True)
    approved_at = serializers.DateTimeField(read_only=True, allow_null=True)
    approved_by = serializers.CharField(read_only=True, allow_null=True)
    approval_note = serializers.CharField(read_only=True)


class NoteRow(StrictSerializer):
    """A note for the record."""

    note = TextField(max_length=400, required=False, allow_blank=True)


class DriversRecorded(ListAnswer):
    """What became of a list of drivers."""

    results = DriverRow(many=True)


class TrialsRecorded(ListAnswer):
    """What became of a list of trials."""

    results = TrialRow(many=True)


class ControlDosesRecorded(ListAnswer):
    """What became of a list of controls' use."""

    results = ControlDoseRow(many=True)


class DestinationsRecorded(ListAnswer):
    """What became of a list of destinations."""

    results = DestinationRow(many=True)


class PricesRecorded(ListAnswer):
    """What became of a list of price levels."""

    results = PriceRow(many=True)


def show_approvals(approvals: Iterable[BaselineApproval]) -> list[dict[str, Any]]:
    """Approvals as the API shows them; the one that holds with its window as it is now."""
    return list(ApprovalRow([_approval(row) for row in approvals], many=True).data)


APPROVAL_COLUMNS = (
    "id", "on", "baseline_from", "baseline_to", "mean", "readings", "note", "approved", "approved_hash",
    "superseded_at", "supersede_reason", "recorded_at",
)  # fmt: skip


def _approval(row: BaselineApproval) -> dict[str, Any]:
    holds = row.superseded_at is None
    now = changed_since(row) if holds else None
    return {
        **{name: getattr(row, name) for name in APPROVAL_COLUMNS},
        "approved_by": str(row.recorded_by) if row.recorded_by else None,
        "readings_changed": now is not None if holds else None,
        "mean_now": now.mean if now else row.mean if holds else None,
        "readings_now": now.readings if now else row.readings if holds else None,
    }


def show_cases(cases: Iterable[BusinessCase]) -> list[dict[str, Any]]:
    """Business cases as the API shows them."""
    return list(CaseRow([_case(case) for case in cases], many=True).data)


def _case(case: BusinessCase) -> dict[str, Any]:
    named = {name: getattr(case, name) for name in ("version", "note", "content", "content_hash", "frozen_at")}
    approver = case.approved_by
    return {
        **named,
        "approved_at": case.approved_at,
        "approved_by": str(approver) if approver else None,
        "approval_note": case.approval_note,
    }
