"""Doses on record against doses that left the stock: every dose given at a site took one out of it, and no dose left it
without one.

A record that was taken back still had its dose; one that supersedes another took none of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from yingjie.doses.models import Dose
from yingjie.stock.models import Movement


@dataclass(frozen=True)
class Unmatched:
    """`side`: "record" (a dose on record for which nothing left the stock) or "stock" (a dose that left it for no record)."""

    side: str
    dose_id: UUID


def unmatched() -> Iterator[Unmatched]:
    """Both sides over all places."""
    moved = Movement.objects.unscoped("over all places").filter(kind="given")
    left = set(moved.values_list("subject_id", flat=True))
    rows = Dose.objects.unscoped("over all people").filter(source="site")
    recorded = set(rows.filter(supersedes__isnull=True).values_list("pk", flat=True))
    for dose_id in sorted(recorded - left, key=str):
        yield Unmatched("record", dose_id)
    known = recorded | set(rows.values_list("pk", flat=True))
    for dose_id in sorted((each for each in left - known if each is not None), key=str):
        yield Unmatched("stock", dose_id)
