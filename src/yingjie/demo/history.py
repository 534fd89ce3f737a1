"""The demo campaign as plain facts in the order of time: what came, who was vaccinated, who was visited.

``campaign(county)`` looks once at every person and settles who comes when; ``Campaign.facts()`` then tells it:

* ``Received`` (``supply``): a delivery of one lot to a site, in the morning before it opens; its vial codes by ``codes_of``;
* ``Vaccinated``: one dose from one vial that this site had received; ``person`` is ``population.Person.ordinal``;
* ``Attempted`` (``visits``): an officer's visit, its outcome and the reason given.

What always holds, and what a loader may build on: ``at`` never goes back; a vial code is used once, at the site that received
it, after it came and before it expires; dose 2 follows dose 1 of the same person, the same product, at least 14
days later; nobody under 3 is vaccinated; a person's visits end before the first dose.

The county's story: the campaign began 49 days before ``today`` with ages 18 to 59; the old were invited from the second week, 12
to 17 in the fourth, 3 to 11 in the last. Weekends are quiet, news brought two rushes. Some villages lag; few above
80 came. Most second doses are given after 21 to 35 days, some early (14 to 20, to be flagged), some late; some people are
overdue. By today about half of all residents have had dose 1, about 30 % dose 2. Of today, only what happened
before ``now`` is told (10:40 unless said otherwise), and before 8:00 nothing is given.

Memory: a few bytes a person; facts are made day by day. ``now`` cuts, it changes nothing before it.
"""

from __future__ import annotations

from array import array
from bisect import bisect, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from yingjie.demo.names import NameMaker
from yingjie.demo.population import County, Village
from yingjie.demo.supply import PRODUCTS, Received, Supply, vial_code
from yingjie.demo.visits import (
    OUTCOMES,
    REASONS,
    Attempted,
    Officer,
    Visit,
    officers_of,
    visits_before_dose,
    visits_to_unvaccinated,
)

ZONE = ZoneInfo("Asia/Shanghai")
DAYS_BEFORE_TODAY = 49
USUAL_CUT = time(10, 40)
YOUNGEST = 3
DOSES_A_VACCINATOR_A_DAY = 110


class Vaccinated(NamedTuple):
    """A dose was given.

    ``person``: ordinal in the county; ``code``: the vial's 20 digits; ``vaccinator_code``: see ``DemoSite``.
    """

    at: datetime
    person: int
    dose_number: int
    product_code: str
    lot_number: str
    expires_on: date
    code: str
    site_code: str
    vaccinator_code: str


Fact = Received | Vaccinated | Attempted


@dataclass(frozen=True, slots=True)
class Vaccinator:
    """An invented nurse: code (site code + "-" + number) and name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class DemoSite:
    """A site: kind ``temporary`` (large, for the county) or ``clinic`` (of a township); ``area_code`` of the town it stands in."""

    code: str
    name: str
    kind: str
    area_code: str
    address: str
    vaccinators: tuple[Vaccinator, ...]

    @property
    def seats_an_hour(self) -> int | None:
        """People an hour: some twenty for each vaccinator. A store takes nobody."""
        return 20 * len(self.vaccinators) or None


# --- who comes, and when -------------------------------------------------------------------------------------------

# Share of those living here who have come by today, and the day their group was first invited, from this age on.
_GROUPS: tuple[tuple[int, float, int], ...] = (
    (0, 0.0, 0), (3, 0.13, 42), (12, 0.46, 27), (18, 0.69, 0), (36, 0.76, 0), (60, 0.60, 9), (70, 0.46, 10), (80, 0.21, 12),
)  # fmt: skip
_COME_FROM = {"here": 1.0, "nearby": 0.5, "away": 0.06}
_WEEKDAYS = (1.0, 1.05, 1.0, 0.95, 0.95, 0.6, 0.35)
_RUSHES = ((9, 16, 2.1), (34, 38, 1.5))
# Days from dose 1 to dose 2: (share, shortest, longest).
_INTERVALS = ((0.03, 14, 20), (0.56, 21, 25), (0.27, 26, 35), (0.10, 36, 47))
LAGGARDS = 1 / 15


def _day_weights(began_on: date, invited: int, last: int) -> list[float]:
    """How much of a group's coming falls on each day: a ramp after the invitation, weekends, rushes."""
    weights = []
    for day in range(last + 1):
        pace = 0.0 if day < invited else min(1.0, 0.3 + (day - invited) / 6)
        pace *= _WEEKDAYS[(began_on + timedelta(days=day)).weekday()]
        for first, end, factor in _RUSHES:
            if first <= day <= end:
                pace *= factor
        # The willing come first; what is left comes slower.
        weights.append(pace * 0.978 ** max(0, day - invited))
    return weights


class _Plan:
    """Per person, in a few bytes: on which day each dose is given, where and which product; visits by day."""

    def __init__(self, county: County, began_on: date, last: int) -> None:
        self.county = county
        self.last = last
        self.doses: list[list[array[int]]] = [[array("L"), array("L")] for _ in range(last + 1)]
        self.visits: list[array[int]] = [array("Q") for _ in range(last + 1)]
        self.site = bytearray(county.population)
        self.product = bytearray(county.population)
        self._pace = [list(accumulate(_day_weights(began_on, invited, last))) for _, _, invited in _GROUPS]
        self._weekday = began_on.weekday()
        self._starts = [start for start, _, _ in _GROUPS]
        towns = sorted({village.town_code for village in county.villages})
        self.clinics = {town: number for number, town in enumerate(towns, 1)}
        rng = Random(f"{county.seed}:laggards")
        codes = [village.code for village in county.villages]
        lagging = max(2, round(len(codes) * LAGGARDS)) if len(codes) >= 6 else 0
        self.laggards = frozenset(rng.sample(codes, lagging))
        for village in county.villages:
            self._village(village)

    def _village(self, village: Village) -> None:
        rng = Random(f"{self.county.seed}:{village.code}:campaign")
        keen = 0.5 + 0.15 * rng.random() if village.code in self.laggards else rng.gauss(1.0, 0.09)
        to_large_site = 0.15 + 0.3 * rng.random()
        clinic = self.clinics[village.town_code]
        # Groups by the age at the start: so nobody is vaccinated before the group's turn, nobody under 3 at all.
        began_on = self.county.today - timedelta(days=self.last)
        for household in self.county.households_of(village):
            for person in household.people:
                age = person.age(began_on)
                group = max(0, bisect_right(self._starts, age) - 1)
                share = min(0.97, _GROUPS[group][1] * keen) * _COME_FROM[person.whereabouts]
                if rng.random() < share:
                    self.site[person.ordinal] = 0 if rng.random() < to_large_site else clinic
                    self.product[person.ordinal] = 0 if rng.random() < PRODUCTS[0].share else 1
                    self._comes(rng, person.ordinal, age, group)
                elif age >= YOUNGEST and age >= self._starts[self._invited(group)]:
                    self._note(
                        person.ordinal, visits_to_unvaccinated(rng, age, person.whereabouts, self.last)
                    )

    def _invited(self, group: int) -> int:
        """Children are not visited at their doors before their group's turn; everybody else may be."""
        return group if _GROUPS[group][2] < self.last - 14 else len(_GROUPS) - 1

    def _comes(self, rng: Random, person: int, age: int, group: int) -> None:
        pace = self._pace[group]
        first = bisect(pace, rng.random() * pace[-1])
        self.doses[first][0].append(person)
        self._note(person, visits_before_dose(rng, age, first))
        draw = rng.random()
        for share, shortest, longest in _INTERVALS:
            draw -= share
            if draw < 0:
                second = first + shortest + int(rng.random() * (longest - shortest + 1))
                # Many sites are closed on Sunday: half of those come on Monday.
                if (self._weekday + second) % 7 == 6 and rng.random() < 0.5 and second - first != 20:
                    second += 1
                if second <= self.last:
                    self.doses[second][1].append(person)
                return

    def _note(self, person: int, visits: list[Visit]) -> None:
        for day, outcome, reason in visits:
            self.visits[day].append(person << 8 | OUTCOMES.index(outcome) << 4 | REASONS.index(reason))


# --- telling it ---------------------------------------------------------------------------------------------------

# Share of a site's day given in each stretch: (share, from, to) in minutes of the day.
_HOURS = ((0.56, 8 * 60, 11 * 60 + 40), (0.40, 13 * 60 + 20, 17 * 60 + 10), (0.04, 18 * 60, 20 * 60))
_VISIT_HOURS = ((0.35, 9 * 60, 11 * 60 + 30), (0.30, 14 * 60, 17 * 60), (0.35, 18 * 60, 20 * 60 + 30))


def _moment(rng: Random, hours: tuple[tuple[float, int, int], ...]) -> int:
    """A second of the day."""
    draw = rng.random()
    for share, start, end in hours:
        draw -= share
        if draw < 0:
            return int((start + rng.random() * (end - start)) * 60)
    return hours[0][1] * 60


class Campaign:
    """The campaign on one county, told up to ``now``. ``facts()`` may be asked again and tells the same."""

    def __init__(self, county: County, now: datetime) -> None:
        self.county = county
        self.now = now
        self.began_on = county.today - timedelta(days=DAYS_BEFORE_TODAY)
        self._midnight = datetime.combine(self.began_on, time(), ZONE)
        self._plan = _Plan(county, self.began_on, DAYS_BEFORE_TODAY)
        self.laggards = self._plan.laggards
        self._needs = self._count_needs()
        self.sites = self._open_sites()
        self._firsts = [village.first_ordinal for village in county.villages]
        self.officers: dict[str, tuple[Officer, ...]] = {
            village.code: officers_of(
                village.code, village.said, village.people, Random(f"{county.seed}:{village.code}:officers")
            )
            for village in county.villages
        }

    def _count_needs(self) -> list[list[list[int]]]:
        """Doses per day, site and product."""
        plan = self._plan
        needs = []
        for both in plan.doses:
            counts = [[0] * len(PRODUCTS) for _ in range(len(plan.clinics) + 1)]
            for people in both:
                for person in people:
                    counts[plan.site[person]][plan.product[person]] += 1
            needs.append(counts)
        return needs

    def _open_sites(self) -> tuple[DemoSite, ...]:
        """The county's large temporary site, then a clinic in every town, with nurses for their busiest day."""
        county = self.county
        towns = {village.town_code: village.town_said for village in county.villages}
        seat = next(node.code for node in county.divisions if node.level == "town")
        short = county.name[:-1]
        sites = [
            self._site(
                0,
                f"{county.code}-L1",
                f"{short}体育中心大型临时接种点",
                "temporary",
                seat,
                f"{short}体育中心",
            )
        ]
        for town, number in self._plan.clinics.items():
            name = (
                f"{towns[town]}卫生院接种门诊"
                if towns[town][-1] in "镇乡"
                else f"{towns[town]}社区卫生服务中心接种门诊"
            )
            sites.append(self._site(number, f"{town}-C1", name, "clinic", town, f"{towns[town]}政府街1号"))
        return tuple(sites)

    def _site(self, number: int, code: str, name: str, kind: str, area_code: str, address: str) -> DemoSite:
        busiest = max(sum(day[number]) for day in self._needs)
        rng = Random(f"{self.county.seed}:{code}")
        names = NameMaker(rng, address, rural=False)
        staff = tuple(
            Vaccinator(
                f"{code}-{n}",
                names.surname()
                + names.given(1972 + int(rng.random() * 27), "female" if rng.random() < 0.9 else "male"),
            )
            for n in range(1, max(2, -(-busiest // DOSES_A_VACCINATOR_A_DAY)) + 1)
        )
        return DemoSite(code, name, kind, area_code, address, staff)

    def facts(self) -> Iterator[Fact]:
        """Everything that happened up to ``now``, in the order of time."""
        supply = Supply(self._needs, [site.code for site in self.sites], self._midnight, self.county.seed)
        for day in range(DAYS_BEFORE_TODAY + 1):
            told: list[Fact] = [*supply.arrive(day), *self._doses(day, supply), *self._visits(day)]
            told.sort(key=lambda fact: fact[0])
            for fact in told:
                if fact[0] > self.now:
                    return
                yield fact

    def _doses(self, day: int, supply: Supply) -> Iterator[Vaccinated]:
        """The day's doses in the order of time, each from the next vial of its site."""
        rng = Random(f"{self.county.seed}:{day}:doses")
        midnight = self._midnight + timedelta(days=day)
        plan = self._plan
        line = [
            (_moment(rng, _HOURS), person, number)
            for number, people in enumerate(plan.doses[day], 1)
            for person in people
        ]
        line.sort()
        for second, person, number in line:
            site, product = plan.site[person], plan.product[person]
            lot, serial = supply.shelves[site][product].take()
            staff = self.sites[site].vaccinators
            code = PRODUCTS[product].code
            yield Vaccinated(
                midnight + timedelta(seconds=second), person, number, code, lot.number, lot.expires_on,
                vial_code(code, serial), self.sites[site].code, staff[int(rng.random() * len(staff))].code,
            )  # fmt: skip

    def _visits(self, day: int) -> Iterator[Attempted]:
        rng = Random(f"{self.county.seed}:{day}:visits")
        midnight = self._midnight + timedelta(days=day)
        for packed in self._plan.visits[day]:
            person = packed >> 8
            village = self.county.villages[bisect_right(self._firsts, person) - 1]
            officers = self.officers[village.code]
            officer = officers[(person - village.first_ordinal) * len(officers) // village.people]
            at = midnight + timedelta(seconds=_moment(rng, _VISIT_HOURS))
            yield Attempted(at, person, officer.code, OUTCOMES[packed >> 4 & 15], REASONS[packed & 15])


def campaign(county: County, now: datetime | None = None) -> Campaign:
    """The campaign of this county up to ``now`` (aware; default: 10:40 on the county's ``today``, Asia/Shanghai).

    Raises ValueError when ``now`` lies before the campaign's first day or after ``today``.
    """
    moment = now or datetime.combine(county.today, USUAL_CUT, ZONE)
    if moment.tzinfo is None:
        raise ValueError("now must be an aware moment")
    day = moment.astimezone(ZONE).date()
    if not county.today - timedelta(days=DAYS_BEFORE_TODAY) <= day <= county.today:
        raise ValueError(f"now ({day}) lies outside the campaign, which ends on {county.today}")
    return Campaign(county, moment)
