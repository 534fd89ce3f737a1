"""A campaign day by day: sums agree, the same seed gives the same bits, events do what they say."""

from __future__ import annotations

import copy
import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaxkit.campaign import Faulty, read_plan, run
from vaxkit.campaign.__main__ import main
from vaxkit.campaign.outlook import Outlook, as_document
from vaxkit.campaign.reading import example_text
from vaxkit.ruledata.plans import parse_plan

CALM: dict[str, Any] = {
    "campaign": 1,
    "title": {"zh": "甲", "en": "A"},
    "first_day": "2021-06-01",  # a Tuesday
    "most_days": 40,
    "target": {"share": 0.8, "dose": 1},
    "groups": [{"id": "all", "people": 1000, "doses": 1, "willing": 1.0, "eager": 1.0}],
    "sites": [{"id": "a", "doses_a_day": 100}],
    "stock": {"on_hand": 5000, "wasted": 0.0},
    "people": {"keep": 1.0, "spread": 0.0},
}


def calm(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(CALM) | changes


def under(document: dict[str, Any], *events: dict[str, Any]) -> Outlook:
    scenario = {"id": "it", "title": {"zh": "情", "en": "it"}, "events": list(events)}
    return run(read_plan(document | {"scenarios": [scenario]}), replications=3)[1]


def test_without_chance_the_finish_is_arithmetic() -> None:
    (base,) = run(read_plan(CALM), replications=4)
    assert (base.finish, base.finish_early, base.finish_late, base.finished) == (date(2021, 6, 8),) * 3 + (
        1.0,
    )
    assert base.doses.mean == 1000 and base.daily.mean[:11] == (100.0,) * 10 + (0.0,)
    two = calm(groups=[{"id": "all", "people": 1000, "willing": 1.0, "eager": 1.0, "interval_days": 21}])
    two["target"] = {"share": 1.0, "dose": 2}
    (second,) = run(read_plan(two), replications=2)
    assert second.finish == date(2021, 7, 1) and second.doses.mean == 2000  # ten days, three weeks later


@pytest.mark.parametrize(
    ("event", "finish"),
    [
        (
            {"kind": "site_closed", "site": "a", "from": "2021-06-03", "until": "2021-06-05"},
            date(2021, 6, 11),
        ),
        (
            {"kind": "staff_sick", "share": 0.5, "from": "2021-06-01", "until": "2021-06-04"},
            date(2021, 6, 10),
        ),
        ({"kind": "aefi_cluster", "share": 0.0, "from": "2021-06-02"}, date(2021, 6, 9)),
        ({"kind": "rain", "factor": 0.0, "from": "2021-06-02", "until": "2021-06-03"}, date(2021, 6, 10)),
        ({"kind": "rush", "factor": 3.0, "from": "2021-06-02", "until": "2021-06-03"}, date(2021, 6, 8)),
    ],
)
def test_events_cost_the_days_they_take(event: dict[str, Any], finish: date) -> None:
    assert under(calm(), event).finish == finish


def test_late_vaccine_is_waited_for() -> None:
    short = calm(stock={"on_hand": 300, "wasted": 0.0, "deliveries": [{"day": "2021-06-04", "doses": 700}]})
    (base,) = run(read_plan(short), replications=2)
    late = under(short, {"kind": "vaccine_late", "days": 4, "from": "2021-06-04"})
    assert (base.finish, late.finish) == (date(2021, 6, 8), date(2021, 6, 12))
    assert (base.days_without_vaccine.mean, late.days_without_vaccine.mean) == (0, 4)


def test_scarce_vaccine_loses_as_large_a_share_as_plenty() -> None:
    daily = [{"day": f"2021-06-{day:02}", "doses": 55} for day in range(1, 11)]
    little = calm(stock={"on_hand": 0, "wasted": 0.1, "deliveries": daily})
    plenty = calm(stock={"on_hand": 550, "wasted": 0.1})
    for document in (little, plenty):
        (found,) = run(read_plan(document), replications=2)
        assert (found.doses.mean, found.wasted.mean) == (500, 50)


def test_the_shipped_county_is_the_same_for_a_seed_and_loses_nobody() -> None:
    plan = read_plan(parse_plan(example_text()))
    outlooks = run(plan, replications=20, seed=7)
    assert outlooks == run(plan, replications=20, seed=7) != run(plan, replications=20, seed=8)
    base = outlooks[0]
    supply = plan.stock + sum(plan.deliveries.values())
    assert base.doses.mean + base.wasted.mean + base.stock.mean[-1] == pytest.approx(supply)
    given = sum(sum(group.done) for group in plan.groups) + base.doses.mean
    reached = sum(base.coverage[dose].mean[-1] for dose in (1, 2)) * plan.people
    assert given == pytest.approx(reached)
    for band in base.coverage.values():
        assert all(low <= high for low, high in zip(band.low, band.high, strict=True))
        assert list(band.mean) == sorted(band.mean) and band.mean[-1] <= 1
    worse = {each.scenario: each.finish for each in outlooks}
    assert all(worse[name] >= worse["as_planned"] for name in ("vaccine_late", "site_closed", "aefi_cluster"))


def test_every_fault_is_named_at_once() -> None:
    events = [
        {"kind": "rush", "from": "2021-06-09", "until": "2021-06-01"},
        {"kind": "site_closed", "site": "b", "from": "2021-02-30"},
    ]
    bad = calm(
        groups=[{"id": "all", "people": 10, "willing": 1.0, "done": [5, 7]}],
        scenarios=[{"id": "x", "title": {"zh": "x", "en": "x"}, "events": events}],
    )
    with pytest.raises(Faulty) as refused:
        read_plan(bad)
    assert [fault.path for fault in refused.value.faults] == [
        "groups.all.done", "scenarios.x.events.0", "scenarios.x.events.0.until", "scenarios.x.events.1.site",
        "scenarios.x.events.1.from",
    ]  # fmt: skip


def test_the_command_runs_checks_and_says_no(capsys: pytest.CaptureFixture[str], tmp_path: Any) -> None:
    assert main(["run", "example", "--replications", "2", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [each["scenario"] for each in told][:2] == ["as_planned", "vaccine_late"] and len(told) == 7
    assert told[0] == as_document(run(read_plan(parse_plan(example_text())), replications=2)[0])
    assert main(["run", "example", "--replications", "2", "--lang", "en"]) == 0
    assert "reached on" in capsys.readouterr().out
    path = tmp_path / "bad.yaml"
    path.write_text("campaign: 2", "utf-8")
    assert main(["validate", str(path)]) == 2 and main(["run", str(tmp_path / "none")]) == 2
    assert main(["schema"]) == 0 and main(["example"]) == 0


def test_what_was_over_before_the_first_day_touches_no_day_of_the_plan() -> None:
    early = {"from": "2021-05-20", "until": "2021-05-22"}
    (base,) = run(read_plan(CALM), replications=3)
    for event in (
        {"kind": "staff_sick", "share": 1.0},
        {"kind": "rain", "factor": 0.0},
        {"kind": "rush", "factor": 9.0},
    ):
        assert under(calm(), event | early).daily == base.daily, event
    assert under(calm(), {"kind": "aefi_cluster", "share": 0.0} | early).daily == base.daily
    doubt = under(calm(), {"kind": "aefi_cluster", "share": 1.0, "half_life_days": 100} | early)
    assert 0 < doubt.daily.mean[0] < base.daily.mean[0]  # no day stands still, but some still wait and see


def test_rain_and_doubt_keep_people_from_later_doses_too() -> None:
    groups = [{"id": "all", "people": 1000, "willing": 0.0, "done": [1000, 0], "due": [{"2021-06-01": 1000}]}]
    document = calm(
        groups=groups, sites=[{"id": "a", "doses_a_day": 2000}], people={"keep": 0.5, "spread": 0.0}
    )
    document["target"] = {"share": 0.5, "dose": 2}
    (base,) = run(read_plan(document), replications=3)
    for event in ({"kind": "rain", "factor": 0.2}, {"kind": "aefi_cluster", "share": 0.8}):
        found = under(document, event | {"from": "2021-06-01"})
        assert sum(found.daily.mean[:2]) < sum(base.daily.mean[:2]), event


@settings(max_examples=12, deadline=None)
@given(
    st.integers(500, 20_000), st.floats(0.02, 0.3), st.floats(0.01, 0.08), st.integers(0, 12),
    st.sampled_from([
        [{"kind": "site_closed", "site": "a", "until": 4}, {"kind": "site_closed", "site": "a", "until": 9}],
        [{"kind": "staff_sick", "share": 0.3, "until": 9}, {"kind": "staff_sick", "share": 0.8, "until": 9}],
        [{"kind": "rain", "factor": 0.6, "until": 5}, {"kind": "rain", "factor": 0.1, "until": 5}],
        [{"kind": "aefi_cluster", "share": 0.2, "until": 0}, {"kind": "aefi_cluster", "share": 0.8, "until": 1}],
    ]),
)  # fmt: skip
def test_where_vaccine_suffices_the_worse_is_never_done_earlier(
    people: int, eager: float, capacity: float, begins: int, events: list[dict[str, Any]]
) -> None:
    """By the median of many campaigns, for the last dose of the course; a day is the chance of one person. (Where vaccine lacks,
    giving fewer first doses now leaves more for second ones: the page then says so.)"""
    first = date(2021, 6, 1)
    sites = [{"id": each, "doses_a_day": max(2, int(people * capacity))} for each in "ab"]
    document = calm(
        groups=[{"id": "all", "people": people, "willing": 0.9, "eager": eager, "persuaded_a_day": 0.01}], sites=sites,
        stock={"on_hand": 3 * people}, people={"keep": 0.5, "spread": 0.2}, most_days=150, target={"share": 0.7, "dose": 2},
    )  # fmt: skip
    day = first + timedelta(days=begins)
    document["scenarios"] = [
        {
            "id": f"s{nth}", "title": {"zh": "x", "en": "x"},
            "events": [each | {"from": str(day), "until": str(day + timedelta(days=each["until"]))}],
        }
        for nth, each in enumerate(events)
    ]  # fmt: skip
    finish = [each.finish or date.max for each in run(read_plan(document), replications=40)]
    days = [each.toordinal() for each in finish]
    assert days[0] <= days[1] + 1 and days[1] <= days[2] + 1


def test_what_an_event_has_no_use_for_is_a_fault() -> None:
    """`days` of a cluster was once taken for its share."""
    rows = [
        {"kind": "aefi_cluster", "from": "2021-06-03", "share": 0.5, "days": 3},
        {"kind": "rush", "from": "2021-06-03", "factor": 0.5},
        {"kind": "rain", "from": "2021-06-03", "factor": 3},
    ]
    with pytest.raises(Faulty) as refused:
        read_plan(calm(scenarios=[{"id": "as_planned", "title": {"zh": "x", "en": "x"}, "events": rows}]))
    assert [fault.path for fault in refused.value.faults] == [
        "scenarios.as_planned", "scenarios.as_planned.events.0.days", "scenarios.as_planned.events.1.factor",
        "scenarios.as_planned.events.2.factor",
    ]  # fmt: skip
    waiting = calm(
        groups=[{"id": "all", "people": 10, "willing": 1.0, "done": [5], "due": [{"2021-06-02": 6}]}]
    )
    with pytest.raises(Faulty) as refused:
        read_plan(waiting)
    assert refused.value.faults[0].path == "groups.all.due"


def test_the_command_names_the_line(capsys: pytest.CaptureFixture[str], tmp_path: Any) -> None:
    path = tmp_path / "county.yaml"
    path.write_text(example_text().replace("willing: 0.7", "willing: 70"), "utf-8")
    assert main(["validate", str(path)]) == 2
    said = capsys.readouterr().err
    line = next(n for n, row in enumerate(path.read_text("utf-8").splitlines(), 1) if "willing: 70" in row)
    assert said.count(f"county.yaml:{line}: groups.elders.willing") == 2  # in both languages
    path.write_bytes("title: 中文".encode("gbk"))
    assert main(["run", str(path)]) == 2 and "GBK" in capsys.readouterr().err
    assert main(["run", "example", "--replications", "100000"]) == 2 and "25000" in capsys.readouterr().err
