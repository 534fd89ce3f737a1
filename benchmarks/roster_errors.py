"""The errors that people make in a roster, row by row, at stated rates; see roster_generator.py."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

SURNAMES = list(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
GIVEN = list(
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂红玉梅建华国文志海春生金凤山林云龙飞鹏宇辉斌波宁健俊峰翔雪晶莹欣怡佳琪梓涵浩然子轩雨泽思诗琳婷玲慧淑珍香莲荣福贵财宝德才义礼仁信忠孝东南西北永安康乐长青松柏树根水泉清江河湖正中立新民爱学成功胜利"
)
_WRITTEN = "伟芳娜英静丽强磊军洋勇艳杰娟涛明兰霞平红玉梅建华国志海春金林云飞鹏宇辉斌俊峰雪欣佳琪婷"
_MISTAKEN = "玮方那瑛净莉蔷垒君阳永燕洁鹃滔铭岚侠萍虹钰玫健桦果智亥椿今琳芸菲朋雨晖彬骏锋学新嘉淇亭"
SOUND_ALIKE = dict(zip(_WRITTEN, _MISTAKEN, strict=True))
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
PREFIX = "河北省衡水市阜城县"


@dataclass(frozen=True)
class Mix:
    """Shares of rows with each error. `careless` rows err `careless_times` as often, everywhere at once."""

    missing: float = 0.06
    wrong: float = 0.03
    name: float = 0.02
    phone: float = 0.17
    village: float = 0.04
    address: float = 0.12
    short_address: float = 0.25
    family_number: float = 0.0
    fifteen: float = 0.0
    careless: float = 0.0
    careless_times: float = 4.0
    name_other_sign: float = 0.0
    """Of the wrong names: a character of another sound, one left out, or two swapped."""
    hard_slips: float = 0.0
    """Of the wrong numbers: a digit left out or put in, or two slips at once."""
    copies: float = 0.01
    copies_err_anew: bool = False
    new: float = 0.11
    new_in_households: float = 0.5
    registry_missing: float = 0.0
    registry_wrong: float = 0.0
    moved_away: float = 0.0
    with_birth: bool = False
    with_household: bool = False
    surname_power: float = 1.0
    one_sign_names: float = 0.22
    office_phone: float = 0.0


FIELD_ROSTER = Mix(
    missing=0.05, wrong=0.04, name=0.03, phone=0.22, village=0.03, address=0.15, short_address=0.4, family_number=0.002,
    fifteen=0.02, careless=0.08, name_other_sign=0.3, hard_slips=0.2, copies=0.015, copies_err_anew=True, new=0.09,
    new_in_households=0.6, registry_missing=0.01, registry_wrong=0.003, moved_away=0.03, with_birth=True,
    surname_power=1.15, one_sign_names=0.3, office_phone=0.02,
)  # fmt: skip
UNIT_ROSTER = Mix(
    missing=0.02, wrong=0.06, name=0.015, phone=0.30, village=0.10, address=0.35, short_address=0.2, family_number=0.004,
    fifteen=0.0, careless=0.03, name_other_sign=0.5, hard_slips=0.35, copies=0.02, copies_err_anew=True, new=0.2,
    new_in_households=0.25, registry_missing=0.005, registry_wrong=0.002, moved_away=0.06, with_birth=False,
    surname_power=0.8, one_sign_names=0.15,
)  # fmt: skip
GRID_SURVEY = Mix(
    missing=0.15, wrong=0.02, name=0.04, phone=0.12, village=0.01, address=0.08, short_address=0.5, careless=0.1,
    name_other_sign=0.25, hard_slips=0.1, copies=0.01, new=0.07, new_in_households=0.7, registry_missing=0.01,
    moved_away=0.02, with_birth=True, with_household=True, surname_power=1.3, one_sign_names=0.35, office_phone=0.03,
)  # fmt: skip
MIXES = {"field": FIELD_ROSTER, "unit": UNIT_ROSTER, "grid": GRID_SURVEY}


def slip(rng, number):
    at = int(rng.integers(0, 17))
    return number[:at] + str((int(number[at]) + int(rng.integers(1, 10))) % 10) + number[at + 1 :]


def _swap(rng, number):
    at = int(rng.integers(0, 16))
    return number[:at] + number[at + 1] + number[at] + number[at + 2 :]


def _hard(rng, number):
    at, kind = int(rng.integers(0, 17)), int(rng.integers(0, 3))
    if kind == 0:
        return number[:at] + number[at + 1 :]
    if kind == 1:
        return number[:at] + str(int(rng.integers(0, 10))) + number[at:]
    return slip(rng, slip(rng, number))


# --------------------------------------------------------------------------------------------------- errors


def with_errors(rng, rows, mix, places, mates):
    size = rows.height
    columns = {
        field: rows[field].to_list()
        for field in ("name", "number", "phones", "village", "address", "household")
    }
    born = rows["born_on"].to_list()
    dice = rng.random((size, 9)) / np.where(rng.random(size) < mix.careless, mix.careless_times, 1.0)[:, None]
    bad, others = np.zeros(size, bool), np.zeros(size, bool)
    for at in range(size):
        number = columns["number"][at]
        columns["number"][at], bad[at] = _number_error(
            rng, dice[at], number, mix, mates.get(columns["household"][at], ())
        )
        others[at] = (
            dice[at, 0] >= mix.missing + mix.wrong and columns["number"][at] not in (None, number) and bad[at]
        )
        if dice[at, 1] < mix.name:
            columns["name"][at] = _name_error(rng, columns["name"][at], mix)
        elif dice[at, 1] < mix.name + 0.01:
            columns["name"][at] = columns["name"][at][:1] + " " + columns["name"][at][1:]
        if dice[at, 2] < mix.phone * 0.7:
            columns["phones"][at] = f"1993{int(rng.integers(0, 10**7)):07d}"
        elif dice[at, 2] < mix.phone:
            columns["phones"][at] = ""
        if dice[at, 3] < mix.village:
            columns["village"][at] = places[int(rng.integers(0, len(places)))]
        columns["address"][at] = _address_error(rng, dice[at, 4], columns["address"][at], mix)
        if mix.with_birth and dice[at, 5] < 0.01:
            born[at] = _birth_error(rng, born[at])
    changed = [pl.Series(field, values, dtype=pl.String) for field, values in columns.items()]
    return rows.with_columns(
        [
            *changed,
            pl.Series("born_on", born, dtype=pl.Date),
            pl.Series("bad_number", bad),
            pl.Series("others_number", others),
        ]
    )


def _number_error(rng, dice, number, mix, mates):
    roll = dice[0]
    if roll < mix.missing:
        return None, True
    roll -= mix.missing
    if roll < mix.wrong:
        if rng.random() < mix.hard_slips:
            made = _hard(rng, number)
        else:
            made = slip(rng, number) if rng.random() < 2 / 3 else _swap(rng, number)
        return made, made != number
    roll -= mix.wrong
    if roll < mix.family_number and len(mates) > 1:
        return mates[int(rng.integers(0, len(mates)))], True
    if dice[6] < mix.fifteen and number[6:8] == "19":
        return number[:6] + number[8:17], False
    if dice[7] < 0.01:
        return (number.lower() if number[-1] == "X" else number.translate(_WIDE)), False
    return number, False


def _name_error(rng, name, mix):
    if rng.random() >= mix.name_other_sign:
        for sign in name[1:]:
            if sign in SOUND_ALIKE:
                return name.replace(sign, SOUND_ALIKE[sign])
        return name
    kind = int(rng.integers(0, 3))
    if kind == 0 and len(name) > 2:
        return name[:1] + name[2:]
    if kind == 1 and len(name) > 2:
        return name[0] + name[2] + name[1] + name[3:]
    return name[:-1] + GIVEN[int(rng.integers(0, len(GIVEN)))]


def _address_error(rng, roll, address, mix):
    if roll < mix.address * 0.66:
        return ""
    if roll < mix.address:
        return address[:-2] + f"{int(rng.integers(1, 9))}号"
    if roll < mix.address + mix.short_address:
        return address.replace(PREFIX, "")
    return address


def _birth_error(rng, born):
    kind = int(rng.integers(0, 3))
    if kind == 0 and born.day <= 12:
        return born.replace(month=born.day, day=born.month)
    if kind == 1:
        return born.replace(year=born.year - 1, day=min(born.day, 28))
    return born.replace(day=min(28, born.day % 28 + 1))


def answer(registry, rows, mix):
    rows = (
        rows.with_columns(person=pl.when(pl.col("id") < 10_000_000).then("id"))
        .drop("id")
        .with_row_index("id", offset=1)
    )
    truth = rows.select(pl.col("id").cast(pl.Int64), "person", "bad_number", "others_number")
    dropped = ["person", "bad_number", "others_number"]
    if not mix.with_birth:
        dropped.append("born_on")
    if not mix.with_household:
        dropped.append("household")
    return registry, rows.drop(dropped).with_columns(pl.col("id").cast(pl.Int64)), truth
