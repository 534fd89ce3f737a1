"""A clinic at noon of 19 May 2021, its store keeper and its vaccinator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.modules import campaign

from yingjie.foundation import clock
from yingjie.sites.models import Site


@pytest.fixture
def noon() -> Iterator[None]:
    with clock.at(campaign.NOON):
        yield


@pytest.fixture
def site(db: None, noon: None) -> Site:
    campaign.places()
    return campaign.site()
