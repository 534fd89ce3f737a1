"""What inspections and drills found keeps a site from vaccinating, until it is put right or somebody opens the day by name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.modules import campaign, visits
from tests.modules.campaign import TODAY

from yingjie.clinic.models import Visit
from yingjie.foundation import clock
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import BadInput, NotFound
from yingjie.sites import drill_actions, opening, opening_actions, readiness_actions, refusals, standards
from yingjie.sites.models import DayPermit, Finding
from yingjie.sites.readiness_actions import Answer

pytestmark = pytest.mark.django_db
LEAD = campaign.actor("site_lead")
HEALTH = campaign.actor("health_officer", "110117")


def test_a_finding_keeps_the_site_shut() -> None:
    campaign.tree()
    with clock.at(campaign.NOON):
        site = campaign.make_ready(campaign.site())
        person, other = campaign.person(1), campaign.person(2)
        answers = {item.code: Answer("fine") for item in standards.items_for(site.kind) if not item.told}
        answers["cold_chain"] = Answer("fault", "冷藏箱无温度记录", correct_by_on=TODAY + timedelta(days=2))
        answers["water"] = Answer("fault", "无饮用水", correct_by_on=TODAY - timedelta(days=1))
        readiness_actions.inspect(by=HEALTH, site_id=site.pk, answers=answers)
        points = [(point.code, point.blocks) for point in opening.stands_against(LEAD, site.pk, TODAY)]
        assert points == [("finding_that_blocks", True), ("finding_overdue", False)]
        with pytest.raises(refusals.DayNotOpen, match="冷藏箱无温度记录"):
            visits.registered(site.pk, person.pk)
        assert not Visit.objects.unscoped(campaign.ALL).exists()
        with pytest.raises(refusals.OwnPermit):
            opening_actions.permit_day(
                by=campaign.actor("site_lead", site_id=site.pk), site_id=site.pk, reason="x"
            )
        with pytest.raises(NotFound):
            opening_actions.permit_day(
                by=campaign.actor("health_officer", "110118"), site_id=site.pk, reason="x"
            )
        with pytest.raises(BadInput):
            opening_actions.permit_day(by=HEALTH, site_id=site.pk, reason=" ")
        opening_actions.permit_day(by=HEALTH, site_id=site.pk, reason="已改用有记录的冷藏箱")
        with pytest.raises(refusals.PermittedBefore):
            opening_actions.permit_day(by=HEALTH, site_id=site.pk, reason="again")
        assert visits.registered(site.pk, person.pk).state == "registered"
        permit = DayPermit.objects.unscoped(campaign.ALL).get()
        assert (permit.on, permit.against, permit.by) == (TODAY, ["cold_chain"], "the health_officer")
        assert Entry.objects.filter(verb="sites.permit_day").count() == 1
    with clock.at(campaign.NOON + timedelta(days=1)):  # for one day only
        with pytest.raises(refusals.DayNotOpen):
            visits.registered(site.pk, other.pk)
        row = Finding.objects.unscoped(campaign.ALL).get(code="cold_chain")
        readiness_actions.correct(by=LEAD, finding_id=row.pk, how="补做记录")
        with pytest.raises(refusals.DayNotOpen):  # said to be corrected is not yet seen to be
            visits.registered(site.pk, other.pk)
        readiness_actions.settle(by=HEALTH, finding_id=row.pk)
        assert visits.registered(site.pk, other.pk).state == "registered"
        with pytest.raises(refusals.NothingToPermit):
            opening_actions.permit_day(by=HEALTH, site_id=site.pk, reason="why not")


def test_drills_and_the_page(client: Client) -> None:
    campaign.tree()
    with clock.at(campaign.NOON):
        site = campaign.site()
        drill_actions.hold_drill(
            by=LEAD, site_id=site.pk, on=TODAY - timedelta(days=40), scenario="anaphylaxis", led_by="王医生", people=["甲"],
            seconds={}, finding="急救箱上锁", correct_by_on=TODAY - timedelta(days=1),
        )  # fmt: skip
        points = [(point.code, point.blocks) for point in opening.stands_against(LEAD, site.pk, TODAY)]
        assert points == [("drill_finding_overdue", True), ("drill_overdue", False)]
        campaign.sign_in(client, "health_officer", "110117")
        assert "今天不能登记" in client.get(reverse("today")).content.decode()
        shown = client.get(reverse("site_readiness", args=[site.pk])).content.decode()
        assert "2021-05-18" not in shown and "急救箱上锁" in shown and "批准今日开诊" in shown
        address = reverse("site_permit_day", args=[site.pk])
        refused = client.post(address, {"reason": ""})
        assert (refused.status_code, "bad_input" in refused.content.decode()) == (400, True)
        assert client.post(address, {"reason": "钥匙已取出"}).status_code == 302
        assert "今日已具名批准开诊" in client.get(reverse("site_readiness", args=[site.pk])).content.decode()
        assert client.get(address).status_code == 405
