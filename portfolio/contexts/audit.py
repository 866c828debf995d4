"""The audit trail as a page."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from accounts.access import Actor
from portfolio.trail import listed, reading
from portfolio.trail.filters import Filters, parse
from portfolio.trail.listed import Act, Choices
from portfolio.trail.reading import BadCursorError, Place
from portfolio.trail.words import Change
from web.formats import Formats

LONGEST_SHOWN = 160


@dataclass(frozen=True)
class Pager:
    """How many entries there are, and the ways to the neighbours."""

    words: str
    previous: str | None
    next: str | None


@dataclass(frozen=True)
class Option:
    """One choice of a filter."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class AuditRow:
    """One act, shortened for a page; `day` opens the portfolio as it was believed at its end."""

    act: Act
    moment: str
    day: str
    day_words: str
    changes: list[Change]
    reason: str


@dataclass(frozen=True)
class AuditPage:
    """Everything that the page says."""

    filters: Filters
    ignored: str
    people: list[Option]
    kinds: list[Option]
    rows: list[AuditRow]
    pager: Pager
    newest_url: str
    all_url: str
    csv_url: str


def build(actor: Actor, query: Mapping[str, str], formats: Formats) -> AuditPage:
    """The page that an address asks for; parts of it that are not understood are named and left out."""
    offered = listed.choices(actor)
    filters, place = asked(query, offered)
    wanted = listed.narrowed(actor, filters, formats)
    page = reading.read(wanted, place) if wanted else reading.Page()
    known = reading.count(wanted) if wanted else 0
    acts = listed.told(actor.workspace.pk, page.entries, formats)
    return AuditPage(
        filters=filters,
        ignored=", ".join(filters.ignored),
        people=_options({str(pk): name for pk, name in offered.people.items()}, str(filters.person or "")),
        kinds=_options(offered.kinds, filters.kind),
        rows=[_row(act, actor, formats) for act in acts],
        pager=Pager(
            _counted(known, formats),
            filters.query(cursor=page.newer.text()) if page.newer else None,
            filters.query(cursor=page.older.text()) if page.older else None,
        ),
        newest_url=filters.query(cursor="") if filters.cursor else "",
        all_url="?",
        csv_url=f"{filters.query(cursor='')}&format=csv",
    )


def asked(query: Mapping[str, str], offered: Choices) -> tuple[Filters, Place | None]:
    """The filters and the place that an address asks for; a place that is none is named and left out."""
    filters = parse(query, offered.people, offered.kinds)
    if not filters.cursor:
        return filters, None
    try:
        return filters, reading.place_of(filters.cursor)
    except BadCursorError:
        ignored = (*filters.ignored, f"place “{shortened(filters.cursor, 20)}”")
        return replace(filters, cursor="", ignored=ignored), None


def shortened(text: str, most: int = LONGEST_SHOWN) -> str:
    """A text of at most so many letters, cut at the end."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _row(act: Act, actor: Actor, formats: Formats) -> AuditRow:
    of_workspace = Formats(formats.locale, actor.workspace.time_zone)
    day = of_workspace.local(act.at).date()
    changes = [Change(each.field, shortened(each.before), shortened(each.after)) for each in act.changes]
    return AuditRow(act, formats.moment(act.at), day.isoformat(), formats.day(day), changes, shortened(act.reason))


def _options(offered: Mapping[str, str], chosen: str) -> list[Option]:
    return [Option(value, label, value == chosen) for value, label in offered.items()]


def _counted(known: int, formats: Formats) -> str:
    if known > reading.MOST_COUNTED:
        return f"more than {formats.number(reading.MOST_COUNTED)} entries"
    return "1 entry" if known == 1 else f"{formats.number(known)} entries"
