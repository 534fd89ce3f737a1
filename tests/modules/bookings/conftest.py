"""A clinic at noon of 19 May 2021 with fifty doses, and a session the next morning: four times of arrival, three seats each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.modules import campaign, worlds
from yingjie.bookings import session_actions
from yingjie.bookings.models import Session, Slot
from yingjie.foundation import clock
from yingjie.sites.models import Site

LEAD = campaign.actor("site_lead")
DESK = campaign.actor("registrar")
OFFICER = campaign.actor("village_officer", campaign.VILLAGE)
#: 08:00 the next day in Beijing.
MORNING = campaign.NOON + timedelta(hours=20)


@pytest.fixture
def noon() -> Iterator[None]:
    with clock.at(campaign.NOON):
        yield


@pytest.fixture(scope="module")
def _county(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """Areas, products, rules; a site that is ready, with its doses."""
    with worlds.kept(django_db_blocker):
        with clock.at(campaign.NOON):
            campaign.tree()
            made = campaign.make_ready(campaign.site())
            campaign.lot(made, doses=50)
        yield made.pk


@pytest.fixture
def site(_county: Any, db: None, noon: None) -> Site:
    return Site.objects.unscoped(campaign.ALL).get(pk=_county)


def open_session(site: Site, **more: object) -> Session:
    asked: dict[str, object] = {
        "from_at": MORNING,
        "until_at": MORNING + timedelta(hours=2),
        "products": [campaign.BIBP],
        "minutes": 30,
        "seats": 3,
        "offline_percent": 0,
    }
    return session_actions.open_session(by=LEAD, site_id=site.pk, **(asked | more))  # type: ignore[arg-type]


@pytest.fixture
def session(site: Site) -> Session:
    return open_session(site)


def slots_of(session: Session) -> list[Slot]:
    return list(Slot.objects.unscoped(campaign.ALL).filter(session=session).order_by("at"))


def people(n: int, *, first: int = 1, area: str = campaign.VILLAGE) -> list[object]:
    return [
        campaign.person(serial, name=f"甲{'一二三四五六七八九'[serial % 9]}", area=area)
        for serial in range(first, first + n)
    ]


def at(moment: datetime) -> object:
    return clock.at(moment)
