"""Reads of sessions, slots and who is expected. Sessions and free seats are public; who is expected is seen by the site."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from yingjie.bookings.models import ASKED, Booking, DosesCounted, Session, Slot
from yingjie.bookings.rules import rules
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.people import queries as people
from yingjie.sites import queries as sites

PUBLIC = "sessions and how many seats are free are public"


@dataclass(frozen=True)
class SlotRow:
    """A time of arrival: `free` seats in all and `free_online`, both no more than the session's doses; for a first dose without the
    last `kept` of the session."""

    id: UUID
    session_id: UUID
    at: datetime
    until_at: datetime
    seats: int
    extra: int
    taken: int
    free: int
    online_seats: int
    free_online: int
    free_first: int
    free_first_online: int

    def free_for(self, number: int | None, *, online: bool) -> int:
        """How many places there are for a dose of this number."""
        if number == 1:
            return self.free_first_online if online else self.free_first
        return self.free_online if online else self.free


@dataclass(frozen=True)
class SessionRow:
    """A session with its counters. `free` is the smaller of free seats and doses that may still be promised, `kept` of these to
    later doses alone."""

    id: UUID
    site_id: UUID
    on: date
    from_at: datetime
    until_at: datetime
    kind: str
    title: str
    area_code: str
    unit_id: UUID | None
    group: str
    products: tuple[str, ...]
    state: str
    offline_percent: int
    extra_percent: int
    seats: int
    taken: int
    places: int
    free: int
    kept: int
    cancelled_because: str

    @property
    def doses_left(self) -> int:
        return self.places - self.taken

    @property
    def free_first(self) -> int:
        return max(0, min(self.free, self.doses_left - self.kept))

    @property
    def is_over(self) -> bool:
        return self.until_at <= clock.now()


@dataclass(frozen=True)
class Expected:
    """Somebody who has, or had, a place at a site on a day."""

    booking_id: UUID
    person_id: UUID
    name: str
    birth_on: date
    area_code: str
    masked_number: str
    number: int
    at: datetime
    channel: str
    state: str
    session_id: UUID | None
    list_id: UUID | None
    arrived_at: datetime | None


@dataclass(frozen=True)
class BookingRow:
    """A booking of one person for a dose of a vaccine group."""

    id: UUID
    person_id: UUID
    group: str
    number: int
    site_id: UUID
    site_name: str
    on: date
    at: datetime
    channel: str
    state: str
    booked_at: datetime
    because: str


def session(session_id: UUID) -> SessionRow:
    """One session. Raises NotFound."""
    found = _sessions().filter(pk=session_id)
    rows = _rows(found)
    if not rows:
        raise NotFound()
    return rows[0]


def sessions(
    site_ids: Collection[UUID], from_on: date, until_on: date, *, with_cancelled: bool = False
) -> list[SessionRow]:
    """The sessions of sites that begin on these days, both included, in the order of time."""
    found = _sessions().filter(site_id__in=site_ids, on__gte=from_on, on__lte=until_on)
    return _rows(found if with_cancelled else found.filter(state="open"))


def slots(session_ids: Collection[UUID]) -> list[SlotRow]:
    """The times of arrival of sessions, in the order of time."""
    rows = Slot.objects.unscoped(PUBLIC).filter(session__in=session_ids).select_related("session")
    return [_slot(row) for row in rows.order_by("at", "pk")]


def slot(slot_id: UUID) -> SlotRow:
    """One time of arrival. Raises NotFound."""
    row = Slot.objects.unscoped(PUBLIC).filter(pk=slot_id).select_related("session").first()
    if row is None:
        raise NotFound()
    return _slot(row)


def expected(actor: Actor, session_id: UUID) -> list[Expected]:
    """Everybody who has or had a place in a session, by time of arrival and name."""
    rows = Booking.objects.visible_to(actor).filter(session_id=session_id)
    return _expected(rows.order_by("at", "pk"))


def expected_today(actor: Actor, site_id: UUID, on: date | None = None) -> list[Expected]:
    """Who is expected at a site on a day (today) and has not come yet, by time of arrival. A session that crosses midnight counts
    for the day of the time of arrival."""
    day = on or clock.today()
    rows = Booking.objects.visible_to(actor).filter(site_id=site_id, on=day, state="booked")
    return _expected(rows.order_by("at", "pk"))


def states_of_day(actor: Actor, site_id: UUID, on: date | None = None) -> dict[str, int]:
    """How many bookings of a day (today) at a site are in each state."""
    rows = Booking.objects.visible_to(actor).filter(site_id=site_id, on=on or clock.today())
    return dict(rows.order_by().values_list("state").annotate(n=Count("pk")))


def bookings_of(person_ids: Iterable[UUID], *, live: bool = False) -> list[BookingRow]:
    """The bookings of people whom the caller may see, newest first; `live`: only those to come."""
    rows = Booking.objects.unscoped("of people whom the caller was authorised for").filter(
        person_id__in=list(person_ids)
    )
    rows = rows.filter(state="booked") if live else rows
    found = list(rows.order_by("-at", "-pk"))
    names = sites.names({row.site_id for row in found})
    return [
        BookingRow(
            row.pk, row.person_id, row.group, row.number, row.site_id, names.get(row.site_id, ""), row.on, row.at, row.channel,
            row.state, row.booked_at, row.because,
        )
        for row in found
    ]  # fmt: skip


def misses_of(person_ids: Collection[UUID], since: date) -> dict[UUID, list[date]]:
    """The days since then on which each of these people did not come, the last first; nobody who always came."""
    rows = Booking.objects.unscoped("of people whom the caller was authorised for").filter(
        person_id__in=person_ids, state="missed", on__gte=since
    )
    found: dict[UUID, list[date]] = {}
    for person_id, on in rows.order_by("-on").values_list("person_id", "on"):
        found.setdefault(person_id, []).append(on)
    return found


def _sessions() -> QuerySet[Session]:
    return Session.objects.unscoped(PUBLIC)


def _rows(rows: QuerySet[Session]) -> list[SessionRow]:
    found = list(rows.order_by("from_at", "site_id", "pk"))
    seats: dict[UUID, int] = {}
    free: dict[UUID, int] = {}
    now = clock.now()
    every = Slot.objects.unscoped(PUBLIC).filter(session__in=[row.pk for row in found]).order_by()
    for session_id, n, extra, taken, until_at in every.values_list(
        "session_id", "seats", "extra", "taken", "until_at"
    ):
        seats[session_id] = seats.get(session_id, 0) + n
        if until_at > now:
            free[session_id] = free.get(session_id, 0) + n + extra - taken
    return [
        SessionRow(
            row.pk, row.site_id, row.on, row.from_at, row.until_at, row.kind, row.title, row.area_id or "", row.unit_id,
            row.group, tuple(row.products), row.state, row.offline_percent, row.extra_percent, seats.get(row.pk, 0), row.taken,
            row.places, min(free.get(row.pk, 0), row.places - row.taken) if row.state == "open" else 0, row.kept,
            row.cancelled_because,
        )
        for row in found
    ]  # fmt: skip


def _slot(row: Slot) -> SlotRow:
    doses = row.session.places - row.session.taken if row.session.state == "open" else 0
    free = min(row.seats + row.extra - row.taken, doses) if row.until_at > clock.now() else 0
    first, online = min(free, max(0, doses - row.session.kept)), row.online_seats - row.online_taken
    return SlotRow(
        row.pk, row.session_id, row.at, row.until_at, row.seats, row.extra, row.taken, free, row.online_seats,
        min(free, online), first, min(first, online),
    )  # fmt: skip


def _expected(rows: QuerySet[Booking]) -> list[Expected]:
    found = list(rows)
    briefs = people.briefs({row.person_id for row in found})
    return [_one(row, briefs[row.person_id]) for row in found]


def _one(row: Booking, person: people.PersonBrief) -> Expected:
    return Expected(
        row.pk, row.person_id, person.name, person.birth_on, person.area_code, person.masked_number, row.number, row.at,
        row.channel, row.state, row.session_id, row.list_id, row.arrived_at,
    )  # fmt: skip


def weeks(on: date) -> tuple[date, date]:
    """Monday and Sunday of the week in which a day lies."""
    monday = on - timedelta(days=on.weekday())
    return monday, monday + timedelta(days=6)


def live_of(person_id: UUID, number: int | None = None, group: str = "") -> BookingRow | None:
    """The live booking of a person, for one dose of a vaccine group, or any; None without."""
    every = bookings_of([person_id], live=True)
    rows = [row for row in every if number in (None, row.number) and group in ("", row.group)]
    return rows[0] if rows else None


def short_sites(actor: Actor) -> list[tuple[UUID, str, int]]:
    """Sites of the actor's that promised more doses than they hold or await: id, name, doses."""
    rows = DosesCounted.objects.visible_to(actor, "bookings.change").filter(short__gt=0)
    return list(rows.order_by("-short").values_list("site_id", "site__name", "short"))


@dataclass(frozen=True)
class HeldBack:
    """What a site holds back for later doses: places in its sessions, and doses."""

    places: int
    doses: int


def held_back(site_ids: Collection[UUID]) -> dict[UUID, HeldBack]:
    """As last counted; a site where nothing was ever counted is not in it."""
    seats = Session.objects.unscoped(PUBLIC).filter(site_id__in=site_ids, state="open", on__gt=clock.today())
    places = dict(seats.order_by().values_list("site_id").annotate(n=Sum("kept")))
    rows = DosesCounted.objects.unscoped(PUBLIC).filter(site_id__in=site_ids)
    return {
        site_id: HeldBack(places.get(site_id, 0), kept)
        for site_id, kept in rows.values_list("site_id", "kept")
    }


def came_of_expected(actor: Actor) -> tuple[int, int]:
    """Today at the sites at whose desk the actor may sit: how many came of those who had a place."""
    rows = Booking.objects.visible_to(actor, "bookings.desk").filter(on=clock.today(), channel__in=ASKED)
    states = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    came = states.get("attended", 0)
    return came, came + states.get("booked", 0) + states.get("missed", 0)


def sites_with_late_places() -> list[UUID]:
    """Sites at which somebody with a place has not come in time, for the hourly sweep."""
    late = clock.now() - timedelta(minutes=rules().late_minutes)
    rows = Booking.objects.unscoped("the sweep goes everywhere").filter(state="booked", at__lt=late)
    return list(rows.order_by().values_list("site_id", flat=True).distinct())
