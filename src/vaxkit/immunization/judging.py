"""Chapter 6: one dose against one target dose (`judge`).

Each function follows one section and answers with reasons; `judge` puts them together (6.10).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from vaxkit.immunization.answers import Because, DoseStatus, Param, TrailStep
from vaxkit.immunization.applying import applies
from vaxkit.immunization.case import Case, Judged, Progress, in_force, season_of
from vaxkit.immunization.compiled import CompiledDose
from vaxkit.immunization.model import AgeRule, IntervalRule, VaccineConflict, VaccineRule
from vaxkit.immunization.periods import add_period
from vaxkit.immunization.person import GivenDose
from vaxkit.immunization.waiting import reference_day


def unfit(case: Case, dose: GivenDose) -> Because | None:
    """Table 6-3: why a dose cannot be evaluated at all, None when it can."""
    if dose.expires_on is not None and dose.on > dose.expires_on:
        return case.because("dose.expired", expires_on=dose.expires_on)
    return case.because("dose.substandard") if dose.substandard else None


def judge(
    case: Case, progress: Progress, target: CompiledDose, dose: GivenDose, before: Sequence[GivenDose]
) -> Judged:
    """6.3 to 6.10: the verdict on `dose` for `target`. `before` are the doses given earlier (or earlier that day)."""
    if dose.vaccine in target.inadvertent:
        reason = case.because("vaccine.inadvertent", target.rule.basis, vaccine=dose.vaccine)
        _note(progress, "6-13", dose, reason)
        return Judged(dose, DoseStatus.NOT_VALID, (reason,), inadvertent=True)
    if dose.on < case.patient.birth_on:
        return Judged(dose, DoseStatus.NOT_VALID, (case.because("dose.before_birth"),))
    age = judge_age(case, target, dose.on)
    if age is not None and age.code == "age.too_old":
        _note(progress, "6-15", dose, age)
        return Judged(dose, DoseStatus.EXTRANEOUS, (age,))
    waits = judge_intervals(case, progress, target, dose, before)
    conflict = judge_conflict(case, progress, dose, before)
    vaccine = judge_vaccine(case, progress, target, dose)
    reasons = tuple(row for row in (age, waits, conflict, vaccine) if row is not None)
    against = tuple(row for row in reasons if row.code in _AGAINST)
    for table, row in (("6-15", age), ("6-18", waits), ("6-24", conflict), ("6-26", vaccine)):
        _note(progress, table, dose, row)
    if against:
        return Judged(dose, DoseStatus.NOT_VALID, against)
    number = target.rule.number
    counts = case.because("dose.counts", target.rule.basis, number=number)
    season = season_of(target.rule.season, case.on)
    this_season = season is None or season.begin_on is None or dose.on >= season.begin_on
    return Judged(dose, DoseStatus.VALID, (counts, *reasons), number=number, numbered=this_season)


_AGAINST = frozenset(
    {
        "age.too_young",
        "interval.too_soon",
        "vaccine.conflict",
        "vaccine.not_suitable",
        "vaccine.out_of_age",
        "vaccine.not_then",
    }
)


def _note(progress: Progress, table: str, dose: GivenDose, reason: Because | None) -> None:
    if progress.trail is None:
        return
    rule = progress.series.rule
    target = progress.series.doses[progress.position].rule.number
    facts: dict[str, Param] = {"dose": dose.id, "on": dose.on, "series": rule.name, "target dose": target}
    facts.update(reason.params if reason is not None else {})
    outcome = reason.code if reason is not None else "satisfied"
    progress.trail.append(TrailStep(f"Table {table}", rule.antigen, facts, outcome))


def age_rule(target: CompiledDose, on: date) -> AgeRule | None:
    """The ages in force on a day; None when the target dose has none."""
    for rule in target.rule.ages:
        if in_force(rule.effective_on, rule.cessation_on, on):
            return rule
    return None


def judge_age(case: Case, target: CompiledDose, on: date) -> Because | None:
    """Table 6-15: too young, within the grace period, too old; None at a regular age."""
    rule = age_rule(target, on)
    if rule is None:
        return None
    if rule.absolute_minimum is not None and on < case.age_on(rule.absolute_minimum):
        return case.because("age.too_young", rule.basis, minimum=rule.absolute_minimum.text)
    if rule.maximum is not None and on >= case.age_on(rule.maximum):
        return case.because("age.too_old", rule.basis, maximum=rule.maximum.text)
    if rule.minimum is not None and on < case.age_on(rule.minimum):
        return case.because("age.grace", rule.basis, minimum=rule.minimum.text)
    return None


def judge_intervals(
    case: Case, progress: Progress, target: CompiledDose, dose: GivenDose, before: Sequence[GivenDose]
) -> Because | None:
    """Tables 6-18 and 6-21: all preferable intervals, else all allowable ones, must have passed."""
    grace: Because | None = None
    short: Because | None = None
    for rule in target.rule.intervals:
        if not applies(case, progress, rule, dose.on, given=dose.vaccine):
            continue
        since = reference_day(case, progress, rule, before)
        if since is None:
            continue
        if rule.absolute_minimum is not None and dose.on < add_period(since, rule.absolute_minimum):
            short = short or _short(case, rule, since, dose.on)
        elif rule.minimum is not None and dose.on < add_period(since, rule.minimum):
            grace = grace or case.because(
                "interval.grace", rule.basis, days=(dose.on - since).days, minimum=rule.minimum.text
            )
    if short is not None and _allowed(case, progress, target, dose, before):
        return case.because("interval.allowed", short.basis, **dict(short.params))
    return short or grace


def _short(case: Case, rule: IntervalRule, since: date, on: date) -> Because:
    minimum = rule.absolute_minimum.text if rule.absolute_minimum is not None else ""
    return case.because("interval.too_soon", rule.basis, since=since, days=(on - since).days, minimum=minimum)


def _allowed(
    case: Case, progress: Progress, target: CompiledDose, dose: GivenDose, before: Sequence[GivenDose]
) -> bool:
    """Table 6-21; without allowable intervals nothing is allowed."""
    rules = [
        rule
        for rule in target.rule.allowable_intervals
        if applies(case, progress, rule, dose.on, given=dose.vaccine)
    ]
    for rule in rules:
        since = reference_day(case, progress, rule, before)
        if since is None or rule.absolute_minimum is None:
            continue
        if dose.on < add_period(since, rule.absolute_minimum):
            return False
    return bool(rules)


def judge_conflict(
    case: Case, progress: Progress, dose: GivenDose, before: Sequence[GivenDose]
) -> Because | None:
    """6.7 (CONFLICT-3): whether an earlier dose of a conflicting vaccine was given too shortly before."""
    for conflict in case.rules.conflicts.get(dose.vaccine, ()):
        for earlier in before:
            if earlier.vaccine == conflict.previous and _hits(progress, conflict, earlier, dose.on):
                days = (dose.on - earlier.on).days
                return case.because(
                    "vaccine.conflict", conflict.basis, vaccine=earlier.vaccine, since=earlier.on, days=days
                )
    return None


def _hits(progress: Progress, conflict: VaccineConflict, earlier: GivenDose, on: date) -> bool:
    """CALCDTCONFLICT-1 and -2: the shorter end holds when the earlier dose counted or was not judged."""
    judged = [item for item in progress.judged if item.dose.id == earlier.id]
    counted = not judged or judged[0].status is DoseStatus.VALID
    end = conflict.minimum_end if counted else conflict.end
    return add_period(earlier.on, conflict.begin) <= on < add_period(earlier.on, end)


def judge_vaccine(case: Case, progress: Progress, target: CompiledDose, dose: GivenDose) -> Because | None:
    """Tables 6-26 and 6-29: a preferable or an allowable vaccine; None when it is the preferable one in full."""
    preferable = target.preferable.get(dose.vaccine, ())
    for rule in preferable:
        if _suits(case, progress, rule, dose) and _is_product(rule, dose):
            if _too_little(rule, dose):
                return case.because("vaccine.less_volume", rule.basis, volume=rule.volume)
            return None
    allowable = target.allowable.get(dose.vaccine, ())
    for rule in allowable:
        if _suits(case, progress, rule, dose):
            return case.because("vaccine.allowable", rule.basis, vaccine=dose.vaccine)
    known = (*preferable, *allowable)
    if known:
        of_age = [row for row in known if case.within(row.begin_age, row.end_age, dose.on)]
        code = "vaccine.not_then" if of_age and of_age[0].is_limited else "vaccine.out_of_age"
        return case.because(code, (of_age or known)[0].basis, vaccine=dose.vaccine)
    return case.because("vaccine.not_suitable", target.rule.basis, vaccine=dose.vaccine)


def _suits(case: Case, progress: Progress, rule: VaccineRule, dose: GivenDose) -> bool:
    return case.within(rule.begin_age, rule.end_age, dose.on) and applies(
        case, progress, rule, dose.on, given=dose.vaccine
    )


def _is_product(rule: VaccineRule, dose: GivenDose) -> bool:
    """Whether trade name and maker, where the rule names them, are those of the dose. What is not recorded of a dose
    is not held against it."""
    if rule.trade_name and dose.trade_name and _plain(rule.trade_name) != _plain(dose.trade_name):
        return False
    return not (rule.maker and dose.maker) or _plain(rule.maker) == _plain(dose.maker)


def _plain(name: str) -> str:
    """A trade name without case and punctuation: "RECOMBIVAX-ADULT" is "Recombivax Adult"."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _too_little(rule: VaccineRule, dose: GivenDose) -> bool:
    try:
        least = float(rule.volume)
    except ValueError:
        return False
    return dose.millilitres is not None and dose.millilitres < least
