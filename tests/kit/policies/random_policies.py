"""Sets of rules that nobody wrote, as the YAML of policies (`documents`), and people with histories around what they name
(`people_of`). One seed, one set; what comes out differs in every part that the model has for a campaign: series, ages, intervals,
products and their mixing, skips, boosters, bars, deferrals, later policies that change earlier ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from vaxkit.immunization.batch_layout import NONE, Tables, day_number
from vaxkit.immunization.batch_people import People
from vaxkit.immunization.model import Antigen
from vaxkit.immunization.periods import Period, add_period
from vaxkit.immunization.policy import PolicySet
from vaxkit.immunization.turning import named_ages

BEGIN, UNTIL = date(2021, 1, 5), date(2022, 8, 31)
PRODUCTS = ("ALPHA", "BETA", "GAMMA", "DELTA", "OMEGA")
SEEN = ("infection", "group-one", "group-two", "barred", "barred-two", "fever", "pregnancy")
WAITS = ("14 days", "3 weeks", "21 days", "4 weeks", "28 days", "1 month", "2 months", "3 months", "6 months", "6 months - 4 days",
         "8 weeks", "8 weeks + 1 day", "0 days", "1 year", "31 days")  # fmt: skip
AGES = (
    "0 days",
    "6 months",
    "1 year",
    "3 years",
    "12 years",
    "18 years",
    "60 years",
    "60 years - 4 days",
    "70 years",
    "80 years",
)
WORDS = {"zh": "随机", "en": "random"}


class _Drawing:
    """One set of rules while it is drawn."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.products = list(PRODUCTS[: self.rng.randint(2, 5)])
        self.names = 0

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def some(self, values: Any, least: int = 1) -> list[Any]:
        values = list(values)
        return self.rng.sample(values, self.rng.randint(least, len(values)))

    def in_order(self, periods: tuple[str, ...], count: int) -> list[str]:
        """So many lengths, each at least the one before."""
        drawn = [self.rng.choice(periods) for _ in range(count)]
        born = date(2000, 3, 31)
        return sorted(drawn, key=lambda text: add_period(born, Period.parse(text)))

    def when(self, *, depth: int = 0, given: bool = False) -> dict[str, Any]:
        ways = ["age_from", "age_before", "observed", "after", "dose_since", "last_event"]
        ways += ["given"] if given else []
        ways += ["any", "not"] if depth < 2 else []
        found: dict[str, Any] = {}
        for way in self.rng.sample(ways, self.rng.choice([1, 1, 2])):
            if way in ("age_from", "age_before"):
                found[way] = self.rng.choice(AGES[1:])
            elif way == "observed":
                found[way] = self.rng.sample(
                    ("infection", "group-one", "group-two"), self.rng.choice([1, 1, 2])
                )
            elif way in ("after", "given"):
                found[way] = self.some(self.products)
            elif way in ("dose_since", "last_event"):
                found[way] = "infection"
            elif way == "any":
                found[way] = [self.when(depth=depth + 1, given=given) for _ in range(2)]
            else:
                found[way] = self.when(depth=depth + 1, given=given)
        return found

    def row(self, kind: str, **columns: Any) -> dict[str, Any]:
        """A row with a name, and sometimes days of its own."""
        self.names += 1
        found = {"rule": f"{kind}.{self.names}", **columns}
        if self.chance(0.6):
            found["effective_on"] = "any"
        elif self.chance(0.2):
            found["effective_on"] = (BEGIN + timedelta(self.rng.randint(0, 400))).isoformat()
        if self.chance(0.06):
            found["effective_until"] = (BEGIN + timedelta(self.rng.randint(420, 600))).isoformat()
        return found

    def ages(self) -> list[dict[str, Any]]:
        if self.chance(0.35):
            return []
        least, minimum, recommended, latest = self.in_order(AGES, 4)
        columns = {"minimum": minimum}
        columns |= {"absolute_minimum": least} if self.chance(0.6) else {}
        columns |= {"earliest_recommended": recommended} if self.chance(0.4) else {}
        columns |= {"latest_recommended": latest} if self.chance(0.3) else {}
        return [{"rule": f"age.{self.rng.randint(1, 10**6)}", **columns, "effective_on": "any"}]

    def intervals(self, number: int) -> Iterator[dict[str, Any]]:
        for _ in range(self.rng.choice([0, 1, 1, 1, 2]) if number > 1 else 0):
            since: Any = "previous" if self.chance(0.6) else {"dose": self.rng.randint(1, number - 1)}
            yield self.interval(
                since, {"when": self.when(given=self.chance(0.3))} if self.chance(0.35) else {}
            )
        if self.chance(0.3):
            yield self.interval({"observation": "infection"}, {})

    def interval(self, since: Any, more: dict[str, Any]) -> dict[str, Any]:
        least, minimum, recommended, latest = self.in_order(WAITS, 4)
        columns = {"from": since, "minimum": minimum, **more}
        columns |= {"absolute_minimum": least} if self.chance(0.7) else {}
        columns |= {"earliest_recommended": recommended} if self.chance(0.6) else {}
        columns |= {"latest_recommended": latest} if self.chance(0.4) else {}
        return self.row("interval", **columns)

    def suiting(self, kind: str, products: list[str]) -> dict[str, Any]:
        columns: dict[str, Any] = {"products": products}
        if self.chance(0.3):
            begin, end = self.in_order(AGES, 2)
            columns |= {"begin_age": begin} if begin == end or self.chance(0.7) else {"end_age": end}
        if self.chance(0.25):
            columns["when"] = self.when(given=kind == "allowable")
        return self.row(kind, **columns)

    def skips(self) -> Iterator[dict[str, Any]]:
        for _ in range(self.rng.choice([0, 0, 0, 1, 2])):
            context = self.rng.choice(["forecast", "evaluation", "both"])
            columns = {
                "context": context,
                "when": self.when(given=context == "evaluation" and self.chance(0.5)),
            }
            yield self.row("skip", **columns, **({"completes": True} if self.chance(0.2) else {}))

    def dose(self, number: int, own: list[str], stage: str) -> dict[str, Any]:
        found: dict[str, Any] = {"number": number, "stage": stage, "ages": self.ages()}
        found["intervals"] = list(self.intervals(number))
        mixed = own if number == 1 or self.chance(0.6) else self.some(self.products)
        found["preferable"] = [self.suiting("preferable", mixed)]
        if self.chance(0.2):
            found["preferable"].append(self.suiting("preferable", self.some(self.products)))
        if self.chance(0.4):
            found["allowable"] = [self.suiting("allowable", self.some(self.products))]
        found["skips"] = list(self.skips())
        if self.chance(0.3):
            found["prefer"] = [self.row("prefer", products=self.some(self.products))]
            if number > 1 and self.chance(0.6):
                found["prefer"].insert(0, self.row("prefer", same_as_dose=self.rng.randint(1, number - 1)))
        return {key: value for key, value in found.items() if value or key == "intervals"}

    def series(self) -> Iterator[dict[str, Any]]:
        count = self.rng.choice([1, 1, 2, 2, 3, 4])
        places = self.rng.sample(range(1, 9), count)
        for nth in range(count):
            own = self.some(self.products)
            primary = self.rng.randint(1, 3)
            doses = [
                self.dose(number, own, "primary" if number <= primary else f"booster-{number - primary}")
                for number in range(1, primary + self.rng.choice([0, 1, 1, 2]) + 1)
            ]
            found = {"code": f"series-{nth}", "title": WORDS, "preference": places[nth], "doses": doses}
            yield found | ({"default": True} if nth == 0 else {})

    def stages(self) -> Iterator[dict[str, Any]]:
        for stage in ("primary", "booster-1"):
            if self.chance(0.3):
                infected = {"observation": "infection"}
                more = {"when": {"observed": ["infection"]}} if self.chance(0.5) else {}
                row: dict[str, Any] = {"stages": [stage], "intervals": [self.interval(infected, more)]}
                yield row | ({"skips": found} if (found := list(self.skips())) else {})

    def contraindications(self) -> Iterator[dict[str, Any]]:
        for code in ("barred", "barred-two", "fever", "pregnancy"):
            if self.chance(0.5):
                row = self.row("bar", observations=[code], text=WORDS)
                if code in ("fever", "pregnancy"):
                    row["deferral"] = True
                    row |= {"review_after": self.rng.choice(WAITS[1:])} if self.chance(0.6) else {}
                elif self.chance(0.3):
                    row["begin_age" if self.chance(0.5) else "end_age"] = self.rng.choice(AGES[2:])
                if self.chance(0.15):
                    row["products"] = self.some(self.products)
                yield row

    def beyond(self, document: dict[str, Any]) -> None:
        """Something that the batch does not carry out."""
        dose = self.rng.choice(self.rng.choice(document["series"])["doses"])
        kind = self.rng.choice(["recurring", "seasons", "maximum", "inadvertent", "select"])
        if kind == "recurring" and dose.get("intervals"):
            dose["recurring"] = True
        elif kind == "seasons":
            dose["seasons"] = [
                {"rule": "season", "begin_on": "2021-09-01", "end_on": "2022-03-31", "effective_on": "any"}
            ]
        elif kind == "maximum" and dose.get("ages"):
            dose["ages"][0]["maximum"] = "90 years"
        elif kind == "inadvertent":
            dose["inadvertent"] = [self.row("inadvertent", products=self.some(self.products))]
        else:
            self.rng.choice(document["series"])["select"] = {"priority": "B"}

    def later(self, first: dict[str, Any], number: int) -> dict[str, Any]:
        """A policy that adds doses, replaces rows, or begins a series."""
        series = self.rng.choice(first["series"])
        count = len(series["doses"])
        rows: list[dict[str, Any]] = []
        if self.chance(0.6):
            rows.append(self.dose(count + 1, self.some(self.products), f"booster-{count + number}"))
        if self.chance(0.5):
            old = self.rng.choice(series["doses"])
            changed: dict[str, Any] = {"number": old["number"]}
            for kind in ("preferable", "intervals"):
                for row in old.get(kind, ())[:1]:
                    made = (self.suiting("preferable", self.some(self.products)) if kind == "preferable"
                            else self.interval(row["from"], {}))  # fmt: skip
                    changed[kind] = [made | {"rule": row["rule"]}]
            rows.append(changed)
        found = _head(number, BEGIN + timedelta(200 * number + self.rng.randint(-40, 40)))
        return found | {"series": [{"code": series["code"], "doses": rows}]} if rows else found


def _head(number: int, effective_on: date) -> dict[str, Any]:
    source = {"document": WORDS, "mark": "M"}
    return {
        "code": f"random-{number}",
        "version": "1",
        "title": WORDS,
        "effective_on": effective_on.isoformat(),
        "source": source,
    }


def documents(seed: int) -> list[dict[str, Any]]:
    """The policies of a seed; together they may be faulty, as what is drawn may contradict itself."""
    drawing = _Drawing(seed)
    first = _head(0, BEGIN)
    first["vaccines"] = [{"code": code, "title": WORDS} for code in drawing.products]
    first["observations"] = [
        {
            "code": code,
            "title": WORDS,
            "kind": "infection" if code == "infection" else "group" if "group" in code else "health",
        }
        for code in SEEN
    ]
    first["series"] = list(drawing.series())
    first |= {"contraindications": found} if (found := list(drawing.contraindications())) else {}
    first |= {"stages": found} if (found := list(drawing.stages())) else {}
    if drawing.chance(0.08):
        drawing.beyond(first)
    return [first, *(drawing.later(first, nth) for nth in range(1, drawing.rng.choice([1, 1, 2, 3])))]


def written(seed: int, folder: Path) -> date:
    """The policies of a seed as files (JSON is YAML); the day on which to ask."""
    for document in documents(seed):
        (folder / f"{document['code']}.yaml").write_text(
            json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8"
        )
    return BEGIN + timedelta(Random(-seed).randint(1, (UNTIL - BEGIN).days))


def people_of(rules: PolicySet, tables: Tables, n: int, on: date, seed: int, width: int = 6) -> People:
    """n people as of the day `on`: half were born near an age that the rules name, doses lie near the waits that they name."""
    rng, today = np.random.default_rng(seed), day_number(on)
    gaps = np.array(sorted({0, 1, 200, *_near_waits(rules.antigens[next(iter(rules.antigens))])}))
    turning = [today - day_number(add_period(date(1970, 1, 1), age)) for age in named_ages(rules)]
    near = rng.choice(np.array([*turning, today - 9000]), n) + rng.integers(-3, 4, n) * rng.choice(
        [1, 1, 30], n
    )
    birth = np.where(rng.random(n) < 0.5, near, today - rng.integers(0, 36_500, n)).clip(
        day_number(date(1905, 1, 1)), today
    )
    count = rng.choice(width + 1, n).astype(np.int8)
    days, products = np.full((n, width), NONE, np.int32), np.full((n, width), -1, np.int8)
    favourite = rng.integers(0, len(tables.products), n)
    day = today - rng.integers(0, 600, n)
    day = np.where(rng.random(n) < 0.98, np.maximum(day, birth), day)
    for place in range(width):
        product = np.where(rng.random(n) < 0.6, favourite, rng.integers(0, len(tables.products), n))
        held = count > place
        days[held, place], products[held, place] = day[held], product[held]
        day = day + rng.choice(gaps, n)
    seen = np.zeros(n, np.int32)
    for place, code in enumerate(tables.observations):
        if code != "infection" and code not in tables.deferrals:
            share = 0.03 if tables.deferral_mask >> place & 1 else 0.15 if "group" in code else 0.06
            seen |= np.where(rng.random(n) < share, np.int32(1) << place, 0).astype(np.int32)
    last = np.where(count > 0, days.max(axis=1), today)
    sick = np.minimum(
        np.where(rng.random(n) < 0.5, last + rng.integers(-1, 2, n), today - rng.integers(0, 400, n)), today
    )
    return People(
        birth.astype(np.int32), days, products, count, seen,
        infected_on=np.where(rng.random(n) < 0.35, sick, NONE).astype(np.int32),
        review_on=np.where(rng.random(n) < 0.1, today + rng.integers(-3, 60, n), NONE).astype(np.int32),
        seen_from=(today - rng.integers(0, 500, n)).astype(np.int32),
        deferred_by=rng.integers(0, max(1, len(tables.deferrals)), n).astype(np.int8),
    )  # fmt: skip


def _near_waits(antigen: Antigen) -> Iterator[int]:
    for series in antigen.series:
        for dose in series.doses:
            for row in dose.intervals:
                for wait in (row.absolute_minimum, row.minimum):
                    if wait is not None:
                        length = wait.months * 61 // 2 + wait.days
                        yield from (day for day in range(length - 2, length + 2) if day >= 0)
