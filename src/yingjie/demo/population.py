"""The demo county's people: ``generate(size, seed, today, divisions)`` → ``County``; its parts are made when asked for.

    size     people    what
    small      5,000   one township of the county (东高村镇, 22 villages)
    medium    46,000   the whole county at about one tenth
    large    460,000   the whole county in full

Every village is made by its own generator, ``Random(f"{seed}:{village}")``, from a plan that fixes its number of people and
its first person's ordinal. So villages do not depend on each other, the county streams in bounded memory, and the same
size, seed and day give the same people with the same ordinals, numbers and phones.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate, count
from pathlib import Path
from random import Random
from typing import Literal, NamedTuple

from yingjie.areas.divisions import Division, aliases, short_names
from yingjie.demo.documents import identity_number, phone
from yingjie.demo.households import Slot, assemble, relation
from yingjie.demo.names import NameMaker

Size = Literal["small", "medium", "large"]
PEOPLE: dict[Size, int] = {"small": 5_000, "medium": 46_000, "large": 460_000}
COUNTY = "110117"
SMALL_TOWN = "110117101"
GRID_PEOPLE = 300
FEWEST_IN_A_VILLAGE = 40


class Person(NamedTuple):
    """One invented resident.

    ``ordinal`` counts through the county from 0 and is what the campaign's facts refer to. ``sex``: male, female.
    ``relation`` to the head of the household: head, spouse, child, parent, grandchild, other.
    ``father``/``mother``/``spouse``: their ordinals, None when not in the household. ``guardian``: for minors, the ordinal
    of the grown-up who answers for them. ``phone`` may be a relative's (the very old, children); "" for none.
    ``whereabouts``: here, nearby (lives in a neighbouring town), away (away for work).
    """

    ordinal: int
    name: str
    sex: str
    people: str
    birth_on: date
    identity_number: str
    phone: str
    village_code: str
    grid_code: str
    household: int
    relation: str
    father: int | None
    mother: int | None
    spouse: int | None
    guardian: int | None
    address: str
    whereabouts: str

    def age(self, on: date) -> int:
        """Full years on that day."""
        born = self.birth_on
        return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


class Household(NamedTuple):
    """People at one address; ``number`` counts from 1 within the village, ``people[0]`` is the head."""

    number: int
    village_code: str
    grid_code: str
    address: str
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """An invented grid: village code + 2 digits, e.g. 11011710120001, 01网格."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Village:
    """Plan of one village: what is fixed before any of its people is made."""

    ordinal: int
    code: str
    name: str
    said: str  # 崔家庄村 for 崔家庄村委会
    town_code: str
    town_said: str
    rural: bool
    people: int
    first_ordinal: int
    grids: tuple[Grid, ...]


@dataclass(frozen=True, slots=True)
class County:
    """The plan of a demo county, and its people on demand. ``divisions``: ancestors, county, its towns, its villages."""

    size: Size
    seed: int
    today: date
    code: str
    name: str
    divisions: tuple[Division, ...]
    villages: tuple[Village, ...]

    @property
    def population(self) -> int:
        """Number of people in all villages."""
        return sum(village.people for village in self.villages)

    def households(self) -> Iterator[Household]:
        """All households, village by village; a person's ordinal grows all along."""
        for village in self.villages:
            yield from self.households_of(village)

    def households_of(self, village: Village) -> Iterator[Household]:
        """Households of one village, the same whether others were made before or not."""
        return _VillageMaker(self, village).households()

    def people(self) -> Iterator[Person]:
        """All people in the order of their ordinals."""
        for household in self.households():
            yield from household.people


def generate(
    size: Size, seed: int, today: date, divisions: Iterable[Division], *, town: str = SMALL_TOWN
) -> County:
    """A demo county on these divisions (``areas.divisions.load("110117")``, or another county's).

    ``today`` is the day on which ages hold. ``town`` is the township of size ``small``; where the divisions lack it, the one
    with most villages is taken. Raises ValueError for an unknown size or divisions without villages.
    """
    if size not in PEOPLE:
        raise ValueError(f"size is small, medium or large, not {size!r}")
    nodes = tuple(divisions)
    counties = [node for node in nodes if node.level == "county"]
    villages = [node for node in nodes if node.level == "village"]
    if len(counties) != 1 or not villages:
        raise ValueError("give the divisions of one county with its villages")
    if size == "small":
        by_town: dict[str, int] = {}
        for node in villages:
            by_town[node.code[:9]] = by_town.get(node.code[:9], 0) + 1
        chosen = town if town in by_town else max(by_town, key=lambda code: by_town[code])
        villages = [node for node in villages if node.code.startswith(chosen)]
    names = {node.code: node.name for node in nodes}
    plans = _plan(villages, names, PEOPLE[size], seed)
    return County(size, seed, today, counties[0].code, counties[0].name, nodes, plans)


def said(division: Division) -> str:
    """The name people use in an address: 马坊镇 for 马坊地区, 崔家庄村 for 崔家庄村委会."""
    if division.code in aliases():
        return aliases()[division.code][0]
    if division.name.endswith("委员会") or division.name.endswith("委会"):
        return max(short_names(division.name, division.level), key=len, default=division.name)
    return division.name


def is_rural(village: Division) -> bool:
    """Whether it is a village, by its code: the bureau numbers communities from 001 and villages from 200."""
    return village.code[-3] >= "2"


def _plan(villages: list[Division], names: dict[str, str], people: int, seed: int) -> tuple[Village, ...]:
    """Uneven villages that sum to exactly ``people``: communities larger, mountain townships (…2xx) smaller."""
    rng = Random(f"{seed}:plan")
    weights = []
    for village in villages:
        middle = 1.0 if is_rural(village) else 2.4
        if village.code[6] == "2":
            middle *= 0.6
        weights.append(middle * rng.lognormvariate(0.0, 0.45))
    floor = min(FEWEST_IN_A_VILLAGE, people // len(villages))
    spread = people - floor * len(villages)
    total = sum(weights)
    shares = list(accumulate(weight * spread / total for weight in weights))
    ends = [0, *(round(share) for share in shares)]
    plans: list[Village] = []
    first = 0
    for ordinal, village in enumerate(villages):
        size = floor + ends[ordinal + 1] - ends[ordinal]
        grids = max(1, round(size / GRID_PEOPLE))
        town = Division(village.code[:9], names[village.code[:9]], "town")
        plans.append(
            Village(
                ordinal, village.code, village.name, said(village), town.code, said(town), is_rural(village), size,
                first, tuple(Grid(f"{village.code}{n:02d}", f"{n:02d}网格") for n in range(1, grids + 1)),
            )
        )  # fmt: skip
        first += size
    return tuple(plans)


@lru_cache(maxsize=1)
def pyramid() -> tuple[tuple[int, int, str, int], ...]:
    """The committed age structure: (from age, to age, sex, people per 10,000)."""
    rows = []
    with (Path(__file__).parent / "pyramid.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            for sex in ("male", "female"):
                rows.append((int(row["from_age"]), int(row["to_age"]), sex, int(row[sex])))
    return tuple(rows)


# Share away for work and living nearby, from this age on.
_WHEREABOUTS = (
    (0, 0.02, 0.02),
    (18, 0.09, 0.05),
    (23, 0.15, 0.06),
    (36, 0.08, 0.05),
    (51, 0.04, 0.03),
    (61, 0.01, 0.02),
)


class _VillageMaker:
    """Makes one village's households, in order, from its own generator."""

    def __init__(self, county: County, village: Village) -> None:
        self.village = village
        self.rng = Random(f"{county.seed}:{village.code}")
        self.names = NameMaker(self.rng, village.said, rural=village.rural)
        self.today = county.today
        self.birthdays: set[tuple[date, bool]] = set()

    def households(self) -> Iterator[Household]:
        men, women = self._ages()
        first = self.village.first_ordinal
        done = 0
        for number, home in enumerate(assemble(self.rng, men, women), 1):
            grid = self.village.grids[done * len(self.village.grids) // self.village.people]
            yield self._household(number, home, grid, first + done)
            done += len(home)

    def _ages(self) -> tuple[list[int], list[int]]:
        """Ages of men and women: systematic sampling of the pyramid, so that even one village looks like it."""
        bands = pyramid()
        total = sum(share for *_, share in bands)
        step = total / self.village.people
        mark = self.rng.random() * step
        men: list[int] = []
        women: list[int] = []
        passed = 0
        for low, high, sex, share in bands:
            passed += share
            into = men if sex == "male" else women
            while mark < passed:
                draw = self.rng.random()
                # The oldest bands thin out within themselves.
                into.append(low + int((draw**1.4 if low >= 70 else draw) * (high - low + 1)))
                mark += step
        if len(men) + len(women) < self.village.people:  # the last mark may fall on the very end
            women.append(30)
        return men, women

    def _birth(self, slot: Slot, named: dict[Slot, tuple[str, str, date]]) -> date:
        """A birthday for somebody of that age today; no two of one sex in the village share it."""
        leap_day = (self.today.month, self.today.day) == (2, 29)
        latest = self.today.replace(year=self.today.year - slot.age, day=28 if leap_day else self.today.day)
        others = slot.mother.children if slot.mother else []
        siblings = [named[other][2] for other in others if other in named]
        for attempt in count():
            born = latest - timedelta(days=int(self.rng.random() * 364))
            if (born, slot.male) in self.birthdays:
                continue
            # Nine months and more between siblings; grown-up brothers of one age (from two branches) give up.
            if attempt > 60 or all(abs((born - other).days) > 280 for other in siblings):
                break
        self.birthdays.add((born, slot.male))
        return born

    def _address(self, number: int) -> str:
        village = self.village
        if village.rural:
            return f"{village.town_said}{village.said}{number + number // 7}号"
        block, rest = divmod(number - 1, 72)
        entrance, flat = divmod(rest, 24)
        return f"{village.town_said}{village.said}{block + 1}号楼{entrance + 1}单元{flat // 4 + 1}0{flat % 4 + 1}室"

    def _named(self, home: list[Slot]) -> dict[Slot, tuple[str, str, date]]:
        """Name, ethnic group and birthday of everybody, the oldest first: surnames come from the father."""
        found: dict[Slot, tuple[str, str, date]] = {}
        surnames: dict[Slot, str] = {}
        for slot in sorted(home, key=lambda slot: -slot.age):
            sex = "male" if slot.male else "female"
            born = self._birth(slot, found)
            parent = slot.father or slot.mother
            if slot.father and self.rng.random() < 0.97:
                surnames[slot] = surnames[slot.father]
            elif slot.mother and slot.father:
                surnames[slot] = surnames[slot.mother]
            else:
                surnames[slot] = self.names.surname(local=slot.male or slot.spouse is None)
            people = found[parent][1] if parent else self.names.people()
            own = self.names.own_name(people, sex)
            found[slot] = (own or surnames[slot] + self.names.given(born.year, sex), people, born)
        return found

    def _whereabouts(self, age: int) -> str:
        draw = self.rng.random()
        away, nearby = next((away, near) for start, away, near in reversed(_WHEREABOUTS) if start <= age)
        return "away" if draw < away else "nearby" if draw < away + nearby else "here"

    def _phones(self, home: list[Slot], ordinals: dict[Slot, int]) -> dict[Slot, str]:
        """Everybody's own phone, but children have a parent's and many of the old one of the household's."""
        shared = next((slot for slot in home if 18 <= slot.age < 65), home[0])
        found: dict[Slot, str] = {}
        for slot in home:
            owner: Slot | None = slot
            if slot.age < 14:
                owner = slot.mother if slot.mother and self.rng.random() < 0.6 else slot.father or shared
            elif slot.age >= 68 and self.rng.random() < 0.45:
                owner = shared if shared is not slot or self.rng.random() < 0.7 else None
            found[slot] = phone(ordinals[owner]) if owner else ""
        return found

    def _household(self, number: int, home: list[Slot], grid: Grid, first: int) -> Household:
        ordinals = {slot: first + place for place, slot in enumerate(home)}
        named = self._named(home)
        phones = self._phones(home, ordinals)
        address = self._address(number)
        head = home[0]
        grown = next((slot for slot in home if slot.age >= 18), head)
        people = []
        for slot, ordinal in ordinals.items():
            name, group, born = named[slot]
            guardian = (slot.mother or slot.father or grown) if slot.age < 18 else None
            people.append(
                Person(
                    ordinal, name, "male" if slot.male else "female", group, born,
                    identity_number(self.village.ordinal, born, male=slot.male), phones[slot],
                    self.village.code, grid.code, number, relation(slot, head),
                    ordinals[slot.father] if slot.father else None,
                    ordinals[slot.mother] if slot.mother else None,
                    ordinals[slot.spouse] if slot.spouse else None,
                    ordinals[guardian] if guardian else None,
                    address, self._whereabouts(slot.age),
                )
            )  # fmt: skip
        return Household(number, self.village.code, grid.code, address, tuple(people))
