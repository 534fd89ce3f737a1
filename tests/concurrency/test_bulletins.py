"""A bulletin counted while the stations go on recording, against a real PostgreSQL: its figures are all of one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from tests.modules import campaign
from yingjie.doses import actions as doses
from yingjie.doses.models import Dose
from yingjie.foundation import clock
from yingjie.foundation.snapshot import one_snapshot
from yingjie.oversight import actions
from yingjie.oversight.content import BulletinContent, from_json
from yingjie.sites.models import Site

pytestmark = pytest.mark.django_db(transaction=True)
EVENING = campaign.NOON + timedelta(hours=5)
RECORDED_AT = campaign.NOON + timedelta(hours=1)
LEAD = campaign.actor("town_lead")


@pytest.fixture
def site(transactional_db: None) -> Iterator[Site]:
    with clock.at(EVENING):
        campaign.tree()
        yield campaign.site()


def elsewhere(work: Callable[[], object]) -> None:
    """Do it on a connection of another thread, to the end."""
    broken: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            broken.append(error)
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join()
    assert broken == []


def give(site: Site, person_id: UUID) -> None:
    """A first dose of today, recorded before the cut-off."""
    with clock.at(RECORDED_AT):
        doses.record(
            by=campaign.actor("vaccinator"), person_id=person_id, product_code=campaign.BIBP, number=1, given_at=RECORDED_AT,
            site_id=site.pk, lot_number="L1", expires_on=campaign.EXPIRY, vial_code="", given_by="t",
        )  # fmt: skip


def sums(content: BulletinContent) -> tuple[int, int, int]:
    """First doses of the day, to date, and people covered by one: of a campaign's first day, one and the same number."""
    total = content.total
    return total.doses_today, total.doses_to_date, total.first_dose


def test_a_dose_recorded_between_two_reads_is_in_every_figure_or_in_none(site: Site) -> None:
    waiting = [campaign.person(serial).pk for serial in range(1, 13)]
    give(site, waiting.pop())

    def one_more(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        found = execute(sql, params, many, context)
        if "doses_dose" in sql and waiting:
            person_id = waiting.pop()
            elsewhere(lambda: give(site, person_id))
        return found

    with connection.execute_wrapper(one_more):
        issued = actions.issue(by=LEAD, area_code=campaign.TOWN, on=campaign.TODAY)
    recorded = Dose.objects.unscoped(campaign.ALL).count()
    assert recorded >= 4, "nothing was recorded between the reads: this test looks past what it is about"
    assert sums(from_json(issued.content)) == (1, 1, 1)


def test_a_bulletin_is_issued_although_the_stations_write_all_the_time(site: Site) -> None:
    """Both write the journal, whose end is locked in turn: neither is turned down, and the figures agree."""
    waiting = [campaign.person(serial).pk for serial in range(1, 25)]
    start = Barrier(2)

    def station() -> None:
        start.wait()
        for person_id in waiting:
            give(site, person_id)

    thread = Thread(target=lambda: (station(), connection.close()))
    thread.start()
    start.wait()
    issued = [
        actions.issue(by=LEAD, area_code=code, on=campaign.TODAY)
        for code in (campaign.VILLAGE, campaign.OTHER_VILLAGE, campaign.TOWN)
    ]
    thread.join()
    for bulletin in issued:
        assert len(set(sums(from_json(bulletin.content)))) == 1
    assert Dose.objects.unscoped(campaign.ALL).count() == len(waiting)


def test_a_snapshot_inside_a_transaction_leaves_it_as_it_is(site: Site) -> None:
    def isolation() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_isolation")
            return str(cursor.fetchone()[0])

    with one_snapshot():
        assert isolation() == "repeatable read"
    assert isolation() == "read committed"
    with transaction.atomic(), one_snapshot():
        assert isolation() == "read committed"
