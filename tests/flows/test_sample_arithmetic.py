"""Every figure of the sample, added up again from its rows in plain Python (semantics 5 to 13, methods 2a).

Nothing of the product's arithmetic is used here: amounts, rates, months and roots are worked out a second time. Only
the change of a KPI that is proven by measuring is taken as stored; it has references of its own.
"""

from calendar import monthrange
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import pytest
from django.db import transaction
from django.db.models import Q

from config.sample import load
from metrics import services
from metrics.models import CurrentPortfolio, CurrentSnapshot
from portfolio.models import (
    AdoptionReading,
    BenefitLine,
    CostLine,
    DatedSetting,
    Destination,
    ExchangeRate,
    Initiative,
    Reading,
    StageChange,
)

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
TODAY = NOW.date()
PAST = date(2026, 6, 30)


@pytest.fixture(scope="module")
def sample(django_db_setup, django_db_blocker):
    """The sample with current figures and totals, loaded once for the whole module."""
    with django_db_blocker.unblock(), transaction.atomic():
        workspace = load.load(now=NOW, password="not-a-secret-of-anyone")
        services.refresh(workspace=workspace, now=NOW)
        services.refresh_portfolio(workspace=workspace, now=NOW)
        yield workspace
        transaction.set_rollback(True)


def month(day):
    return day.year, day.month


def later(day, months):
    year, index = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, index + 1, min(day.day, monthrange(year, index + 1)[1]))


def last_day(day, cadence):
    if cadence == "weekly":
        return day + timedelta(days=7 - day.isoweekday())
    number = day.month if cadence == "monthly" else (day.month + 2) // 3 * 3
    return date(day.year, number, monthrange(day.year, number)[1])


class Ledger:
    """The rows of one initiative as believed at the end of a day, in one currency."""

    def __init__(self, initiative, as_of, effects, currency=None, cut=None):
        self.initiative, self.as_of, self.cut = initiative, as_of, cut
        self.measured = {effect["kpi"]: effect["credits"] for effect in effects if (effect["grade"] or "E") in "ABC"}
        self.currency = currency or initiative.currency
        self.usd = defaultdict(list)
        for rate in self.rows(ExchangeRate, workspace=initiative.workspace):
            assert rate.quote == "USD"
            self.usd[rate.base].append((rate.on, Fraction(rate.rate)))
        stages = self.rows(StageChange, initiative=initiative, on__lte=as_of)
        self.ended = bool(stages) and stages[-1].to in {"retired", "abandoned"}
        costs = self.rows(CostLine, initiative=initiative)
        known = [row.on for row in costs if row.basis != "plan"]
        start = initiative.go_live or initiative.planned_go_live or min(known)
        self.end = later(start, initiative.horizon_months)
        self.costs = [row for row in costs if row.on <= self.end]
        self.benefits = [row for row in self.rows(BenefitLine, initiative=initiative) if row.on <= self.end]

    def rows(self, model, **wanted):
        held = Q(superseded_at=None)
        if self.cut:
            held = Q(recorded_at__lt=self.cut) & (held | Q(superseded_at__gte=self.cut))
        return list(model.objects.filter(held, **wanted).order_by("on", "pk"))

    def usd_of(self, currency, on, any_age):
        if currency == "USD":
            return Fraction(1)
        day, rate = max((day, rate) for day, rate in self.usd[currency] if day <= on)
        assert any_age or on - day <= timedelta(days=7)
        return rate

    def stated(self, amount, currency, on, any_age=False):
        if currency == self.currency:
            return Fraction(amount)
        return Fraction(amount) * self.usd_of(currency, on, any_age) / self.usd_of(self.currency, on, any_age)

    def is_confirmed(self, row):
        return row.confirmed_at is not None and (self.cut is None or row.confirmed_at < self.cut)

    def spent(self):
        due = [row for row in self.costs if row.basis == "actual" and row.on <= self.as_of]
        return [(row.on, self.stated(row.amount, row.currency, row.on), row.category) for row in due]

    def proven(self):
        due = [row for row in self.benefits if row.basis == "actual" and row.on <= self.as_of]
        due = [row for row in due if self.is_confirmed(row)]
        lines = [(row.on, self.stated(row.amount, row.currency, row.on), row.benefit_class) for row in due]
        return lines + [line for kpi in self.initiative.kpis.all() for line in self.proven_by(kpi)]

    def proven_by(self, kpi):
        """Money of every period of a measured change that finance has not booked; saved time by where it went."""
        if not kpi.value_amount:
            return
        volume, booked = self.volumes(kpi), self.booked(kpi)
        for day, _, _, change in self.measured.get(kpi.key, ()):
            end = date.fromisoformat(day)
            if end <= min(self.as_of, self.end) and month(end) not in booked:
                worth = Fraction(change) * Fraction(kpi.value_amount) * Fraction(kpi.realisation_share)
                money = self.stated(worth * volume.get(end, 1), kpi.value_currency, end)
                cash = self.cash_share(kpi, end)
                yield end, money * (1 - cash), kpi.benefit_class
                yield end, money * cash, "cash"

    def cash_share(self, kpi, end):
        rows = self.rows(Destination, kpi=kpi, on__lte=end)
        return Fraction(rows[-1].cash_out) if rows and kpi.benefit_class == "capacity" else Fraction(0)

    def booked(self, kpi):
        return {month(row.on) for row in self.benefits if row.kpi_id == kpi.pk and self.is_confirmed(row)}

    def ahead(self, rows, booked, label):
        """Forecast lines of open months, plan lines where a month has none, less what is booked already."""
        if self.ended:
            return []
        first = self.as_of.replace(day=1)
        lines = [row for row in rows if row.on >= first]
        forecast = {month(row.on) for row in lines if row.basis == "forecast"}
        chosen = [
            row for row in lines if row.basis == "forecast" or (row.basis == "plan" and month(row.on) not in forecast)
        ]
        expected = defaultdict(Fraction)
        for row in chosen:
            expected[month(row.on), getattr(row, label)] += self.stated(row.amount, row.currency, row.on, True)
        already = defaultdict(Fraction)
        for on, amount, name in booked:
            already[month(on), name] += amount
        found = []
        for row in chosen:
            place = month(row.on), getattr(row, label)
            share = max(expected[place] - already[place], 0) / expected[place] if already[place] else 1
            found.append((row.on, self.stated(row.amount, row.currency, row.on, True) * share, place[1]))
        return found

    def effects(self):
        """Grade D money of every KPI with a value: mean after less mean before, for each period with a reading."""
        adopted = [row.on for row in self.rows(AdoptionReading, initiative=self.initiative) if row.share > 0]
        since = min(adopted) if adopted else self.initiative.go_live
        total = Fraction(0)
        for kpi in self.initiative.kpis.filter(archived_at=None):
            total += self.effect(kpi, since) if since and kpi.value_amount else 0
        return total

    def effect(self, kpi, since):
        readings = [(row.on, Fraction(row.value)) for row in self.rows(Reading, kpi=kpi, series="treated")]
        before = [v for on, v in readings if kpi.baseline_from <= on <= kpi.baseline_to and on < since]
        after = [(on, v) for on, v in readings if on >= since]
        least = (3, 3) if kpi.design == "before_after" else (8, 4)
        is_money = kpi.design != "claim" and kpi.benefit_class != "none" and kpi.key not in self.measured
        if not is_money or (len(before), len(after)) < least:
            return Fraction(0)
        change = sum(v for _, v in after) / len(after) - sum(before) / len(before)
        gain = change * (-1 if kpi.direction == "down" else 1) * Fraction(kpi.value_amount)
        gain *= Fraction(kpi.realisation_share)
        booked = self.booked(kpi)
        ends = {last_day(on, kpi.cadence) for on, _ in after}
        due = [end for end in ends if end <= min(self.as_of, self.end) and month(end) not in booked]
        volume = self.volumes(kpi)
        assert kpi.volume is None or all(end in volume for end in due)
        return sum((self.stated(gain * volume.get(end, 1), kpi.value_currency, end) for end in due), Fraction(0))

    def volumes(self, kpi):
        found = defaultdict(Fraction)
        if kpi.volume:
            assert kpi.volume.aggregation == "sum"
            for row in self.rows(Reading, kpi=kpi.volume, series="treated"):
                found[last_day(row.on, kpi.cadence)] += Fraction(row.value)
        return found

    def flows(self):
        spent, proven = self.spent(), self.proven()
        paid = spent + self.ahead(self.costs, spent, "category")
        earned = proven + self.ahead(self.benefits, proven, "benefit_class")
        return paid, earned


def total(flows):
    return sum((flow[1] for flow in flows), Fraction(0))


def cash(paid, earned):
    return [(on, -amount) for on, amount, _ in paid] + [(on, amount) for on, amount, _ in earned]


def value(flows, rate):
    first = min(on for on, _ in flows)
    return sum(float(amount) * (1 + rate) ** (-(on - first).days / 365) for on, amount in flows)


def money(number):
    number = Fraction(number)
    return str((Decimal(number.numerator) / Decimal(number.denominator)).quantize(Decimal("0.01"), ROUND_HALF_EVEN))


def ledger_of(sample, key, **more):
    row = Initiative.objects.get(workspace=sample, key=key)
    return Ledger(row, TODAY, stored(sample, key).effects, **more)


def stored(sample, key):
    return CurrentSnapshot.objects.get(workspace=sample, initiative__key=key).snapshot


def all_keys(sample):
    return list(Initiative.objects.filter(workspace=sample, archived_at=None).values_list("key", flat=True))


def discount(sample):
    rows = DatedSetting.objects.filter(workspace=sample, name="discount_rate", superseded_at=None, on__lte=TODAY)
    return float(rows.order_by("on").last().value)


def known(figures, names):
    return {name: figures[name]["value"] for name in names if figures[name]["value"] is not None}


@pytest.mark.parametrize(("name", "least"), [("cost_to_date", 12), ("net", 11), ("npv", 11), ("irr", 8)])
def test_the_sample_has_figures_to_compare(sample, name, least):
    assert sum(name in known(stored(sample, key).figures, [name]) for key in all_keys(sample)) >= least


def test_money_to_date_and_over_the_horizon(sample):
    for key in all_keys(sample):
        book = ledger_of(sample, key)
        spent, proven = total(book.spent()), total(book.proven())
        paid, earned = (total(side) for side in book.flows())
        expected = {
            "cost_to_date": money(spent),
            "benefit_to_date": money(proven),
            "net_to_date": money(proven - spent),
            "benefit_indicative": money(book.effects()),
            "tco": money(paid),
            "net": money(earned - paid),
        }
        found = known(stored(sample, key).figures, expected)
        assert found == {name: expected[name] for name in found}, key


def test_returns(sample):
    for key in all_keys(sample):
        book, figures = ledger_of(sample, key), stored(sample, key).figures
        spent, proven = total(book.spent()), total(book.proven())
        paid, earned = (total(side) for side in book.flows())
        for name, cost, benefit in (("roi_to_date", spent, proven), ("roi_forecast", paid, earned)):
            if figures[name]["value"] is not None:
                assert float(figures[name]["value"]) == pytest.approx(float(benefit / cost - 1), abs=6e-7), key


def test_present_value_and_rate_of_return(sample):
    rate = discount(sample)
    for key in all_keys(sample):
        flows, figures = cash(*ledger_of(sample, key).flows()), stored(sample, key).figures
        if figures["npv"]["value"] is not None:
            assert float(figures["npv"]["value"]) == pytest.approx(value(flows, rate), abs=0.006), key
        if figures["irr"]["value"] is not None:
            root, size = float(figures["irr"]["value"]), sum(abs(float(amount)) for _, amount in flows)
            assert value(flows, root - 1e-5) * value(flows, root + 1e-5) < 0, key
            assert abs(value(flows, root)) < size * 1e-5, key


def test_payback(sample):
    for key in all_keys(sample):
        flows, figure = cash(*ledger_of(sample, key).flows()), stored(sample, key).figures["payback_month"]
        sums = defaultdict(Fraction)
        first = min(on for on, _ in flows)
        for on, amount in flows:
            sums[(on.year - first.year) * 12 + on.month - first.month] += amount
        running, back = Fraction(0), None
        for index in range(max(sums) + 1):
            before, running = running, running + sums[index]
            if running < 0:
                back = None
            elif back is None:
                back = index + (-before / (running - before) if before < 0 else 0)
        if figure["value"] is None:
            assert back is None, key
        else:
            assert float(figure["value"]) == pytest.approx(float(back), abs=6e-7), key


def test_fiscal_year(sample):
    start = date(TODAY.year - (TODAY.month < sample.fiscal_year_start), sample.fiscal_year_start, 1)
    end = later(start, 12) - timedelta(days=1)
    for key in all_keys(sample):
        book, year = ledger_of(sample, key), stored(sample, key).year
        paid, earned = ([flow for flow in side if start <= flow[0] <= end] for side in book.flows())
        plan = [
            sum(
                book.stated(row.amount, row.currency, row.on, True)
                for row in rows
                if row.basis == "plan" and start <= row.on <= end
            )
            for rows in (book.costs, book.benefits)
        ]
        expected = {
            "cost_to_date": money(total(f for f in book.spent() if f[0] >= start)),
            "benefit_to_date": money(total(f for f in book.proven() if f[0] >= start)),
            "net_forecast": money(total(earned) - total(paid)),
            "net_plan": money(plan[1] - plan[0]),
        }
        found = known(year, expected)
        assert found == {name: expected[name] for name in found}, key


def test_totals_are_the_sums_of_the_parts_in_the_workspaces_currency(sample):
    rate, sums = discount(sample), defaultdict(Fraction)
    values = 0.0
    for key in all_keys(sample):
        book = ledger_of(sample, key, currency=sample.currency)
        paid, earned = book.flows()
        sums["cost_to_date"] += total(book.spent())
        sums["benefit_to_date"] += total(book.proven())
        sums["benefit_indicative"] += book.effects()
        sums["tco"] += total(paid)
        sums["net"] += total(earned) - total(paid)
        flows = cash(paid, earned)
        first = min(on for on, _ in flows)
        values += value(flows, rate) * (1 + rate) ** ((TODAY - first).days / 365)
    figures = CurrentPortfolio.objects.get(workspace=sample).snapshot.figures
    assert {name: figures[name]["value"] for name in sums} == {name: money(each) for name, each in sums.items()}
    assert float(figures["npv"]["value"]) == pytest.approx(values, abs=0.006)


def test_a_day_of_the_past_holds_what_was_believed_then(sample):
    cut = datetime(2026, 7, 1, tzinfo=UTC)
    for row in Initiative.objects.filter(workspace=sample):
        snapshot = services.figures_as_of(workspace=sample, initiative_id=row.pk, as_of=PAST, now=NOW)
        if snapshot.figures["cost_to_date"]["value"] is None:
            continue
        book = Ledger(row, PAST, snapshot.effects, cut=cut)
        expected = {"cost_to_date": money(total(book.spent())), "benefit_to_date": money(total(book.proven()))}
        assert known(snapshot.figures, expected) == expected, row.key
