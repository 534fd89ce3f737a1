"""A third county with a known truth, built to hurt; it shares nothing with the other two but the answer's columns.

Many twins with neighbouring numbers, neighbours of one name (some of one birth date too), one phone for a whole house,
newcomers in registered houses. In the roster: 30 % of the numbers missing, wrong ones that fail their check and some
that pass it, 15 digits, a housemate's or a neighbouring line's number, characters of one sound, variants, mistyped,
left out, swapped, the family name last; births missing; people who married or moved into other registered houses; the
same people again with other errors. The registry errs too.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl

_CHECK = "10X98765432"
_WEIGHT = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_FAMILY = list(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_OLD = (list("福贵财宝德才义礼仁忠孝长青松柏根水国建"), list("秀英桂兰玉珍淑香莲凤荣花翠芝素云"))
_MIDDLE = (list("建国华军强民利永志海生平刚文东学成勇斌"), list("秀丽芳红霞艳春华敏玲萍娟琴燕梅静慧"))
_YOUNG = (list("浩然子轩宇泽睿博文昊天俊熙辰逸嘉铭"), list("梓涵欣怡诗琪雨桐思语佳可馨若曦诺萱"))
_ALIKE = dict(
    zip(
        "伟芳英静丽强军洋勇艳杰娟涛明兰霞平红玉梅建华国志海春云宇斌俊琪婷怡轩泽",
        "玮方瑛净莉蔷君阳永燕洁鹃滔铭岚侠萍虹钰玫健桦果智亥椿芸雨彬骏淇亭宜萱择",
        strict=True,
    )
)
_OLD_FORM = dict(zip("伟国华丽军强艳静兰云红玉凤贵宝义宁", "偉國華麗軍強豔靜蘭雲紅玊鳳貴寶義寧", strict=True))
_WRONG = list("伟强明辉玲敏杰鑫磊洋艳波超亮健倩颖婷雪梅龙虎")
_TOWN = "冀州市枣强县"


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    name: str
    number: str
    born_on: date
    sex: str
    phones: str
    address: str
    village: str
    household: int


@dataclass(frozen=True)
class Harsh:
    """Shares of rows (of persons, where it says so)."""

    missing: float = 0.30
    slip: float = 0.045
    sound_slip: float = 0.001
    housemate_number: float = 0.002
    line_number: float = 0.0005
    fifteen: float = 0.03
    name: float = 0.03
    no_birth: float = 0.08
    birth: float = 0.012
    no_sex: float = 0.04
    sex: float = 0.004
    phone: float = 0.22
    address: float = 0.45
    moved: float = 0.04
    copies: float = 0.02
    new: float = 0.12
    births: bool = True
    twins: float = 0.04
    namesakes: float = 0.03
    """Of persons: has the name of somebody else of the village."""
    one_phone: float = 0.6
    """Of houses: all have one phone."""


HARSH = Harsh()
CARELESS_UNIT = Harsh(
    missing=0.04, slip=0.07, fifteen=0.0, births=False, moved=0.03, name=0.02, phone=0.3, address=0.6, one_phone=0.3,
    copies=0.03, twins=0.02,
)  # fmt: skip
MIGRANTS = Harsh(
    missing=0.12, slip=0.05, moved=0.15, no_birth=0.03, phone=0.35, address=0.4, new=0.18, namesakes=0.05, twins=0.06,
    one_phone=0.8, name=0.05,
)  # fmt: skip
MIXES = {"harsh": HARSH, "unit2": CARELESS_UNIT, "migrants": MIGRANTS}


def harsh(seed: int, size: int, mix: Harsh):
    """(registry, roster, truth) as in `roster_generator`."""
    dice = random.Random(seed)
    everyone = _county(dice, int(size * (1 + mix.new * 0.6)), mix)
    registered, rows = [], []
    houses_new = {one.household for one in everyone if dice.random() < 0.012 * mix.new / 0.12}
    houses: dict[int, list[Person]] = {}
    for one in everyone:
        houses.setdefault(one.household, []).append(one)
        fresh = one.household in houses_new or dice.random() < mix.new * 0.35
        if not fresh:
            registered.append(one)
        if fresh or dice.random() < 0.9:
            rows.append(one)
    known = {one.id for one in registered}
    written = [_row(dice, one, mix, houses, everyone, rows[at - 1].number) for at, one in enumerate(rows)]
    written += [
        _row(dice, one, mix, houses, everyone, "") for one in dice.sample(rows, int(len(rows) * mix.copies))
    ]
    dice.shuffle(written)
    registry = pl.DataFrame([_registered(dice, one) for one in registered], orient="row", schema=_SCHEMA)
    roster = pl.DataFrame(
        [(at + 1, *row[1:-1]) for at, row in enumerate(written)], orient="row", schema=_SCHEMA
    ).drop("household")
    truth = pl.DataFrame(
        {
            "id": range(1, len(written) + 1),
            "person": [row[0] if row[0] in known else None for row in written],
            "bad_number": [row[-1] != "right" for row in written],
            "others_number": [row[-1] in ("housemate", "line") for row in written],
        },
        schema_overrides={"id": pl.Int64, "person": pl.Int64},
    )
    return registry, roster if mix.births else roster.drop("born_on"), truth


_SCHEMA = {
    "id": pl.Int64, "name": pl.String, "number": pl.String, "born_on": pl.Date, "sex": pl.String, "phones": pl.String,
    "address": pl.String, "village": pl.String, "household": pl.String,
}  # fmt: skip


def checked(first: str) -> str:
    return first + _CHECK[sum(w * int(d) for w, d in zip(_WEIGHT, first, strict=True)) % 11]


def _county(dice, size, mix):
    people: list[Person] = []
    villages = max(8, size // 1400)
    leading = [dice.choices(_FAMILY, weights=_rank(len(_FAMILY)), k=6) for _ in range(villages)]
    used: set[str] = set()
    names: list[list[str]] = [[] for _ in range(villages)]
    house = 0
    while len(people) < size:
        house += 1
        village = dice.randrange(villages)
        family = (
            dice.choice(leading[village])
            if dice.random() < 0.75
            else dice.choices(_FAMILY, _rank(len(_FAMILY)))[0]
        )
        code = f"131121{village // 25 + 101:03d}{village % 25 + 201:03d}"
        place = f"{_TOWN}红旗{village // 25}乡东风{village % 25}村{dice.randrange(1, 400)}号"
        shared = _mobile(dice) if dice.random() < mix.one_phone else None
        at_home: set[str] = set()
        for family_name, born, sex, order, given in _members(dice, family, mix):
            name = family_name + given
            if names[village] and dice.random() < mix.namesakes:
                name = dice.choice(names[village])
            while name in at_home:  # parents give no name twice
                name = family_name + _given(dice, born, sex == "male")
            at_home.add(name)
            names[village].append(name)
            area = "131121" if dice.random() < 0.85 else dice.choice(["131122", "131127", "130534"])
            number = checked(f"{area}{born:%Y%m%d}{order:03d}")
            while number in used:
                order = (order + 2) % 1000
                number = checked(f"{area}{born:%Y%m%d}{order:03d}")
            used.add(number)
            phone = shared or (_mobile(dice) if dice.random() < 0.9 else "")
            people.append(Person(len(people) + 1, name, number, born, sex, phone, place, code, house))
            if dice.random() < 0.0006:  # one name, one birth date, one village, another person
                other = checked(f"{area}{born:%Y%m%d}{(order + 2 * dice.randrange(3, 90)) % 1000:03d}")
                if other not in used:
                    used.add(other)
                    house += 1
                    elsewhere = f"{_TOWN}红旗{village // 25}乡东风{village % 25}村{dice.randrange(1, 400)}号"
                    people.append(
                        Person(len(people) + 1, name, other, born, sex, _mobile(dice), elsewhere, code, house)
                    )
    return people


def _members(dice, family, mix):
    """Family name, birth, sex, the three figures of the number, given name; a couple, its parents, its children."""
    middle = date(1979, 1, 1) + timedelta(days=int(dice.gauss(0, 4500)))
    made = []

    def add(name, born, male, given=None, order=None):
        if born < date(1930, 1, 1):
            born = date(1930, 1, 1) + timedelta(days=dice.randrange(3000))
        elif born > date(2026, 8, 1):
            born = date(2026, 8, 1) - timedelta(days=dice.randrange(3000))
        order = order if order is not None else dice.randrange(0, 250) * 2 + male
        made.append((name, born, "male" if male else "female", order, given or _given(dice, born, male)))

    stranger = lambda: dice.choices(_FAMILY, _rank(len(_FAMILY)))[0]  # noqa: E731 the one word for "any family name"
    if dice.random() < 0.93:
        add(family, middle + timedelta(days=dice.randrange(-900, 900)), True)
    if dice.random() < 0.9:
        add(stranger(), middle + timedelta(days=dice.randrange(-900, 900)), False)
    if dice.random() < 0.4:
        add(family, middle - timedelta(days=dice.randrange(7300, 11000)), True)
    if dice.random() < 0.45:
        add(stranger(), middle - timedelta(days=dice.randrange(7300, 11000)), False)
    for child in range(dice.choices([0, 1, 2, 3], [25, 40, 28, 7])[0]):
        born = middle + timedelta(days=dice.randrange(7300, 10500) + child * 800)
        male = dice.random() < 0.52
        first = _given(dice, born, male)
        order = dice.randrange(0, 250) * 2 + male
        add(family, born, male, first, order)
        if dice.random() < mix.twins:
            same_sex = dice.random() < 0.7
            other = male if same_sex else not male
            second = (
                first[0] + dice.choice(_pool(born, other))
                if len(first) == 2 and dice.random() < 0.7
                else None
            )
            add(family, born, other, second, order + (2 if same_sex else 1))
    return made


def _pool(born, male):
    pools = _OLD if born.year < 1958 else _MIDDLE if born.year < 1992 else _YOUNG
    return pools[0 if male else 1]


def _given(dice, born, male):
    pool = _pool(born, male)
    return dice.choice(pool) + (dice.choice(pool) if dice.random() < 0.75 else "")


def _rank(count, power=0.9):
    return [1 / (at + 3) ** power for at in range(count)]


def _mobile(dice):
    return f"199{dice.randrange(10**8):08d}"


# ---------------------------------------------------------------------------------------------------- the two lists


def _registered(dice, one: Person):
    roll = dice.random()
    number: str | None = one.number
    if roll < 0.008:
        number = None
    elif roll < 0.011:
        number = _slip(dice, one.number)
    born = None if dice.random() < 0.01 else one.born_on
    return (one.id, one.name, number, born, one.sex, one.phones, one.address, one.village, str(one.household))


def _row(dice, one: Person, mix: Harsh, houses, everyone, line_before):
    who = one.id
    if dice.random() < mix.moved:
        other = everyone[dice.randrange(len(everyone))]
        if dice.random() < 0.6:  # married or moved into another registered house
            one = replace(one, phones=other.phones, address=other.address, village=other.village)
        else:
            one = replace(
                one,
                phones=_mobile(dice),
                address=f"{other.address[:-2]}附{dice.randrange(1, 90)}号",
                village=other.village,
            )
    number, error = _number(dice, one, mix, houses, line_before)
    name = _name(dice, one.name) if dice.random() < mix.name else one.name
    if dice.random() < 0.01:
        name = name[0] + "　" + name[1:]
    born = None if dice.random() < mix.no_birth else one.born_on
    if born and dice.random() < mix.birth:
        born = _birth(dice, born)
    sex = None if dice.random() < mix.no_sex else one.sex
    if sex and dice.random() < mix.sex:
        sex = "female" if sex == "male" else "male"
    return (
        who,
        name,
        number,
        born,
        sex,
        _phone(dice, one, mix),
        _address(dice, one, mix),
        one.village,
        None,
        error,
    )


def _number(dice, one, mix, houses, line_before):
    number, roll = one.number, dice.random()
    for share, error in (  # noqa: B007 the last one that fits
        (mix.missing, "missing"), (mix.slip, "slip"), (mix.sound_slip, "sound_slip"),
        (mix.housemate_number, "housemate"), (mix.line_number, "line"), (mix.fifteen, "fifteen"),
    ):  # fmt: skip
        roll -= share
        if roll < 0:
            break
    else:
        return number, "right"
    if error == "missing":
        return None, error
    if error == "slip":
        wrong = _slip(dice, number)
        return wrong, error if wrong != number else "right"
    if error == "sound_slip":
        at = dice.randrange(14, 17) if dice.random() < 0.5 else dice.randrange(0, 6)
        wrong = checked(
            number[:at] + str((int(number[at]) + dice.randrange(1, 10)) % 10) + number[at + 1 : 17]
        )
        return wrong, error
    if error == "housemate":
        mates = [mate.number for mate in houses[one.household] if mate.id != one.id]
        return (dice.choice(mates), error) if mates else (number, "right")
    if error == "line":
        return (line_before, error) if line_before and line_before != number else (number, "right")
    return (number[:6] + number[8:17], "right") if number[6:8] == "19" else (number.lower(), "right")


def _slip(dice, number):
    roll, at = dice.random(), dice.randrange(0, 17)
    if roll < 0.6:
        return number[:at] + str((int(number[at]) + dice.randrange(1, 10)) % 10) + number[at + 1 :]
    at = dice.randrange(0, 16)
    if roll < 0.85:
        return number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    if roll < 0.92:
        return number[:at] + number[at + 1 :]
    if roll < 0.96:
        return number[:at] + number[at] + number[at:]
    once = number[:at] + str((int(number[at]) + 1) % 10) + number[at + 1 :]
    other = (at + 5) % 17
    return once[:other] + str((int(once[other]) + 3) % 10) + once[other + 1 :]


def _name(dice, name):
    roll, at = dice.random(), dice.randrange(1, len(name))
    if roll < 0.4 and name[at] in _ALIKE:
        return name[:at] + _ALIKE[name[at]] + name[at + 1 :]
    if roll < 0.55:
        return "".join(_OLD_FORM.get(sign, sign) for sign in name)
    if roll < 0.70 and len(name) == 3:
        return name[0] + name[at]
    if roll < 0.75 and len(name) == 3:
        return name[0] + name[2] + name[1]
    if roll < 0.80:
        return name[1:] + name[0]
    return name[:at] + dice.choice(_WRONG) + name[at + 1 :]


def _birth(dice, born):
    roll = dice.random()
    if roll < 0.3 and born.day <= 12:
        return born.replace(month=born.day, day=born.month)
    if roll < 0.6:
        return born.replace(year=born.year + dice.choice([-1, 1, -10]), day=min(born.day, 28))
    return born + timedelta(days=dice.choice([-30, -10, -1, 1, 9, 31]))


def _phone(dice, one, mix):
    roll = dice.random()
    if roll < mix.phone * 0.55:
        return _mobile(dice)
    if roll < mix.phone * 0.9:
        return ""
    if roll < mix.phone and one.phones:
        at = dice.randrange(3, 11)
        return one.phones[:at] + str((int(one.phones[at]) + 1) % 10) + one.phones[at + 1 :]
    return one.phones


def _address(dice, one, mix):
    roll = dice.random()
    if roll < mix.address * 0.5:
        return one.address.removeprefix(_TOWN)
    if roll < mix.address * 0.75:
        return ""
    if roll < mix.address * 0.85:
        return one.address[: one.address.index("村") + 1]
    if roll < mix.address:
        return one.address[: one.address.index("村") + 1] + f"{dice.randrange(1, 400)}号"
    return one.address
