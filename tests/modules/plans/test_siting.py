"""Sites needed for a daily load, and where sites lie."""

from __future__ import annotations

from io import BytesIO
from math import inf
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse

from tests.modules import campaign
from tests.modules.plans.conftest import COUNTY, LEAD
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import NotFound
from yingjie.plans import points, refusals
from yingjie.plans.models import SitePoint
from yingjie.plans.siting_facts import siting_facts
from yingjie.plans.ways import Ways, by_road, kilometres, middle
from yingjie.sites.models import Site

VILLAGE = "110117001001"


def test_sites_by_kind_from_the_ledger_to_the_file(client: Client, site: Site) -> None:
    for serial in range(1, 8):
        campaign.person(serial)
    facts = siting_facts(COUNTY, "110117", 30, 10)
    assert (facts.due, facts.at_home, facts.far) == (7, 0, 0)
    assert [(each.name, each.people_a_day) for each in facts.clinics] == [(site.name, 200)]
    assert siting_facts(COUNTY, "110117", 30, 3).far == 7  # four kilometres, as long as nobody measured them

    campaign.sign_in(client, "county_lead", "110117")
    page = client.get(reverse("plans_siting"))
    assert page.status_code == 200 and page.context["found"].load.people == 1
    asked = {"area_code": "110117", "people_a_day": "900", "days": "30"}
    page = client.get(reverse("plans_siting"), asked)
    kinds = [row["unit"].kind for row in page.context["rows"]]
    assert kinds == ["clinic", "temporary"] and "style=" not in page.content.decode()
    for wrong in ({"days": "0"}, {"area_code": "330101"}, {"people_a_day": "-3"}, {"hours": "x"}):
        assert client.get(reverse("plans_siting"), asked | wrong).status_code == 400
    docx = client.get(reverse("plans_siting_file", args=["docx"]), asked)
    assert site.name in ZipFile(BytesIO(docx.content)).read("word/document.xml").decode()
    assert client.get(reverse("plans_siting_file", args=["exe"]), asked).status_code == 404


def test_where_sites_lie_is_written_down_and_used(client: Client, site: Site) -> None:
    with pytest.raises(refusals.NotOnEarth):
        points.set_points(by=COUNTY, given={site.pk: (40.1, 117.1)})
    with pytest.raises(NotFound):
        points.set_points(by=campaign.actor("town_lead", "110117002"), given={site.pk: (117.1, 40.1)})
    assert SitePoint.objects.unscoped(campaign.ALL).count() == 0
    assert points.set_points(by=LEAD, given={site.pk: (117.1, 40.1)}) == 1
    assert points.set_points(by=LEAD, given={site.pk: (117.1, 40.1)}) == 0
    assert Entry.objects.filter(verb="plans.point").count() == 1
    assert points.ways("110117").of_sites == {site.pk: (117.1, 40.1)}

    campaign.sign_in(client, "town_lead")
    address, name = reverse("plans_points"), f"point:{site.pk}"
    assert client.get(address).context["rows"][0]["value"] == "117.1, 40.1"
    for wrong in ("here", "117.1", "nan, 40", "200, 40"):
        assert client.post(address, {name: wrong}).status_code == 400
    assert client.post(address, {name: ""}).status_code == 302
    assert SitePoint.objects.unscoped(campaign.ALL).count() == 0


def test_a_way_between_known_points_is_measured() -> None:
    square = (((117.0, 40.0), (117.2, 40.0), (117.2, 40.2), (117.0, 40.2)),)
    assert middle((square,)) == pytest.approx((117.1, 40.1))
    one, other = Site().pk, Site().pk
    ways = Ways({one: "110117001", other: "110117002"}, {one: (117.1, 40.1)}, {VILLAGE: (117.1, 40.2)})
    assert ways.km(VILLAGE, one) == by_road((117.1, 40.2), (117.1, 40.1)) == 14.5
    assert (ways.km(VILLAGE, other), ways.is_measured(VILLAGE, other)) == (
        kilometres(VILLAGE, "110117002"),
        False,
    )
    assert ways.km("110118001001", one) == inf and ways.between(one, other) == 12.0
    assert by_road((117.1, 40.1), (117.1, 40.1)) == 0.3
