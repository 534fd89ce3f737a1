"""Writes of visits. Facts are loaded under lock, workflow.py decides, the outcome is written and journalled; all or nothing."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from vaxkit.workflow import StepRefused
from yingjie.clinic import desk, refusals, wording
from yingjie.clinic.models import TURNED_AWAY_REASONS, SiteDay, Visit
from yingjie.clinic.workflow import (
    CHECKS,
    OBSERVATION,
    VISIT,
    LeavingFacts,
    TurningAwayFacts,
)
from yingjie.doses import actions as doses
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.scoping import ScopedQuerySet
from yingjie.foundation.ids import uuid7
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.people import queries as people
from yingjie.sites import queries as sites
from yingjie.stock import actions as stock
from yingjie.stock.queries import scanned_vial


def register(*, by: Actor, site_id: UUID, number: str = "", person_id: UUID | None = None) -> Visit:
    """Register whoever stands at the desk, by the number on their card (or their id), and call out the day's number.

    Raises NumberUnreadable, NotInLedger, ContradictsLedger, SiteClosed, AlreadyHereToday, AlreadyElsewhereToday,
    VaccinatedToday, NotDue, NotOffered, CourseComplete, NotFound.
    """
    at = desk.open_site(by, site_id)
    # Outside the transaction: the look-up stays journalled whatever comes of it.
    person_id = person_id or desk.who(by, number).id
    person = people.briefs({person_id}).get(person_id)
    if person is None:
        raise refusals.NotInLedger()
    with transaction.atomic():
        return _register(by, at, person)


@transaction.atomic
def vaccinate(
    *, by: Actor, visit_id: UUID, vial_code: str, checks: Mapping[str, bool], other_product_reason: str = ""
) -> Visit:
    """Verify, take the dose out of the scanned vial, put it on record and start the observation: one action, all or nothing.

    `checks` holds True for each of workflow.CHECKS that was verified. Raises NoVial, AnotherDay, ChecksMissing,
    VaccinatedToday, NotDue, CourseComplete, WrongProduct, OtherProduct, AlreadyVaccinated, AlreadyTurnedAway, and what
    stock.take and doses.record refuse.
    """
    visit, at = _locked(by, visit_id, "clinic.vaccinate")
    now = clock.now()
    person = people.briefs({visit.person_id})[visit.person_id]
    _open_for(visit, "vaccinate", person.name)
    if not vial_code.strip():
        raise refusals.NoVial()
    vial = scanned_vial(by, at.id, vial_code)
    facts, standing = desk.vaccination_facts(visit, person, vial, checks, other_product_reason)
    try:
        visit.state = VISIT.advance(visit.state, "vaccinate", facts)
    except StepRefused as refused:
        raise desk.not_vaccinated(refused.code, facts, standing, person.name) from refused
    dose_id = uuid7()
    taken = stock.take(by=by, site_id=at.id, vial_code=vial_code, dose_id=dose_id, on=facts.today)
    dose = doses.record(
        by=by,
        person_id=person.id,
        product_code=taken.product_code,
        number=standing.number_to_record or 1,
        given_at=now,
        site_id=at.id,
        lot_number=taken.lot_number,
        expires_on=taken.expires_on,
        vial_code=taken.vial_code,
        given_by=by.title or by.name,
        dose_id=dose_id,
    )
    visit.dose_id, visit.vaccinated_at, visit.vaccinated_by = dose.pk, now, by.title or by.name
    visit.observe_until = now + OBSERVATION
    visit.checks = dict.fromkeys(CHECKS, True)
    if other_product_reason.strip() and facts.previous_product not in ("", facts.product):
        visit.checks["other_product_reason"] = other_product_reason.strip()
    visit.save()
    said_facts = {
        "person": str(person.id),
        "dose": str(dose.pk),
        "number": dose.number,
        "lot": taken.lot_number,
    }
    record(by=by, verb="clinic.vaccinate", subject=visit, area_code=at.area_code, facts=said_facts)
    return visit


@transaction.atomic
def leave(*, by: Actor, visit_id: UUID, early_reason: str = "") -> Visit:
    """Let somebody go. Before their time only with a reason, which stays on record.

    Raises TooEarlyToLeave, WrongOrder, AlreadyLeft, AlreadyTurnedAway, NotFound.
    """
    visit, at = _locked(by, visit_id, "clinic.observe")
    _open_for(visit, "leave")
    now = clock.now()
    facts = LeavingFacts(now, visit.observe_until or now, early_reason)
    try:
        visit.state = VISIT.advance(visit.state, "leave", facts)
    except StepRefused as refused:
        raise refusals.TooEarlyToLeave(until=desk.clock_time(facts.observe_until)) from refused
    visit.left_at, visit.left_by = now, by.name
    visit.left_early_reason = early_reason.strip() if now < facts.observe_until else ""
    visit.save()
    said_facts = {"person": str(visit.person_id), "early": bool(visit.left_early_reason)}
    record(by=by, verb="clinic.leave", subject=visit, area_code=at.area_code, facts=said_facts)
    return visit


@transaction.atomic
def turn_away(*, by: Actor, visit_id: UUID, reason: str, note: str = "") -> Visit:
    """End a visit without vaccination. `reason` is a word of models.TURNED_AWAY_REASONS, `note` the advice given (law art. 45).

    The reason is health data: it stays with the visit and is not journalled. Raises ReasonMissing, AlreadyVaccinated, AlreadyLeft,
    AlreadyTurnedAway, NotFound.
    """
    visit, at = _locked(by, visit_id, "clinic.register")
    _open_for(visit, "turn_away")
    try:
        visit.state = VISIT.advance(visit.state, "turn_away", TurningAwayFacts(reason, TURNED_AWAY_REASONS))
    except StepRefused as refused:
        raise refusals.ReasonMissing() from refused
    visit.turned_away_at, visit.turned_away_by = clock.now(), by.name
    visit.turned_away_reason, visit.turned_away_note = reason, note.strip()
    visit.save()
    facts = {"person": str(visit.person_id)}
    record(by=by, verb="clinic.turn_away", subject=visit, area_code=at.area_code, facts=facts)
    return visit


@transaction.atomic
def take_back(*, by: Actor, person_id: UUID, dose_id: UUID, reason: str) -> None:
    """Take the record of a dose back, and with it the visit in which it was given: whoever was vaccinated under a wrong name can be
    registered again the same day, and so can the person named. Raises what doses.correct refuses."""
    doses.correct(by=by, person_id=person_id, dose_id=dose_id, reason=reason)
    visit = next(iter(lock(_visits(), person_id=person_id, dose_id=dose_id)), None)
    if visit is not None:
        visit.taken_back_at = clock.now()
        visit.save(update_fields=["taken_back_at"])
        facts = {"person": str(person_id), "dose": str(dose_id)}
        record(by=by, verb="clinic.take_back", subject=visit, area_code=visit.site.area_id, facts=facts)


def _register(by: Actor, at: sites.SiteRow, person: people.PersonBrief) -> Visit:
    today = clock.today()
    day = _lock_day(at.id, today)
    _standing, refusal = desk.judged(person.id, person.name, at)
    if refusal is not None:
        raise refusal
    visit = Visit(
        person_id=person.id,
        site_id=at.id,
        on=today,
        number=day.last_number + 1,
        state=VISIT.initial,
        registered_at=clock.now(),
        registered_by=by.name,
    )
    try:
        with transaction.atomic():
            visit.save(force_insert=True)
    except IntegrityError as clash:
        if "one_visit_per_person_and_day" not in str(clash):
            raise
        raise refusals.AlreadyElsewhereToday(name=person.name, site=_("another site")) from clash
    day.last_number = visit.number
    day.save(update_fields=["last_number"])
    facts = {"person": str(person.id), "number": visit.number}
    record(by=by, verb="clinic.register", subject=visit, area_code=at.area_code, facts=facts)
    return visit


def _lock_day(site_id: UUID, on: date) -> SiteDay:
    """The counter of the site's day, locked: two desks never call out the same number."""
    rows = SiteDay.objects.unscoped("of a site that was checked")
    found = lock(rows, site_id=site_id, on=on)
    if not found:
        rows.bulk_create([SiteDay(site_id=site_id, on=on)], ignore_conflicts=True)
        found = lock(rows, site_id=site_id, on=on)
    return found[0]


def _locked(by: Actor, visit_id: UUID, permission: str) -> tuple[Visit, sites.SiteRow]:
    """The visit, locked, and its site: where the actor holds `permission` there."""
    person_id = (
        Visit.objects.visible_to(by, permission)
        .filter(pk=visit_id)
        .values_list("person_id", flat=True)
        .first()
    )
    if person_id is None:
        raise NotFound()
    visit = lock(_visits(), person_id=person_id, pk=visit_id)[0]
    return visit, sites.site(by, visit.site_id, permission)


def _open_for(visit: Visit, step: str, name: str = "") -> None:
    """Refuse a step that does not leave the visit's state, by what has already happened."""
    if visit.state in VISIT.step(step).sources:
        return
    if visit.state == "turned_away":
        raise refusals.AlreadyTurnedAway(at=desk.clock_time(visit.turned_away_at))
    if step == "leave" and visit.state == "left":
        raise refusals.AlreadyLeft(at=desk.clock_time(visit.left_at))
    if step in ("vaccinate", "turn_away"):
        name = name or people.briefs({visit.person_id})[visit.person_id].name
        raise refusals.AlreadyVaccinated(
            name=name, at=desk.clock_time(visit.vaccinated_at), by=visit.vaccinated_by
        )
    raise refusals.WrongOrder(state=wording.STATE_TITLES[visit.state])


def _visits() -> ScopedQuerySet[Visit]:
    return Visit.objects.unscoped("of a site, or for a person, that was checked")
