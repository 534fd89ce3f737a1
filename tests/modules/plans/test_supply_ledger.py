"""Doses over sites against the ledger: every dose and every person counted once, recounted in SQL and day by day; moves applied for
real, twice, and after the stock changed."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.modules import campaign
from tests.modules.plans.conftest import LEAD, TOMORROW, slots_of
from vaxkit.allocation.supply import Demand, SiteSupply
from yingjie.bookings import actions as bookings
from yingjie.bookings import session_actions
from yingjie.bookings.models import Session
from yingjie.foundation import clock
from yingjie.foundation.jobs.models import Job
from yingjie.foundation.refusals import BadInput, NotFound
from yingjie.people.models import Person
from yingjie.plans import refusals, supply_actions, supply_facts
from yingjie.plans.supply_planning import ByHand, planned
from yingjie.plans.ways import Ways
from yingjie.sites.models import Site
from yingjie.sites.queries import SiteRow
from yingjie.stock import actions as stock
from yingjie.stock import coming, transfers
from yingjie.stock.models import Lot
from yingjie.stock.refusals import NotEnough

KEEPER = campaign.actor("store_keeper", "110117")
NINE = campaign.TODAY + timedelta(days=9)


def lot_of(at: Site, number: str, doses: int, until: date) -> Lot:
    with clock.at(campaign.NOON - timedelta(days=2)):
        return stock.receive(
            by=campaign.maker, site_id=at.pk, product_code=campaign.BIBP, lot_number=number, expires_on=until, doses=doses,
            codes=[], transport=campaign.COLD,
        ).lot  # fmt: skip


def test_every_dose_and_every_person_counts_once(session: Session, site: Site) -> None:
    """Fifty doses at the clinic: three put aside, four sent off, one for whoever comes today; a lot of tomorrow; one on its
    way, and one that was suspended then. Seven people are due: one comes today, two tomorrow, the others have no place."""
    other = campaign.site("S2", hours="08:00–17:00", area_code=campaign.OTHER_VILLAGE)
    store = campaign.site("T1", kind="store", area_code="110117")
    (first_lot,) = Lot.objects.all()
    stock.hold(by=campaign.maker, site_id=site.pk, lot_id=first_lot.pk, doses=3, reason="看一看")
    soon = lot_of(site, "SOON", 5, TOMORROW)
    way, bad = lot_of(store, "WAY", 20, NINE), lot_of(store, "BAD", 20, NINE)
    sent = {
        lot: transfers.send(by=campaign.maker, site_id=store.pk, to_site_id=site.pk, doses={lot.pk: 6})
        for lot in (way, bad)
    }
    transfers.send(by=campaign.maker, site_id=site.pk, to_site_id=other.pk, doses={first_lot.pk: 4})
    stock.suspend_lot(by=campaign.maker, lot_id=bad.pk, reason="上级通知")
    people = [campaign.person(serial) for serial in range(1, 8)]
    Person.objects.unscoped(campaign.ALL).filter(pk=people[6].pk).update(
        mobility="bedridden"
    )  # visited at home, with a dose
    today = session_actions.open_session(
        by=LEAD, site_id=site.pk, from_at=campaign.NOON + timedelta(hours=2), until_at=campaign.NOON + timedelta(hours=3),
        products=[campaign.BIBP], minutes=30, seats=3, offline_percent=0,
    )  # fmt: skip
    for person, slot in zip(people, (slots_of(today)[0], *slots_of(session)[:2]), strict=False):
        bookings.book(by=campaign.actor("registrar"), person_id=person.pk, slot_id=slot.pk)
    found = supply_facts.facts("110117", TOMORROW, 14)
    here = next(each for each in found.supplies if each.id == site.name)
    held = {(batch.lot, batch.arrives_on): (batch.doses, batch.expires_on) for batch in here.batches}
    assert held == {
        (str(soon.pk), None): (4, TOMORROW), (str(first_lot.pk), None): (43, campaign.EXPIRY), ("", TOMORROW): (6, NINE),
    }  # fmt: skip
    wanted = {(each.id, code): demand for each in found.supplies for code, demand in each.demand.items()}
    assert sum(demand.doses for demand in wanted.values()) == 6
    assert (
        wanted[site.name, campaign.BIBP].first[TOMORROW] >= 2 and wanted[site.name, campaign.BIBP].due == {}
    )
    assert _in_sql(site.pk) == (43 + 5, 6, 2, 1)
    assert [lot.number for lot in found.lots[store.name]] == ["WAY"] and sent[bad].pk
    made = supply_actions.compute(
        by=KEEPER, plan_id=supply_actions.ask(by=KEEPER, area_code="110117", later=False).pk
    )
    row = next(each for each in made.told["rows"] if each["site"] == site.name)
    assert (row["left"], row["expired"]) == _by_hand(
        [(4, 0), (6, 9 - 1), (43, 999)], here.demand[campaign.BIBP].first, 14
    )
    kept = next(each for each in made.told["rows"] if each["site"] == store.name)
    assert (
        kept["left"][0] == 14 and sum(kept["expired"]) == 14
    )  # what nobody can use before it expires is seen at the store


def _in_sql(site_id: UUID) -> tuple[int, int, int, int]:
    """Usable doses, doses on their way that will be let in, places of the days to come, places of today."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT (SELECT coalesce(sum(b.doses), 0) FROM stock_balance b JOIN stock_lot l ON l.id = b.lot_id
                       WHERE b.site_id = %(site)s AND b.state = 'usable' AND l.suspended_at IS NULL AND l.expires_on >= %(first)s),
                      (SELECT coalesce(sum(x.doses_sent), 0) FROM stock_transferline x JOIN stock_transfer t ON t.id = x.transfer_id
                       JOIN stock_lot l ON l.id = x.lot_id
                       WHERE t.to_site_id = %(site)s AND t.state = 'sent' AND l.suspended_at IS NULL),
                      (SELECT count(*) FROM bookings_booking WHERE site_id = %(site)s AND state = 'booked' AND "on" >= %(first)s),
                      (SELECT count(*) FROM bookings_booking WHERE site_id = %(site)s AND state = 'booked' AND "on" < %(first)s)""",
            {"site": site_id, "first": TOMORROW},
        )
        found: tuple[int, int, int, int] = cursor.fetchone()
    return found


def _by_hand(lots: list[tuple[int, int]], people: dict[date, int], days: int) -> tuple[list[int], list[int]]:
    """Doses left and expired by day; lots are (doses, days until the last of use)."""
    held, waiting = [list(lot) for lot in lots], 0
    left, lost = [], []
    for day in range(days):
        waiting += people.get(TOMORROW + timedelta(days=day), 0)
        for lot in held:
            given = min(lot[0], waiting) if lot[1] >= day else 0
            lot[0], waiting = lot[0] - given, waiting - given
        lost.append(sum(lot[0] for lot in held if lot[1] == day))
        left.append(sum(lot[0] for lot in held if lot[1] > day))
    return left, lost


def test_a_share_is_set_by_hand_and_sent_once(client: Client, site: Site) -> None:
    """Two clinics want what one store has: the rule deals it, a hand sets one of them, the keeper sends it, and no plan of before
    sends the same doses again."""
    other = campaign.site("S2", hours="08:00–17:00", area_code=campaign.OTHER_VILLAGE)
    store = campaign.site("T1", kind="store", area_code="110117")
    lot = lot_of(store, "L9", 20, NINE)
    asked = supply_actions.ask(by=KEEPER, area_code="110117", later=False)
    made = supply_actions.compute(by=KEEPER, plan_id=asked.pk)
    assert made.told["moves"] == [] and made.told["lots"] == [
        [store.name, str(lot.pk), "L9", campaign.BIBP, 20, 1]
    ]
    share = {"by": KEEPER, "plan_id": made.pk, "store": store.name, "lot_id": str(lot.pk)}
    for wrong in ({"site": "S9"}, {"site": store.name}):
        with pytest.raises(NotFound):
            supply_actions.set_share(**share, **wrong, doses=5)
    with pytest.raises(BadInput):
        supply_actions.set_share(**share, site=other.name, doses=21)
    campaign.sign_in(client, "store_keeper", "110117")
    page, again = (reverse(name, args=[made.pk]) for name in ("plans_supply_plan", "plans_supply_again"))
    assert (
        client.post(again, {"lot": f"{lot.pk}|{store.name}", "site": other.name, "doses": "x"}).status_code
        == 400
    )
    assert (
        client.post(again, {"lot": f"{lot.pk}|{store.name}", "site": other.name, "doses": "12"}).status_code
        == 302
    )
    job = Job.objects.order_by("-created_at").first()
    assert job.arguments["by_hand"] == [[store.name, str(lot.pk), other.name, 12]]
    made.refresh_from_db()
    stands = supply_actions.set_by_hand(made)
    job.state = "done"
    job.save()
    made = supply_actions.compute(by=KEEPER, plan_id=made.pk, by_hand=stands)
    (move,) = made.told["moves"]
    assert (move["to"], move["doses"], made.told["by_hand"]) == (other.name, 12, job.arguments["by_hand"])
    assert "由人工定" in move["because"]["zh"] and "由人工定" in client.get(page).content.decode()
    with clock.at(campaign.NOON + timedelta(minutes=5)):
        other_plan = supply_actions.ask(by=KEEPER, area_code="110117", later=False)
    assert other_plan.pk != made.pk
    supply_actions.compute(by=KEEPER, plan_id=other_plan.pk, by_hand=stands)
    sent = supply_actions.send(by=campaign.maker, plan_id=made.pk, number=0)
    with pytest.raises(refusals.NotReady):
        supply_actions.send(by=campaign.maker, plan_id=made.pk, number=0)
    with pytest.raises(refusals.DosesLeftSince):
        supply_actions.send(by=campaign.maker, plan_id=other_plan.pk, number=0)
    with pytest.raises(refusals.AlreadySent):
        supply_actions.set_share(**share, site=other.name, doses=None)
    (row,) = coming.transfers_of(campaign.maker, store.pk)
    assert (row.id, row.doses) == (sent, 12)
    transfers.call_back(by=campaign.maker, site_id=store.pk, transfer_id=sent, reason="车坏了")
    with pytest.raises(NotEnough):  # what came back is put aside first
        supply_actions.send(by=campaign.maker, plan_id=other_plan.pk, number=0)


def test_what_a_hand_gave_to_a_site_is_not_moved_on_by_the_rule() -> None:
    """The clinic has doses to spare, its neighbour none; the hand gives the clinic more all the same."""
    held = {"clinic": 40, "other": 0, "store": 20}
    lots = {
        name: tuple(supply_facts.Lot(UUID(int=1), "L1", "A", n, NINE, 1) for n in ([doses] if doses else []))
        for name, doses in held.items()
    }
    one, two, keeps = UUID(int=7), UUID(int=8), UUID(int=9)
    rows = {
        name: SiteRow(of, name, name, "clinic", campaign.TOWN, "", "", campaign.TODAY, None)
        for name, of in (("clinic", one), ("other", two), ("store", keeps))
    }
    capacity = {TOMORROW + timedelta(days=day): 50 for day in range(14)}
    wants = Demand(first={TOMORROW: 90})
    supplies = (
        SiteSupply("clinic", tuple(supply_facts.at_hand(lots["clinic"])), {}, 0, capacity),
        SiteSupply("other", (), {"A": wants}, 0, capacity),
    )
    facts = supply_facts.Facts(
        {name: rows[name] for name in ("clinic", "other")}, {"store": rows["store"]}, supplies, lots, {"A": "A"},
        Ways({one: campaign.TOWN, two: campaign.TOWN}),
    )  # fmt: skip

    def told(*by_hand: ByHand) -> list[tuple[str, str, int]]:
        moves = planned(facts, TOMORROW, 14, by_hand)["moves"]
        return [(move["from"], move["to"], move["doses"]) for move in moves]

    assert told() == [("store", "other", 20), ("clinic", "other", 40)]
    assert told(ByHand("store", str(UUID(int=1)), "clinic", 5)) == [
        ("store", "clinic", 5),
        ("store", "other", 15),
    ]


def test_whoever_may_have_one_of_two_is_counted_with_what_there_is() -> None:
    """Two doses of one at the clinic, two of the other in the store: nobody waits for the first while the second lies there."""

    def lots(*rows: tuple[str, int]) -> tuple[supply_facts.Lot, ...]:
        return tuple(
            supply_facts.Lot(UUID(int=nth), product, product, doses, NINE, 1)
            for nth, (product, doses) in enumerate(rows)
        )

    wanted = [
        supply_facts.Wanted("clinic", TOMORROW, is_first, products)
        for is_first, products in ((True, ("A", "B")),) * 5 + ((False, ("A",)),)
    ]
    found = supply_facts._demand(wanted, {"clinic": lots(("A", 2)), "store": lots(("B", 2))}, {"clinic": []})
    assert {code: (demand.due, demand.first) for code, demand in found["clinic"].items()} == {
        "A": ({TOMORROW: 1}, {TOMORROW: 3}), "B": ({}, {TOMORROW: 2}),
    }  # fmt: skip
