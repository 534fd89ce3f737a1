"""From a temperature out of range to the lots on hold, there and wherever they were sent; and the decision."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from tests.modules import campaign
from tests.modules.stock.test_in_and_out import KEEPER, NEEDLE, kept, refused, sums, take

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import BadInput, NotFound
from yingjie.sites.models import Site
from yingjie.stock import actions, cold_chain, cold_queries, fridges, recipients, refusals, transfers
from yingjie.stock.models import Excursion, ExcursionLot, Fridge, Lot, Reading
from yingjie.stock.receipts import Transport

OFFICER = campaign.actor("health_officer")


@pytest.fixture
def lot(site: Site) -> Lot:
    return campaign.lot(site)


@pytest.fixture
def fridge(site: Site, lot: Lot) -> Fridge:
    with clock.at(campaign.NOON - timedelta(days=20)):
        row = fridges.add(by=KEEPER, site_id=site.pk, name="1号冰箱")
        fridges.put_into(by=KEEPER, site_id=site.pk, fridge_id=row.pk, lot_id=lot.pk)
    return row


def read(fridge: Fridge, celsius: float, *, hours_ago: float = 0, by: Actor = KEEPER) -> int:
    return cold_chain.write_reading(
        by=by, site_id=fridge.site_id, fridge_id=fridge.pk, celsius=Decimal(str(celsius)),
        read_at=campaign.NOON - timedelta(hours=hours_ago),
    )  # fmt: skip


def decide(fridge: Fridge, lot: Lot, step: str = "release", **more: Any) -> None:
    row = Excursion.objects.unscoped(campaign.ALL).latest("first_at")
    asked = {"by": OFFICER, "site_id": fridge.site_id, "reason": "the maker says so"} | more
    cold_chain.decide(excursion_id=row.pk, lot_id=lot.pk, step=step, **asked)


class TestReadings:
    def test_a_good_one_changes_nothing(self, fridge: Fridge) -> None:
        assert read(fridge, 5) == 0
        assert Excursion.objects.unscoped(campaign.ALL).count() == 0

    def test_one_moment_one_reading(self, fridge: Fridge) -> None:
        read(fridge, 5)
        refused(refusals.ReadingKnown, read, fridge, 6)
        assert Reading.objects.unscoped(campaign.ALL).get().celsius == 5

    def test_nonsense_and_strangers(self, fridge: Fridge) -> None:
        refused(BadInput, read, fridge, 5, hours_ago=-1)
        refused(BadInput, read, fridge, 150)
        refused(NotFound, read, fridge, 5, by=campaign.actor("store_keeper", "110117002"))
        refused(NotFound, read, fridge, 5, by=NEEDLE)

    def test_a_loggers_file(self, site: Site, fridge: Fridge) -> None:
        moments = [campaign.NOON - timedelta(minutes=30 * nth) for nth in range(6, 0, -1)]
        lines = [
            f"{at.astimezone(clock.CAMPAIGN_ZONE):%Y-%m-%d %H:%M},{5 + nth % 2},60"
            for nth, at in enumerate(moments)
        ]
        content = ("设备,A1\n时间,温度(℃),湿度\n" + "\n".join(lines) + "\nx,y,z\n").encode("gb18030")
        given = {"by": KEEPER, "site_id": site.pk, "fridge_id": fridge.pk}
        found = cold_chain.read_file(**given, content=content)
        assert (found.new, found.known, found.excursions, len(found.bad_lines)) == (6, 0, 0, 1)
        again = cold_chain.read_file(**given, content=content)
        assert (again.new, again.known) == (0, 6)
        rows = Reading.objects.unscoped(campaign.ALL).order_by("at")
        assert [row.at for row in rows] == moments
        said = refused(refusals.UnreadableLoggerFile, cold_chain.read_file, **given, content=b"hello")
        assert "heading" in said.as_dict()["en"]["reason"]
        tomorrow = b"time,temp\n2021-05-20 08:00,5\n"
        refused(BadInput, cold_chain.read_file, **given, content=tomorrow)


class TestExcursions:
    def test_affected_lots_are_on_hold_at_once(self, site: Site, fridge: Fridge, lot: Lot) -> None:
        read(fridge, 5, hours_ago=6)
        take(site, 1)
        assert read(fridge, 11.5, hours_ago=1) == 1
        assert kept() == sums() == {(site.pk, lot.pk, "held"): 4}
        refused(refusals.Held, take, site, 2)
        row = Excursion.objects.unscoped(campaign.ALL).get()
        assert (row.kind, row.extreme_celsius) == ("warm", Decimal("11.5"))
        assert row.possible_from == campaign.NOON - timedelta(hours=6)
        assert row.possible_until is None
        assert Entry.objects.filter(verb="stock.excursion").count() == 1

    def test_it_grows_with_every_reading_and_holds_once(self, site: Site, fridge: Fridge, lot: Lot) -> None:
        read(fridge, 9, hours_ago=3)
        assert read(fridge, 12, hours_ago=2) == 0
        assert read(fridge, 4, hours_ago=1) == 0
        row = Excursion.objects.unscoped(campaign.ALL).get()
        assert (row.first_at, row.last_at, row.possible_until) == tuple(
            campaign.NOON - timedelta(hours=hours) for hours in (3, 2, 1)
        )
        assert ExcursionLot.objects.unscoped(campaign.ALL).get().doses_held == 5
        assert sums() == kept() == {(site.pk, lot.pk, "held"): 5}

    def test_a_lot_in_another_fridge_is_not_touched(self, site: Site, fridge: Fridge, lot: Lot) -> None:
        other = fridges.add(by=KEEPER, site_id=site.pk, name="2号冰箱")
        read(other, -3)
        assert kept() == {(site.pk, lot.pk, "usable"): 5}
        assert Excursion.objects.unscoped(campaign.ALL).get().kind == "frozen"

    def test_a_lot_of_which_nobody_knows_where_it_lies_is(self, site: Site, fridge: Fridge, lot: Lot) -> None:
        other = campaign.lot(site, doses=2, number="L2", first=50)
        read(fridge, 1.5)
        assert kept() == {(site.pk, lot.pk, "held"): 5, (site.pk, other.pk, "held"): 2}

    def test_it_follows_the_lot_to_where_it_was_sent(self, site: Site, fridge: Fridge, lot: Lot) -> None:
        other = campaign.site("S2")
        read(fridge, 5, hours_ago=6)
        with clock.at(campaign.NOON - timedelta(hours=2)):
            codes = [campaign.trace_code(1), campaign.trace_code(2)]
            sent = transfers.send(
                by=KEEPER, site_id=site.pk, to_site_id=other.pk, doses={lot.pk: 2}, codes=codes
            )
            good = Transport(Decimal(3), Decimal(5))
            transfers.arrive(by=KEEPER, site_id=other.pk, transfer_id=sent.pk, counted={}, transport=good)
            take(other, 1)
        read(fridge, 10, hours_ago=0)
        assert kept() == sums() == {(site.pk, lot.pk, "held"): 3, (other.pk, lot.pk, "held"): 1}
        refused(refusals.Held, take, other, 2)
        shown = cold_queries.excursion(OFFICER, Excursion.objects.unscoped(campaign.ALL).get().pk)
        assert sorted((each.site_name, each.doses_held, each.given_since) for each in shown.lots) == [
            ("接种点S1", 3, 0), ("接种点S2", 1, 1),
        ]  # fmt: skip
        assert shown.people.total == 1

    def test_what_was_sent_before_it_began_is_not_touched(self, site: Site, fridge: Fridge, lot: Lot) -> None:
        other = campaign.site("S2")
        with clock.at(campaign.NOON - timedelta(hours=9)):
            sent = transfers.send(by=KEEPER, site_id=site.pk, to_site_id=other.pk, doses={lot.pk: 2})
            good = Transport(Decimal(3), Decimal(5))
            transfers.arrive(by=KEEPER, site_id=other.pk, transfer_id=sent.pk, counted={}, transport=good)
        read(fridge, 5, hours_ago=6)
        read(fridge, 10)
        assert kept() == {(site.pk, lot.pk, "held"): 3, (other.pk, lot.pk, "usable"): 2}

    def test_what_is_on_its_way_waits_where_it_arrives(self, site: Site, fridge: Fridge, lot: Lot) -> None:
        other = campaign.site("S2")
        read(fridge, 5, hours_ago=6)
        with clock.at(campaign.NOON - timedelta(hours=1)):
            sent = transfers.send(by=KEEPER, site_id=site.pk, to_site_id=other.pk, doses={lot.pk: 2})
        read(fridge, 10)
        good = Transport(Decimal(3), Decimal(5))
        transfers.arrive(by=KEEPER, site_id=other.pk, transfer_id=sent.pk, counted={}, transport=good)
        assert kept() == sums() == {(site.pk, lot.pk, "held"): 3, (other.pk, lot.pk, "held"): 2}
        decide(fridge, lot, site_id=other.pk)
        assert kept() == {(site.pk, lot.pk, "held"): 3, (other.pk, lot.pk, "usable"): 2}

    def test_what_was_released_and_goes_on_being_warm_is_on_hold_again(
        self, site: Site, fridge: Fridge, lot: Lot
    ) -> None:
        read(fridge, 9, hours_ago=1)
        with clock.at(campaign.NOON - timedelta(minutes=30)):
            decide(fridge, lot)
        assert kept() == {(site.pk, lot.pk, "usable"): 5}
        read(fridge, 9)
        assert kept() == sums() == {(site.pk, lot.pk, "held"): 5}

    def test_what_was_released_may_be_sent_and_stays_usable(
        self, site: Site, fridge: Fridge, lot: Lot
    ) -> None:
        other = campaign.site("S2")
        read(fridge, 9, hours_ago=5)
        read(fridge, 5, hours_ago=4)
        with clock.at(campaign.NOON - timedelta(hours=3)):
            decide(fridge, lot)
            sent = transfers.send(by=KEEPER, site_id=site.pk, to_site_id=other.pk, doses={lot.pk: 2})
            good = Transport(Decimal(3), Decimal(5))
            transfers.arrive(by=KEEPER, site_id=other.pk, transfer_id=sent.pk, counted={}, transport=good)
        read(fridge, 5, hours_ago=6)  # an earlier good reading comes late: the excursion may have begun later
        assert kept() == {(site.pk, lot.pk, "usable"): 3, (other.pk, lot.pk, "usable"): 2}


class TestDecisions:
    @pytest.fixture(autouse=True)
    def warm(self, site: Site, fridge: Fridge) -> None:
        read(fridge, 5, hours_ago=6)
        read(fridge, 9, hours_ago=3)
        read(fridge, 5, hours_ago=1)

    def test_released(self, site: Site, fridge: Fridge, lot: Lot) -> None:
        refused(
            refusals.Held, actions.release, by=KEEPER, site_id=site.pk, lot_id=lot.pk, doses=1, reason="x"
        )
        decide(fridge, lot)
        assert kept() == sums() == {(site.pk, lot.pk, "usable"): 5}
        assert take(site, 1).lot_number == "L1"
        refused(refusals.AlreadyDecided, decide, fridge, lot)

    def test_destroyed(self, site: Site, fridge: Fridge, lot: Lot) -> None:
        decide(fridge, lot, "destroy")
        assert kept() == sums() == {}
        refused(refusals.VialEmpty, take, site, 1)

    def test_a_second_excursion_keeps_it_on_hold(self, site: Site, fridge: Fridge, lot: Lot) -> None:
        first = Excursion.objects.unscoped(campaign.ALL).get()
        read(fridge, 1)
        decide(fridge, lot)
        assert kept() == {(site.pk, lot.pk, "held"): 5}
        cold_chain.decide(
            by=OFFICER, site_id=site.pk, excursion_id=first.pk, lot_id=lot.pk, step="release", reason="fine"
        )
        assert kept() == sums() == {(site.pk, lot.pk, "usable"): 5}

    def test_only_who_decides_and_with_a_reason(self, fridge: Fridge, lot: Lot) -> None:
        refused(NotFound, decide, fridge, lot, by=KEEPER)
        refused(NotFound, decide, fridge, lot, by=campaign.actor("health_officer", "110117002"))
        refused(BadInput, decide, fridge, lot, reason=" ")
        refused(BadInput, decide, fridge, lot, "forget")
        assert ExcursionLot.objects.unscoped(campaign.ALL).get().state == "held"

    def test_an_opened_vial_of_it_gives_nothing_while_it_waits(self, site: Site, fridge: Fridge) -> None:
        lot = campaign.lot(site, doses=2, number="L2", first=50, per_vial=2)
        fridges.put_into(by=KEEPER, site_id=site.pk, fridge_id=fridge.pk, lot_id=lot.pk)
        take(site, 50)
        read(fridge, 0)
        refused(refusals.Held, take, site, 50)


def test_the_fridges_of_a_site(site: Site, fridge: Fridge, lot: Lot) -> None:
    refused(BadInput, fridges.add, by=KEEPER, site_id=site.pk, name="1号冰箱")
    refused(BadInput, fridges.add, by=KEEPER, site_id=site.pk, name=" ")
    refused(
        BadInput, fridges.add, by=KEEPER, site_id=site.pk, name="x", lowest=Decimal(8), highest=Decimal(2)
    )
    refused(refusals.FridgeNotEmpty, fridges.retire, by=KEEPER, site_id=site.pk, fridge_id=fridge.pk)
    other = fridges.add(by=KEEPER, site_id=site.pk, name="2号冰箱")
    fridges.put_into(by=KEEPER, site_id=site.pk, fridge_id=other.pk, lot_id=lot.pk)
    fridges.retire(by=KEEPER, site_id=site.pk, fridge_id=fridge.pk)
    assert [row.name for row in cold_queries.fridges_of(KEEPER, site.pk)] == ["2号冰箱"]
    refused(NotFound, read, fridge, 5)


def test_readings_that_are_missing(site: Site, fridge: Fridge) -> None:
    yesterday = campaign.NOON - timedelta(days=1)
    for at in (yesterday - timedelta(hours=4), yesterday + timedelta(hours=4)):
        read(fridge, 5, hours_ago=(campaign.NOON - at).total_seconds() / 3600)
    (row,) = cold_queries.fridges_of(KEEPER, site.pk)
    missing = {each.on: (each.owed, each.found) for each in row.missing}
    assert campaign.TODAY - timedelta(days=1) not in missing
    assert missing[campaign.TODAY - timedelta(days=2)] == (2, 0)
    assert missing[campaign.TODAY] == (1, 0)  # noon: the morning's is owed


def test_nobody_knows_the_people_without_a_module_that_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipients, "_providers", [])
    assert recipients.of(KEEPER, [uuid4()]).total == 1
    assert recipients.of(KEEPER, []).total == 0
