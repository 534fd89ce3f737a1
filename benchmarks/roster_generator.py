"""Rosters with known truth: a registry of a county, and a roster of it with the errors that people make.

Two generators that share nothing but the answer's columns:

    plain(...)       households drawn independently, every error drawn independently of the others
    county(mix=...)  households of three generations with couples, twins and namesakes; names by cohort; people
                     who married away; errors that come together on the rows of a careless writer, numbers of
                     family members, rows repeated with other errors; a registry that errs too

Both give (registry, roster, truth) as polars frames. registry: id, name, number, born_on, sex, phones, address,
village, household. roster: the same but for born_on and household, which a mix may leave out. truth: id, person
(null: new), bad_number (missing or wrong in the roster), others_number (of these: somebody else's sound number).

All numbers carry the invented area 999999 or the county's own prefix; phones and people are invented.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from roster_clerks import MIXES as CLERK_MIXES
from roster_clerks import clerks
from roster_errors import GIVEN, MIXES, PREFIX, SURNAMES, Mix, answer, slip, with_errors
from roster_harsh import MIXES as HARSH_MIXES
from roster_harsh import harsh

_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECKS = np.array(list("10X98765432"))


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
        PREFIX, np.char.add(place, np.char.add("村", np.char.add((house // 617 + 1).astype(str), "号")))
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
    rows = with_errors(rng, rows, rates, registry["village"].to_list(), {})
    rows = pl.concat([rows, rows.sample(size - rows.height, seed=seed + 5)]).sample(
        fraction=1, shuffle=True, seed=seed + 6
    )
    return answer(registry, rows, rates)


# --------------------------------------------------------------------------------------------------- county


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
    first = with_errors(rng, rows, mix, places, mates)
    again = rows.sample(int(rows.height * mix.copies), seed=seed + 5)
    again = (
        with_errors(rng, again, mix, places, mates)
        if mix.copies_err_anew
        else first.filter(pl.col("id").is_in(again["id"].implode()))
    )
    rows = pl.concat([first, again]).sample(fraction=1, shuffle=True, seed=seed + 6)
    registry = _registry_errors(rng, registered, mix)
    registry, rows, truth = answer(registry, rows, mix)
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
        PREFIX,
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
            number[at] = slip(rng, number[at])
    return registry.with_columns(pl.Series("number", number, dtype=pl.String))


def generate(name: str, seed: int, size: int):
    """One of "plain", "field", "unit", "grid", "harsh", "unit2", "migrants", "clerk", "merger"."""
    if name in CLERK_MIXES:
        return clerks(seed, size, CLERK_MIXES[name])
    if name in HARSH_MIXES:
        return harsh(seed, size, HARSH_MIXES[name])
    return plain(seed, size) if name == "plain" else county(seed, size, MIXES[name])
