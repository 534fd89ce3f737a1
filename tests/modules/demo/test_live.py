"""A live day as a soak test: everybody walks through the real actions, time and chance are arguments, and the books balance."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db.models import Sum
from tests.modules import campaign

from yingjie.clinic.models import Visit
from yingjie.demo import live
from yingjie.demo.live import Crew, LiveDay
from yingjie.doses.actions import rebuild_standings
from yingjie.doses.models import Dose
from yingjie.foundation import clock
from yingjie.foundation.journal.queries import verify
from yingjie.sites.models import Site
from yingjie.stock.models import Balance, Movement

pytestmark = pytest.mark.django_db
MORNING = campaign.NOON - timedelta(hours=4)
PEOPLE = 14


@pytest.fixture
def site() -> Site:
    with clock.at(MORNING):
        campaign.tree()
        campaign.certified("screening_doctor")
        at = campaign.site()
        campaign.lot(at, doses=PEOPLE)
        return at


def day(site: Site, seed: int = 3, hours: float = 1.0) -> LiveDay:
    with clock.at(MORNING):
        people = [
            campaign.person(serial, birth_on=date(1940 + serial % 55, 1, 1)).pk
            for serial in range(1, PEOPLE + 1)
        ]
    desk, doctor = campaign.actor("registrar"), campaign.actor("screening_doctor")
    crew = Crew((desk, desk), (doctor,), (campaign.actor("vaccinator"),), campaign.actor("observer"))
    vials = [campaign.trace_code(serial) for serial in range(1, PEOPLE + 1)]
    return LiveDay(site.pk, crew, people, {campaign.BIBP: vials}, seed=seed, hours=hours)


def balances(site: Site) -> None:
    """Everybody is somewhere once; given = movements = doses = visits with a dose; what is derived needs no change."""
    given = Visit.objects.unscoped(campaign.ALL).filter(dose_id__isnull=False)
    doses = Dose.objects.unscoped(campaign.ALL).filter(voided_at__isnull=True)
    moved = Movement.objects.unscoped(campaign.ALL)
    assert set(given.values_list("dose_id", flat=True)) == set(doses.values_list("pk", flat=True))
    assert set(moved.filter(kind="given").values_list("subject_id", flat=True)) == set(
        doses.values_list("pk", flat=True)
    )
    left = Balance.objects.unscoped(campaign.ALL).aggregate(doses=Sum("doses"))["doses"]
    assert left == moved.aggregate(doses=Sum("doses"))["doses"] == PEOPLE - doses.count()
    with clock.at(campaign.NOON):
        assert rebuild_standings(by=campaign.maker) == 0
    assert verify().whole


def test_a_whole_day(site: Site) -> None:
    told: list[datetime] = []
    outcome = live.play(day(site), MORNING, tell=lambda at, ended: told.append(at))
    assert told == sorted(told)
    assert outcome.ended.total() == PEOPLE
    visits = Visit.objects.unscoped(campaign.ALL)
    assert outcome.ended["left"] == visits.filter(state="left").count() > PEOPLE / 2
    assert {row.state for row in visits} <= {"left", "turned_away", "deferred"}
    assert set(outcome.refused) <= {"stock.unknown_code", "clinic.already_here_today", "clinic.is_deferred"}
    balances(site)


def test_the_same_seed_is_the_same_day_and_another_is_not(site: Site) -> None:
    from django.db import transaction

    def ended(seed: int) -> list[tuple[int, str]]:
        with transaction.atomic():
            live.play(day(site, seed), MORNING)
            found = (
                Visit.objects.unscoped(campaign.ALL).order_by("number").values_list("number", "state_since")
            )
            rows = [(number, at.isoformat()) for number, at in found]
            transaction.set_rollback(True)
        return rows

    assert ended(3) != ended(4)


def test_a_clean_stop_leaves_nothing_half_done(site: Site) -> None:
    stop_at = MORNING + timedelta(minutes=35)
    outcome = live.play(day(site), MORNING, pace=lambda at: at < stop_at)
    assert outcome.last_at is not None and outcome.last_at < stop_at
    visits = Visit.objects.unscoped(campaign.ALL)
    assert visits.filter(state__in=("observed", "screened", "consented", "registered", "checked_in")).exists()
    balances(site)
