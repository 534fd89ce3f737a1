"""How long people wait, live: per station who waits, the longest wait, and how fast it goes; and what that warns of.

waits(actor, site_id)      a row per station, in the order of the way
at_sites(actor)            each site with people at it now: how many wait, the longest wait
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Min, Q

from yingjie.clinic.models import Visit
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.sites import layout_queries as layout

#: The pace is that of the last half hour.
LATELY = timedelta(minutes=30)
#: Minutes: from here on a wait is long, from there on too long (the county's own service goal).
LONG, TOO_LONG = 20, 40

#: station -> (states that wait there, the column in which its last step is timed, its room at the site)
STATIONS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "registration": (("ticketed", "checked_in"), "registered_at", "check_in"),
    "consent": (("registered",), "consents__at", "registration"),
    "screening": (("consented", "with_doctor"), "screenings__at", "screening"),
    "vaccination": (("screened", "verified"), "vaccinated_at", "waiting"),
    "observation": (("observed", "reacting"), "left_at", "observation"),
}


@dataclass(frozen=True)
class Wait:
    """`longest`: minutes that whoever came first has waited. `expected`: minutes that somebody who comes now will wait at the pace
    of the last half hour, None where nobody was served. `seats`: places at one metre's distance, 0 where nobody said."""

    station: str
    waiting: int
    longest: int
    served: int
    expected: int | None
    seats: int

    @property
    def is_full(self) -> bool:
        return 0 < self.seats <= self.waiting

    @property
    def level(self) -> str:
        """fine, long or too_long; in the observation area waiting is the purpose, so only its seats count."""
        worst = 0 if self.station == "observation" else max(self.longest, self.expected or 0)
        if worst >= TOO_LONG or (self.seats and self.waiting > self.seats):
            return "too_long"
        return "long" if worst >= LONG or self.is_full else "fine"


def waits(actor: Actor, site_id: UUID, on: date | None = None) -> list[Wait]:
    """The stations of a site now, in two statements."""
    now, day = clock.now(), on or clock.today()
    rows = (
        Visit.objects.visible_to(actor).filter(site_id=site_id, on=day, taken_back_at__isnull=True).order_by()
    )
    counts = {
        state: (people, since)
        for state, people, since in rows.values_list("state").annotate(
            people=Count("pk"), since=Min("state_since")
        )
    }
    served = rows.aggregate(
        **{
            name: Count("pk", filter=Q(**{f"{column}__gt": now - LATELY}), distinct=True)
            for name, (_states, column, _room) in STATIONS.items()
        }
    )
    seats: dict[str, int] = {}
    for zone in layout.zones(actor, site_id):
        seats[zone.room] = seats.get(zone.room, 0) + zone.seats
    return [_wait(name, counts, served[name], seats, now) for name in STATIONS]


@dataclass(frozen=True)
class SiteNow:
    """`waiting`: people between the entrance and the injection; `observed`: in the observation area; `longest`: minutes that
    whoever came first at their station has waited; `given`: people who have had their dose today."""

    site_id: UUID
    waiting: int
    observed: int
    given: int
    longest: int


def at_sites(actor: Actor) -> list[SiteNow]:
    """The sites at which somebody registered today, those where most wait first. One statement."""
    now = clock.now()
    waits_in = [
        state for name, (states, *_rest) in STATIONS.items() if name != "observation" for state in states
    ]
    waiting, observed = Q(state__in=waits_in), Q(state__in=STATIONS["observation"][0])
    rows = Visit.objects.visible_to(actor).filter(on=clock.today(), taken_back_at__isnull=True).order_by()
    found = rows.values_list("site_id").annotate(
        waiting=Count("pk", filter=waiting),
        observed=Count("pk", filter=observed),
        given=Count("pk", filter=Q(vaccinated_at__isnull=False)),
        since=Min("state_since", filter=waiting),
    )
    sites = [
        SiteNow(site_id, wait, seen, given, int((now - since).total_seconds() // 60) if since else 0)
        for site_id, wait, seen, given, since in found
    ]
    return sorted(sites, key=lambda each: (-each.waiting, each.site_id))


def _wait(
    name: str, counts: dict[str, tuple[int, datetime]], served: int, seats: dict[str, int], now: datetime
) -> Wait:
    states, _column, room = STATIONS[name]
    here = [counts[state] for state in states if state in counts]
    waiting = sum(people for people, _since in here)
    longest = max((int((now - since).total_seconds() // 60) for _people, since in here), default=0)
    expected = (
        round(waiting * (LATELY.total_seconds() / 60) / served) if served else (0 if not waiting else None)
    )
    return Wait(name, waiting, longest, served, expected, seats.get(room, 0))
