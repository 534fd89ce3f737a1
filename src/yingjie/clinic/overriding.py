"""What a second, named person may allow at the gate: asked for by the vaccinator, answered by somebody else by their own account.

Only what workflow.OVERRIDABLE names. It holds for one visit and one vial, and stays on record whatever the answer.
"""

from uuid import UUID

from django.db import IntegrityError, transaction

from yingjie.clinic import refusals, wording
from yingjie.clinic.holding import held, out_of_order
from yingjie.clinic.models import Override
from yingjie.clinic.over_midnight import day_of
from yingjie.clinic.workflow import OVERRIDABLE, VISIT
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.stock import actions as stock


@transaction.atomic
def ask_override(
    *, by: Actor, visit_id: UUID, code: str, vial_code: str, reason: str, lot_id: UUID | None = None
) -> Override:
    """Ask a second person to allow what the gate objects to, while the visit waits for its needle. `lot_id`: as in `verify`.

    Raises NotOverridable, WhyMissing, AlreadyAsked, AnotherDay, WrongOrder, AlreadyVaccinated, AlreadyTurnedAway, NotFound."""
    visit, at = held(by, visit_id, "clinic.vaccinate", act="vaccinate")
    if visit.state not in VISIT.step("verify").sources:
        raise out_of_order(visit, "verify")
    if day_of(visit) != clock.today():
        raise refusals.AnotherDay(on=visit.on)
    if code not in OVERRIDABLE:
        raise refusals.NotOverridable()
    if not reason.strip():
        raise refusals.WhyMissing()
    vial = stock.on_record(by=by, site_id=at.id, vial_code=vial_code, lot_id=lot_id)
    try:
        with transaction.atomic():
            made = Override.objects.unscoped("of a locked visit").create(
                person_id=visit.person_id, visit=visit, code=code, vial_code=vial.code, product_code=vial.product_code,
                reason=reason.strip()[:200], asked_by=by.name, asked_at=clock.now(),
            )  # fmt: skip
    except IntegrityError as twice:
        if "one_open_override" not in str(twice):
            raise
        open_one = Override.objects.unscoped("of a locked visit").get(
            person_id=visit.person_id, visit=visit, code=code, vial_code=vial.code, answer=""
        )
        raise refusals.AlreadyAsked(at=wording.clock_time(open_one.asked_at)) from twice
    facts = {"person": str(visit.person_id), "objection": code, "lot": vial.lot_number}
    record(by=by, verb="clinic.ask_override", subject=visit, area_code=at.area_code, facts=facts)
    return made


@transaction.atomic
def answer_override(*, by: Actor, override_id: UUID, grant: bool, reason: str) -> Override:
    """Grant or refuse, with a reason of one's own. Raises OwnOverride, WhyMissing, AlreadyAnswered, NotFound."""
    person_id = (
        Override.objects.visible_to(by).filter(pk=override_id).values_list("person_id", flat=True).first()
    )
    if person_id is None:
        raise NotFound()
    found = lock(Override.objects.unscoped("of the actor's sites"), person_id=person_id, pk=override_id)[0]
    if found.asked_by == by.name:
        raise refusals.OwnOverride()
    if found.answer:
        raise refusals.AlreadyAnswered(by=found.answered_by, at=wording.clock_time(found.answered_at))
    if not reason.strip():
        raise refusals.WhyMissing()
    found.answer, found.answer_reason = ("granted" if grant else "refused"), reason.strip()[:200]
    found.answered_by, found.answered_at = by.name, clock.now()
    found.save()
    facts = {
        "person": str(person_id),
        "objection": found.code,
        "answer": found.answer,
        "asked_by": found.asked_by,
    }
    area_code = found.visit.site.area_id
    record(by=by, verb="clinic.answer_override", subject=found.visit, area_code=area_code, facts=facts)
    return found
