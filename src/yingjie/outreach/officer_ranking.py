"""Officers side by side, fairly (REP-2, ORG-4): of those of theirs who can be won over, how many have had their dose since.

Whoever is contraindicated, deferred, lives away or declines is left out on both sides: health and free will are nobody's fault. An
officer has six or seven people, so the places go by the lower end of Wilson's 95 % interval, as for areas: 2 of 2 stands below 6
of 7. Beside the place stands whether the least number to be won over is reached.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from django.db.models import Q

from vaxkit.coverage import Coverage
from vaxkit.coverage.rules import competition, lower_bound
from yingjie.doses.models import Dose
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import campaign, duties, watches
from yingjie.outreach.duties import TOWN_DIGITS, OfficerRow
from yingjie.outreach.models import Charge

#: Who is left out of the count, by where they stand.
LEFT_OUT = ("contraindicated", "deferred", "away", "declined")
_SCOPED = "of officers of an area whose officers the actor sees"


@dataclass(frozen=True)
class RankedOfficer:
    """`counts`: won over, of all who can be won over; `left_out` people; `at_least` what the place goes by. No place with
    nobody."""

    officer: OfficerRow
    counts: Coverage
    left_out: int
    at_least: Fraction | None
    place: int | None
    tied: bool

    @property
    def has_least(self) -> bool:
        return self.counts.numerator >= self.officer.to_win

    @property
    def missing(self) -> int:
        return max(0, self.officer.to_win - self.counts.numerator)


def ranking(actor: Actor, area_code: str) -> list[RankedOfficer]:
    """The officers and support teams of a township or below, by place. Raises NotFound."""
    if len(area_code) < TOWN_DIGITS:
        raise NotFound()
    rows = [row for row in duties.officers(actor, area_code) if row.kind != "leader"]
    won, left, out = _counted([row.id for row in rows])
    counts = {row.id: Coverage(won.get(row.id, 0), won.get(row.id, 0) + left.get(row.id, 0)) for row in rows}
    bounds = {row.id: lower_bound(counts[row.id]) for row in rows}
    placed = sorted(
        (row for row in rows if bounds[row.id] is not None),
        key=lambda row: (-(bounds[row.id] or 0), row.area_code, row.name, str(row.id)),
    )
    places = competition([bounds[row.id] or Fraction(0) for row in placed])
    found = [
        RankedOfficer(row, counts[row.id], out.get(row.id, 0), bounds[row.id], place, tied)
        for row, (place, tied) in zip(placed, places, strict=True)
    ]
    nobody = [row for row in rows if bounds[row.id] is None]
    return found + [
        RankedOfficer(row, counts[row.id], out.get(row.id, 0), None, None, False) for row in nobody
    ]


def _counted(officer_ids: list[UUID]) -> tuple[dict[UUID, int], dict[UUID, int], dict[UUID, int]]:
    """Officer → (won over, still to be won over, left out)."""
    charges = Charge.objects.unscoped(_SCOPED).filter(
        Q(until_on__isnull=True) | Q(ended="closed"), officer_id__in=officer_ids
    )
    rows = list(charges.values_list("officer_id", "person_id", "from_on", "until_on"))
    given = _given(person_id for _officer, person_id, _from, _until in rows)
    terms = watches.terms_of([row[1] for row in rows if row[3] is None])
    won: dict[UUID, int] = {}
    left: dict[UUID, int] = {}
    out: dict[UUID, int] = {}
    for officer, person, since, until in rows:
        if any(since <= on for on in given.get(person, ())):
            sums = won
        elif until is not None or person not in terms:
            continue
        else:
            sums = out if terms[person] in LEFT_OUT else left
        sums[officer] = sums.get(officer, 0) + 1
    return won, left, out


def _given(person_ids: Iterable[UUID]) -> dict[UUID, list[date]]:
    rows = Dose.objects.unscoped(_SCOPED).filter(
        person_id__in=set(person_ids), group=campaign.GROUP, counts_as__isnull=False, voided_at__isnull=True
    )
    found: dict[UUID, list[date]] = {}
    for person_id, on in rows.values_list("person_id", "given_on"):
        found.setdefault(person_id, []).append(on)
    return found
