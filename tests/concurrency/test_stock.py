"""Many at once, against a real PostgreSQL: what is scarce is given once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.concurrency.together import at_once
from tests.modules import campaign, visits
from yingjie.clinic import actions as clinic
from yingjie.clinic.models import Visit
from yingjie.clinic.refusals import AlreadyElsewhereToday, AlreadyHereToday
from yingjie.doses import actions as doses
from yingjie.doses.models import Dose, Standing
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.queries import verify
from yingjie.foundation.refusals import Refusal
from yingjie.sites.models import Site
from yingjie.stock import actions as stock
from yingjie.stock.models import Balance, Lot, Movement, Vial

pytestmark = pytest.mark.django_db(transaction=True)
NEEDLE = campaign.actor("vaccinator")
DESK = campaign.actor("registrar")


@pytest.fixture
def site(transactional_db: None) -> Iterator[Site]:
    with clock.at(campaign.NOON):
        campaign.tree()
        yield campaign.site()


def usable(lot: Lot) -> int:
    return Balance.objects.unscoped(campaign.ALL).get(lot=lot, state="usable").doses


def test_twenty_take_from_five_doses(site: Site) -> None:
    lot = campaign.lot(site, doses=5)
    # Twenty vials are scanned, but only five doses are on the books: the balance decides, not the vial.
    more = [Vial(site=site, lot=lot, code=campaign.trace_code(serial), doses=1) for serial in range(6, 21)]
    Vial.objects.unscoped(campaign.ALL).bulk_create(more)

    def take(serial: int) -> Callable[[], stock.TakenDose]:
        code = campaign.trace_code(serial)
        return lambda: stock.take(
            by=NEEDLE, site_id=site.pk, vial_code=code, dose_id=uuid4(), on=campaign.TODAY
        )

    outcomes = at_once([take(serial) for serial in range(1, 21)])
    assert sum(isinstance(outcome, stock.TakenDose) for outcome in outcomes) == 5
    assert {outcome.code for outcome in outcomes if isinstance(outcome, Refusal)} == {"stock.not_enough"}
    assert usable(lot) == 0
    assert Movement.objects.unscoped(campaign.ALL).filter(kind="given").count() == 5


def test_one_vial_of_one_dose_scanned_at_eight_stations(site: Site) -> None:
    lot = campaign.lot(site, doses=8)

    def take() -> stock.TakenDose:
        return stock.take(
            by=NEEDLE, site_id=site.pk, vial_code=campaign.trace_code(1), dose_id=uuid4(), on=campaign.TODAY
        )

    outcomes = at_once([take] * 8)
    assert [outcome.code for outcome in outcomes if isinstance(outcome, Refusal)] == ["stock.vial_empty"] * 7
    assert usable(lot) == 7


def test_two_stations_vaccinate_the_same_visit(site: Site) -> None:
    lot = campaign.lot(site)
    visit = visits.ready(site.pk, campaign.person().pk)

    campaign.certified("nurse2")
    second = type(NEEDLE)(name="nurse2", title="nurse2", held=NEEDLE.held)

    def verify(by: Actor, serial: int) -> Callable[[], Visit]:
        return lambda: visits.verified(visit, campaign.trace_code(serial), by=by)

    outcomes = at_once([verify(NEEDLE, 1), verify(second, 2)])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["VerifiedByOther", "Visit"]
    mine = next(outcome for outcome in outcomes if isinstance(outcome, Visit))
    nurse = NEEDLE if mine.verified_by == NEEDLE.name else second

    outcomes = at_once([lambda: clinic.vaccinate(by=nurse, visit_id=visit.pk)] * 3)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "AlreadyVaccinated",
        "AlreadyVaccinated",
        "Visit",
    ]
    assert usable(lot) == 4
    assert Dose.objects.unscoped(campaign.ALL).count() == 1


def test_ten_desks_call_out_ten_numbers_and_one_person_registers_once(site: Site) -> None:
    other = campaign.site("S2")
    crowd = [campaign.person(serial).pk for serial in range(1, 9)]
    one = campaign.person(9).pk

    def register(where: Site, person_id: Any) -> Callable[[], Visit]:
        return lambda: visits.registered(where.pk, person_id, by=DESK)

    outcomes = at_once(
        [register(site, person_id) for person_id in crowd]
        + [register(site, one), register(other, one), register(site, one)]
    )
    came = [outcome for outcome in outcomes if isinstance(outcome, Visit)]
    assert sorted(visit.number for visit in came if visit.site_id == site.pk and visit.person_id in crowd) in (
        list(range(1, 9)), [number for number in range(1, 10) if number != _number_of(one, came)],
    )  # fmt: skip
    assert sum(visit.person_id == one for visit in came) == 1
    refusals = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
    assert all(isinstance(refusal, AlreadyHereToday | AlreadyElsewhereToday) for refusal in refusals)
    assert len(refusals) == 2


def _number_of(person_id: Any, visits: list[Visit]) -> int:
    return next(visit.number for visit in visits if visit.person_id == person_id)


def test_two_doses_of_one_person_at_once_give_the_standing_of_both(site: Site) -> None:
    person = campaign.person()

    def record(number: int) -> Callable[[], Dose]:
        return lambda: doses.record(
            by=NEEDLE, person_id=person.pk, product_code=campaign.BIBP, number=number, site_id=site.pk, lot_number="L1",
            given_at=campaign.NOON - campaign.timedelta(days=60 - 30 * number), expires_on=campaign.EXPIRY, vial_code="",
            given_by="nurse",
        )  # fmt: skip

    outcomes = at_once([record(1), record(2), record(1), record(2)])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "Dose",
        "Dose",
        "NumberTaken",
        "NumberTaken",
    ]
    assert Standing.objects.unscoped(campaign.ALL).get().doses_counted == 2
    assert doses.rebuild_standings(by=campaign.maker) == 0
    assert verify().whole
