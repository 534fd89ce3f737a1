"""The pages of layout, readiness, team, roster and attendance, as the site lead uses them."""

from datetime import timedelta

import pytest
from tests.modules import campaign
from tests.modules.campaign import TODAY, TOWN, maker

from yingjie.foundation import clock
from yingjie.sites import queries, readiness_queries, roster_actions, roster_queries, standards, team_actions
from yingjie.staff import actions as staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon():
    campaign.places()
    with clock.at(campaign.NOON):
        yield


@pytest.fixture
def site(client):
    made = campaign.site(kind="temporary")
    campaign.sign_in(client, "site_lead", TOWN, made.pk)
    return made


def both(client, address):
    """The page in Chinese, after it was seen in English too."""
    client.cookies["yingjie_language"] = "en"
    assert client.get(address).status_code == 200
    client.cookies["yingjie_language"] = "zh-hans"
    page = client.get(address)
    assert page.status_code == 200
    return page.content.decode()


def test_a_site_is_set_up_and_inspected_on_its_pages(client, site):
    at = f"/sites/{site.pk}"
    assert "设有登记区" in both(client, f"{at}/")
    assert client.post(f"{at}/layout/standard/").status_code == 302
    assert "登记 A" in both(client, f"{at}/layout/")
    zone = queries.zones(maker, site.pk)[0]
    assert (
        client.post(f"{at}/layout/change/", {f"{zone.id}-seats": "5", f"{zone.id}-stations": "3"}).status_code
        == 302
    )
    assert queries.zones(maker, site.pk)[0].stations == (1, 2, 3)
    assert (
        client.post(f"{at}/layout/day/", {"on": "2021-05-20", "hours_text": "", "reason": "停电"}).status_code
        == 302
    )
    assert "停电" in both(client, f"{at}/layout/")
    pieces = {
        f"{row.code}-pieces": row.wanted for row in readiness_queries.equipment(maker, site.pk, site.kind)
    }
    assert client.post(f"{at}/equipment/", pieces).status_code == 302
    kit = {f"{code}-pieces": remedy.least for code, remedy in standards.kit().items()}
    kit |= {f"{code}-expires": "2022-01-01" for code in standards.kit()}
    assert client.post(f"{at}/kit/", kit).status_code == 302
    plan = {"hospital": "区医院", "ambulance": "on_site", "drive_minutes": "6"}
    assert client.post(f"{at}/emergency/", plan).status_code == 302
    for page in ("equipment", "kit", "emergency", "inspect"):
        both(client, f"{at}/{page}/")
    assert client.post(f"{at}/inspect/", {"note": "x"}).status_code == 400
    answers = {f"{item.code}-verdict": "fine" for item in standards.items_for(site.kind) if not item.told}
    fault = {"rails-verdict": "fault", "rails-what": "护栏不足"}
    assert client.post(f"{at}/inspect/", answers | fault).status_code == 302
    page = both(client, f"{at}/readiness/")
    assert "护栏不足" in page and "待整改" in page
    both(client, f"{at}/readiness/print/")
    found = readiness_queries.findings(maker, site.pk)[0]
    assert client.post(f"/sites/findings/{found.id}/", {"step": "correct", "words": ""}).status_code == 400
    assert (
        client.post(f"/sites/findings/{found.id}/", {"step": "correct", "words": "已补"}).status_code == 302
    )
    assert client.post(f"/sites/findings/{found.id}/", {"step": "settle", "words": ""}).status_code == 302
    assert "已销号" in both(client, f"/sites/findings/{found.id}/")
    assert queries.is_ready(maker, site.pk)


def test_a_roster_is_read_changed_published_and_printed(client, site):
    at = f"/sites/{site.pk}"
    client.post(f"{at}/layout/standard/")
    assert client.post(f"{at}/team/shifts/", {"pattern": "daytime"}).status_code == 302
    member = staff.enrol(
        by=maker, area_code=TOWN, name="王芳", qualification="nurse", roles=["registrar"], joined_on=TODAY,
    )  # fmt: skip
    team_actions.join(by=maker, site_id=site.pk, member_id=member.pk)
    assert "王芳" in both(client, f"{at}/team/")
    times = {"member_id": member.pk, "kind": "rather_not", "from_on": "2021-05-20", "until_on": "2021-05-20"}
    assert client.post(f"{at}/team/time/", times).status_code == 302
    roster = roster_actions.build(
        by=maker, site_id=site.pk, first_on=TODAY, last_on=TODAY + timedelta(days=1)
    )
    page = both(client, f"/sites/rosters/{roster.pk}/")
    assert "王芳" in page and "为什么排不满" in page
    both(client, f"/sites/rosters/{roster.pk}/print/")
    put = {"member_id": member.pk, "on": "2021-05-19", "shift_code": "day", "role": "vaccinator"}
    refused = client.post(f"/sites/rosters/{roster.pk}/put/", put)
    assert refused.status_code == 409
    assert "不能担任" in refused.content.decode()
    duty = roster_queries.duties(maker, roster.pk)[0]
    assert client.post(f"/sites/rosters/{roster.pk}/pin/", {"duty": duty.id}).status_code == 302
    assert client.post(f"/sites/rosters/{roster.pk}/publish/").status_code == 302
    assert "已发布" in both(client, f"{at}/rosters/")
    page = both(client, f"{at}/attendance/")
    assert "王芳" in page and "迟到" in page
    assert client.post(f"{at}/sign/in/", {"member": member.pk}).status_code == 302
    assert "在岗" in both(client, f"{at}/attendance/")
    assert client.post(f"{at}/sign/out/", {"member": member.pk}).status_code == 302
    both(client, "/sites/own-duties/")


def test_the_build_runs_in_the_background(client, site):
    at = f"/sites/{site.pk}"
    days = {"first_on": "2021-05-24", "last_on": "2021-05-30"}
    assert client.post(f"{at}/rosters/", days).status_code == 409
    client.post(f"{at}/layout/standard/")
    client.post(f"{at}/team/shifts/", {"pattern": "around_the_clock"})
    assert client.post(f"{at}/rosters/", days).status_code == 302


def test_foreign_sites_are_not_found(client):
    here = campaign.site(code="S2")
    campaign.sign_in(client, "site_lead", "110118")
    for page in ("layout", "readiness", "inspect", "rosters", "team", "attendance", "kit"):
        assert client.get(f"/sites/{here.pk}/{page}/").status_code == 404
