"""Vaccine comes in, is taken, written off, counted, held; and each way in which it may not be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db.models import Sum
from tests.modules import campaign

from yingjie.foundation import clock
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import BadInput, NotAllowed, NotFound, Refusal
from yingjie.sites.models import Site
from yingjie.stock import actions, queries, refusals
from yingjie.stock.models import Balance, Lot, Movement, Receipt, Vial

KEEPER = campaign.actor("store_keeper")
NEEDLE = campaign.actor("vaccinator")
GTIN = "06901234567892"


def receive(site: Site, *, by: Any = KEEPER, **more: Any) -> Lot:
    asked = {
        "product_code": campaign.BIBP,
        "lot_number": "L1",
        "expires_on": campaign.EXPIRY,
        "doses": 5,
        "transport": campaign.COLD,
    } | more
    return actions.receive(by=by, site_id=site.pk, **asked).lot


def take(site: Site, serial: int = 1, **more: Any) -> actions.TakenDose:
    asked = {"vial_code": campaign.trace_code(serial), "dose_id": uuid4(), "on": campaign.TODAY} | more
    return actions.take(by=NEEDLE, site_id=site.pk, **asked)


def rows() -> dict[str, list[Any]]:
    found = {
        kind.__name__: list(kind.objects.unscoped(campaign.ALL).order_by("pk").values())
        for kind in (Balance, Movement, Receipt, Vial)
    }
    return found | {"lots": list(Lot.objects.order_by("pk").values()), "journal": [Entry.objects.count()]}


def refused(kind: type[Refusal], verb: Callable[..., Any], *args: Any, **arguments: Any) -> Refusal:
    before = rows()
    with pytest.raises(kind) as caught:
        verb(*args, **arguments)
    assert type(caught.value) is kind
    assert rows() == before
    caught.value.as_dict()
    return caught.value


def sums() -> dict[tuple[UUID, UUID, str], int]:
    """What the movements say."""
    moved = Movement.objects.unscoped(campaign.ALL).order_by().values_list("site_id", "lot_id", "state")
    return {(site, lot, state): doses for site, lot, state, doses in moved.annotate(Sum("doses")) if doses}


def kept() -> dict[tuple[UUID, UUID, str], int]:
    """What the balances say."""
    found = Balance.objects.unscoped(campaign.ALL)
    return {(row.site_id, row.lot_id, row.state): row.doses for row in found if row.doses}


class TestReceiving:
    def test_a_delivery_becomes_lot_movement_vials_and_balance(self, site: Site) -> None:
        lot = receive(site, lot_number=" l1 ", codes=[campaign.trace_code(serial) for serial in range(5)])
        assert (lot.number, lot.product_id, lot.expires_on) == ("L1", campaign.BIBP, campaign.EXPIRY)
        (row,) = queries.balances(KEEPER, site.pk)
        assert (row.lot_number, row.usable, row.held, row.state) == ("L1", 5, 0, "usable")
        assert Vial.objects.unscoped(campaign.ALL).filter(lot=lot, doses=1, doses_given=0).count() == 5
        (entry,) = Entry.objects.filter(verb="stock.receive")
        assert entry.facts == {
            "product": campaign.BIBP,
            "lot": "L1",
            "doses": 5,
            "vials": 5,
            "decision": "accepted",
        }

    def test_a_second_delivery_adds_up(self, site: Site) -> None:
        assert receive(site).pk == receive(site, doses=3).pk
        assert queries.balances(KEEPER, site.pk)[0].usable == 8

    def test_a_vial_of_two_doses(self, site: Site) -> None:
        receive(site, doses=4, codes=[campaign.trace_code(1), campaign.trace_code(2)])
        view = queries.vial(KEEPER, site.pk, campaign.trace_code(1))
        assert view is not None
        assert (view.doses, view.doses_left) == (2, 2)

    def test_packs_that_do_not_add_up(self, site: Site) -> None:
        codes = [campaign.trace_code(1), campaign.trace_code(2)]
        refused(refusals.PacksDoNotAddUp, receive, site, doses=5, codes=codes)
        refused(refusals.PacksDoNotAddUp, receive, site, doses=20, codes=codes)

    def test_expired_on_arrival(self, site: Site) -> None:
        receive(site, lot_number="OLD", expires_on=campaign.TODAY - timedelta(days=1))
        row = Receipt.objects.unscoped(campaign.ALL).get()
        assert (row.decision, row.because) == ("refused", ["expired"])
        assert kept() == {}
        assert receive(site, expires_on=campaign.TODAY).number == "L1"

    def test_the_same_lot_with_another_expiry(self, site: Site) -> None:
        receive(site)
        refused(refusals.ExpiryDiffers, receive, site, expires_on=date(2022, 4, 1))

    def test_a_code_is_received_once(self, site: Site) -> None:
        receive(site, doses=1, codes=[campaign.trace_code(1)])
        refused(refusals.CodeKnown, receive, site, doses=1, codes=[campaign.trace_code(1)])
        refused(refusals.CodeKnown, receive, campaign.site("S2"), doses=1, codes=[campaign.trace_code(1)])
        refused(refusals.CodeKnown, receive, site, doses=2, codes=[campaign.trace_code(2)] * 2)

    def test_a_gs1_code_that_names_another_lot_or_expiry(self, site: Site) -> None:
        for wrong in (f"(01){GTIN}(10)L9(21)S1", f"(01){GTIN}(17)220401(21)S1"):
            refused(refusals.ContradictsStock, receive, site, doses=1, codes=[wrong])
        receive(site, doses=1, codes=[f"(01){GTIN}(17)220331(10)l1(21)S1"])

    def test_what_is_no_code_no_doses_no_lot(self, site: Site) -> None:
        refused(refusals.UnreadableTraceCode, receive, site, doses=1, codes=["??"])
        refused(BadInput, receive, site, doses=0)
        refused(BadInput, receive, site, lot_number="  ")
        refused(NotFound, receive, site, product_code="UNKNOWN")

    def test_only_who_keeps_stock_there(self, site: Site) -> None:
        for by in (
            campaign.actor("store_keeper", "110117002"),
            NEEDLE,
            campaign.actor("site_lead", campaign.TOWN, uuid4()),
        ):
            refused(NotFound, receive, site, by=by)


class TestTaking:
    @pytest.fixture
    def lot(self, site: Site) -> Lot:
        return campaign.lot(site, doses=2)

    def test_one_dose_goes(self, site: Site, lot: Lot) -> None:
        dose_id = uuid4()
        taken = take(site, dose_id=dose_id)
        assert taken == actions.TakenDose(
            campaign.BIBP, "L1", campaign.EXPIRY, campaign.trace_code(1), lot.pk, 0, None
        )
        assert Movement.objects.unscoped(campaign.ALL).get(subject_id=dose_id).doses == -1
        assert sums() == kept() == {(site.pk, lot.pk, "usable"): 1}

    def test_an_unknown_code_and_one_of_another_site(self, site: Site, lot: Lot) -> None:
        refused(refusals.UnknownCode, take, site, 77)
        refused(refusals.UnknownCode, take, campaign.site("S2"))

    def test_an_empty_vial(self, site: Site, lot: Lot) -> None:
        take(site)
        refused(refusals.VialEmpty, take, site)

    def test_the_day_of_expiry_is_the_last(self, site: Site, lot: Lot) -> None:
        refused(BadInput, take, site, on=campaign.TODAY + timedelta(days=1))
        with clock.at(datetime.combine(campaign.EXPIRY, time(9), clock.CAMPAIGN_ZONE)):
            assert take(site, on=campaign.EXPIRY).lot_number == "L1"
        with clock.at(datetime.combine(campaign.EXPIRY, time(9), clock.CAMPAIGN_ZONE) + timedelta(days=1)):
            refused(refusals.Expired, take, site, 2, on=campaign.EXPIRY + timedelta(days=1))

    def test_a_suspended_lot_and_after(self, site: Site, lot: Lot) -> None:
        actions.suspend_lot(by=KEEPER, lot_id=lot.pk, reason="complaint")
        refused(refusals.LotSuspended, take, site)
        assert queries.balances(KEEPER, site.pk)[0].state == "suspended"
        actions.resume_lot(by=KEEPER, lot_id=lot.pk, reason="cleared")
        take(site)

    def test_held_doses(self, site: Site, lot: Lot) -> None:
        actions.hold(by=KEEPER, site_id=site.pk, lot_id=lot.pk, doses=2, reason="temperature alarm")
        refused(refusals.Held, take, site)
        assert queries.balances(KEEPER, site.pk)[0].state == "held"
        actions.release(by=KEEPER, site_id=site.pk, lot_id=lot.pk, doses=1, reason="checked")
        take(site)

    def test_a_vial_of_a_lot_that_was_counted_to_nothing(self, site: Site, lot: Lot) -> None:
        assert actions.count(by=KEEPER, site_id=site.pk, lot_id=lot.pk, doses_found=0, note="gone") == -2
        refused(refusals.NotEnough, take, site)

    def test_a_gs1_code_that_contradicts_the_delivery(self, site: Site) -> None:
        receive(site, doses=1, codes=[f"(01){GTIN}(21)S1"])
        refused(refusals.ContradictsStock, take, site, vial_code=f"(01){GTIN}(10)L9(21)S1")
        take(site, vial_code=f"(01){GTIN}(17)220331(10)L1(21)S1")

    def test_only_who_may_vaccinate_there(self, site: Site, lot: Lot) -> None:
        for by in (KEEPER, campaign.actor("vaccinator", "110117002"), campaign.actor("registrar")):
            refused(
                NotFound,
                actions.take,
                by=by,
                site_id=site.pk,
                vial_code=campaign.trace_code(1),
                dose_id=uuid4(),
                on=campaign.TODAY,
            )


class TestWritingOff:
    @pytest.fixture
    def lot(self, site: Site) -> Lot:
        return campaign.lot(site)

    def test_waste_needs_doses_and_a_reason(self, site: Site, lot: Lot) -> None:
        actions.waste(by=KEEPER, site_id=site.pk, lot_id=lot.pk, doses=2, cause="broken")
        refused(
            refusals.NotEnough,
            actions.waste,
            by=KEEPER,
            site_id=site.pk,
            lot_id=lot.pk,
            doses=4,
            cause="broken",
        )
        refused(BadInput, actions.waste, by=KEEPER, site_id=site.pk, lot_id=lot.pk, doses=1, cause=" ")
        refused(BadInput, actions.waste, by=KEEPER, site_id=site.pk, lot_id=lot.pk, doses=0, cause="broken")
        refused(
            refusals.NoSuchLot,
            actions.waste,
            by=KEEPER,
            site_id=site.pk,
            lot_id=uuid4(),
            doses=1,
            cause="broken",
        )
        assert sums() == kept() == {(site.pk, lot.pk, "usable"): 3}

    def test_held_doses_are_written_off_from_where_they_are(self, site: Site, lot: Lot) -> None:
        actions.hold(by=KEEPER, site_id=site.pk, lot_id=lot.pk, doses=5, reason="alarm")
        refused(
            refusals.Held, actions.waste, by=KEEPER, site_id=site.pk, lot_id=lot.pk, doses=1, cause="lost"
        )
        actions.waste(by=KEEPER, site_id=site.pk, lot_id=lot.pk, doses=5, cause="temperature", state="held")
        assert sums() == kept() == {}

    def test_a_count_writes_the_difference_or_nothing(self, site: Site, lot: Lot) -> None:
        assert actions.count(by=KEEPER, site_id=site.pk, lot_id=lot.pk, doses_found=5) == 0
        assert actions.count(by=KEEPER, site_id=site.pk, lot_id=lot.pk, doses_found=6, note="found one") == 1
        refused(BadInput, actions.count, by=KEEPER, site_id=site.pk, lot_id=lot.pk, doses_found=-1)
        assert [row.kind for row in Movement.objects.unscoped(campaign.ALL).order_by("at", "pk")] == [
            "received",
            "counted",
        ]
        assert Entry.objects.filter(verb="stock.count").count() == 2

    def test_a_lot_is_suspended_by_who_keeps_stock_for_an_area(self, site: Site, lot: Lot) -> None:
        bound = campaign.actor("site_lead", campaign.TOWN, site.pk)
        refused(NotAllowed, actions.suspend_lot, by=bound, lot_id=lot.pk, reason="x")
        refused(BadInput, actions.suspend_lot, by=KEEPER, lot_id=lot.pk, reason="")
        refused(refusals.NoSuchLot, actions.suspend_lot, by=KEEPER, lot_id=uuid4(), reason="x")


def test_lots_that_expire_soon(site: Site) -> None:
    campaign.lot(site)
    assert queries.expiring(KEEPER) == []
    with clock.at(campaign.NOON + timedelta(days=300)):
        assert queries.expiring(KEEPER) == [(site.pk, 1)]
        assert queries.balances(KEEPER, site.pk)[0].state == "expiring"
    with clock.at(campaign.NOON + timedelta(days=330)):
        assert queries.balances(KEEPER, site.pk)[0].state == "expired"
        assert queries.usable_doses(KEEPER, [site.pk]) == {}
    assert queries.usable_doses(KEEPER, [site.pk]) == {site.pk: 5}
