"""What every write of charges does: lock the township's officers, look who has whom, end what was and begin what is.

Whoever writes charges locks first, in one order, and then looks: nobody ever has two live officers (the database says so too).
People come and go by the thousand in two statements.
"""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.ids import uuid7
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.outreach import duties
from yingjie.outreach.duties import TOWN_DIGITS, OfficerRow
from yingjie.outreach.duty_refusals import ChangedMeanwhile, OfficerEnded
from yingjie.outreach.models import Allotment, Charge, Officer
from yingjie.outreach.sharing_out import Change, Held

_SCOPED = "of an area that the actor was authorised for"
_CHUNK = 2_000


def lock_town(area_code: str) -> None:
    lock(Officer.objects.unscoped(_SCOPED), area__code__startswith=area_code[:TOWN_DIGITS])


def live(town: str) -> list[OfficerRow]:
    """Whoever can answer for people of a township: its own, and the county's leaders."""
    above = [town[:digits] for digits in (2, 4, 6)]
    rows = duties.live_officers().filter(Q(area__code__startswith=town) | Q(area_id__in=above))
    return [row for row in duties.as_rows(rows.order_by("pk")) if row.is_live]


def held_by(area_code: str) -> dict[UUID, Held]:
    rows = Charge.objects.unscoped(_SCOPED).filter(
        person__area__code__startswith=area_code, until_on__isnull=True
    )
    return {
        key: Held(officer, why) for key, officer, why in rows.values_list("person_id", "officer_id", "why")
    }


def held_of(ids: Collection[UUID]) -> dict[UUID, Held]:
    rows = Charge.objects.unscoped(_SCOPED).filter(person_id__in=ids, until_on__isnull=True)
    return {
        key: Held(officer, why) for key, officer, why in rows.values_list("person_id", "officer_id", "why")
    }


def mine(by: Actor, officer_id: UUID) -> OfficerRow:
    """An officer whom the actor may change, and who answers still. Raises NotFound, NotAllowed, OfficerEnded."""
    row = duties.officer(by, officer_id)
    by.require("outreach.assign", row.area_code)
    if row.until_on is not None:
        raise OfficerEnded(name=row.name)
    return row


def write(by: Actor, changes: Sequence[Change], ended: str) -> None:
    """End what was and begin what is: two statements for any number of people."""
    if not changes:
        return
    today = clock.today()
    had = [change.person_id for change in changes if change.before is not None]
    rows = Charge.objects.unscoped(_SCOPED)
    rows.filter(person_id__in=had, until_on__isnull=True).update(until_on=today, ended=ended)
    made = [
        Charge(
            id=uuid7(), person_id=change.person_id, officer_id=change.officer, from_on=today, why=change.why,
            by=by.signature,
        )
        for change in changes
    ]  # fmt: skip
    try:
        with transaction.atomic():
            Charge.objects.bulk_create(made, batch_size=_CHUNK)
    except IntegrityError as clash:
        raise ChangedMeanwhile() from clash


def close(ids: Iterable[UUID]) -> int:
    """Whoever has had the dose, or is no longer in the ledger, is nobody's."""
    rows = Charge.objects.unscoped(_SCOPED).filter(person_id__in=list(ids), until_on__isnull=True)
    return rows.update(until_on=clock.today(), ended="closed")


def noted_officer(by: Actor, verb: str, row: OfficerRow, **facts: object) -> None:
    record(
        by=by,
        verb=verb,
        subject=("officer", row.id),
        area_code=row.area_code,
        facts={"name": row.name, **facts},
    )


def noted(by: Actor, verb: str, subject: Officer | Allotment, area_code: str, **facts: object) -> None:
    record(by=by, verb=verb, subject=subject, area_code=area_code, facts=facts)
