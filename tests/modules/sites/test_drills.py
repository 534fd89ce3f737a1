"""An emergency drill goes on record, shows what was slow, and what it showed is corrected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.test import Client
from tests.modules import campaign
from tests.modules.campaign import TODAY

from yingjie.foundation import clock
from yingjie.foundation.refusals import BadInput, NotFound
from yingjie.sites import drill_actions, drills, refusals
from yingjie.sites.models import Drill, Site

LEAD = campaign.actor("site_lead")


@pytest.fixture
def site(db: None) -> Iterator[Site]:
    campaign.places()
    with clock.at(campaign.NOON):
        yield campaign.site()


def held(site: Site, **more: object) -> Drill:
    asked = {
        "on": TODAY, "scenario": "anaphylaxis", "led_by": "王医生", "people": ["甲", "乙 ", ""],
        "seconds": {"doctor": 45, "medicine": 260}, "finding": "急救箱不在手边", "correct_by_on": TODAY + timedelta(days=3),
    } | more  # fmt: skip
    return drill_actions.hold_drill(by=LEAD, site_id=site.pk, **asked)  # type: ignore[arg-type]


def test_from_the_drill_to_its_correction(site: Site) -> None:
    assert drills.last_drill(LEAD, site.pk) == (None, True)
    made = held(site)
    last, is_due = drills.last_drill(LEAD, site.pk)
    assert last is not None and (last.people, is_due, last.is_open) == (("甲", "乙"), False, True)
    assert [(time.said, time.is_slow) for time in last.times] == [("0:45", False), ("4:20", True)]
    drill_actions.correct_drill(by=LEAD, drill_id=made.pk, how="急救箱移到留观区")
    assert not drills.drill(LEAD, made.pk).is_open
    with clock.at(campaign.NOON + timedelta(days=31)):
        assert drills.last_drill(LEAD, site.pk)[1]


def test_what_is_no_drill(site: Site) -> None:
    for wrong in ({"people": [" "]}, {"on": TODAY + timedelta(days=1)}, {"led_by": ""}):
        with pytest.raises(BadInput):
            held(site, **wrong)
    for wrong in ({"scenario": "dance"}, {"seconds": {"tea": 5}}):
        with pytest.raises(refusals.UnknownWord):
            held(site, **wrong)
    with pytest.raises(NotFound):
        drill_actions.hold_drill(
            by=campaign.actor("site_lead", "110118"), site_id=site.pk, on=date(2021, 5, 1), scenario="fire",
            led_by="x", people=["y"], seconds={},
        )  # fmt: skip
    assert Drill.objects.unscoped(campaign.ALL).count() == 0


def test_its_pages(site: Site, client: Client) -> None:
    campaign.sign_in(client, "site_lead")
    given = {
        "on": "2021-05-19",
        "scenario": "fire",
        "led_by": "王医生",
        "people": "甲，乙",
        "seconds_cleared": "90",
        "finding": "出口堆物",
    }
    assert client.post(f"/sites/{site.pk}/drills/new/", given).status_code == 302
    row = Drill.objects.unscoped(campaign.ALL).get()
    assert (row.people, row.seconds) == (["甲", "乙"], {"cleared": 90})
    assert "火情疏散" in client.get(f"/sites/{site.pk}/readiness/").content.decode()
    assert client.post(f"/sites/drills/{row.pk}/correct/", {"how": "已清理"}).status_code == 302
    assert "已清理" in client.get(f"/sites/{site.pk}/drills/").content.decode()
