"""A plan after something has changed, by the command: who is not touched stays, and every rule of the page still holds."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from vaxkit.assignment.__main__ import main

PLACE, SITE, VACCINE = "东河村", "中心", "甲苗"


def session(name: str, day: int, seats: int) -> dict[str, Any]:
    return {"id": name, "site": SITE, "day": f"2021-06-{day:02d}", "seats": seats}


def people(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"id": f"p{number}", "place": PLACE, **more} for number in range(count)]


def county(**more: Any) -> dict[str, Any]:
    three = [person | {"weight": 3 - row} for row, person in enumerate(people(3))]
    return {
        "first_day": "2021-06-01", "last_day": "2021-06-10", "products": [VACCINE], "sites": [SITE],
        "distances_km": {PLACE: {SITE: 1.5}}, "sessions": [session("早", 2, 2), session("晚", 5, 9)],
        "stock": [{"site": SITE, "product": VACCINE, "doses": 9}], "people": three,
    } | more  # fmt: skip


class Desk:
    """Solves and plans anew, as somebody at a terminal does."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._folder, self._capsys = folder, capsys

    def solve(self, problem: dict[str, Any]) -> dict[str, Any]:
        return self._said(["solve", self._file("problem.json", problem)])

    def replan(self, problem: dict[str, Any], old: dict[str, Any]) -> dict[str, Any]:
        paths = self._file("problem.json", problem), self._file("old.json", old)
        return self._said(["replan", paths[0], "--from", paths[1]])

    def _file(self, name: str, document: Any) -> str:
        path = self._folder / name
        path.write_text(json.dumps(document), "utf-8")
        return str(path)

    def _said(self, arguments: list[str]) -> dict[str, Any]:
        assert main(arguments) == 0
        found: dict[str, Any] = json.loads(self._capsys.readouterr().out)
        return found


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


def sessions_of(plan: dict[str, Any]) -> list[str | None]:
    return [row.get("session") for row in plan["people"]]


def test_who_is_not_touched_stays_and_who_moves_says_from_where(desk: Desk) -> None:
    problem = county()
    old = desk.solve(problem)
    assert sessions_of(old) == ["早", "早", "晚"]
    problem["sessions"][0]["seats"] = 1
    new = desk.replan(problem, old)
    assert (new["had"], new["stayed"]) == (3, 2)
    assert sessions_of(new) == ["早", "晚", "晚"]
    assert [row.get("was") for row in new["people"]] == [None, "早", None]


def test_when_every_session_is_gone_everybody_waits(desk: Desk) -> None:
    problem = county()
    old = desk.solve(problem)
    new = desk.replan(problem | {"sessions": []}, old)
    assert (new["left_over"], new["stayed"]) == (3, 0)


def test_a_new_pin_finds_its_seat_among_those_who_stay(desk: Desk) -> None:
    problem = county()
    old = desk.solve(problem)
    problem["people"][2]["session"] = "早"
    new = desk.replan(problem, old)
    assert sessions_of(new) == ["早", "晚", "早"]


def test_a_household_that_was_too_large_to_come_together_does_when_it_no_longer_is(desk: Desk) -> None:
    problem = county(sessions=[session("早", 2, 2), session("晚", 5, 2)], people=people(3, household="李家"))
    old = desk.solve(problem)
    assert sorted(map(str, sessions_of(old))) == ["早", "早", "晚"]
    kept = [person for person in problem["people"] if person["id"] != "p0"]
    new = desk.replan(problem | {"people": kept}, old)
    assert len(set(sessions_of(new))) == 1


def test_who_cannot_keep_a_later_dose_leaves_the_first_one_to_others(desk: Desk) -> None:
    """One comes for two doses, one for one; the session of the next dose goes, and two doses are left."""
    two = {"min_days": 3, "max_days": 3}
    problem = county(
        people=[{"id": "a", "place": PLACE, "next_dose": two, "weight": 9}, *people(1)],
        stock=[{"site": SITE, "product": VACCINE, "doses": 3}],
    )
    old = desk.solve(problem)
    assert old["left_over"] == 0
    late = copy.deepcopy(problem)
    late["stock"] = [
        {"site": SITE, "product": VACCINE, "doses": 2, "until": "2021-06-02"},
        {"site": SITE, "product": VACCINE, "doses": 1, "from": "2021-06-09"},
    ]
    late["people"] += [{"id": "new", "place": PLACE}]
    new = desk.replan(late, old)
    assert [row.get("left_over", False) for row in new["people"]] == [True, False, False]


def test_what_is_no_plan_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    problem, old = tmp_path / "problem.json", tmp_path / "old.json"
    problem.write_text(json.dumps(county()), "utf-8")
    old.write_text('{"people": {"p0": "早"}}', "utf-8")
    assert main(["replan", str(problem), "--from", str(old)]) == 2
    said = capsys.readouterr()
    assert said.out == "" and "is not a plan as this command gives it" in said.err
