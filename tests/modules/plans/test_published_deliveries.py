"""Which site gets what, published in advance: read by villages and sites of the county, sent, arrived, taken back."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.modules import campaign
from tests.modules.plans.conftest import COUNTY, TOMORROW
from yingjie.foundation import clock
from yingjie.foundation.jobs.models import Job
from yingjie.foundation.refusals import NotAllowed, NotFound
from yingjie.plans import refusals, supply_actions, supply_queries
from yingjie.plans.models import SupplyPlan
from yingjie.sites.models import Site
from yingjie.stock import transfers
from yingjie.stock.models import Lot

OFFICER = campaign.actor("village_officer", campaign.VILLAGE)
STRANGER = campaign.actor("village_officer", "110118001001")


def states(actor: object) -> list[tuple[str, int, str]]:
    return [(row.site, row.doses, row.state) for row in supply_queries.coming(actor)]  # type: ignore[arg-type]


@pytest.fixture
def planned(site: Site) -> SupplyPlan:
    """The clinic's vaccine is spent, the county's store has twenty doses, three people of the village wait."""
    store = campaign.site("T1", kind="store", area_code="110117")
    campaign.lot(store, doses=20, number="L9", first=500)
    Lot.objects.filter(number="L1").update(expires_on=campaign.TODAY)
    for serial in range(1, 4):
        campaign.person(serial)
    asked = supply_actions.ask(by=COUNTY, area_code="110117")
    return supply_actions.compute(by=COUNTY, plan_id=asked.pk)


def test_villages_read_what_comes_once_it_is_published(
    client: Client, site: Site, planned: SupplyPlan
) -> None:
    (move,) = planned.told["moves"]
    assert (move["to"], states(OFFICER)) == (site.name, [])
    campaign.sign_in(client, "county_lead", "110117")
    address, page = reverse("plans_supply_publish", args=[planned.pk]), reverse("plans_vaccine_coming")
    assert client.post(address, {"step": "publish", "seen": "another"}).status_code == 409
    for _twice in range(2):
        assert client.post(address, {"step": "publish"}).status_code == 302
    assert states(OFFICER) == states(COUNTY) == [(site.name, move["doses"], "planned")]
    assert states(STRANGER) == []
    campaign.sign_in(client, "village_officer", campaign.VILLAGE)
    text = client.get(page).content.decode()
    assert site.name in text and f"{TOMORROW:%Y-%m-%d}" in text
    assert client.post(address, {"step": "withdraw"}).status_code in (403, 404)

    # On its way, received; what was called back comes no more.
    sent = supply_actions.send(by=campaign.maker, plan_id=planned.pk, number=move["number"])
    assert states(OFFICER) == [(site.name, move["doses"], "sent")]
    store = Site.objects.unscoped(campaign.ALL).get(code="T1")
    transfers.call_back(by=campaign.maker, site_id=store.pk, transfer_id=sent, reason="车坏了")
    assert states(OFFICER) == []


def test_what_is_computed_anew_is_published_anew_or_not(planned: SupplyPlan) -> None:
    supply_actions.publish(by=COUNTY, plan_id=planned.pk)
    assert len(states(OFFICER)) == 1
    supply_actions.publish(by=COUNTY, plan_id=planned.pk, withdrawn=True)
    assert states(OFFICER) == []
    supply_actions.publish(by=COUNTY, plan_id=planned.pk)
    Job.objects.update(state="done", finished_at=clock.now())
    supply_actions.again(by=COUNTY, plan_id=planned.pk)
    assert states(OFFICER) == []
    with pytest.raises(refusals.NotReady):
        supply_actions.publish(by=COUNTY, plan_id=planned.pk)
    with pytest.raises(NotFound):
        supply_actions.publish(by=OFFICER, plan_id=planned.pk)


def test_whoever_only_looks_decides_nothing(planned: SupplyPlan) -> None:
    auditor = campaign.actor("auditor", "110117")
    for verb in (supply_actions.publish, supply_actions.again):
        with pytest.raises(NotAllowed):
            verb(by=auditor, plan_id=planned.pk)
    with pytest.raises(NotAllowed):
        supply_actions.ask(by=auditor, area_code="110117")
    assert SupplyPlan.objects.unscoped(campaign.ALL).count() == 1 and states(OFFICER) == []
