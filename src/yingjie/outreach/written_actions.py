"""What residents write on the public page: writes. Anybody may write, without an account and without a name; whoever proved by a
code who they are has made a complaint of theirs at once, and visits to them rest. The desk takes the others as somebody's
complaint, or answers them where they stand. No words of it are in the journal."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from vaxkit.workflow import StepRefused
from yingjie.areas import queries as areas
from yingjie.bookings.at_once import RESIDENT
from yingjie.bookings.residents import knock
from yingjie.bookings.rules import rules
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.crypto.fields import blind_index
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import complaint_actions, written
from yingjie.outreach.complaint_refusals import (
    ReceiptUnknown,
    ReplyMissing,
    WriterNotClear,
    WriterUnknown,
    WrittenEnded,
    WrittenIncomplete,
)
from yingjie.outreach.complaints import DECIDE
from yingjie.outreach.duties import TOWN_DIGITS
from yingjie.outreach.journalled import record_of_person
from yingjie.outreach.models import COMPLAINT_ABOUT, Complaint, WrittenComplaint
from yingjie.outreach.workflow import WRITTEN
from yingjie.people import queries as people
from yingjie.people import search
from yingjie.people.models import Person

#: The same words sent again within so many minutes are the form sent twice.
TWICE_MINUTES = 10
_PUBLIC = "whoever writes needs no account"


def write(*, area_code: str, about: str, text: str, name: str = "", phone: str = "", address: str) -> str:
    """Anybody's words about a township; returns the receipt number. Raises TooOften, WrittenIncomplete."""
    now = clock.now()
    knock(now, {f"complaint from {address}": rules().knocks_per_address})
    if about not in COMPLAINT_ABOUT or not text.strip() or area_code not in dict(written.townships()):
        raise WrittenIncomplete()
    print_index = blind_index("\n".join((area_code, about, text.strip(), name, phone, address)), "written")
    with transaction.atomic():
        twice = _sent_before(print_index, now)
        if twice is not None:
            return twice.receipt
        made = WrittenComplaint.objects.create(
            receipt=_receipt(), print_index=print_index, area_id=area_code, about=about, text=text.strip(),
            name=name.strip(), phone=phone.strip(), made_at=now, due_on=complaint_actions.answer_by(),
        )  # fmt: skip
        record(by=RESIDENT, verb="outreach.write_complaint", subject=made, area_code=area_code)
    return made.receipt


def write_own(*, person_id: UUID, about: str, text: str, address: str) -> str:
    """The complaint of somebody who proved who they are: taken at once, visits rest. Returns the receipt number. Raises TooOften,
    WrittenIncomplete, NotFound."""
    now = clock.now()
    knock(now, {f"complaint from {address}": rules().knocks_per_address})
    person = people.briefs([person_id]).get(person_id)
    if person is None:
        raise NotFound()
    if about not in COMPLAINT_ABOUT or not text.strip():
        raise WrittenIncomplete()
    town = person.area_code[:TOWN_DIGITS]
    print_index = blind_index("\n".join((str(person_id), about, text.strip())), "written")
    with transaction.atomic():
        twice = _sent_before(print_index, now)
        if twice is not None:
            return twice.receipt
        due_on, owner = complaint_actions.answer_by(), areas.names([town]).get(town, town)
        complaint = Complaint.objects.create(
            person_id=person_id, about=about, how="online", text=text.strip(), made_at=now, taken_by="", owner=owner[:80],
            due_on=due_on,
        )  # fmt: skip
        made = WrittenComplaint.objects.create(
            receipt=_receipt(), print_index=print_index, area_id=town, about=about, text=text.strip(), made_at=now,
            due_on=due_on, state="taken", complaint_id=complaint.pk, person_id=person_id, ended_at=now,
            ended_by=RESIDENT.signature,
        )  # fmt: skip
        record_of_person(RESIDENT, "outreach.take_complaint", complaint, person.area_code)
    return made.receipt


def look_up(receipt: str, *, address: str) -> str:
    """The receipt number as it is kept. Raises TooOften, ReceiptUnknown."""
    knock(clock.now(), {f"receipt from {address}": rules().knocks_per_address})
    found = written.standing(receipt)
    if found is None:
        raise ReceiptUnknown()
    return found.receipt


@transaction.atomic
def take(*, by: Actor, written_id: UUID, who: str) -> Complaint:
    """It is the complaint of one person of the ledger, found by name, number or phone. Raises NotFound, NotAllowed, WrittenEnded,
    WriterUnknown, WriterNotClear."""
    row = _locked(by, written_id)
    found = search.meant(Person.objects.visible_to(by, DECIDE).filter(left_on__isnull=True), who)
    ids = list(found.values_list("pk", flat=True).distinct()[:21])
    if not ids:
        raise WriterUnknown()
    if len(ids) > 1:
        raise WriterNotClear(n=len(ids) if len(ids) <= 20 else "20+")
    made = complaint_actions.take(by=by, person_id=ids[0], about=row.about, how="online", text=row.text,
                                 due_on=max(row.due_on, clock.today()))  # fmt: skip
    Complaint.objects.unscoped(_PUBLIC).filter(person_id=made.person_id, pk=made.pk).update(
        made_at=row.made_at
    )
    _end(row, "take", by)
    row.complaint_id, row.person_id = made.pk, made.person_id
    row.save()
    return made


@transaction.atomic
def answer(*, by: Actor, written_id: UUID, reply: str) -> WrittenComplaint:
    """Answered where it stands: nobody of the ledger, or no name. Raises NotFound, NotAllowed, WrittenEnded, ReplyMissing."""
    row = _locked(by, written_id)
    if not reply.strip():
        raise ReplyMissing()
    _end(row, "answer", by)
    row.reply = reply.strip()
    row.save()
    record(by=by, verb="outreach.answer_written", subject=row, area_code=row.area_id)
    return row


def _sent_before(print_index: str, now: datetime) -> WrittenComplaint | None:
    """The same words of the same writer, a few minutes ago."""
    since = now - timedelta(minutes=TWICE_MINUTES)
    rows = WrittenComplaint.objects.unscoped(_PUBLIC).filter(print_index=print_index, made_at__gte=since)
    return rows.first()


def _end(row: WrittenComplaint, step: str, by: Actor) -> None:
    try:
        row.state = WRITTEN.advance(row.state, step)
    except StepRefused:
        raise WrittenEnded() from None
    row.ended_at, row.ended_by = clock.now(), by.signature


def _locked(by: Actor, written_id: UUID) -> WrittenComplaint:
    seen = written.written(by, written_id)
    by.require(DECIDE, seen.area_code)
    row = lock(WrittenComplaint.objects.unscoped("authorised above"), pk=written_id)[0]
    if WRITTEN.is_final(row.state):
        raise WrittenEnded()
    return row


def _receipt() -> str:
    """Ten digits that nobody can guess from another's."""
    return f"{secrets.randbelow(10**10):010d}"
