"""Doses over sites, and the campaign to its end: each from the ledger to its end."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.modules import campaign
from tests.modules.plans.conftest import COUNTY, slots_of
from yingjie.bookings import actions as bookings
from yingjie.bookings.models import Session
from yingjie.foundation.jobs.models import Job
from yingjie.foundation.refusals import NotAllowed, NotFound
from yingjie.plans import outlook_actions, refusals, supply_actions
from yingjie.plans.campaign_facts import Asked
from yingjie.plans.models import CampaignRun, SupplyPlan
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
    assert moves
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
