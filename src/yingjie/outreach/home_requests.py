"""Vaccinations at home that were asked for: reads."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from yingjie.areas import queries as areas
from yingjie.bookings import queries as bookings
from yingjie.bookings.queries import SessionRow
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.outreach.models import HomeRequest
from yingjie.people.queries import age_on
from yingjie.sites import queries as sites

#: From sessions of so many days ahead one is chosen for a vaccination at home.
AHEAD_DAYS = 14
_NO_SESSION = UUID(int=0)


@dataclass(frozen=True)
class HomeRow:
    """One request; `because` and the note are told to whoever records visits there, else "" ."""

    id: UUID
    person_id: UUID
    name: str
    age: int
    area_code: str
    place: str
    address: str
    because: str
    note: str
    state: str
    asked_on: date
    asked_by: str
    arranged_on: date | None
    session: str = ""

    @property
    def is_open(self) -> bool:
        return self.state in ("asked", "arranged")


def rows(actor: Actor, *, with_closed: bool = False) -> list[HomeRow]:
    """Those of the actor's people, the oldest first."""
    found = HomeRequest.objects.visible_to(actor).select_related("person").order_by("asked_on", "pk")
    found = found if with_closed else found.filter(state__in=("asked", "arranged"))
    listed = list(found[:500])
    places, today = areas.places({row.person.area_id for row in listed}), clock.today()
    said = {
        each.id: session_said(each)
        for each in _sessions({row.session_id for row in listed if row.session_id})
    }
    return [
        _row(
            row,
            places,
            today,
            actor.may("outreach.record", row.person.area_id),
            said.get(row.session_id or _NO_SESSION, ""),
        )
        for row in listed
    ]


def sessions_near(area_code: str) -> list[SessionRow]:
    """Sessions of the next two weeks at sites of a resident's township, from which somebody can go to them."""
    today = clock.today()
    near = [
        row.id
        for row in sites.sites(system("outreach"))
        if row.kind != "store" and row.area_code.startswith(area_code[:9]) and row.is_open(today)
    ]
    return (
        [row for row in bookings.sessions(near, today, today + timedelta(days=AHEAD_DAYS)) if not row.is_over]
        if near
        else []
    )


def offered(towns: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """Township → its sessions as choices."""
    return {town: [(str(row.id), session_said(row)) for row in sessions_near(town)] for town in towns}


def session_said(row: SessionRow) -> str:
    """Its day, hours and site."""
    name = sites.names([row.site_id]).get(row.site_id, "")
    begins, ends = (each.astimezone(clock.CAMPAIGN_ZONE) for each in (row.from_at, row.until_at))
    return f"{row.on:%m-%d} {begins:%H:%M}–{ends:%H:%M} {name}"


def _sessions(session_ids: Collection[UUID]) -> list[SessionRow]:
    return [bookings.session(each) for each in session_ids]


def waiting(actor: Actor) -> int:
    """How many wait for a day where the actor records visits, or should have been visited by now."""
    return HomeRequest.objects.visible_to(actor, "outreach.record").filter(state="asked").count()


def _row(row: HomeRequest, places: dict[str, str], today: date, told: bool, session: str) -> HomeRow:
    person = row.person
    return HomeRow(
        row.pk, person.pk, person.name, age_on(person.birth_on, today), person.area_id, places.get(person.area_id, ""),
        person.address,
        row.because if told else "", row.note if told else "", row.state, row.asked_on, row.asked_by, row.arranged_on,
        session,
    )  # fmt: skip
