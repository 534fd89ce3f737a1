"""Asking about health before a dose: the answers, what follows from them, the doctor's decision. Whoever asks must be certified."""

import json
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import transaction

from vaxkit.immunization import add_period
from yingjie.clinic import refusals, wording
from yingjie.clinic.holding import held, walk
from yingjie.clinic.models import Screening, Visit
from yingjie.clinic.over_midnight import day_of
from yingjie.clinic.queries import VisitView
from yingjie.clinic.questionnaire import About, Answer, Found, Judged, judge, questionnaire
from yingjie.clinic.workflow import DecisionFacts, ScreeningFacts
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.scoping import ScopedQuerySet
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.people import queries as people
from yingjie.people.at_station import note_condition
from yingjie.vaccines.queries import product

#: What a doctor may find; each a condition that the policies' rules know, so that the ledger says "deferred until" or the bar.
DEFERRING = (
    "fever",
    "acute-illness",
    "chronic-disease-acute-phase",
    "chronic-disease-uncontrolled",
    "pregnancy",
    "other-vaccine",
    "influenza-vaccine",
    "live-influenza-vaccine",
)
#: Those of which the day counts on which it was given: the rules' interval runs from it.
OTHER_VACCINES = ("other-vaccine", "influenza-vaccine", "live-influenza-vaccine")
BARRING = (
    "allergy-to-component", "severe-reaction-to-vaccine", "uncontrolled-epilepsy", "severe-neurological-disease",
    "chronic-disease-terminal",
)  # fmt: skip
_STEPS = {"go": "screen", "defer": "defer", "contraindicated": "contraindicate", "doctor": "refer"}
_DECIDED = {"fit": "find_fit", "defer": "defer", "contraindicated": "contraindicate"}


def about(visit: Visit) -> About:
    """Whom the questions are for."""
    person = people.briefs({visit.person_id})[visit.person_id]
    technology = product(visit.product_code).technology if visit.product_code else ""
    return About(person.sex, person.age, technology, clock.today())


def about_view(visit: VisitView) -> About:
    """The same of a visit that was read."""
    technology = product(visit.product_code).technology if visit.product_code else ""
    return About(visit.sex, visit.age, technology, clock.today())


@transaction.atomic
def screen(*, by: Actor, visit_id: UUID, answers: Mapping[str, Answer]) -> Visit:
    """Write the answers down and do what they come to: fit, deferred until a day, contraindicated, or to the doctor. Conditions
    that bar or defer go on the person's record, so that the ledger shows what follows from them.

    Raises Unanswered, AnotherDay, WrongOrder, NotFound, and what staff says of whoever may not screen today.
    """
    visit, at = held(by, visit_id, "clinic.screen", act="screen")
    found = judge(about(visit), answers)
    _step(by, visit, found)
    _keep(by, visit, answers, found)
    if found.outcome != "doctor":
        _end(by, visit, found.until, found.conditions)
    visit.save()
    facts = {"person": str(visit.person_id)}
    record(by=by, verb="clinic.screen", subject=visit, area_code=at.area_code, facts=facts)
    return visit


@transaction.atomic
def decide(
    *,
    by: Actor,
    visit_id: UUID,
    decision: str,
    reason: str,
    until: date | None = None,
    condition: str = "",
    given_on: date | None = None,
) -> Visit:
    """The doctor's decision about somebody who was referred: fit, defer (until a day) or contraindicated, always with a reason.
    `condition`: what was found, a code of DEFERRING or BARRING; it goes on the person's record. `given_on`: the day of another
    vaccine; from it follows until when, where no other day is named.

    Raises DecisionWithoutReason, DeferralWithoutDay, VaccineWithoutDay, AnotherDay, WrongOrder, NotFound, and what staff says of
    whoever may not.
    """
    visit, at = held(by, visit_id, "clinic.screen", act="screen")
    if decision not in _DECIDED or condition not in ("", *DEFERRING, *BARRING):
        raise NotFound()
    is_vaccine = decision == "defer" and condition in OTHER_VACCINES
    if is_vaccine:
        until = _after_other_vaccine(given_on, until)
    facts = DecisionFacts(clock.today(), day_of(visit), reason, until)
    walk(by, visit, _DECIDED[decision], facts, lambda code: _undecided(code, visit))
    found = lock(_screenings(), person_id=visit.person_id, visit_id=visit.pk)[0]
    found.decision, found.decision_reason = decision, reason.strip()[:500]
    found.decided_at, found.decided_by, found.until_on = (
        clock.now(),
        by.name,
        until if decision == "defer" else None,
    )
    found.save()
    if decision != "fit":
        began, ends = (given_on or clock.today(), None) if is_vaccine else (clock.today(), found.until_on)
        known = (Found(condition, began, ends),) if condition else ()
        _end(by, visit, found.until_on, known)
    visit.save()
    record(
        by=by,
        verb="clinic.decide",
        subject=visit,
        area_code=at.area_code,
        facts={"person": str(visit.person_id)},
    )
    return visit


def _after_other_vaccine(given_on: date | None, until: date | None) -> date:
    """Until when somebody waits after another vaccine: as the doctor says, or as the questionnaire's own question has it."""
    if given_on is None or given_on > clock.today():
        raise refusals.VaccineWithoutDay()
    period = questionnaire().by_code["other_vaccine"].yes.period
    return until or (add_period(given_on, period) if period else given_on)


def written(answers: Mapping[str, Answer]) -> str:
    """The answers as they are kept."""
    return json.dumps(
        {
            code: [each.said, each.day.isoformat() if each.day else ""]
            for code, each in sorted(answers.items())
        }
    )


def answers_of(screening: Screening) -> dict[str, Answer]:
    """The answers as they were given."""
    kept: dict[str, list[str]] = json.loads(screening.answers)
    return {
        code: Answer(said, date.fromisoformat(day) if day else None) for code, (said, day) in kept.items()
    }


def _step(by: Actor, visit: Visit, found: Judged) -> None:
    today = clock.today()
    asked = ScreeningFacts(today, day_of(visit), found.unanswered, found.outcome)
    decided = DecisionFacts(today, day_of(visit), "as answered", found.until)
    if found.unanswered:
        walk(by, visit, "screen", asked, lambda code: _unasked(code, visit, found))
    step = _STEPS[found.outcome]
    facts = decided if step in ("defer", "contraindicate") else asked
    walk(by, visit, step, facts, lambda code: _unasked(code, visit, found))


def _keep(by: Actor, visit: Visit, answers: Mapping[str, Answer], found: Judged) -> None:
    Screening.objects.unscoped("of a locked visit").create(
        person_id=visit.person_id, visit=visit, version=questionnaire().version, answers=written(answers),
        outcome=found.outcome, until_on=found.until, at=clock.now(), by=by.name,
    )  # fmt: skip


def _end(by: Actor, visit: Visit, until: date | None, conditions: tuple[Found, ...]) -> None:
    """A deferral stands on the visit; what was found goes on the person's record, for whoever may know and for the rules."""
    visit.deferred_until = until
    for each in conditions:
        note_condition(
            by=by, person_id=visit.person_id, code=each.code, from_on=each.from_on, until_on=each.until_on
        )


def _unasked(code: str, visit: Visit, found: Judged) -> Refusal:
    if code == "clinic.another_day":
        return refusals.AnotherDay(on=visit.on)
    if code == "clinic.deferral_without_day":
        return refusals.DeferralWithoutDay()
    known = questionnaire().by_code
    return refusals.Unanswered(questions=wording.listed(known[each].words for each in found.unanswered))


def _undecided(code: str, visit: Visit) -> Refusal:
    if code == "clinic.another_day":
        return refusals.AnotherDay(on=visit.on)
    return (
        refusals.DeferralWithoutDay()
        if code == "clinic.deferral_without_day"
        else refusals.DecisionWithoutReason()
    )


def _screenings() -> ScopedQuerySet[Screening]:
    return Screening.objects.unscoped("of a locked visit")
