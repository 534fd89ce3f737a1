"""Tickets of the day, and people who stand by."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.modules import campaign
from tests.modules.bookings.conftest import DESK, LEAD, MORNING, open_session, people, slots_of
from yingjie.areas.models import Area
from yingjie.bookings import actions, refusals, ticket_actions, ticket_queries
from yingjie.bookings.models import Booking, Session, Standby, Ticket
from yingjie.foundation import clock
from yingjie.foundation.refusals import NotFound
from yingjie.sites.models import Site
from yingjie.stock import actions as stock
from yingjie.stock.models import Lot


def give(site: Site, person: object) -> Ticket:
    return ticket_actions.give_ticket(by=DESK, site_id=site.pk, person_id=person.pk)  # type: ignore[attr-defined]


def test_numbers_are_given_in_order_and_take_a_seat(session: Session, site: Site) -> None:
    own = people(4)
    with clock.at(MORNING):
        assert [give(site, person).number for person in own] == [1, 2, 3, 4]
        assert [slot.taken for slot in slots_of(session)] == [3, 1, 0, 0]
        state = ticket_queries.ticket_state(DESK, site.pk)
        assert (state.given, state.called, state.left) == (4, 0, 8)


def test_one_person_one_number(session: Session, site: Site) -> None:
    (person,) = people(1)
    with clock.at(MORNING):
        give(site, person)
        with pytest.raises(refusals.HasTicket) as refused:
            give(site, person)
    assert refused.value.facts["number"] == 1
    assert slots_of(session)[0].taken == 1


def test_no_more_numbers_than_seats(site: Site) -> None:
    open_session(site, seats=1, minutes=60)
    *own, late = people(3)
    with clock.at(MORNING):
        for person in own:
            give(site, person)
        with pytest.raises(refusals.NoTickets) as refused:
            give(site, late)
        state = ticket_queries.ticket_state(DESK, site.pk)
    assert refused.value.facts == {"why": refusals.NO_SEAT}
    assert (state.left, state.seats_left, state.doses_left) == (0, 0, 48)
    assert Ticket.objects.unscoped(campaign.ALL).count() == 2


def test_no_more_numbers_than_doses(site: Site) -> None:
    stock.hold(by=LEAD, site_id=site.pk, lot_id=Lot.objects.get(number="L1").pk, doses=49, reason="fridge")
    open_session(site)
    own, late = people(2)
    with clock.at(MORNING):
        give(site, own)
        with pytest.raises(refusals.NoTickets) as refused:
            give(site, late)
    assert refused.value.facts == {"why": refusals.NO_DOSE}


def test_whoever_has_a_place_gets_a_number_for_it(session: Session, site: Site) -> None:
    (person,) = people(1)
    booking_id = actions.book(by=DESK, person_id=person.pk, slot_id=slots_of(session)[1].pk)
    with clock.at(MORNING):
        assert give(site, person).booking_id == booking_id
        assert [slot.taken for slot in slots_of(session)] == [0, 1, 0, 0]
        came = actions.arrive(by=DESK, site_id=site.pk, person_id=person.pk)
    assert (came.kind, came.ticket) == ("as_booked", 1)
    assert Ticket.objects.unscoped(campaign.ALL).get().state == "used"


def test_numbers_are_called_one_by_one_or_in_batches(session: Session, site: Site) -> None:
    own = people(4)
    with clock.at(MORNING):
        for person in own:
            give(site, person)
        assert ticket_actions.call(by=DESK, site_id=site.pk) == [1]
        assert ticket_actions.call(by=DESK, site_id=site.pk, how_many=10) == [2, 3, 4]
        with pytest.raises(refusals.NobodyWaits):
            ticket_actions.call(by=DESK, site_id=site.pk)


def test_a_number_given_up_frees_the_seat(session: Session, site: Site) -> None:
    (person,) = people(1)
    with clock.at(MORNING):
        ticket = give(site, person)
        ticket_actions.give_up_ticket(by=DESK, ticket_id=ticket.pk)
        assert slots_of(session)[0].taken == 0
        assert give(site, person).number == 2
    states = Booking.objects.unscoped(campaign.ALL).values_list("state", flat=True)
    assert sorted(states) == ["booked", "cancelled"]


def test_a_place_not_kept_becomes_a_ticket(site: Site) -> None:
    session = open_session(site, seats=1, minutes=60)
    kept, missing, waiting = people(3)
    for person, slot in zip((missing, kept), slots_of(session), strict=True):
        actions.book(by=DESK, person_id=person.pk, slot_id=slot.pk)
    with clock.at(MORNING + timedelta(minutes=20)), pytest.raises(refusals.NoTickets):
        give(site, waiting)
    with clock.at(MORNING + timedelta(minutes=40)):
        assert give(site, waiting).number == 1


def test_whoever_comes_late_on_a_ticket_has_one_seat(session: Session, site: Site) -> None:
    (late,) = people(1)
    actions.book(by=DESK, person_id=late.pk, slot_id=slots_of(session)[0].pk)
    with clock.at(MORNING + timedelta(minutes=50)):
        assert give(site, late).number == 1
        actions.arrive(by=DESK, site_id=site.pk, person_id=late.pk)
    session.refresh_from_db()
    assert sorted(row.state for row in Booking.objects.unscoped(campaign.ALL)) == ["attended", "moved"]
    assert (session.taken, sum(slot.taken for slot in slots_of(session)), session.places) == (1, 1, 10)


def test_the_nearest_to_whom_a_dose_is_due_are_called(session: Session, site: Site) -> None:
    booked, eldest = people(2)
    young = campaign.person(7, birth_on=date(1980, 1, 1))
    campaign.person(9, birth_on=date(2020, 1, 1), name="幼儿")
    actions.book(by=DESK, person_id=booked.pk, slot_id=slots_of(session)[0].pk)
    found = ticket_queries.nearest(DESK, site.pk, [campaign.BIBP])
    assert [row.person_id for row in found] == [eldest.pk, young.pk]
    assert [row.person_id for row in ticket_queries.nearest(DESK, site.pk, [campaign.BIBP], most=1)] == [
        eldest.pk
    ]


def test_nobody_of_a_neighbouring_township_is_called(session: Session, site: Site) -> None:
    """However many doses are left: the next township's people are no matter of this desk, not even with their id at hand."""
    Area.objects.create(code="110117002", name="兴谷街道", level="town", parent_id="110117", pinyin="xinggu")
    Area.objects.create(
        code="110117002001", name="丙村", level="village", parent_id="110117002", pinyin="bing"
    )
    theirs, ours = campaign.person(5, area="110117002001", name="端木婉清"), campaign.person(7)
    found = ticket_queries.nearest(DESK, site.pk, [campaign.BIBP], most=100)
    assert [row.person_id for row in found] == [ours.pk]
    with pytest.raises(NotFound):
        ticket_actions.stand_by(by=DESK, site_id=site.pk, person_id=theirs.pk, asked=False)
    assert Standby.objects.unscoped(campaign.ALL).count() == 0
    assert (
        ticket_actions.stand_by(by=DESK, site_id=site.pk, person_id=theirs.pk).state == "waiting"
    )  # who came asks


def test_standing_by(session: Session, site: Site) -> None:
    (person,) = people(1)
    row = ticket_actions.stand_by(by=DESK, site_id=site.pk, person_id=person.pk)
    with pytest.raises(refusals.StandsByAlready):
        ticket_actions.stand_by(by=DESK, site_id=site.pk, person_id=person.pk)
    ticket_actions.answer_standby(by=DESK, standby_id=row.pk, step="call")
    ticket_actions.answer_standby(by=DESK, standby_id=row.pk, step="come")
    with pytest.raises(refusals.NobodyWaits):
        ticket_actions.answer_standby(by=DESK, standby_id=row.pk, step="decline")
    assert Standby.objects.unscoped(campaign.ALL).get().state == "came"
    (shown,) = ticket_queries.standing_by(DESK, site.pk)
    assert (shown.person_id, shown.dose) == (person.pk, 1)


def test_nobody_stands_by_to_whom_nothing_is_due(session: Session, site: Site) -> None:
    child = campaign.person(9, birth_on=date(2020, 1, 1), name="幼儿")
    with pytest.raises(refusals.NotDueThen):
        ticket_actions.stand_by(by=DESK, site_id=site.pk, person_id=child.pk)
    assert Standby.objects.unscoped(campaign.ALL).count() == 0
