"""Cost lines, benefit lines and exchange rates."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from portfolio.choices import Basis, BenefitClass, CostCategory
from portfolio.models.facts import Fact, in_order_of_acts, live_unique
from portfolio.models.fields import currency_field, decimal_field, known, word_field
from portfolio.models.initiatives import Initiative
from portfolio.models.kpis import Kpi
from portfolio.models.proof import EvidenceFile


class CostLine(Fact):
    """Money spent, planned or forecast; a credit is negative."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="costs")
    amount = decimal_field()
    currency = currency_field()
    category = word_field(CostCategory, default=CostCategory.OTHER)
    basis = word_field(Basis, default=Basis.ACTUAL)
    note = models.CharField(max_length=400, blank=True)

    content = ("initiative_id", "on", "amount", "currency", "category", "basis", "note")

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            known("category", CostCategory, "costline_category_known"),
            known("basis", Basis, "costline_basis_known"),
        ]
        indexes = [models.Index("initiative", "on", name="cost_by_initiative"), *in_order_of_acts("cost")]


class BenefitLine(Fact):
    """Money gained, planned or forecast. A confirmed actual has grade L (ledger), any other actual E (claim)."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="benefits")
    kpi = models.ForeignKey(Kpi, models.RESTRICT, null=True, blank=True, related_name="benefit_lines")
    amount = decimal_field()
    currency = currency_field()
    benefit_class = word_field(BenefitClass)
    basis = word_field(Basis, default=Basis.ACTUAL)
    evidence = models.CharField(max_length=1000, blank=True)
    evidence_file = models.ForeignKey(EvidenceFile, models.RESTRICT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=400, blank=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    content = (
        "initiative_id",
        "kpi_id",
        "on",
        "amount",
        "currency",
        "benefit_class",
        "basis",
        "evidence",
        "evidence_file_id",
        "note",
    )

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            known("benefit_class", BenefitClass, "benefitline_class_known"),
            known("basis", Basis, "benefitline_basis_known"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | (Q(basis=Basis.ACTUAL) & ~Q(evidence="")),
                name="benefitline_confirmed_has_evidence",
            ),
        ]
        indexes = [models.Index("initiative", "on", name="benefit_by_initiative"), *in_order_of_acts("benefit")]

    def clean(self) -> None:
        """A line is money, so its class is one that has money."""
        if self.benefit_class == BenefitClass.NONE:
            raise ValidationError(
                {"benefit_class": "A benefit line is money, and 'none' has none. Record a KPI instead."}
            )


class ExchangeRate(Fact):
    """One unit of BASE costs RATE units of QUOTE on that day."""

    base = currency_field()
    quote = currency_field()
    rate = decimal_field(validators=[MinValueValidator(0)])

    natural_key = ("base", "quote", "on")
    content = ("base", "quote", "on", "rate")

    class Meta(Fact.Meta):
        constraints = [
            *Fact.Meta.constraints,
            live_unique("workspace", "base", "quote", "on", name="rate_one_live"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_positive"),
            models.CheckConstraint(condition=~Q(base=F("quote")), name="rate_two_currencies"),
        ]

    def clean(self) -> None:
        """A rate is between two currencies, and above zero."""
        if self.base == self.quote:
            raise ValidationError({"quote": "Base and quote are the same currency."})
        if not self.rate > 0:
            raise ValidationError({"rate": "A rate is above zero."})
