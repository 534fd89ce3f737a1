"""Tomorrow at a site: drawn up from the ledger, simulated, varied, compared, staffed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.modules import campaign
from tests.modules.plans.conftest import COUNTY, LEAD, TOMORROW, slots_of
from vaxkit.simulation.observed import Observed
from yingjie.bookings import actions as bookings
from yingjie.bookings.models import Session
from yingjie.foundation.jobs.models import Job
from yingjie.foundation.jobs.registry import Cancelled
from yingjie.foundation.refusals import NotFound
from yingjie.plans import actions, day_document, day_editing, queries, refusals
from yingjie.plans.day_basis import DayBasis, Duty, Slot
from yingjie.plans.day_editing import Changes
from yingjie.plans.models import Scenario
from yingjie.sites.models import Site

FACTS = DayBasis(
    on=TOMORROW,
    hours=((480, 690), (810, 1020)),
    sessions=((Slot(480, 30, 12, 15), Slot(510, 30, 9, 15)),),
    kept=90,
    missed=10,
    lateness=tuple(float(minute) for minute in range(-30, 31)),
    walk_ins={9: 4.0, 18: 2.0},
    days_seen=12,
    turns={"vaccination": Observed(tuple(1 + (nth % 17) / 8 for nth in range(200)), 3)},
    stays=(),
    screened=100,
    sent_away=4,
    duties=(Duty("registrar", 480, 1020, 2), Duty("registrar", 540, 660, 3)),
    stations={"registration": 4, "vaccination": 3},
    seats={"observation": 20},
    doses={2: 40, 1: 5},
)


def rows() -> list[Scenario]:
    return list(Scenario.objects.unscoped(campaign.ALL))


def test_facts_become_a_plan_that_says_where_each_figure_comes_from() -> None:
    drawn = day_document.drawn(FACTS, {"zh": "甲", "en": "A"})
    plan = actions.plan(drawn.document)
    registration, screening, needle, bench, _treatment = plan.stations
    # The roster says two and three at once, the desks are four.
    assert [(shift.start + plan.zero, shift.servers) for shift in registration.shifts] == [
        (480, 2),
        (540, 4),
        (660, 2),
    ]
    assert [(way.id, way.share) for way in screening.ways] == [("fit", 0.96), ("without", 0.04)]
    assert needle.shifts[0].servers == 3 and bench.always == 20
    assert [slot.size for slot in plan.sources[0].slots] == [12, 9] and plan.sources[0].no_show == 0.1
    assert plan.sources[1].slots[0].size == 4.0 and len(plan.sources[1].slots) == 1  # 18:00 is after the end
    assert (plan.stocks[0].doses_per_vial, plan.stocks[0].vials) == (2, 22)
    sources = {name: each["source"] for name, each in drawn.basis.items()}
    assert sources["vaccination"] == "seen" and sources["registration"] == "default"
    assert sources["registration_staff"] == "roster" and sources["vaccination_staff"] == "layout"
    assert sources["screening_staff"] == "default" and sources["no_show"] == "seen"
    assert sum(drawn.basis["vaccination"]["bars"]["counts"]) == 200


def test_a_variant_changes_what_is_named_and_nothing_else() -> None:
    document = day_document.drawn(FACTS, {"zh": "甲", "en": "A"}).document
    grid = day_editing.grid(document)
    assert grid.hours[0] == 8 and grid.rows[0][2][:4] == (2, 4, 4, 2)
    same = {name: dict(zip(grid.hours, numbers, strict=True)) for name, _title, numbers in grid.rows}
    assert day_editing.differences(document, day_editing.edited(document, Changes())) == []
    changes = Changes(
        servers={"vaccination": same["vaccination"] | {9: 5}},
        numbers={"session_1": [6, 15]},
        walk_in_percent=150,
        no_show_percent=0,
        vials=7,
    )
    varied = day_editing.edited(document, changes)
    assert day_editing.differences(document, varied) == [
        ("staff", "vaccination", "3", "3–5"),
        ("booked", "session_1", "21", "21"),
        ("no_show", "session_1", "10%", "0%"),
        ("walk_ins", "walk_in", "4", "6"),
        ("vials", "vaccine", "22", "7"),
    ]
    assert document["stations"][2]["servers"][0]["servers"] == 3


def test_from_the_ledger_to_a_comparison(client: Client, session: Session, site: Site) -> None:
    who = [campaign.person(serial) for serial in (1, 2)]
    for person in who:
        bookings.book(by=campaign.actor("registrar"), person_id=person.pk, slot_id=slots_of(session)[0].pk)
    campaign.sign_in(client, "county_lead", "110117")
    asked = client.post(reverse("plans_days"), {"site_id": str(site.pk), "on": str(TOMORROW)})
    made = rows()[0]
    assert asked["Location"] == reverse("plans_scenario", args=[made.pk])
    assert made.basis["booked"] == {"people": 2, "sessions": 1, "source": "ledger"}
    job = Job.objects.get(kind="plans.simulate")
    assert (job.pk, job.arguments["scenario_id"]) == (made.job_id, str(made.pk))
    assert f"job-{made.job_id}" in client.get(asked["Location"]).content.decode()

    simulated = actions.simulate(by=COUNTY, scenario_id=made.pk)
    again = actions.simulate(by=COUNTY, scenario_id=made.pk)
    assert simulated.result == again.result and simulated.result["booked"]["mean"] == 2
    grid = {f"staff:vaccination:{hour}": "9" for hour in range(8, 17)}
    said = {"title": "人手加倍", "walk_in_percent": "100", "number:session_1:0": "40"}
    varied = client.post(reverse("plans_variant", args=[made.pk]), said | grid)
    variant = next(row for row in rows() if row.based_on == made.pk)
    assert varied["Location"] == reverse("plans_scenario", args=[variant.pk])
    assert variant.document["arrivals"][0]["number"][0] == 40
    elders_first = variant.document | {"groups": [
        {"id": "elder", "title": {"zh": "六十岁以上", "en": "sixty and over"}, "priority": 0},
        {"id": "adult", "title": {"zh": "其他人", "en": "others"}, "priority": 1}]}  # fmt: skip
    elders_first["arrivals"] = [
        row | {"groups": {"elder": 0.4, "adult": 0.6}} for row in variant.document["arrivals"]
    ]
    Scenario.objects.unscoped(campaign.ALL).filter(pk=variant.pk).update(document=elders_first)
    actions.simulate(by=COUNTY, scenario_id=variant.pk)
    shown = client.get(reverse("plans_scenario", args=[variant.pk])).content.decode()
    assert "各优先级的等待" in shown and "六十岁以上" in shown and "从进门到离开" in shown
    actions.find_staffing(by=COUNTY, scenario_id=variant.pk, minutes=15, percent=90)
    for name in ("plans_days", "plans_scenario", "plans_variant", "plans_compared"):
        address = reverse(name, args=[] if name == "plans_days" else [variant.pk])
        for language in ("zh-hans", "en"):
            client.cookies["yingjie_language"] = language
            answer = client.get(address)
            assert answer.status_code == 200, (name, language)
            assert 'style="' not in answer.content.decode()
    adopted = client.post(reverse("plans_adopt", args=[variant.pk]))
    assert adopted.status_code == 302 and len(rows()) == 3
    client.post(reverse("plans_drop", args=[variant.pk]))
    assert len(rows()) == 2


def test_what_cannot_be_planned_is_refused_and_leaves_nothing(session: Session, site: Site) -> None:
    with pytest.raises(refusals.DayPast):
        actions.draw_up(by=LEAD, site_id=site.pk, on=campaign.TODAY - timedelta(days=1))
    closed = campaign.site("S2")
    with pytest.raises(refusals.SiteShut):
        actions.draw_up(by=COUNTY, site_id=closed.pk, on=date(2021, 6, 1))
    with pytest.raises(NotFound):
        actions.draw_up(by=campaign.actor("auditor"), site_id=site.pk, on=TOMORROW)
    made = actions.draw_up(by=LEAD, site_id=site.pk, on=TOMORROW)
    with pytest.raises(refusals.NobodyOnDuty):
        actions.vary(
            by=LEAD, scenario_id=made.pk, title="x", changes=Changes(servers={"vaccination": {8: 0}})
        )
    with pytest.raises(NotFound):
        actions.vary(
            by=campaign.actor("site_lead", "110118"), scenario_id=made.pk, title="x", changes=Changes()
        )

    def stop(done: int, total: int | None, message: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        actions.simulate(by=LEAD, scenario_id=made.pk, tell=stop)
    assert [(row.pk, row.result) for row in rows()] == [(made.pk, None)]
    assert queries.scenarios(campaign.actor("town_lead", "110117002")) == []


def test_few_turns_are_no_sample() -> None:
    few = replace(FACTS, turns={"vaccination": Observed((2.0, 3.0), 0)}, duties=(), stations={}, hours=())
    drawn = day_document.drawn(few, {"zh": "甲", "en": "A"})
    assert drawn.basis["vaccination"] == {"source": "default", "count": 2, "mean": 2.0, "sd": 0.8}
    assert drawn.basis["vaccination_staff"]["source"] == "default"
