"""Coming in: a number, the look at whoever comes (document, temperature, health code), the desk. And going home without a dose."""

from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yingjie.clinic import desk, numbers, refusals
from yingjie.clinic.holding import At, held, visits, walk
from yingjie.clinic.models import DOCUMENTS, TURNED_AWAY_REASONS, Visit
from yingjie.clinic.workflow import FEVER, VISIT, ArrivalFacts, RegistrationFacts, TurningAwayFacts
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.refusals import BadInput, NotAllowed, Refusal
from yingjie.people import queries as people
from yingjie.sites import queries as sites

BATCH_OF = 20
"""How many people are let in together where a site admits in batches."""


def take_number(*, by: Actor, site_id: UUID, number: str = "", person_id: UUID | None = None) -> Visit:
    """Give whoever stands at the entrance (by the number on their card, or their id) the day's next number.

    Raises NumberUnreadable, NotInLedger, ContradictsLedger, SiteClosed, AlreadyHereToday, AlreadyElsewhereToday,
    VaccinatedToday, NotDue, NotOffered, CourseComplete, IsDeferred, IsContraindicated, NotFound.
    """
    at = desk.open_site(by, site_id)
    person = _whoever(by, number, person_id)
    with transaction.atomic():
        return _ticketed(by, at, person)


@transaction.atomic
def check_in(
    *,
    by: Actor,
    visit_id: UUID,
    temperature: Decimal | None,
    health_status: str = "green",
    document: str = "typed",
) -> Visit:
    """Look at who comes in. Raises NoTemperature, TemperatureMisread, HasFever, NoHealthStatus, HealthStatusStops, BadInput,
    WrongOrder."""
    visit, at = held(by, visit_id, "clinic.register")
    _check_in(by, visit, at, ArrivalFacts(temperature, health_status), document)
    return visit


@transaction.atomic
def register(*, by: Actor, visit_id: UUID, zone: str = "") -> Visit:
    """Register at the desk: the dose is due, the zone and the batch are said. `zone` "" takes the one where fewest wait.

    Raises AnotherDay, WrongOrder, VaccinatedToday, NotDue and the rest of `desk.not_due`."""
    visit, at = held(by, visit_id, "clinic.register")
    _register(by, visit, at, zone)
    return visit


def admit(
    *,
    by: Actor,
    site_id: UUID,
    number: str = "",
    person_id: UUID | None = None,
    temperature: Decimal | None = None,
    health_status: str = "green",
    document: str = "typed",
    zone: str = "",
) -> Visit:
    """Number, check and desk in one go, where one person does all three; each step is timed and signed. Whoever holds a number of
    today already goes on with it. All or nothing; raises what the three raise."""
    at = desk.open_site(by, site_id)
    person = _whoever(by, number, person_id)
    with transaction.atomic():
        visit = _waiting(person.id, at) or _ticketed(by, at, person)
        if visit.state == "ticketed":
            _check_in(by, visit, at, ArrivalFacts(temperature, health_status), document)
        _register(by, visit, at, zone)
    return visit


def enter(
    *,
    by: Actor,
    site_id: UUID,
    person_id: UUID,
    temperature: Decimal | None,
    health_status: str = "green",
    document: str = "typed",
) -> Visit:
    """Number and check at the entrance, where the desk is elsewhere. Whoever holds a number of today goes on with it. Raises what
    `take_number` and `check_in` raise."""
    at = desk.open_site(by, site_id)
    person = _whoever(by, "", person_id)
    with transaction.atomic():
        visit = _waiting(person.id, at) or _ticketed(by, at, person)
        _check_in(by, visit, at, ArrivalFacts(temperature, health_status), document)
    return visit


def keep_out(
    *,
    by: Actor,
    site_id: UUID,
    person_id: UUID,
    reason: str,
    temperature: Decimal | None = None,
    note: str = "",
) -> Visit:
    """Whoever may not come in (a fever, a health code) goes home, and it stays on record. Raises what `take_number` and `turn_away`
    raise."""
    at = desk.open_site(by, site_id)
    person = _whoever(by, "", person_id)
    with transaction.atomic():
        visit = _waiting(person.id, at) or _ticketed(by, at, person)
        return turn_away(by=by, visit_id=visit.pk, reason=reason, note=note, temperature=temperature)


@transaction.atomic
def turn_away(
    *, by: Actor, visit_id: UUID, reason: str, note: str = "", temperature: Decimal | None = None
) -> Visit:
    """End a visit without vaccination. `reason` is a word of models.TURNED_AWAY_REASONS, `note` the advice given (law art. 45).

    The reason is health data: it stays with the visit and is not journalled. Whoever registers, screens or vaccinates there may.
    Raises ReasonMissing, AlreadyVaccinated, AlreadyLeft, AlreadyTurnedAway, NotFound.
    """
    visit, at = held(by, visit_id, _any_of(by, "clinic.register", "clinic.screen", "clinic.vaccinate"))
    facts = TurningAwayFacts(reason, TURNED_AWAY_REASONS)
    walk(by, visit, "turn_away", facts, lambda code: refusals.ReasonMissing())
    end_without(by, visit, reason, note)
    if temperature is not None:
        visit.temperature = temperature
    visit.save()
    record(
        by=by,
        verb="clinic.turn_away",
        subject=visit,
        area_code=at.area_code,
        facts={"person": str(visit.person_id)},
    )
    return visit


def end_without(by: Actor, visit: Visit, reason: str, note: str) -> None:
    visit.turned_away_at, visit.turned_away_by = clock.now(), by.name
    visit.turned_away_reason, visit.turned_away_note = reason, note.strip()[:200]


def _whoever(by: Actor, number: str, person_id: UUID | None) -> people.PersonBrief:
    # Outside the transaction: the look-up stays journalled whatever comes of it.
    person_id = person_id or desk.who(by, number).id
    found = people.briefs({person_id}).get(person_id)
    if found is None:
        raise refusals.NotInLedger()
    return found


def _waiting(person_id: UUID, at: sites.SiteRow) -> Visit | None:
    """The visit of somebody who has a number of today here and has not reached the desk, locked."""
    rows = visits().select_for_update().filter(person_id=person_id, site_id=at.id, on=clock.today())
    return rows.filter(state__in=("ticketed", "checked_in"), taken_back_at__isnull=True).first()


def _ticketed(by: Actor, at: sites.SiteRow, person: people.PersonBrief) -> Visit:
    now, today = clock.now(), clock.today()
    given = numbers.next_number(by, at.id, today, person.id)
    refusal = desk.judged(person.id, person.name, at.id)[1]
    if refusal is not None:
        raise refusal
    visit = Visit(
        person_id=person.id, site_id=at.id, on=today, number=given.number, ticket_id=given.ticket_id, state=VISIT.initial,
        state_since=now, trail=[{"step": "ticket", "at": now.isoformat(), "by": by.name, "title": by.title or by.name}],
    )  # fmt: skip
    try:
        with transaction.atomic():
            visit.save(force_insert=True)
    except IntegrityError as clash:
        if "one_visit_per_person_and_day" not in str(clash):
            raise
        raise refusals.AlreadyElsewhereToday(name=person.name, site=_("another site")) from clash
    facts = {"person": str(person.id), "number": visit.number}
    record(by=by, verb="clinic.take_number", subject=visit, area_code=at.area_code, facts=facts)
    return visit


def _check_in(by: Actor, visit: Visit, at: At | sites.SiteRow, facts: ArrivalFacts, document: str) -> None:
    if document not in DOCUMENTS:
        raise BadInput(what=_("Choose which document was shown."))
    walk(by, visit, "check_in", facts, lambda code: _kept_out(code, facts))
    visit.temperature, visit.health_status, visit.document = facts.temperature, facts.health_status, document
    visit.save()
    numbers.arrived(by, visit)
    said = {"person": str(visit.person_id), "number": visit.number}
    record(by=by, verb="clinic.check_in", subject=visit, area_code=at.area_code, facts=said)


def _register(by: Actor, visit: Visit, at: At | sites.SiteRow, zone: str) -> None:
    standing, refusal = desk.judged(visit.person_id, "", at.id, but=visit.pk)
    facts = RegistrationFacts(clock.today(), visit.on, desk.due(standing))
    walk(by, visit, "register", facts, lambda code: desk.not_registered(code, visit, standing))
    if refusal is not None:
        raise refusal
    visit.zone = zone.strip()[:8] or numbers.quietest_zone(by, at.id, visit.on)
    visit.batch = (visit.number - 1) // BATCH_OF + 1
    visit.registered_at, visit.registered_by = clock.now(), by.name
    visit.save()
    said = {"person": str(visit.person_id), "number": visit.number, "zone": visit.zone}
    record(by=by, verb="clinic.register", subject=visit, area_code=at.area_code, facts=said)


def _kept_out(code: str, facts: ArrivalFacts) -> Refusal:
    if code == "clinic.no_temperature":
        return refusals.NoTemperature()
    if code == "clinic.temperature_misread":
        return refusals.TemperatureMisread(temperature=facts.temperature)
    if code == "clinic.fever":
        return refusals.HasFever(temperature=facts.temperature, limit=FEVER)
    return refusals.NoHealthStatus() if code == "clinic.no_health_status" else refusals.HealthStatusStops()


def _any_of(by: Actor, *permissions: str) -> str:
    """The first of these that the actor holds somewhere. Raises NotAllowed."""
    found = next((each for each in permissions if by.may(each)), None)
    if found is None:
        raise NotAllowed(permission=permissions[0])
    return found
