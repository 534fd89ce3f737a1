"""A checker written from docs/how-to/assign-people.md alone, on documents and answers, knowing nothing of the columns inside."""

import random
from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaxkit.assignment import documents
from vaxkit.assignment.solve import solve

FIRST = date(2021, 6, 1)
Row = dict[str, Any]


def _day(number: int) -> str:
    return (FIRST + timedelta(days=number)).isoformat()


def _document(seed: int, people: int) -> Row:
    dice = random.Random(seed)
    days, sites, places, products = 8, ["甲点", "乙点", "丙点"], ["东村", "西村"], ["A", "B"]
    sessions = [
        {"id": f"{site}{day}{hour}", "site": site, "day": _day(day), "seats": dice.randint(1, 6)}
        | ({"products": [dice.choice(products)]} if dice.random() < 0.3 else {})
        | ({"burden": dice.randint(1, 5)} if dice.random() < 0.5 else {})
        for site in sites for day in range(days) for hour in range(2) if dice.random() < 0.7
    ]  # fmt: skip
    stock = [
        {"site": site, "product": product, "doses": dice.randint(0, 12), "from": _day(start), "until": _day(start + 4)}
        for site in sites for product in products for start in (0, 3)
    ]  # fmt: skip
    homes = [f"h{number}" for number in range(people // 3 + 1)]
    where = {home: dice.choice(places) for home in homes}
    rows = []
    for number in range(people):
        home, earliest = dice.choice(homes), dice.randint(0, 5)
        row: Row = {"id": f"p{number}", "place": where[home], "household": home, "earliest": _day(earliest)}
        row |= {"latest": _day(earliest + dice.randint(0, 4)), "attributes": {"age": dice.randint(3, 99)}}
        if dice.random() < 0.3:
            row["products"] = [dice.choice(products)]
        if dice.random() < 0.2:
            row["max_km"] = 6
        if dice.random() < 0.4:
            row["next_dose"] = {"min_days": 2, "max_days": 4}
        rows.append(row)
    return {
        "first_day": _day(0), "last_day": _day(days - 1), "products": products, "sites": sites, "nearest_sites": 2,
        "distances_km": {place: {site: dice.randint(1, 100) / 10 for site in sites} for place in places},
        "sessions": sessions, "stock": stock, "people": rows, "priorities": [{"when": {"age": ">=60"}, "weight": 5}],
        "category_sites": {"age": {"44": ["乙点"]}},
    }  # fmt: skip


class _Checker:
    def __init__(self, document: Row, answer: Row) -> None:
        self.document = document
        self.sessions = {row["id"]: row for row in document["sessions"]}
        self.answers = {row["id"]: row for row in answer["people"]}
        self.people = {row["id"]: row for row in document["people"]}
        self.cost = 0

    def faults(self) -> list[str]:
        seats: Counter[str] = Counter()
        doses: Counter[int] = Counter()
        found = []
        for name, person in self.people.items():
            told = self.answers[name]
            weight = 5 if person["attributes"]["age"] >= 60 else 1
            if told.get("left_over"):
                self.cost += 10_000 * weight
                continue
            visits = [told]
            if not self.suits(person, self.sessions[told["session"]]):
                found.append(f"{name}: rules 1 and 2")
            if "next_dose" in person:
                after, first = told["next_dose"], date.fromisoformat(told["day"])
                if after == "after the plan":
                    if first + timedelta(days=4) <= date.fromisoformat(self.document["last_day"]):
                        found.append(f"{name}: rule 4, inside")
                else:
                    visits.append(after)
                    days = (date.fromisoformat(after["day"]) - first).days
                    if not 2 <= days <= 4 or (after["site"], after["product"]) != (
                        told["site"],
                        told["product"],
                    ):
                        found.append(f"{name}: rule 4")
            for visit in visits:
                seats[visit["session"]] += 1
                doses[visit["batch"]] += 1
                found += [f"{name}: rule 3"] * (not self.dose(person, visit))
            session = self.sessions[told["session"]]
            late = (date.fromisoformat(told["day"]) - date.fromisoformat(person["earliest"])).days
            km = self.document["distances_km"][person["place"]][told["site"]]
            self.cost += round(km * 10) + late * 8 * weight + session.get("burden", 0)
        found += [f"{name}: rule 5" for name, taken in seats.items() if taken > self.sessions[name]["seats"]]
        found += [
            f"stock {row}: rule 5"
            for row, taken in doses.items()
            if taken > self.document["stock"][row]["doses"]
        ]
        return found + self.households()

    def suits(self, person: Row, session: Row) -> bool:
        ways = self.document["distances_km"][person["place"]]
        near = sorted(ways, key=lambda site: ways[site])[:2]
        own = ["乙点"] if person["attributes"]["age"] == 44 else self.document["sites"]
        in_time = person["earliest"] <= session["day"] <= person["latest"]
        return (
            in_time
            and session["site"] in near
            and session["site"] in own
            and ways[session["site"]] <= person.get("max_km", 99)
        )

    def dose(self, person: Row, visit: Row) -> bool:
        batch, session = self.document["stock"][visit["batch"]], self.sessions[visit["session"]]
        wanted, given = person.get("products", ["A", "B"]), session.get("products", ["A", "B"])
        there = (
            batch["site"] == session["site"] == visit["site"]
            and batch["from"] <= session["day"] <= batch["until"]
        )
        return (
            there
            and batch["product"] == visit["product"]
            and visit["product"] in wanted
            and visit["product"] in given
        )

    def households(self) -> list[str]:
        homes: defaultdict[str, list[Row]] = defaultdict(list)
        for person in self.people.values():
            homes[person["household"]].append(person)
        found = []
        for home, members in homes.items():
            together = any(
                session["seats"] >= len(members)
                and all(self.suits(who, session) for who in members)
                and all(
                    set(session.get("products", ["A", "B"])) & set(who.get("products", ["A", "B"]))
                    for who in members
                )
                for session in self.sessions.values()
            )
            if together and len({self.answers[who["id"]].get("session") for who in members}) > 1:
                found.append(f"{home}: rule 6")
        return found


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), people=st.sampled_from([8, 40]))
def test_the_answer_keeps_every_rule_of_the_page(seed: int, people: int) -> None:
    document = _document(seed, people)
    problem = documents.read(document)
    with pytest.MonkeyPatch.context() as patch:
        if seed % 2:
            patch.setattr("vaxkit.assignment.solve.FEW", -1)
            patch.setattr("vaxkit.assignment.solve.SOME", -1)
        plan = solve(problem)
    checker = _Checker(document, documents.written(problem, plan))
    assert checker.faults() == []
    assert checker.cost == plan.cost
    assert plan.bound <= plan.cost
