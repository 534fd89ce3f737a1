"""Deliveries judged at the door; vaccine between two places, confirmed on both sides."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from tests.modules import campaign
from tests.modules.stock.test_in_and_out import KEEPER, kept, refused, sums, take

from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import BadInput, NotFound
from yingjie.sites.models import Site
from yingjie.stock import actions, coming, ledger, receipts, refusals, transfers
from yingjie.stock.models import Lot, Movement, Receipt, Transfer, TransferLine, Vial
from yingjie.stock.transfers import Counted

OFFICER = campaign.actor("health_officer")
GOOD = receipts.Transport(Decimal("2.8"), Decimal("6.0"))


def came(site: Site, **transport: Any) -> receipts.Received:
    return actions.receive(
        by=KEEPER, site_id=site.pk, product_code=campaign.BIBP, lot_number="L1", expires_on=campaign.EXPIRY, doses=4,
        codes=[campaign.trace_code(serial) for serial in range(1, 5)], transport=replace(campaign.COLD, **transport),
    )  # fmt: skip


def receipt(found: receipts.Received) -> Receipt:
    return Receipt.objects.unscoped(campaign.ALL).get(pk=found.receipt_id)


class TestReceipts:
    def test_a_delivery_without_a_temperature_record_moves_nothing(self, site: Site) -> None:
        found = came(site, lowest=None, highest=None)
        assert (found.decision, found.because) == ("refused", ("no_temperature_record",))
        assert kept() == sums() == {}
        assert Vial.objects.unscoped(campaign.ALL).count() == 0
        assert Entry.objects.get(verb="stock.receive").facts["decision"] == "refused"

    def test_one_without_its_release_document_waits(self, site: Site) -> None:
        found = came(site, release_number="")
        assert (found.decision, found.because) == ("quarantined", ("no_release_document",))
        assert kept() == {(site.pk, found.lot.pk, "quarantined"): 4}
        refused(refusals.Held, take, site)
        receipts.decide(
            by=OFFICER, site_id=site.pk, receipt_id=found.receipt_id, decision="accepted", reason="it came"
        )
        assert kept() == sums() == {(site.pk, found.lot.pk, "usable"): 4}
        assert take(site).doses_left == 0

    def test_only_who_decides_may_decide_and_with_a_reason(self, site: Site) -> None:
        found = came(site, release_number="")
        asked = {"site_id": site.pk, "receipt_id": found.receipt_id, "decision": "accepted", "reason": "x"}
        refused(NotFound, receipts.decide, by=KEEPER, **asked)
        refused(BadInput, receipts.decide, by=OFFICER, **(asked | {"reason": " "}))
        refused(BadInput, receipts.decide, by=OFFICER, **(asked | {"decision": "quarantined"}))
        refused(NotFound, receipts.decide, by=OFFICER, **(asked | {"receipt_id": uuid4()}))

    def test_a_refused_one_may_be_taken_on_by_somebody(self, site: Site) -> None:
        found = came(site, highest=Decimal("9.4"))
        assert found.decision == "refused"
        decided = {"by": OFFICER, "site_id": site.pk, "receipt_id": found.receipt_id}
        receipts.decide(**decided, decision="accepted", reason="the maker's stability data cover it")
        assert kept() == {(site.pk, found.lot.pk, "usable"): 4}
        refused(refusals.AlreadyDecided, receipts.decide, **decided, decision="accepted", reason="again")
        row = receipt(found)
        assert (row.decision, row.decided, row.decided_by) == ("refused", "accepted", "the health_officer")

    def test_what_was_accepted_may_be_refused_while_it_is_all_there(self, site: Site) -> None:
        found = came(site)
        decided = {"by": OFFICER, "site_id": site.pk, "receipt_id": found.receipt_id}
        take(site)
        refused(refusals.NotEnough, receipts.decide, **decided, decision="refused", reason="forged papers")

    def test_packs_in_boxes_and_cartons(self, site: Site) -> None:
        codes = [
            f"C1,B1,{campaign.trace_code(1)}",
            f"C1;B1;{campaign.trace_code(2)}",
            f"B2\t{campaign.trace_code(3)}",
        ]
        actions.receive(
            by=KEEPER, site_id=site.pk, product_code=campaign.BIBP, lot_number="L1", expires_on=campaign.EXPIRY,
            doses=3, codes=codes, transport=campaign.COLD,
        )  # fmt: skip
        rows = Vial.objects.unscoped(campaign.ALL).order_by("code").values_list("box_code", "carton_code")
        assert list(rows) == [("B1", "C1"), ("B1", "C1"), ("B2", "")]


class TestTransfers:
    @pytest.fixture
    def store(self, site: Site) -> Site:
        return campaign.site("STORE", kind="store")

    @pytest.fixture
    def lot(self, store: Site) -> Lot:
        return campaign.lot(store, doses=5)

    def send(self, store: Site, site: Site, lot: Lot, doses: int, **more: Any) -> Transfer:
        return transfers.send(by=KEEPER, site_id=store.pk, to_site_id=site.pk, doses={lot.pk: doses}, **more)

    def arrive(
        self, site: Site, sent: Transfer, counted: dict[UUID, Counted] | None = None, **more: Any
    ) -> str:
        asked = {"by": KEEPER, "transport": GOOD} | more
        return transfers.arrive(site_id=site.pk, transfer_id=sent.pk, counted=counted or {}, **asked)

    def test_it_is_the_senders_until_it_is_confirmed(self, store: Site, site: Site, lot: Lot) -> None:
        sent = self.send(store, site, lot, 3, codes=[campaign.trace_code(serial) for serial in (1, 2, 3)])
        assert kept() == {(store.pk, lot.pk, "usable"): 2, (store.pk, lot.pk, "in_transit"): 3}
        refused(refusals.SentOn, take, store, 1)
        refused(refusals.UnknownCode, take, site, 1)
        assert self.arrive(site, sent) == "accepted"
        assert kept() == sums() == {(store.pk, lot.pk, "usable"): 2, (site.pk, lot.pk, "usable"): 3}
        assert take(site, 1).lot_number == "L1"
        assert take(store, 4).lot_number == "L1"
        refused(refusals.NotOnItsWay, self.arrive, site, sent)

    def test_short_and_over_need_their_reason(self, store: Site, site: Site, lot: Lot) -> None:
        sent = self.send(store, site, lot, 4, codes=[campaign.trace_code(1)])
        for found in (3, 5):
            refused(refusals.DifferenceNotExplained, self.arrive, site, sent, {lot.pk: Counted(found)})
        self.arrive(site, sent, {lot.pk: Counted(3, "one broke on the way")})
        assert kept() == sums() == {(store.pk, lot.pk, "usable"): 1, (site.pk, lot.pk, "usable"): 3}
        lost = Movement.objects.unscoped(campaign.ALL).get(kind="wasted")
        assert (lost.site_id, lost.cause, lost.state, lost.doses) == (store.pk, "lost", "in_transit", -1)
        line = TransferLine.objects.unscoped(campaign.ALL).get()
        assert (line.doses_sent, line.doses_arrived) == (4, 3)
        # Which pack broke nobody knows: the packs of this lot are put on record when they are scanned.
        assert take(site, 1, lot_id=lot.pk).vial_code == campaign.trace_code(1)

    def test_over(self, store: Site, site: Site, lot: Lot) -> None:
        sent = self.send(store, site, lot, 2)
        self.arrive(site, sent, {lot.pk: Counted(3, "a pack too many in the box")})
        assert kept() == sums() == {(store.pk, lot.pk, "usable"): 3, (site.pk, lot.pk, "usable"): 3}
        assert Movement.objects.unscoped(campaign.ALL).get(kind="counted").doses == 1

    def test_too_warm_on_the_way_is_refused_and_called_back(self, store: Site, site: Site, lot: Lot) -> None:
        sent = self.send(store, site, lot, 5, codes=[campaign.trace_code(serial) for serial in range(1, 6)])
        assert self.arrive(site, sent, transport=receipts.Transport()) == "refused"
        warm = receipts.Transport(Decimal("2.8"), Decimal("9.0"))
        assert self.arrive(site, sent, transport=warm) == "refused"
        refused(refusals.RefusedAtArrival, self.arrive, site, sent)
        assert coming.transfer(KEEPER, site.pk, sent.pk).is_refused
        assert kept() == {(store.pk, lot.pk, "in_transit"): 5}
        asked = {"by": KEEPER, "site_id": store.pk, "transfer_id": sent.pk}
        refused(BadInput, transfers.call_back, **asked, reason="")
        transfers.call_back(**asked, reason="too warm on the way")
        assert kept() == sums() == {(store.pk, lot.pk, "held"): 5}
        refused(refusals.Held, take, store, 1)
        refused(refusals.NotOnItsWay, transfers.call_back, **asked, reason="again")

    def test_a_box_is_scanned_out_with_all_that_is_in_it(self, store: Site, site: Site) -> None:
        codes = [f"C1,B{serial // 2},{campaign.trace_code(serial)}" for serial in range(4)]
        lot = actions.receive(
            by=KEEPER, site_id=store.pk, product_code=campaign.BIBP, lot_number="L2", expires_on=campaign.EXPIRY,
            doses=4, codes=codes, transport=campaign.COLD,
        ).lot  # fmt: skip
        sent = self.send(store, site, lot, 2, codes=["B1"])
        self.arrive(site, sent)
        here = Vial.objects.unscoped(campaign.ALL).filter(site=site).order_by("code")
        assert [(row.code, row.box_code, row.carton_code) for row in here] == [
            (campaign.trace_code(2), "B1", "C1"),
            (campaign.trace_code(3), "B1", "C1"),
        ]
        # And back again, to where they lay before.
        back = transfers.send(
            by=KEEPER, site_id=site.pk, to_site_id=store.pk, doses={lot.pk: 2}, codes=["B1"]
        )
        transfers.arrive(by=KEEPER, site_id=store.pk, transfer_id=back.pk, counted={}, transport=GOOD)
        assert take(store, 2).vial_code == campaign.trace_code(2)

    def test_what_may_not_be_sent(self, store: Site, site: Site, lot: Lot) -> None:
        for kind, arguments in (
            (refusals.SamePlace, (store, store, lot, 1)),
            (refusals.NotEnough, (store, site, lot, 6)),
            (BadInput, (store, site, lot, 0)),
            (BadInput, (store, site, lot, -1)),
        ):
            refused(kind, self.send, *arguments)
        refused(refusals.UnknownCode, self.send, store, site, lot, 1, codes=[campaign.trace_code(77)])
        two = [campaign.trace_code(1), campaign.trace_code(2)]
        refused(refusals.PacksOfAnotherLot, self.send, store, site, lot, 1, codes=two)
        other = campaign.lot(store, doses=1, number="L2", first=50)
        refused(refusals.PacksOfAnotherLot, self.send, store, site, other, 1, codes=two[:1])
        actions.suspend_lot(by=KEEPER, lot_id=lot.pk, reason="complaint")
        refused(refusals.LotSuspended, self.send, store, site, lot, 1)

    def test_each_side_is_confirmed_by_its_own(self, store: Site, site: Site, lot: Lot) -> None:
        elsewhere = campaign.actor("store_keeper", "110117002")
        sent = self.send(store, site, lot, 1)
        refused(NotFound, self.arrive, site, sent, by=elsewhere)
        refused(NotFound, self.arrive, campaign.site("S2"), sent)
        at_site = campaign.actor("site_lead", campaign.TOWN, site.pk)
        refused(NotFound, transfers.call_back, by=at_site, site_id=store.pk, transfer_id=sent.pk, reason="x")
        assert self.arrive(site, sent, by=at_site) == "accepted"


def test_rebuilding_changes_nothing_and_finds_what_somebody_changed(site: Site) -> None:
    from yingjie.stock.models import Balance

    lot = campaign.lot(site)
    take(site)
    assert list(ledger.rebuilt()) == []
    assert ledger.rebuild(by=campaign.maker) == 0
    Balance.objects.unscoped(campaign.ALL).update(doses=9)
    (wrong,) = ledger.rebuilt()
    assert (wrong.lot_id, wrong.balance, wrong.movements) == (lot.pk, 9, 4)
    assert ledger.rebuild(by=campaign.maker) == 1
    assert kept() == sums() == {(site.pk, lot.pk, "usable"): 4}
