"""What happened in the demo campaign, as the product sees it: day by day, with desks, numbers and waiting times.

`days(told, now)` turns the campaign's plain facts into days; both loaders write exactly these. Pure, like the facts.

Rules:
* Somebody vaccinated came to the desk 4 to 18 minutes before, and left 30 to 42 minutes after. The day's number of a site
  counts in the order of the desk.
* Number, entrance, desk, consent (on paper) and screening are told at the moment of the desk, verification and dose at that of the
  dose. Who still waits was screened and waits for the needle.
* A second dose 14 to 20 days after the first is one that no desk of the product would let through. It is a fact all the
  same: such doses are in `Day.alone`, on record and flagged, taken out of the site's stock, without a visit.
* Of today, what happened until `now`, at most until 10:40, is told as it was. Then every site goes on around `now`,
  whenever that is: some people are under observation, two of them over their time, and some wait (`OBSERVED_AGO`,
  `WAITING_SINCE`). So a demo loaded at night has people in it too, and nothing in it lies in the future.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple
from uuid import UUID

from yingjie.demo.history import USUAL_CUT, ZONE, Campaign, DemoSite, Vaccinated
from yingjie.demo.names import NameMaker
from yingjie.demo.population import Person, Village
from yingjie.demo.supply import Received
from yingjie.demo.visits import Attempted
from yingjie.foundation.ids import uuid7

SHORTEST_INTERVAL = timedelta(days=21)
STAY = timedelta(minutes=30)
SOURCE = "演示名册（人员均为虚构）"
HOURS = "周一至周五 08:00–11:40 13:20–20:00；周六、周日 08:00–11:40 13:20–17:10"
# Minutes before now at which a site's last people were vaccinated, or came to the desk and wait.
OBSERVED_AGO = (37, 33, 27, 22, 17, 12, 8, 3)
WAITING_SINCE = (9, 7, 5, 3, 1)
_AT_THE_DESK = 9
_LONGEST_AGO = 60


class SiteVisit(NamedTuple):
    """One person's way through a site, for a dose of a product. `dose` None: still waits, `left_at` None: has not left."""

    person: int
    site_code: str
    product_code: str
    dose_number: int
    number: int
    registered_at: datetime
    dose: Vaccinated | None
    left_at: datetime | None


@dataclass(slots=True)
class Day:
    """One day, every list in the order of time (visits: of the desk)."""

    on: date
    received: list[Received] = field(default_factory=list)
    visits: list[SiteVisit] = field(default_factory=list)
    alone: list[Vaccinated] = field(default_factory=list)
    attempts: list[Attempted] = field(default_factory=list)


def days(told: Campaign, now: datetime) -> Iterator[Day]:
    """The campaign's days up to `now`. `told` must reach at least to the end of the day of `now` (see `end_of`)."""
    firsts = array("H", bytes(2 * told.county.population))
    day = Day(told.began_on)
    rest: dict[str, list[Vaccinated]] = {site.code: [] for site in told.sites}
    came: list[_Arrival] = []
    cut = min(now, datetime.combine(told.county.today, USUAL_CUT, ZONE))
    for fact in told.facts():
        on = fact.at.date()
        if on != day.on:
            yield _closed(day, came)
            day, came = Day(on), []
        if isinstance(fact, Received):
            day.received.append(fact._replace(at=min(fact.at, now - timedelta(minutes=_LONGEST_AGO))))
        elif isinstance(fact, Attempted):
            if fact.at <= cut:
                day.attempts.append(fact)
        elif fact.at > cut:
            if not _is_early(fact, firsts, told.began_on):
                rest[fact.site_code].append(fact)
        elif _is_early(fact, firsts, told.began_on):
            day.alone.append(fact)
        else:
            if fact.dose_number == 1:
                firsts[fact.person] = 1 + (on - told.began_on).days
            came.append(_arrival(fact, now))
    if day.on != told.county.today:
        yield _closed(day, came)
        day, came = Day(told.county.today), []
    for nth, later in enumerate(rest.values()):
        came += _around(now - timedelta(seconds=7 * nth), later)
    day.received.sort(key=lambda received: received.at)
    yield _closed(day, came)


def end_of(today: date) -> datetime:
    """The last moment of a day: how far a campaign must be told for `days`."""
    return datetime.combine(today, time(23, 59, 59), ZONE)


class _Arrival(NamedTuple):
    registered_at: datetime
    person: int
    site_code: str
    product_code: str
    dose_number: int
    dose: Vaccinated | None
    left_at: datetime | None


def _arrival(fact: Vaccinated, now: datetime) -> _Arrival:
    chance = fact.person * 2_654_435_761 >> 5
    left_at = fact.at + STAY + timedelta(seconds=chance % 720)
    return _Arrival(
        fact.at - timedelta(seconds=240 + chance // 720 % 840), fact.person, fact.site_code, fact.product_code,
        fact.dose_number, fact,
        left_at if left_at <= now else None,
    )  # fmt: skip


def _is_early(fact: Vaccinated, firsts: array[int], began_on: date) -> bool:
    """Whether it is a second dose that the desk would send away."""
    if fact.dose_number == 1:
        return False
    first_on = began_on + timedelta(days=firsts[fact.person] - 1)
    return fact.at.date() - first_on < SHORTEST_INTERVAL


def _around(now: datetime, rest: list[Vaccinated]) -> Iterator[_Arrival]:
    """The site's next people, moved to the last hour before now; after midnight, into what there is of the day. Where there are
    few, every third waits."""
    today = now.astimezone(ZONE)
    span = min(timedelta(minutes=_LONGEST_AGO), today - datetime.combine(today.date(), time(), ZONE))

    def ago(minutes: int) -> datetime:
        return (today - span * minutes / _LONGEST_AGO).replace(microsecond=0)

    waiting = min(len(WAITING_SINCE), len(rest) // 3)
    observed = min(len(OBSERVED_AGO), len(rest) - waiting)
    for minutes, fact in zip(OBSERVED_AGO, rest[:observed], strict=False):
        given = fact._replace(at=ago(minutes))
        desk_at = ago(minutes + _AT_THE_DESK)
        yield _Arrival(desk_at, fact.person, fact.site_code, fact.product_code, fact.dose_number, given, None)
    for minutes, fact in zip(WAITING_SINCE, rest[observed : observed + waiting], strict=False):
        yield _Arrival(
            ago(minutes), fact.person, fact.site_code, fact.product_code, fact.dose_number, None, None
        )


def _closed(day: Day, came: list[_Arrival]) -> Day:
    """The day with its visits numbered in the order of each site's desk."""
    came.sort(key=lambda arrival: arrival[:2])
    numbers: dict[str, int] = {}
    for registered_at, person, site_code, product_code, dose_number, dose, left_at in came:
        numbers[site_code] = number = numbers.get(site_code, 0) + 1
        day.visits.append(
            SiteVisit(person, site_code, product_code, dose_number, number, registered_at, dose, left_at)
        )
    return day


# --- who does it, and where people stand in the ledger -----------------------------------------------------------------


def store_of(told: Campaign) -> DemoSite:
    """The county's vaccine store, which keeps a reserve; deliveries go straight to the sites."""
    code, short = told.county.code, told.county.name[:-1]
    return DemoSite(f"{code}-S1", f"{short}疾控中心疫苗库", "store", code, f"{short}疾控中心", ())


def registrar(site_code: str) -> str:
    """The user name behind the desk of a site."""
    return f"{site_code}-R1".lower()


def screener(site_code: str) -> str:
    return f"{site_code}-D1".lower()


def screener_name(site: DemoSite) -> str:
    """An invented doctor of a site, the same one for the same site."""
    rng = Random(site.code)
    names = NameMaker(rng, site.address, rural=False)
    return names.surname() + names.given(1965 + int(rng.random() * 30), "female")


def zone_of(number: int) -> str:
    """Numbers go to the zones in turn."""
    return "AB"[(number - 1) % 2]


def observer(site_code: str) -> str:
    return f"{site_code}-O1".lower()


def keeper(site_code: str) -> str:
    return f"{site_code}-K1".lower()


def registered_on(told: Campaign, person: Person) -> date:
    """The ledger begins with the campaign; children born since entered it on their birthday."""
    return max(told.began_on, person.birth_on)


def household_ids(told: Campaign, village: Village) -> Iterator[UUID]:
    """Ids for the households of a village, in their order; the same ones for the same county."""
    chance = Random(f"{told.county.seed}:{village.code}:households")
    while True:
        yield uuid7(beginning(told), chance)


def beginning(told: Campaign) -> datetime:
    """06:00 on the campaign's first day: everything is prepared by then."""
    return datetime.combine(told.began_on, time(6), ZONE)


def officer_names(told: Campaign) -> dict[str, str]:
    """Officer code → name."""
    return {officer.code: officer.name for officers in told.officers.values() for officer in officers}


def vaccinator_names(sites: tuple[DemoSite, ...]) -> dict[str, str]:
    """Vaccinator code → name."""
    return {nurse.code: nurse.name for site in sites for nurse in site.vaccinators}
