"""Why a figure changed, as sentences: what was recorded, by whom and for what reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from metrics.contexts.words import CATEGORY_WORDS, CAUSE_WORDS, CLASS_WORDS, DRIVER_WORDS, STAGE_WORDS
from web.formats import Form, Formats

Stored = Mapping[str, Any]
Writer = Callable[[str, str, Formats], str]


def _money(text: str, unit: str, formats: Formats) -> str:
    return formats.money(Decimal(text), unit, Form.EXACT)


def _share(text: str, unit: str, formats: Formats) -> str:
    return formats.percent(Decimal(text))


def _number(text: str, unit: str, formats: Formats) -> str:
    return f"{formats.number(Decimal(text), digits=6)} {unit}".strip()


def _day(text: str, unit: str, formats: Formats) -> str:
    return formats.day(date.fromisoformat(text))


def _word(text: str, unit: str, formats: Formats) -> str:
    return text.replace("_", " ")


def _period(text: str, unit: str, formats: Formats) -> str:
    """`2025-10-01/2025-12-31`; an end that is not given is open."""
    days = [formats.day(date.fromisoformat(part)) for part in text.split("/") if part]
    return " – ".join(days) if len(days) == 2 else f"from {days[0]} on"


def _money_of_unit(text: str, unit: str, formats: Formats) -> str:
    amount, _, currency = text.partition("/")
    return formats.money(Decimal(amount), currency, Form.EXACT)


def _ends(text: str, unit: str, formats: Formats) -> str:
    return " to ".join(formats.number(Decimal(part), digits=6) for part in text.split("/") if part)


@dataclass(frozen=True)
class Noun:
    """One and many of a kind of record, and how its value is written."""

    one: str
    many: str
    write: Writer = _number


NOUNS = {
    "cost": Noun("cost", "costs", _money),
    "benefit": Noun("benefit", "benefits", _money),
    "adoption": Noun("share of users", "shares of users", _share),
    "stage": Noun("stage change", "stage changes"),
    "assessment": Noun("assessment of risk", "assessments of risk"),
    "event": Noun("event", "events"),
    "mitigation": Noun("action against a cause", "actions against a cause", _day),
    "rating": Noun("rating by others", "ratings by others"),
    "driver": Noun("range of a driver", "ranges of drivers"),
    "own_hurdle": Noun("hurdle of its own", "hurdles of its own", _share),
    "reading": Noun("reading", "readings"),
    "control_use": Noun("use by a control", "uses by controls", _share),
    "preregistration": Noun("preregistration", "preregistrations"),
    "trial": Noun("outcome of a randomised comparison", "outcomes of randomised comparisons"),
    "destination": Noun("share of saved time that left as cash", "shares of saved time that left as cash", _share),
    "baseline_approval": Noun("approval of the baseline", "approvals of the baseline"),
    "business_case": Noun("business case", "business cases"),
    "setting": Noun("setting", "settings", _share),
    "price": Noun("price index", "price indices"),
    "published_choice": Noun("choice of published rates", "choices of published rates"),
    "closed_period": Noun("closed period", "closed periods", _day),
    "rate": Noun("exchange rate", "exchange rates"),
    "kpi": Noun("KPI", "KPIs"),
    "target": Noun("targets", "targets"),
}
LABELS: Mapping[str, Mapping[str, str]] = {
    "cost": {str(key): word for key, word in CATEGORY_WORDS.items()},
    "benefit": {str(key): word for key, word in CLASS_WORDS.items()},
    "driver": DRIVER_WORDS,
    "mitigation": {str(key): word for key, word in CAUSE_WORDS.items()},
    "stage": {str(key): word for key, word in STAGE_WORDS.items()},
}
FIELDS: Mapping[str, tuple[str, Writer]] = {
    "baseline": ("baseline", _period),
    "value_per_unit": ("value per unit", _money_of_unit),
    "value_range": ("range of the value per unit", _ends),
    "realisation_share": ("realised share", _share),
    "direction": ("good direction", _word),
    "cadence": ("cadence", _word),
    "aggregation": ("way of adding up", _word),
    "family": ("statistical family", _word),
    "design": ("design of the comparison", _word),
    "benefit_class": ("kind of benefit", _word),
    "redefined_on": ("day of its redefinition", _day),
    "unit_currency": ("currency of the readings", _word),
    "planned_go_live": ("planned go-live", _day),
    "go_live": ("go-live", _day),
    "horizon_months": ("months of the horizon", _word),
    "currency": ("currency", _word),
    "time_zone": ("time zone", _word),
    "fiscal_year_start": ("first month of the fiscal year", _word),
}
UNSAID = {"primary": "standing as primary KPI", "volume_id": "volume"}
VERBS = {"added": "added", "corrected": "corrected", "withdrawn": "withdrawn", "confirmed": "confirmed by finance"}


def sentence_of(cause: Stored, people: Mapping[int, str], formats: Formats) -> str:
    """One cause as stored with a snapshot, in a sentence without its full stop; `people` are names by id."""
    told = ALONE.get(cause["code"])
    if told is not None:
        return told(cause, formats)
    what, ends = _changed(cause, formats) if cause["code"] == "changed" else _recorded(cause, formats)
    reason = f": “{cause['reason']}”" if cause.get("reason") else ""
    return f"{what[:1].upper()}{what[1:]}{_by(cause, people, formats)}{ends}{reason}"


def _by(cause: Stored, people: Mapping[int, str], formats: Formats) -> str:
    """Who did it on which day."""
    who = f" by {people[cause['who']]}" if cause.get("who") in people else ""
    at = cause.get("at")
    return f"{who} on {formats.day(formats.local(datetime.fromisoformat(at)).date())}" if at else who


def _recorded(cause: Stored, formats: Formats) -> tuple[str, str]:
    """What became of a record, and what it said before and after."""
    code, noun = cause["code"], cause["noun"]
    told = SPECIAL.get((noun, code))
    if told is not None and cause["count"] == 1:
        return told(cause, formats), ""
    write, unit = NOUNS[noun].write, cause.get("unit", "")
    was, now = (write(cause[end], unit, formats) if cause.get(end) else "" for end in ("was", "now"))
    late = " late" if cause["restates"] and code == "added" else ""
    what = f"{_subject(cause, was or now if not (was and now) else '', formats)} {VERBS[code]}{late}"
    ends = f", from {was} to {now}" if was and now and was != now else ""
    return what, f"{ends}, and no longer confirmed" if cause.get("unconfirmed") else ends


def _subject(cause: Stored, value: str, formats: Formats) -> str:
    """`3 readings of Handle time, Jan 31 – Mar 31,` or `cost (People) of Mar 10, €500.00,`."""
    noun = NOUNS[cause["noun"]]
    label = LABELS.get(cause["noun"], {}).get(cause.get("label", ""), cause.get("label", "")).replace("_", " ")
    named = f"{_about(cause)}{f' ({label})' if label else ''}"
    days = [formats.day(date.fromisoformat(cause[end])) for end in ("on", "through") if cause.get(end)]
    if cause["count"] == 1:
        one = f"{noun.one}{named}{f' of {days[0]}' if days else ''}"
        return f"{one}, {value}," if value else one
    span = f", {' – '.join(dict.fromkeys(days))}," if days else ""
    return f"{formats.number(cause['count'], digits=0)} {noun.many}{named}{span}"


def _about(cause: Stored) -> str:
    """The KPI, and the other initiative that it or the record belongs to."""
    kpi, of = cause.get("kpi"), cause.get("of")
    if not kpi:
        return f" of {of}" if of else ""
    return f" of {kpi} ({of})" if of else f" of {kpi}"


def _changed(cause: Stored, formats: Formats) -> tuple[str, str]:
    """What of a definition was changed, and from what to what."""
    label, about = cause.get("label", ""), _about(cause)
    if cause["noun"] == "target":
        return f"targets{about} changed", ""
    if label == "archived_at":
        subject = f"KPI{about.removeprefix(' of')}" if about else "initiative"
        return f"{subject} {'archived' if cause.get('now') else 'restored'}", ""
    if label in UNSAID:
        return f"{UNSAID[label]}{about} changed", ""
    words, write = FIELDS[label]
    was, now = (write(cause[end], "", formats) if cause.get(end) else "" for end in ("was", "now"))
    if not now:
        return f"{words}{about} taken away", f", it was {was}"
    return (f"{words}{about} changed", f", from {was} to {now}") if was else (f"{words}{about} set", f" to {now}")


def _approved_baseline(cause: Stored, formats: Formats) -> str:
    return f"baseline{_about(cause)} approved"


def _approved_case(cause: Stored, formats: Formats) -> str:
    return f"business case version {cause['now']} approved"


def _new_kpi(cause: Stored, formats: Formats) -> str:
    return f"KPI{_about(cause).removeprefix(' of')} added"


def _entered(cause: Stored, formats: Formats) -> str:
    return f"stage {STAGE_NAMES.get(cause['label'], cause['label'])} from {_day(cause['on'], '', formats)} entered"


def _set(cause: Stored, formats: Formats) -> str:
    name = cause.get("label", "hurdle of its own").replace("_", " ")
    return f"{name} set to {_share(cause['now'], '', formats)} from {_day(cause['on'], '', formats)}"


def _closed(cause: Stored, formats: Formats) -> str:
    return f"months through {_day(cause['now'], '', formats)} closed"


def _reopened(cause: Stored, formats: Formats) -> str:
    return f"months through {_day(cause['was'], '', formats)} reopened"


def _chosen(cause: Stored, formats: Formats) -> str:
    return "published rates that count chosen anew"


STAGE_NAMES = LABELS["stage"]
SPECIAL: Mapping[tuple[str, str], Callable[[Stored, Formats], str]] = {
    ("baseline_approval", "approved"): _approved_baseline,
    ("business_case", "approved"): _approved_case,
    ("kpi", "added"): _new_kpi,
    ("stage", "added"): _entered,
    ("setting", "added"): _set,
    ("own_hurdle", "added"): _set,
    ("published_choice", "added"): _chosen,
    ("published_choice", "corrected"): _chosen,
    ("closed_period", "added"): _closed,
    ("closed_period", "withdrawn"): _reopened,
}


def _method(cause: Stored, formats: Formats) -> str:
    return f"The method changed from {cause['was']} to {cause['now']}"


def _model(cause: Stored, formats: Formats) -> str:
    return f"The risk model changed from {cause['was']} to {cause['now']}"


def _passed(cause: Stored, formats: Formats) -> str:
    return f"Time passed from {_day(cause['on'], '', formats)} to {_day(cause['through'], '', formats)}"


def _experience(cause: Stored, formats: Formats) -> str:
    if cause["label"] == "realised_share":
        was, now = (_share(cause[end], "", formats) for end in ("was", "now"))
        return f"The share of plans that comes true moved from {was} to {now}"
    return f"Closed cases of the workspace went from {cause['was']} to {cause['now']}"


def _refit(cause: Stored, formats: Formats) -> str:
    day = _day(cause["through"], "", formats)
    cases = "1 initiative with an outcome" if cause["count"] == 1 else f"{cause['count']} initiatives with an outcome"
    return f"The risk model was refitted with what was known on {day}, {cases}"


def _undated(cause: Stored, formats: Formats) -> str:
    count = cause["count"]
    changes = "A change to its records carries" if count == 1 else f"{count} changes to its records carry"
    return f"{changes} an earlier time or none, so nothing is named one by one"


ALONE: Mapping[str, Callable[[Stored, Formats], str]] = {
    "method": _method,
    "model": _model,
    "day": _passed,
    "experience": _experience,
    "refit": _refit,
    "undated": _undated,
}
