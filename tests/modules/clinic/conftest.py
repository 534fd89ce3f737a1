"""A clinic at noon of 19 May 2021 with five doses and one person of 71 years."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.modules import campaign

from yingjie.foundation import clock
from yingjie.sites.models import Site
from yingjie.stock.models import Lot


@pytest.fixture
def noon() -> Iterator[None]:
    with clock.at(campaign.NOON):
        yield


@pytest.fixture
def site(db: None, noon: None) -> Site:
    campaign.tree()
    return campaign.site()


@pytest.fixture
def lot(site: Site) -> Lot:
    return campaign.lot(site)


@pytest.fixture
def person(site: Site):
    return campaign.person()
