"""Writes of doses. What was given is recorded and flagged, never refused (law 3); only a number cannot be used twice."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yingjie.doses import standings
from yingjie.doses.models import Dose
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.scoping import ScopedQuerySet
from yingjie.foundation.ids import uuid7
from yingjie.foundation.journal.actions import record as write_journal
from yingjie.foundation.refusals import BadInput, NotAllowed, NotFound, Refusal
from yingjie.sites.queries import site
from yingjie.vaccines.queries import product


class NumberTaken(Refusal):
    code = "doses.number_taken"
    reason = _("Dose {number} of this person is already on record, given on {given_on}.")
    next_step = _(
        "If that record is wrong, have it taken back first: by the site that gave the dose, under “Visits of the day”,"
        " or in the ledger by the person's village."
    )


class AlreadyCorrected(Refusal):
    code = "doses.already_corrected"
    reason = _("This record was already taken back: {why}")
    next_step = _("Record what was truly given as a new dose.")


@transaction.atomic
def record(
    *,
    by: Actor,
    person_id: UUID,
    product_code: str,
    number: int,
    given_at: datetime,
    site_id: UUID,
    lot_number: str,
    expires_on: date,
    vial_code: str,
    given_by: str,
    dose_id: UUID | None = None,
) -> Dose:
    """Write down a dose given at a site, and where the person stands with it. `given_at` is aware; `dose_id` is for whoever has
    already named the dose elsewhere (the stock's movement). Raises NumberTaken, NotFound."""
    at = site(by, site_id, "clinic.vaccinate")
    product(product_code)
    standings.hold(person_id)
    taken = _live(person_id).filter(number=number).first()
    if taken is not None:
        raise NumberTaken(number=number, given_on=taken.given_on)
    dose = Dose.objects.unscoped("inserted by who may vaccinate at the site").create(
        id=dose_id or uuid7(),
        person_id=person_id,
        number=number,
        product_id=product_code,
        given_on=clock.day_of(given_at),
        given_at=given_at,
        source="site",
        site_id=at.id,
        lot_number=lot_number,
        expires_on=expires_on,
        vial_code=vial_code,
        given_by=given_by,
        recorded_at=clock.now(),
    )
    standings.update([person_id])
    facts = {"person": str(person_id), "number": number, "product": product_code, "lot": lot_number}
    write_journal(by=by, verb="doses.record", subject=dose, area_code=at.area_code, facts=facts)
    return dose


@transaction.atomic
def correct(*, by: Actor, person_id: UUID, dose_id: UUID, reason: str) -> Dose:
    """Take a wrong record back: it stays on record with its reason and counts no more. The vaccine does not return to stock.

    Whoever may vaccinate at the site of the dose may, and whoever keeps the ledger of the person's area.
    Raises AlreadyCorrected, BadInput, NotFound, NotAllowed.
    """
    if not reason.strip():
        raise BadInput(what=_("Say why the record is wrong."))
    rows = Dose.objects.unscoped("authorised by site or by area below").select_related("person")
    found = rows.filter(person_id=person_id, pk=dose_id).first()
    if found is None:
        raise NotFound()
    _may_correct(by, found)
    standings.hold(person_id)
    dose = _doses().get(person_id=person_id, pk=dose_id)
    if dose.voided_at is not None:
        raise AlreadyCorrected(why=dose.void_reason)
    dose.voided_at = clock.now()
    dose.void_reason = reason.strip()
    dose.save(update_fields=["voided_at", "void_reason"])
    standings.update([person_id])
    facts = {"person": str(person_id), "number": dose.number, "reason": dose.void_reason}
    write_journal(by=by, verb="doses.correct", subject=dose, area_code=found.person.area_id, facts=facts)
    return dose


def rebuild_standings(
    *,
    by: Actor,
    person_ids: Sequence[UUID] | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Judge everyone (or those named) again and write what differs; on a sound database that is nothing. Each batch of 5,000 people
    is a transaction of its own. `progress` hears how many are done. Returns how many people's standing changed."""
    by.require("access.manage")
    changed = done = 0
    batches = standings.everyone() if person_ids is None else standings.batches(person_ids)
    for batch in batches:
        changed += standings.update(batch)
        done += len(batch)
        progress(done)
    with transaction.atomic():
        facts = {"people": done, "changed": changed}
        write_journal(by=by, verb="doses.rebuild_standings", subject=("standing", "all"), facts=facts)
    return changed


def _may_correct(by: Actor, dose: Dose) -> None:
    if by.may("people.change", dose.person.area_id):
        return
    if dose.site_id is None:
        raise NotFound() if not by.may("people.view", dose.person.area_id) else NotAllowed()
    site(by, dose.site_id, "clinic.vaccinate")


def _doses() -> ScopedQuerySet[Dose]:
    return Dose.objects.unscoped("of a person whom the caller was authorised for")


def _live(person_id: UUID) -> ScopedQuerySet[Dose]:
    return _doses().filter(person_id=person_id, voided_at__isnull=True)
