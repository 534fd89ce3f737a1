"""What the ledger says for an assignment: who is due and has no place, which sessions have room, which doses are free.

candidates(by, area_code, first, last, held)    people of an area, and those who are left out, counted by why
cells(by, area_code, first, last, closed)       sessions of the county with free places
supplies(by, site_ids, first, late)             doses that nobody was promised
set_aside(supplies, cells)                      these, without what is held back for later doses
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from uuid import UUID

from yingjie.bookings import queries as bookings
from yingjie.bookings.models import Booking
from yingjie.doses.upcoming import Upcoming, upcoming
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.people.codelists import ABSENT
from yingjie.people.models import Person
from yingjie.people.queries import age_on
from yingjie.people.residents import in_ledger
from yingjie.sites import queries as sites
from yingjie.stock import coming
from yingjie.stock import queries as stock
from yingjie.vaccines.queries import CAMPAIGN_GROUP

#: One proposal holds so many people at most.
MOST_PEOPLE = 20_000
_BATCH = 1000
_WHY = "of people and sites that the actor may plan for"
#: Visited at home; a site is no help to them.
AT_HOME = ("housebound", "bedridden")
ALWAYS = date(2099, 12, 31)


@dataclass(frozen=True)
class Candidate:
    """Somebody to whom a dose is due within the days. `held`: the session in which they have a place that may be moved."""

    person_id: UUID
    village_code: str
    household_id: UUID | None
    age: int
    number: int
    earliest_on: date
    latest_on: date
    due_on: date
    is_overdue: bool
    products: tuple[str, ...]
    held: UUID | None = None
    booking_id: UUID | None = None


@dataclass(frozen=True)
class Cell:
    """A session with `seats` that may be given, those of people who may be moved among them. `for_later`: its seats that are held
    back for later doses; the others are another cell."""

    session_id: UUID
    site_id: UUID
    on: date
    minute: int
    seats: int
    products: tuple[str, ...]
    for_later: bool = False


@dataclass(frozen=True)
class Supply:
    """Doses at a site that can be given from one day to another; `for_later` in its cells for later doses alone."""

    site_id: UUID
    product: str
    doses: int
    from_on: date
    until_on: date
    for_later: bool = False


@dataclass(frozen=True)
class Held:
    """A place of somebody that this plan may move."""

    person_id: UUID
    booking_id: UUID
    session_id: UUID


def candidates(
    by: Actor, area_code: str, first: date, last: date, held: Collection[Held] = (), *, at_home: bool = False
) -> tuple[list[Candidate], dict[str, int]]:
    """People of the area whose next dose may be given between the days and who have no place for it (or one of `held`), and how
    many were left out: at_home (unless asked for), away, booked, deferred."""
    mine = {each.person_id: each for each in held}
    rows = Person.objects.visible_to(by, "plans.assign").filter(
        in_ledger(clock.today()), area__code__startswith=area_code
    )
    found: list[Candidate] = []
    out: Counter[str] = Counter()
    columns = ("pk", "area_id", "household_id", "birth_on", "mobility", "whereabouts")
    each_row = (
        rows.order_by("area_id", "household_id", "pk").values_list(*columns).iterator(chunk_size=_BATCH)
    )
    while batch := list(islice(each_row, _BATCH)):
        ids = [row[0] for row in batch]
        due = upcoming(ids, last)
        taken = _booked(ids)
        for row in batch:
            person_id, mobility, whereabouts = row[0], row[4], row[5]
            answer = _window(due[person_id], first, last)
            if answer is None:
                continue
            if isinstance(answer, str):
                out[answer] += 1
            elif person_id in taken and person_id not in mine:
                out["booked"] += 1
            elif mobility in AT_HOME and not at_home:
                out["at_home"] += 1
            elif whereabouts in ABSENT:
                out["away"] += 1
            else:
                found.append(_candidate(row, due[person_id], answer, last, mine.get(person_id)))
    return found, dict(out)


def cells(
    area_code: str, first: date, last: date, *, closed: Collection[UUID] = (), held: Collection[Held] = ()
) -> list[Cell]:
    """Sessions for everybody, of the area's county, that still have places or hold people who may be moved."""
    product = system("plans")
    near = [
        site.id for site in sites.sites(product)
        if site.area_code.startswith(area_code[:6]) and site.kind != "store" and site.id not in closed
    ]  # fmt: skip
    back = Counter(each.session_id for each in held)
    found = []
    for row in bookings.sessions(near, first, last):
        if row.kind == "ordinary" and not row.is_over:
            at = row.from_at.astimezone(clock.CAMPAIGN_ZONE)
            for seats, for_later in (
                (row.free_first + back[row.id], False),
                (row.free - row.free_first, True),
            ):
                if seats > 0:
                    minute = at.hour * 60 + at.minute
                    found.append(Cell(row.id, row.site_id, row.on, minute, seats, row.products, for_later))
    return found


def set_aside(supplies: Sequence[Supply], cells: Sequence[Cell]) -> list[Supply]:
    """The same doses, without those held back for later doses: of these as many as have seats among the cells go there."""
    held = bookings.held_back({row.site_id for row in supplies})
    aside = {site_id: each.doses for site_id, each in held.items()}
    seats = Counter[UUID]()
    for cell in cells:
        seats[cell.site_id] += cell.seats if cell.for_later else 0
    found = []
    # What is held back is given last: the doses that keep longest.
    for row in sorted(supplies, key=lambda row: (row.until_on, row.from_on), reverse=True):
        kept = min(row.doses, aside.get(row.site_id, 0))
        seated = min(kept, seats[row.site_id])
        aside[row.site_id] = aside.get(row.site_id, 0) - kept
        seats[row.site_id] -= seated
        parts = ((row.doses - kept, False), (seated, True))
        found += [replace(row, doses=doses, for_later=for_later) for doses, for_later in parts if doses]
    return found


def supplies(
    site_ids: Collection[UUID],
    first: date,
    *,
    late: Mapping[UUID, int],
    held: Sequence[Held] = (),
    less: Mapping[UUID, int] | None = None,
) -> list[Supply]:
    """Doses at hand and on their way, less those promised to others (or `less` of them, by site). `late`: days by which what is on
    its way comes later."""
    product = system("plans")
    found: list[Supply] = []
    for site_id in sorted(site_ids, key=str):
        rows = [
            Supply(site_id, row.product.code, row.usable, first, row.expires_on)
            for row in stock.balances(product, site_id)
            if row.usable and row.suspended_at is None and not row.is_expired(first)
        ]
        promised = (
            less.get(site_id, 0)
            if less is not None
            else _promised(site_id, [each.booking_id for each in held])
        )
        rows = _less(sorted(rows, key=lambda row: (row.until_on, row.product)), promised)
        arrives = clock.today() + timedelta(days=1 + late.get(site_id, 0))
        rows += [
            Supply(site_id, line.product.code, line.sent, max(first, arrives), ALWAYS)
            for sent in coming.transfers_of(product, site_id)
            if sent.state == "sent" and sent.to_id == site_id and not sent.is_refused
            for line in sent.lines
        ]  # fmt: skip
        found += rows
    return found


def held_of(booking_ids: Collection[UUID]) -> list[Held]:
    """Those of these bookings that still stand."""
    rows = Booking.objects.unscoped(_WHY).filter(pk__in=booking_ids, state="booked", session_id__isnull=False)
    found = rows.order_by("pk").values_list("person_id", "pk", "session_id")
    return [Held(person_id, pk, session_id) for person_id, pk, session_id in found if session_id]


def _window(due: Upcoming, first: date, last: date) -> tuple[date, date] | str | None:
    """The days on which the dose may be given, why it may not, or None where none is due at all."""
    if due.number is None or (due.deferred_until is not None and due.deferred_until > last):
        return "deferred" if due.deferred_until is not None else None
    if not due.is_due:
        return None
    earliest = max(first, due.earliest_on or first)
    latest = min(last, due.latest_on or last)
    return (earliest, latest) if earliest <= latest else None


def _candidate(
    row: tuple[UUID, str, UUID | None, date, str, str], due: Upcoming, window: tuple[date, date], last: date, held: Held | None
) -> Candidate:  # fmt: skip
    earliest, latest = window
    wanted = max(earliest, due.recommended_on or earliest)
    overdue = due.overdue_on is not None and due.overdue_on <= earliest
    return Candidate(
        row[0], row[1][:12], row[2], age_on(row[3], last), due.number or 1, earliest, latest, min(wanted, latest), overdue,
        tuple(due.products), held.session_id if held else None, held.booking_id if held else None,
    )  # fmt: skip


def _booked(ids: Collection[UUID]) -> set[UUID]:
    rows = Booking.objects.unscoped(_WHY).filter(person_id__in=ids, group=CAMPAIGN_GROUP, state="booked")
    return set(rows.values_list("person_id", flat=True))


def _promised(site_id: UUID, not_these: Collection[UUID]) -> int:
    rows = Booking.objects.unscoped(_WHY).filter(site_id=site_id, state="booked")
    return rows.exclude(pk__in=not_these).count()


def _less(rows: Sequence[Supply], promised: int) -> list[Supply]:
    """What is left when the soonest to expire go to those who have a promise."""
    found = []
    for row in rows:
        gone = min(row.doses, promised)
        promised -= gone
        if row.doses > gone:
            found.append(Supply(row.site_id, row.product, row.doses - gone, row.from_on, row.until_on))
    return found
