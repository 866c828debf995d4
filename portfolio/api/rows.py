"""The shapes of facts: readings, adoption, costs, benefits, rates, assessments, events, ratings."""

from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework import serializers

from portfolio.api.base import ListAnswer
from portfolio.choices import Basis, BenefitClass, Cause, CostCategory, EventKind, MitigationState, Rating, RatingScale
from portfolio.models import BenefitLine, Fact, Initiative, Mitigation
from portfolio.models.assessments import LONGEST_EVIDENCE
from portfolio.selectors import due_dates_of
from web.api.fields import AmountField, DayField, StrictSerializer, TextField, WholeField, YesNoField

MITIGATION_STATES = [state.value for state in MitigationState]
MONEY_CLASSES = [word.value for word in BenefitClass if word != BenefitClass.NONE]
LARGEST_COUNT = 2_147_483_647


class FactRow(StrictSerializer):
    """What every fact has."""

    id = serializers.IntegerField(read_only=True)
    on = DayField()
    source = TextField(max_length=80, required=False, allow_blank=True)  # type: ignore[assignment]
    external_id = TextField(
        max_length=200, required=False, allow_blank=True, help_text="Your id: the same one again replaces the fact"
    )
    recorded_at = serializers.DateTimeField(read_only=True)


class ReadingRow(FactRow):
    """One measured value of a KPI; `value`, or `numerator` and `denominator`."""

    value = AmountField(required=False)
    series = TextField(max_length=80, required=False, help_text="`treated` (default) or the name of a control")
    numerator = AmountField(required=False, allow_null=True)
    denominator = AmountField(required=False, allow_null=True)
    note = TextField(max_length=400, required=False, allow_blank=True)


class AdoptionRow(FactRow):
    """The share of the intended users who use it; `share`, or `active` and `eligible` people."""

    share = AmountField(required=False)
    active = WholeField(min_value=0, max_value=LARGEST_COUNT, required=False, allow_null=True)
    eligible = WholeField(min_value=0, max_value=LARGEST_COUNT, required=False, allow_null=True)


class CostRow(FactRow):
    """Money spent, planned or forecast; a credit is negative."""

    amount = AmountField()
    currency = TextField(max_length=3, required=False)
    category = serializers.ChoiceField(list(CostCategory), required=False)
    basis = serializers.ChoiceField(list(Basis), required=False)
    note = TextField(max_length=400, required=False, allow_blank=True)


class BenefitRow(FactRow):
    """Money gained, planned or forecast. Grade L once finance confirmed an actual, else E."""

    amount = AmountField()
    currency = TextField(max_length=3, required=False)
    benefit_class = serializers.ChoiceField(MONEY_CLASSES)
    kpi = TextField(max_length=64, required=False, allow_null=True, help_text="Key of the KPI that it is about")
    basis = serializers.ChoiceField(list(Basis), required=False)
    evidence = TextField(max_length=1000, required=False, allow_blank=True)
    note = TextField(max_length=400, required=False, allow_blank=True)
    confirmed = YesNoField(required=False, help_text="true only from a finance token, with evidence")
    grade = serializers.ChoiceField(["L", "E"], read_only=True, allow_null=True)


class RateRow(FactRow):
    """One unit of `base` costs `rate` units of `quote`."""

    base = TextField(max_length=3)
    quote = TextField(max_length=3)
    rate = AmountField()


class AssessmentRow(FactRow):
    """Scores of the causes of failure, from -1 (well in hand) to +1 (severe)."""

    scores = serializers.DictField(child=AmountField(), help_text=f"Any of {', '.join(Cause)}")
    evidence = TextField(max_length=4000, required=False, allow_blank=True)
    evidence_by_cause = serializers.DictField(
        child=TextField(max_length=LONGEST_EVIDENCE, allow_blank=True),
        required=False,
        help_text="What the score of a cause rests on, by cause; a text, with links if you like",
    )
    recorded_by = serializers.CharField(read_only=True, allow_null=True, help_text="Who assessed")

    def validate_scores(self, scores: Mapping[str, Any]) -> dict[str, str]:
        """Scores as text, as they are stored."""
        return {cause: str(score) for cause, score in scores.items()}

    def validate_evidence_by_cause(self, evidence: Mapping[str, str]) -> dict[str, str]:
        """Only what says something is kept."""
        return {cause: text for cause, text in evidence.items() if text}


class MitigationRow(FactRow):
    """An action against one cause of failure; a change has a new `id` and the same `number`."""

    on = DayField(required=False, help_text="From when it holds; today where left out")
    number = serializers.IntegerField(read_only=True, help_text="Counts the actions of the initiative; never changes")
    cause = serializers.ChoiceField(list(Cause))
    what = TextField(max_length=400)
    owner = TextField(max_length=120, required=False, allow_blank=True)
    due = DayField()
    state = serializers.ChoiceField(MITIGATION_STATES, required=False)
    ended_on = DayField(required=False, allow_null=True, help_text="Only once it is done or dropped; today by itself")
    note = TextField(max_length=1000, required=False, allow_blank=True)
    due_dates = serializers.ListField(
        child=serializers.DateField(), read_only=True, help_text="Every due date it has had, oldest first"
    )
    recorded_by = serializers.CharField(read_only=True, allow_null=True)


class EventRow(FactRow):
    """Another change at the same time."""

    kind = serializers.ChoiceField(list(EventKind), required=False)
    note = TextField(max_length=4000, required=False, allow_blank=True)


class RatingRow(FactRow):
    """What a named rater said about the standing of an initiative on one day."""

    rated_by = TextField(max_length=120, help_text="Who rates; a second rating by the same rater and day replaces one")
    rating = serializers.ChoiceField(list(Rating))
    scale = serializers.ChoiceField(list(RatingScale), help_text="Words to choose from; `three` has no half steps")
    note = TextField(max_length=10_000, required=False, allow_blank=True)
    evidence = TextField(max_length=1000, required=False, allow_blank=True)


class ConfirmRow(StrictSerializer):
    """Where finance found the benefit booked; needed unless the line has evidence already."""

    evidence_file = WholeField(required=False, min_value=1, max_value=2**62, help_text="Id of an evidence file")
    evidence = TextField(max_length=1000, required=False, allow_blank=True)


class ReadingsRecorded(ListAnswer):
    """What became of a list of readings."""

    results = ReadingRow(many=True)


class AdoptionRecorded(ListAnswer):
    """What became of a list of adoption readings."""

    results = AdoptionRow(many=True)


class CostsRecorded(ListAnswer):
    """What became of a list of costs."""

    results = CostRow(many=True)


class BenefitsRecorded(ListAnswer):
    """What became of a list of benefits."""

    results = BenefitRow(many=True)


class RatingsRecorded(ListAnswer):
    """What became of a list of status ratings."""

    results = RatingRow(many=True)


class RatesRecorded(ListAnswer):
    """What became of a list of rates."""

    results = RateRow(many=True)


BENEFIT_COLUMNS = tuple(name for name in BenefitRow().get_fields() if name not in {"kpi", "confirmed", "grade"})


def show(serializer: type[StrictSerializer], facts: Iterable[Fact]) -> list[dict[str, Any]]:
    """Facts as the API shows them."""
    return list(serializer(list(facts), many=True).data)


def show_benefits(lines: Iterable[BenefitLine]) -> list[dict[str, Any]]:
    """Benefit lines: the KPI by its key, and whether finance confirmed the line."""
    return list(BenefitRow([_benefit(line) for line in lines], many=True).data)


def show_mitigations(initiative: Initiative, rows: Iterable[Mitigation]) -> list[dict[str, Any]]:
    """Actions of one initiative with the due dates that each has had."""
    dates = due_dates_of([initiative])
    columns = [name for name in MitigationRow().get_fields() if name != "due_dates"]
    shown = (
        {**{name: getattr(row, name) for name in columns}, "due_dates": dates.get((row.initiative_id, row.number), [])}
        for row in rows
    )
    return list(MitigationRow(list(shown), many=True).data)


def _benefit(line: BenefitLine) -> dict[str, Any]:
    confirmed = line.confirmed_at is not None
    return {
        **{name: getattr(line, name) for name in BENEFIT_COLUMNS},
        "kpi": line.kpi.key if line.kpi else None,
        "confirmed": confirmed,
        "grade": ("L" if confirmed else "E") if line.basis == Basis.ACTUAL else None,
    }
