"""What was recorded wrongly: taken back with a reason, and given to whom it belongs. Nothing is erased."""

from uuid import UUID

from django.db import transaction

from yingjie.clinic import desk, refusals
from yingjie.clinic.arriving import take_number
from yingjie.clinic.holding import held, visits, walk
from yingjie.clinic.models import Visit
from yingjie.doses import actions as doses
from yingjie.doses.queries import DoseRow, history_of, standing_of
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.vaccines.queries import group_of


@transaction.atomic
def take_back(*, by: Actor, person_id: UUID, dose_id: UUID, reason: str) -> None:
    """Take the record of a dose back, and with it the visit in which it was given: whoever was vaccinated under a wrong name can be
    registered again the same day, and so can the person named. Raises what doses.correct refuses."""
    doses.correct(by=by, person_id=person_id, dose_id=dose_id, reason=reason)
    visit = next(iter(lock(visits(), person_id=person_id, dose_id=dose_id)), None)
    if visit is not None:
        now = clock.now()
        visit.taken_back_at = now
        visit.trail = [
            *visit.trail,
            {"step": "take_back", "at": now.isoformat(), "by": by.name, "title": by.title or by.name},
        ]
        visit.save(update_fields=["taken_back_at", "trail"])
        facts = {"person": str(person_id), "dose": str(dose_id)}
        record(by=by, verb="clinic.take_back", subject=visit, area_code=visit.site.area_id, facts=facts)


@transaction.atomic
def receive_record(*, by: Actor, visit_id: UUID, from_visit_id: UUID, reason: str) -> Visit:
    """The dose that was recorded for somebody else, and taken back, was given to this person: it goes on record under their name
    with the time, vial and vaccinator it had. Nothing leaves the stock again. `visit_id`: their visit of that day, a number only.

    Raises NotTakenBack, AlreadyGivenOn, WhyMissing, WrongOrder, AnotherDay, NotFound, and what doses.record refuses.
    """
    visit, at = held(by, visit_id, "clinic.vaccinate", act="vaccinate")
    former, dose = _taken_back(by, from_visit_id)
    if former.site_id != visit.site_id or former.on != visit.on:
        raise refusals.AnotherDay(on=former.on)
    walk(by, visit, "receive_record", reason, lambda code: refusals.WhyMissing())
    standing = standing_of(visit.person_id, visit.on, group=group_of(dose.product.code))
    number = standing.number_to_record or 1
    recorded = doses.record(
        by=by, person_id=visit.person_id, product_code=dose.product.code, number=number,
        given_at=dose.given_at or former.vaccinated_at or clock.now(), site_id=at.id, lot_number=dose.lot_number,
        expires_on=dose.expires_on or visit.on, vial_code=dose.vial_code, given_by=dose.given_by,
    )  # fmt: skip
    visit.dose_id, visit.vaccinated_at = recorded.pk, former.vaccinated_at
    visit.vaccinated_by, visit.observe_until = former.vaccinated_by, former.observe_until
    visit.vial_code, visit.body_side, visit.product_code = (
        former.vial_code,
        former.body_side,
        dose.product.code,
    )
    visit.received_from = former.pk
    visit.save()
    facts = {"person": str(visit.person_id), "from": str(former.pk), "reason": reason.strip()[:200]}
    record(by=by, verb="clinic.receive_record", subject=visit, area_code=at.area_code, facts=facts)
    return visit


def give_to(*, by: Actor, from_visit_id: UUID, number: str, reason: str) -> Visit:
    """The same by the number on the right person's card: they get a number of the day, and the dose that they had. Raises what
    `take_number` and `receive_record` raise."""
    person_id = desk.who(by, number).id
    with transaction.atomic():
        former, _at = held(by, from_visit_id, "clinic.vaccinate")
        theirs = take_number(by=by, site_id=former.site_id, person_id=person_id)
        return receive_record(by=by, visit_id=theirs.pk, from_visit_id=from_visit_id, reason=reason)


def _taken_back(by: Actor, visit_id: UUID) -> tuple[Visit, DoseRow]:
    """The visit whose dose was taken back, and that dose. Raises NotFound, NotTakenBack, AlreadyGivenOn."""
    former, _at = held(by, visit_id, "clinic.vaccinate")
    if former.taken_back_at is None:
        raise refusals.NotTakenBack()
    if visits().filter(received_from=former.pk, taken_back_at__isnull=True).exists():
        raise refusals.AlreadyGivenOn()
    rows = history_of(former.person_id, with_voided=True)
    return former, next(row for row in rows if row.id == former.dose_id)
