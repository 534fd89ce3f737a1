"""Later doses: a day kept for everybody who was given one, or what lacks, weeks ahead, on a page and on Today."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.modules import campaign, visits
from tests.modules.plans.conftest import COUNTY, TOWN
from yingjie.foundation import clock
from yingjie.foundation.access.actor import system
from yingjie.foundation.refusals import NotFound
from yingjie.plans import later_doses
from yingjie.plans.models import LaterDoses
from yingjie.plans.web_entries import later_doses_short
from yingjie.sites.models import Site


def test_the_wave_of_later_doses_turns_red_weeks_before_it_comes(client: Client, site: Site) -> None:
    for serial in (1, 2):
        visits.vaccinated(site.pk, campaign.person(serial).pk, campaign.trace_code(serial))
    later_doses.reckon(by=COUNTY, county="110117")
    told = later_doses.found(COUNTY, "110117")
    assert told is not None and (told.people, told.short, told.overdue) == (2, (), 0)
    wave = clock.today() + timedelta(days=21)
    (week,) = [row for row in told.weeks if row.kept]
    assert (week.kept, week.monday) == (2, wave - timedelta(days=wave.weekday()))
    assert later_doses_short(TOWN) == []

    # The site closes before the wave: nobody can be served there, and everybody who plans is told today.
    Site.objects.unscoped(campaign.ALL).filter(pk=site.pk).update(closed_on=clock.today() + timedelta(days=5))
    later_doses.every_county()
    told = later_doses.found(TOWN, "110117")
    assert told is not None and [(row.people, row.lacks, row.site) for row in told.short] == [
        (2, "seats", site.name)
    ]
    (line,) = later_doses_short(TOWN)
    assert (line.count, line.tone) == (2, "red") and site.name in str(line.what)
    assert later_doses_short(system("plans")) == []

    campaign.sign_in(client, "town_lead")
    page = client.get(reverse("plans_later"))
    assert (
        page.status_code == 200
        and page.context["later"].lacking == 2
        and "style=" not in page.content.decode()
    )
    assert client.post(reverse("plans_later_again"), {"county": "110117"}).status_code == 302
    assert client.get(reverse("plans_later"), {"county": "110118"}).status_code == 404
    assert client.post(reverse("plans_later_again"), {"county": "x"}).status_code == 404


def test_whoever_may_not_see_plans_reckons_nothing(site: Site) -> None:
    with pytest.raises(NotFound):
        later_doses.reckon(by=campaign.actor("registrar"), county="110117")
    with pytest.raises(NotFound):
        later_doses.reckon(by=COUNTY, county="110117001")
    with pytest.raises(NotFound):
        later_doses.found(TOWN, "110118")
    assert (
        later_doses.found(TOWN, "110117") is None and LaterDoses.objects.unscoped(campaign.ALL).count() == 0
    )
