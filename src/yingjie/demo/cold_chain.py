"""The demo county's cold chain: fridges with their readings, vaccine on its way, days that were closed, and one excursion.

The story: the night before last the power failed at the second site. Its logger was read just now: 12.6 °C for two
hours. The lots that lay there are on hold, one of them was released by the health officer meanwhile, the other waits for a
decision, and the people who had a dose of it since stand on one screen. All through the product's own actions.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from yingjie.demo import accounts, timeline
from yingjie.demo.history import ZONE, Campaign, DemoSite
from yingjie.demo.supply import PRODUCTS, lot_of
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.sites.queries import sites as sites_of
from yingjie.stock import actions as stock
from yingjie.stock import cold_chain, cold_queries, day_close, fridges, queries, transfers
from yingjie.stock.receipts import Transport
from yingjie.stock.transfers import Counted

DAYS = 10
LOGGER_MINUTES = 30
CLOSED_DAYS = 3
MORNING, AFTERNOON = time(8, 5), time(16, 20)
OUTAGE_FROM, OUTAGE_UNTIL = time(20, 40), time(22, 40)


def leave(*, by: Actor, told: Campaign, now: datetime) -> None:
    """Write all of it; the campaign's facts stand in the database already."""
    places = {site.code: site.id for site in sites_of(by)}
    keeper = accounts.actor(told, "store")
    store = timeline.store_of(told)
    for nth, site in enumerate((store, *told.sites)):
        _fridges(keeper, told, now, site, places[site.code], with_logger=nth in (0, 2))
    _transfers(keeper, told, now, places[store.code], places[told.sites[0].code])
    _quarantine(keeper, told, now, places[store.code])
    for site in told.sites:
        _closed_days(keeper, told, places[site.code])
    if len(told.sites) > 1:
        _decided(told, now, places[told.sites[1].code])


def _fridges(
    keeper: Actor, told: Campaign, now: datetime, site: DemoSite, site_id: UUID, *, with_logger: bool
) -> None:
    """One fridge a site (the store: a cold room), with what lies in it and its readings of the last days."""
    began = now - timedelta(days=DAYS)
    is_store = site.kind == "store"
    with clock.at(began):
        fridge = fridges.add(
            by=keeper, site_id=site_id, name="冷库" if is_store else "1号冰箱", kind="cold_room" if is_store else "fridge",
            has_logger=with_logger,
        )  # fmt: skip
        for row in queries.balances(keeper, site_id):
            fridges.put_into(by=keeper, site_id=site_id, fridge_id=fridge.pk, lot_id=row.lot_id)
    chance = Random(f"{told.county.seed}:{site.code}:cold")
    if with_logger:
        is_second = len(told.sites) > 1 and site.code == told.sites[1].code
        content = _logger_file(chance, told, now, has_outage=is_second)
        with clock.at(now - timedelta(minutes=2)):
            cold_chain.read_file(by=keeper, site_id=site_id, fridge_id=fridge.pk, content=content)
        return
    for back in range(DAYS, -1, -1):
        on = told.county.today - timedelta(days=back)
        for hour in (MORNING, AFTERNOON):
            moment = datetime.combine(on, hour, ZONE)
            forgotten = back == 4 and hour == AFTERNOON
            if began < moment <= now and not forgotten:
                with clock.at(moment):
                    cold_chain.write_reading(
                        by=keeper, site_id=site_id, fridge_id=fridge.pk, celsius=_usual(chance)
                    )


def _logger_file(chance: Random, told: Campaign, now: datetime, *, has_outage: bool) -> bytes:
    """What a logger exports: half-hourly readings of the last days, in the words and the encoding of its maker."""
    on = told.county.today - timedelta(days=2)
    dark = (datetime.combine(on, OUTAGE_FROM, ZONE), datetime.combine(on, OUTAGE_UNTIL, ZONE))
    moment = (now - timedelta(days=DAYS)).astimezone(ZONE).replace(minute=0, second=0, microsecond=0)
    lines = ["设备编号,DEMO-0001", "序号,记录时间,温度(℃),湿度(%RH)"]
    while moment <= now - timedelta(minutes=5):
        celsius = _usual(chance)
        if has_outage and dark[0] <= moment <= dark[1]:
            celsius = Decimal("12.6") - Decimal(abs((moment - dark[0]).seconds - 3600)) / 1800
        lines.append(f"{len(lines) - 1},{moment:%Y-%m-%d %H:%M:%S},{celsius:.1f},{chance.randrange(45, 65)}")
        moment += timedelta(minutes=LOGGER_MINUTES)
    return "\n".join(lines).encode("gb18030")


def _usual(chance: Random) -> Decimal:
    return Decimal(chance.randrange(38, 58)) / 10


def _transfers(keeper: Actor, told: Campaign, now: datetime, store: UUID, site: UUID) -> None:
    """Yesterday's van came one dose short; today's is on its way."""
    rows = [row for row in queries.balances(keeper, store) if row.usable >= 80]
    if not rows:
        return
    lot = rows[-1].lot_id
    with clock.at(now - timedelta(days=1, hours=2)):
        sent = transfers.send(
            by=keeper,
            site_id=store,
            to_site_id=site,
            doses={lot: 40},
            carrier="冷藏车 01",
            celsius_leaving=Decimal("4.1"),
        )
    with clock.at(now - timedelta(days=1, hours=1)):
        transfers.arrive(
            by=keeper, site_id=site, transfer_id=sent.pk, transport=Transport(Decimal("3.9"), Decimal("5.4"), 55),
            counted={lot: Counted(39, "1 剂瓶身破裂，双方当面核对")},
        )  # fmt: skip
    with clock.at(now - timedelta(minutes=40)):
        transfers.send(
            by=keeper,
            site_id=store,
            to_site_id=site,
            doses={lot: 40},
            carrier="冷藏车 01",
            celsius_leaving=Decimal("4.3"),
        )


def _quarantine(keeper: Actor, told: Campaign, now: datetime, store: UUID) -> None:
    """A delivery of this morning whose lot-release document has not come yet."""
    day = (told.county.today - told.began_on).days
    lot = lot_of(0, day + 9, told.began_on)
    with clock.at(now - timedelta(minutes=75)):
        stock.receive(
            by=keeper, site_id=store, product_code=PRODUCTS[0].code, lot_number=lot.number, expires_on=lot.expires_on,
            doses=200, packs_counted=200,
            transport=Transport(Decimal("3.2"), Decimal("6.1"), 140, supplier="市疾控中心（虚构）", carrier="冷藏车"),
        )  # fmt: skip


def _closed_days(keeper: Actor, told: Campaign, site_id: UUID) -> None:
    """The last days but yesterday, which somebody still has to close."""
    for back in range(CLOSED_DAYS + 1, 1, -1):
        on = told.county.today - timedelta(days=back)
        with clock.at(datetime.combine(on + timedelta(days=1), time(0, 30), ZONE)):
            lines = day_close.day_of_site(keeper, site_id, on).lines
            counted = {line.lot_id: Counted(line.closing) for line in lines}
            day_close.close(by=keeper, site_id=site_id, counted=counted, on=on)


def _decided(told: Campaign, now: datetime, site_id: UUID) -> None:
    """The health officer released the first of the lots; the last one is left for the visitor."""
    officer = accounts.actor(told, "health")
    for row in cold_queries.excursions_of(officer, site_id):
        lots = cold_queries.excursion(officer, row.id).lots
        for each in lots[:-1]:
            with clock.at(now - timedelta(minutes=1)):
                cold_chain.decide(
                    by=officer, site_id=each.site_id, excursion_id=row.id, lot_id=each.lot.id, step="release",
                    reason="厂家稳定性资料支持短时 13 °C 以下，市疾控复核同意（演示）",
                )  # fmt: skip
