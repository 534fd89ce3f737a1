"""Vials of several doses have their time; a day is closed when it adds up, and stays closed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from tests.modules import campaign
from tests.modules.stock.test_in_and_out import KEEPER, NEEDLE, kept, refused, sums, take

from yingjie.foundation import clock
from yingjie.foundation.refusals import BadInput, NotFound
from yingjie.sites.models import Site
from yingjie.stock import actions, day_close, queries, refusals
from yingjie.stock.models import ClosedDay, DayLine, Lot, Movement, Vial
from yingjie.stock.transfers import Counted

BY = campaign.NOON + timedelta(minutes=60)


def vial(site: Site, serial: int = 1) -> queries.VialView:
    found = queries.vial(KEEPER, site.pk, campaign.trace_code(serial))
    assert found is not None
    return found


class TestOpenVials:
    @pytest.fixture
    def lot(self, site: Site) -> Lot:
        return campaign.lot(site, doses=4, per_vial=2)

    def test_the_first_dose_opens_it(self, site: Site, lot: Lot) -> None:
        taken = take(site)
        assert (taken.doses_left, taken.discard_at) == (1, BY)
        assert kept() == sums() == {(site.pk, lot.pk, "usable"): 2, (site.pk, lot.pk, "opened"): 1}
        assert take(site).doses_left == 0
        refused(refusals.VialEmpty, take, site)
        assert kept() == {(site.pk, lot.pk, "usable"): 2}

    def test_it_is_used_until_its_time_is_over(self, site: Site, lot: Lot) -> None:
        take(site)
        with clock.at(BY):
            assert take(site).doses_left == 0
        take(site, 2)
        with clock.at(BY + timedelta(seconds=1)):
            said = refused(refusals.OpenTooLong, take, site, 2)
        assert "13:00" in said.say_reason()

    def test_it_may_be_opened_beforehand_once(self, site: Site, lot: Lot) -> None:
        opened = {"by": NEEDLE, "site_id": site.pk, "vial_code": campaign.trace_code(1)}
        assert actions.open_vial(**opened) == BY
        with clock.at(campaign.NOON + timedelta(minutes=5)):
            assert actions.open_vial(**opened) == BY
        assert kept() == sums() == {(site.pk, lot.pk, "usable"): 2, (site.pk, lot.pk, "opened"): 2}
        single = campaign.lot(site, doses=1, number="L2", first=50)
        refused(BadInput, actions.open_vial, **(opened | {"vial_code": campaign.trace_code(50)}))
        assert single.number == "L2"

    def test_what_is_left_is_thrown_away_by_whoever_stands_there(self, site: Site, lot: Lot) -> None:
        take(site)
        thrown = {"by": NEEDLE, "site_id": site.pk, "vial_code": campaign.trace_code(1)}
        refused(BadInput, actions.discard, **thrown, cause="thirst")
        assert actions.discard(**thrown) == 1
        refused(refusals.VialEmpty, actions.discard, **thrown)
        refused(refusals.VialEmpty, take, site)
        row = Movement.objects.unscoped(campaign.ALL).get(kind="wasted")
        assert (row.cause, row.doses, row.vial_code) == ("left_over", -1, campaign.trace_code(1))
        assert vial(site).doses_left == 0
        # A closed one that broke.
        assert actions.discard(**(thrown | {"vial_code": campaign.trace_code(2)}), cause="broken") == 2
        assert kept() == sums() == {}

    def test_the_database_itself_keeps_a_vial_from_giving_more_than_it_holds(
        self, site: Site, lot: Lot
    ) -> None:
        rows = Vial.objects.unscoped(campaign.ALL).filter(code=campaign.trace_code(1))
        with pytest.raises(IntegrityError, match="vial_never_gives_more_than_it_holds"), transaction.atomic():
            rows.update(doses_given=1, doses_wasted=1, doses_gone=1)

    def test_movements_are_never_changed(self, site: Site, lot: Lot) -> None:
        rows = Movement.objects.unscoped(campaign.ALL)
        for change in (lambda: rows.update(doses=9), rows.delete):
            with pytest.raises(Exception, match="append-only"), transaction.atomic():
                change()


class TestUncodedPacks:
    def test_a_pack_without_a_record_is_put_on_record_when_it_is_scanned(self, site: Site) -> None:
        lot = actions.receive(
            by=KEEPER, site_id=site.pk, product_code=campaign.BIBP, lot_number="L1", expires_on=campaign.EXPIRY,
            doses=2, packs_counted=2, transport=campaign.COLD,
        ).lot  # fmt: skip
        refused(refusals.UnknownCode, take, site, 1)
        assert take(site, 1, lot_id=lot.pk).vial_code == campaign.trace_code(1)
        refused(refusals.VialEmpty, take, site, 1, lot_id=lot.pk)
        gs1 = f"(01)06901234567892(17){campaign.EXPIRY:%y%m%d}(10)L1(21)S1"
        assert take(site, vial_code=gs1).doses_left == 0
        refused(refusals.UnknownCode, take, site, 3, lot_id=lot.pk)
        assert kept() == sums() == {}


class TestDays:
    @pytest.fixture
    def lot(self, site: Site) -> Lot:
        return campaign.lot(site)

    def close(self, site: Site, lot: Lot, doses: int, because: str = "", **more: Any) -> None:
        asked = {"by": KEEPER, "counted": {lot.pk: Counted(doses, because)}} | more
        day_close.close(site_id=site.pk, **asked)

    def test_the_line_of_a_day(self, site: Site, lot: Lot) -> None:
        take(site, 1)
        take(site, 2)
        actions.waste(by=KEEPER, site_id=site.pk, lot_id=lot.pk, doses=1, cause="broken")
        actions.hold(by=KEEPER, site_id=site.pk, lot_id=lot.pk, doses=1, reason="looks odd")
        (line,) = day_close.day_of_site(KEEPER, site.pk, campaign.TODAY).lines
        assert (line.opening, line.received, line.given, line.wasted, line.sent, line.closing) == (
            5,
            0,
            2,
            1,
            0,
            2,
        )
        assert line.wasted_by_cause == {"broken": 1}
        (earlier,) = day_close.day_of_site(KEEPER, site.pk, campaign.TODAY - timedelta(days=30)).lines
        assert (earlier.opening, earlier.received, earlier.closing) == (0, 5, 5)
        assert line.adds_up and earlier.adds_up

    def test_a_difference_is_explained_before_the_day_closes(self, site: Site, lot: Lot) -> None:
        take(site, 1)
        refused(refusals.NotCounted, day_close.close, by=KEEPER, site_id=site.pk, counted={})
        refused(refusals.DifferenceNotExplained, self.close, site, lot, 3)
        refused(BadInput, self.close, site, lot, -1, "x")
        assert ClosedDay.objects.unscoped(campaign.ALL).count() == 0
        self.close(site, lot, 3, "one fell and was not written down")
        (row,) = DayLine.objects.unscoped(campaign.ALL)
        assert (row.opening, row.given, row.found, row.closing) == (5, 1, -1, 3)
        assert kept() == sums() == {(site.pk, lot.pk, "usable"): 3}
        shown = day_close.day_of_site(KEEPER, site.pk, campaign.TODAY)
        assert shown.lines[0].difference_because == "one fell and was not written down"
        assert shown.lines[0].adds_up

    def test_a_closed_day_takes_corrections_only(self, site: Site, lot: Lot) -> None:
        self.close(site, lot, 5)
        refused(refusals.DayClosed, self.close, site, lot, 5)
        refused(refusals.DayClosed, take, site)
        refused(
            refusals.DayClosed,
            actions.waste,
            by=KEEPER,
            site_id=site.pk,
            lot_id=lot.pk,
            doses=1,
            cause="broken",
        )
        take(site, correction="written on paper when the power was out")
        shown = day_close.day_of_site(KEEPER, site.pk, campaign.TODAY)
        assert [(row.kind, row.doses, row.note) for row in shown.corrections] == [
            ("given", -1, "written on paper when the power was out")
        ]
        assert shown.lines[0].closing == 5
        with clock.at(campaign.NOON + timedelta(days=1)):
            tomorrow = campaign.TODAY + timedelta(days=1)
            take(site, 2, on=tomorrow)
            refused(refusals.DayClosed, take, site, 3)
            (line,) = day_close.day_of_site(KEEPER, site.pk, tomorrow).lines
            assert (line.opening, line.given, line.closing) == (4, 1, 3)

    def test_opened_vials_are_used_up_first(self, site: Site) -> None:
        lot = campaign.lot(site, doses=2, per_vial=2)
        take(site)
        said = refused(refusals.VialsLeftOpen, self.close, site, lot, 1)
        assert "standby" in said.as_dict()["en"]["next_step"]
        actions.discard(by=NEEDLE, site_id=site.pk, vial_code=campaign.trace_code(1))
        self.close(site, lot, 0)
        (row,) = DayLine.objects.unscoped(campaign.ALL)
        assert (row.given, row.wasted, row.wasted_by_cause, row.closing) == (1, 1, {"left_over": 1}, 0)

    def test_days_to_come_and_other_peoples_sites(self, site: Site, lot: Lot) -> None:
        refused(BadInput, self.close, site, lot, 5, on=campaign.TODAY + timedelta(days=1))
        refused(NotFound, self.close, site, lot, 5, by=campaign.actor("store_keeper", "110117002"))
        refused(NotFound, self.close, site, lot, 5, by=NEEDLE)

    def test_days_that_nobody_closed(self, site: Site, lot: Lot) -> None:
        take(site, 1)
        with clock.at(campaign.NOON + timedelta(days=2)):
            assert day_close.unclosed_days(KEEPER, site.pk) == [campaign.TODAY]
            self.close(site, lot, 4, on=campaign.TODAY)
            assert day_close.unclosed_days(KEEPER, site.pk) == []

    def test_what_is_missing_is_taken_from_what_was_put_aside_too(self, site: Site, lot: Lot) -> None:
        actions.hold(by=KEEPER, site_id=site.pk, lot_id=lot.pk, doses=4, reason="alarm")
        self.close(site, lot, 2, "three vials cannot be found")
        assert kept() == sums() == {(site.pk, lot.pk, "held"): 2}
