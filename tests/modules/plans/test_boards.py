"""A board of sessions: moved about with the effect at once, undone, applied whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.modules import campaign
from tests.modules.plans.conftest import COUNTY, LEAD, TOMORROW, TOWN, slots_of
from yingjie.bookings import actions as bookings
from yingjie.bookings import queries as booking_queries
from yingjie.bookings import session_actions
from yingjie.bookings.models import Booking, Session
from yingjie.foundation.refusals import BadInput, NotAllowed, NotFound
from yingjie.plans import board_actions, board_queries, board_screen, refusals
from yingjie.plans.board import effect, laid
from yingjie.plans.models import Board
from yingjie.sites.models import Site

LATER = TOMORROW + timedelta(days=1)
FACTS: dict[str, Any] = {
    "days": ["2021-06-01", "2021-06-02"],
    "sites": [{"id": "a", "name": "甲", "may": True}, {"id": "b", "name": "乙", "may": True}],
    "sessions": [
        {"id": "s", "site": "a", "on": "2021-06-01", "minute": 480, "ends": 600, "every": 30, "slots": 4, "seats": 5, "taken": 2,
         "products": ["x"], "kind": "ordinary", "title": "", "may": True},
    ],
    "demand": [
        {"village": "v", "earliest": "2021-06-01", "latest": "2021-06-01", "due": "2021-06-01", "weight": 1, "products": ["x"],
         "people": 30},
        {"village": "w", "earliest": "2021-06-01", "latest": "2021-06-02", "due": "2021-06-01", "weight": 1, "products": [],
         "people": 4},
    ],
    "doses": [{"site": "a", "product": "x", "doses": 12, "from": "2021-06-01", "until": "2021-12-01"},
              {"site": "b", "product": "x", "doses": 100, "from": "2021-06-01", "until": "2021-12-01"}],
    "ways": {"v": {"a": 1.0, "b": 4.0}, "w": {"a": 2.0, "b": 2.0}},
    "desks": {"a": {"registration": 1}, "b": {}},
    "turns": {"registration": [2.0, 1.0], "screening": [2.0, 1.0], "vaccination": [2.0, 1.0]},
    "usual": {"registration": 2, "screening": 1, "vaccination": 2},
}  # fmt: skip


def test_what_follows_is_reckoned_from_seats_doses_ways_and_desks() -> None:
    as_it_is = effect(FACTS, laid(FACTS, ()))
    assert (as_it_is.told, as_it_is.unserved, as_it_is.left["a"]) == (10, 24, 0)
    moves = [
        {"kind": "move", "session": "s", "site": "b", "on": "2021-06-02"},
        {"kind": "seats", "session": "s", "seats": 1},
    ]
    (card,) = laid(FACTS, moves)
    assert (card.site, card.free, card.is_changed) == ("b", 2, True)
    there = effect(FACTS, [card])
    assert (there.told, there.unserved, there.moved, there.days_late, there.km) == (2, 32, 2, 1.0, 2.0)
    assert there.wait is not None and as_it_is.wait is not None and there.wait < as_it_is.wait
    (closed,) = laid(FACTS, [{"kind": "close", "session": "s"}])
    gone = effect(FACTS, [closed])
    assert (gone.told, gone.losing, gone.served, gone.wait) == (0, 2, {}, None)
    crowd = effect(FACTS, [replace(card, taken=400)])
    assert crowd.growing == 1


def test_a_board_from_the_ledger_to_other_sessions(client: Client, session: Session, site: Site) -> None:
    """A session of tomorrow with one place given out goes to the day after with more seats."""
    for serial in range(1, 6):
        campaign.person(serial)
    kept = bookings.book(
        by=campaign.actor("registrar"), person_id=campaign.person(7).pk, slot_id=slots_of(session)[1].pk
    )
    made = board_actions.draw_up(by=TOWN, area_code=campaign.TOWN, first_on=TOMORROW, days=3)
    row = board_queries.board(TOWN, made.pk)
    assert (board_screen.page(row)["people"], len(row.facts["sessions"])) == (5, 1)
    say = {"by": TOWN, "board_id": made.pk}
    there = {"kind": "move", "session": str(session.pk), "site": str(site.pk), "on": str(LATER)}
    for wrong in (
        {**there, "on": str(TOMORROW + timedelta(days=9))}, {**there, "site": str(uuid4())}, {**there, "session": "x"},
        {"kind": "seats", "session": str(session.pk), "seats": 0}, {"kind": "burn", "session": str(session.pk)},
    ):  # fmt: skip
        with pytest.raises(BadInput):
            board_actions.change(**say, at=0, move=wrong)
    with pytest.raises(refusals.NothingMoved):
        board_actions.apply(**say, at=0)
    board_actions.change(**say, at=0, move=there)
    with pytest.raises(refusals.BoardChanged):
        board_actions.change(**say, at=0, move=there)  # sent twice
    board_actions.change(**say, at=1, move={"kind": "seats", "session": str(session.pk), "seats": 4})
    board_actions.step(**say, at=2, back=True)
    board_actions.step(**say, at=1, back=False)

    campaign.sign_in(client, "town_lead")
    page = client.get(reverse("plans_board", args=[made.pk]))
    assert (
        page.status_code == 200
        and len(page.context["changed"]) == 1
        and "style=" not in page.content.decode()
    )
    assert client.get(reverse("plans_board_print", args=[made.pk])).status_code == 200
    assert client.get(reverse("plans_boards")).status_code == 200
    change, decide = (
        reverse("plans_board_change", args=[made.pk]),
        reverse("plans_board_decide", args=[made.pk]),
    )
    assert client.post(change, {**there, "at": "0"}).status_code == 409
    assert (
        client.post(
            change, {"kind": "seats", "session": str(session.pk), "seats": "x", "at": "2"}
        ).status_code
        == 400
    )
    assert client.post(decide, {"step": "redo", "at": "2"}).status_code == 409
    assert booking_queries.session(session.pk).state == "open"  # nothing has happened yet

    assert client.post(decide, {"step": "apply", "at": "2"}).status_code == 302
    assert booking_queries.session(session.pk).state == "cancelled"
    (new,) = booking_queries.sessions([site.pk], LATER, LATER)
    assert (new.seats, new.taken) == (16, 1)
    live = Booking.objects.unscoped(campaign.ALL).get(state="booked")
    assert (live.session_id, live.on) == (new.id, LATER) and live.pk != kept
    assert client.post(decide, {"step": "apply", "at": "2"}).status_code == 409
    assert board_queries.board(TOWN, made.pk).made == {str(session.pk): str(new.id)}


def test_nothing_is_applied_where_the_ledger_has_moved_on(session: Session, site: Site) -> None:
    campaign.person(1)
    with pytest.raises(NotAllowed):
        board_actions.draw_up(by=LEAD, area_code=campaign.TOWN, first_on=TOMORROW, days=2)
    for days in (0, 15):
        with pytest.raises(refusals.DaysTooMany):
            board_actions.draw_up(by=COUNTY, area_code="110117", first_on=TOMORROW, days=days)
    with pytest.raises(refusals.NoRoom):
        board_actions.draw_up(by=COUNTY, area_code="110117", first_on=TOMORROW + timedelta(days=9), days=2)
    with pytest.raises(refusals.TooFarAhead):
        board_actions.draw_up(by=COUNTY, area_code="110117", first_on=date(9999, 12, 30), days=14)
    made = board_actions.draw_up(by=COUNTY, area_code="110117", first_on=TOMORROW, days=2)
    say = {"by": COUNTY, "board_id": made.pk}
    board_actions.change(**say, at=0, move={"kind": "close", "session": str(session.pk)})
    bookings.book(
        by=campaign.actor("registrar"), person_id=campaign.person(7).pk, slot_id=slots_of(session)[0].pk
    )
    with pytest.raises(refusals.BoardChanged):
        board_actions.apply(**say, at=1)
    assert booking_queries.session(session.pk).state == "open"
    with pytest.raises(NotFound):
        board_actions.drop(by=campaign.actor("town_lead", "110117002"), board_id=made.pk)
    board_actions.drop(**say)
    with pytest.raises(refusals.NotReady):
        board_actions.step(**say, at=1, back=True)
    assert Board.objects.unscoped(campaign.ALL).get().state == "dropped"


def test_two_sessions_change_places_with_everybody_in_them(session: Session, site: Site) -> None:
    """By way of a third day on the board; what is applied is the change of places, in one step."""
    other = session_actions.open_session(
        by=COUNTY, site_id=site.pk, from_at=session.from_at + timedelta(days=1), until_at=session.until_at + timedelta(days=1),
        products=session.products, seats=2,
    )  # fmt: skip
    campaign.person(1)
    one, two = campaign.person(7).pk, campaign.person(8).pk
    for person_id, at in ((one, session), (two, other)):
        bookings.book(by=campaign.actor("registrar"), person_id=person_id, slot_id=slots_of(at)[0].pk)
    made = board_actions.draw_up(by=COUNTY, area_code="110117", first_on=TOMORROW, days=3)
    for at, (who, on) in enumerate(
        ((session, LATER + timedelta(days=1)), (other, TOMORROW), (session, LATER))
    ):
        move = {"kind": "move", "session": str(who.pk), "site": str(site.pk), "on": str(on)}
        board_actions.change(by=COUNTY, board_id=made.pk, at=at, move=move)
    done = board_actions.apply(by=COUNTY, board_id=made.pk, at=3)
    assert done == {"sessions": 2, "people": 2, "losing": 0}
    live = Booking.objects.unscoped(campaign.ALL).filter(state="booked")
    assert sorted(live.values_list("person_id", "on"), key=lambda row: row[1]) == [
        (two, TOMORROW),
        (one, LATER),
    ]
    assert [len(booking_queries.sessions([site.pk], day, day)) for day in (TOMORROW, LATER)] == [1, 1]
