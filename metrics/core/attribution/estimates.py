"""From KPIs to effects: the strongest design that was declared and that the data allow, many KPIs at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from scipy.special import stdtr

from metrics.core.attribution.effects import Design, Effect
from metrics.core.attribution.engine.covariances import Array
from metrics.core.attribution.engine.placebo import placebo_p, placebo_p_beside
from metrics.core.attribution.engine.series import Panel, Unfit, interrupted, usable
from metrics.core.attribution.engine.synthetic import compared, synthetic_difference
from metrics.core.attribution.gates import (
    LEAST_BEFORE,
    Refusal,
    alike,
    alone,
    follows_before,
    long_enough,
    quiet_before,
    season_known,
    unadopted,
)
from metrics.core.attribution.observed import Observed, aligned, observe
from metrics.core.attribution.randomised import of_trial
from metrics.core.attribution.shared import indicated
from metrics.core.attribution.stated import Found, refused, stated, with_help
from metrics.core.money import PriceTable
from metrics.core.reasons import Reason
from metrics.core.types import Dose, Kpi

LEAST_DONORS = 8
LEAST_BEFORE_DONORS = 10
INDICATIVE = frozenset({Design.BEFORE_AFTER, Design.CLAIM})
FINAL = frozenset({Reason.NO_READINGS, Reason.NO_GO_LIVE, Reason.KPI_REDEFINED, Reason.UNUSABLE_READINGS})
WEAKER = {
    Design.RANDOMISED: (Design.RANDOMISED, Design.CONTROLLED, Design.SERIES),
    Design.CONTROLLED: (Design.CONTROLLED, Design.SERIES),
    Design.SERIES: (Design.SERIES,),
}


@dataclass(frozen=True, slots=True)
class Question:
    """What did the initiative with this key change in this KPI?"""

    kpi: Kpi
    initiative: str

    @property
    def doses(self) -> tuple[Dose, ...]:
        """Use of every initiative that may have moved the KPI."""
        return self.kpi.doses or (Dose(self.initiative),)

    @property
    def own(self) -> int:
        """The place of this initiative among the doses."""
        keys = [dose.initiative for dose in self.doses]
        return keys.index(self.initiative) if self.initiative in keys else 0

    @property
    def dose(self) -> Dose:
        """The use of this initiative."""
        return self.doses[self.own]


@dataclass(slots=True)
class _Case:
    """A question on its way: the designs still to be tried and why the stronger ones failed."""

    question: Question
    designs: list[Design]
    prices: PriceTable
    observed: Observed | None = None
    refusals: list[Refusal] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One series for the engine: outcome (T,) and doses (T, D) of a case under a design.

    `groups` holds, for each dose, the places of the initiatives that it stands for.
    """

    case: _Case
    design: Design
    outcome: Array
    doses: Array
    groups: Sequence[tuple[int, ...]]
    controls: tuple[str, ...] = ()

    @property
    def own(self) -> int:
        """The place of the dose that stands for the initiative that is asked about."""
        return next(place for place, group in enumerate(self.groups) if self.case.question.own in group)


def answer(questions: Sequence[Question], prices: PriceTable, as_of: date) -> list[Effect]:
    """The effects that the questions ask for, in their order; each a value or a reason.

    Questions whose series share their times are worked out together, which changes no answer.
    """
    answers: list[Effect | None] = [None] * len(questions)
    cases: dict[int, _Case] = {}
    for place, question in enumerate(questions):
        design = Design(question.kpi.design)
        if design in INDICATIVE:
            answers[place] = _plain(question)
        else:
            cases[place] = _opened(question, design, prices, as_of)
    while cases:
        attempts = {place: _next(case) for place, case in cases.items()}
        done = {place: found for place, found in attempts.items() if isinstance(found, Effect)}
        open_ones = {place: found for place, found in attempts.items() if isinstance(found, _Attempt)}
        done |= _judged(open_ones)
        for place, effect in done.items():
            answers[place] = effect
            del cases[place]
    return [effect for effect in answers if effect is not None]


def _plain(question: Question) -> Effect:
    return indicated(question.kpi, question.doses, question.own)


def _opened(question: Question, design: Design, prices: PriceTable, as_of: date) -> _Case:
    case = _Case(question, list(WEAKER[design]), prices)
    try:
        if question.dose.starts_on is not None and question.kpi.readings:
            case.observed = observe(question.kpi, question.doses, prices, as_of)
    except Unfit as problem:
        case.refusals.append(Refusal(Reason.UNUSABLE_READINGS, str(problem), is_final=True))
    return case


def _next(case: _Case) -> Effect | _Attempt:
    """The next design that can be tried, or the answer when none is left."""
    fallback = _plain(case.question)
    if fallback.effect.reason in FINAL:
        return fallback
    while case.designs:
        design = case.designs.pop(0)
        found = _trial(case) if design is Design.RANDOMISED else _attempt(case, design)
        if not isinstance(found, Refusal):
            return found
        case.refusals.append(found)
    return _closed(case, fallback)


def _closed(case: _Case, fallback: Effect) -> Effect:
    """A refusal where the last word was final; else before and after only, with what a stronger answer would need."""
    last = case.refusals[-1]
    if last.is_final:
        return refused(case.question.kpi, last, case.question.dose.starts_on)
    return with_help(fallback, case.refusals)


def _trial(case: _Case) -> Effect | Refusal:
    """The outcome of a trial, where one initiative alone moves the KPI: it does not say what the others changed."""
    observed = case.observed
    if observed is not None and not observed.is_moved_by_one:
        words = "Several initiatives move this KPI, so a comparison of one does not split its change."
        return Refusal(Reason.NO_TRIAL, f"{words} Give each a KPI of its own.")
    return of_trial(case.question.kpi, case.question.dose, observed)


def _attempt(case: _Case, design: Design) -> Effect | _Attempt | Refusal:
    observed = case.observed
    if observed is None:
        return case.refusals[-1] if case.refusals else Refusal(Reason.NO_READINGS, "")
    refusal = _redefined(case.question.kpi, observed) or long_enough(observed) or _unusable(observed)
    if refusal:
        return refusal
    if design is Design.CONTROLLED:
        return _against_controls(case, observed)
    return season_known(observed) or alone(observed, case.question.own) or _series(case, observed)


def _redefined(kpi: Kpi, observed: Observed) -> Refusal | None:
    """A KPI that means something else since its rollout cannot be compared with itself."""
    if kpi.redefined_on is None or not observed.ends or not observed.ends[0] < kpi.redefined_on <= observed.ends[-1]:
        return None
    words = "Restate the earlier readings by the new definition, or keep the old one for the comparison."
    return Refusal(Reason.KPI_REDEFINED, words, is_final=True)


def _unusable(observed: Observed) -> Refusal | None:
    problem = usable(observed.scaled, observed.before)
    return Refusal(Reason.UNUSABLE_READINGS, problem, is_final=True) if problem else None


def _series(case: _Case, observed: Observed) -> _Attempt:
    return _Attempt(case, Design.SERIES, observed.scaled, *_doses(observed))


def _doses(observed: Observed) -> tuple[Array, Sequence[tuple[int, ...]]]:
    """Doses (T, G), the greatest of those that are nearly the same as one, and for each the places it stands for."""
    groups = alike(observed)
    return np.stack([observed.doses[:, group].max(axis=1) for group in groups], axis=1), groups


def _against_controls(case: _Case, observed: Observed) -> Effect | _Attempt | Refusal:
    kpi = case.question.kpi
    names = unadopted(kpi)
    controls = aligned(kpi, observed, {name: kpi.controls[name] for name in names}, case.prices)
    if not controls:
        words = "Add readings of controls, of the same periods, that do not use the initiative."
        return Refusal(Reason.CONTROLS_ADOPTED, words)
    donors = np.stack(list(controls.values()))
    refusal = follows_before(observed.scaled - donors.mean(axis=0), observed.before)
    if observed.is_moved_by_one and len(controls) >= LEAST_DONORS and observed.before >= LEAST_BEFORE_DONORS:
        return _synthetic(case, observed, donors, tuple(controls))
    if refusal:
        return refusal
    apart = observed.scaled - donors.mean(axis=0)
    if usable(apart, observed.before):
        return Refusal(Reason.CONTROLS_UNLIKE, "The controls repeat the KPI exactly before the first use.")
    return _Attempt(case, Design.CONTROLLED, apart, *_doses(observed), tuple(controls))


def _synthetic(case: _Case, observed: Observed, donors: Array, names: tuple[str, ...]) -> Effect | Refusal:
    """Synthetic difference in differences; the weighted donors follow the KPI before the first use."""
    found = compared(observed.scaled, donors, observed.before, synthetic_difference)
    if found.misfit > float(observed.scaled[: observed.before].std(ddof=1)) or found.deviation <= 0:
        return Refusal(Reason.CONTROLS_UNLIKE, "No mix of the controls follows the KPI before the first use.")
    refusal = quiet_before(placebo_p_beside(observed.scaled, donors, observed.before, synthetic_difference))
    if refusal:
        return refusal
    use = observed.doses[observed.before :, case.question.own].mean()
    if use <= 0:
        return Refusal(Reason.CONTROLS_UNLIKE, "The initiative was not in use in these periods.")
    return stated(
        case.question.kpi,
        case.question.dose,
        observed,
        Found(
            design=Design.CONTROLLED,
            method="synthetic difference in differences",
            means=np.array([found.effect / use]),
            deviation=found.deviation / float(use),
            degrees=found.degrees,
            p_value=found.rank_p,
            controls=names,
            own=0,
            doses=observed.doses[:, [case.question.own]],
            group=(case.question.own,),
        ),
        case.question.own,
    )


def _judged(attempts: Mapping[int, _Attempt]) -> dict[int, Effect]:
    """Answers of the attempts whose gates hold; the others go on with their next design."""
    done: dict[int, Effect] = {}
    for places in _alike_in_time(attempts):
        group = [attempts[place] for place in places]
        panel = _panel(group)
        estimate, pretended = interrupted(panel), placebo_p(panel)
        for row, (place, attempt) in enumerate(zip(places, group, strict=True)):
            pretend = None if pretended is None else float(pretended[row])
            refusal = quiet_before(pretend)
            own = attempt.own
            found = Found(
                design=attempt.design,
                method="difference in differences" if attempt.controls else "interrupted series",
                means=estimate.mean[row],
                deviation=float(estimate.deviation[row, own]),
                degrees=float(estimate.degrees),
                p_value=_two_sided(estimate.mean[row, own], estimate.deviation[row, own], estimate.degrees),
                controls=attempt.controls,
                own=own,
                doses=attempt.doses,
                group=attempt.groups[own],
            )
            answered = refusal or _stated(attempt.case, found)
            if isinstance(answered, Effect):
                done[place] = with_help(answered, attempt.case.refusals) if attempt.case.refusals else answered
            else:
                attempt.case.refusals.append(answered)
    return done


def _stated(case: _Case, found: Found) -> Effect | Refusal:
    if case.observed is None:
        return case.refusals[-1]
    return stated(case.question.kpi, case.question.dose, case.observed, found, case.question.own)


def _alike_in_time(attempts: Mapping[int, _Attempt]) -> Iterable[list[int]]:
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, attempt in attempts.items():
        observed = attempt.case.observed
        if observed is not None:
            shape = (observed.before, attempt.doses.shape[1], observed.season)
            groups[_since_first(observed).tobytes(), *shape].append(place)
    return groups.values()


def _panel(group: Sequence[_Attempt]) -> Panel:
    observed = group[0].case.observed
    return Panel(
        times=_since_first(observed) if observed else np.empty(0),
        outcomes=np.stack([attempt.outcome for attempt in group]),
        doses=np.stack([attempt.doses for attempt in group]),
        season=observed.season if observed and observed.before >= LEAST_BEFORE else None,
    )


def _since_first(observed: Observed) -> Array:
    """Periods since the first reading, so that series of any year can stand beside each other."""
    since: Array = observed.times - observed.times[0]
    return since


def _two_sided(mean: float, deviation: float, degrees: int) -> float:
    return 2 * float(stdtr(degrees, -abs(mean) / deviation))
