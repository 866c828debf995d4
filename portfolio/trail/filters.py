"""What the audit trail is narrowed to, as it stands in an address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

KNOWN = ("person", "kind", "initiative", "from", "to", "reason", "cursor")
LONGEST = 400


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to.

    Args:
        person: the id of who did it.
        kind: a kind of record.
        initiative: the key of an initiative.
        first, last: days, both included, in the zone of the reader.
        reason: part of the reason.
        cursor: the place in the list.
        ignored: what of the address was not understood, in words.
    """

    person: int | None = None
    kind: str = ""
    initiative: str = ""
    first: date | None = None
    last: date | None = None
    reason: str = ""
    cursor: str = ""
    ignored: tuple[str, ...] = ()

    def query(self, **changes: object) -> str:
        """The address's query for these filters, with changes; empty parts are left out."""
        wanted = replace(self, **changes)  # type: ignore[arg-type]
        pairs = {
            "person": wanted.person or "",
            "kind": wanted.kind,
            "initiative": wanted.initiative,
            "from": wanted.first or "",
            "to": wanted.last or "",
            "reason": wanted.reason,
            "cursor": wanted.cursor,
        }
        return "?" + urlencode({name: value for name, value in pairs.items() if value != ""})

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter is set."""
        return self.query(cursor="") != "?"

    def span(self, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
        """The instants from which and before which; None is open."""
        begin = datetime.combine(self.first, time(), zone).astimezone(UTC) if self.first else None
        end = datetime.combine(self.last + timedelta(days=1), time(), zone).astimezone(UTC) if self.last else None
        return begin, end


def parse(query: Mapping[str, str], people: Mapping[int, str], kinds: Mapping[str, str]) -> Filters:
    """Filters from an address; a part that is not understood is left out and named."""
    ignored = [f"“{name}”" for name in query if name not in KNOWN]
    person, kind = query.get("person", ""), query.get("kind", "")
    known_person = person.isascii() and person.isdigit() and len(person) < 19 and int(person) in people
    ignored += [f"person “{person}”"] * bool(person and not known_person)
    ignored += [f"kind “{kind}”"] * bool(kind and kind not in kinds)
    first, last = (_day(query.get(name, ""), name, ignored) for name in ("from", "to"))
    if first and last and last < first:
        ignored.append(f"to “{last}”, which lies before the first day")
        last = None
    return Filters(
        person=int(person) if known_person else None,
        kind=kind if kind in kinds else "",
        initiative=_text(query, "initiative", ignored),
        first=first,
        last=last,
        reason=_text(query, "reason", ignored),
        cursor=query.get("cursor", ""),
        ignored=tuple(ignored),
    )


def _text(query: Mapping[str, str], name: str, ignored: list[str]) -> str:
    text = query.get(name, "").strip()
    if len(text) <= LONGEST and "\0" not in text:
        return text
    ignored.append(name)
    return ""


def _day(text: str, name: str, ignored: list[str]) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
        if date(1900, 1, 1) <= day < date(9000, 1, 1):
            return day
    except ValueError:
        pass
    ignored.append(f"{name} “{text}”")
    return None
