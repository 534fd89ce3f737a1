"""Every page of stock, in both languages, and what is posted to them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.modules import campaign
from tests.modules.stock.test_in_and_out import KEEPER, kept, take

from yingjie.foundation import clock
from yingjie.foundation.ids import uuid7
from yingjie.foundation.journal.models import Entry
from yingjie.sites.models import Site
from yingjie.stock import actions, cold_chain, fridges, transfers
from yingjie.stock.models import (
    ClosedDay,
    DayLine,
    Excursion,
    ExcursionLot,
    Fridge,
    Lot,
    Reading,
    Receipt,
    Transfer,
    Vial,
)

OFFICER = campaign.actor("health_officer")
GTIN = "06901234567892"
LOG = "时间,温度(℃)\n2021-05-19 08:00,3.5\n2021-05-19 09:30,{}\n"


@pytest.fixture
def keeper(client: Client, site: Site) -> Client:
    campaign.sign_in(client, "store_keeper")
    client.cookies["yingjie_language"] = "en"
    return client


@pytest.fixture
def officer(site: Site) -> Client:
    client = Client()
    campaign.sign_in(client, "health_officer")
    client.cookies["yingjie_language"] = "en"
    return client


@pytest.fixture
def lot(site: Site) -> Lot:
    return campaign.lot(site)


@pytest.fixture
def fridge(site: Site, lot: Lot) -> Fridge:
    with clock.at(campaign.NOON - timedelta(days=3)):
        row = fridges.add(by=KEEPER, site_id=site.pk, name="1号冰箱", kind="cold_room")
        fridges.put_into(by=KEEPER, site_id=site.pk, fridge_id=row.pk, lot_id=lot.pk)
    return row


def get(client: Client, address: str, *args: Any, status: int = 200, query: str = "") -> str:
    answer = client.get(reverse(address, args=args) + query)
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


def post(client: Client, address: str, *args: Any, status: int = 302, **data: Any) -> str:
    answer = client.post(reverse(address, args=args), data)
    assert answer.status_code == status, answer.content.decode()[-3000:]
    return answer.content.decode()


def delivery(**more: Any) -> dict[str, Any]:
    return {
        "product_code": campaign.BIBP, "lot_number": "L9", "expires_on": "2022-05-01", "doses": "2", "codes": "",
        "release_number": "SP1",
    } | more  # fmt: skip


class TestDeliveries:
    def test_the_loggers_file_says_how_cold_it_was(self, keeper: Client, site: Site) -> None:
        log = SimpleUploadedFile("log.csv", LOG.format("6.0").encode("gb18030"))
        post(keeper, "stock_receive", site.pk, **delivery(log=log))
        row = Receipt.objects.unscoped(campaign.ALL).get()
        assert (row.lowest_celsius, row.highest_celsius, row.transport_minutes) == (Decimal("3.5"), 6, 90)
        assert row.decision == "accepted" and row.log_sha256
        answer = keeper.get(reverse("stock_delivery_file", args=[site.pk, row.pk, "log"]))
        assert answer.content == LOG.format("6.0").encode("gb18030")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert Entry.objects.filter(verb="stock.take_paper").count() == 1
        for which in ("release", "other"):  # no document came as a file
            assert (
                keeper.get(reverse("stock_delivery_file", args=[site.pk, row.pk, which])).status_code == 404
            )
        assert "3.50 – 6.00 °C" in get(keeper, "stock_delivery", site.pk, row.pk)
        assert "L9" in get(keeper, "stock_deliveries", site.pk)

    def test_typing_better_figures_beside_a_file_changes_nothing(self, keeper: Client, site: Site) -> None:
        log = SimpleUploadedFile("log.csv", LOG.format("11").encode())
        post(keeper, "stock_receive", site.pk, **delivery(log=log, lowest="3", highest="5"))
        row = Receipt.objects.unscoped(campaign.ALL).get()
        assert (row.decision, row.because, row.highest_celsius) == (
            "refused",
            ["temperature_out_of_range"],
            11,
        )
        assert kept() == {}

    def test_a_file_that_is_none(self, keeper: Client, site: Site) -> None:
        log = SimpleUploadedFile("log.csv", b"hello")
        shown = post(keeper, "stock_receive", site.pk, status=400, **delivery(log=log))
        assert "there is no heading with a time and a temperature" in shown

    def test_a_second_enter_brings_nothing(self, keeper: Client, site: Site, lot: Lot) -> None:
        """A delivery without codes, a write-off and a transfer, each sent twice as the browser shows it."""
        other = campaign.site("S2")
        cold = delivery(lowest="3", highest="5", once=str(uuid7()))
        post(keeper, "stock_receive", site.pk, **cold)
        assert "stock.written_before" in post(keeper, "stock_receive", site.pk, status=409, **cold)
        broken = {"what": "waste", "doses": "1", "cause": "broken", "once": str(uuid7())}
        post(keeper, "stock_lot", site.pk, lot.pk, **broken)
        assert "stock.written_before" in post(keeper, "stock_lot", site.pk, lot.pk, status=409, **broken)
        away = {"to_site": other.pk, "codes": "", f"doses_{lot.pk}": "1", "once": str(uuid7())}
        post(keeper, "stock_send", site.pk, **away)
        assert "stock.written_before" in post(keeper, "stock_send", site.pk, status=409, **away)
        assert sorted((key[2], doses) for key, doses in kept().items()) == [
            ("in_transit", 1),
            ("usable", 2),
            ("usable", 3),
        ]

    def test_codes_of_both_kinds_with_their_separator(self, keeper: Client, site: Site) -> None:
        mixed = [campaign.trace_code(700), f"01{GTIN}17220331" + "10L5\x1d21S1"]
        scanned = delivery(lowest="3", highest="5", lot_number="L5", doses="2", codes="\n".join(mixed))
        assert "stock.code_contradicts" in post(keeper, "stock_receive", site.pk, status=409, **scanned)
        scanned["codes"] = scanned["codes"].replace("17220331", "17220501")
        post(keeper, "stock_receive", site.pk, **scanned)
        assert Vial.objects.unscoped(campaign.ALL).filter(lot__number="L5").count() == 2

    def test_packs_that_were_counted_hold_the_doses(self, keeper: Client, site: Site) -> None:
        packs = delivery(lowest="3", highest="5", lot_number="L8", doses="3", packs_counted="9")
        assert "stock.packs_do_not_add_up" in post(keeper, "stock_receive", site.pk, status=400, **packs)
        assert 'name="once" value="' in get(keeper, "stock_receive", site.pk)

    def test_why_and_deciding_otherwise(self, keeper: Client, officer: Client, site: Site) -> None:
        post(keeper, "stock_receive", site.pk, **delivery(release_number="", lowest="3", highest="5"))
        row = Receipt.objects.unscoped(campaign.ALL).get()
        shown = get(keeper, "stock_delivery", site.pk, row.pk)
        assert "the lot-release document was not shown" in shown
        assert "articles 38 and 39" in shown
        assert "Decide otherwise" not in shown
        assert "Decide otherwise" in get(officer, "stock_delivery", site.pk, row.pk)
        decided = {"decision": "accepted", "reason": "the paper came"}
        post(keeper, "stock_decide_delivery", site.pk, row.pk, status=403, **decided)
        post(officer, "stock_decide_delivery", site.pk, row.pk, status=400, decision="accepted", reason="")
        post(officer, "stock_decide_delivery", site.pk, row.pk, **decided)
        assert "the paper came" in get(keeper, "stock_delivery", site.pk, row.pk)


class TestTransfers:
    def test_there_and_confirmed(self, keeper: Client, site: Site, lot: Lot) -> None:
        other = campaign.site("S2")
        shown = get(keeper, "stock_send", site.pk, query=f"?product={campaign.BIBP}&doses=3")
        assert f'name="doses_{lot.pk}" inputmode="numeric" value="3"' in shown
        field = f"doses_{lot.pk}"
        post(keeper, "stock_send", site.pk, status=409, to_site=other.pk, codes="", **{field: "9"})
        post(keeper, "stock_send", site.pk, status=400, to_site=other.pk, codes="", **{field: "two"})
        post(keeper, "stock_send", site.pk, to_site=other.pk, codes="", **{field: "3"})
        sent = Transfer.objects.unscoped(campaign.ALL).get()
        assert "Call back" in get(keeper, "stock_transfer", site.pk, sent.pk)
        assert "Confirm what arrived" in get(keeper, "stock_transfer", other.pk, sent.pk)
        assert "接种点S2" in get(keeper, "stock_transfers", site.pk)
        assert "transfer is on its way" in get(keeper, "today")
        asked = {"lowest": "3", "highest": "5", field: "2"}
        assert "2 found" in post(keeper, "stock_arrive", other.pk, sent.pk, status=409, **asked)
        post(keeper, "stock_arrive", other.pk, sent.pk, **asked, **{f"because_{lot.pk}": "one broke"})
        assert kept() == {(site.pk, lot.pk, "usable"): 2, (other.pk, lot.pk, "usable"): 2}
        assert "one broke" in get(keeper, "stock_transfer", other.pk, sent.pk)

    def test_called_back(self, keeper: Client, site: Site, lot: Lot) -> None:
        other = campaign.site("S2")
        sent = transfers.send(by=KEEPER, site_id=site.pk, to_site_id=other.pk, doses={lot.pk: 1})
        post(keeper, "stock_call_back", site.pk, sent.pk, status=400, reason="")
        post(keeper, "stock_call_back", site.pk, sent.pk, reason="wrong address")
        assert "wrong address" in get(keeper, "stock_transfer", site.pk, sent.pk)
        assert get(keeper, "stock_transfer", site.pk, lot.pk, status=404)


class TestColdChain:
    def test_from_a_reading_to_the_decision_on_one_screen(
        self, keeper: Client, officer: Client, site: Site, lot: Lot, fridge: Fridge
    ) -> None:
        take(site, 1)
        read = {"celsius": "10.5", "read_at": "2021-05-19T11:30"}
        post(keeper, "stock_reading", site.pk, fridge.pk, **read)
        post(keeper, "stock_reading", site.pk, fridge.pk, status=409, **read)
        post(keeper, "stock_reading", site.pk, fridge.pk, status=400, celsius="warm")
        row = Excursion.objects.unscoped(campaign.ALL).get()
        assert "Out of range" in get(keeper, "stock_fridges", site.pk)
        assert "1 lot on hold" in get(keeper, "stock_excursions")
        shown = get(officer, "stock_excursion", row.pk)
        assert "People to call" in shown
        assert "Release: it may be given again" in shown
        assert "Release: it may be given again" not in get(keeper, "stock_excursion", row.pk)
        assert "on hold after an excursion" in get(officer, "today")
        decided = {"decision": "release", "reason": "the maker says it keeps"}
        post(keeper, "stock_decide_excursion", row.pk, site.pk, lot.pk, status=403, **decided)
        post(
            officer,
            "stock_decide_excursion",
            row.pk,
            site.pk,
            lot.pk,
            status=400,
            decision="release",
            reason="",
        )
        post(officer, "stock_decide_excursion", row.pk, site.pk, lot.pk, **decided)
        assert ExcursionLot.objects.unscoped(campaign.ALL).get().state == "released"
        assert "the maker says it keeps" in get(officer, "stock_excursion", row.pk)

    def test_a_loggers_file(self, keeper: Client, site: Site, fridge: Fridge) -> None:
        file = SimpleUploadedFile("a.csv", (LOG.format("6") + "x\n").encode())
        shown = post(keeper, "stock_logger", site.pk, fridge.pk, status=200, file=file)
        assert "2 readings are new, 0 were known." in shown
        assert "taken as Beijing time" in shown
        assert "1 line could not be read" in shown
        assert Reading.objects.unscoped(campaign.ALL).count() == 2
        wrong = SimpleUploadedFile("a.csv", b"hello")
        assert "CSV" in post(keeper, "stock_logger", site.pk, fridge.pk, status=400, file=wrong)
        post(keeper, "stock_logger", site.pk, fridge.pk, status=400)

    def test_fridges(self, keeper: Client, site: Site, lot: Lot) -> None:
        new = {"name": "2号冰箱", "kind": "fridge", "lowest": "2", "highest": "8"}
        post(keeper, "stock_add_fridge", site.pk, **new)
        assert "already" in post(keeper, "stock_add_fridge", site.pk, status=400, **new)
        row = Fridge.objects.unscoped(campaign.ALL).get()
        assert "Nobody has written down what lies in it" in get(keeper, "stock_fridge", site.pk, row.pk)
        post(keeper, "stock_put_into", site.pk, row.pk, lot=str(lot.pk))
        assert "Nobody has written down" not in get(keeper, "stock_fridge", site.pk, row.pk)


class TestTracing:
    def test_forward_and_backward_from_a_code(self, keeper: Client, site: Site, lot: Lot) -> None:
        take(site, 1)
        shown = get(keeper, "stock_trace", query=f"?code={campaign.trace_code(1)}")
        assert "L1" in shown
        assert "1 dose was given; your role does not show to whom." in shown
        assert "Nothing on record" in get(keeper, "stock_trace", query="?code=81234567000000000099")
        assert "Nothing on record" in get(keeper, "stock_trace", query="?code=%20%3F%20")
        assert "Trace" in get(keeper, "stock_trace")

    def test_a_lot_and_suspending_it(self, keeper: Client, site: Site, lot: Lot) -> None:
        take(site, 1)
        assert "Who had it (1 dose)" in get(keeper, "stock_lot_trace", lot.pk)
        assert "more dose went to somebody" in get(keeper, "stock_lot_people", lot.pk)
        unfilled = post(keeper, "stock_suspend", lot.pk, status=400, decision="suspend", reason="")
        assert "bad_input" in unfilled and "Not filled in rightly yet: Reason." in unfilled
        post(keeper, "stock_suspend", lot.pk, decision="suspend", reason="complaint")
        assert "complaint" in get(keeper, "stock_lot_trace", lot.pk)
        lot.refresh_from_db()
        assert lot.suspended_by == "store_keeper"
        post(keeper, "stock_suspend", lot.pk, decision="resume", reason="cleared")
        lot.refresh_from_db()
        assert lot.suspended_at is None


class TestDays:
    def test_counted_and_closed(self, keeper: Client, site: Site, lot: Lot) -> None:
        take(site, 1)
        for on in ("tomorrow", str(clock.today() + timedelta(days=1))):
            post(keeper, "stock_close_day", site.pk, status=400, on=on, **{f"doses_{lot.pk}": "4"})
        assert "Close the day" in get(keeper, "stock_day", site.pk)
        post(keeper, "stock_close_day", site.pk, status=400)
        field = {f"doses_{lot.pk}": "3"}
        shown = post(keeper, "stock_close_day", site.pk, status=409, **field)
        assert "4 doses were expected and 3 found" in shown
        assert f'name="doses_{lot.pk}" inputmode="numeric" value="3"' in shown
        post(keeper, "stock_close_day", site.pk, **field, **{f"because_{lot.pk}": "dropped"})
        assert ClosedDay.objects.unscoped(campaign.ALL).get().on == campaign.TODAY
        shown = get(keeper, "stock_day", site.pk)
        assert "dropped" in shown and "Close the day" not in shown
        again = {"on": str(campaign.TODAY), "reason": "a bus came late"}
        post(keeper, "stock_reopen_day", site.pk, status=400, **(again | {"reason": " "}))
        yesterday = again | {"on": str(campaign.TODAY - timedelta(days=1))}
        assert "stock.not_to_be_reopened" in post(
            keeper, "stock_reopen_day", site.pk, status=409, **yesterday
        )
        post(keeper, "stock_reopen_day", site.pk, **again)
        take(site, 2)
        post(keeper, "stock_close_day", site.pk, **{f"doses_{lot.pk}": "2"})
        line = DayLine.objects.unscoped(campaign.ALL).get()
        assert (line.opening, line.given, line.found, line.closing) == (5, 2, -1, 2)
        assert Entry.objects.get(verb="stock.reopen_day").facts["lines"][str(lot.pk)][-1] == 3
        assert "L1" in get(keeper, "stock_count_sheet", site.pk)

    def test_opened_vials_are_discarded_here(self, keeper: Client, site: Site) -> None:
        campaign.lot(site, doses=2, per_vial=2)
        take(site, 1)
        assert "1 dose left" in get(keeper, "stock_day", site.pk)
        post(keeper, "stock_discard", site.pk, code=campaign.trace_code(1))
        post(keeper, "stock_discard", site.pk, status=409, code=campaign.trace_code(1))
        assert "Opened vials" not in get(keeper, "stock_day", site.pk)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_in_both_languages(
    keeper: Client, officer: Client, site: Site, lot: Lot, fridge: Fridge, language: str
) -> None:
    other = campaign.site("S2")
    cold_chain.write_reading(by=KEEPER, site_id=site.pk, fridge_id=fridge.pk, celsius=Decimal(9))
    second = campaign.lot(site, number="L2", first=50)
    sent = transfers.send(by=KEEPER, site_id=site.pk, to_site_id=other.pk, doses={second.pk: 1})
    actions.waste(by=KEEPER, site_id=site.pk, lot_id=second.pk, doses=1, cause="broken")
    excursion = Excursion.objects.unscoped(campaign.ALL).get()
    receipt = Receipt.objects.unscoped(campaign.ALL).first()
    assert receipt is not None
    pages: list[tuple[str, tuple[Any, ...]]] = [
        ("stock", ()), ("stock_trace", ()), ("stock_lot_trace", (lot.pk,)), ("stock_lot_people", (lot.pk,)),
        ("stock_excursions", ()), ("stock_excursion", (excursion.pk,)), ("stock_site", (site.pk,)),
        ("stock_receive", (site.pk,)), ("stock_deliveries", (site.pk,)), ("stock_delivery", (site.pk, receipt.pk)),
        ("stock_lot", (site.pk, lot.pk)), ("stock_transfers", (site.pk,)), ("stock_send", (site.pk,)),
        ("stock_transfer", (site.pk, sent.pk)), ("stock_transfer", (other.pk, sent.pk)), ("stock_fridges", (site.pk,)),
        ("stock_add_fridge", (site.pk,)), ("stock_fridge", (site.pk, fridge.pk)), ("stock_day", (site.pk,)),
        ("stock_count_sheet", (site.pk,)),
    ]  # fmt: skip
    for name, args in pages:
        for client in (keeper, officer):
            client.cookies["yingjie_language"] = language
            gate = (
                403
                if client is officer
                and name in ("stock_receive", "stock_lot", "stock_send", "stock_add_fridge")
                else 200
            )
            assert 'style="' not in get(client, name, *args, status=gate)
