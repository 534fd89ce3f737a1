"""Rosters with known truth: a registry of a county, and a roster of it with the errors that people make.

Two generators that share nothing but the answer's columns:

    plain(...)       households drawn independently, every error drawn independently of the others
    county(mix=...)  households of three generations with couples, twins and namesakes; names by cohort; people
                     who married away; errors that come together on the rows of a careless writer, numbers of
                     family members, rows repeated with other errors; a registry that errs too

Both give (registry, roster, truth) as polars frames. registry: id, name, number, born_on, sex, phones, address,
village, household. roster: the same but for born_on and household, which a mix may leave out. truth: id, person
(null: new), bad_number (missing or wrong in the roster).

All numbers carry the invented area 999999 or the county's own prefix; phones and people are invented.
"""

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
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECKS = np.array(list("10X98765432"))
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_PREFIX = "河北省衡水市阜城县"


def numbers(area: np.ndarray, born: np.ndarray, sequence: np.ndarray) -> np.ndarray:
    """Resident numbers with right check digits."""
    ymd = np.char.replace(np.datetime_as_string(born, unit="D"), "-", "")
    first = np.char.add(np.char.add(area, ymd), np.char.zfill(sequence.astype(str), 3)).astype("U17")
    digits = first.view("U1").reshape(len(first), 17).astype(np.int64)
    return np.char.add(first, _CHECKS[(digits * _WEIGHTS).sum(1) % 11])


def _frame(ids, name, number, born, sequence, phones, village, address, household) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "id": ids, "name": name, "number": number, "born_on": born.astype("datetime64[D]"),
            "sex": np.where(sequence % 2 == 1, "male", "female"), "phones": phones, "address": address,
            "village": village, "household": np.char.add("h", household.astype(str)),
        }
    ).with_columns(pl.col("born_on").cast(pl.Date))  # fmt: skip


# ---------------------------------------------------------------------------------------------------- plain


def _plain_people(rng, size, first_id, houses=None, total=None):
    total = total or size
    weight = 1 / np.arange(3, len(SURNAMES) + 3)
    weight /= weight.sum()
    house = rng.integers(0, total // 3 + 1, size) if houses is None else rng.choice(houses, size)
    village = house % 617
    top = np.random.default_rng(99).choice(len(SURNAMES), (617, 4), p=weight)
    salt = house * 2654435761 % 1000003
    own = np.where(salt % 100 < 62, top[village, salt % 4], salt * 7 % len(SURNAMES))
    surname = np.array(SURNAMES)[
        np.where(rng.random(size) < 0.68, own, rng.choice(len(SURNAMES), size, p=weight))
    ]
    common = 1 / np.arange(4, len(GIVEN) + 4) ** 0.7
    common /= common.sum()
    one = np.array(GIVEN)[
        np.where(rng.random(size) < 0.25, salt % 40, rng.choice(len(GIVEN), size, p=common))
    ]
    two = np.array(GIVEN)[rng.choice(len(GIVEN), size, p=common)]
    two[rng.random(size) < 0.22] = ""
    born = np.datetime64("1923-06-01") + rng.integers(0, 365 * 98, size)
    area = np.where(
        rng.random(size) < 0.86, 131128, rng.choice([131127, 131126, 131124, 130927, 371428], size)
    )
    sequence = rng.integers(1, 999, size)
    mobile = np.char.add("1990", np.char.zfill(rng.integers(0, 10**7, size).astype(str), 7))
    family = np.char.add("1991", np.char.zfill((salt * 97 % 10**7).astype(str), 7))
    place = np.char.add(
        "第", np.char.add((village // 48).astype(str), np.char.add("镇第", (village % 48).astype(str)))
    )
    address = np.char.add(
        _PREFIX, np.char.add(place, np.char.add("村", np.char.add((house // 617 + 1).astype(str), "号")))
    )
    code = np.char.add("131128", np.char.zfill((village // 48 * 1000 + village % 48 + 100001).astype(str), 6))
    phones = np.where(rng.random(size) < 0.45, family, mobile)
    name = np.char.add(np.char.add(surname, one), two)
    number = numbers(area.astype(str), born, sequence)
    return _frame(
        np.arange(first_id, first_id + size), name, number, born, sequence, phones, code, address, house
    )


def plain(
    seed: int, size: int, *, missing=0.06, wrong=0.03, name=0.02, phone=0.17, village=0.04, address=0.12
):
    """`size` people and as many rows: 88 % known, 11 % new (half of them in registered households), 1 % copies."""
    rng = np.random.default_rng(seed)
    registry = _plain_people(rng, size, 1).unique("number", keep="first", maintain_order=True)
    share = size // 17
    fresh = pl.concat(
        [
            _plain_people(rng, share, 10_000_001),
            _plain_people(rng, share, 12_000_001, np.arange(size // 3 + 1)),
        ]
    )
    fresh = fresh.join(registry.select("number"), on="number", how="anti").unique(
        "number", maintain_order=True
    )
    known = registry.sample(int(size * 0.88), seed=seed + 3, shuffle=True)
    rows = pl.concat([known, fresh.sample(int(size * 0.11), seed=seed + 8)]).sample(
        fraction=1, shuffle=True, seed=seed + 4
    )
    rates = Mix(missing=missing, wrong=wrong, name=name, phone=phone, village=village, address=address)
    rows = _with_errors(rng, rows, rates, registry["village"].to_list(), {})
    rows = pl.concat([rows, rows.sample(size - rows.height, seed=seed + 5)]).sample(
        fraction=1, shuffle=True, seed=seed + 6
    )
    return _answer(registry, rows, rates)


# --------------------------------------------------------------------------------------------------- county


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

_COHORTS = {  # given names by the time of birth: men's, women's
    1950: ("福贵财宝德才义礼仁信忠孝长青松柏树根水泉", "秀英桂兰玉珍淑香莲凤荣花翠芝"),
    1970: ("建国华军强民利永志海生平刚红文爱东学成", "秀英玉梅桂芳丽红霞艳春华敏玲萍娟琴燕"),
    1990: ("伟磊勇涛超杰鹏飞斌波宁健俊峰辉刚亮洋", "娜静敏丽婷婷晶莹雪慧佳琳倩颖洁瑶丹"),
    2030: ("浩然子轩梓涵宇泽睿博文昊天一鸣俊熙辰逸", "梓涵欣怡诗琪雨桐思语佳琪可馨若曦一诺萱"),
}


def county(seed: int, size: int, mix: Mix):
    """A county of about `size` registered people and a roster of nearly all of them with the errors of `mix`."""
    rng = np.random.default_rng(seed)
    everyone = _households(rng, int(size * (1 + mix.new * 0.6)), mix)
    count = everyone.height
    houses = everyone["household"].n_unique()
    fresh_share = mix.new * 0.55
    by_house = pl.DataFrame(
        {
            "household": everyone["household"].unique(maintain_order=True),
            "whole": rng.random(houses) < fresh_share * (1 - mix.new_in_households) * 1.6,
        }
    )
    whole = everyone.join(by_house, on="household", maintain_order="left")["whole"].to_numpy()
    alone = rng.random(count) < fresh_share * mix.new_in_households * 1.8
    is_new = whole | alone
    registered = everyone.filter(pl.Series(~is_new))
    coming = pl.Series(np.where(is_new, 1.0, 0.88)) > pl.Series(rng.random(count))
    rows = everyone.filter(coming)
    mates = _mates(everyone) if mix.family_number else {}
    moved = rng.random(rows.height) < mix.moved_away
    rows = _moved(rng, rows, moved)
    fresh_ids = set(everyone.filter(pl.Series(is_new))["id"].to_list())
    places = registered["village"].to_list()
    first = _with_errors(rng, rows, mix, places, mates)
    again = rows.sample(int(rows.height * mix.copies), seed=seed + 5)
    again = (
        _with_errors(rng, again, mix, places, mates)
        if mix.copies_err_anew
        else first.filter(pl.col("id").is_in(again["id"].implode()))
    )
    rows = pl.concat([first, again]).sample(fraction=1, shuffle=True, seed=seed + 6)
    registry = _registry_errors(rng, registered, mix)
    registry, rows, truth = _answer(registry, rows, mix)
    truth = truth.with_columns(
        person=pl.when(pl.col("person").is_in(list(fresh_ids))).then(None).otherwise("person")
    )
    return registry, rows, truth


def _households(rng, size, mix):
    """Three-generation households: a couple, perhaps the man's parents, none to three children, twins at 1 %."""
    weight = 1 / np.arange(3, len(SURNAMES) + 3) ** mix.surname_power
    weight /= weight.sum()
    villages = max(12, size // 1500)
    top = rng.choice(len(SURNAMES), (villages, 5), p=weight)
    houses = int(size / 3.6)
    kids = rng.choice([0, 1, 2, 3], houses, p=[0.25, 0.4, 0.28, 0.07])
    elders = rng.choice([0, 1, 2], houses, p=[0.5, 0.25, 0.25])
    lone = rng.random(houses) < 0.12
    slots = [
        ("man", ~lone),
        ("woman", rng.random(houses) < 0.9),
        ("father", elders == 2),
        ("mother", elders >= 1),
    ]
    slots += [(f"kid{at}", kids > at) for at in range(3)]
    village = rng.integers(0, villages, houses)
    surname = np.where(
        rng.random(houses) < 0.7,
        top[village, rng.integers(0, 5, houses)],
        rng.choice(len(SURNAMES), houses, p=weight),
    )
    couple = np.datetime64("1990-01-01") + (rng.normal(-6500, 5200, houses)).astype(int)
    sign = rng.integers(0, len(GIVEN), houses)
    twins = rng.random(houses) < 0.012
    family = np.char.add("1991", np.char.zfill(rng.integers(0, 10**7, houses).astype(str), 7))
    office = np.char.add("1992", np.char.zfill(village.astype(str), 7))
    parts = []
    base_kid = None
    for role, there in slots:
        at = np.flatnonzero(there)
        count = len(at)
        if role in ("man", "woman"):
            born = couple[at] + rng.integers(-1200, 1200, count)
        elif role in ("father", "mother"):
            born = couple[at] - rng.integers(7300, 11500, count)
        else:
            born = couple[at] + rng.integers(7300, 11000, count) + 900 * int(role[-1])
            if role == "kid0":
                base_kid = np.full(houses, np.datetime64("NaT"), dtype="datetime64[D]")
                base_kid[at] = born
            elif role == "kid1":
                born = np.where(twins[at], base_kid[at], born)
        born = np.clip(born, np.datetime64("1922-01-01"), np.datetime64("2026-06-01"))
        female = {"man": 0.0, "father": 0.0, "woman": 1.0, "mother": 1.0}.get(role, 0.5)
        sex_odd = rng.random(count) >= female
        sequence = rng.integers(0, 160, count) * 2 + sex_odd
        own = np.array(SURNAMES)[surname[at]]
        married_in = rng.choice(len(SURNAMES), count, p=weight)
        names = np.where(role in ("woman", "mother"), np.array(SURNAMES)[married_in], own)
        given = _given(rng, born, sex_odd, mix.one_sign_names, sign[at] if role.startswith("kid") else None)
        private = np.char.add("1990", np.char.zfill(rng.integers(0, 10**7, count).astype(str), 7))
        shares = 0.85 if role in ("father", "mother") or role.startswith("kid") else 0.35
        phones = np.where(rng.random(count) < shares, family[at], private)
        phones = np.where(rng.random(count) < mix.office_phone, office[at], phones)
        parts.append((at, np.char.add(names, given), born, sequence, phones))
    at = np.concatenate([part[0] for part in parts])
    name, phones = np.concatenate([part[1] for part in parts]), np.concatenate([part[4] for part in parts])
    born, sequence = np.concatenate([part[2] for part in parts]), np.concatenate([part[3] for part in parts])
    area = np.where(rng.random(len(at)) < 0.9, "131128", "131127")
    number = numbers(area, born, sequence)
    code = np.char.add(
        "131128", np.char.zfill((village[at] // 30 * 1000 + village[at] % 30 + 100001).astype(str), 6)
    )
    place = np.char.add(
        _PREFIX,
        np.char.add(
            np.char.add("向阳镇", (village[at] // 30).astype(str)),
            np.char.add("新民村", (village[at] % 30).astype(str)),
        ),
    )
    address = np.char.add(place, np.char.add("组", np.char.add((at // villages % 90 + 1).astype(str), "号")))
    address = np.where(at % 13 == 0, place, address)  # some addresses say the village only
    made = _frame(np.arange(1, len(at) + 1), name, number, born, sequence, phones, code, address, at)
    return made.unique("number", keep="first", maintain_order=True)


def _given(rng, born, male, one_sign, family_sign):
    year = born.astype("datetime64[Y]").astype(int) + 1970
    made = np.empty(len(born), dtype="U2")
    start = 0
    for until, (men, women) in _COHORTS.items():
        for pool, of in ((list(men), male), (list(women), ~male)):
            at = np.flatnonzero((year >= start) & (year < until) & of)
            one, two = rng.choice(pool, len(at)), rng.choice(pool, len(at))
            if family_sign is not None:
                shared = rng.random(len(at)) < 0.4
                one = np.where(shared, np.array(GIVEN)[family_sign[at]], one)
            two = np.where(rng.random(len(at)) < one_sign, "", two)
            made[at] = np.char.add(one, two)
        start = until
    return made


def _mates(everyone):
    by_house: dict[str, list[str]] = {}
    for house, number in everyone.select("household", "number").iter_rows():
        by_house.setdefault(house, []).append(number)
    return by_house


def _moved(rng, rows, moved):
    """People who married or moved: another household's village, address and phone; same name, birth date, number."""
    elsewhere = rng.integers(0, rows.height, rows.height)
    take = pl.Series(moved)
    other = rows[elsewhere].select("phones", "address", "village", "household")
    return rows.with_columns(
        [pl.when(take).then(other[field]).otherwise(rows[field]).alias(field) for field in other.columns]
    )


def _registry_errors(rng, registry, mix):
    number = registry["number"].to_list()
    for at in np.flatnonzero(rng.random(len(number)) < mix.registry_missing):
        number[at] = None
    for at in np.flatnonzero(rng.random(len(number)) < mix.registry_wrong):
        if number[at]:
            number[at] = _slip(rng, number[at])
    return registry.with_columns(pl.Series("number", number, dtype=pl.String))


def _slip(rng, number):
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
    return _slip(rng, _slip(rng, number))


# --------------------------------------------------------------------------------------------------- errors


def _with_errors(rng, rows, mix, places, mates):
    size = rows.height
    columns = {
        field: rows[field].to_list()
        for field in ("name", "number", "phones", "village", "address", "household")
    }
    born = rows["born_on"].to_list()
    dice = rng.random((size, 9)) / np.where(rng.random(size) < mix.careless, mix.careless_times, 1.0)[:, None]
    bad = np.zeros(size, bool)
    for at in range(size):
        number = columns["number"][at]
        columns["number"][at], bad[at] = _number_error(
            rng, dice[at], number, mix, mates.get(columns["household"][at], ())
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
        [*changed, pl.Series("born_on", born, dtype=pl.Date), pl.Series("bad_number", bad)]
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
            made = _slip(rng, number) if rng.random() < 2 / 3 else _swap(rng, number)
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
        return address.replace(_PREFIX, "")
    return address


def _birth_error(rng, born):
    kind = int(rng.integers(0, 3))
    if kind == 0 and born.day <= 12:
        return born.replace(month=born.day, day=born.month)
    if kind == 1:
        return born.replace(year=born.year - 1, day=min(born.day, 28))
    return born.replace(day=min(28, born.day % 28 + 1))


def _answer(registry, rows, mix):
    rows = (
        rows.with_columns(person=pl.when(pl.col("id") < 10_000_000).then("id"))
        .drop("id")
        .with_row_index("id", offset=1)
    )
    truth = rows.select(pl.col("id").cast(pl.Int64), "person", "bad_number")
    dropped = ["person", "bad_number"]
    if not mix.with_birth:
        dropped.append("born_on")
    if not mix.with_household:
        dropped.append("household")
    return registry, rows.drop(dropped).with_columns(pl.col("id").cast(pl.Int64)), truth


def generate(name: str, seed: int, size: int):
    """One of "plain", "field", "unit", "grid"."""
    return plain(seed, size) if name == "plain" else county(seed, size, MIXES[name])
