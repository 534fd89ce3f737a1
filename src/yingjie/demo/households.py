"""Who lives with whom: couples of near age, their children, grandparents with a son, people on their own.

``assemble(rng, men, women)`` takes the ages of one village's people and returns homes made of ``Slot``s, each person in
exactly one home. What always holds, in full years: a mother is 20 to 43 years older than her child, a father at least 18;
a husband is at most 2 years younger and 9 years older than his wife; children who found no parents (both away for
work) live with someone two generations older.
"""

from __future__ import annotations

from random import Random

OLDEST = 105
ADULT = 18
MARRIAGEABLE = 22

# Share of women who live with a husband, from this age on.
_MARRIED = (
    (0, 0.0),
    (22, 0.25),
    (25, 0.62),
    (30, 0.88),
    (35, 0.95),
    (60, 0.88),
    (70, 0.66),
    (80, 0.36),
    (90, 0.1),
)
# Share of the unmarried who live with their parents (when parents of fitting age are there).
_AT_HOME = ((0, 1.0), (19, 0.92), (23, 0.7), (26, 0.5), (40, 0.4), (56, 0.0))


def _by_age(steps: tuple[tuple[int, float], ...]) -> list[float]:
    shares = []
    for age in range(OLDEST + 1):
        shares.append([share for start, share in steps if start <= age][-1])
    return shares


MARRIED = _by_age(_MARRIED)
AT_HOME = _by_age(_AT_HOME)


class Slot:
    """One person to be: age in full years, sex, kin within the same home; the rest is given by ``population``."""

    __slots__ = ("age", "children", "father", "home", "male", "mother", "room", "spouse", "ward")

    def __init__(self, age: int, male: bool) -> None:
        self.age = age
        self.male = male
        self.home: list[Slot] = []
        self.mother: Slot | None = None
        self.father: Slot | None = None
        self.spouse: Slot | None = None
        self.children: list[Slot] = []
        self.room = 0  # children this mother may still get
        self.ward = False  # a child brought up by grandparents


Buckets = list[list[Slot]]


def _buckets(slots: list[Slot]) -> Buckets:
    buckets: Buckets = [[] for _ in range(OLDEST + 1)]
    for slot in slots:
        buckets[slot.age].append(slot)
    return buckets


def _nearest(buckets: Buckets, target: int, low: int, high: int) -> list[Slot] | None:
    """The bucket with somebody in it whose age is nearest to the target, within low to high years."""
    low, high = max(0, low), min(OLDEST, high)
    target = min(max(target, low), high)
    for step in range(high - low + 1):
        if target + step <= high and buckets[target + step]:
            return buckets[target + step]
        if target - step >= low and buckets[target - step]:
            return buckets[target - step]
    return None


def _take(rng: Random, bucket: list[Slot]) -> Slot:
    """Somebody from the bucket, out of it (the last fills the place)."""
    place = int(rng.random() * len(bucket))
    bucket[place], bucket[-1] = bucket[-1], bucket[place]
    return bucket.pop()


def _marry(rng: Random, men: Buckets, women: Buckets) -> tuple[list[list[Slot]], list[Slot]]:
    """Homes of couples, and the women left; the men left stay in their buckets."""
    homes: list[list[Slot]] = []
    left: list[Slot] = []
    for age, bucket in enumerate(women):
        for woman in bucket:
            found = None
            if rng.random() < MARRIED[age]:
                wish = round(age + rng.gauss(1.8, 2.5))
                found = _nearest(men, wish, max(MARRIAGEABLE, age - 2), age + 9)
            if found is None:
                left.append(woman)
                continue
            man = _take(rng, found)
            man.spouse, woman.spouse = woman, man
            draw = rng.random()
            woman.room = 1 if draw < 0.42 else 2 if draw < 0.92 else 3
            homes.append([man, woman])
    return homes, left


def _mother_for(rng: Random, age: int, mothers: Buckets) -> Slot | None:
    """A mother of fitting age with room for a child of this age; none whose last child is as old."""
    for _ in range(6):
        found = _nearest(mothers, round(age + rng.gauss(27, 4)), age + 20, age + 43)
        if found is None:
            return None
        mother = found[int(rng.random() * len(found))]
        if not mother.children or mother.children[-1].age != age:
            return mother
    return None


def _give_children(rng: Random, single: list[Slot], mothers: Buckets) -> list[Slot]:
    """Puts the unmarried with parents of fitting age, youngest first; returns those who found none or live alone."""
    left: list[Slot] = []
    for child in sorted(single, key=lambda slot: slot.age):
        mother = None
        if child.age < ADULT or rng.random() < AT_HOME[child.age]:
            mother = _mother_for(rng, child.age, mothers)
        if mother is None or mother.spouse is None:
            left.append(child)
            continue
        child.mother, child.father = mother, mother.spouse
        mother.children.append(child)
        mother.room -= 1
        if mother.room <= 0:
            mothers[mother.age].remove(mother)
        child.home = mother.spouse.home
        child.home.append(child)
    return left


def _place_wards(rng: Random, children: list[Slot], elders: Buckets) -> None:
    """Children whose parents are away: to grandparents."""
    for child in children:
        found = _nearest(elders, child.age + 52, child.age + 38, child.age + 75)
        found = found or _nearest(elders, child.age + 30, child.age + 18, OLDEST)
        if found is None:  # a place without grown-ups cannot be
            raise ValueError("children but no grown-ups: too few people in one village")
        home = found[int(rng.random() * len(found))].home
        child.ward = True
        child.home = home
        home.append(child)


def _moving_in(elder: Slot) -> float:
    """How likely the oldest of a home lives with a son."""
    if elder.age < 50:
        return 0.0
    if elder.spouse is None:
        return 0.55
    return 0.15 if elder.age < 70 else 0.32


def _join_parents(rng: Random, homes: list[list[Slot]]) -> list[list[Slot]]:
    """Some elders move in with a son (with whoever lives with them), the oldest first."""
    sons: Buckets = _buckets([home[0] for home in homes if home[0].male and home[0].spouse])
    kept: list[list[Slot]] = []
    for home in sorted(homes, key=lambda home: -home[0].age):
        elder = home[0]
        found = None
        if rng.random() < _moving_in(elder):
            mother = elder.spouse if elder.male else elder
            low = max(elder.age - 42, mother.age - 43 if mother else 0)
            high = min(elder.age, mother.age if mother else elder.age) - 20
            found = _nearest(sons, round(elder.age - rng.gauss(26, 4)), low, high)
        if found is None:
            kept.append(home)
            continue
        if elder.male and elder.spouse and elder in sons[elder.age]:
            sons[elder.age].remove(elder)
        son = _take(rng, found)
        son.father = elder if elder.male else None
        son.mother = elder.spouse if elder.male else elder
        if son.mother:
            son.mother.children.append(son)
        son.home.extend(home)
        for slot in home:
            slot.home = son.home
    return kept


def assemble(rng: Random, men: list[int], women: list[int]) -> list[list[Slot]]:
    """Homes for these ages (men's and women's, full years), in no particular order.

    The first in each home is its head. Raises ValueError when there are children but no grown-ups at all.
    """
    free_men = _buckets([Slot(age, True) for age in men])
    homes, single = _marry(rng, free_men, _buckets([Slot(age, False) for age in women]))
    single += [man for bucket in free_men for man in bucket]
    for home in homes:
        home[0].home = home[1].home = home
    left = _give_children(rng, single, _buckets([home[1] for home in homes]))
    for slot in left:
        if slot.age >= ADULT:
            slot.home = [slot]
            homes.append(slot.home)
    grown = _buckets([slot for home in homes for slot in home if slot.age >= ADULT])
    _place_wards(rng, [slot for slot in left if slot.age < ADULT], grown)
    homes = _join_parents(rng, homes)
    rng.shuffle(homes)
    return homes


def relation(slot: Slot, head: Slot) -> str:
    """What a slot is to the head of its home: head, spouse, child, parent, grandchild or other."""
    if slot is head:
        return "head"
    if slot.spouse is head:
        return "spouse"
    if slot.ward:
        return "grandchild"
    if head in (slot.father, slot.mother):
        return "child"
    return "parent" if slot in (head.father, head.mother) else "other"
