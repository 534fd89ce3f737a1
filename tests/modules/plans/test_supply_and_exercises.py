"""Doses over sites, the campaign to its end, an exercise at a table: each from the ledger to its end."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse

from tests.modules import campaign
from tests.modules.plans.conftest import COUNTY, slots_of
from yingjie.bookings import actions as bookings
from yingjie.bookings.models import Session
from yingjie.foundation import clock
from yingjie.foundation.jobs.models import Job
from yingjie.foundation.refusals import BadInput, NotAllowed, NotFound
from yingjie.plans import exercise_actions, exercise_queries, outlook_actions, refusals, supply_actions
from yingjie.plans.campaign_facts import Asked
from yingjie.plans.models import CampaignRun, Exercise, SupplyPlan
from yingjie.sites.models import Site
from yingjie.stock import coming

KEEPER = campaign.actor("store_keeper", "110117")


def test_a_store_s_doses_go_where_they_are_needed(client: Client, session: Session, site: Site) -> None:
    """A clinic without vaccine, a store with it: one delivery is proposed, and sent by the keeper."""
    store = campaign.site("T1", kind="store", area_code="110117")
    campaign.lot(store, doses=20, number="L9", first=500)
    empty = campaign.site("S2", hours="08:00–17:00", area_code=campaign.VILLAGE)
    for serial in range(1, 4):
        campaign.person(serial)
    bookings.book(
        by=campaign.actor("registrar"), person_id=campaign.person(7).pk, slot_id=slots_of(session)[0].pk
    )
    asked = supply_actions.ask(by=KEEPER, area_code="110117")
    made = supply_actions.compute(by=KEEPER, plan_id=asked.pk)
    moves = made.told["moves"]
    assert all(move["from"] in (store.name, site.name) for move in moves)
    rows = {(row["site"], row["product"]): row for row in made.told["rows"]}
    assert rows[site.name, campaign.BIBP]["left"][0] <= 50 and len(made.told["days"]) == 14
    short = [row for row in made.told["rows"] if max(row["short"]) > max(row["short_then"])]
    assert len(moves) >= len(short)
    if moves:
        number = moves[0]["number"]
        with pytest.raises(NotFound):
            supply_actions.send(by=campaign.actor("auditor", "110117"), plan_id=made.pk, number=number)
        sent = supply_actions.send(by=campaign.maker, plan_id=made.pk, number=number)
        with pytest.raises(refusals.NotReady):
            supply_actions.send(by=campaign.maker, plan_id=made.pk, number=number)
        giver = store if moves[0]["from"] == store.name else site
        (row,) = coming.transfers_of(campaign.maker, giver.pk)
        assert (row.id, row.doses) == (sent, moves[0]["doses"])
    assert empty.pk and SupplyPlan.objects.unscoped(campaign.ALL).count() == 1
    campaign.sign_in(client, "store_keeper", "110117")
    for address in (reverse("plans_supply_plans"), reverse("plans_supply_plan", args=[made.pk])):
        assert client.get(address).status_code == 200
    assert client.post(reverse("plans_send", args=[made.pk]), {"number": "x"}).status_code == 400


def test_the_campaign_to_its_end(client: Client, site: Site) -> None:
    for serial in range(1, 6):
        campaign.person(serial)
    asked = Asked(target_percent=40, dose=1, most_days=30, doses_a_week=10)
    made = outlook_actions.start(by=COUNTY, area_code="110117", title="", asked=asked)
    assert Job.objects.get(kind="plans.campaign").arguments["run_id"] == str(made.pk)
    done = outlook_actions.simulate(by=COUNTY, run_id=made.pk)
    told = done.result["outlooks"]
    assert [each["scenario"] for each in told][:3] == ["as_planned", "vaccine_late", "site_closed"]
    assert done.document["groups"][0]["people"] == 5 and done.document["stock"]["on_hand"] == 50
    assert done.result == outlook_actions.simulate(by=COUNTY, run_id=made.pk).result
    with pytest.raises(NotAllowed):
        outlook_actions.start(
            by=campaign.actor("auditor", "110117"), area_code="110117", title="", asked=asked
        )
    with pytest.raises(NotFound):
        outlook_actions.simulate(by=campaign.actor("town_lead", "110117002"), run_id=made.pk)
    assert CampaignRun.objects.unscoped(campaign.ALL).count() == 1
    campaign.sign_in(client, "county_lead", "110117")
    for name in ("plans_campaign_run", "plans_campaign_document"):
        assert client.get(reverse(name, args=[made.pk])).status_code == 200
    assert client.get(reverse("plans_campaign_runs")).status_code == 200


def test_an_exercise_from_script_to_report(client: Client, site: Site) -> None:
    campaign.person(1)
    with pytest.raises(BadInput):
        exercise_actions.prepare(by=COUNTY, area_code="110117", script="none")
    made = exercise_actions.prepare(by=COUNTY, area_code="110117", script="vaccine_late", pace=5)
    say = {"by": KEEPER, "exercise_id": made.pk}
    with pytest.raises(refusals.NotReady):
        exercise_actions.decide(**say, role="store", inject="notice", option="count")
    exercise_actions.clock_step(by=COUNTY, exercise_id=made.pk, step="start")
    with clock.at(campaign.NOON + timedelta(minutes=2)):  # ten minutes of the exercise
        with pytest.raises(BadInput):
            exercise_actions.decide(**say, role="command", inject="whom", option="second")
        exercise_actions.decide(**say, role="store", inject="notice", option="count", words="先盘点")
        with pytest.raises(refusals.NotReady):
            exercise_actions.decide(**say, role="store", inject="notice", option="hide")
        exercise_actions.clock_step(by=COUNTY, exercise_id=made.pk, step="pause", ahead=20)
    with clock.at(campaign.NOON + timedelta(hours=5)):
        row = exercise_queries.exercise(COUNTY, made.pk)
        assert (row.minute, row.score.points, row.state) == (30.0, 10, "paused")
        with pytest.raises(NotAllowed):
            exercise_actions.clock_step(by=KEEPER, exercise_id=made.pk, step="end")
        exercise_actions.clock_step(by=COUNTY, exercise_id=made.pk, step="end")
    assert Job.objects.filter(kind="plans.exercise_effects").count() == 1
    done = exercise_actions.effects(by=COUNTY, exercise_id=made.pk)
    assert [each["scenario"] for each in done.result["outlooks"]] == ["as_planned", "decided", "best"]
    campaign.sign_in(client, "county_lead", "110117")
    addresses = [
        reverse("plans_exercises"),
        *(reverse(name, args=[made.pk]) for name in ("plans_exercise", "plans_exercise_report")),
        reverse("plans_inbox", args=[made.pk, "store"]),
    ]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200 and 'style="' not in answer.content.decode(), address
    assert client.get(reverse("plans_inbox", args=[made.pk, "nobody"])).status_code == 404
    docx = client.get(reverse("plans_exercise_file", args=[made.pk, "docx"]))
    words = ZipFile(BytesIO(docx.content)).read("word/document.xml").decode()
    assert "先盘点" in words and "10/10" in words
    assert Exercise.objects.unscoped(campaign.ALL).get().state == "ended"
