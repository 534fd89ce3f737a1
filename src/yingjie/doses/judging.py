"""From doses, conditions and rules to standings: what vaxkit tells about a person, in the shape that Standing keeps.

Pure: facts and rules in, values out. Only dates, numbers and reason codes are kept, never "is due today" (law 2). The answer of one
day holds until `look_again_on`: the next birthday that some rule names, the end of a deferral or condition, the day on which a
person comes back to the list. Between those days `status_on` says from the kept dates what vaxkit would say; a test compares them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from vaxkit.immunization import (
    Because,
    DoseStatus,
    GivenDose,
    Observation,
    Patient,
    TrailStep,
    add_period,
    assess,
)
from vaxkit.immunization.advice import Advice, advise
from vaxkit.immunization.deferrals import deferrals, without_deferred
from vaxkit.immunization.policy import PolicySet
from vaxkit.immunization.turning import named_ages, named_days, named_waits
from vaxkit.vocabulary import Source, Status, Text

_DAY = timedelta(days=1)
#: A deferral of which nobody has said when it is looked at again.
NO_DAY = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class KeptDose:
    """A dose that was not taken back, as far as rules care."""

    id: UUID
    group: str
    product: str
    on: date
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """What is known of a person by its code: a condition of health, or else a group that the rules ask for. `until_on` is the
    first day on which it is over."""

    code: str
    from_on: date | None
    until_on: date | None
    of_health: bool = True


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything about one person that the rules look at."""

    birth_on: date
    sex: str = "unknown"
    doses: tuple[KeptDose, ...] = ()
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """`standings`: the columns of Standing by vaccine group; `counts_as`: what each dose counts as, None where it does not."""

    standings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    counts_as: Mapping[UUID, int | None] = field(default_factory=dict)


NOBODY = Judgement()


def judge(facts: Facts, rules: PolicySet, on: date) -> Judgement:
    """What a person's doses, conditions and groups amount to. Of whoever has none of them nothing is kept."""
    if not (facts.doses or facts.conditions):
        return NOBODY
    standings, counts_as = {}, {}
    for group in rules.groups:
        told = advice(facts, rules, on, group)
        if facts.conditions or any(dose.group == group for dose in facts.doses):
            standings[group] = _columns(told, facts, rules)
        own = {str(dose.id) for dose in facts.doses if dose.group == group}
        for verdict in told.doses:
            if verdict.dose_id in own:  # a vaccine of two groups counts as what it is in its own
                counts_as[UUID(verdict.dose_id)] = verdict.target_dose_number
    return Judgement(standings, counts_as)


def advice(facts: Facts, rules: PolicySet, on: date, group: str) -> Advice:
    """vaxkit's answer for one group of vaccines. Where no policy is in force yet, nobody is offered anything."""
    if not rules.stages or group not in rules.groups:
        return Advice(on, Status.NOT_YET_DUE, "", (), 0)
    patient = _patient(facts, frozenset(rules.observations))
    here = [_given(dose) for dose in facts.doses if dose.group == group]
    others = [_given(dose) for dose in facts.doses if dose.group != group]
    return advise(rules, patient, here, on, others=others, group=group)


def deferred_by(facts: Facts, rules: PolicySet, on: date, group: str) -> frozenset[str]:
    """The codes of the conditions that put a dose of the group off on that day."""
    if not rules.stages or group not in rules.groups:
        return frozenset()
    patient = _patient(facts, frozenset(rules.observations))
    return frozenset(row.observation.code for row in deferrals(rules, group, patient, on))


def trail(facts: Facts, rules: PolicySet, on: date, group: str) -> tuple[TrailStep, ...]:
    """The steps by which vaxkit came to its answer."""
    if not rules.stages or group not in rules.groups:
        return ()
    patient = without_deferred(rules, group, _patient(facts, frozenset(rules.observations)), on)
    here = [_given(dose) for dose in facts.doses if dose.group == group]
    return assess(rules, patient, here, on, groups=(group,), trail=True).trail


@lru_cache(maxsize=50_000)
def advice_for_nobody(birth_on: date, sex: str, rules: PolicySet, on: date, group: str) -> Advice:
    """The answer for whoever has had nothing and has no condition: the same for all of one birthday."""
    if not rules.stages or group not in rules.groups:
        return Advice(on, Status.NOT_YET_DUE, "", (), 0)
    return advise(rules, Patient(birth_on, sex), (), on, group=group)


def status_of(told: Advice) -> Status:
    """vaxkit's status. Nobody completed anything by being offered nothing: such a person is not yet due."""
    if told.status is Status.COMPLETE and not told.doses_counted:
        return Status.NOT_YET_DUE
    return told.status


def status_on(standing: Mapping[str, Any], on: date) -> Status:
    """The status on a day from dates that were kept."""
    if standing["is_contraindicated"]:
        return Status.CONTRAINDICATED
    if standing["deferred_until"] is not None and on < standing["deferred_until"]:
        return Status.DEFERRED
    if standing["completed_on"] is not None:
        return Status.COMPLETE
    if standing["earliest_on"] is None or on < standing["earliest_on"]:
        return Status.NOT_YET_DUE
    overdue_on = standing["overdue_on"]
    return Status.OVERDUE if overdue_on is not None and on >= overdue_on else Status.DUE


def overdue_on(told: Advice) -> date | None:
    """The first day that is too late."""
    return told.past_due_on + _DAY if told.past_due_on is not None else None


def completed_on(told: Advice) -> date | None:
    """The day of the dose after which nothing more is offered."""
    if told.status is not Status.COMPLETE:
        return None
    return max((row.on for row in told.doses if row.status is DoseStatus.VALID), default=None)


def kept_reason(reason: Because) -> dict[str, Any]:
    """A reason as JSON: its code, facts (days as text) and the document of its rule."""
    kept = {"code": reason.code, "facts": {name: _plain(fact) for name, fact in reason.params.items()}}
    return kept | ({"rule": reason.basis.document} if reason.basis is not None else {})


def cited(source: Source | None) -> Text:
    """A source as a citation: document, number, day; nothing where no rule decided."""
    if source is None:
        return Text("", "")
    tail = "".join(f" {part}" for part in (source.number, source.on.isoformat() if source.on else "") if part)
    return Text(source.document.zh + tail, source.document.en + tail)


def _columns(told: Advice, facts: Facts, rules: PolicySet) -> dict[str, Any]:
    deferred = told.status is Status.DEFERRED
    by = next((row.target_dose_number for row in told.doses if row.dose_id == told.course.completed_by), None)
    return {
        "doses_counted": told.doses_counted,
        "next_number": told.next_dose_number,
        "earliest_on": told.earliest_on,
        "recommended_on": told.recommended_on,
        "overdue_on": overdue_on(told),
        "latest_on": told.latest_on,
        "completed_on": completed_on(told),
        "primary_number": by,
        "primary_on": told.course.completed_on,
        "deferred_until": (told.review_on or NO_DAY) if deferred else None,
        "is_contraindicated": told.status is Status.CONTRAINDICATED,
        "products": list(told.products),
        "because": [kept_reason(reason) for reason in told.because],
        "look_again_on": min(_turning_days(told, facts, rules), default=None),
    }


def _turning_days(told: Advice, facts: Facts, rules: PolicySet) -> Iterator[date]:
    """Days to come on which the answer may be another one though nothing was recorded."""
    days: list[date | None] = [add_period(facts.birth_on, age) for age in named_ages(rules)]
    days += [told.review_on]  # `reopens_on` lies on or after a birthday that some rule names
    days += named_days(rules)
    days += [add_period(dose.on, wait) for wait in named_waits(rules) for dose in facts.doses]
    for condition in facts.conditions:
        days += [condition.from_on, condition.until_on]
    yield from (day for day in days if day is not None and day > told.on)


def _patient(facts: Facts, known: frozenset[str]) -> Patient:
    """Conditions of which the rules know nothing stay out of it."""
    return Patient(
        facts.birth_on,
        facts.sex,
        tuple(
            Observation(row.code, row.from_on, row.until_on - _DAY if row.until_on else None)
            for row in facts.conditions
            if row.code in known
        ),
    )


def _given(dose: KeptDose) -> GivenDose:
    return GivenDose(str(dose.id), dose.on, dose.product, expires_on=dose.expires_on)


def _plain(fact: object) -> Any:
    if isinstance(fact, date):
        return fact.isoformat()
    return list(fact) if isinstance(fact, Iterable) and not isinstance(fact, str) else fact
