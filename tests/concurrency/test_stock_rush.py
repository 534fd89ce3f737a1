"""Many stations at one lot, vans that pass each other, a lot suspended and a day closed in the middle of it: the sums stay
right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import Sum

from tests.concurrency.test_stock import at_once
from tests.modules import campaign
from yingjie.foundation import clock
from yingjie.foundation.refusals import Refusal
from yingjie.sites.models import Site
from yingjie.stock import actions as stock
from yingjie.stock import day_close, ledger, transfers
from yingjie.stock.models import Balance, DayLine, Lot, Movement, Vial
from yingjie.stock.receipts import Transport
from yingjie.stock.transfers import Counted

pytestmark = pytest.mark.django_db(transaction=True)
NEEDLE = campaign.actor("vaccinator")
KEEPER = campaign.actor("store_keeper")


@pytest.fixture
def site(transactional_db: None) -> Iterator[Site]:
    with clock.at(campaign.NOON):
        campaign.places()
        yield campaign.site()


def take(site: Site, serial: int) -> Callable[[], Any]:
    code = campaign.trace_code(serial)
    return lambda: stock.take(by=NEEDLE, site_id=site.pk, vial_code=code, dose_id=uuid4(), on=campaign.TODAY)


def in_state(lot: Lot, state: str = "usable") -> int:
    rows = Balance.objects.unscoped(campaign.ALL).filter(lot=lot, state=state)
    return rows.aggregate(doses=Sum("doses"))["doses"] or 0


def given(lot: Lot) -> int:
    return Movement.objects.unscoped(campaign.ALL).filter(lot=lot, kind="given").count()


def test_many_take_from_opened_vials_of_one_hot_lot(site: Site) -> None:
    """Twelve vials of two doses, thirty hands: 24 doses, two a vial, and not one more."""
    lot = campaign.lot(site, doses=24, per_vial=2)
    outcomes = at_once([take(site, 1 + nth % 12) for nth in range(30)])
    taken = [outcome for outcome in outcomes if isinstance(outcome, stock.TakenDose)]
    assert len(taken) == given(lot) == 24
    assert {outcome.code for outcome in outcomes if isinstance(outcome, Refusal)} == {"stock.vial_empty"}
    assert in_state(lot) == in_state(lot, "opened") == 0
    assert set(Vial.objects.unscoped(campaign.ALL).values_list("doses_given", flat=True)) == {2}
    assert list(ledger.rebuilt()) == []


def test_once_a_lot_is_suspended_no_station_takes_another_dose(site: Site) -> None:
    lot = campaign.lot(site, doses=16)
    after: list[int] = []

    def suspend() -> None:
        stock.suspend_lot(by=KEEPER, lot_id=lot.pk, reason="complaint")
        after.append(given(lot))

    outcomes = at_once([*(take(site, serial) for serial in range(1, 13)), suspend])
    assert after == [given(lot)]
    taken = sum(isinstance(outcome, stock.TakenDose) for outcome in outcomes)
    assert taken == after[0]
    assert all(outcome.code == "stock.lot_suspended" for outcome in outcomes if isinstance(outcome, Refusal))
    assert in_state(lot) == 16 - taken


def test_a_day_that_is_closed_meanwhile_misses_no_dose(site: Site) -> None:
    lot = campaign.lot(site, doses=16)

    def close() -> None:
        for found in range(16, -1, -1):  # whatever is left when the door is shut
            try:
                day_close.close(by=KEEPER, site_id=site.pk, counted={lot.pk: Counted(found)})
                return
            except Refusal as refusal:
                if refusal.code == "stock.day_closed":
                    raise

    outcomes = at_once([*(take(site, serial) for serial in range(1, 9)), close])
    assert not isinstance(outcomes[-1], Refusal)
    line = DayLine.objects.unscoped(campaign.ALL).filter(lot=lot).first()
    if line is not None:  # the count met a quiet moment
        assert line.given == given(lot)
        assert line.closing == in_state(lot)
    assert list(ledger.rebuilt()) == []


def test_two_vans_pass_each_other(site: Site) -> None:
    other = campaign.site("S2")
    lots = [campaign.lot(site, doses=8), campaign.lot(other, doses=8, number="L2", first=100)]
    for place, lot in ((site, lots[1]), (other, lots[0])):  # each place knows both lots
        campaign.lot(place, doses=2, number=lot.number, first=200 + 100 * lots.index(lot))
    good = Transport(campaign.COLD.lowest, campaign.COLD.highest)

    def round_trip(one: Site, two: Site) -> Callable[[], Any]:
        def drive() -> None:
            for _turn in range(3):
                sent = transfers.send(
                    by=KEEPER, site_id=one.pk, to_site_id=two.pk, doses={lot.pk: 1 for lot in lots}
                )
                transfers.arrive(by=KEEPER, site_id=two.pk, transfer_id=sent.pk, counted={}, transport=good)

        return drive

    drives = [round_trip(site, other), round_trip(other, site)]
    outcomes = at_once([*drives, *(take(site, serial) for serial in range(1, 5))])
    assert [outcome for outcome in outcomes if isinstance(outcome, Refusal)] == []
    assert sum(in_state(lot) for lot in lots) == 20 - 4
    assert sum(in_state(lot, "in_transit") for lot in lots) == 0
    assert list(ledger.rebuilt()) == []


def test_one_pack_is_received_at_one_place_only(site: Site) -> None:
    other = campaign.site("S2")

    def receive(place: Site) -> Callable[[], Any]:
        return lambda: stock.receive(
            by=KEEPER, site_id=place.pk, product_code=campaign.BIBP, lot_number="L7", expires_on=campaign.EXPIRY,
            doses=1, codes=[campaign.trace_code(7)], transport=campaign.COLD,
        )  # fmt: skip

    outcomes = at_once([receive(site), receive(other), receive(site), receive(other)])
    refused = [outcome.code for outcome in outcomes if isinstance(outcome, Refusal)]
    assert refused == ["stock.code_known"] * 3
    assert Vial.objects.unscoped(campaign.ALL).count() == 1
