"""The reasons told are the true ones: what is called possible is, what is called impossible is not."""

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.kit.assignment.test_hard_cases import ONE, people, session
from tests.kit.assignment.worlds import random_world

from vaxkit.assignment import documents
from vaxkit.assignment.__main__ import main
from vaxkit.assignment.check import broken_rules
from vaxkit.assignment.explain import Explainer
from vaxkit.assignment.plan import Plan
from vaxkit.assignment.problem import People, Problem
from vaxkit.assignment.refused import Impossible
from vaxkit.assignment.solve import solve


def reason(**different: Any) -> str:
    """Why the first person comes where they come, in English."""
    problem = documents.read(ONE | different)
    return Explainer(problem, solve(problem)).explain(0).because.en


def can_sit(problem: Problem, plan: Plan, moved: list[int], to: int) -> bool:
    """Whether these people could be in that session and everybody else where they are."""
    wanted = plan.session.copy()
    wanted[moved] = to
    comes = np.flatnonzero(wanted >= 0)
    columns = {
        column.name: getattr(problem.people, column.name)[comes]
        for column in fields(People)
        if column.name not in ("ids", "pinned")
    }
    ids = tuple(problem.people.ids[who] for who in comes)
    try:
        solve(replace(problem, people=People(ids=ids, pinned=wanted[comes], **columns)))
    except Impossible:
        return False
    return True


@pytest.mark.parametrize("seed", range(8))
def test_what_is_told_to_be_possible_is_and_what_is_not_is_not(seed: int) -> None:
    """Places given back in thought, household and later doses included."""
    problem = random_world(seed, people=8, following=seed % 2 == 0, seats=(1, 5), doses=(1, 8))
    plan = solve(problem)
    explainer = Explainer(problem, plan)
    for who in range(8):
        home = problem.people.household
        together = [each for each in range(8) if home[each] == home[who]]
        whole = len({int(plan.session[each]) for each in together}) == 1
        for other in explainer.explain(who).alternatives:
            if other.code in ("dearer", "open") and whole:
                assert can_sit(problem, plan, [who], other.session)
            if other.code == "full":
                assert problem.sessions.seats[other.session] < len(together) or not can_sit(
                    problem, plan, together, other.session
                )
    assert broken_rules(problem, plan) == []


def test_the_reason_is_the_true_one() -> None:
    two = [session("早", 2, 5), session("晚", 5, 5)]
    pinned = [*people(1, session="晚"), {"id": "b", "place": "东河村"}]
    assert "pinned to this session" in reason(sessions=two, people=pinned)
    assert "to come would cost more" in reason(distances_km={"东河村": {"中心": 99999}})
    assert "35 days after the day due" in reason(people=people(1, due="2021-04-28"))
    problem = documents.read(ONE | {"sessions": [session("晚", 5, 5), session("早", 2, 5)]})
    old = replace(solve(problem), session=np.array([0]), cost=47)
    assert "keep the session they had" in Explainer(problem, old, np.array([True])).explain(0).because.en
    assert "the better 早 still has room" in Explainer(problem, old).explain(0).because.en


def test_where_all_are_pinned_the_later_doses_are_still_found() -> None:
    """The one who comes first would take the only later session that suits the other."""
    sessions = [session("首", 1, 2), session("次", 3, 1), session("末", 5, 1)]
    first = {"id": "a", "place": "东河村", "session": "首", "next_dose": {"min_days": 2, "max_days": 4}}
    last = first | {"id": "b", "next_dose": {"min_days": 2, "max_days": 2}}
    problem = documents.read(ONE | {"sessions": sessions, "people": [first, last]})
    plan = solve(problem)
    assert broken_rules(problem, plan) == [] and plan.later.tolist() == [2, 1]
    assert plan.bound == plan.cost


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"people": [{"id": "\ud800", "place": "东河村"}]}, "contains half a character"),
    (
        {"category_sites": {"category": {"staff": ["东点"]}}},
        "category_sites.category.staff: there is no 东点",
    ),
    ({"priorities": [{"when": {"age": "=80"}, "weight": 2}]}, "the condition =80 cannot be read"),
]


@pytest.mark.parametrize(("different", "said"), WRONG)
def test_what_was_passed_over_in_silence_is_refused(
    different: dict[str, Any], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(ONE | different), "utf-8")
    assert main(["solve", str(path)]) == 2
    assert said in capsys.readouterr().err


def test_a_problem_is_not_taken_for_a_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(ONE), "utf-8")
    assert main(["replan", str(path), "--from", str(path)]) == 2
    assert "is not a plan as this command gives it" in capsys.readouterr().err


def test_attributes_beyond_all_measure_and_true_and_false_are_read() -> None:
    more = {
        "sites": ["中心", "东点"],
        "category_sites": {"nurse": {"true": ["东点"]}},
        "priorities": [{"when": {"age": ">=80"}, "weight": 5}],
        "people": people(1, attributes={"age": 10**400, "nurse": True}),
    }
    problem = documents.read(ONE | more)
    assert (problem.people.weight.tolist(), problem.people.sites.tolist()) == ([5], [2])
