"""How many sites of which kind a daily load needs, and how many stations each: from queueing theory, with the reason said.

    found = sites_needed(Load(people=900, at_home=12, far=60), clinics, rules)

Whoever cannot leave home is visited by home teams; villages far from every site are visited by mobile teams; the others go to the
fixed clinics that there are, then to the temporary sites that there are, and what those cannot bear to new temporary ones.
Stations are the fewest with which the promise holds in the busiest hour (`vaxkit.simulation.approximations`); seats for
observation are enough for 99 of 100 moments."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vaxkit.simulation.approximations import kept_share, servers_for
from vaxkit.vocabulary import Text

STATIONS = ("registration", "screening", "vaccination")
_SURE = 0.99


@dataclass(frozen=True, slots=True)
class Turn:
    """Minutes of one turn at a station."""

    mean: float
    sd: float

    @property
    def variability(self) -> float:
        return (self.sd / self.mean) ** 2 if self.mean else 0.0


@dataclass(frozen=True, slots=True)
class Load:
    """People to be vaccinated a day: in all, of them at home and in villages far from every site."""

    people: int
    at_home: int = 0
    far: int = 0


@dataclass(frozen=True, slots=True)
class Clinic:
    """A site that there is (clinic or temporary): doses a day by its hours, and its stations."""

    name: str
    people_a_day: int
    stations: Mapping[str, int] = field(default_factory=dict)
    seats: int = 0
    kind: str = "clinic"


@dataclass(frozen=True, slots=True)
class Rules:
    """`turns` by station; so many percent wait `minutes` at most at each; the busiest hour has `peak` times the average. A
    temporary site takes `largest` people a day at most, a mobile team loses `travel_hours` of its day, a home visit takes
    `visit_minutes` with observation, `way_minutes` to the next."""

    turns: Mapping[str, Turn]
    hours: float = 8.0
    minutes: float = 15.0
    percent: int = 90
    peak: float = 1.3
    observation: float = 30.0
    largest: int = 1500
    travel_hours: float = 2.0
    visit_minutes: float = 40.0
    way_minutes: float = 15.0

    @property
    def visits_a_day(self) -> int:
        return max(1, math.floor(self.hours * 60 / (self.visit_minutes + self.way_minutes)))


@dataclass(frozen=True, slots=True)
class StationNeed:
    """`kept`: the share who wait as promised in the busiest hour; `with_one_less` the same with one fewer (None: there is one)."""

    station: str
    number: int
    busy: float
    kept: float
    with_one_less: float | None


@dataclass(frozen=True, slots=True)
class Unit:
    """So many sites or teams of a kind (clinic, temporary, mobile, home), each for `people_a_day`. `name` of a clinic that there
    is; `lacks` the stations it has too few of."""

    kind: str
    count: int
    people_a_day: int
    stations: tuple[StationNeed, ...]
    seats: int
    because: Text
    name: str = ""
    lacks: Mapping[str, int] = field(default_factory=dict)

    @property
    def numbers(self) -> dict[str, int]:
        return {need.station: need.number for need in self.stations}


def sites_needed(load: Load, clinics: Sequence[Clinic], rules: Rules) -> tuple[Unit, ...]:
    """Fixed clinics with their share, then temporary sites, mobile and home teams: only those that are needed."""
    at_home = min(load.at_home, load.people)
    far = min(load.far, load.people - at_home)
    rest = load.people - at_home - far
    found: list[Unit] = []
    left = rest
    for kind in ("clinic", "temporary"):
        there = _there([clinic for clinic in clinics if clinic.kind == kind], left, rules)
        left -= sum(unit.people_a_day for unit in there)
        found += there
    if left > 0:
        found.append(_temporary(left, rest, rules))
    if far:
        found.append(_mobile(far, rules))
    if at_home:
        found.append(_home(at_home, rules))
    return tuple(found)


def stations_for(people_a_day: int, hours: float, rules: Rules) -> tuple[StationNeed, ...]:
    """The fewest stations for so many people in so many hours."""
    rate = people_a_day / hours / 60 * rules.peak
    found = []
    for station in STATIONS:
        turn = rules.turns[station]
        asked = (rate, turn.mean, rules.minutes, rules.percent / 100, turn.variability)
        number = servers_for(*asked)

        def kept(servers: int, turn: Turn = turn) -> float:
            return kept_share(servers, rate, turn.mean, rules.minutes, turn.variability)

        less = kept(number - 1) if number > 1 else None
        found.append(StationNeed(station, number, rate * turn.mean / number, kept(number), less))
    return tuple(found)


def seats_for(people_a_day: int, hours: float, rules: Rules) -> int:
    """Seats for observation: everybody sits `observation` minutes; the number at one moment is Poisson's (M/G/infinity)."""
    mean = people_a_day / hours / 60 * rules.peak * rules.observation
    if not mean:
        return 0
    # Twelve standard deviations below the mean nothing is left to sum.
    seats = max(0, math.floor(mean - 12 * math.sqrt(mean)))
    share = math.exp(seats * math.log(mean) - math.lgamma(seats + 1) - mean)
    so_far = share
    while so_far < _SURE:
        seats += 1
        share *= mean / seats
        so_far += share
    return seats


def most_with_one_station_each(hours: float, rules: Rules) -> int:
    """People a day whom one of each station bears under the promise."""
    low, high = 0, math.ceil(hours * 60 / min(turn.mean for turn in rules.turns.values()))
    while low < high:
        middle = (low + high + 1) // 2
        if all(need.number == 1 for need in stations_for(middle, hours, rules)):
            low = middle
        else:
            high = middle - 1
    return max(1, low)


def _there(clinics: Sequence[Clinic], rest: int, rules: Rules) -> list[Unit]:
    """The sites of one kind share the load by what they can take, none more than that."""
    can = sum(clinic.people_a_day for clinic in clinics)
    found, given = [], 0
    for clinic in clinics:
        share = -(-clinic.people_a_day * min(rest, can) // can) if can else 0
        people = min(clinic.people_a_day, share, rest - given)
        if people <= 0:
            continue
        given += people
        needs = stations_for(people, rules.hours, rules)
        has = clinic.stations
        lacks = {
            need.station: need.number - has.get(need.station, 0)
            for need in needs
            if need.number > has.get(need.station, 0)
        }
        because = Text(
            f"按开放时间每天可接种 {clinic.people_a_day} 人，分到 {people} 人。",
            f"Its hours allow {clinic.people_a_day} people a day; {people} are its share.",
        )
        seats = seats_for(people, rules.hours, rules)
        found.append(Unit(clinic.kind, 1, people, needs, seats, because, clinic.name, lacks))
    return found


def _temporary(left: int, rest: int, rules: Rules) -> Unit:
    count = math.ceil(left / rules.largest)
    each = math.ceil(left / count)
    because = Text(
        f"现有接种点每天共可接种 {rest - left} 人，还差 {left} 人；新设的一个大型临时点每天不超过 {rules.largest} 人。",
        f"The sites there are bear {rest - left} people a day, {left} are left; a new temporary one takes {rules.largest} at most.",
    )
    return Unit(
        "temporary",
        count,
        each,
        stations_for(each, rules.hours, rules),
        seats_for(each, rules.hours, rules),
        because,
    )


def _mobile(far: int, rules: Rules) -> Unit:
    hours = max(1.0, rules.hours - rules.travel_hours)
    most = most_with_one_station_each(hours, rules)
    count = math.ceil(far / most)
    each = math.ceil(far / count)
    because = Text(
        f"离各接种点都远的村每天 {far} 人；一支流动队每天在村 {hours:g} 小时，登记、预检、接种各一台，可接种 {most} 人。",
        f"{far} people a day live far from every site; a mobile team works {hours:g} hours in the village, one desk each: "
        f"{most} people.",
    )
    return Unit(
        "mobile", count, each, stations_for(each, hours, rules), seats_for(each, hours, rules), because
    )


def _home(at_home: int, rules: Rules) -> Unit:
    visits = rules.visits_a_day
    count = math.ceil(at_home / visits)
    because = Text(
        f"卧床和不便出门的每天 {at_home} 人；每户含留观 {rules.visit_minutes:g} 分钟、路上 {rules.way_minutes:g} 分钟，"
        f"一组每天 {visits} 户。",
        f"{at_home} people a day cannot leave home; a visit with observation takes {rules.visit_minutes:g} minutes and the way "
        f"{rules.way_minutes:g}: {visits} visits a team and day.",
    )
    return Unit("home", count, math.ceil(at_home / count), (), 0, because)
