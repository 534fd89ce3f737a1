"""A site is laid out, equipped, inspected, corrected; and until then it may not open a session."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
from PIL import Image
from tests.modules import campaign
from tests.modules.campaign import TODAY

from yingjie.foundation import clock, files
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.sites import (
    layout_actions,
    layout_queries,
    queries,
    readiness_actions,
    readiness_queries,
    standards,
)
from yingjie.sites.models import Finding, Inspection
from yingjie.sites.readiness_actions import Answer, Stock

LEAD = campaign.actor("county_lead", "110117")
SITE_LEAD = campaign.actor("site_lead")
FOREIGN = campaign.actor("county_lead", "110118")


@pytest.fixture(autouse=True)
def noon(db):
    campaign.places()
    with clock.at(campaign.NOON):
        yield


@pytest.fixture
def site():
    return campaign.site(kind="temporary", hours="22:00–06:00")


def missing(site, on=None):
    return {line.item.code for line in queries.what_is_missing(LEAD, site.pk, on)}


def all_fine(site, **instead):
    answers = {item.code: Answer("fine") for item in standards.items_for(site.kind) if not item.told}
    return readiness_actions.inspect(by=LEAD, site_id=site.pk, answers=answers | instead)


def made_ready(site):
    layout_actions.lay_out(by=LEAD, site_id=site.pk)
    wanted = readiness_queries.equipment(LEAD, site.pk, site.kind)
    given = {piece.code: Stock(piece.wanted) for piece in wanted}
    readiness_actions.equip(by=LEAD, site_id=site.pk, given=given)
    readiness_actions.plan_emergency(by=LEAD, site_id=site.pk, hospital="区医院", ambulance="on_site")
    kit = {code: (remedy.least, date(2022, 1, 1)) for code, remedy in standards.kit().items()}
    readiness_actions.check_kit(by=LEAD, site_id=site.pk, given=kit)
    return all_fine(site)


def test_a_new_site_is_not_ready_and_says_what_is_missing(site):
    assert not queries.is_ready(LEAD, site.pk)
    refused = queries.may_open_session(LEAD, site.pk)
    assert refused.code == "sites.not_ready"
    assert "registration zone" in refused.as_dict()["en"]["reason"]
    assert "设有登记区" in refused.as_dict()["zh"]["reason"]
    assert {"registration", "kit", "hospital", "ambulance", "cold_chain", "sunshade"} <= missing(site)


def test_once_everything_is_there_it_is_ready(site):
    made_ready(site)
    assert missing(site) == set()
    assert queries.is_ready(LEAD, site.pk)
    assert queries.may_open_session(LEAD, site.pk) is None


def test_an_inspection_grows_old_and_a_kit_expires(site):
    made_ready(site)
    later = TODAY + timedelta(days=31)
    assert "kit" not in missing(site, later)
    assert {"cold_chain", "signage"} <= missing(site, later)
    expired = date(2022, 1, 2)
    assert "kit" in missing(site, expired)
    assert "kit" not in missing(site, date(2022, 1, 1))


def test_broken_equipment_counts_as_missing(site):
    made_ready(site)
    readiness_actions.equip(by=LEAD, site_id=site.pk, given={"fridge": Stock(1, broken=1)})
    assert missing(site) == {"equipment"}
    assert queries.may_open_session(LEAD, site.pk).code == "sites.not_ready"
    readiness_actions.equip(by=LEAD, site_id=site.pk, given={"fridge": Stock(1), "printer": Stock(0)})
    assert missing(site) == {"equipment"}
    assert queries.may_open_session(LEAD, site.pk) is None
    readiness_actions.equip(by=LEAD, site_id=site.pk, given={"printer": Stock(0, wanted=0)})
    assert missing(site) == set()


def test_a_finding_goes_from_open_over_corrected_to_settled(site):
    made_ready(site)
    all_fine(site, sunshade=Answer("fault", "遮阳棚被风吹倒", photo()))
    found = readiness_queries.findings(LEAD, site.pk)[0]
    assert (found.code, found.state, missing(site)) == ("sunshade", "open", {"sunshade"})
    assert files.get(found.photo).startswith(b"\xff\xd8")
    readiness_actions.correct(by=SITE_LEAD, finding_id=found.id, how="已重新固定")
    assert missing(site) == {"sunshade"}
    readiness_actions.send_back(by=LEAD, finding_id=found.id, why="还缺一角")
    readiness_actions.correct(by=SITE_LEAD, finding_id=found.id, how="已补齐")
    readiness_actions.settle(by=LEAD, finding_id=found.id)
    assert missing(site) == set()
    assert found.photo in readiness_queries.kept_files()


def test_what_an_inspection_and_a_correction_refuse(site):
    made_ready(site)
    before = Inspection.objects.unscoped(campaign.ALL).count()
    for answers, code in (
        ({"signage": Answer("fine")}, "sites.lines_left_out"),
        ({"tent": Answer("fine")}, "sites.unknown_word"),
    ):
        with pytest.raises(Refusal) as caught:
            readiness_actions.inspect(by=LEAD, site_id=site.pk, answers=answers)
        assert caught.value.code == code
    with pytest.raises(Refusal) as caught:
        all_fine(site, sunshade=Answer("fault", " "))
    assert caught.value.code == "sites.words_missing"
    with pytest.raises(Refusal) as caught:
        all_fine(site, sunshade=Answer("fault", "x", b"no photo"))
    assert caught.value.code == "photos.unreadable"
    with pytest.raises(NotFound):
        readiness_actions.inspect(by=FOREIGN, site_id=site.pk, answers={})
    assert Inspection.objects.unscoped(campaign.ALL).count() == before
    all_fine(site, sunshade=Answer("fault", "倒了"))
    found = Finding.objects.unscoped(campaign.ALL).get()
    with pytest.raises(Refusal) as caught:
        readiness_actions.settle(by=LEAD, finding_id=found.pk)
    assert caught.value.code == "sites.wrong_step"
    with pytest.raises(Refusal) as caught:
        readiness_actions.correct(by=LEAD, finding_id=found.pk, how="  ")
    assert caught.value.code == "sites.words_missing"
    found.refresh_from_db()
    assert found.state == "open"


def test_zones_and_stations_are_numbered_through_a_room(site):
    layout_actions.lay_out(by=LEAD, site_id=site.pk)
    found = {(zone.room, zone.letter): zone for zone in queries.zones(LEAD, site.pk)}
    assert found["registration", "A"].stations == (1, 2, 3)
    assert found["registration", "B"].stations == (4, 5, 6)
    assert [each.number for each in queries.stations(LEAD, site.pk, "vaccination")] == [
        1,
        2,
        3,
        4,
        5,
        6,
        7,
        8,
    ]
    layout_actions.change_zone(by=LEAD, zone_id=found["registration", "A"].id, seats=0, stations=2)
    layout_actions.change_zone(by=LEAD, zone_id=found["registration", "B"].id, seats=0, stations=4)
    assert [each.number for each in queries.stations(LEAD, site.pk, "registration")] == [1, 2, 3, 4, 5, 6]
    with pytest.raises(Refusal) as caught:
        layout_actions.close_zone(by=LEAD, zone_id=found["registration", "A"].id)
    assert caught.value.code == "sites.zone_in_use"
    with pytest.raises(Refusal) as caught:
        layout_actions.open_zone(by=LEAD, site_id=site.pk, room="registration", letter="a")
    assert caught.value.code == "sites.zone_there"
    layout_actions.lay_out(by=LEAD, site_id=site.pk)
    assert len(queries.zones(LEAD, site.pk)) == 9


def test_opening_hours_cross_midnight_and_special_days_replace_them(site):
    row = queries.site(LEAD, site.pk)
    layout_actions.set_special_day(by=LEAD, site_id=site.pk, on=TODAY, reason="停电")
    layout_actions.set_special_day(
        by=LEAD, site_id=site.pk, on=TODAY + timedelta(days=1), hours_text="08:00–10:00"
    )
    found = queries.openings(row, TODAY - timedelta(days=1), TODAY + timedelta(days=1))
    said = [(each.on, each.opens_at.isoformat()[:16], each.closes_at.isoformat()[:16]) for each in found]
    assert said == [
        (date(2021, 5, 18), "2021-05-18T22:00", "2021-05-19T06:00"),
        (date(2021, 5, 20), "2021-05-20T08:00", "2021-05-20T10:00"),
    ]
    layout_actions.drop_special_day(by=LEAD, site_id=site.pk, on=TODAY)
    assert len(queries.openings(row, TODAY, TODAY)) == 1
    assert len(layout_queries.special_days(LEAD, site.pk, TODAY)) == 1


def photo():
    written = BytesIO()
    Image.new("RGB", (8, 8), "red").save(written, "PNG")
    return written.getvalue()
