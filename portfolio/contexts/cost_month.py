"""The page on which the costs of a month are typed: a row for each kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from portfolio.choices import Basis, CostCategory
from portfolio.contexts.money import NAMES
from portfolio.contexts.months import Month
from portfolio.forms.base import RecordForm
from portfolio.forms.cost_month import AmountForm, MonthHead
from portfolio.forms.values import is_only_asked, problems
from portfolio.models import Initiative
from portfolio.models.fields import choices
from portfolio.selectors import locks_of
from web.formats import Form, Formats

MONTHS_BACK = 6
Sums = Mapping[tuple[CostCategory, str], Mapping[date, Decimal]]


@dataclass(frozen=True)
class KindFacts:
    """What is known of one kind of cost.

    Args:
        name: the kind in words.
        before: what was spent in the month before, in words; empty for nothing.
        budget: the plan of the month, in words; empty without one.
        recorded: what is spent in the month already, in words; empty for nothing.
        past: what was spent in each of the last months that have something, oldest first.
    """

    category: CostCategory
    name: str
    before: str
    budget: str
    recorded: str
    past: Sequence[Decimal]


@dataclass(frozen=True)
class KindRow:
    """A kind and the field for its amount."""

    facts: KindFacts
    form: AmountForm


@dataclass(frozen=True)
class CostMonthPage:
    """The whole page.

    Args:
        closed: why nothing can be recorded in this month; empty where it can.
    """

    initiative: Initiative
    month: Month
    rows: Sequence[KindRow]
    head: MonthHead
    closed: str

    @property
    def draft(self) -> str:
        """Under what the browser keeps what is typed here."""
        return f"costs:{self.initiative.key}:{self.month.first:%Y-%m}"

    @property
    def recorded(self) -> str:
        """Changes when the page is saved."""
        return "".join(row.facts.recorded for row in self.rows)

    @property
    def decimal_mark(self) -> str:
        """What the reader writes before decimals."""
        return self.head.decimal_mark

    @property
    def is_only_asked(self) -> bool:
        """Whether all that stops the page are questions about unlikely amounts."""
        return is_only_asked(self._forms)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """The id of each faulty field, and what is wrong with it."""
        return problems(self._forms)

    @property
    def _forms(self) -> list[RecordForm]:
        return [*(row.form for row in self.rows), self.head]


def cost_month_of(initiative: Initiative, first: date | None, today: date) -> Month:
    """The month asked for; else the month after the last one with an actual cost, at most the running one."""
    if first is None or first > today:
        last = initiative.costs.filter(superseded_at=None, basis=Basis.ACTUAL, on__lte=today).order_by("-on").first()
        running = today.replace(day=1)
        first = running if last is None else min(running, (last.on.replace(day=1) + timedelta(days=32)).replace(day=1))
    return Month(first, today)


def kind_facts(initiative: Initiative, month: Month, formats: Formats) -> list[KindFacts]:
    """Every kind of cost with what is known of it, in the initiative's currency; one query."""
    sums = _sums(initiative, month)
    return [_facts(CostCategory(word), sums, initiative.currency, month, formats) for word, _ in choices(CostCategory)]


def closed_words(initiative: Initiative, month: Month) -> str:
    """Why nothing can be recorded in the month."""
    return locks_of(initiative.workspace).words_of_day(month.last)


def _facts(category: CostCategory, sums: Sums, currency: str, month: Month, formats: Formats) -> KindFacts:
    spent, planned = sums.get((category, Basis.ACTUAL), {}), sums.get((category, Basis.PLAN), {})

    def words(amount: Decimal | None) -> str:
        return "" if amount is None else formats.money(amount, currency, Form.FULL)

    return KindFacts(
        category=category,
        name=NAMES[category],
        before=words(spent.get(month.before)),
        budget=words(planned.get(month.first)),
        recorded=words(spent.get(month.first)),
        past=[spent[day] for day in sorted(spent) if day < month.first],
    )


def _sums(initiative: Initiative, month: Month) -> Sums:
    since = (month.first - timedelta(days=31 * MONTHS_BACK)).replace(day=1)
    rows = (
        initiative.costs.filter(superseded_at=None, currency=initiative.currency, on__gte=since, on__lte=month.end)
        .annotate(month=TruncMonth("on"))
        .values_list("category", "basis", "month")
        .annotate(total=Sum("amount"))
    )
    found: dict[tuple[CostCategory, str], dict[date, Decimal]] = {}
    for category, basis, day, total in rows:
        found.setdefault((CostCategory(category), basis), {})[day] = total
    return found
