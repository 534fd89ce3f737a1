"""Rostering problems as files, and the command."""

import json
from pathlib import Path

import pytest

from vaxkit.faults import Faulty
from vaxkit.rostering import documents
from vaxkit.rostering.__main__ import main

PLAN = {
    "first_day": "2021-05-17",
    "last_day": "2021-05-18",
    "shifts": [{"id": "night", "begins": "22:00", "ends": "06:00", "name": "夜班"}],
    "roles": {"vaccinator": "接种人员"},
    "demand": [{"shift": "night", "role": "vaccinator", "people": 1, "weekdays": [1, 2]}],
    "people": [{"id": "a", "name": "甲", "roles": [{"role": "vaccinator", "until": "2021-05-17"}]}],
}


def run(capsys, tmp_path, plan, *more):
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan), "utf-8")
    code = main(["solve", str(path), *more])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_plan_is_read(capsys, tmp_path):
    problem = documents.read(PLAN)
    assert (problem.shifts[0].begins, problem.shifts[0].ends, problem.shifts[0].is_night) == (
        1320,
        1800,
        True,
    )
    assert len(problem.demands) == 2
    more = PLAN | {"people": [*PLAN["people"], {"id": "b", "roles": [{"role": "vaccinator"}]}]}
    code, out, _err = run(capsys, tmp_path, more, "--json")
    found = json.loads(out)
    assert (code, found["missing"], found["status"], len(found["duties"])) == (0, 0, "best", 2)
    assert found["people"]["b"]["hours"] in (8.0, 16.0)


def test_a_gap_is_exit_code_one_and_told(capsys, tmp_path):
    code, out, _err = run(capsys, tmp_path, PLAN, "--json")
    found = json.loads(out)
    assert (code, found["missing"], found["gaps"]) == (
        1, 1, [{"day": "2021-05-18", "shift": "night", "role": "vaccinator", "people": 1}],
    )  # fmt: skip
    assert "当天合格证无效 1 人" in found["why"][0]["zh"]
    assert found["needed"] == {"vaccinator": 1}
    code, out, _err = run(capsys, tmp_path, PLAN)
    assert code == 1
    assert "2021-05-18  夜班  接种人员    缺 1 人" in out


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"last_day": "2021-05-16"}, "last_day"),
        ({"first_day": "2021-02-30"}, "first_day"),
        ({"demand": [{"shift": "noon", "role": "vaccinator", "people": 1}]}, "demand.0.shift"),
        ({"pins": [{"day": "2021-05-17", "shift": "night", "role": "vaccinator", "who": "z"}]}, "pins.0.who"),
        ({"people": [{"id": "a", "roles": [{"role": "x"}]}]}, "people.a.roles"),
        ({"people": []}, "people"),
        ({"extra": 1}, "extra"),
    ],
)
def test_every_fault_is_named(change, path):
    with pytest.raises(Faulty) as caught:
        documents.read(PLAN | change)
    assert path in [fault.path for fault in caught.value.faults]


def test_what_cannot_be_used_is_exit_code_two(capsys, tmp_path):
    pins = [{"day": day, "shift": "night", "role": "vaccinator", "who": "a"} for day in ("2021-05-18",)]
    code, out, err = run(capsys, tmp_path, PLAN | {"pins": pins})
    assert (code, out) == (2, "")
    assert "甲 在 2021-05-18 没有有效的“接种人员”合格证。" in err
    assert main(["solve", str(tmp_path / "none.json")]) == 2


def test_the_shipped_week_is_rostered_and_its_gaps_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """YAML with true and false in it: one wish not to work, no morning after a night."""
    assert main(["example"]) == 0
    week = tmp_path / "week.yaml"
    week.write_text(capsys.readouterr().out + "weights: {}\n", "utf-8")
    assert main(["solve", str(week)]) == 1
    told = capsys.readouterr().out
    assert "2026-03-04  大夜班  接种    缺 1 人" in told and "2026-03-08  白班  接种  甲护士" in told
    week.write_text(week.read_text("utf-8").replace("wants: false", "wants: nein"), "utf-8")
    assert main(["solve", str(week)]) == 2
    assert ":19: people.n4.wishes.0.wants" in capsys.readouterr().err
