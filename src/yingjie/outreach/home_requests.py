"""Vaccinations at home that were asked for: reads."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.outreach.models import HomeRequest
from yingjie.people.queries import age_on


@dataclass(frozen=True)
class HomeRow:
    """One request; `because` and the note are told to whoever records visits there, else "" ."""

    id: UUID
    person_id: UUID
    name: str
    age: int
    place: str
    address: str
    because: str
    note: str
    state: str
    asked_on: date
    asked_by: str
    arranged_on: date | None

    @property
    def is_open(self) -> bool:
        return self.state in ("asked", "arranged")


def rows(actor: Actor, *, with_closed: bool = False) -> list[HomeRow]:
    """Those of the actor's people, the oldest first."""
    found = HomeRequest.objects.visible_to(actor).select_related("person").order_by("asked_on", "pk")
    found = found if with_closed else found.filter(state__in=("asked", "arranged"))
    listed = list(found[:500])
    places, today = areas.places({row.person.area_id for row in listed}), clock.today()
    return [_row(row, places, today, actor.may("outreach.record", row.person.area_id)) for row in listed]


def waiting(actor: Actor) -> int:
    """How many wait for a day where the actor records visits, or should have been visited by now."""
    return HomeRequest.objects.visible_to(actor, "outreach.record").filter(state="asked").count()


def _row(row: HomeRequest, places: dict[str, str], today: date, told: bool) -> HomeRow:
    person = row.person
    return HomeRow(
        row.pk, person.pk, person.name, age_on(person.birth_on, today), places.get(person.area_id, ""), person.address,
        row.because if told else "", row.note if told else "", row.state, row.asked_on, row.asked_by, row.arranged_on,
    )  # fmt: skip
