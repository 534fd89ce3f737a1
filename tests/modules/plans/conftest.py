"""A clinic at noon of 19 May 2021 with fifty doses, a session the next morning, people of its village."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.modules import campaign
from yingjie.bookings import session_actions
from yingjie.bookings.models import Session, Slot
from yingjie.foundation import clock
from yingjie.sites.models import Site

COUNTY = campaign.actor("county_lead", "110117")
TOWN = campaign.actor("town_lead")
LEAD = campaign.actor("site_lead")
#: 08:00 the next day in Beijing.
MORNING = campaign.NOON + timedelta(hours=20)
TOMORROW = campaign.TODAY + timedelta(days=1)


@pytest.fixture
def noon() -> Iterator[None]:
    with clock.at(campaign.NOON):
        yield


@pytest.fixture
def site(db: None, noon: None) -> Site:
    campaign.tree()
    found = campaign.make_ready(campaign.site(hours="08:00–17:00"))
    campaign.lot(found, doses=50)
    return found


@pytest.fixture
def session(site: Site) -> Session:
    return session_actions.open_session(
        by=LEAD,
        site_id=site.pk,
        from_at=MORNING,
        until_at=MORNING + timedelta(hours=2),
        products=[campaign.BIBP],
        minutes=30,
        seats=3,
        offline_percent=0,
    )


def slots_of(session: Session) -> list[Slot]:
    return list(Slot.objects.unscoped(campaign.ALL).filter(session=session).order_by("at"))
