"""Doses over sites as files, and the command."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from vaxkit.allocation import documents
from vaxkit.allocation.__main__ import main
from vaxkit.faults import Faulty
from vaxkit.ruledata.plans import parse_plan

PLAN: dict[str, Any] = {
    "first_day": "2021-06-01",
    "last_day": "2021-06-05",
    "products": [{"id": "X", "pack": 10}],
    "sites": [{"id": "a", "title": "甲", "doses_a_day": 20}, {"id": "b", "days": {"2021-06-01": 0}}],
    "stock": [{"site": "a", "product": "X", "lot": "L", "doses": 40, "expires": "2021-06-02"}],
    "demand": [
        {"site": "a", "product": "X", "day": "2021-06-01", "first": 10},
        {"site": "b", "product": "X", "day": "2021-05-20", "due": 5},
        {"site": "b", "product": "X", "day": "2021-06-02", "first": 20},
        {"site": "b", "product": "X", "day": "2021-06-02", "first": 5},
    ],
    "deliveries": [
        {"lot": "M", "product": "X", "doses": 35, "arrives": "2021-06-03", "expires": "2021-12-31"}
    ],
    "distances_km": {"a": {"b": 4.5}},
}


def run(capsys: pytest.CaptureFixture[str], tmp_path: Any, plan: Any, *command: str) -> tuple[int, str, str]:
    path = tmp_path / "plan.json"
    path.write_text(plan if isinstance(plan, str) else json.dumps(plan), "utf-8")
    code = main([command[0], str(path), *command[1:]])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_file_is_split_forecast_and_moved(capsys: pytest.CaptureFixture[str], tmp_path: Any) -> None:
    code, out, _err = run(capsys, tmp_path, PLAN, "split", "--json")
    (found,) = json.loads(out)
    assert code == 0 and (found["lot"], found["pack"], found["kept"]) == ("M", 10, 5)
    assert [(share["site"], share["packs"], share["for_due"], share["limit"]) for share in found["shares"]] == [
        ("a", 0, 0, "need"), ("b", 3, 5, "need"),
    ]  # fmt: skip
    _code, out, _err = run(capsys, tmp_path, PLAN, "forecast", "--json")
    told = json.loads(out)
    assert told["doses"] == {"used": 10, "expired": 30, "left": 0, "waiting": 30, "waiting_for_a_dose": 30}
    assert len(told["days"]) == 10
    (first,) = [day for day in told["days"] if (day["site"], day["day"]) == ("b", "2021-06-01")]
    assert (first["waiting_due"], first["waiting_first"]) == (5, 0)
    _code, out, _err = run(capsys, tmp_path, PLAN, "forecast", "--json", "--delivered")
    assert json.loads(out)["doses"]["waiting"] == 0
    _code, out, _err = run(capsys, tmp_path, PLAN, "transfers", "--json")
    assert [(move["from"], move["to"], move["doses"], move["km"]) for move in json.loads(out)] == [
        ("a", "b", 30, 4.5)
    ]
    _code, out, _err = run(capsys, tmp_path, PLAN, "transfers", "--delivered", "--lang", "en")
    assert out == "Nothing needs to be moved.\n"


def test_packs_that_are_set_in_the_file_stand(capsys: pytest.CaptureFixture[str], tmp_path: Any) -> None:
    plan = copy.deepcopy(PLAN)
    plan["deliveries"][0]["fixed"] = {"a": 2}
    _code, out, _err = run(capsys, tmp_path, plan, "split", "--json")
    assert [(share["packs"], share["limit"]) for share in json.loads(out)[0]["shares"]] == [
        (2, "fixed"),
        (1, "delivery"),
    ]
    _code, out, _err = run(capsys, tmp_path, plan, "split")
    assert "甲\t20\t缺 0 剂（其中到期的后续剂次 0 剂），分得 20 剂，需求满足 100%，由人工定" in out


def test_the_shipped_file_is_yaml_and_runs(capsys: pytest.CaptureFixture[str], tmp_path: Any) -> None:
    county = documents.read(parse_plan(documents.example_text()))
    assert (len(county.sites), county.days, len(county.deliveries)) == (3, 14, 2)
    for command in ("split", "forecast", "transfers", "validate"):
        assert main([command, "example"]) == 0
    assert main(["schema"]) == main(["example"]) == 0
    capsys.readouterr()
    code, out, _err = run(capsys, tmp_path, documents.example_text(), "split", "--json")
    assert code == 0 and [each["lot"] for each in json.loads(out)] == ["202106B", "202104D"]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"last_day": "2021-05-31"}, "last_day"),
        ({"first_day": "2021-02-30"}, "first_day"),
        ({"last_day": "2023-06-05"}, "last_day"),
        ({"demand": [{"site": "c", "product": "X", "day": "2021-06-01"}]}, "demand.0.site"),
        ({"demand": [{"site": "a", "product": "Y", "day": "2021-06-01"}]}, "demand.0.product"),
        ({"demand": [{"site": "a", "product": "X", "day": "2021-06-01", "first": -1}]}, "demand.0.first"),
        ({"sites": [{"id": "a"}, {"id": "b"}, {"id": "a"}]}, "sites"),
        ({"sites": [{"id": "a", "days": {"2021-06-31": 4}}, {"id": "b"}]}, "sites.a.days.2021-06-31"),
        ({"deliveries": [PLAN["deliveries"][0] | {"arrives": "2021-06-06"}]}, "deliveries.0.arrives"),
        ({"deliveries": [PLAN["deliveries"][0] | {"fixed": {"a": 2, "b": 2}}]}, "deliveries.0.fixed"),
        ({"deliveries": [PLAN["deliveries"][0] | {"fixed": {"z": 1}}]}, "deliveries.0.fixed.z"),
        ({"distances_km": {"a": {"z": 1}}}, "distances_km.a.z"),
        ({"products": [{"id": "X", "pack": 0}]}, "products.X.pack"),
        ({"more": 1}, "more"),
    ],
)
def test_every_fault_is_named(change: dict[str, Any], path: str) -> None:
    with pytest.raises(Faulty) as caught:
        documents.read(PLAN | change)
    assert path in [fault.path for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"first_day": 1,\n"first_day": 2}', "first_day stands twice"),
        ('{"first_day": ', "plan.json:1"),
        ("", "must be a mapping"),
        ("products: 3\nfirst_day: [", "plan.json:2"),
        ("a: &x 1\nb: *x", "aliases"),
    ],
)
def test_what_cannot_be_read_is_exit_code_two(
    capsys: pytest.CaptureFixture[str], tmp_path: Any, text: str, why: str
) -> None:
    code, out, err = run(capsys, tmp_path, text, "split")
    assert (code, out) == (2, "") and why in err and "  /  " in err
    assert main(["split", str(tmp_path / "none.json")]) == 2
