"""Reads of proposals of who goes where."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from vaxkit.vocabulary import Text
from yingjie.areas import queries as areas
from yingjie.bookings import queries as bookings
from yingjie.bookings.models import Booking
from yingjie.bookings.queries import SessionRow
from yingjie.foundation.access.actor import Actor, system
from yingjie.foundation.refusals import NotFound
from yingjie.people import queries as people
from yingjie.plans.campaign_facts import INTERVAL
from yingjie.plans.models import Placed, Proposal
from yingjie.plans.supply_facts import capacity_of
from yingjie.sites import queries as sites

ASSIGN = "plans.assign"
_OF = "people of a proposal that was checked"


@dataclass(frozen=True)
class ProposalRow:
    id: UUID
    title: str
    area_code: str
    area_name: str
    first_on: date
    last_on: date
    state: str
    based_on: UUID | None
    disturbance: dict[str, Any]
    told: dict[str, Any]
    job_id: UUID | None
    made_by: str
    made_at: datetime
    applied_by: str
    applied_at: datetime | None


@dataclass(frozen=True)
class Flow:
    """How many people of a village go to a site."""

    village_code: str
    village_name: str
    people: dict[UUID, int]
    left: int

    @property
    def total(self) -> int:
        return sum(self.people.values()) + self.left


@dataclass(frozen=True)
class Wave:
    """Second doses that fall due in the week of a Monday at a site, and how many people it can take then beyond its bookings."""

    monday: date
    site_name: str
    people: int
    room: int

    @property
    def is_short(self) -> bool:
        return self.people > self.room


@dataclass(frozen=True)
class PlacedRow:
    """A person of a proposal. `at` is the time of arrival once it is booked, `session_at` when the session begins and ends."""

    id: UUID
    person_id: UUID
    name: str
    masked_number: str
    age: int
    village_name: str
    household_id: UUID | None
    number: int
    session_id: UUID | None
    site_name: str
    on: date | None
    at: datetime | None
    session_at: tuple[datetime, datetime] | None
    km: float | None
    pinned: bool
    because: Text
    others: tuple[dict[str, str], ...]
    moved: bool
    fate: str


def proposals(actor: Actor, most: int = 100) -> list[ProposalRow]:
    """Proposals of the actor's area, the newest first."""
    rows = list(
        Proposal.objects.visible_to(actor).exclude(state="dropped").order_by("-made_at", "-pk")[:most]
    )
    names = areas.names({row.area_id for row in rows})
    return [_row(row, names) for row in rows]


def proposal(actor: Actor, proposal_id: UUID) -> ProposalRow:
    """One proposal. Raises NotFound."""
    row = Proposal.objects.visible_to(actor).filter(pk=proposal_id).first()
    if row is None:
        raise NotFound()
    return _row(row, areas.names({row.area_id}))


def flows(actor: Actor, proposal_id: UUID) -> tuple[dict[UUID, str], list[Flow]]:
    """Villages by sites: the sites with their names, and a row a village. Raises NotFound."""
    proposal(actor, proposal_id)
    counted = _placed(proposal_id).order_by().values_list("village_code", "site_id").annotate(n=Count("pk"))
    by_village: dict[str, Counter[UUID | None]] = {}
    for village, site_id, n in counted:
        by_village.setdefault(village, Counter())[site_id] = n
    found_sites = {site_id for counts in by_village.values() for site_id in counts if site_id}
    names = areas.names(set(by_village))
    site_names = sites.names(found_sites)
    rows = [
        Flow(
            code,
            names.get(code, code),
            {site: n for site, n in counts.items() if site is not None},
            counts[None],
        )
        for code, counts in sorted(by_village.items())
    ]
    return dict(sorted(site_names.items(), key=lambda pair: pair[1])), rows


def placed(
    actor: Actor,
    proposal_id: UUID,
    *,
    village: str = "",
    left: bool = False,
    moved: bool = False,
    most: int = 500,
) -> list[PlacedRow]:
    """People of a proposal by village, day and household; `left`: those without a place, `moved`: those whom a re-plan moved."""
    proposal(actor, proposal_id)
    rows = _placed(proposal_id)
    rows = rows.filter(village_code=village) if village else rows
    rows = rows.filter(session_id__isnull=True) if left else rows
    found = list(
        rows.order_by("village_code", "on", "site_id", "household_id", "pk")[: most if not moved else None]
    )
    found = (
        [row for row in found if row.session_id != row.was_session_id and row.was_session_id]
        if moved
        else found
    )
    return _people(found[:most])


def one(actor: Actor, placed_id: UUID) -> tuple[PlacedRow, ProposalRow]:
    """One person of a proposal. Raises NotFound."""
    row = Placed.objects.visible_to(actor).filter(pk=placed_id).first()
    if row is None:
        raise NotFound()
    return _people([row])[0], proposal(actor, row.proposal_id)


def sessions_of(actor: Actor, row: ProposalRow) -> list[tuple[SessionRow, str]]:
    """The sessions to which somebody may be moved by hand, with the name of their site."""
    near = [site for site in sites.sites(actor) if site.area_code.startswith(row.area_code[:6])]
    names = {site.id: site.name for site in near}
    held = bookings.sessions(list(names), row.first_on, row.last_on)
    return [(each, names[each.site_id]) for each in held if each.kind == "ordinary" and not each.is_over]


def loads(proposal_id: UUID) -> list[tuple[SessionRow, str, int]]:
    """Sessions in the order of time with how many people of the proposal they get. For whoever may see the proposal."""
    rows = _placed(proposal_id).filter(session_id__isnull=False).order_by()
    counts = dict(rows.values_list("session_id").annotate(n=Count("pk")))
    found = [bookings.session(session_id) for session_id in counts]
    names = sites.names({each.site_id for each in found})
    found.sort(key=lambda each: (each.from_at, names[each.site_id]))
    return [(each, names[each.site_id], counts[each.id]) for each in found]


def waves(proposal_id: UUID) -> list[Wave]:
    """What the first doses of a proposal bring three weeks later, by site and week. For whoever may see the proposal."""
    product = system("plans")
    rows = _placed(proposal_id).filter(session_id__isnull=False, number=1).order_by()
    counted: Counter[tuple[UUID, date]] = Counter()
    for site_id, on, n in rows.values_list("site_id", "on").annotate(n=Count("pk")):
        later = on + timedelta(days=INTERVAL)
        counted[site_id, later - timedelta(days=later.weekday())] += n
    at = {site.id: site for site in sites.sites(product)}
    found = []
    for (site_id, monday), people_then in sorted(
        counted.items(), key=lambda pair: (pair[0][1], str(pair[0][0]))
    ):
        room = sum(capacity_of(at[site_id], monday, 7).values()) if site_id in at else 0
        booked = Booking.objects.unscoped(_OF).filter(
            site_id=site_id, state="booked", on__range=(monday, monday + timedelta(days=6))
        )
        found.append(
            Wave(monday, sites.names({site_id})[site_id], people_then, max(0, room - booked.count()))
        )
    return found


def _placed(proposal_id: UUID) -> QuerySet[Placed]:
    return Placed.objects.unscoped(_OF).filter(proposal_id=proposal_id)


def _people(rows: list[Placed]) -> list[PlacedRow]:
    briefs = people.briefs({row.person_id for row in rows})
    names = areas.names({row.village_code for row in rows})
    site_names = sites.names({row.site_id for row in rows if row.site_id})
    booked = Booking.objects.unscoped(_OF).filter(pk__in=[row.booking_id for row in rows if row.booking_id])
    times: Mapping[UUID, datetime] = dict(booked.values_list("pk", "at"))
    held = {key: bookings.session(key) for key in {row.session_id for row in rows if row.session_id}}
    hours = {key: (each.from_at, each.until_at) for key, each in held.items()}
    return [
        PlacedRow(
            id=row.pk, person_id=row.person_id, name=briefs[row.person_id].name,
            masked_number=briefs[row.person_id].masked_number,
            age=briefs[row.person_id].age_on(row.latest_on), village_name=names.get(row.village_code, row.village_code),
            household_id=row.household_id, number=row.number, session_id=row.session_id,
            site_name=site_names.get(row.site_id, "") if row.site_id else "", on=row.on,
            at=times.get(row.booking_id) if row.booking_id else None,
            session_at=hours[row.session_id] if row.session_id else None, km=row.km, pinned=row.pinned,
            because=Text(row.because.get("zh", ""), row.because.get("en", "")), others=tuple(row.because.get("others", ())),
            moved=bool(row.was_session_id and row.session_id != row.was_session_id), fate=row.fate,
        )
        for row in rows
    ]  # fmt: skip


def _row(row: Proposal, names: Mapping[str, str]) -> ProposalRow:
    return ProposalRow(
        row.pk, row.title, row.area_id, names.get(row.area_id, row.area_id), row.first_on, row.last_on, row.state, row.based_on,
        row.disturbance, row.told, row.job_id, row.made_by, row.made_at, row.applied_by, row.applied_at,
    )  # fmt: skip
