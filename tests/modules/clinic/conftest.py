"""A clinic at noon of 19 May 2021 with five doses and one person of 71 years."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.modules import campaign, visits, worlds
from tests.modules.clinic.pages import signed_in
from yingjie.clinic.models import Visit
from yingjie.foundation import clock
from yingjie.people.models import Person
from yingjie.sites.models import Site
from yingjie.stock.models import Lot


@pytest.fixture
def noon() -> Iterator[None]:
    with clock.at(campaign.NOON):
        yield


@pytest.fixture(scope="module")
def _county(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """Areas, products, rules, who is certified, the site."""
    with worlds.kept(django_db_blocker):
        with clock.at(campaign.NOON):
            campaign.tree()
            campaign.certified("screening_doctor")
            made = campaign.site()
        yield made.pk


@pytest.fixture
def site(_county: Any, db: None, noon: None) -> Site:
    return Site.objects.unscoped(campaign.ALL).get(pk=_county)


@pytest.fixture
def lot(site: Site) -> Lot:
    return campaign.lot(site)


@pytest.fixture
def person(site: Site):
    return campaign.person()


@pytest.fixture
def staff(site: Site) -> Client:
    """Whoever leads the site works at every station."""
    client = signed_in("site_lead", site_id=site.pk)
    campaign.certified(f"site_lead-{campaign.TOWN}")
    return client


@pytest.fixture
def visit(site: Site, lot: Lot, person: Person) -> Visit:
    """Fit, waiting for the needle."""
    return visits.ready(site.pk, person.pk)
