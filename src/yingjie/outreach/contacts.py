"""负责人、联络员 (ORG-5): who was asked to name a leader and a contact, by when, and who has not. Reads and writes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from yingjie.areas import queries as areas
from yingjie.areas import unit_queries
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.outreach.models import Contact, ContactCall

ASKED = ("villages", "units", "both")
_SCOPED = "of a call that the actor was authorised for"


class CallNamesNobody(Refusal):
    code = "outreach.call_names_nobody"
    reason = _("There is no village or unit here to be asked.")
    next_step = _("Choose another area, or enter its units first.")


class CallIncomplete(Refusal):
    code = "outreach.call_incomplete"
    reason = _("A call needs a title, whom it asks, and a deadline that lies ahead.")
    next_step = _("Fill in what is missing.")
    status = 400


class ContactIncomplete(Refusal):
    code = "outreach.contact_incomplete"
    reason = _("The leader and the contact are named, the contact with a telephone number.")
    next_step = _("Fill in what is missing.")
    status = 400


@dataclass(frozen=True)
class CallRow:
    """A call with how far it has come: `asked` villages and units, `reported` of them."""

    id: UUID
    title: str
    area_code: str
    due_at: datetime
    made_by: str
    asked: int
    reported: int

    @property
    def is_late(self) -> bool:
        return self.reported < self.asked and self.due_at < clock.now()

    @property
    def state(self) -> str:
        return (
            "contact-done"
            if self.reported >= self.asked
            else "contact-overdue"
            if self.is_late
            else "contact-waiting"
        )


@dataclass(frozen=True)
class ContactRow:
    """One that was asked. Telephone numbers of officials are shown whole to whoever may see the list: it is made to be called."""

    id: UUID
    call_id: UUID
    call_title: str
    due_at: datetime
    area_code: str
    place: str
    unit: str
    leader: str
    leader_phone: str
    contact: str
    contact_phone: str
    reported_at: datetime | None
    reported_by: str

    @property
    def state(self) -> str:
        if self.reported_at is None:
            return "contact-overdue" if self.due_at < clock.now() else "contact-waiting"
        return "contact-late" if self.reported_at > self.due_at else "contact-done"

    @property
    def said(self) -> str:
        return self.unit or self.place


def calls(actor: Actor) -> list[CallRow]:
    """The newest first."""
    mine = Contact.objects.visible_to(actor, "outreach.team").values("call_id")
    rows = ContactCall.objects.unscoped("of contacts that the actor may see").filter(pk__in=mine)
    return [_call(actor, row) for row in rows.order_by("-due_at", "-pk")[:100]]


def call(actor: Actor, call_id: UUID) -> tuple[CallRow, list[ContactRow]]:
    """A call with those of its lines that the actor may see, those who have not reported first. Raises NotFound."""
    rows = (
        Contact.objects.visible_to(actor, "outreach.team")
        .filter(call_id=call_id)
        .select_related("call", "unit")
    )
    found = list(rows.order_by("reported_at", "area_id", "unit__pinyin"))
    if not found:
        raise NotFound()
    places = areas.places({row.area_id for row in found})
    missing_first = sorted(
        (_contact(row, places) for row in found), key=lambda row: (row.reported_at is not None,)
    )
    return _call(actor, found[0].call), missing_first


def contact(actor: Actor, contact_id: UUID) -> ContactRow:
    """Raises NotFound."""
    rows = (
        Contact.objects.visible_to(actor, "outreach.team")
        .filter(pk=contact_id)
        .select_related("call", "unit")
    )
    found = rows.first()
    if found is None:
        raise NotFound()
    return _contact(found, areas.places([found.area_id]))


def to_report(actor: Actor) -> tuple[int, int]:
    """(who has still to report, how many of them are late) where the actor reports."""
    rows = Contact.objects.visible_to(actor, "outreach.team").filter(reported_at__isnull=True)
    found = rows.aggregate(all=Count("pk"), late=Count("pk", filter=Q(call__due_at__lt=clock.now())))
    return found["all"], found["late"]


@transaction.atomic
def ask(*, by: Actor, area_code: str, title: str, due_at: datetime, whom: str = "villages") -> ContactCall:
    """Ask every village, every unit, or both, at or below an area. Raises NotAllowed, NotFound, CallIncomplete, CallNamesNobody."""
    by.require("outreach.assign", area_code)
    if not title.strip() or due_at <= clock.now() or whom not in ASKED:
        raise CallIncomplete()
    made = ContactCall.objects.create(
        area_id=area_code,
        title=title.strip()[:80],
        due_at=due_at,
        made_at=clock.now(),
        made_by=by.signature,
    )
    lines = []
    if whom != "units":
        lines += [
            Contact(call=made, area_id=row.code)
            for row in areas.open_under(by, area_code, ("village",), "outreach.assign")
        ]
    if whom != "villages":
        units = unit_queries.units(by, unit_queries.Narrowed(area_code=area_code))
        lines += [
            Contact(
                call=made,
                area_id=row.area_code,
                unit_id=row.id,
                contact=row.contact,
                contact_phone=row.contact_phone,
            )
            for row in units
        ]
    if not lines:
        raise CallNamesNobody()
    Contact.objects.bulk_create(lines)
    facts = {"title": made.title, "asked": len(lines)}
    record(by=by, verb="outreach.ask_contacts", subject=made, area_code=area_code, facts=facts)
    return made


@transaction.atomic
def report(
    *, by: Actor, contact_id: UUID, leader: str, contact: str, contact_phone: str, leader_phone: str = ""
) -> Contact:
    """Name the leader and the contact; again later: they are named anew. Raises NotFound, NotAllowed, ContactIncomplete."""
    seen = Contact.objects.visible_to(by, "outreach.team").filter(pk=contact_id).first()
    if seen is None:
        raise NotFound()
    by.require("outreach.record", seen.area_id)
    if not (leader.strip() and contact.strip() and contact_phone.strip()):
        raise ContactIncomplete()
    found = lock(Contact.objects.unscoped(_SCOPED), pk=contact_id)[0]
    found.leader, found.contact = leader.strip()[:40], contact.strip()[:40]
    found.leader_phone, found.contact_phone = leader_phone.strip()[:24], contact_phone.strip()[:24]
    found.reported_at = found.reported_at or clock.now()
    found.reported_by = by.signature
    found.save()
    record(by=by, verb="outreach.report_contact", subject=found, area_code=found.area_id)
    return found


def _call(actor: Actor, row: ContactCall) -> CallRow:
    lines = Contact.objects.visible_to(actor, "outreach.team").filter(call_id=row.pk)
    counted = lines.aggregate(asked=Count("pk"), reported=Count("reported_at"))
    return CallRow(
        row.pk, row.title, row.area_id, row.due_at, row.made_by, counted["asked"], counted["reported"]
    )


def _contact(row: Contact, places: dict[str, str]) -> ContactRow:
    return ContactRow(
        row.pk, row.call_id, row.call.title, row.call.due_at, row.area_id, places.get(row.area_id, row.area_id),
        row.unit.name if row.unit else "", row.leader, row.leader_phone, row.contact, row.contact_phone, row.reported_at,
        row.reported_by,
    )  # fmt: skip
