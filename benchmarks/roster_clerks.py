"""A fourth county with a known truth: what clerks do to whole columns, and what places do to whole files.

Nothing here errs row by row only. A number or a phone is dragged down a column and counts up, a column is pasted one
row too low, a village is merged into its neighbour and renamed, birth days are set to 1 January or told by the moon,
old people are called by a title, notes stand behind names, a couple's phones are crossed, a spreadsheet turned the last
three figures of numbers into 000. Twins whose registered numbers are next to each other; registers in 15 digits.
Shares nothing with the other generators but the columns and `checked`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl
from roster_harsh import checked

_FAMILIES = list(
    "王李张刘陈杨赵黄周吴徐孙马胡朱郭何罗高林章郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛阎段雷龙黎史陶贺毛郝顾龚邵覃武钱戴严莫孔向常汤"
)
_HOMOPHONE = dict(
    zip(
        "张章程陈于余阎付吴肖蒋邓伟国华丽英芳军志海梅玲霞红明强杰文勇平兰珍",
        "章张陈程余俞闫傅武萧姜登玮果桦莉瑛方君智亥玫铃侠虹名墙洁雯永萍蓝真",
        strict=True,
    )
)
_OLD_FORM = dict(
    zip(
        "张刘陈赵黄马罗许韩冯国华丽军强兰凤贵宝义云红东伟龙",
        "張劉陳趙黃馬羅許韓馮國華麗軍強蘭鳳貴寶義雲紅東偉龍",
        strict=True,
    )
)
_GIVEN = {
    1955: ("福德才有根水土金树山大长满仓柱栓良清和万", "秀英兰花凤莲香妹桃菊翠珍巧梅云芝仙娥"),
    1980: ("建国志军卫东红兵永胜海涛文学光荣立新春生", "丽华玉芬淑琴桂荣春燕海霞红梅小平爱萍"),
    2000: ("鹏飞超凡磊伟杰博强浩宇涛俊波斌凯峰亮", "婷婷静雯倩丽莎娜敏慧洁晶晶蕾莉媛颖"),
    9999: ("梓轩浩宸子墨宇航一诺俊豪铭泽奕辰晨曦", "梓萱欣怡诗涵雨桐可馨语嫣若溪一诺佳琪"),
}
_TITLES_M, _TITLES_F = ("大爷", "大伯", "老汉", "二叔", "老三"), ("大妈", "奶奶", "婶", "大娘", "氏")
_NOTES = ("（户主）", "(小)", "（大）", "（外出）", "1", "*", "（残）", "(已签约)")


@dataclass(frozen=True, slots=True)
class One:
    id: int
    name: str
    number: str
    born_on: date
    male: bool
    phones: str
    address: str
    village: str
    household: int


@dataclass(frozen=True)
class Habits:
    """Shares of rows; of runs, the share of rows that stand in one."""

    births: bool = True
    missing: float = 0.08
    slip: float = 0.03
    dragged: float = 0.01
    pasted_low: float = 0.002
    zeros: float = 0.008
    fifteen: float = 0.03
    letters: float = 0.004
    phone_lost: float = 0.12
    phone_dragged: float = 0.02
    phone_crossed: float = 0.03
    phone_low: float = 0.01
    title: float = 0.004
    nickname: float = 0.004
    note: float = 0.02
    homophone: float = 0.012
    old_form: float = 0.01
    gap: float = 0.02
    first_january: float = 0.04
    moon: float = 0.03
    no_birth: float = 0.05
    birth_low: float = 0.002
    merged: float = 0.12
    """Of villages."""
    village_low: float = 0.01
    address_lost: float = 0.15
    address_short: float = 0.3
    address_house: float = 0.05
    moved: float = 0.03
    copies: float = 0.01
    new: float = 0.1
    twins: float = 0.02
    register_fifteen: float = 0.0
    register_missing: float = 0.01


CLERK = Habits()
MERGER = Habits(
    births=False, missing=0.04, slip=0.04, dragged=0.004, pasted_low=0.0, zeros=0.02, fifteen=0.0, merged=0.4, title=0.001,
    nickname=0.001, note=0.05, homophone=0.02, old_form=0.03, phone_lost=0.2, phone_dragged=0.04, moved=0.05, address_lost=0.25,
    register_fifteen=0.02, register_missing=0.02, new=0.15, twins=0.03,
)  # fmt: skip
MIXES = {"clerk": CLERK, "merger": MERGER}


def clerks(seed: int, size: int, habits: Habits):
    """(registry, roster, truth) as in `roster_generator`."""
    dice = random.Random(f"clerks {seed}")
    everyone = _county(dice, int(size * (1 + habits.new * 0.6)), habits)
    new_house = {one.household for one in everyone if dice.random() < 0.02}
    fresh = {one.id for one in everyone if one.household in new_house or dice.random() < habits.new * 0.5}
    rows = [one for one in everyone if one.id in fresh or dice.random() < 0.9]
    rows += dice.sample(rows, int(len(rows) * habits.copies))
    rows.sort(
        key=lambda one: (one.village, one.household if dice.random() < 0.98 else 0)
    )  # lists lie by houses
    cells = [_cells(dice, one, habits, everyone) for one in rows]
    _by_columns(dice, cells, rows, habits)
    _villages(dice, cells, habits)
    registry = pl.DataFrame(
        [_registered(dice, one, habits) for one in everyone if one.id not in fresh],
        orient="row",
        schema=_SCHEMA,
    )
    roster = pl.DataFrame(
        [
            (
                at + 1,
                c["name"],
                c["number"],
                c["born_on"],
                c["sex"],
                c["phones"],
                c["address"],
                c["village"],
                None,
            )
            for at, c in enumerate(cells)
        ],
        orient="row",
        schema=_SCHEMA,
    ).drop("household")
    of = {one.number for one in everyone}
    wrong = [c["number"] != one.number and not c["fifteen"] for c, one in zip(cells, rows, strict=True)]
    truth = pl.DataFrame(
        {
            "id": range(1, len(rows) + 1),
            "person": [None if one.id in fresh else one.id for one in rows],
            "bad_number": wrong,
            "others_number": [bad and c["number"] in of for bad, c in zip(wrong, cells, strict=True)],
        },
        schema_overrides={"id": pl.Int64, "person": pl.Int64},
    )
    return registry, roster if habits.births else roster.drop("born_on"), truth


_SCHEMA = {
    "id": pl.Int64, "name": pl.String, "number": pl.String, "born_on": pl.Date, "sex": pl.String, "phones": pl.String,
    "address": pl.String, "village": pl.String, "household": pl.String,
}  # fmt: skip


# ------------------------------------------------------------------------------------------------------- people


def _county(dice, size, habits):
    people: list[One] = []
    used: set[str] = set()
    villages = max(10, size // 1100)
    house = 0
    rank = [1 / (at + 2) for at in range(len(_FAMILIES))]
    clans = [dice.choices(_FAMILIES, rank, k=3) for _ in range(villages)]
    while len(people) < size:
        house += 1
        place = dice.randrange(villages)
        code = f"421125{place // 20 + 100:03d}{place % 20 + 200:03d}"
        address = f"湖北省黄冈市浠水县清泉{place // 20}镇桃树{place % 20}村{dice.randrange(1, 12)}组{dice.randrange(1, 90)}号"
        clan = dice.choice(clans[place]) if dice.random() < 0.6 else dice.choices(_FAMILIES, rank)[0]
        home = f"199{dice.randrange(10**8):08d}"
        names: set[str] = set()
        for family, born, male, given, order in _home(dice, clan, rank, habits):
            name = family + given
            while name in names:
                name = family + _given(dice, born, male)
            names.add(name)
            area = "421125" if dice.random() < 0.9 else dice.choice(["421126", "420921", "360421"])
            number = checked(f"{area}{born:%Y%m%d}{order:03d}")
            while number in used:
                order = (order + 2) % 1000
                number = checked(f"{area}{born:%Y%m%d}{order:03d}")
            used.add(number)
            aged = (2026 - born.year) > 72 or born.year > 2010
            phone = home if dice.random() < (0.75 if aged else 0.25) else f"199{dice.randrange(10**8):08d}"
            phone = phone if dice.random() < 0.93 else ""
            people.append(One(len(people) + 1, name, number, born, male, phone, address, code, house))
    return people


def _home(dice, clan, rank, habits):
    middle = date(1976, 1, 1) + timedelta(days=int(dice.gauss(0, 5000)))
    made = []

    def add(family, born, male, given=None, order=None):
        born = min(
            max(born, date(1928, 1, 1) + timedelta(days=dice.randrange(2000))),
            date(2026, 6, 30) - timedelta(days=dice.randrange(900)),
        )
        if dice.random() < 0.02:
            born = born.replace(month=1, day=1)  # registered so
        order = order if order is not None else 1 + dice.randrange(0, 240) * 2 + (0 if male else 1)
        made.append((family, born, male, given or _given(dice, born, male), order))
        return made[-1]

    if dice.random() < 0.9:
        add(clan, middle, True)
    if dice.random() < 0.88:
        add(dice.choices(_FAMILIES, rank)[0], middle + timedelta(days=dice.randrange(-1000, 1000)), False)
    if dice.random() < 0.35:
        add(clan, middle - timedelta(days=dice.randrange(7000, 10500)), True)
    if dice.random() < 0.4:
        add(dice.choices(_FAMILIES, rank)[0], middle - timedelta(days=dice.randrange(7000, 10500)), False)
    for child in range(dice.choices([0, 1, 2, 3], [22, 40, 30, 8])[0]):
        born = middle + timedelta(days=dice.randrange(7600, 9500) + child * 1000)
        first = add(clan, born, dice.random() < 0.53)
        if dice.random() < habits.twins:
            male = first[2] if dice.random() < 0.75 else not first[2]
            given = first[3][:1] + _given(dice, born, male)[-1] if dice.random() < 0.6 else None
            add(clan, first[1], male, given, first[4] + (2 if male == first[2] else 1))
    return made


def _given(dice, born, male):
    pool = next(pools for until, pools in _GIVEN.items() if born.year < until)[0 if male else 1]
    return dice.choice(pool) + (dice.choice(pool) if dice.random() < 0.72 else "")


# ------------------------------------------------------------------------------------------- rows, columns, places


def _registered(dice, one, habits):
    number: str | None = one.number
    if dice.random() < habits.register_missing:
        number = None
    elif dice.random() < habits.register_fifteen and one.number[6:8] == "19":
        number = one.number[:6] + one.number[8:17]
    return (
        one.id,
        one.name,
        number,
        one.born_on,
        "male" if one.male else "female",
        one.phones,
        one.address,
        one.village,
        str(one.household),
    )


def _cells(dice, one, habits, everyone):
    if dice.random() < habits.moved:
        other = dice.choice(everyone)
        phone = other.phones if dice.random() < 0.3 else f"199{dice.randrange(10**8):08d}"
        one = replace(one, phones=phone, address=other.address, village=other.village)
    sex = None if dice.random() < 0.03 else "male" if one.male else "female"
    return {
        "name": _name(dice, one, habits), **_number(dice, one, habits), "born_on": _birth(dice, one.born_on, habits),
        "sex": sex, "phones": _phone(dice, one, habits), "address": _address(dice, one.address, habits), "village": one.village,
    }  # fmt: skip


def _number(dice, one, habits):
    number, roll = one.number, dice.random()
    if roll < habits.missing:
        return {"number": None, "fifteen": False}
    roll -= habits.missing
    if roll < habits.slip:
        at = dice.randrange(0, 17)
        if dice.random() < 0.6:
            number = number[:at] + str((int(number[at]) + dice.randrange(1, 10)) % 10) + number[at + 1 :]
        elif dice.random() < 0.6 and at < 16:
            number = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
        elif dice.random() < 0.7:
            number = number[:at] + number[at + 1 :]
        else:  # two figures read in the wrong line
            number = number[:at] + f"{dice.randrange(100):02d}"[: 17 - at] + number[at + 2 :]
        return {"number": number, "fifteen": False}
    roll -= habits.slip
    if roll < habits.zeros:
        return {"number": number[:15] + "000", "fifteen": False}
    roll -= habits.zeros
    if roll < habits.letters:
        return {"number": number.replace("0", "O", 1).replace("1", "l", 1), "fifteen": False}
    roll -= habits.letters
    if roll < habits.fifteen and number[6:8] == "19":
        return {"number": number[:6] + number[8:17], "fifteen": True}
    return {"number": number, "fifteen": False}


def _name(dice, one, habits):
    name, roll = one.name, dice.random()
    spot = dice.choice([at for at, sign in enumerate(name) if sign in _HOMOPHONE] or [0])
    aged = one.born_on.year < 1962
    for share, made in (
        (
            habits.title * (4 if aged else 0),
            lambda: name[0] + dice.choice(_TITLES_M if one.male else _TITLES_F),
        ),
        (habits.nickname, lambda: dice.choice(("小", "老", "阿")) + name[-1]),
        (habits.note, lambda: name + dice.choice(_NOTES)),
        (habits.homophone, lambda: name[:spot] + _HOMOPHONE.get(name[spot], name[spot]) + name[spot + 1 :]),
        (habits.old_form, lambda: "".join(_OLD_FORM.get(sign, sign) for sign in name)),
        (habits.gap, lambda: "　".join(name) if len(name) == 2 else name[0] + " " + name[1:]),
        (0.004, lambda: name[1:] + name[0]),
        (0.004, lambda: name[0] + name[1:][::-1]),
        (0.004, lambda: name[:-1] + dice.choice("伟强明辉玲敏杰华丽红军花")),
    ):
        roll -= share
        if roll < 0:
            return made()
    return name


def _birth(dice, born, habits):
    roll = dice.random()
    if roll < habits.no_birth:
        return None
    roll -= habits.no_birth
    if roll < habits.first_january:
        return born.replace(month=1, day=1)
    roll -= habits.first_january
    if roll < habits.moon:  # the moon's month and day, written as if the sun's
        told = born - timedelta(days=dice.randrange(20, 51))
        return told.replace(year=born.year, day=min(told.day, 28)) if dice.random() < 0.5 else told
    return born


def _phone(dice, one, habits):
    roll = dice.random()
    if roll < habits.phone_lost * 0.5:
        return ""
    if roll < habits.phone_lost:
        return f"199{dice.randrange(10**8):08d}"
    return one.phones


def _address(dice, address, habits):
    roll = dice.random()
    if roll < habits.address_lost:
        return ""
    if roll < habits.address_lost + habits.address_short:
        return address.removeprefix("湖北省黄冈市浠水县")
    if roll < habits.address_lost + habits.address_short + habits.address_house:
        return address[: address.index("组") + 1] + f"{dice.randrange(1, 90)}号"
    return address


def _by_columns(dice, cells, rows, habits):
    """Dragged and pasted columns, and couples with crossed phones."""
    size = len(cells)

    def runs(share, shortest, longest):
        done = 0
        while done < share * size:
            long = dice.randrange(shortest, longest + 1)
            start = dice.randrange(1, size - long - 1)
            done += long
            yield start, long

    for start, long in runs(habits.dragged, 2, 6):
        first = cells[start - 1]["number"]
        if first and first[-1].isdigit() and first.isdigit():
            for step in range(long):
                cells[start + step]["number"] = f"{int(first) + step + 1:0{len(first)}d}"
                cells[start + step]["fifteen"] = False
    for start, long in runs(habits.phone_dragged, 2, 8):
        first = cells[start - 1]["phones"]
        if first:
            for step in range(long):
                cells[start + step]["phones"] = str(int(first) + step + 1)
    for field, share in (
        ("number", habits.pasted_low),
        ("phones", habits.phone_low),
        ("born_on", habits.birth_low),
        ("village", habits.village_low),
    ):
        for start, long in runs(share, 4, 20):
            kept = [cells[start + step - 1][field] for step in range(long)]
            for step in range(long):
                cells[start + step][field] = kept[step]
                if field == "number":
                    cells[start + step]["fifteen"] = False
    for at in range(1, size):
        if (
            rows[at].household == rows[at - 1].household
            and rows[at].male != rows[at - 1].male
            and dice.random() < habits.phone_crossed
        ):
            cells[at]["phones"], cells[at - 1]["phones"] = cells[at - 1]["phones"], cells[at]["phones"]


def _villages(dice, cells, habits):
    """Some villages went into the next one and were called anew, in this file only."""
    codes = sorted({cell["village"] for cell in cells})
    merged = {
        code: codes[(at + 1) % len(codes)] for at, code in enumerate(codes) if dice.random() < habits.merged
    }
    for cell in cells:
        into = merged.get(cell["village"])
        if into:
            cell["village"] = into
            at = cell["address"].find("村")
            if at > 0:
                start = cell["address"].find("桃树")
                cell["address"] = cell["address"][:start] + "新桃社区" + cell["address"][at + 1 :]
