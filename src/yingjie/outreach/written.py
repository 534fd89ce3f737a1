"""What residents write on the public page: reads. What waits for the desk, one of them, and what a receipt number tells."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from yingjie.areas import queries as areas
from yingjie.foundation.access.actor import Actor, system
from yingjie.foundation.refusals import NotFound
from yingjie.outreach.complaints import DECIDE
from yingjie.outreach.models import Complaint, WrittenComplaint

_RECEIPT = "of whoever holds the receipt number"


@dataclass(frozen=True)
class WrittenRow:
    """`state`: waiting, taken or answered; `complaint_id` once it was taken."""

    id: UUID
    area_code: str
    place: str
    about: str
    text: str
    name: str
    phone: str
    made_at: datetime
    due_on: date
    state: str
    complaint_id: UUID | None
    reply: str
    ended_at: datetime | None
    ended_by: str


@dataclass(frozen=True)
class Standing:
    """What the holder of a receipt is told: waiting, looked_into (somebody of the task force has it) or answered."""

    receipt: str
    state: str
    about: str
    made_at: datetime
    due_on: date
    reply: str
    answered_at: datetime | None


def waiting(actor: Actor) -> list[WrittenRow]:
    """What nobody has taken or answered yet, the oldest first, where the actor sees complaints."""
    found = WrittenComplaint.objects.visible_to(actor).filter(state="waiting").order_by("made_at", "pk")
    return _shown(list(found))


def to_take(actor: Actor) -> int:
    """How many of them wait where the actor decides."""
    return WrittenComplaint.objects.visible_to(actor, DECIDE).filter(state="waiting").count()


def written(actor: Actor, written_id: UUID) -> WrittenRow:
    """Raises NotFound."""
    found = _shown(list(WrittenComplaint.objects.visible_to(actor).filter(pk=written_id)))
    if not found:
        raise NotFound()
    return found[0]


def standing(receipt: str) -> Standing | None:
    """What became of it, for whoever holds the number, in whatever groups they typed it."""
    digits = "".join(sign for sign in receipt if sign.isdecimal())
    row = WrittenComplaint.objects.unscoped(_RECEIPT).filter(receipt=digits).first() if digits else None
    if row is None:
        return None
    if row.person_id is None or row.complaint_id is None:
        return Standing(row.receipt, row.state, row.about, row.made_at, row.due_on, row.reply, row.ended_at)
    rows = Complaint.objects.unscoped(_RECEIPT).filter(person_id=row.person_id, pk=row.complaint_id)
    taken = rows.first()
    if taken is None or taken.state != "decided":
        due_on = taken.due_on if taken else row.due_on
        return Standing(row.receipt, "looked_into", row.about, row.made_at, due_on, "", None)
    return Standing(
        row.receipt, "answered", row.about, row.made_at, taken.due_on, taken.reply, taken.decided_at
    )


def townships() -> list[tuple[str, str]]:
    """(code, name) of every township that somebody may name."""
    rows = areas.open_under(system("the public page"), "", ("town",))
    counties = {row.code[:6] for row in rows}
    places = areas.places({row.code for row in rows}) if len(counties) > 1 else {}
    return [(row.code, places.get(row.code, row.name)) for row in rows]


def _shown(rows: list[WrittenComplaint]) -> list[WrittenRow]:
    places = areas.places({row.area_id for row in rows})
    return [
        WrittenRow(
            row.pk, row.area_id, places.get(row.area_id, ""), row.about, row.text, row.name, row.phone, row.made_at,
            row.due_on, row.state, row.complaint_id, row.reply, row.ended_at, row.ended_by,
        )
        for row in rows
    ]  # fmt: skip
