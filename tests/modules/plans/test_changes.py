"""What failed starts again; a campaign's deliveries and events changed one by one; a script of one's own; staff for the roster."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.modules import campaign
from tests.modules.plans.conftest import COUNTY, LEAD, TOMORROW
from vaxkit.exercise import script_text
from yingjie.bookings.models import Session
from yingjie.foundation import clock
from yingjie.foundation.jobs.models import Job
from yingjie.foundation.refusals import BadInput, NotAllowed, NotFound
from yingjie.plans import (
    actions,
    campaign_change,
    exercise_actions,
    exercise_queries,
    outlook_actions,
    refusals,
    roster_needs,
    script_actions,
    supply_actions,
)
from yingjie.plans.campaign_editing import rows_of
from yingjie.plans.campaign_facts import Asked
from yingjie.plans.models import CampaignRun, ExerciseScript
from yingjie.sites import roster_queries, team_actions
from yingjie.sites.models import Site

KEEPER = campaign.actor("store_keeper", "110117")


def stop_jobs() -> None:
    Job.objects.filter(state="queued").update(state="failed", finished_at=clock.now())


def test_a_campaign_fails_starts_again_and_is_changed(client: Client, site: Site) -> None:
    for serial in range(1, 4):
        campaign.person(serial)
    made = outlook_actions.start(
        by=COUNTY,
        area_code="110117",
        title="",
        asked=Asked(dose=1, most_days=20, doses_a_week=5, rain_days=0),
    )
    with pytest.raises(refusals.StillComputing):
        outlook_actions.again(by=COUNTY, run_id=made.pk)
    stop_jobs()
    campaign.sign_in(client, "county_lead", "110117")
    page = client.get(reverse("plans_campaign_run", args=[made.pk]))
    assert (
        page.context["running"].is_stopped
        and client.get(reverse("plans_campaign_change", args=[made.pk])).status_code == 409
    )
    assert client.post(reverse("plans_campaign_again", args=[made.pk])).status_code == 302
    assert Job.objects.filter(kind="plans.campaign", state="queued").count() == 1
    run = outlook_actions.simulate(by=COUNTY, run_id=made.pk)

    address = reverse("plans_campaign_change", args=[made.pk])
    shown = client.get(address).context
    given = {cell["name"]: str(cell["value"]) for table in ("deliveries", "events") for row in shown[table]
             for cell in row.values() if isinstance(cell, dict)}  # fmt: skip
    same = campaign_change.changed(run.document, given, "zh")  # nothing entered, nothing changed
    assert outlook_actions.read(same) == outlook_actions.read(run.document)
    more = given | {"title": "另一种", "delivery:0:doses": "９", "delivery:1:day": "", "delivery:1:doses": ""}
    for wrong in (
        {"delivery:0:doses": "-3"},
        {"delivery:0:day": "soon"},
        {"event:0:kind": "burn"},
        {"event:0:last": "2020-01-01"},
        {"event:0:amount": ""},
        {"event:0:amount": "99999999"},
        {"event:0:first": "9999-12-31", "event:0:last": ""},
        {"event:1:site": ""},
        {"event:1:site": "burn"},
    ):
        refused = client.post(address, more | wrong)
        assert refused.status_code == 400, wrong
        said = refused.content.decode()
        assert "第 1 行" in said or "第 2 行" in said, "the row is named"
        assert "scenarios." not in said, "not the document's own words"
    assert CampaignRun.objects.unscoped(campaign.ALL).count() == 1
    assert client.post(address, more).status_code == 302
    changed = CampaignRun.objects.unscoped(campaign.ALL).get(based_on=made.pk)
    deliveries, events = rows_of(changed.document, "zh")
    assert (deliveries[0].doses, len(deliveries)) == (9, 2) and events == rows_of(run.document, "zh")[1]
    stop_jobs()
    done = outlook_actions.simulate(by=COUNTY, run_id=changed.pk)
    assert done.document == changed.document and done.result is not None  # its own plan is kept
    with pytest.raises(NotFound):
        outlook_actions.vary(
            by=campaign.actor("auditor", "110117"), run_id=made.pk, title="x", document=run.document
        )


def test_a_supply_plan_starts_again_and_is_printed(client: Client, site: Site) -> None:
    made = supply_actions.ask(by=KEEPER, area_code="110117")
    with pytest.raises(refusals.StillComputing):
        supply_actions.again(by=KEEPER, plan_id=made.pk)
    stop_jobs()
    campaign.sign_in(client, "store_keeper", "110117")
    assert client.post(reverse("plans_supply_again", args=[made.pk])).status_code == 302
    assert client.get(reverse("plans_supply_print", args=[made.pk])).status_code == 409
    supply_actions.compute(by=KEEPER, plan_id=made.pk)
    assert client.get(reverse("plans_supply_print", args=[made.pk])).status_code == 200
    stop_jobs()
    made.refresh_from_db()
    made.sent = {"0": "x"}
    made.save()
    assert client.post(reverse("plans_supply_again", args=[made.pk])).status_code == 409


def test_a_script_of_ones_own_from_its_faults_to_an_exercise(client: Client, site: Site) -> None:
    text = script_text("site_closed").replace("id: site_closed", "id: our_own", 1)
    campaign.person(1)
    campaign.sign_in(client, "county_lead", "110117")
    bring = reverse("plans_script_bring")

    def sent(data: bytes, area: str = "110117") -> Any:
        return client.post(bring, {"area_code": area, "file": SimpleUploadedFile("a.yaml", data)})

    faulty = sent(text.replace("minutes:", "minuten:", 1).encode())
    assert faulty.status_code == 400 and all(fault.line for fault in faulty.context["refusal"].faults)
    for data in (b"", b"\xff\xfe", b"a\0b", b"- 1", b"x" * 300_000):
        assert sent(data).status_code == 400
    assert sent(text.encode(), "330101").status_code == 400
    assert ExerciseScript.objects.unscoped(campaign.ALL).count() == 0
    assert sent(text.encode()).status_code == 302
    (row,) = exercise_queries.own_scripts(COUNTY)
    assert client.get(reverse("plans_script", args=[row.id])).status_code == 200
    with pytest.raises(BadInput):  # nobody has taken it into use
        exercise_actions.prepare(by=COUNTY, area_code="110117", script=str(row.id))
    with pytest.raises(NotFound):
        script_actions.step(by=campaign.actor("auditor", "110117"), script_id=row.id, named="use")
    assert client.post(reverse("plans_script_step", args=[row.id]), {"step": "use"}).status_code == 302
    made = exercise_actions.prepare(by=COUNTY, area_code="110117", script=str(row.id), pace=10)
    assert client.get(reverse("plans_script_pattern", args=["site_closed"])).status_code == 200
    assert client.get(reverse("plans_script_pattern", args=["none"])).status_code == 404

    # Effects can be looked at before the end; what is still open has not happened yet.
    with pytest.raises(refusals.ExerciseNotSo):
        exercise_actions.reckon(by=COUNTY, exercise_id=made.pk)
    exercise_actions.clock_step(by=COUNTY, exercise_id=made.pk, step="start", ahead=5)
    assert client.post(reverse("plans_exercise_reckon", args=[made.pk])).status_code == 302
    done = exercise_actions.effects(by=COUNTY, exercise_id=made.pk)
    assert done.reckoned_minute == 5.0 and len(done.result["outlooks"]) == 3
    page = client.get(reverse("plans_exercise_report", args=[made.pk]))
    assert page.status_code == 200 and page.context["reckoned"]
    assert (
        len(page.context["lines"]) == 1 and page.context["lines"][0]["why"] == "–"
    )  # nobody is told what is right
    assert client.get(reverse("plans_exercise_file", args=[made.pk, "pdf"])).status_code == 409
    script_actions.step(by=COUNTY, script_id=row.id, named="withdraw")
    for named in ("use", "burn", ""):
        with pytest.raises(refusals.ScriptNotSo):
            script_actions.step(by=COUNTY, script_id=row.id, named=named)


def test_staff_of_a_plan_becomes_needs_of_the_roster(client: Client, session: Session, site: Site) -> None:
    made = actions.draw_up(by=LEAD, site_id=session.site_id, on=TOMORROW)
    with pytest.raises(refusals.NoShifts):
        roster_needs.hand_over(by=LEAD, scenario_id=made.pk, weekdays=[0])
    team_actions.set_shifts(by=LEAD, site_id=site.pk, pattern="daytime")
    before = {(row.shift_id, row.role): row.people for row in roster_queries.needs(LEAD, site.pk)}
    with pytest.raises(refusals.NoWeekday):
        roster_needs.hand_over(by=LEAD, scenario_id=made.pk, weekdays=[9])
    with pytest.raises((NotAllowed, NotFound)):
        roster_needs.hand_over(by=KEEPER, scenario_id=made.pk, weekdays=[0])
    campaign.sign_in(client, "site_lead")
    address = reverse("plans_roster", args=[made.pk])
    rows = {(row["role"], row["hours"]): row for row in client.get(address).context["rows"]}
    assert len(rows) == 6 and client.post(address, {"weekdays": "9"}).status_code == 400
    assert all(row["why"] for row in rows.values()), rows
    assert all(row["is_short"] for row in rows.values()), "nobody is in the team yet"
    vary = actions.vary(
        by=LEAD,
        scenario_id=made.pk,
        title="四台",
        changes=actions.Changes(servers={"vaccination": {9: 4, 10: 2}}),
    )
    stop_jobs()
    assert roster_needs.hand_over(by=LEAD, scenario_id=vary.pk, weekdays=[2, 3]) >= 1
    after = {(row.shift_id, row.role): row.people for row in roster_queries.needs(LEAD, site.pk)}
    (key,) = [key for key in after if key[1] == "vaccinator"]
    assert after[key][2:4] == (4, 4) and after[key][:2] == before[key][:2]
    # Whoever watches, treats a reaction or leads is there while people are on site, whatever the roster asked for before.
    others = ("lead", "observer", "emergency_doctor")
    assert {key[1]: people[2:4] for key, people in after.items() if key[1] in others} == dict.fromkeys(
        others, (1, 1)
    )
    assert roster_needs.hand_over(by=LEAD, scenario_id=vary.pk, weekdays=[2, 3]) == 0


def test_a_shift_has_an_observer_for_every_sixty_people_watched_and_nobody_where_nobody_is() -> None:
    document = {
        "ends": "12:00",
        "arrivals": [
            {"kind": "appointments", "first": "08:00", "every": 60, "number": [130, 0, 0]},
            {"kind": "walk_ins", "rates": [{"from": "11:00", "until": "11:30", "per_hour": 3}]},
        ],
    }
    here, watched = roster_needs._expected(document)
    assert here == {8: 130, 9: 130, 11: 2, 12: 2} and watched == {8: 65, 9: 65, 11: 1, 12: 1}
    needed = roster_needs._needed({"vaccinator": {8: 3, 9: 0, 10: 1}}, here, watched)
    assert {role: why for role, (why, _h, _c) in needed.items()} == {
        "lead": "present", "vaccinator": "desks", "observer": "watch", "emergency_doctor": "present"
    }  # fmt: skip
    assert needed["observer"][1] == {8: 2, 9: 2, 10: 1, 11: 1, 12: 1}
    assert needed["emergency_doctor"][1] == {8: 1, 9: 1, 10: 1, 11: 1, 12: 1}
    assert roster_needs._needed({}, {}, {})["observer"][1] == {}


def test_hours_of_a_shift() -> None:
    hours = {8: 2, 9: 5, 12: 1, 23: 3, 1: 4}
    assert roster_needs.of_shift(hours, 480, 720) == 5
    assert roster_needs.of_shift(hours, 610, 720) == 0
    assert roster_needs.of_shift(hours, 1380, 1560) == 4
