"""Facts and a reader become a finished letter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.urls import reverse

from metrics.models import PortfolioSnapshot
from notices.access import unsubscribe_token
from notices.digests import words
from notices.digests.changes import changes
from notices.digests.facts import Facts, Some
from notices.digests.letter import Change, Group, Letter
from notices.messages import message
from notices.models import Alert, Subscription
from web.formats import Formats

MOST_DECISIONS = 3
OLD_AFTER = timedelta(days=30)
MOST_CHANGES = 5
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SAMPLE = "[Sample] "
SAMPLE_NOTICE = "[Sample] Made-up data: no company, person or figure in this mail is real."


@dataclass(frozen=True)
class Reader:
    """Who reads the digest, how, and with how many others."""

    subscription: Subscription
    formats: Formats
    zone_name: str
    followers: int


def compose(facts: Facts, reader: Reader) -> Letter:
    """The whole letter. A week without news is told in a few lines."""
    formats, totals = reader.formats, facts.totals
    changed = changes(facts.now_at, facts.before_at, formats) if facts.before else []
    quiet = _is_quiet(facts, changed)
    gap, gap_is_bad = words.gap(totals, formats)
    headline = words.headline(totals, formats)
    decisions = facts.decisions[:MOST_DECISIONS]
    return Letter(
        subject=_subject(facts, formats, quiet=quiet),
        preheader=words.preheader(_largest_news(facts, changed, formats)),
        title=f"{facts.workspace.name} · week to {formats.day(facts.today - timedelta(days=1))}",
        notice=SAMPLE_NOTICE if facts.workspace.is_sample else "",
        warning=_warning(facts, formats),
        headline=headline,
        gap=gap,
        gap_is_bad=gap_is_bad,
        sentence=words.verdict(totals, facts.before.totals if facts.before else None, formats),
        decisions=tuple(words.item(each, page("initiative", each.key), formats) for each in decisions),
        more_decisions=_more(len(facts.decisions) - MOST_DECISIONS, "decision"),
        decisions_url=page("overview"),
        changes_title=_changes_title(facts, formats),
        changes=tuple(changed[:MOST_CHANGES]),
        more_changes=_more(len(changed) - MOST_CHANGES, "change"),
        months=() if quiet else words.bars(totals, formats),
        months_note=_months_note(totals),
        alerts=() if quiet else _alerts(facts, formats),
        alerts_url=page("alerts"),
        stale=() if quiet else _stale(facts, formats),
        more_stale="" if quiet else _more(facts.stale.count - len(facts.stale.first), "KPI"),
        quiet="Nothing changed by more than 25,000 or 5 points, and nothing new waits for a decision." if quiet else "",
        overview_url=page("overview"),
        why_sent=_why_sent(reader),
        change_url=page("reports"),
        unsubscribe_url=unsubscribe_url(reader.subscription),
    )


def page(name: str, *arguments: object) -> str:
    """The address of a page, from BASE_URL and never from a request."""
    return f"{settings.BASE_URL}{reverse(name, args=arguments)}"


def unsubscribe_url(subscription: Subscription) -> str:
    """Ends this one subscription, without signing in; for one that is not stored yet, the page that stores it."""
    if subscription.pk is None:
        return page("reports")
    return page("unsubscribe", unsubscribe_token(subscription))


def _is_quiet(facts: Facts, changed: Sequence[Change]) -> bool:
    news = (changed, facts.decisions, facts.opened.count, facts.worse.count, facts.resolved.count, facts.held)
    return facts.before is not None and not any(news)


def _subject(facts: Facts, formats: Formats, *, quiet: bool) -> str:
    prefix = f"{SAMPLE if facts.workspace.is_sample else ''}AI portfolio: "
    figure = facts.totals.year["net_forecast"]
    forecast = f"{formats.money(figure['value'], figure['unit'])} forecast" if figure["value"] else "no forecast yet"
    if quiet:
        return words.subject(prefix, ["no change", forecast])
    gap, _ = words.gap(facts.totals, formats)
    due = len(facts.decisions)
    decisions = f"{due} decision{'s' * (due != 1)} due" if due else ""
    return words.subject(prefix, [part for part in (forecast, gap, decisions) if part])


def _largest_news(facts: Facts, changed: Sequence[Change], formats: Formats) -> str:
    if changed:
        return f"{changed[0].words}, {changed[0].value}"
    if facts.opened.first:
        return _alert_words(facts.opened.first[0], facts.today, formats)
    if facts.decisions:
        first = words.item(facts.decisions[0], "", formats)
        return f"{first.title}. {first.stake}."
    return words.verdict(facts.totals, None, formats)


def _warning(facts: Facts, formats: Formats) -> str:
    newest = facts.newest_entry
    if newest is None:
        return "Nothing is recorded yet, so there is nothing to rely on."
    if facts.today - newest.date() <= OLD_AFTER:
        return ""
    return f"Do not rely on these figures: nothing has been recorded since {formats.day(newest.date())}."


def _changes_title(facts: Facts, formats: Formats) -> str:
    if facts.before is None:
        return ""
    day = formats.day(facts.before.totals.as_of_date)
    return f"What changed since your last digest, {day}" if facts.before.was_told else f"What changed since {day}"


def _months_note(totals: PortfolioSnapshot) -> str:
    left_out = totals.coverage["of"] - totals.coverage["with_figure"]
    if not left_out:
        return ""
    return f"{totals.coverage['with_figure']} of {totals.coverage['of']} initiatives have a forecast return."


def _alerts(facts: Facts, formats: Formats) -> tuple[Group, ...]:
    named = (
        ("New", facts.opened),
        ("Worse", facts.worse),
        ("Still open", facts.still_open),
        ("Resolved", facts.resolved),
    )
    groups = [_group(label, some, facts.today, formats) for label, some in named if some.count]
    if facts.held:
        groups.append(Group("To be chosen", (f"{facts.held} found by the first look; choose which to keep",), ""))
    return tuple(groups)


def _group(label: str, some: Some, today: date, formats: Formats) -> Group:
    names = tuple(_alert_words(alert, today, formats) for alert in some.first)
    return Group(f"{label}: {some.count}", names, _more(some.count - len(some.first), ""))


def _alert_words(alert: Alert, today: date, formats: Formats) -> str:
    said = message(alert.rule, alert.detail, alert.value, alert.threshold, alert.last_day(today), formats)
    return f"{alert.initiative}: {said.what}"


def _stale(facts: Facts, formats: Formats) -> tuple[str, ...]:
    return tuple(f"{_owned(alert)}: {_age(alert, facts.today, formats)}" for alert in facts.stale.first)


def _owned(alert: Alert) -> str:
    owner = alert.initiative.owner if alert.initiative else ""
    return f"{alert.initiative} ({owner})" if owner else f"{alert.initiative} (no owner)"


def _age(alert: Alert, today: date, formats: Formats) -> str:
    return message(alert.rule, alert.detail, alert.value, alert.threshold, today, formats).what


def _more(count: int, noun: str) -> str:
    if count <= 0:
        return ""
    return f"and {count} more{f' {noun}' if noun else ''}{'s' * bool(noun and count != 1)}"


def _why_sent(reader: Reader) -> str:
    row = reader.subscription
    others = f"the {reader.followers} people who follow" if reader.followers > 1 else "you, the only one who follows"
    setter = f" Set up by {row.set_up_by}." if row.set_up_by else " Set up for you as an administrator."
    hour = f"{row.hour:02d}:00"
    return f"Sent each {WEEKDAYS[row.weekday]} at {hour} ({reader.zone_name}) to {others} this portfolio.{setter}"
