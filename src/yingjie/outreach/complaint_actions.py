"""投诉受理: taking a complaint, handing it on, deciding it with an answer. From the moment that it is taken nobody calls on the
resident; the words of a complaint and of its answer are in no journal."""

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from vaxkit.workflow import StepRefused
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import duties
from yingjie.outreach.complaint_refusals import (
    ComplaintAboutYou,
    ComplaintDecided,
    ComplaintIncomplete,
    FindingMissing,
)
from yingjie.outreach.complaints import DECIDE
from yingjie.outreach.journalled import record_of_person
from yingjie.outreach.mobilising import mobilising
from yingjie.outreach.models import COMPLAINT_ABOUT, COMPLAINT_FINDINGS, COMPLAINT_HOW, Complaint
from yingjie.outreach.workflow import COMPLAINT
from yingjie.people import queries as people

_SCOPED = "of a person whom the actor was authorised for"


@transaction.atomic
def take(
    *,
    by: Actor,
    person_id: UUID,
    about: str,
    how: str,
    text: str,
    officer_id: UUID | None = None,
    owner: str = "",
    due_on: date | None = None,
) -> Complaint:
    """Raises NotFound, NotAllowed, ComplaintIncomplete. Without `due_on` it is answered within the days of the rules."""
    person = people.person(by, person_id)
    by.require(DECIDE, person.area_code)
    due_on = due_on or answer_by()
    if about not in COMPLAINT_ABOUT or how not in COMPLAINT_HOW or not text.strip() or due_on < clock.today():
        raise ComplaintIncomplete()
    against = duties.officer(by, officer_id) if officer_id else None
    made = Complaint.objects.create(
        person_id=person_id, about=about, how=how, text=text.strip(), against_id=against.id if against else None,
        made_at=clock.now(), taken_by=by.signature, owner=(owner.strip() or by.signature)[:80], due_on=due_on,
    )  # fmt: skip
    record_of_person(by, "outreach.take_complaint", made, person.area_code)
    return made


def answer_by() -> date:
    """Until when a complaint of today is answered by the rules."""
    return clock.today() + timedelta(days=mobilising().complaint_days)


@transaction.atomic
def hand_on(*, by: Actor, complaint_id: UUID, owner: str, due_on: date) -> Complaint:
    """Another answers it, until a day. Raises NotFound, NotAllowed, ComplaintDecided, ComplaintIncomplete."""
    found, area_code = _locked(by, complaint_id)
    if found.state != "open":
        raise ComplaintDecided()
    if not owner.strip() or due_on < clock.today():
        raise ComplaintIncomplete()
    found.owner, found.due_on = owner.strip()[:80], due_on
    found.save(update_fields=["owner", "due_on"])
    record_of_person(by, "outreach.hand_on_complaint", found, area_code)
    return found


@transaction.atomic
def decide(*, by: Actor, complaint_id: UUID, finding: str, reply: str, rests: bool = False) -> Complaint:
    """What was found and what the resident was answered; `rests`: nobody calls on them any more until they ask. Raises NotFound,
    NotAllowed, ComplaintDecided, ComplaintAboutYou, FindingMissing."""
    found, area_code = _locked(by, complaint_id)
    if finding not in COMPLAINT_FINDINGS or not reply.strip():
        raise FindingMissing()
    if found.against and found.against.member.account == by.name and not by.is_system:
        raise ComplaintAboutYou()
    try:
        found.state = COMPLAINT.advance(found.state, "decide")
    except StepRefused:
        raise ComplaintDecided() from None
    found.finding, found.reply, found.rests = finding, reply.strip(), rests
    found.decided_at, found.decided_by = clock.now(), by.signature
    found.save()
    record_of_person(by, "outreach.decide_complaint", found, area_code)
    return found


def _locked(by: Actor, complaint_id: UUID) -> tuple[Complaint, str]:
    seen = Complaint.objects.visible_to(by).filter(pk=complaint_id).select_related("person").first()
    if seen is None:
        raise NotFound()
    by.require(DECIDE, seen.person.area_id)
    rows = Complaint.objects.unscoped(_SCOPED).select_related("against__member")
    return lock(rows, pk=complaint_id, person_id=seen.person_id)[0], seen.person.area_id
