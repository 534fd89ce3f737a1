"""What of doses follows a person when two records become one.

A dose that both records have is one dose: the record that says more stays, the other is taken back with the reason and stays on
record. Dose numbers are one row again, in the order of days. Standings are made anew.
"""

from uuid import UUID

from django.utils.translation import gettext as _

from yingjie.doses.keeping import take_back
from yingjie.doses.models import Dose, DoseClaim, Proof, Standing
from yingjie.foundation import clock
from yingjie.people import following

_LOCKED = "of two people who are locked to become one"


def one_of_each(kept: UUID, gone: UUID) -> None:
    """Nothing that one person has once is there twice any more."""
    doses = Dose.objects.unscoped(_LOCKED).filter(person_id__in=(kept, gone), voided_at__isnull=True)
    live = list(doses.order_by("given_on", "given_at", "recorded_at", "id"))
    twins: set[UUID] = set()
    for mine in (row for row in live if row.person_id == kept):
        for theirs in (row for row in live if row.person_id == gone):
            if not {mine.pk, theirs.pk} & twins and _are_one(mine, theirs):
                lesser = mine if (mine.source, theirs.source) == ("elsewhere", "site") else theirs
                take_back(lesser, _("The same dose was on two records of one person, which were merged."))
                twins.add(lesser.pk)
    for group in {row.group for row in live}:
        _number([row for row in live if row.group == group and row.pk not in twins])
    _one_claim_a_day(kept, gone)


def _are_one(mine: Dose, theirs: Dose) -> bool:
    """The same day and vaccine, and not two lots; two tales of a dose elsewhere on one day are of one dose too."""
    if (mine.group, mine.given_on) != (theirs.group, theirs.given_on):
        return False
    if mine.source == theirs.source == "elsewhere":
        return True
    lots = {mine.lot_number, theirs.lot_number} - {""}
    return (
        mine.product_id == theirs.product_id and len(lots) < 2
    ) or mine.lot_number == theirs.lot_number != ""


def _number(rows: list[Dose]) -> None:
    """Rising numbers in the order of days, none smaller than it was: the last is written first, so that none is there twice."""
    wanted, last = [], 0
    for row in rows:
        last = max(row.number, last + 1)
        wanted.append(last)
    for row, number in reversed(list(zip(rows, wanted, strict=True))):
        if row.number != number:
            Dose.objects.unscoped(_LOCKED).filter(person_id=row.person_id, pk=row.pk).update(number=number)


def _one_claim_a_day(kept: UUID, gone: UUID) -> None:
    claims = DoseClaim.objects.unscoped(_LOCKED)
    waiting = claims.exclude(state="refused")
    for theirs in waiting.filter(person_id=gone):
        mine = waiting.filter(person_id=kept, group=theirs.group, given_on=theirs.given_on).first()
        if mine is None:
            continue
        lesser = mine if (mine.state, theirs.state) == ("claimed", "accepted") else theirs
        claims.filter(person_id=lesser.person_id, pk=lesser.pk).update(
            state="refused", dose=None, decided_at=clock.now(),
            refused_because=_("The same dose was reported on two records of one person, which were merged."),
        )  # fmt: skip


MOVER = following.mover(Dose, DoseClaim, Proof, settle=one_of_each, derived=(Standing, "counts_as"))
