"""Facts of a file against the live ones: the same content changes nothing, other content supersedes."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError

from portfolio.choices import Basis
from portfolio.importing.parse.errors import Issue
from portfolio.importing.parse.keys import Occurrences
from portfolio.models import BenefitLine, ExchangeRate, Fact
from portfolio.selectors import locks_of

from .outcome import Change, Plan, Setting, shown_value

Lined = Sequence[tuple[int, Fact]]
_NOT_SHOWN = {"initiative_id", "kpi_id"}


def plan_facts(plan: Plan, lined: Lined, setting: Setting, *, count: bool = True) -> set[int]:
    """Add to the plan what these facts (with their lines) would do; returns the lines that would write something.

    A line with one faulty fact writes none of its facts. Without ``count`` the caller counts and shows the changes.
    """
    lined = _sound(plan, lined, setting)
    if not lined:
        return set()
    facts = [fact for _, fact in lined]
    live = {key: row for row in type(facts[0]).objects.same_as(facts) for key in row.found_by()}
    compared = [(line, next((live[key] for key in fact.found_by() if key in live), None), fact) for line, fact in lined]
    _refuse_confirmed(plan, compared)
    _refuse_closed(plan, compared, setting)
    faulty = plan.faulty_lines()
    lines: set[int] = set()
    for line, before, fact in compared:
        if line in faulty:
            continue
        if before is not None and before.says() == fact.says():
            plan.unchanged += count
            continue
        plan.facts.append((line, fact))
        lines.add(line)
        if before is None:
            plan.created += count
        elif count:
            plan.updated += 1
            plan.changes += _changes(line, before, fact)
    return lines


def _refuse_confirmed(plan: Plan, compared: Sequence[tuple[int, Fact | None, Fact]]) -> None:
    for line, before, fact in compared:
        if isinstance(before, BenefitLine) and before.confirmed_at is not None and before.says() != fact.says():
            reason = "finance has confirmed this benefit; an import cannot change it"
            plan.rejections.append(Issue(line, None, reason))


def _refuse_closed(plan: Plan, compared: Sequence[tuple[int, Fact | None, Fact]], setting: Setting) -> None:
    locks = locks_of(setting.actor.workspace)
    for line, before, fact in compared:
        if before is not None and before.says() == fact.says():
            continue
        words = locks.words(fact) or (locks.words(before) if before else "")
        if words:
            plan.rejections.append(Issue(line, None, words))


def _sound(plan: Plan, lined: Lined, setting: Setting) -> list[tuple[int, Fact]]:
    occurrences = Occurrences()
    seen: dict[tuple[Any, ...], tuple[int, Fact]] = {}
    sound = []
    for line, fact in lined:
        _identify(fact, setting, occurrences)
        keys = fact.found_by()
        reason = _fault(fact, setting) or _clash(fact, keys, seen)
        if reason:
            plan.rejections.append(Issue(line, None, reason))
        elif keys[0] in seen:
            plan.warnings.append(Issue(line, None, f"says the same as line {seen[keys[0]][0]}"))
        else:
            sound.append((line, fact))
        for key in keys:
            seen.setdefault(key, (line, fact))
    return sound


def _identify(fact: Fact, setting: Setting, occurrences: Occurrences) -> None:
    fact.workspace = setting.actor.workspace
    if fact.external_id:
        fact.identity = f"x:{fact.external_id}"
    elif not fact.natural_key:
        digest = hashlib.sha256(repr(fact.says()).encode()).hexdigest()[:40]
        fact.identity = f"i:{digest}:{occurrences.number(fact.source + digest)}"


def _fault(fact: Fact, setting: Setting) -> str:
    ahead = fact.on > setting.today and getattr(fact, "basis", Basis.ACTUAL) == Basis.ACTUAL
    if ahead and not isinstance(fact, ExchangeRate):
        return f"{fact.on} lies ahead; only plans and forecasts may"
    try:
        fact.clean()
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _clash(fact: Fact, keys: Sequence[tuple[Any, ...]], seen: Mapping[tuple[Any, ...], tuple[int, Fact]]) -> str:
    for key in keys:
        if key in seen and seen[key][1].says() != fact.says():
            return f"line {seen[key][0]} gives the same record another content"
    return ""


def _changes(line: int, before: Fact, after: Fact) -> list[Change]:
    record = _title(after)
    return [
        Change(line, record, name, shown_value(old), shown_value(new))
        for name, old, new in zip(after.content, before.says(), after.says(), strict=True)
        if old != new and name not in _NOT_SHOWN
    ]


def _title(fact: Any) -> str:
    if isinstance(fact, ExchangeRate):
        return f"{fact.base}/{fact.quote} {fact.on}"
    owner = fact.kpi.key if fact._meta.model_name == "reading" else fact.initiative.key
    return f"{owner} {fact.on}"
