"""Problems come as JSON; what is wrong with one is said with its place, its reason and what to do, in both languages."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from vaxkit.assignment import documents
from vaxkit.assignment.__main__ import main
from vaxkit.assignment.check import broken_rules
from vaxkit.assignment.solve import solve
from vaxkit.faults import Faulty

TOWN: dict[str, Any] = {
    "first_day": "2021-06-01",
    "last_day": "2021-06-03",
    "products": ["BIBP", "CoronaVac"],
    "sites": ["clinic", "hall"],
    "distances_km": {"Donghe": {"clinic": 1.0, "hall": 6.5}, "Xishan": {"hall": 2.0}},
    "sessions": [
        {"id": "c1", "site": "clinic", "day": "2021-06-01", "start": "08:00", "seats": 2},
        {"id": "c2", "site": "clinic", "day": "2021-06-02", "seats": 2},
        {"id": "h1", "site": "hall", "day": "2021-06-01", "seats": 3, "products": ["CoronaVac"]},
        {"id": "h3", "site": "hall", "day": "2021-06-03", "seats": 3},
    ],
    "stock": [
        {"site": "clinic", "product": "BIBP", "doses": 4, "until": "2021-06-02"},
        {"site": "hall", "product": "CoronaVac", "doses": 6, "from": "2021-06-01"},
    ],
    "people": [
        {"id": "grandmother", "place": "Donghe", "attributes": {"age": 84}},
        {"id": "father", "place": "Donghe", "household": "1", "attributes": {"age": 45, "category": "employee"}},
        {"id": "mother", "place": "Donghe", "household": "1", "attributes": {"age": 44}},
        {"id": "cook", "place": "Xishan", "products": ["CoronaVac"], "next_dose": {"min_days": 2, "max_days": 2}},
        {"id": "waiter", "place": "Xishan", "products": ["BIBP"]},
    ],
    "priorities": [{"when": {"age": ">=80"}, "weight": 8}, {"when": {"category": ["employee", "student"]}, "weight": 2}],
    "costs": {"per_km": 10, "per_day_late": 8, "left_over": 1000},
}  # fmt: skip


def people_of(printed: str) -> dict[str, Any]:
    return {row["id"]: row for row in json.loads(printed)["people"]}


def test_a_town_is_planned_from_its_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "town.json"
    path.write_text(json.dumps(TOWN), "utf-8")
    assert main(["solve", str(path), "--explain", "--lang", "en"]) == 0
    people = people_of(capsys.readouterr().out)
    # One household needs both seats of a clinic session; the weight of 84 years goes first, so they come a day later.
    assert people["grandmother"]["session"] == "c1"
    assert people["father"]["session"] == people["mother"]["session"] == "c2"
    assert (people["cook"]["session"], people["cook"]["next_dose"]["session"]) == ("h1", "h3")
    assert people["cook"]["next_dose"]["product"] == "CoronaVac"
    assert people["waiter"]["left_over"] is True
    assert people["waiter"]["why"] == "Left over; the best, h3: no dose is left there for that day."
    assert people["father"]["why"].startswith("clinic on 2021-06-02, 1.0 km away")


def test_weights_come_from_the_first_rule_that_holds() -> None:
    problem = documents.read(TOWN)
    assert dict(zip(problem.people.ids, problem.people.weight.tolist(), strict=True)) == {
        "grandmother": 8, "father": 2, "mother": 1, "cook": 1, "waiter": 1,
    }  # fmt: skip


def test_people_of_a_category_go_to_their_sites() -> None:
    town = copy.deepcopy(TOWN) | {"category_sites": {"category": {"employee": ["hall"]}}}
    town["people"][1].pop("household")
    town["people"][2].pop("household")
    problem = documents.read(town)
    plan = solve(problem)
    assert broken_rules(problem, plan) == []
    assert problem.sites[problem.sessions.site[plan.session[1]]] == "hall"


FAULTS: list[tuple[str, Any, str]] = [
    ("first_day", "2021-6-1", "is not a day"),
    ("first_day", "2021-02-30", "no day of the calendar"),
    ("last_day", "2021-05-01", "is before first_day"),
    ("sites", ["clinic", "clinic", "hall"], "appears twice"),
    ("sessions", [{"id": "x", "site": "clinik", "day": "2021-06-01", "seats": 1}], "Did you mean clinic?"),
    ("sessions", [{"id": "x", "site": "clinic", "day": "2021-06-01", "seats": -1}], "must not be less than 0"),
    ("sessions", [{"id": "x", "site": "clinic", "day": "2021-06-01", "seats": 1, "start": "8"}], "not a clock time"),
    ("stock", [{"site": "clinic", "product": "BIPB", "doses": 1}], "Did you mean BIBP?"),
    ("people", [{"id": "a", "place": "Donge"}], "Did you mean Donghe?"),
    ("people", [{"id": "a", "place": "Donghe", "earliest": "2021-06-02", "latest": "2021-05-20"}], "is before earliest"),
    ("people", [{"id": "a", "place": "Donghe", "next_dose": {"min_days": 9, "max_days": 3}}], "less than min_days"),
    ("people", [{"id": "a", "place": "Donghe", "tel": "1"}], "there is no key tel"),
    ("priorities", [{"when": {"age": ">=eighty"}, "weight": 2}], "cannot be read"),
    ("costs", {"per_km": 1.5}, "must be a whole number"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value", "said"), FAULTS)
def test_a_faulty_document_is_told_its_fault(field: str, value: Any, said: str) -> None:
    with pytest.raises(Faulty) as faulty:
        documents.read(copy.deepcopy(TOWN) | {field: value})
    english = " ".join(fault.in_("en") for fault in faulty.value.faults)
    assert said in english
    assert all(fault.what.zh and fault.fix.zh for fault in faulty.value.faults)


def test_an_impossible_pin_ends_with_code_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    town = copy.deepcopy(TOWN)
    town["people"][3]["session"] = "c1"
    path = tmp_path / "town.json"
    path.write_text(json.dumps(town), "utf-8")
    assert main(["solve", str(path)]) == 2
    said = capsys.readouterr().err
    assert "assignment.pin" in said
    assert "cook is pinned to c1, but that place does not use this site" in said


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"a": NaN}', "[" * 5000])
def test_what_is_no_problem_at_all_ends_with_code_two(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "town.json"
    path.write_text(text, "utf-8")
    assert main(["solve", str(path)]) == 2
    assert capsys.readouterr().err.strip()


def test_the_shipped_township_is_seated_to_the_last(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["example"]) == 0
    town = tmp_path / "town.json"
    town.write_text(capsys.readouterr().out, "utf-8")
    assert main(["solve", str(town)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["left_over"], told["gap"]) == (0, 0)
    at = {row["id"]: row["session"] for row in told["people"]}
    assert at["甲一"] == at["甲二"] and at["丙一"] == "卫生院 03-03 晚间" and at["乙二"] == "体育馆 03-03"
