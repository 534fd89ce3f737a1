"""Doses on record against doses that left the stock: every dose given at a site took one out of it, and no dose left it
without one.

A record that was taken back still had its dose. What replaced it (see `recipients.replaced`) took none of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from yingjie.doses.models import Dose
from yingjie.doses.recipients import replaced
from yingjie.stock.models import Movement


@dataclass(frozen=True)
class Unmatched:
    """`side`: "record" (a dose on record for which nothing left the stock) or "stock" (a dose that left it for no record)."""

    side: str
    dose_id: UUID


def unmatched() -> Iterator[Unmatched]:
    """Both sides over all places."""
    moved = Movement.objects.unscoped("over all places").filter(kind="given")
    left = {dose_id for dose_id in moved.values_list("subject_id", flat=True) if dose_id}
    rows = Dose.objects.unscoped("over all people").filter(source="site")
    recorded = set(rows.values_list("pk", flat=True))
    stand_for = replaced(list(rows.filter(voided_at__isnull=False)))
    of_another = {row.pk for row in stand_for.values()}
    for dose_id in sorted(recorded - left - of_another, key=str):
        yield Unmatched("record", dose_id)
    for dose_id in sorted(left - recorded, key=str):
        yield Unmatched("stock", dose_id)
