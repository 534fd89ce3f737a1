"""Plan files: every fault is named with its place and what to do, in two languages; nothing ends in a trace."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from vaxkit.ruledata.plans import PlanTextError, example_names, example_text, parse_plan, plan_schema
from vaxkit.simulation import Faulty, read_plan
from vaxkit.simulation.__main__ import main
from vaxkit.simulation.overrides import overridden
from vaxkit.simulation.plan import Distribution


def document(**more: Any) -> dict[str, Any]:
    return {
        "plan": 1,
        "title": {"zh": "甲", "en": "A"},
        "stations": [
            {"id": "desk", "servers": 2, "service": 3},
            {"id": "watch", "kind": "delay", "service": 30},
        ],
        "arrivals": [{"id": "all", "kind": "walk_ins", "rates": [{"from": 0, "until": 60, "per_hour": 30}]}],
        **more,
    }


def faults(raw: object) -> list[str]:
    with pytest.raises(Faulty) as caught:
        read_plan(raw)
    for problem in caught.value.faults:
        for lang in ("zh", "en"):
            assert problem.what.in_(lang) and problem.fix.in_(lang)
        assert problem.in_("zh") != problem.in_("en")
    return [problem.in_("en") for problem in caught.value.faults]


def changed(*changes: str) -> Any:
    return overridden(document(), changes)


def test_the_schema_is_one_and_the_examples_follow_it() -> None:
    jsonschema.Draft202012Validator.check_schema(plan_schema())
    assert example_names() == ("mass-vaccination-hub", "township-clinic")
    for name in example_names():
        assert read_plan(parse_plan(example_text(name))).stations
    assert read_plan(document()).stations[0].ways[0].next == "watch"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (["stations.desk.servers=-1"], "stations.desk.servers: must not be less than 0. "
                                         "Write a whole number from 0 to 100000, or a list of shifts."),
        (["stations.desk.servers=0"], "stations.desk.servers: nobody serves here. Write 1 at least."),
        (["stations.desk.servers=two"], 'stations.desk.servers: must be a whole number. '
                                          'Write a whole number from 0 to 100000, or a list of shifts.'),
        (["stations.desk.service=.nan"], "stations.desk.service: is not a finite number. Write an ordinary number."),
        (["stations.desk.srvers=3"], "stations.desk.srvers: there is no key srvers here. Did you mean servers?"),
        (["stations.desk.next=wach"], "stations.desk.next: there is no station wach. Did you mean watch?"),
        (["stations.watch.next=desk"], "stations.desk: nobody gets from here to the exit. "
                                       "Correct next so that the way leads to exit."),
        (["stations.watch.id=desk"], "stations: the id desk stands twice. Choose another id."),
        (["stations.watch.id=exit"], "stations: exit means leaving; no station can be called so. Choose another id."),
        (["stations.watch.id=Watch!"], 'stations.Watch!.id: "Watch!" cannot be an id. Begin with a small letter; '
                                       "use small letters, digits and underscores, 40 at most."),
        (["stations.watch.servers=2"], "stations.watch.servers: a delay has no servers. Did you mean service?"),
        (["stations.watch.kind=gate"], "stations.watch: group_size is missing. A gate needs group_size; add it."),
        (["stations.desk.service={kind: exponential}"], "stations.desk.service: mean or rate is needed, not both. "
                                                        "rate is per minute: 1/mean."),
        (["stations.desk.service={kind: triangular, low: 3, mode: 2, high: 9}"],
         "stations.desk.service: the numbers are not in order. Needed: low ≤ mode ≤ high, low < high."),
        (["stations.desk.service={kind: gamma, mean: 2}"], "stations.desk.service: sd is missing. Add sd."),
        (["stations.desk.service={kind: gamma, mean: 2, sd: 1, rate: 3}"],
         "stations.desk.service.rate: there is no key rate here. There are: kind, at_least, at_most, mean, sd."),
        (["stations.desk.service={kind: empirical, values: [1, 2], weights: [0, 0]}"],
         "stations.desk.service.weights: the shares add up to 0. Give one weight above 0 at least."),
        (["stations.desk.outcomes=[{id: a, share: 0.5}]"],
         "stations.desk.outcomes: the shares add up to 0.5. Make them add up to 1."),
        (["closes=08:00"], 'closes: is a clock time, but the plan has no zero. Give zero: "06:00" at the top, or write minutes.'),
        (["zero=06:00", "closes=8 am"], 'closes: "8 am" is not a clock time. Write "08:30", or a number of minutes.'),
        (["arrivals.all.rates.0.until=0"], "arrivals.all.rates.0: ends before it begins. Write an until after the from."),
        (["arrivals.all.group=elder"], "arrivals.all.group: there is no group elder. There are: everyone."),
        (["arrivals.all.kind=bus"], 'arrivals.all.kind: "bus" is not one of the choices. Did you mean buses?'),
        (["arrivals.all.rates.0.per_hour=1000000", "arrivals.all.rates.0.until=60000"],
         "arrivals: some 1000000000 people are too many. Keep below 5000000."),
        (["stocks=[{id: v, station: watch}]"], "stocks.v.station: watch is no service station. There are: desk."),
        (["stations.desk.servers=2", "stations.desk.breaks=[{from: 30, until: 60, servers: 3}]"],
         "stations.desk.breaks: 3 are on a break while 2 are on duty. Send fewer on the break, or put more on."),
        (["arrivals=[{id: all, kind: appointments, first: 120, until: 100, number: 5}]"],
         "arrivals.all.until: is before first: there is not one slot. Check first and until."),
        (["stations.desk.service={}"], "stations.desk.service: kind is missing. Add kind."),
        (["stations.desk.service=-3"], "stations.desk.service: is a time below 0. Write minutes of 0 or more."),
        (["stations.desk.patience={kind: fixed, minutes: 3, at_most: -1}"],
         "stations.desk.patience: is a time below 0. Write minutes of 0 or more."),
        (["stations.desk.balk=[{queue: 3, share: 0.1}, {queue: 3, share: 0.2}]"],
         "stations.desk.balk: one queue stands twice. Give one share for each queue."),
        (["stations.desk.servers=[{from: 0, until: 60, servers: 1}]", "stations.desk.breaks=[{from: 30, until: 90, servers: 1}]"],
         "stations.desk.breaks: when the last shift ends everybody is on a break, so nobody can stay. "
         "Shorten the break, or write after_last_shift: leave."),
        (["arrivals.all.entry=watch"], "stations.desk: nobody gets here. Name it in a next or an entry, or delete it."),
        (["stations.desk.outcomes=[{id: on, share: 1e-9}, {id: again, share: 0.999999999, next: desk}]"],
         "stations: some 3e+10 visits to stations a day are too many. "
         "Let fewer people come back, or fewer come at all; keep below 50000000."),
        (["stocks=[{id: v, station: desk, spoiled: 0.995}]"],
         "stocks.v.spoiled: must not be more than 0.99. It is 0.995; correct it."),
        (["arrivals=[{id: all, kind: appointments, first: 0, slots: 3, until: 100, number: 5}]"],
         "arrivals.all: slots and until exclude each other. Delete one."),
        (["arrivals=[{id: all, kind: stream, between: 1, until: -5}]"],
         "arrivals.all.until: is not after first: nobody comes. Check first and until."),
        (["arrivals=[{id: all, kind: stream, between: {kind: exponential, mean: 10, at_most: 1e-6}, until: 60}]"],
         "arrivals: some 60000000 people are too many. Keep below 5000000."),
        (["stops=-10"], "stops: the simulation stops before anybody comes. Check this time and the arrivals."),
        (["closes=-10"], "closes: the door closes before anybody comes. Check this time and the arrivals."),
        (["plan=2"], "plan: 2 is not one of the choices. There are: 1."),
    ],
)  # fmt: skip
def test_faults_are_named(changes: list[str], expected: str) -> None:
    assert expected in faults(changed(*changes))


def test_a_newline_is_no_part_of_an_id() -> None:
    raw = document()
    raw["stations"][0]["id"] = "desk\n"
    assert any("cannot be an id" in line for line in faults(raw))


def test_every_fault_is_named_at_once() -> None:
    assert (
        len(faults(changed("stations.desk.servers=0", "stations.desk.next=no", "arrivals.all.entry=x"))) >= 3
    )
    assert faults(None) == [
        "(the whole document): must be a mapping of keys and values. It is None; correct it."
    ]
    assert faults([]) == ["(the whole document): must be a mapping of keys and values. It is []; correct it."]
    assert {line.split(":")[0] for line in faults({})} == {"(the whole document)"}


def test_clock_times_count_from_zero() -> None:
    plan = read_plan(document(zero="07:30", closes="08:15", ends=500))
    assert (plan.zero, plan.closes, plan.ends) == (450.0, 45.0, 500.0)
    assert parse_plan("a: 08:30\nb: yes\nc: 2021-01-01\nd: 1.5") == {
        "a": "08:30",
        "b": "yes",
        "c": "2021-01-01",
        "d": 1.5,
    }


@pytest.mark.parametrize(
    "text", ["a: 1\na: 2", "a: [", "a: &x 1\nb: *x", "? [1]\n: 2", "a: !!python/name:os.system 1", "\x00"]
)
def test_text_that_is_no_plan(text: str) -> None:
    with pytest.raises(PlanTextError):
        parse_plan(text)


def test_numbers_are_those_of_yaml_1_2_and_json() -> None:
    words = "a: 1e-3\nb: 010\nc: 1:30:00\nd: 0x1F\ne: -.5\nf: 1_000\ng: .inf\nh: 190:20\n"
    assert parse_plan(words) == {
        "a": 0.001, "b": 10, "c": "1:30:00", "d": "0x1F", "e": -0.5, "f": "1_000", "g": math.inf, "h": "190:20",
    }  # fmt: skip
    assert parse_plan('{"a": 1e-3, "b": true, "c": "08:30", "d": [-1E2]}') == {
        "a": 0.001, "b": True, "c": "08:30", "d": [-100.0],
    }  # fmt: skip
    assert parse_plan("{a: 1, b: 08:30}") == {"a": 1, "b": "08:30"}
    with pytest.raises(PlanTextError, match="longer than"):
        parse_plan("x" * 3_000_000)


def test_servers_over_time() -> None:
    raw = changed("stations.desk.servers=[{from: 0, until: 100, servers: 3}, {from: 50, until: 80, servers: 2}]",
                  "stations.desk.breaks=[{from: 60, until: 70, servers: 4}]")  # fmt: skip
    steps = [(-math.inf, 0), (0.0, 3), (50.0, 5), (60.0, 1), (70.0, 5), (80.0, 3)]
    assert list(read_plan(raw).stations[0].levels()) == steps
    raw["stations"][0]["after_last_shift"] = "leave"
    assert list(read_plan(raw).stations[0].levels()) == [*steps, (100.0, 0)]


def test_means_of_distributions() -> None:
    mix = Distribution(
        "mixture",
        shares=(0.25, 0.75),
        parts=(Distribution("fixed", (4.0,)), Distribution("exponential", (0.0, 2.0))),
    )
    assert mix.mean == 2.5
    assert mix.variance == pytest.approx(0.25 * 16 + 0.75 * 8 - 2.5**2)


def test_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(document()), encoding="utf-8")
    assert main(["validate", str(file)]) == 0
    assert (
        main(
            [
                "run",
                str(file),
                "--replications",
                "5",
                "--seed",
                "2",
                "--json",
                "--set",
                "stations.desk.servers=3",
            ]
        )
        == 0
    )
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "方案可用 / the plan can be used: 甲 / A"
    found = json.loads(lines[1])
    assert (found["replications"], found["seed"], found["stations"][0]["id"]) == (5, 2, "desk")
    assert main(["run", "example:township-clinic", "--replications", "3", "--lang", "en"]) == 0
    assert capsys.readouterr().out.startswith("Township clinic (demonstration) · 3 days · seed 1")
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == plan_schema()
    assert main(["example"]) == 0
    assert capsys.readouterr().out.split() == list(example_names())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"plan: [", "plan.yaml:1: "),
        (
            b"plan: 1\ntitle: {zh: x, en: y}\nstations:\n  - id: desk\n    servers: -2\n",
            "plan.yaml:5: stations.desk.servers: ",
        ),
        (b'{"plan": 1,\n "plan": 1}', "plan.yaml:2: "),
        (b"plan: [[" + b"[" * 5000, "is nested too deeply"),
        (b"[" * 300 + b"]" * 300, "is nested too deeply"),
        (b"\xff\xfe", "is not UTF-8 text"),
        (b"", "must be a mapping"),
        (b"plan: 1", "title is missing. Add title."),
    ],
)
def test_the_command_refuses_in_two_languages(
    text: bytes, words: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "plan.yaml"
    file.write_bytes(text)
    assert main(["run", str(file)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert words in said.err
    assert "。" in said.err and "  /  " in said.err
    assert "Traceback" not in said.err
    assert main(["validate", str(tmp_path)]) == 2
    assert main(["validate", "example:nowhere"]) == 2
    assert main(["validate", "example:township-clinic", "--set", "stations.dor.walk=1"]) == 2
    assert "Did you mean door?" in capsys.readouterr().err


def test_whoever_reads_plans_does_not_load_the_compiler() -> None:
    code = "import sys, vaxkit.simulation; print(sorted({'numba', 'numpy'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": "src"}
    )
    assert done.stdout.strip() == "[]"
